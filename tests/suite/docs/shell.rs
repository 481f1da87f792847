//! The shell in which a page's commands are run: a folder of its own, the program in the search
//! path, and a service.

use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;
use tests::Program;

use super::answers;
use super::page::Block;

/// What the pages say, and what stands for it here: the service, the folder of its data, and a
/// server of PostgreSQL. Nothing else of a page is changed.
const ADDRESS: &str = "127.0.0.1:8080";
const FOLDER: &str = "/var/lib/remit";
const SERVER: &str = "postgres://remit:secret@db.example.org/";

/// `remit serve` runs until it is stopped; here it goes on in the background, as in a terminal of
/// its own.
const REMIT: &str = r#"#!/bin/sh
[ "$*" = serve ] || exec "$REMIT_TEST_PROGRAM" "$@"
"$REMIT_TEST_PROGRAM" serve >"$HOME/log" 2>&1 &
echo $! >"$HOME/pid"
until curl -fs -o /dev/null "http://$REMIT_LISTEN/readyz"; do
    kill -0 $! || { cat "$HOME/log" >&2; exit 1; }
    sleep 0.1
done
cat "$HOME/log"
"#;

/// Stops and starts that service, as systemd does on a machine of its own.
const SYSTEMCTL: &str = r#"#!/bin/sh
case "$1" in
stop)
    read -r pid <"$HOME/pid" && kill "$pid"
    while kill -0 "$pid" 2>/dev/null && ! grep -q '^State:.Z' "/proc/$pid/status"; do sleep 0.1; done
    rm "$HOME/pid" ;;
start) remit serve >/dev/null ;;
esac
"#;

/// Shows what that service said.
const JOURNALCTL: &str = "#!/bin/sh\ncat \"$HOME/log\"\n";

/// What runs beside the commands of a page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    /// The demo, with `TOKEN` and `PASSWORD` as it prints them.
    Demo,
    /// Nothing: the page starts what it needs.
    Nothing,
}

/// A folder, an address and a search path for a page's commands.
pub struct Shell {
    folder: TempDir,
    address: SocketAddr,
    variables: Vec<(&'static str, String)>,
    server: Option<String>,
    demo: Option<Child>,
}

impl Shell {
    pub fn new(beside: Beside) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let bin = folder.path().join("bin");
        std::fs::create_dir(&bin).unwrap();
        for (name, text) in [("remit", REMIT), ("systemctl", SYSTEMCTL), ("journalctl", JOURNALCTL)] {
            let path = bin.join(name);
            std::fs::write(&path, text).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
        let mut variables = vec![
            ("PATH", path),
            ("HOME", folder.path().display().to_string()),
            ("LC_ALL", "C.UTF-8".to_owned()),
            ("RUST_LOG", "warn".to_owned()),
            ("REMIT_TEST_PROGRAM", Program::binary().display().to_string()),
        ];
        let mut demo = None;
        match beside {
            Beside::Demo => {
                let (child, token, password) = start_demo(address, folder.path());
                variables.extend([("TOKEN", token), ("PASSWORD", password)]);
                demo = Some(child);
            }
            Beside::Nothing => variables.extend([
                ("REMIT_LISTEN", address.to_string()),
                // Hashing is what costs a quick test its time.
                ("REMIT_ARGON2_MEMORY_KIB", "64".to_owned()),
                ("REMIT_ARGON2_ITERATIONS", "1".to_owned()),
            ]),
        }
        Self { folder, address, variables, server: None, demo }
    }

    /// A shell without a service, with a server of PostgreSQL whose superuser it is.
    pub fn on_postgresql(&self, socket: &str) -> Self {
        let mut shell = Self::new(Beside::Nothing);
        shell.variables.extend([("PGHOST", socket.to_owned()), ("PGUSER", "postgres".to_owned())]);
        shell.server = Some(format!("postgres://remit@{}/", socket.replace('/', "%2F")));
        shell
    }

    /// Runs blocks in order in one shell. The first command that fails, or whose answer is not as
    /// the page shows it, fails the test.
    pub fn run(&self, name: &str, blocks: &[&Block]) {
        let here = self.folder.path();
        let mut script = String::from("set -euo pipefail\n");
        for (number, block) in blocks.iter().enumerate() {
            let text =
                block.text.replace(ADDRESS, &self.address.to_string()).replace(FOLDER, &here.display().to_string());
            let text = self.server.as_ref().map_or(text.clone(), |server| text.replace(SERVER, server));
            script +=
                &format!("echo {} >'{}/at'\n{{\n{text}}} >'{}/{number}'\n", block.line, here.display(), here.display());
        }
        std::fs::write(here.join("script"), script).unwrap();
        let mut command = Command::new("timeout");
        command.args(["120", "bash", "script"]).current_dir(here).stdin(Stdio::null());
        for (variable, _) in std::env::vars().filter(|(name, _)| name.starts_with("REMIT_") || name.starts_with("PG")) {
            command.env_remove(variable);
        }
        let output = command.envs(self.variables.iter().map(|(name, value)| (name, value))).output().unwrap();
        let read = |file: &str| std::fs::read_to_string(here.join(file)).unwrap_or_default();
        assert!(
            output.status.success(),
            "{name}:{}: a command of this block fails:\n{}",
            read("at").trim(),
            String::from_utf8_lossy(&output.stderr)
        );
        let differences = blocks.iter().enumerate().filter_map(|(number, block)| {
            let (language, shown) = block.answer.as_ref()?;
            let difference = answers::differs(language, shown, &read(&number.to_string()))?;
            Some(format!("{name}:{}: {difference}\n", block.line))
        });
        let differences: String = differences.collect();
        assert!(differences.is_empty(), "{differences}");
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        if let Some(mut demo) = self.demo.take() {
            let _ = demo.kill();
            let _ = demo.wait();
        }
        if let Ok(pid) = std::fs::read_to_string(self.folder.path().join("pid")) {
            let _ = Command::new("kill").args(["-9", pid.trim()]).stderr(Stdio::null()).status();
        }
    }
}

/// The demo, and the token and the password that it prints.
fn start_demo(address: SocketAddr, folder: &Path) -> (Child, String, String) {
    let mut command = Command::new(Program::binary());
    command.args(["demo", "--listen", &address.to_string()]).env("RUST_LOG", "warn").env("TMPDIR", folder);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut word_after = |text: &str| {
        let line = lines.find(|line| line.contains(text)).unwrap_or_else(|| panic!("the demo prints no {text}"));
        line.split(text).nth(1).and_then(|rest| rest.split_whitespace().next()).unwrap().to_owned()
    };
    let (token, password) = (word_after("TOKEN="), word_after("with the password "));
    // It listens by now: requests wait until it serves. What it still prints is read, so that it
    // is never held up.
    std::thread::spawn(move || lines.for_each(drop));
    (child, token, password)
}

/// Whether programs are there. Without them the test does nothing and says so; with `CI=true` that
/// is a failure.
pub fn tools(names: &[&str]) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let there = |name: &&&str| std::env::split_paths(&path).any(|folder| folder.join(name).is_file());
    let missing: Vec<_> = names.iter().filter(|name| !there(name)).collect();
    if missing.is_empty() {
        return true;
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "not found: {missing:?}");
    #[allow(clippy::print_stderr, reason = "tests speak to whoever runs them")]
    {
        eprintln!("\n*** not found: {missing:?}; this test did nothing ***\n");
    }
    false
}

/// The folder of the socket of the tests' own PostgreSQL server, which is thrown away. One that was
/// given by `REMIT_TEST_DATABASE_URL` belongs to somebody: no roles are made there.
pub fn postgresql() -> Option<String> {
    if std::env::var_os("REMIT_TEST_DATABASE_URL").is_some() {
        return None;
    }
    let database = persistence::testing::postgresql()?;
    let (_, folder) = database.url().split_once("?host=")?;
    (tools(&["psql", "pg_dump", "pg_restore", "createdb"]) && Path::new(folder).is_dir()).then(|| folder.to_owned())
}
