//! What guards accounts: sessions to be shown and ended, attempts to log in, bindings to identity
//! providers.

use chrono::{DateTime, TimeDelta, Utc};
use domain::change::{Change, Record};
use domain::id::{SessionId, UserId};
use domain::log_in::LogInOutcome::{self, *};
use domain::token::BoundIdentity;
use domain::user::User;
use persistence::testing::on_every_backend;
use persistence::{LogInAttempt, LogInAttemptQuery, NewSession, OneTimeLink, Store, StoreError};
use uuid::Uuid;

use crate::support::*;

fn somebody(store: &Store) -> UserId {
    let user = user(&new_id::<Uuid>().to_string());
    create(store, &user);
    user.id
}

fn session(store: &Store, user_id: UserId, life: TimeDelta) -> SessionId {
    let id: SessionId = new_id();
    write(store, |tx| {
        let (expires_at, refresh_hash) = (tx.now() + life, id.to_string());
        tx.create_session(&NewSession { id, user_id, expires_at, refresh_hash, user_agent: None })
    })
    .unwrap();
    id
}

#[test]
fn live_sessions_come_newest_first_in_pages() {
    on_every_backend(|store| {
        let (ada, ben) = (somebody(store), somebody(store));
        let day = TimeDelta::days(1);
        let [one, two, _over, three] = [day, day, -day, day].map(|life| session(store, ada, life));
        session(store, ben, day);
        let now = Utc::now();
        let page = |after, limit| -> Vec<SessionId> {
            let found = store.read(|reader| reader.live_sessions_of(ada, now, after, limit)).unwrap();
            found.into_iter().map(|session| session.id).collect()
        };
        assert_eq!(page(None, 10), [three, two, one]);
        assert_eq!(page(None, 2), [three, two]);
        assert_eq!(page(Some(two), 2), [one]);
        assert_eq!(page(Some(one), 2), []);
    });
}

#[test]
fn all_sessions_end_but_the_one_that_is_kept() {
    on_every_backend(|store| {
        let (ada, ben) = (somebody(store), somebody(store));
        let day = TimeDelta::days(1);
        let [one, kept, three] = [day; 3].map(|life| session(store, ada, life));
        let other = session(store, ben, day);
        let ended = write(store, |tx| tx.end_sessions_but(ada, kept)).unwrap().value;
        assert_eq!(ended.iter().map(|session| session.id).collect::<Vec<_>>(), [one, three]);
        let left = |id| store.read(|reader| reader.session(id)).unwrap().is_some();
        assert_eq!([one, kept, three, other].map(left), [false, true, false, true]);
    });
}

#[test]
fn a_link_can_be_looked_at_without_using_it_up() {
    on_every_backend(|store| {
        let ada = somebody(store);
        let link = OneTimeLink {
            hash: "h".into(),
            purpose: "password".into(),
            user_id: Some(ada),
            expires_at: instant("2040-01-01T00:00:00Z"),
        };
        write(store, |tx| tx.add_link(&link)).unwrap();
        for _ in 0..2 {
            assert_eq!(store.read(|reader| reader.link("h")).unwrap().as_ref(), Some(&link));
        }
        assert_eq!(store.read(|reader| reader.link("x")).unwrap(), None);
        let newest = |purpose: &str, user| store.read(|reader| reader.newest_link(purpose, user)).unwrap();
        let first = newest("password", ada).unwrap();
        assert_eq!((newest("invitation", ada), newest("password", somebody(store))), (None, None));
        write(store, |tx| tx.add_link(&OneTimeLink { hash: "h2".into(), ..link.clone() })).unwrap();
        assert!(newest("password", ada).unwrap() > first);
        assert_eq!(write(store, |tx| tx.take_link("h")).unwrap().value, Some(link.clone()));
    });
}

fn attempt(user_id: Option<UserId>, at: DateTime<Utc>, outcome: LogInOutcome) -> LogInAttempt {
    let login_hash = user_id.is_none().then(|| "0123456789".to_owned());
    let address = Some("192.0.2.1".to_owned());
    LogInAttempt { id: new_id(), at, user_id, login_hash, address, outcome, user_agent: None }
}

fn add(store: &Store, attempts: &[LogInAttempt]) {
    let written = write(store, |tx| tx.add_log_in_attempts(attempts)).unwrap();
    assert!(!written.changed, "attempts are no matter of the log");
}

#[test]
fn failed_log_ins_count_within_their_time_and_after_the_last_that_ended_a_row() {
    // U-04
    on_every_backend(|store| {
        let (ada, ben) = (somebody(store), somebody(store));
        let at = |minute: i64| instant("2026-06-15T12:00:00Z") + TimeDelta::minutes(minute);
        let failed = |since, limit| store.read(|reader| reader.failed_log_ins(ada, at(since), limit)).unwrap();
        let first = [attempt(Some(ada), at(0), WrongPassword), attempt(Some(ada), at(1), WrongPassword)];
        add(store, &first);
        add(store, &[attempt(Some(ben), at(1), WrongPassword), attempt(None, at(1), UnknownLogin)]);
        add(store, &[attempt(Some(ada), at(1), NotAllowed)]);
        assert_eq!(failed(0, 10), [first[1].id, first[0].id]);
        assert_eq!(failed(0, 1), [first[1].id]);
        assert_eq!(failed(1, 10), [first[1].id]);
        for end in [Succeeded, Locked, Spared] {
            add(store, &[attempt(Some(ada), at(2), end)]);
            assert!(failed(0, 10).is_empty(), "{end}");
            let next = attempt(Some(ada), at(2), WrongPassword);
            add(store, std::slice::from_ref(&next));
            assert_eq!(failed(0, 10), [next.id], "{end}");
        }
        let last = failed(0, 10)[0];
        assert!(write(store, |tx| tx.judge_log_in_attempt(last, Locked)).unwrap().value);
        assert!(!write(store, |tx| tx.judge_log_in_attempt(new_id(), Locked)).unwrap().value);
        assert!(failed(0, 10).is_empty());
    });
}

#[test]
fn attempts_are_shown_newest_first_and_removed_in_time() {
    on_every_backend(|store| {
        let ada = somebody(store);
        let at = |minute: i64| instant("2026-06-15T12:00:00Z") + TimeDelta::minutes(minute);
        let all = [
            attempt(Some(ada), at(0), WrongPassword),
            attempt(None, at(1), UnknownLogin),
            LogInAttempt { user_agent: Some("test".into()), ..attempt(Some(ada), at(2), Succeeded) },
        ];
        add(store, &all);
        let shown = |query| store.read(|reader| reader.log_in_attempts(&query)).unwrap();
        let query = LogInAttemptQuery { limit: 10, ..LogInAttemptQuery::default() };
        let [first, second, third] = &all;
        let are = |query: LogInAttemptQuery, expected: &[&LogInAttempt]| {
            assert_eq!(shown(query).iter().collect::<Vec<_>>(), expected);
        };
        are(query.clone(), &[third, second, first]);
        are(LogInAttemptQuery { limit: 1, ..query.clone() }, &[third]);
        are(LogInAttemptQuery { after: Some(second.id), ..query.clone() }, &[first]);
        are(LogInAttemptQuery { user_id: Some(ada), ..query.clone() }, &[third, first]);
        are(LogInAttemptQuery { outcome: Some(UnknownLogin), ..query.clone() }, &[second]);
        are(LogInAttemptQuery { since: Some(at(1)), ..query.clone() }, &[third, second]);
        assert_eq!(write(store, |tx| tx.delete_log_in_attempts(at(1))).unwrap().value, 1);
        are(query.clone(), &[third, second]);
        // They go with their account.
        write(store, |tx| tx.remove::<User>(ada.0)).unwrap();
        are(query, &[second]);
    });
}

#[test]
fn a_subject_is_one_account_and_an_account_one_subject_of_an_issuer() {
    on_every_backend(|store| {
        let (ada, ben) = (somebody(store), somebody(store));
        let bind = |user_id, issuer: &str, subject: &str| {
            let bound = BoundIdentity { id: new_id(), user_id };
            write(store, |tx| tx.bind_identity(&bound, issuer, subject)).map(|written| (bound, written))
        };
        let (bound, written) = bind(ada, "i", "s").unwrap();
        assert_eq!(written.changes, [Change::created(bound.clone())]);
        for (user, issuer, subject) in [(ben, "i", "s"), (ada, "i", "other")] {
            assert!(matches!(bind(user, issuer, subject), Err(StoreError::Conflict { .. })));
        }
        bind(ben, "i", "other").unwrap();
        let (second, _) = bind(ada, "j", "s").unwrap();
        let of = |issuer: &str, subject: &str| store.read(|reader| reader.user_of_identity(issuer, subject)).unwrap();
        assert_eq!(
            [of("i", "s"), of("i", "other"), of("j", "s"), of("j", "other")],
            [Some(ada), Some(ben), Some(ada), None]
        );
        let has = |user, issuer: &str| store.read(|reader| reader.has_identity(user, issuer)).unwrap();
        assert!(has(ada, "i") && has(ada, "j") && has(ben, "i") && !has(ben, "j"));

        let written = write(store, |tx| tx.unbind_identities_of(ada)).unwrap();
        assert_eq!(written.value, 2);
        let ended: Vec<_> = written.changes.iter().map(|change| change.before.clone().unwrap()).collect();
        assert_eq!(ended, [Record::Identity(bound), Record::Identity(second)]);
        assert_eq!((of("i", "s"), has(ada, "i"), has(ben, "i")), (None, false, true));
        assert!(!write(store, |tx| tx.unbind_identities_of(ada)).unwrap().changed);
    });
}
