//! Many rows in one write are the same as one by one.

use domain::change::Record;
use domain::organisation::Position;
use domain::user::User;
use domain::window::Window;
use domain::worker::Worker;
use persistence::testing::{databases, on_every_backend};
use persistence::{StoreError, Stored, Table, Value, columns};

use crate::samples::*;
use crate::support::*;

/// Every column but what tells when and by which write.
fn columns_of<T: Table>(stored: &Stored<T>) -> Vec<(&'static str, Value)> {
    columns::<T>()
        .into_iter()
        .filter(|(column, _)| !["created_at", "updated_at", "revision"].contains(column))
        .map(|(column, _)| (column, value_of(stored, column).unwrap()))
        .collect()
}

#[test]
fn two_thousand_rows_at_once_are_the_same_as_one_by_one() {
    for (many, single) in databases().into_iter().zip(databases()) {
        let (many, single) = (many.store(), single.store());
        let positions: Vec<_> = (0..2_000)
            .map(|n| Position {
                external_id: (n % 3 == 0).then(|| format!("x\t{n}")),
                name: format!("Näme \\{n}\n"),
                window: Window::new(None, (n % 2 == 0).then(|| day("2026-01-31"))),
                ..position(&format!("p{n}"))
            })
            .collect();
        let changed: Vec<_> = positions
            .iter()
            .enumerate()
            .map(|(n, old)| Position {
                external_id: (n % 5 == 0).then(|| format!("y{n}")),
                name: format!("{n}"),
                window: Window::new((n % 7 == 0).then(|| day("2025-01-31")), None),
                ..old.clone()
            })
            .collect();
        let ids: Vec<_> = positions.iter().map(|value| value.id.0).collect();
        let check = |expected: &[Position]| {
            for store in [&many, &single] {
                let stored = store.read(|reader| reader.get_many::<Position>(&ids)).unwrap();
                let values: Vec<_> = stored.iter().map(|row| row.value.clone()).collect();
                assert_eq!(values, expected);
                let mut streamed = Vec::new();
                store
                    .read(|reader| {
                        reader.for_each::<Position, StoreError>(|row| {
                            streamed.push(row);
                            Ok(())
                        })
                    })
                    .unwrap();
                assert_eq!(streamed, stored);
            }
            let rows = |store: &persistence::Store| {
                let stored = store.read(|reader| reader.get_many::<Position>(&ids)).unwrap();
                stored.iter().map(columns_of).collect::<Vec<_>>()
            };
            assert_eq!(rows(&many), rows(&single));
        };

        let at_once = write(&many, |tx| positions.iter().cloned().try_for_each(|p| tx.create(p)));
        assert_eq!(at_once.unwrap().changes.len(), 2_000);
        positions.iter().for_each(|position| drop(create(&single, position)));
        check(&positions);

        write(&many, |tx| {
            tx.preload::<Position>(&ids)?;
            changed.iter().cloned().try_for_each(|p| tx.update(p))
        })
        .unwrap();
        for position in &changed {
            write(&single, |tx| {
                tx.get::<Position>(position.id.0)?;
                tx.update(position.clone())
            })
            .unwrap();
        }
        check(&changed);
        let stored = get::<Position>(&many, ids[0]).unwrap();
        assert_eq!((stored.revision, stored.created_at < stored.updated_at), (2, true));

        write(&many, |tx| {
            tx.preload::<Position>(&ids)?;
            ids.iter().skip(1).try_for_each(|id| tx.remove::<Position>(*id))
        })
        .unwrap();
        for id in &ids[1..] {
            write(&single, |tx| tx.remove::<Position>(*id)).unwrap();
        }
        check(&changed[..1]);

        let log = |store: &persistence::Store| -> Vec<_> {
            let logged = store.read(|reader| reader.changes_since(0, 10_000)).unwrap();
            logged.into_iter().flat_map(|revision| revision.changes).collect()
        };
        assert_eq!(log(&many), log(&single));
    }
}

#[test]
fn every_field_of_every_kind_is_changed_in_bulk() {
    on_every_backend(|store| {
        // Many copies of the record with few fields become copies of the one with all.
        let samples = samples();
        let users: Vec<_> = samples.iter().filter_map(as_user).cloned().collect();
        let workers: Vec<_> = samples.iter().filter_map(as_worker).cloned().collect();
        let ids: Vec<_> = (0..300).map(|_| new_id::<uuid::Uuid>()).collect();
        let user = |n: usize, of: &User| User {
            id: ids[n].into(),
            external_id: of.external_id.as_ref().map(|id| format!("{id}-{n}")),
            login: of.login.as_ref().map(|login| format!("{login}-{n}")),
            ..of.clone()
        };
        let worker = |n: usize, of: &Worker| Worker {
            id: ids[n].into(),
            external_id: of.external_id.as_ref().map(|id| format!("{id}-{n}")),
            personal_number: format!("{}-{n}", of.personal_number),
            user_id: of.user_id.map(|_| ids[n].into()),
            ..of.clone()
        };
        for of in [1, 0, 1] {
            write(store, |tx| {
                tx.preload::<User>(&ids)?;
                tx.preload::<Worker>(&ids)?;
                for (n, id) in ids.iter().enumerate() {
                    let (user, worker) = (user(n, &users[of]), worker(n, &workers[of]));
                    if tx.get::<User>(*id)?.is_none() {
                        tx.create(user)?;
                        tx.create(worker)?;
                    } else {
                        tx.update(user)?;
                        tx.update(worker)?;
                    }
                }
                Ok(())
            })
            .unwrap();
            for n in [0, 1, 255, 256, 299] {
                assert_eq!(get::<User>(store, ids[n]).unwrap().value, user(n, &users[of]));
                assert_eq!(get::<Worker>(store, ids[n]).unwrap().value, worker(n, &workers[of]));
            }
        }
    });
}

fn as_user(record: &Record) -> Option<&User> {
    match record {
        Record::User(user) => Some(user),
        _ => None,
    }
}

fn as_worker(record: &Record) -> Option<&Worker> {
    match record {
        Record::Worker(worker) => Some(worker),
        _ => None,
    }
}

#[test]
fn a_bulk_write_is_refused_whole() {
    on_every_backend(|store| {
        let mut positions: Vec<_> = (0..500).map(|n| position(&format!("p{n}"))).collect();
        positions[400].code = "p7".into();
        let refused = write(store, |tx| positions.iter().cloned().try_for_each(|p| tx.create(p)));
        match refused {
            Err(StoreError::Conflict { name, .. }) => {
                assert_eq!(name.as_deref(), Some("positions_code_key"));
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(store.read(|reader| reader.count::<Position>(&[])).unwrap(), 0);
        create(store, &positions[400]);
    });
}

#[test]
fn all_rows_are_read_however_many_batches_they_take() {
    on_every_backend(|store| {
        let positions: Vec<_> = (0..20_001).map(|n| position(&format!("p{n}"))).collect();
        write(store, |tx| positions.iter().cloned().try_for_each(|p| tx.create(p))).unwrap();
        let mut count = 0;
        let mut last = uuid::Uuid::nil();
        let all = store.read(|reader| {
            reader.for_each::<Position, StoreError>(|row| {
                count += 1;
                assert!(row.value.id.0 > last);
                last = row.value.id.0;
                Ok(())
            })
        });
        all.unwrap();
        assert_eq!(count, 20_001);
        let stopped = store.read(|reader| reader.for_each::<Position, StoreError>(|_| Err(StoreError::Busy)));
        assert!(matches!(stopped, Err(StoreError::Busy)));
    });
}
