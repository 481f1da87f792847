//! Throw-away databases for tests: a fresh one on every backend, gone afterwards.
//!
//! PostgreSQL is `REMIT_TEST_DATABASE_URL` where that is set (an address of a server on which
//! databases may be created), else a cluster that the test process starts for itself. Where there
//! is none, tests run on SQLite alone and say so; with `CI=true` they fail.

mod dump;
mod postgresql;

use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use tempfile::TempDir;

use crate::backend::BackendName;
use crate::connection::{Address, Purpose};
use crate::migrations;
use crate::store::{Options, Store};

/// A fresh, migrated database. It is removed when this is dropped, so keep it as long as its
/// stores.
#[derive(Debug)]
pub struct Database {
    url: String,
    backend: BackendName,
    _place: Place,
}

#[derive(Debug)]
enum Place {
    Directory(#[expect(dead_code, reason = "removes the directory when dropped")] TempDir),
    Server(#[expect(dead_code, reason = "removes the database when dropped")] postgresql::Created),
}

impl Database {
    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Which database it is.
    pub fn backend(&self) -> BackendName {
        self.backend
    }

    /// Opens it, with few connections.
    ///
    /// # Panics
    /// It can't be opened.
    pub fn store(&self) -> Store {
        self.store_with(Options { read_connections: 4, ..Options::default() })
    }

    /// Opens it.
    ///
    /// # Panics
    /// It can't be opened.
    pub fn store_with(&self, options: Options) -> Store {
        must(Store::open(&self.url, options))
    }
}

/// A fresh database on SQLite.
///
/// # Panics
/// The directory for temporary files can't be written.
pub fn sqlite() -> Database {
    static MIGRATED: OnceLock<Vec<u8>> = OnceLock::new();
    let directory = must(TempDir::with_prefix_in("remit-test-", scratch()));
    let path = directory.path().join("remit.db");
    let migrated = MIGRATED.get_or_init(|| {
        let path = directory.path().join("migrated.db");
        let mut connection = must(Address::Sqlite(path.clone()).connect(Purpose::Write));
        must(migrations::run(&mut connection));
        drop(connection);
        must(std::fs::read(path))
    });
    must(std::fs::write(&path, migrated));
    Database { url: sqlite_url(&path), backend: BackendName::Sqlite, _place: Place::Directory(directory) }
}

static ON_DISK: AtomicBool = AtomicBool::new(false);

/// From now on databases are kept on disk, and their commits reach it, as in production. For
/// benchmarks; to be said before the first database is made.
pub fn keep_on_disk() {
    ON_DISK.store(true, Ordering::Relaxed);
}

fn on_disk() -> bool {
    ON_DISK.load(Ordering::Relaxed)
}

/// Where throw-away data go: into memory where the system offers that, since tests flush often and
/// nothing of it is kept.
pub(crate) fn scratch() -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    if memory.is_dir() && !on_disk() { memory } else { std::env::temp_dir() }
}

fn sqlite_url(path: &std::path::Path) -> String {
    format!("sqlite://{}", path.display())
}

/// A fresh database on PostgreSQL, if there is a server to be had.
///
/// # Panics
/// There is a server but it refuses, or there is none with `CI=true`.
pub fn postgresql() -> Option<Database> {
    let created = postgresql::server()?.create();
    let url = created.url().to_owned();
    Some(Database { url, backend: BackendName::Postgresql, _place: Place::Server(created) })
}

/// A fresh database on every backend that there is.
///
/// # Panics
/// As [`sqlite`] and [`postgresql`] do.
pub fn databases() -> Vec<Database> {
    std::iter::once(sqlite()).chain(postgresql()).collect()
}

/// Runs a test with a fresh database on every backend.
///
/// # Panics
/// When the test does.
pub fn on_every_database(test: impl Fn(&Database)) {
    for database in databases() {
        say(&format!("on {}", database.backend().as_str()));
        test(&database);
    }
}

/// Runs a test with a fresh store on every backend.
///
/// # Panics
/// When the test does.
pub fn on_every_backend(test: impl Fn(&Store)) {
    on_every_database(|database| test(&database.store()));
}

/// Where programs may be found.
fn search_path() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).collect()
}

#[expect(clippy::panic, reason = "a test that has no database can't go on")]
fn must<T, E: std::fmt::Display>(result: Result<T, E>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("no database for the test: {error}"),
    }
}

#[expect(clippy::print_stderr, reason = "shown when a test fails, or asked for")]
fn say(text: &str) {
    eprintln!("{text}");
}
