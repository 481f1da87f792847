//! Erasing a person (U-08).

use std::collections::BTreeMap;

use domain::change::{Change, Record};
use domain::id::{Kind, UserId};
use domain::log_in::LogInOutcome;
use domain::role::{Member, Membership};
use domain::user::{User, UserState};
use persistence::testing::on_every_backend;
use persistence::{IdempotentAnswer, Kept, Key, LogInAttempt, NewNote, OneTimeLink, Store, StoreError, Traces, Tx};
use uuid::Uuid;

use crate::support::*;

fn under_pseudonym(record: Record) -> Record {
    match record {
        Record::User(user) => user.under_pseudonym().into(),
        other => other,
    }
}

#[test]
fn a_record_is_rewritten_as_if_it_had_always_been_so() {
    // U-08
    on_every_backend(|store| {
        let ada = User { state: UserState::Deleted, phone: Some("123 456".into()), ..user("ada") };
        let created = create(store, &ada);
        let (past, after) = (ada.clone().under_pseudonym(), ada.forget().unwrap());
        let written = write(store, |tx| {
            tx.get::<User>(ada.id.0)?;
            tx.rewrite_stored(past.clone())?;
            assert!(tx.find::<User>(&Key::UserLogin("ada".into()))?.is_empty(), "its keys are those of the new values");
            assert_eq!(tx.rewrite_log(Kind::User, ada.id.0, under_pseudonym)?, 1);
            assert_eq!(tx.rewrite_log(Kind::User, ada.id.0, under_pseudonym)?, 0, "there is nothing more to rewrite");
            tx.update(after.clone())
        })
        .unwrap();
        assert_eq!(written.revision, created.revision + 1);
        let logged = store.read(|reader| reader.changes_since(0, 10)).unwrap();
        let changes: Vec<_> = logged.iter().map(|revision| revision.changes.clone()).collect();
        assert_eq!(changes, [vec![Change::created(past.clone())], vec![Change::updated(past, after.clone())]]);
        assert_eq!(get::<User>(store, ada.id).unwrap().value, after);
        let again = create(store, &user("ada"));
        assert_eq!(again.revision, 3, "its login is free");
    });
}

#[test]
fn only_what_is_loaded_and_unchanged_is_rewritten() {
    on_every_backend(|store| {
        let ada = user("ada");
        create(store, &ada);
        let unknown = write(store, |tx| tx.rewrite_stored(ada.clone()));
        assert!(matches!(unknown, Err(StoreError::Misuse(_))));
        let changed = write(store, |tx| {
            tx.get::<User>(ada.id.0)?;
            tx.update(User { phone: Some("1".into()), ..ada.clone() })?;
            tx.rewrite_stored(ada.clone())
        });
        assert!(matches!(changed, Err(StoreError::Misuse(_))));
    });
}

#[test]
fn records_that_name_an_account_are_rewritten_in_the_log() {
    // U-08
    on_every_backend(|store| {
        let (ada, ben, team) = (user("ada"), user("ben"), role("team"));
        let of = |user: &User, id: &str| Membership {
            external_id: Some(id.into()),
            ..membership(&team, Member::User(user.id))
        };
        let (of_ada, of_ben) = (of(&ada, "m-ada"), of(&ben, "m-ben"));
        write(store, |tx| {
            tx.create(ada.clone())?;
            tx.create(ben.clone())?;
            tx.create(team.clone())?;
            tx.create(of_ada.clone())?;
            tx.create(of_ben.clone())
        })
        .unwrap();
        write(store, |tx| tx.remove::<Membership>(of_ada.id.0)).unwrap();
        let rewritten = write(store, |tx| {
            tx.rewrite_log_naming(&[Kind::Membership, Kind::Grant], ada.id, |record| match record {
                Record::Membership(one) => Membership { external_id: None, ..one }.into(),
                other => other,
            })
        })
        .unwrap();
        assert_eq!((rewritten.value, rewritten.changed), (2, false));
        let logged = store.read(|reader| reader.changes_since(0, 10)).unwrap();
        let bare = Membership { external_id: None, ..of_ada };
        assert!(logged[0].changes.contains(&Change::created(bare.clone())));
        assert!(logged[0].changes.contains(&Change::created(of_ben)));
        assert_eq!(logged[1].changes, [Change::removed(bare)]);
    });
}

fn attempt(user_id: Option<UserId>, login_hash: Option<&str>) -> LogInAttempt {
    LogInAttempt {
        id: Uuid::now_v7(),
        at: instant("2026-03-01T12:00:00Z"),
        user_id,
        login_hash: login_hash.map(str::to_owned),
        address: None,
        outcome: LogInOutcome::UnknownLogin,
        user_agent: None,
    }
}

fn answer(tx: &mut Tx<'_>, user: UserId, key: &str, answer: &str) -> Result<(), StoreError> {
    let kept = IdempotentAnswer { fingerprint: "f".into(), answer: answer.into(), needs: "[]".into() };
    tx.keep_idempotent_answer(user, key, &kept)
}

fn fill(store: &Store, ada: &User, ben: &User) {
    write(store, |tx| {
        for user in [ada, ben] {
            tx.create(user.clone())?;
        }
        Ok::<_, StoreError>(())
    })
    .unwrap();
    write(store, |tx| {
        for user in [ada, ben] {
            tx.set_password_hash(user.id, "hash")?;
            tx.create_note(user.id, NewNote { id: Uuid::now_v7(), title: None, text: "x".into() })?;
            let (expires_at, hash) = (tx.now() + chrono::TimeDelta::hours(1), user.id.to_string());
            let link = OneTimeLink { hash, purpose: "password".into(), user_id: Some(user.id), expires_at };
            tx.add_link(&link)?;
        }
        tx.add_log_in_attempts(&[attempt(Some(ada.id), None), attempt(None, Some("h")), attempt(Some(ben.id), None)])?;
        answer(tx, ada.id, "own", "{}")?;
        answer(tx, ben.id, "by id", &format!("{{\"id\": \"{}\"}}", ada.id))?;
        answer(tx, ben.id, "by text", "{\"login\": \"100%_ada\"}")?;
        answer(tx, ben.id, "hire 100%_ada", "{}")?;
        answer(tx, ben.id, "other", "{\"login\": \"100x1ada\"}")
    })
    .unwrap();
}

#[test]
fn what_stands_beside_an_account_is_erased_and_nothing_of_others() {
    // U-08
    on_every_backend(|store| {
        let (ada, ben) = (user("ada"), user("ben"));
        fill(store, &ada, &ben);
        let traces = Traces { user: ada.id, login_hashes: vec!["h".into()], texts: vec!["100%_ada".into()] };
        let erased = write(store, |tx| tx.erase_beside(&traces)).unwrap();
        assert!(!erased.changed);
        let erased: BTreeMap<_, _> = erased.value.into_iter().collect();
        let expected = [
            ("credentials", 1),
            ("idempotent_answers", 4),
            ("log_in_attempts", 2),
            ("notes", 1),
            ("one_time_links", 1),
        ];
        assert_eq!(erased, expected.into_iter().collect());
        let kept = |user: &User| store.read(|reader| reader.kept(user.id, 10)).unwrap();
        assert_eq!(kept(&ada), Kept { revisions: 0, ..Kept::default() });
        let of_ben = kept(&ben);
        let mut keys: Vec<_> = of_ben.keys.iter().map(|(key, _)| key.as_str()).collect();
        keys.sort_unstable();
        assert_eq!(keys, ["by id", "by text", "other"]);
        assert!(of_ben.password_set_at.is_some() && of_ben.links.len() == 1, "{of_ben:?}");
        let since = chrono::DateTime::UNIX_EPOCH;
        let answer = |key: &str| write(store, |tx| tx.idempotent_answer(ben.id, key, since)).unwrap().value.unwrap();
        assert_eq!((answer("by id").answer, answer("by text").answer), (String::new(), String::new()));
        assert_eq!(answer("other").answer, "{\"login\": \"100x1ada\"}", "no character is a wildcard");
    });
}

/// What forgetting does in each table.
const TABLES: &[(&str, &str)] = &[
    // The account itself.
    ("users", "rewritten"),
    ("changes", "rewritten"),
    ("revisions", "rewritten"),
    ("operation_errors", "rewritten"),
    // What stands beside it.
    ("activity", "erased"),
    ("credentials", "erased"),
    ("idempotent_answers", "erased"),
    ("log_in_attempts", "erased"),
    ("notes", "erased"),
    ("notifications", "erased"),
    ("one_time_links", "erased"),
    ("plans", "erased"),
    ("plan_lines", "erased"),
    ("plan_files", "erased"),
    ("sessions", "erased"),
    // Ends with the account, before it can be forgotten.
    ("api_tokens", "gone with the account"),
    ("api_token_secrets", "gone with the account"),
    ("identities", "gone with the account"),
    // Goes when the import has ended, by the job that ran it or the next clean-up.
    ("operation_files", "gone after the operation"),
    // Refers by id, and says nothing of a person itself.
    ("areas", "by id"),
    ("grants", "by id"),
    ("memberships", "by id"),
    ("objects", "by id"),
    ("notices", "by id"),
    ("notification_subscriptions", "by id"),
    ("operations", "by id"),
    ("qualifications", "by id"),
    ("role_sync_reports", "by id"),
    ("roles", "by id"),
    // A folder of its own, with a retention of its own.
    ("wage_offers", "by id"),
    ("workers", "by id"),
    ("contracts", "nobody"),
    ("daily_runs", "nobody"),
    ("departments", "nobody"),
    ("followed_leavings", "nobody"),
    ("mark_counters", "nobody"),
    ("mark_patterns", "nobody"),
    ("modules", "nobody"),
    ("object_types", "nobody"),
    ("positions", "nobody"),
    ("protection_rules", "nobody"),
    ("role_rules", "nobody"),
    ("settings", "nobody"),
    ("signing_keys", "nobody"),
    ("templates", "nobody"),
    ("wage_types", "nobody"),
    ("write_lock", "nobody"),
    ("__diesel_schema_migrations", "nobody"),
];

#[test]
fn it_is_decided_for_every_table_what_forgetting_does() {
    // U-08: a new table has to be thought of here, in `erase_beside` and in the personal-data document.
    let database = persistence::testing::sqlite();
    drop(database.store());
    let mut there = database.tables();
    there.sort_unstable();
    let mut known: Vec<_> = TABLES.iter().map(|(table, _)| (*table).to_owned()).collect();
    known.sort_unstable();
    assert_eq!(there, known);
}
