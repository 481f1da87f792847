//! The embedded migrations, one folder per database, the same names in both.

use diesel::connection::SimpleConnection;
use diesel::migration::MigrationSource;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::connection::AnyConnection;
use crate::error::StoreError;

const POSTGRESQL: EmbeddedMigrations = embed_migrations!("../migrations/postgresql");
const SQLITE: EmbeddedMigrations = embed_migrations!("../migrations/sqlite");

/// Any number will do, as long as all nodes take the same.
const LOCK: i64 = 0x0052_454d_4954;

/// Runs what has not run yet and says how many. Nodes that start together take turns.
pub fn run(connection: &mut AnyConnection) -> Result<usize, StoreError> {
    match connection {
        AnyConnection::Postgresql(connection) => {
            connection.batch_execute(&format!("SELECT pg_advisory_lock({LOCK})"))?;
            let ran = run_on(connection, POSTGRESQL);
            connection.batch_execute(&format!("SELECT pg_advisory_unlock({LOCK})"))?;
            ran
        }
        AnyConnection::Sqlite(connection) => run_on(connection, SQLITE),
    }
}

/// Whether some have not run yet.
pub fn pending(connection: &mut AnyConnection) -> Result<bool, StoreError> {
    match connection {
        AnyConnection::Postgresql(connection) => connection.has_pending_migration(POSTGRESQL),
        AnyConnection::Sqlite(connection) => connection.has_pending_migration(SQLITE),
    }
    .map_err(failed)
}

fn run_on<DB, C>(connection: &mut C, source: impl MigrationSource<DB>) -> Result<usize, StoreError>
where
    DB: diesel::backend::Backend,
    C: MigrationHarness<DB>,
{
    Ok(connection.run_pending_migrations(source).map_err(failed)?.len())
}

fn failed(error: Box<dyn std::error::Error + Send + Sync>) -> StoreError {
    StoreError::Other(format!("migration: {error}"))
}
