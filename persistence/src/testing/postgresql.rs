//! A PostgreSQL server for tests.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};

use super::{must, on_disk, say, scratch, search_path};
use crate::connection::{Address, Purpose};
use crate::migrations;

/// Where databases can be created.
#[derive(Debug)]
pub struct Server {
    /// Of a database from which others are created.
    url: String,
    /// A migrated database to copy, on a server of our own.
    template: Option<String>,
    /// Stops and removes our own server when its input ends, which it does when this process ends
    /// in whatever way.
    _keeper: Option<Child>,
}

/// A database that is removed when this is dropped.
#[derive(Debug)]
pub struct Created {
    server: &'static Server,
    name: String,
    url: String,
}

/// The server of this process, if there is one to be had.
pub fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER.get_or_init(find).as_ref()
}

fn find() -> Option<Server> {
    if let Ok(url) = std::env::var("REMIT_TEST_DATABASE_URL") {
        return Some(Server { url, template: None, _keeper: None });
    }
    match start() {
        Ok(server) => Some(server),
        Err(reason) => {
            let ci = std::env::var("CI").is_ok_and(|ci| ci == "true");
            must(if ci { Err(format!("PostgreSQL: {reason}")) } else { Ok(()) });
            say("*********************************************************************");
            say(&format!("* NOT TESTED ON POSTGRESQL: {reason}"));
            say("* Install it, or set REMIT_TEST_DATABASE_URL.");
            say("*********************************************************************");
            None
        }
    }
}

/// Starts a cluster in a directory of its own, reached by a socket there, so that any number of
/// processes can do the same. It is thrown away, so nothing is flushed to the disk unless a
/// benchmark asks for that; its default collation is not the one of bytes, so that a column which
/// forgets to ask for that is noticed.
const KEEPER: &str = r#"
set -e
trap '' INT TERM HUP
flush="-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=128MB \
    -c autovacuum=off"
[ -z "$ON_DISK" ] || flush="-c max_wal_size=4GB -c shared_buffers=512MB"
dir=$(mktemp -d "$BASE/remit-pg-XXXXXX")
trap 'rm -rf "$dir"' EXIT
cd "$dir"
options="-D $dir/data -A trust -U postgres -E UTF8 --no-sync --no-instructions"
"$BIN/initdb" $options --locale=C --locale-provider=icu --icu-locale=en-US >"$dir/log" 2>&1 </dev/null ||
    { rm -rf "$dir/data"; "$BIN/initdb" $options --locale=C >"$dir/log" 2>&1 </dev/null; } ||
    { cat "$dir/log" >&2; exit 1; }
"$BIN/pg_ctl" -D "$dir/data" -w -t 60 -l "$dir/log" -o "-k $dir -c listen_addresses= \
    $flush -c max_connections=400" start >/dev/null 2>&1 </dev/null ||
    { cat "$dir/log" >&2; exit 1; }
echo "$dir"
cat >/dev/null
"$BIN/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null 2>&1 || true
"#;

fn start() -> Result<Server, String> {
    let bin = programs().ok_or("initdb and pg_ctl were not found")?;
    let mut command = as_nobody_special()?;
    let on_disk = if on_disk() { "yes" } else { "" };
    command.env("BASE", scratch()).env("ON_DISK", on_disk);
    let keeper = command.env("BIN", &bin).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut keeper = keeper.stderr(Stdio::piped()).spawn().map_err(|error| error.to_string())?;
    let mut directory = String::new();
    if let Some(output) = keeper.stdout.take() {
        BufReader::new(output).read_line(&mut directory).map_err(|error| error.to_string())?;
    }
    let directory = directory.trim_end();
    if directory.is_empty() {
        let output = keeper.wait_with_output().map_err(|error| error.to_string())?;
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let url = format!("postgresql://postgres@/postgres?host={directory}");
    let mut server = Server { url, template: None, _keeper: Some(keeper) };
    let template = "remit_template";
    server.execute(&format!("CREATE DATABASE {template}"));
    let address = Address::Postgresql(with_database(&server.url, template));
    let mut connection = must(address.connect(Purpose::Write));
    must(migrations::run(&mut connection));
    server.template = Some(template.to_owned());
    Ok(server)
}

/// The folder of the server's programs.
fn programs() -> Option<PathBuf> {
    let told = Command::new("pg_config").arg("--bindir").output().ok();
    let told = told.map(|output| String::from_utf8_lossy(&output.stdout).trim_end().to_owned());
    let mut installed: Vec<_> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|version| version.path().join("bin"))
        .collect();
    installed.sort_by_key(|path| std::cmp::Reverse(version(path)));
    let mut places = told.into_iter().map(PathBuf::from).chain(search_path()).chain(installed);
    places.find(|place| place.join("initdb").exists() && place.join("pg_ctl").exists())
}

fn version(bin: &Path) -> u32 {
    let name = bin.parent().and_then(Path::file_name).and_then(|name| name.to_str());
    name.and_then(|name| name.parse().ok()).unwrap_or(0)
}

/// The server refuses to run as root, so root runs it as the user `postgres`.
fn as_nobody_special() -> Result<Command, String> {
    let id = Command::new("id").arg("-u").output().map_err(|error| error.to_string())?;
    let root = String::from_utf8_lossy(&id.stdout).trim_end() == "0";
    let known = |program: &str| search_path().iter().any(|place| place.join(program).exists());
    let mut command = match root {
        false => Command::new("sh"),
        true if known("runuser") => {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--", "sh"]);
            command
        }
        true if known("su") => {
            let mut command = Command::new("su");
            command.args(["postgres", "-s", "/bin/sh"]);
            command
        }
        true => return Err("this is root, and neither runuser nor su was found".to_owned()),
    };
    command.args(["-c", KEEPER]);
    Ok(command)
}

impl Server {
    /// Creates a migrated database.
    pub fn create(&'static self) -> Created {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("remit_test_{}_{number}", std::process::id());
        let url = with_database(&self.url, &name);
        match &self.template {
            Some(template) => {
                self.execute(&format!("CREATE DATABASE {name} TEMPLATE {template}"));
            }
            None => {
                self.execute(&format!("CREATE DATABASE {name}"));
                let address = Address::Postgresql(url.clone());
                must(migrations::run(&mut must(address.connect(Purpose::Write))));
            }
        }
        Created { server: self, name, url }
    }

    /// Runs a statement, again for some seconds while others are in its way: a template's last
    /// connection is closed a moment after it was dropped.
    fn execute(&self, sql: &str) {
        let mut connection = must(PgConnection::establish(&self.url));
        for _ in 0..50 {
            if connection.batch_execute(sql).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        must(connection.batch_execute(sql));
    }
}

impl Created {
    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Created {
    fn drop(&mut self) {
        if let Ok(mut connection) = PgConnection::establish(&self.server.url) {
            // A database that stays does no harm.
            let _ = connection.batch_execute(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
        }
    }
}

/// The same address, but of that database.
fn with_database(url: &str, name: &str) -> String {
    let (base, query) = url.split_once('?').map_or((url, None), |(base, q)| (base, Some(q)));
    let start = base.find("://").map_or(0, |at| at + 3);
    let end = base.get(start..).and_then(|rest| rest.find('/')).map_or(base.len(), |at| start + at);
    let server = base.get(..end).unwrap_or(base);
    match query {
        Some(query) => format!("{server}/{name}?{query}"),
        None => format!("{server}/{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::with_database;

    #[test]
    fn only_the_database_of_an_address_changes() {
        for (url, other) in [
            ("postgresql://u:p@h:5/a", "postgresql://u:p@h:5/b"),
            ("postgres://h", "postgres://h/b"),
            ("postgresql://u@/a?host=/tmp/x/y", "postgresql://u@/b?host=/tmp/x/y"),
        ] {
            assert_eq!(with_database(url, "b"), other);
        }
    }
}
