//! A write sees its own changes, and merges them.

use domain::change::Change;
use domain::id::Kind;
use domain::organisation::Position;
use persistence::testing::on_every_backend;
use persistence::{Constraint, Key, StoreError};

use crate::support::*;

fn named(position: &Position, name: &str) -> Position {
    Position { name: name.into(), ..position.clone() }
}

#[test]
fn pending_changes_are_seen_by_id_and_by_key() {
    on_every_backend(|store| {
        let (old, new) = (position("old"), position("new"));
        create(store, &old);
        write(store, |tx| {
            tx.create(new.clone())?;
            let seen = tx.get::<Position>(new.id.0)?.unwrap();
            assert_eq!(seen.value, new);
            assert_eq!((seen.created_at, seen.updated_at), (tx.now(), tx.now()));
            assert_eq!(seen.revision, tx.revision());
            let before = tx.get::<Position>(old.id.0)?.unwrap();
            assert_eq!(before.revision, tx.revision() - 1);
            tx.update(Position { code: "renamed".into(), ..old.clone() })?;
            let seen = tx.get::<Position>(old.id.0)?.unwrap();
            assert_eq!(seen.revision, tx.revision());
            assert_eq!((seen.created_at, seen.updated_at), (before.created_at, tx.now()));
            assert_eq!(tx.find::<Position>(&Key::Code(Kind::Position, "old".into()))?.len(), 0);
            assert_eq!(tx.find::<Position>(&Key::Code(Kind::Position, "renamed".into()))?.len(), 1);
            assert_eq!(tx.find::<Position>(&Key::All(Kind::Position))?.len(), 2);
            tx.remove::<Position>(old.id.0)?;
            assert_eq!(tx.get::<Position>(old.id.0)?, None);
            assert_eq!(tx.find::<Position>(&Key::Code(Kind::Position, "renamed".into()))?.len(), 0);
            assert_eq!(tx.find::<Position>(&Key::All(Kind::Position))?.len(), 1);
            Ok(())
        })
        .unwrap();
    });
}

#[test]
fn a_key_loaded_after_a_change_shows_the_change() {
    on_every_backend(|store| {
        let (one, two) = (department("one"), department("two"));
        let top = department("top");
        write(store, |tx| {
            tx.create(top.clone())?;
            tx.create(domain::organisation::Department { parent_id: Some(top.id), ..one.clone() })?;
            tx.create(two.clone())
        })
        .unwrap();
        write(store, |tx| {
            // Loaded by id and moved away; the database still finds it below the top.
            tx.get::<domain::organisation::Department>(one.id.0)?;
            tx.update(one.clone())?;
            tx.get::<domain::organisation::Department>(two.id.0)?;
            let moved = domain::organisation::Department { parent_id: Some(top.id), ..two.clone() };
            tx.update(moved.clone())?;
            let below = tx.find::<domain::organisation::Department>(&Key::ChildrenOf(top.id))?;
            assert_eq!(below.into_iter().map(|row| row.value).collect::<Vec<_>>(), [moved]);
            Ok(())
        })
        .unwrap();
    });
}

#[test]
fn changes_of_one_record_are_merged() {
    on_every_backend(|store| {
        let kept: Vec<_> = (0..5).map(|n| position(&format!("kept{n}"))).collect();
        write(store, |tx| kept.iter().cloned().try_for_each(|value| tx.create(value))).unwrap();
        let (made, passing) = (position("made"), position("passing"));
        let written = write(store, |tx| {
            tx.preload::<Position>(&kept.iter().map(|value| value.id.0).collect::<Vec<_>>())?;
            // Twice changed; changed back; changed then removed; removed then made again.
            tx.update(named(&kept[0], "a"))?;
            tx.update(named(&kept[0], "b"))?;
            tx.update(named(&kept[1], "a"))?;
            tx.update(kept[1].clone())?;
            tx.update(named(&kept[2], "a"))?;
            tx.remove::<Position>(kept[2].id.0)?;
            tx.remove::<Position>(kept[3].id.0)?;
            tx.create(named(&kept[3], "again"))?;
            tx.update(kept[4].clone())?;
            // Created then changed; created then removed.
            tx.create(made.clone())?;
            tx.update(named(&made, "made at once"))?;
            tx.create(passing.clone())?;
            tx.remove::<Position>(passing.id.0)?;
            // Removing what is not there is nothing.
            tx.remove::<Position>(new_id())
        })
        .unwrap();
        let expected = [
            Change::updated(kept[0].clone(), named(&kept[0], "b")),
            Change::removed(kept[2].clone()),
            Change::updated(kept[3].clone(), named(&kept[3], "again")),
            Change::created(named(&made, "made at once")),
        ];
        assert_eq!(written.changes, expected);
        let logged = store.read(|reader| reader.changes_since(1, 5)).unwrap();
        assert_eq!(logged[0].changes, expected);
        assert_eq!(get::<Position>(store, kept[0].id).unwrap().value.name, "b");
        assert_eq!(get::<Position>(store, kept[1].id).unwrap().revision, 1);
        assert_eq!(get::<Position>(store, kept[2].id), None);
        let again = get::<Position>(store, kept[3].id).unwrap();
        assert_eq!((again.value.name.as_str(), again.revision), ("again", 2));
        assert_eq!(get::<Position>(store, passing.id), None);
    });
}

#[test]
fn a_write_that_changes_nothing_makes_no_revision() {
    on_every_backend(|store| {
        let one = position("one");
        create(store, &one);
        let written = write(store, |tx| {
            tx.get::<Position>(one.id.0)?;
            tx.update(one.clone())
        })
        .unwrap();
        assert!(!written.changed && written.changes.is_empty());
        assert_eq!(written.revision, 1);
        assert_eq!(store.read(|reader| reader.revision()).unwrap(), 1);
        assert_eq!(get::<Position>(store, one.id).unwrap().revision, 1);
    });
}

#[test]
fn nothing_of_a_failed_write_stays() {
    on_every_backend(|store| {
        let one = position("one");
        #[derive(Debug, PartialEq)]
        enum Refused {
            ByRule,
            ByStore,
        }
        impl From<StoreError> for Refused {
            fn from(_: StoreError) -> Self {
                Refused::ByStore
            }
        }
        let refused = store.write(&OPERATOR, |tx| {
            tx.create(one.clone())?;
            tx.create_operation(persistence::NewOperation {
                id: one.id.0,
                kind: "import".into(),
                parameters: serde_json::Value::Null,
                created_by: None,
                total: None,
            })?;
            Err::<(), _>(Refused::ByRule)
        });
        assert_eq!(refused.unwrap_err(), Refused::ByRule);
        let nothing = store.read(|reader| {
            let operation = reader.operation(one.id.0)?;
            Ok::<_, StoreError>((reader.get::<Position>(one.id.0)?, operation, reader.revision()?))
        });
        assert_eq!(nothing.unwrap(), (None, None, 0));
        // The number of the failed write is not lost.
        assert_eq!(create(store, &one).revision, 1);
    });
}

#[test]
fn nothing_of_a_write_that_panicked_stays_and_the_next_goes_on() {
    on_every_backend(|store| {
        let one = position("one");
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _ = write(store, |tx| {
                tx.set_password_hash(new_id(), "x")?;
                tx.create(one.clone())?;
                panic!("on purpose");
                #[expect(unreachable_code, reason = "gives the closure its type")]
                Ok(())
            });
        }));
        assert!(panicked.is_err());
        let read = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _: Result<(), StoreError> = store.read(|_| panic!("on purpose"));
        }));
        assert!(read.is_err());
        assert_eq!(get::<Position>(store, one.id), None);
        assert_eq!(create(store, &one).revision, 1);
    });
}

#[test]
fn misuse_is_told() {
    on_every_backend(|store| {
        let one = position("one");
        create(store, &one);
        write(store, |tx| {
            assert!(matches!(tx.update(one.clone()), Err(StoreError::Misuse(_))));
            tx.get::<Position>(one.id.0)?;
            assert!(matches!(tx.create(one.clone()), Err(StoreError::Conflict { constraint: Constraint::Unique, .. })));
            tx.remove::<Position>(one.id.0)?;
            assert!(matches!(tx.update(one.clone()), Err(StoreError::Misuse(_))));
            Ok(())
        })
        .unwrap();
    });
}

#[test]
fn a_unique_value_can_pass_from_one_record_to_another() {
    on_every_backend(|store| {
        let (one, two, three) = (position("one"), position("two"), position("three"));
        write(store, |tx| {
            tx.create(one.clone())?;
            tx.create(two.clone())
        })
        .unwrap();
        write(store, |tx| {
            tx.preload::<Position>(&[one.id.0, two.id.0])?;
            // Given up by a removal and by a change, taken by a creation and by a change.
            tx.create(Position { code: "two".into(), ..three.clone() })?;
            tx.remove::<Position>(one.id.0)?;
            tx.update(Position { code: "one".into(), ..two.clone() })
        })
        .unwrap();
        assert_eq!(get::<Position>(store, two.id).unwrap().value.code, "one");
        assert_eq!(get::<Position>(store, three.id).unwrap().value.code, "two");
    });
}

#[test]
fn a_reader_within_a_write_shows_what_was_stored_before() {
    on_every_backend(|store| {
        let one = position("one");
        create(store, &one);
        write(store, |tx| {
            tx.create(position("two"))?;
            tx.set_password_hash(new_id(), "x").unwrap();
            assert_eq!(tx.reader().count::<Position>(&[])?, 1);
            Err::<(), _>(StoreError::Busy)
        })
        .unwrap_err();
    });
}
