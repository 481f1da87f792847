//! The counters of marks.

use std::thread;

use domain::area::MarkPattern;
use domain::id::AreaId;
use persistence::testing::on_every_backend;
use persistence::{MarkCounter, Store, StoreError, Tx};
use uuid::Uuid;

use crate::support::*;

fn pattern(store: &Store) -> MarkPattern {
    let code = new_id::<Uuid>().to_string();
    let module = module(&code);
    create(store, &module);
    let object_type = object_type(&code, &module);
    create(store, &object_type);
    let pattern = mark_pattern(&object_type);
    create(store, &pattern);
    pattern
}

fn counter(pattern: &MarkPattern, area: Option<AreaId>, period: &str) -> MarkCounter {
    MarkCounter { pattern: pattern.id, area, period: period.to_owned() }
}

/// Takes a number with something that needs it: a write that changes nothing takes none.
fn next(tx: &mut Tx<'_>, counter: &MarkCounter) -> Result<i64, StoreError> {
    let number = tx.last_mark_number(counter)?.0 + 1;
    tx.take_mark_number(counter, number);
    tx.create(user(&new_id::<Uuid>().to_string()))?;
    Ok(number)
}

fn taken(store: &Store, counter: &MarkCounter) -> i64 {
    write(store, |tx| next(tx, counter)).unwrap().value
}

#[test]
fn every_counter_runs_for_itself() {
    on_every_backend(|store| {
        let (one, other) = (pattern(store), pattern(store));
        let january = counter(&one, None, "2020-01");
        assert_eq!([taken(store, &january), taken(store, &january)], [1, 2]);
        assert_eq!(taken(store, &counter(&one, None, "2020-02")), 1);
        assert_eq!(taken(store, &counter(&one, Some(new_id()), "2020-01")), 1);
        assert_eq!(taken(store, &counter(&other, None, "2020-01")), 1);
        assert_eq!(store.read(|reader| reader.last_mark_number(&january)).unwrap(), 2);
        assert_eq!(store.read(|reader| reader.last_mark_number(&counter(&other, None, ""))).unwrap(), 0);
        // It goes with its pattern.
        write(store, |tx| tx.remove::<MarkPattern>(one.id.0)).unwrap();
        assert_eq!(store.read(|reader| reader.last_mark_number(&january)).unwrap(), 0);
    });
}

#[test]
fn what_is_rolled_back_takes_no_number() {
    on_every_backend(|store| {
        let numbers = counter(&pattern(store), None, "");
        assert_eq!(taken(store, &numbers), 1);
        let failed = write(store, |tx| {
            assert_eq!((next(tx, &numbers)?, next(tx, &numbers)?), (2, 3));
            Err::<(), _>(StoreError::Misuse("no".to_owned()))
        });
        assert!(failed.is_err());
        let nothing_else = write(store, |tx| {
            tx.take_mark_number(&numbers, 7);
            Ok(())
        });
        assert!(!nothing_else.unwrap().changed);
        assert_eq!(taken(store, &numbers), 2);
    });
}

#[test]
fn writers_at_once_take_every_number_once() {
    on_every_backend(|store| {
        let numbers = counter(&pattern(store), Some(new_id()), "2020");
        let mut all: Vec<i64> = thread::scope(|scope| {
            let writers: Vec<_> =
                (0..8).map(|_| scope.spawn(|| (0..5).map(|_| taken(store, &numbers)).collect::<Vec<_>>())).collect();
            writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect()
        });
        all.sort_unstable();
        assert_eq!(all, (1..=40).collect::<Vec<_>>());
    });
}
