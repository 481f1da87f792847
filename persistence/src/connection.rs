//! Connections: which database an address names, and how each connection is set up.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::time::Duration;

use diesel::connection::{CacheSize, SimpleConnection};
use diesel::r2d2::{ManageConnection, R2D2Connection};
use diesel::{Connection, PgConnection, SqliteConnection};

use crate::error::StoreError;

/// A connection to either database.
#[derive(diesel::MultiConnection)]
pub enum AnyConnection {
    /// PostgreSQL.
    Postgresql(PgConnection),
    /// SQLite.
    Sqlite(SqliteConnection),
}

/// Where the database is. The scheme of the address picks it; nothing is guessed.
#[derive(Clone, Debug)]
pub enum Address {
    /// A file.
    Sqlite(PathBuf),
    /// A server, as libpq understands it.
    Postgresql(String),
}

impl Address {
    /// Reads `sqlite://path`, `postgres://...` or `postgresql://...`.
    pub fn parse(url: &str) -> Result<Self, StoreError> {
        if let Some(path) = url.strip_prefix("sqlite://") {
            if path.is_empty() || path.starts_with(':') || path.contains(['?', '\0']) {
                return Err(StoreError::Misuse("sqlite:// must name a file".to_owned()));
            }
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgresql(url.to_owned()));
        }
        Err(StoreError::Misuse("a database address begins with sqlite://, postgres:// or postgresql://".to_owned()))
    }

    /// Makes the file, if it is one and missing, readable for its owner only: it holds secrets.
    /// SQLite gives its other files the same permissions.
    pub fn prepare(&self) -> Result<(), StoreError> {
        let Self::Sqlite(path) = self else { return Ok(()) };
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(path) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(StoreError::unavailable(error)),
            _ => Ok(()),
        }
    }

    /// Opens a connection for reading, or for the one writer.
    pub fn connect(&self, purpose: Purpose) -> Result<AnyConnection, StoreError> {
        let mut connection = match self {
            Self::Postgresql(url) => {
                let mut connection = PgConnection::establish(url).map_err(StoreError::unavailable)?;
                connection.batch_execute(postgresql_set_up(purpose))?;
                AnyConnection::Postgresql(connection)
            }
            Self::Sqlite(path) => {
                // `./` keeps a file named `file:...` from being read as a URI.
                let path = match path.is_absolute() {
                    true => path.display().to_string(),
                    false => format!("./{}", path.display()),
                };
                let mut connection = SqliteConnection::establish(&path).map_err(StoreError::unavailable)?;
                connection.batch_execute(SQLITE_SET_UP).map_err(StoreError::unavailable)?;
                if purpose == Purpose::Read {
                    connection.batch_execute("PRAGMA query_only = ON")?;
                }
                AnyConnection::Sqlite(connection)
            }
        };
        connection.set_prepared_statement_cache_size(CacheSize::Unbounded);
        Ok(connection)
    }
}

/// What a connection is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// Snapshots.
    Read,
    /// Ordered writes.
    Write,
}

/// FULL: under NORMAL a power cut takes commits back, and their revisions would be used again. A service copies the journal
/// back beside the writes ([`crate::Store::copy_back`]); where nobody does, whoever commits does it after 32,000 pages
/// (128 MB).
const SQLITE_SET_UP: &str = "\
    PRAGMA busy_timeout = 5000;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA secure_delete = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -32000;
    PRAGMA mmap_size = 268435456;
    PRAGMA wal_autocheckpoint = 32000;
    PRAGMA journal_size_limit = 67108864;";

/// A node that hangs within a write must not keep the lock from the others for ever.
///
/// Whoever writes looks up by keys, for each of which there is an index. A server that has not looked at a table since it was
/// filled takes each worker to have a two-hundredth of all contracts, and would read them all for a few hundred workers,
/// over and over during an import. Where all is wanted, it still reads all.
const fn postgresql_set_up(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Read => "SET application_name = 'remit read'",
        Purpose::Write => {
            "SET application_name = 'remit write'; SET idle_in_transaction_session_timeout = '60s'; \
             SET enable_seqscan = off"
        }
    }
}

/// A pooled connection.
pub struct Link {
    /// The connection itself.
    pub connection: AnyConnection,
    /// Set when it failed: the pool then drops it. Diesel notices failures only within its own
    /// transactions.
    pub failed: bool,
}

/// Opens read connections for the pool.
#[derive(Debug)]
pub struct Manager(pub Address);

impl ManageConnection for Manager {
    type Connection = Link;
    type Error = StoreError;

    fn connect(&self) -> Result<Link, StoreError> {
        Ok(Link { connection: self.0.connect(Purpose::Read)?, failed: false })
    }

    fn is_valid(&self, link: &mut Link) -> Result<(), StoreError> {
        Ok(link.connection.ping()?)
    }

    fn has_broken(&self, link: &mut Link) -> bool {
        std::thread::panicking() || link.failed || link.connection.is_broken()
    }
}

/// The whole milliseconds of a duration, at least one: what both databases take as a deadline.
pub fn milliseconds(duration: Duration) -> u128 {
    duration.as_millis().max(1)
}
