//! What stands beside the records: credentials, sessions, links, keys, operations. Never logged.

use chrono::TimeDelta;
use domain::id::{ApiTokenId, SessionId, UserId};
use domain::user::User;
use persistence::testing::on_every_backend;
use persistence::{
    IdempotentAnswer, NewOperation, NewSession, OneTimeLink, OperationError, OperationState, Progress, Refresh,
    SigningKey, Store, StoreError,
};
use serde_json::json;
use uuid::Uuid;

use crate::support::*;

/// Reads with whatever reader there is.
macro_rules! read {
    ($store:expr, $method:ident($($argument:expr),*)) => {
        $store.read(|reader| reader.$method($($argument),*)).unwrap()
    };
}

fn somebody(store: &Store) -> UserId {
    let user = user(&new_id::<Uuid>().to_string());
    create(store, &user);
    user.id
}

#[test]
fn passwords_are_kept_beside_accounts() {
    on_every_backend(|store| {
        let (ada, ben) = (somebody(store), somebody(store));
        assert_eq!(read!(store, password_hash(ada)), None);
        for hash in ["one", "two"] {
            let written = write(store, |tx| tx.set_password_hash(ada, hash)).unwrap();
            assert!(!written.changed && written.revision == 2);
            assert_eq!(read!(store, password_hash(ada)).as_deref(), Some(hash));
        }
        assert_eq!(read!(store, password_hash(ben)), None);
        assert!(write(store, |tx| tx.clear_password_hash(ada)).unwrap().value);
        assert!(!write(store, |tx| tx.clear_password_hash(ada)).unwrap().value);
        assert_eq!(read!(store, password_hash(ada)), None);
        let nobody = write(store, |tx| tx.set_password_hash(new_id(), "x"));
        assert!(matches!(nobody, Err(StoreError::Conflict { .. })));
        // Together with the account itself, and gone with it.
        let fresh = user("fresh");
        write(store, |tx| {
            tx.set_password_hash(fresh.id, "x")?;
            tx.create(fresh.clone())
        })
        .unwrap();
        write(store, |tx| tx.remove::<User>(fresh.id.0)).unwrap();
        assert_eq!(read!(store, password_hash(fresh.id)), None);
    });
}

#[test]
fn refresh_tokens_rotate_and_old_ones_are_known() {
    on_every_backend(|store| {
        let (ada, ben) = (somebody(store), somebody(store));
        let begin = |user_id, hash: &str, days| {
            let id: SessionId = new_id();
            write(store, |tx| {
                tx.create_session(&NewSession {
                    id,
                    user_id,
                    expires_at: tx.now() + TimeDelta::days(days),
                    refresh_hash: hash.into(),
                    user_agent: Some("test".into()),
                })
            })
            .unwrap();
            id
        };
        let (one, two, other) = (begin(ada, "a1", 1), begin(ada, "b1", 1), begin(ben, "c1", -1));
        let by = |hash: &str| read!(store, session_by_refresh(hash)).map(|(session, which)| (session.id, which));
        assert_eq!(by("a1"), Some((one, Refresh::Current)));
        assert_eq!(by("x"), None);
        let later = instant("2040-01-01T00:00:00Z");
        assert!(write(store, |tx| tx.rotate_session(one, "a2", later)).unwrap().value);
        assert_eq!(by("a2"), Some((one, Refresh::Current)));
        assert_eq!(by("a1"), Some((one, Refresh::Previous)));
        let session = read!(store, session(one)).unwrap();
        assert_eq!((session.expires_at, session.user_id), (later, ada));
        assert_eq!(session.user_agent.as_deref(), Some("test"));
        assert!(session.last_used_at > session.created_at);
        assert!(write(store, |tx| tx.rotate_session(one, "a3", later)).unwrap().value);
        assert_eq!(by("a1"), None);
        assert!(!write(store, |tx| tx.rotate_session(new_id(), "x", later)).unwrap().value);

        let ids = |user| -> Vec<_> { read!(store, sessions_of(user)).into_iter().map(|session| session.id).collect() };
        assert_eq!(ids(ada), [one, two]);
        assert_eq!(write(store, |tx| tx.delete_expired_sessions()).unwrap().value, 1);
        assert_eq!((ids(ben), read!(store, session(other))), (vec![], None));
        let ended = write(store, |tx| tx.end_session(two)).unwrap().value;
        assert_eq!(ended.map(|session| session.id), Some(two));
        assert_eq!(write(store, |tx| tx.end_session(two)).unwrap().value, None);
        let three = begin(ada, "d1", 1);
        let ended = write(store, |tx| tx.end_sessions_of(ada)).unwrap().value;
        assert_eq!(ended.iter().map(|session| session.id).collect::<Vec<_>>(), [one, three]);
        assert_eq!(by("a3"), None);
        assert_eq!(read!(store, revision()), 2);
    });
}

#[test]
fn links_work_once_and_in_time() {
    on_every_backend(|store| {
        let ada = somebody(store);
        let add = |hash: &str, purpose: &str, user_id, hours| {
            let link = write(store, |tx| {
                let expires_at = tx.now() + TimeDelta::hours(hours);
                let (hash, purpose) = (hash.to_owned(), purpose.to_owned());
                let link = OneTimeLink { hash, purpose, user_id, expires_at };
                tx.add_link(&link)?;
                Ok(link)
            });
            link.unwrap().value
        };
        let take = |hash: &str| write(store, |tx| tx.take_link(hash)).unwrap().value;
        let setup = add("h1", "setup", None, 1);
        assert_eq!(take("h1"), Some(setup));
        assert_eq!(take("h1"), None);
        add("h2", "invite", Some(ada), 0);
        assert_eq!(take("h2"), None);
        add("h3", "invite", Some(ada), 1);
        add("h4", "reset", Some(ada), 1);
        add("h5", "setup", None, 1);
        assert_eq!(write(store, |tx| tx.void_links("invite", Some(ada))).unwrap().value, 1);
        assert_eq!(write(store, |tx| tx.void_links("setup", None)).unwrap().value, 1);
        assert_eq!((take("h3"), take("h5")), (None, None));
        assert!(take("h4").is_some());
        add("h6", "invite", Some(ada), -1);
        assert_eq!(write(store, |tx| tx.delete_expired_links(tx.now())).unwrap().value, 1);
        // A link that was taken in a write that failed is not used up.
        add("h7", "reset", Some(ada), 1);
        let failed = write(store, |tx| {
            tx.take_link("h7")?;
            Err::<(), _>(StoreError::Busy)
        });
        assert!(failed.is_err());
        assert!(take("h7").is_some());
    });
}

#[test]
fn keys_are_kept_and_retired() {
    on_every_backend(|store| {
        let key = |kid: &str, at: &str| SigningKey {
            kid: kid.into(),
            algorithm: "EdDSA".into(),
            private_key: vec![0, 1, 254, 255],
            created_at: instant(at),
            retired_at: None,
        };
        let (old, new) = (key("old", "2026-01-01T00:00:00Z"), key("new", "2026-02-01T00:00:00Z"));
        write(store, |tx| {
            tx.add_signing_key(&old)?;
            tx.add_signing_key(&new)
        })
        .unwrap();
        assert_eq!(read!(store, signing_keys()), [new.clone(), old.clone()]);
        let retired = write(store, |tx| tx.retire_signing_key("old")).unwrap();
        assert!(retired.value);
        assert!(!write(store, |tx| tx.retire_signing_key("old")).unwrap().value);
        let keys = read!(store, signing_keys());
        assert_eq!((keys[0].retired_at, keys[1].retired_at), (None, Some(retired.at)));
        assert!(write(store, |tx| tx.remove_signing_key("old")).unwrap().value);
        assert_eq!(read!(store, signing_keys()), std::slice::from_ref(&new));
        assert!(!format!("{new:?}").contains("254"));
    });
}

#[test]
fn secrets_of_tokens_go_with_their_token() {
    on_every_backend(|store| {
        let service = user("erp");
        let (one, two) = (api_token(&service), api_token(&service));
        write(store, |tx| {
            // Before the token itself is there.
            tx.set_token_secret(one.id, "s1")?;
            tx.create(service.clone())?;
            tx.create(one.clone())?;
            tx.create(two.clone())?;
            tx.set_token_secret(two.id, "s2")
        })
        .unwrap();
        assert_eq!(read!(store, token_by_secret("s1")), Some(one.id));
        assert_eq!(read!(store, token_by_secret("S1")), None);
        let at = instant("2026-05-01T10:00:00.000001Z");
        write(store, |tx| tx.touch_tokens(&[(one.id, at), (new_id(), at)])).unwrap();
        let uses = read!(store, token_uses(&[one.id, two.id]));
        assert_eq!(uses.into_iter().collect::<Vec<(ApiTokenId, _)>>(), [(one.id, at)]);
        write(store, |tx| tx.set_token_secret(one.id, "s3")).unwrap();
        assert_eq!(read!(store, token_by_secret("s1")), None);
        let taken = write(store, |tx| tx.set_token_secret(two.id, "s3"));
        assert!(matches!(taken, Err(StoreError::Conflict { .. })));
        write(store, |tx| tx.remove::<domain::token::ApiToken>(one.id.0)).unwrap();
        assert_eq!(read!(store, token_by_secret("s3")), None);
        assert_eq!(read!(store, token_by_secret("s2")), Some(two.id));
    });
}

fn queue(store: &Store, created_by: Option<UserId>) -> Uuid {
    let id = new_id();
    write(store, |tx| {
        tx.create_operation(NewOperation {
            id,
            kind: "import".into(),
            parameters: json!({"kind": "workers", "mode": "atomic"}),
            created_by,
            total: Some(10),
        })
    })
    .unwrap();
    id
}

#[test]
fn operations_run_one_after_the_other_and_survive_their_runner() {
    on_every_backend(|store| {
        let ada = somebody(store);
        let (one, two) = (queue(store, Some(ada)), queue(store, None));
        let next = |stale_after: TimeDelta| {
            let next = write(store, |tx| tx.start_next_operation(tx.now() - stale_after));
            next.unwrap().value
        };
        let hour = TimeDelta::hours(1);
        let started = next(hour).unwrap();
        assert_eq!((started.id, started.state), (one, OperationState::Running));
        assert_eq!(started.parameters["mode"], "atomic");
        assert_eq!((started.created_by, started.total), (Some(ada), Some(10)));
        assert_eq!(next(hour).unwrap().id, two);
        assert_eq!(next(hour), None);
        // Whoever ran the first one gives no sign of life for some time.
        let resumed = next(TimeDelta::zero()).unwrap();
        assert_eq!((resumed.id, resumed.started_at), (one, started.started_at));
        let progress = Progress { done: 4, total: Some(12) };
        assert!(write(store, |tx| tx.progress_operation(one, progress)).unwrap().value);
        let now = read!(store, operation(one)).unwrap();
        assert_eq!((now.done, now.total, now.finished_at), (4, Some(12), None));
        let result = json!({"created": 4});
        write(store, |tx| tx.finish_operation(one, OperationState::Succeeded, Some(&result))).unwrap();
        let done = read!(store, operation(one)).unwrap();
        assert_eq!((done.state, done.result), (OperationState::Succeeded, Some(result)));
        assert!(done.finished_at.is_some());
        assert!(!write(store, |tx| tx.progress_operation(one, progress)).unwrap().value);
        assert_eq!(read!(store, operation(new_id())), None);
        // Cancelling: a running one when it next looks, a queued one at once, no other.
        let three = queue(store, Some(ada));
        for (id, cancelled) in [(one, false), (two, true), (three, true)] {
            assert_eq!(write(store, |tx| tx.request_cancel(id)).unwrap().value, cancelled);
        }
        assert!(!write(store, |tx| tx.progress_operation(two, progress)).unwrap().value);
        assert_eq!(read!(store, operation(two)).unwrap().state, OperationState::Running);
        assert_eq!(read!(store, operation(three)).unwrap().state, OperationState::Cancelled);
    });
}

#[test]
fn operations_are_listed_the_newest_first() {
    on_every_backend(|store| {
        let ada = somebody(store);
        let mut ids: Vec<_> = (0..7).map(|n| queue(store, (n % 2 == 0).then_some(ada))).collect();
        ids.reverse();
        let list = |user, after, limit| read!(store, operations(user, None, &[], after, limit));
        let all: Vec<_> = list(None, None, 100).into_iter().map(|one| one.id).collect();
        assert_eq!(all, ids);
        let mut paged = Vec::new();
        let mut after = None;
        while let [.., last] = &list(None, after, 2)[..] {
            paged.extend(list(None, after, 2).into_iter().map(|one| one.id));
            after = Some((last.created_at, last.id));
        }
        assert_eq!(paged, ids);
        assert_eq!(list(Some(ada), None, 100).len(), 4);
        assert_eq!(list(Some(new_id()), None, 100), []);
    });
}

#[test]
fn errors_and_files_of_operations_come_in_parts() {
    on_every_backend(|store| {
        let id = queue(store, None);
        let error = |line| OperationError {
            line,
            code: "bad_code".into(),
            pointer: (line % 2 == 0).then(|| "/code".to_owned()),
            detail: format!("line {line}: \"x\\y\"\t"),
        };
        let errors: Vec<_> = (1..=50).map(error).collect();
        for errors in [&errors[..1], &errors[1..3], &errors[3..], &[]] {
            write(store, |tx| tx.add_operation_errors(id, errors)).unwrap();
        }
        assert_eq!(read!(store, operation(id)).unwrap().errors_count, 50);
        let mut paged = Vec::new();
        let mut after = -1;
        loop {
            let page = read!(store, operation_errors(id, after, 20));
            let Some((last, _)) = page.last() else { break };
            after = *last;
            paged.extend(page.into_iter().map(|(_, error)| error));
        }
        assert_eq!(paged, errors);

        let part = [0u8, 1, 255].repeat(100_000);
        for (expected, data) in [(0, &part[..]), (1, b"")] {
            let number = write(store, |tx| tx.append_operation_file(id, data)).unwrap().value;
            assert_eq!(number, expected);
        }
        assert_eq!(read!(store, operation_file(id, 0)), Some(part));
        assert_eq!(read!(store, operation_file(id, 1)), Some(vec![]));
        assert_eq!(read!(store, operation_file(id, 2)), None);
        let deleted = || write(store, |tx| tx.delete_operation_file_part(id)).unwrap().value;
        assert!(!deleted(), "it is needed still");
        assert!(read!(store, operation_file(id, 1)).is_some());
        write(store, |tx| tx.finish_operation(id, OperationState::Succeeded, None)).unwrap();
        assert!(deleted());
        assert_eq!(read!(store, operation_file(id, 1)), None);
        assert!(read!(store, operation_file(id, 0)).is_some());
        assert!(deleted() && !deleted());
        assert_eq!(read!(store, operation_file(id, 0)), None);
    });
}

#[test]
fn files_are_left_over_whose_operation_has_ended_or_never_began() {
    on_every_backend(|store| {
        let file = |id| write(store, |tx| tx.append_operation_file(id, b"part")).unwrap();
        let (waiting, ended) = (queue(store, None), queue(store, None));
        let at = |instant: &str| {
            let millis = u64::try_from(self::instant(instant).timestamp_millis()).unwrap();
            uuid::Builder::from_unix_timestamp_millis(millis, &[7; 10]).into_uuid()
        };
        let (early, late) = (at("2026-03-01T11:59:59.999Z"), at("2026-03-01T12:00:00Z"));
        for id in [waiting, ended, early, late] {
            file(id);
        }
        write(store, |tx| tx.finish_operation(ended, OperationState::Failed, None)).unwrap();
        let left_over = |before: &str| {
            let mut found = read!(store, left_over_files(instant(before)));
            found.sort_unstable();
            found
        };
        assert_eq!(left_over("2026-03-01T11:00:00Z"), [ended]);
        let mut expected = [ended, early];
        expected.sort_unstable();
        assert_eq!(left_over("2026-03-01T12:00:00Z"), expected);
        file(ended);
        assert_eq!(left_over("2026-03-01T11:00:00Z"), [ended], "once, however many parts");
    });
}

#[test]
fn answers_are_kept_with_the_write_that_made_them_for_a_while() {
    on_every_backend(|store| {
        let (ada, ben) = (somebody(store), somebody(store));
        let (past, future) = (instant("2000-01-01T00:00:00Z"), instant("2100-01-01T00:00:00Z"));
        let kept = |answer: &str| IdempotentAnswer {
            fingerprint: "f".to_owned(),
            answer: format!("{answer} \"ěš\\\n"),
            needs: format!("{answer}'s needs"),
        };
        let keep = |user, key: &str, answer: &IdempotentAnswer| {
            write(store, |tx| tx.keep_idempotent_answer(user, key, answer))
        };
        let ask = |user, key: &str, since| write(store, |tx| tx.idempotent_answer(user, key, since)).unwrap().value;
        keep(ada, "one", &kept("ada's")).unwrap();
        keep(ben, "one", &kept("ben's")).unwrap();
        assert_eq!(ask(ada, "one", past), Some(kept("ada's")));
        assert_eq!(ask(ben, "one", past), Some(kept("ben's")));
        assert_eq!(ask(ada, "two", past), None);
        assert!(matches!(keep(ada, "one", &kept("again")), Err(StoreError::Conflict { .. })));

        // What a failed write kept is not kept.
        let failed = write(store, |tx| {
            tx.keep_idempotent_answer(ada, "three", &kept("x"))?;
            Err::<(), _>(StoreError::Busy)
        });
        assert!(failed.is_err());
        assert_eq!(ask(ada, "three", past), None);

        // An answer that is too old is gone, and the key is free.
        assert_eq!(ask(ada, "one", future), None);
        keep(ada, "one", &kept("new")).unwrap();
        assert_eq!(ask(ada, "one", past), Some(kept("new")));
        assert_eq!(write(store, |tx| tx.delete_idempotent_answers(past)).unwrap().value, 0);
        assert_eq!(write(store, |tx| tx.delete_idempotent_answers(future)).unwrap().value, 2);
        assert_eq!(ask(ben, "one", past), None);
    });
}
