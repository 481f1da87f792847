//! The log: who changed what, and when.

use chrono::TimeDelta;
use domain::id::{Kind, UserId};
use domain::organisation::Position;
use persistence::testing::{on_every_backend, on_every_database};
use persistence::{Actor, AuditEntry, AuditQuery, Author, Options, Order, Store, StoreError};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::support::*;

fn audit(store: &Store, query: &AuditQuery) -> Vec<AuditEntry> {
    store.read(|reader| reader.audit(query)).unwrap()
}

fn everything() -> AuditQuery {
    AuditQuery { limit: 1_000, ..AuditQuery::default() }
}

fn places(entries: &[AuditEntry]) -> Vec<(i64, i64)> {
    entries.iter().map(|entry| (entry.revision, entry.ordinal)).collect()
}

#[test]
fn who_and_why_are_logged_with_before_and_after() {
    on_every_backend(|store| {
        let (ada, service): (UserId, UserId) = (new_id(), new_id());
        let author = Author {
            actor: Actor::User(service),
            acting_as: Some(ada),
            request_id: Some("req-1".into()),
            cause: Some("import 7".into()),
        };
        let one = position("one");
        let renamed = Position { name: "New".into(), ..one.clone() };
        let first = store.write::<_, StoreError>(&author, |tx| tx.create(one.clone())).unwrap();
        write(store, |tx| {
            tx.get::<Position>(one.id.0)?;
            tx.update(renamed.clone())
        })
        .unwrap();
        let job = Author::new(Actor::Service).because("nightly");
        store.write::<_, StoreError>(&job, |tx| tx.remove::<Position>(one.id.0)).unwrap();
        let entries = audit(store, &everything());
        assert_eq!(places(&entries), [(3, 0), (2, 0), (1, 0)]);
        let created = &entries[2];
        assert_eq!(created.at, first.at);
        assert_eq!((created.actor, created.acting_as), (Actor::User(service), Some(ada)));
        assert_eq!(created.request_id.as_deref(), Some("req-1"));
        assert_eq!(created.cause.as_deref(), Some("import 7"));
        assert_eq!((created.kind, created.entity_id), (Kind::Position, one.id.0));
        let json = |position: &Position| Some(serde_json::to_value(position).unwrap());
        assert_eq!((created.before.clone(), created.after.clone()), (None, json(&one)));
        let changed = &entries[1];
        assert_eq!(changed.actor, Actor::Operator);
        assert_eq!((changed.before.clone(), changed.after.clone()), (json(&one), json(&renamed)));
        let removed = &entries[0];
        assert_eq!((removed.actor, removed.cause.as_deref()), (Actor::Service, Some("nightly")));
        assert_eq!((removed.before.clone(), removed.after.clone()), (json(&renamed), None));
    });
}

#[test]
fn entries_are_chosen_and_paged() {
    on_every_database(|database| {
        let seconds = Arc::new(AtomicI64::new(1_700_000_000));
        let clock = seconds.clone();
        let store = &database.store_with(Options {
            clock: Arc::new(move || chrono::DateTime::from_timestamp(clock.fetch_add(1, Ordering::SeqCst), 0).unwrap()),
            ..Options::default()
        });
        let (ada, ben): (UserId, UserId) = (new_id(), new_id());
        let positions: Vec<_> = (0..4).map(|n| position(&format!("p{n}"))).collect();
        // Revisions 1 to 4 with 1 to 4 changes each, by Ada and Ben in turn.
        for n in 0..4 {
            let author = Author::new(Actor::User(if n % 2 == 0 { ada } else { ben }));
            let write = store.write::<_, StoreError>(&author, |tx| {
                tx.create(positions[n].clone())?;
                for old in &positions[..n] {
                    let old = tx.get::<Position>(old.id.0)?.unwrap().value;
                    tx.update(Position { name: format!("{}+", old.name), ..old })?;
                }
                Ok(())
            });
            write.unwrap();
        }
        let newest_first: Vec<(i64, i64)> = (1..=4).rev().flat_map(|r| (0..r).rev().map(move |o| (r, o))).collect();
        let mut oldest_first = newest_first.clone();
        oldest_first.reverse();
        for (order, expected) in [(Order::NewestFirst, &newest_first), (Order::OldestFirst, &oldest_first)] {
            assert_eq!(&places(&audit(store, &AuditQuery { order, ..everything() })), expected);
            for limit in [1, 3] {
                let mut query = AuditQuery { order, limit, ..AuditQuery::default() };
                let mut paged = Vec::new();
                loop {
                    let page = places(&audit(store, &query));
                    let Some(last) = page.last() else { break };
                    query.after = Some(*last);
                    paged.extend(page);
                }
                assert_eq!(&paged, expected);
            }
        }
        let query = AuditQuery { entity_id: Some(positions[2].id.0), ..everything() };
        assert_eq!(audit(store, &query).len(), 2);
        let query = AuditQuery { kind: Some(Kind::Role), ..everything() };
        assert_eq!(audit(store, &query), []);
        let query = AuditQuery { kind: Some(Kind::Position), ..everything() };
        assert_eq!(audit(store, &query).len(), 10);
        let query = AuditQuery { actor_id: Some(ben), ..everything() };
        assert_eq!(audit(store, &query).len(), 6);
        let query = AuditQuery { after_revision: Some(1), before_revision: Some(4), ..everything() };
        assert_eq!(audit(store, &query).len(), 5);
        let at = audit(store, &AuditQuery { before_revision: Some(3), ..everything() })[0].at;
        let query = AuditQuery { from: Some(at), to: Some(at + TimeDelta::seconds(1)), ..everything() };
        assert_eq!(places(&audit(store, &query)), [(2, 1), (2, 0)]);
    });
}

#[test]
fn revisions_are_followed_whole() {
    on_every_backend(|store| {
        for n in 0..5 {
            write(store, |tx| (0..=n).try_for_each(|m| tx.create(position(&format!("{n}-{m}"))))).unwrap();
        }
        let since = |revision, max| {
            let logged = store.read(|reader| reader.changes_since(revision, max)).unwrap();
            logged.iter().map(|one| (one.revision, one.changes.len())).collect::<Vec<_>>()
        };
        assert_eq!(since(0, 100), [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5)]);
        assert_eq!(since(2, 2), [(3, 3), (4, 4)]);
        assert_eq!(since(5, 10), []);
        assert_eq!(since(0, 0), []);
    });
}

#[test]
fn the_log_is_pruned_from_its_beginning_and_never_forgets_its_number() {
    on_every_database(|database| {
        let seconds = Arc::new(AtomicI64::new(1_700_000_000));
        let clock = seconds.clone();
        let now = move || chrono::DateTime::from_timestamp(clock.load(Ordering::SeqCst), 0).unwrap();
        let store = &database.store_with(Options { clock: Arc::new(now.clone()), ..Options::default() });
        for n in 0..4 {
            seconds.fetch_add(10, Ordering::SeqCst);
            create(store, &position(&format!("p{n}")));
        }
        let pruned = write(store, |tx| tx.prune_log(now() - TimeDelta::seconds(15))).unwrap();
        assert_eq!((pruned.value, pruned.changed, pruned.revision), (2, false, 4));
        let logged = store.read(|reader| reader.changes_since(2, 10)).unwrap();
        assert_eq!(logged.iter().map(|one| one.revision).collect::<Vec<_>>(), [3, 4]);
        let gone = store.read(|reader| reader.changes_since(1, 10)).unwrap_err();
        assert!(matches!(gone, StoreError::Pruned { oldest: 3 }), "{gone:?}");
        assert_eq!(audit(store, &everything()).len(), 2);
        let all = write(store, |tx| tx.prune_log(now() + TimeDelta::days(1))).unwrap();
        assert_eq!(all.value, 1);
        let summary = store.read(|reader| reader.log_summary()).unwrap();
        assert_eq!((summary.min, summary.max, summary.changes), (4, 4, 1));
        assert!(summary.dense());
        assert_eq!(create(store, &position("next")).revision, 5);
    });
}

#[test]
fn an_empty_log_is_dense() {
    on_every_backend(|store| {
        let summary = store.read(|reader| reader.log_summary()).unwrap();
        assert_eq!((summary.min, summary.max, summary.revisions), (0, 0, 0));
        assert!(summary.dense());
        assert_eq!(store.read(|reader| reader.changes_since(0, 10)).unwrap(), []);
    });
}
