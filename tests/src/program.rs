//! The program `remit` as a process of its own, to be killed and started again.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::Client;

/// Where the program and its database are.
pub struct Program {
    binary: PathBuf,
    database_url: String,
    /// Where it listens.
    pub address: SocketAddr,
    child: Option<Child>,
}

impl Program {
    /// The program over a database, not yet running.
    pub fn new(database_url: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        Self { binary: Self::binary(), database_url: database_url.to_owned(), address, child: None }
    }

    /// The program with its configuration, to be given arguments and started.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.binary);
        command
            .env("REMIT_DATABASE_URL", &self.database_url)
            .env("REMIT_LISTEN", self.address.to_string())
            .env("REMIT_CONFIG", "")
            .env("RUST_LOG", "warn");
        command
    }

    /// Runs a command of the program to its end, with that input.
    pub fn run(&self, arguments: &[&str], input: &str) -> Output {
        let mut child = self
            .command()
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }

    /// Starts serving and waits until it is ready.
    pub fn serve(&mut self) {
        let mut child = self.command().arg("serve").stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let stderr = child.stderr.take().unwrap();
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                #[allow(clippy::print_stderr, reason = "shown when a test fails")]
                {
                    eprintln!("remit: {line}");
                }
            }
        });
        self.child = Some(child);
        let until = Instant::now() + Duration::from_secs(60);
        while !self.is_ready() {
            assert!(Instant::now() < until, "the service does not get ready");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The built program, made once per test process.
    pub fn binary() -> PathBuf {
        static BUILT: std::sync::OnceLock<PathBuf> = std::sync::OnceLock::new();
        BUILT
            .get_or_init(|| {
                // `cargo test --workspace` has built it already; this makes sure that it is the present one.
                let mut command = Command::new(env!("CARGO"));
                // Of the whole workspace, so that nothing is built anew with other features.
                command.args(["build", "--quiet", "--workspace", "--bin", "remit"]);
                assert!(command.status().unwrap().success(), "the program can't be built");
                let mut folder = std::env::current_exe().unwrap();
                while !folder.join("remit").is_file() {
                    assert!(folder.pop(), "the program is not beside the tests");
                }
                folder.join("remit")
            })
            .clone()
    }

    fn is_ready(&self) -> bool {
        std::net::TcpStream::connect(self.address).is_ok()
            && Client::new(self.address, None).get("/readyz").status == 200
    }

    /// Kills it without a warning (`SIGKILL`).
    pub fn kill(&mut self) {
        let mut child = self.child.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Asks it to stop (`SIGTERM`) and waits for its end; whether it ended well.
    pub fn stop(&mut self) -> bool {
        let mut child = self.child.take().unwrap();
        Command::new("kill").arg("-TERM").arg(child.id().to_string()).status().unwrap();
        child.wait().unwrap().success()
    }

    /// A client with that token.
    pub fn client(&self, token: &str) -> Client {
        Client::new(self.address, Some(token.to_owned()))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
