//! What stands beside the records: credentials, sessions, links, keys. Never logged.

use chrono::TimeDelta;
use domain::id::{ApiTokenId, SessionId};
use domain::user::User;
use persistence::testing::on_every_backend;
use persistence::{IdempotentAnswer, NewSession, OneTimeLink, Refresh, SigningKey, StoreError};

use crate::support::*;

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
