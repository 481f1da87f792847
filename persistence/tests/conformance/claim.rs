//! One serving process per file; tables that fit the program.

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use persistence::testing::{on_every_database, postgresql, sqlite};
use persistence::{BackendName, Options, Store, StoreError};

#[test]
fn a_file_is_served_once_and_a_server_by_any_number() {
    on_every_database(|database| {
        let (one, two) = (database.store(), database.store());
        let claim = one.claim().unwrap();
        match database.backend() {
            BackendName::Sqlite => {
                assert!(matches!(two.claim(), Err(StoreError::Claimed)));
                assert!(matches!(one.claim(), Err(StoreError::Claimed)));
                // Whoever does not serve may still work beside it.
                two.ping().unwrap();
            }
            BackendName::Postgresql => drop(two.claim().unwrap()),
        }
        drop(claim);
        drop(two.claim().unwrap());
    });
}

#[test]
fn a_new_database_is_migrated_once() {
    let database = sqlite();
    let url = format!("{}.new", database.url());
    let store = Store::open(&url, Options::default()).unwrap();
    assert!(store.pending_migrations().unwrap());
    assert!(store.migrate().unwrap() > 0);
    assert!(!store.pending_migrations().unwrap());
    assert_eq!(store.migrate().unwrap(), 0);
    let folders = std::fs::read_dir("../migrations/sqlite").unwrap().count();
    let again = Store::open(&format!("{url}.2"), Options::default()).unwrap();
    assert_eq!(again.migrate().unwrap(), folders);
    on_every_database(|database| {
        assert!(!database.store().pending_migrations().unwrap());
        assert_eq!(database.store().migrate().unwrap(), 0);
    });
}

#[test]
fn nodes_that_start_together_migrate_once() {
    let Some(database) = postgresql() else { return };
    let mut server = PgConnection::establish(database.url()).unwrap();
    server.batch_execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public").unwrap();
    let ran: Vec<_> = std::thread::scope(|scope| {
        let nodes: Vec<_> = (0..4).map(|_| scope.spawn(|| database.store().migrate().unwrap())).collect();
        nodes.into_iter().map(|node| node.join().unwrap()).filter(|ran| *ran > 0).collect()
    });
    assert_eq!(ran.len(), 1);
}

#[cfg(unix)]
#[test]
fn a_new_file_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let database = sqlite();
    let url = format!("{}.new", database.url());
    Store::open(&url, Options::default()).unwrap().migrate().unwrap();
    let path = url.strip_prefix("sqlite://").unwrap();
    for suffix in ["", "-wal", "-shm"] {
        let mode = std::fs::metadata(format!("{path}{suffix}")).map(|file| file.permissions().mode());
        assert!(mode.is_err() || mode.is_ok_and(|mode| mode & 0o077 == 0), "{suffix}");
    }
}

#[test]
fn a_relative_path_is_a_path() {
    let directory = tempdir();
    let relative = format!("sqlite://../../../../../../../..{}/file:x.db", directory.display());
    let store = Store::open(&relative, Options::default()).unwrap();
    store.ping().unwrap();
    assert_eq!(store.backend(), BackendName::Sqlite);
    assert!(directory.join("file:x.db").exists());
    std::fs::remove_dir_all(directory).unwrap();
}

fn tempdir() -> std::path::PathBuf {
    let path = std::env::temp_dir().join(format!("remit-{}", uuid::Uuid::now_v7()));
    std::fs::create_dir(&path).unwrap();
    path
}
