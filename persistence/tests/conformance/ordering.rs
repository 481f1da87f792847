//! One writer after the other; readers see one state.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use domain::organisation::Position;
use persistence::testing::{on_every_backend, on_every_database, postgresql};
use persistence::{Options, Store, StoreError};

use crate::support::*;

#[test]
fn revisions_are_dense_under_many_writers() {
    on_every_database(|database| {
        // Two processes' worth of stores, four writers each.
        let stores = [database.store(), database.store()];
        let revisions: BTreeSet<i64> = std::thread::scope(|scope| {
            let mut writers = Vec::new();
            for writer in 0..8 {
                let store = &stores[writer % 2];
                writers.push(scope.spawn(move || {
                    let mut own = Vec::new();
                    for n in 0..25 {
                        let refused = write(store, |tx| {
                            tx.create(position(&format!("refused-{writer}-{n}")))?;
                            Err::<(), _>(StoreError::Claimed)
                        });
                        assert!(matches!(refused, Err(StoreError::Claimed)));
                        let written = create(store, &position(&format!("p-{writer}-{n}")));
                        own.push(written.revision);
                    }
                    assert!(own.is_sorted());
                    own
                }));
            }
            writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect()
        });
        assert_eq!(revisions, (1..=200).collect());
        let store = &stores[0];
        let summary = store.read(|reader| reader.log_summary()).unwrap();
        assert_eq!((summary.min, summary.max, summary.revisions), (1, 200, 200));
        assert_eq!((summary.changes, summary.empty), (200, 0));
        assert!(summary.dense());
        let logged = store.read(|reader| reader.changes_since(0, 1_000)).unwrap();
        assert!(logged.is_sorted_by_key(|revision| (revision.revision, revision.at)));
    });
}

#[test]
fn nobody_else_writes_while_a_write_decides() {
    on_every_database(|database| {
        // Each adds one to what it read; none is lost.
        let stores = [database.store(), database.store()];
        let counter = domain::role::Role { priority: 0, ..role("counter") };
        create(&stores[0], &counter);
        std::thread::scope(|scope| {
            for writer in 0..6 {
                let (store, counter) = (&stores[writer % 2], &counter);
                scope.spawn(move || {
                    for _ in 0..20 {
                        write(store, |tx| {
                            let read = tx.get::<domain::role::Role>(counter.id.0)?.unwrap().value;
                            let priority = read.priority + 1;
                            tx.update(domain::role::Role { priority, ..read })
                        })
                        .unwrap();
                    }
                });
            }
        });
        let counted = get::<domain::role::Role>(&stores[0], counter.id).unwrap();
        assert_eq!(counted.value.priority, 120);
    });
}

#[test]
fn a_read_sees_one_state_and_waits_for_nobody() {
    on_every_backend(|store| {
        create(store, &position("one"));
        store
            .read(|reader| {
                assert_eq!(reader.count::<Position>(&[])?, 1);
                // Somebody writes meanwhile, and is not held up.
                std::thread::scope(|scope| {
                    scope.spawn(|| create(store, &position("two"))).join().unwrap();
                });
                assert_eq!(reader.count::<Position>(&[])?, 1);
                assert_eq!(reader.revision()?, 1);
                Ok::<_, StoreError>(())
            })
            .unwrap();
        write(store, |tx| {
            tx.create(position("three"))?;
            // A reader is not held up by a writer, and does not see what may yet fail.
            let seen = store.read(|reader| reader.count::<Position>(&[])).unwrap();
            assert_eq!(seen, 2);
            Ok(())
        })
        .unwrap();
        assert_eq!(store.read(|reader| reader.count::<Position>(&[])).unwrap(), 3);
    });
}

#[test]
fn instants_are_microseconds_and_never_go_back() {
    on_every_database(|database| {
        let nanos = Arc::new(AtomicI64::new(1_700_000_000_123_456_789));
        let clock = nanos.clone();
        let store = database.store_with(Options {
            clock: Arc::new(move || DateTime::from_timestamp_nanos(clock.load(Ordering::SeqCst))),
            ..Options::default()
        });
        let first = position("one");
        let written = create(&store, &first);
        assert_eq!(written.at, instant("2023-11-14T22:13:20.123456Z"));
        let stored = get::<Position>(&store, first.id).unwrap();
        assert_eq!((stored.created_at, stored.updated_at), (written.at, written.at));
        let logged = store.read(|reader| reader.changes_since(0, 1)).unwrap();
        assert_eq!(logged[0].at, written.at);
        // The clock is set back by an hour: time stands still until it has caught up.
        nanos.fetch_sub(3_600_000_000_000, Ordering::SeqCst);
        assert_eq!(create(&store, &position("two")).at, written.at);
        nanos.fetch_add(3_600_000_001_000, Ordering::SeqCst);
        let later: DateTime<Utc> = create(&store, &position("three")).at;
        assert_eq!((later - written.at).num_microseconds(), Some(1));
    });
}

/// Holds the writer's turn until it has been tried to get one.
fn while_another_writes(holder: &Store, wanting: &Store) -> Result<(), StoreError> {
    let (began, wait_for_begin) = std::sync::mpsc::channel();
    let (end, wait_for_end) = std::sync::mpsc::channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            write(holder, |tx| {
                began.send(()).unwrap();
                wait_for_end.recv().unwrap();
                tx.create(position(&new_id::<uuid::Uuid>().to_string()))
            })
            .unwrap();
        });
        wait_for_begin.recv().unwrap();
        let before = Instant::now();
        let result = write(wanting, |_| Ok(())).map(|_| ());
        assert!(before.elapsed() < Duration::from_secs(3));
        end.send(()).unwrap();
        result
    })
}

#[test]
fn who_does_not_get_a_turn_in_time_is_told() {
    on_every_database(|database| {
        let patience = Options { write_deadline: Duration::from_millis(300), ..Options::default() };
        let store = database.store_with(patience.clone());
        let other_node = database.store_with(patience);
        // Within the process, and between processes.
        for wanting in [&store, &other_node] {
            let result = while_another_writes(&store, wanting);
            assert!(matches!(result, Err(StoreError::Busy)), "{result:?}");
            write(wanting, |_| Ok(())).unwrap();
        }
    });
}

#[test]
fn who_does_not_get_a_connection_in_time_is_told() {
    on_every_database(|database| {
        let store = database.store_with(Options {
            read_connections: 1,
            read_deadline: Duration::from_millis(200),
            ..Options::default()
        });
        store.ping().unwrap();
        let state = store.pool_state();
        assert_eq!((state.connections, state.idle), (1, 1));
        let nested = store.read(|_| {
            assert_eq!(store.pool_state().idle, 0);
            store.ping()
        });
        assert!(matches!(nested, Err(StoreError::Busy)), "{nested:?}");
        store.ping().unwrap();
    });
}

#[test]
fn a_database_that_is_not_there_is_told() {
    for url in ["sqlite:///no/such/folder/x.db", "postgresql://127.0.0.1:1/x?connect_timeout=1"] {
        let error = Store::open(url, Options::default()).unwrap_err();
        assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    }
    for url in ["", "remit.db", "sqlite::memory:", "sqlite://:memory:", "sqlite://", "mysql://x/y"] {
        let error = Store::open(url, Options::default()).unwrap_err();
        assert!(matches!(error, StoreError::Misuse(_)), "{error:?}");
    }
}

#[test]
fn connections_that_were_lost_are_replaced() {
    let Some(database) = postgresql() else { return };
    let store = database.store();
    // All four read connections are open at once, and idle afterwards.
    let open_all = || {
        store.read(|_| store.read(|_| store.read(|_| store.read(|_| Ok::<_, StoreError>(()))))).unwrap();
    };
    open_all();
    create(&store, &position("one"));
    let mut server = PgConnection::establish(database.url()).unwrap();
    for n in 0..3 {
        server
            .batch_execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                 WHERE datname = current_database() AND pid <> pg_backend_pid()",
            )
            .unwrap();
        create(&store, &position(&format!("{n}")));
        store.ping().unwrap();
        open_all();
    }
    // One that is lost within a write is told of, and nothing of the write stays.
    let lost = write(&store, |tx| {
        tx.create(position("lost"))?;
        server
            .batch_execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                 WHERE datname = current_database() AND application_name = 'remit write'",
            )
            .unwrap();
        Ok(())
    });
    assert!(matches!(lost, Err(StoreError::Unavailable(_))), "{lost:?}");
    assert_eq!(create(&store, &position("lost")).revision, 5);
}

#[test]
fn the_journal_is_copied_back_beside_the_writes() {
    on_every_database(|database| {
        let store = database.store();
        let put = |parts: u8| {
            for part in 0..parts {
                write(&store, |tx| tx.append_operation_file(new_id(), &vec![part; 1 << 20])).unwrap();
            }
        };
        let Some(path) = database.url().strip_prefix("sqlite://") else {
            put(1);
            return store.copy_back().unwrap();
        };
        let size = |end: &str| std::fs::metadata(format!("{path}{end}")).unwrap().len();
        put(4);
        store.copy_back().unwrap();
        assert!(size("") < 4 << 20, "so little is not worth it");
        store
            .read(|reader| {
                // Somebody who reads an earlier state is not in the way of what was there then, nor of writes.
                reader.revision()?;
                put(8);
                store.copy_back()?;
                create(&store, &position("meanwhile"));
                Ok::<_, StoreError>(())
            })
            .unwrap();
        store.copy_back().unwrap();
        assert!(size("") >= 12 << 20, "{}", size(""));
        // Long work goes on and on: the journal is begun anew all the same.
        for _ in 0..20 {
            put(10);
            store.copy_back().unwrap();
        }
        assert!(size("-wal") < 128 << 20, "{}", size("-wal"));
        let summary = store.read(|reader| reader.log_summary()).unwrap();
        assert_eq!(summary.revisions, 1);
    });
}

#[test]
fn what_was_erased_leaves_the_journal_as_soon_as_nobody_reads_out_of_it() {
    on_every_database(|database| {
        let store = database.store();
        let Some(path) = database.url().strip_prefix("sqlite://") else { return store.settle().unwrap() };
        let size = || std::fs::metadata(format!("{path}-wal")).unwrap().len();
        create(&store, &position("before"));
        assert!(size() > 0);
        store
            .read(|reader| {
                reader.revision()?;
                create(&store, &position("erased"));
                assert!(matches!(store.settle(), Err(StoreError::Busy)));
                assert!(matches!(store.copy_back(), Err(StoreError::Busy)));
                // Nobody waits for whoever reads.
                create(&store, &position("meanwhile"));
                Ok::<_, StoreError>(())
            })
            .unwrap();
        assert!(size() > 0);
        store.copy_back().unwrap();
        assert_eq!(size(), 0);
        create(&store, &position("after"));
        store.copy_back().unwrap();
        assert!(size() > 0, "once is enough");
        store.settle().unwrap();
        assert_eq!(size(), 0);
    });
}
