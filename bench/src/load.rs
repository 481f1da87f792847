//! The load generator: wrk, a program of its own that keeps its connections busy.

use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use crate::Outcome;

/// How many connections ask at the same time.
const CONNECTIONS: u32 = 32;

/// What came of a run.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Answers a second.
    pub rate: f64,
    /// 99 of 100 answers came within so many seconds.
    pub p99: f64,
}

/// Whether the program is there.
pub fn installed() -> bool {
    // Without arguments it tells how it is used, and fails.
    Command::new("wrk").output().is_ok()
}

/// Every connection sends the next body of the file, over and over.
const SCRIPT: &str = r#"
local requests = {}
local at = 0
function init(args)
    for body in io.lines(args[1]) do
        local headers = { ["Content-Type"] = "application/json", ["Authorization"] = args[2] }
        requests[#requests + 1] = wrk.format("POST", "/access/v1/evaluation", headers, body)
    end
end
function request()
    at = at % #requests + 1
    return requests[at]
end
function done(summary, latency)
    local errors = summary.errors
    local bad = errors.connect + errors.read + errors.write + errors.status + errors.timeout
    io.write(string.format("told %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(99), bad))
end
"#;

/// Asks for so many seconds, with the bodies of a file, a line each.
pub fn run(address: SocketAddr, token: &str, bodies: &Path, seconds: u32) -> Outcome<Load> {
    let mut script = tempfile::NamedTempFile::new()?;
    script.write_all(SCRIPT.as_bytes())?;
    let output = Command::new("wrk")
        .args(["-t1", &format!("-c{CONNECTIONS}"), &format!("-d{seconds}s"), "-s"])
        .arg(script.path())
        .arg(format!("http://{address}/"))
        .arg("--")
        .arg(bodies)
        .arg(format!("Bearer {token}"))
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let told = text.lines().find_map(|line| line.strip_prefix("told "));
    let numbers: Vec<f64> = told.into_iter().flat_map(str::split_whitespace).flat_map(str::parse).collect();
    match numbers.as_slice() {
        [requests, micros, p99, bad] if *bad == 0.0 && *requests > 0.0 => {
            Ok(Load { rate: requests / micros * 1e6, p99: p99 / 1e6 })
        }
        _ => Err(format!("wrk: {text}{}", String::from_utf8_lossy(&output.stderr)).into()),
    }
}
