//! Daily jobs, and the inboxes that they fill.

use std::collections::HashMap;

use chrono::{NaiveDate, TimeDelta};
use domain::id::{ContractId, UserId};
use domain::notification::SubjectKind;
use persistence::testing::on_every_backend;
use persistence::{FollowedLeaving, NewNotification, NotificationQuery, Store};
use uuid::Uuid;

use crate::support::*;

fn somebody(store: &Store) -> UserId {
    let user = user(&new_id::<Uuid>().to_string());
    create(store, &user);
    user.id
}

#[test]
fn a_daily_run_is_claimed_once_and_again_when_it_was_given_up() {
    on_every_backend(|store| {
        let claim = |on: &str, given_up_minutes: i64| {
            let written =
                write(store, |tx| tx.claim_daily_run("job", day(on), tx.now() + TimeDelta::minutes(given_up_minutes)));
            let written = written.unwrap();
            assert!(!written.changed, "the log knows nothing of it");
            written.value
        };
        let last = || store.read(|reader| reader.last_daily_run("job")).unwrap();
        assert_eq!(last(), None);
        assert!(claim("2026-06-15", -60));
        assert!(!claim("2026-06-15", -60), "somebody is at it");
        assert!(claim("2026-06-15", 60), "he was given up");
        assert_eq!(last().map(|run| (run.day, run.finished_at)), Some((day("2026-06-15"), None)));
        write(store, |tx| tx.finish_daily_run("job", day("2026-06-15"))).unwrap();
        assert!(last().unwrap().finished_at.is_some());
        assert!(!claim("2026-06-15", 60) && !claim("2026-06-14", 60));
        assert!(claim("2026-06-16", -60));
        assert!(write(store, |tx| tx.claim_daily_run("other", day("2026-06-15"), tx.now())).unwrap().value);
    });
}

fn about(user: UserId, subject: Uuid, cause: &str) -> NewNotification {
    NewNotification {
        id: Uuid::now_v7(),
        user_id: user,
        kind: "account_blocked".into(),
        subject_kind: SubjectKind::User,
        subject_id: subject,
        cause: cause.into(),
        data: "{}".into(),
        due_at: instant("2026-06-15T12:00:00Z"),
    }
}

#[test]
fn an_inbox_belongs_to_its_user_and_shows_what_is_due() {
    // N-02
    on_every_backend(|store| {
        let (ada, ben, subject) = (somebody(store), somebody(store), new_id::<Uuid>());
        let noon = instant("2026-06-15T12:00:00Z");
        let first = about(ada, subject, "one");
        let other = NewNotification { kind: "x".into(), ..about(ada, subject, "one") };
        let late = NewNotification { due_at: noon + TimeDelta::hours(1), ..about(ada, subject, "late") };
        let new = [first, other, about(ben, subject, "one"), late];
        let written = write(store, |tx| tx.add_notifications(&new)).unwrap();
        assert!(!written.changed, "the log knows nothing of it");
        assert_eq!(written.value, 4);
        assert_eq!(write(store, |tx| tx.add_notifications(&new)).unwrap().value, 0, "nobody is told twice");
        let query = NotificationQuery { limit: 10, ..NotificationQuery::default() };
        let shown =
            |user, now, query: &NotificationQuery| store.read(|reader| reader.notifications(user, now, query)).unwrap();
        let kinds =
            |found: &[persistence::Notification]| -> Vec<String> { found.iter().map(|one| one.kind.clone()).collect() };
        let of_ada = shown(ada, noon, &query);
        assert_eq!(kinds(&of_ada), ["x", "account_blocked"]);
        assert_eq!(shown(ada, noon - TimeDelta::seconds(1), &query), []);
        let later = noon + TimeDelta::hours(1);
        assert_eq!(shown(ada, later, &query).len(), 3);
        let after = NotificationQuery { after: Some((of_ada[0].due_at, of_ada[0].id)), ..query.clone() };
        assert_eq!(shown(ada, later, &after), of_ada[1..]);
        let of_kind = NotificationQuery { kind: Some("x".into()), ..query.clone() };
        assert_eq!(shown(ada, later, &of_kind), of_ada[..1]);

        let unread = |user, now| -> Vec<_> {
            let found = store.read(|reader| reader.unread_notifications(user, now)).unwrap();
            found.into_iter().map(|one| (one.kind, one.id, one.count)).collect()
        };
        assert_eq!(unread(ada, later), [(SubjectKind::User, subject, 3)]);
        assert!(!write(store, |tx| tx.read_notification(ben, of_ada[0].id)).unwrap().value);
        assert!(write(store, |tx| tx.read_notification(ada, of_ada[0].id)).unwrap().value);
        assert_eq!(unread(ada, later), [(SubjectKind::User, subject, 2)]);
        let unread_only = NotificationQuery { read: Some(false), ..query.clone() };
        assert_eq!(kinds(&shown(ada, noon, &unread_only)), ["account_blocked"]);
        assert_eq!(write(store, |tx| tx.read_notifications(ada, noon)).unwrap().value, 1);
        assert_eq!(unread(ada, later), [(SubjectKind::User, subject, 1)]);
        assert_eq!(unread(ben, later).len(), 1);
        let gone = write(store, |tx| tx.delete_notifications(tx.now() + TimeDelta::seconds(1))).unwrap();
        assert_eq!(gone.value, 4);
    });
}

#[test]
fn the_last_link_of_an_account_tells_when_it_expired() {
    on_every_backend(|store| {
        let (ada, ben) = (somebody(store), somebody(store));
        let (early, noon) = (instant("2026-06-15T06:00:00Z"), instant("2026-06-15T12:00:00Z"));
        let link = |hash: &str, user, expires_at| persistence::OneTimeLink {
            hash: hash.into(),
            purpose: "invitation".into(),
            user_id: Some(user),
            expires_at,
        };
        write(store, |tx| {
            tx.add_link(&link("a", ada, early))?;
            tx.add_link(&link("b", ben, early))?;
            tx.add_link(&link("c", ben, noon + TimeDelta::hours(1)))
        })
        .unwrap();
        let expired = |after| store.read(|reader| reader.expired_links("invitation", after, noon)).unwrap();
        assert_eq!(expired(early - TimeDelta::hours(1)), [(ada, early)]);
        assert_eq!(expired(early), []);
        assert_eq!(store.read(|reader| reader.expired_links("password", early, noon)).unwrap(), []);
    });
}

#[test]
fn of_each_contract_the_end_that_was_followed_last_is_remembered() {
    // L-04
    on_every_backend(|store| {
        let (worker, department, position) = (worker("a"), department("d"), position("p"));
        write(store, |tx| {
            tx.create(worker.clone())?;
            tx.create(department.clone())?;
            tx.create(position.clone())
        })
        .unwrap();
        let [one, other] = [(); 2].map(|()| {
            let contract = contract(&worker, &department, &position);
            create(store, &contract);
            contract.id
        });
        let last = day("2026-06-14");
        let note = |followed: &[(ContractId, Option<NaiveDate>)]| {
            let written = write(store, |tx| tx.note_followed_leavings(followed)).unwrap();
            assert!(!written.changed, "the log knows nothing of it");
            written.revision + 1
        };
        let known = || store.read(|reader| reader.followed_leavings(&[one, other])).unwrap();
        assert!(known().is_empty());
        let revision = note(&[(one, Some(last))]);
        assert_eq!(known(), HashMap::from([(one, FollowedLeaving { last_day: Some(last), revision })]));
        create(store, &user("somebody"));
        let later = note(&[(one, None), (other, Some(last))]);
        assert_eq!(later, revision + 1);
        assert_eq!(known()[&one], FollowedLeaving { last_day: None, revision: later });
        assert_eq!(known()[&other], FollowedLeaving { last_day: Some(last), revision: later });
    });
}
