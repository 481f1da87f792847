//! What active accounts did last (U-20).

use chrono::{DateTime, TimeDelta, Utc};
use domain::activity::Instants;
use domain::id::{SessionId, UserId};
use domain::user::{User, UserState};
use persistence::testing::on_every_backend;
use persistence::{NewSession, Store};
use uuid::Uuid;

use crate::support::*;

fn somebody(store: &Store) -> User {
    let user = user(&new_id::<Uuid>().to_string());
    create(store, &user);
    user
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
}

#[test]
fn of_what_nodes_note_the_later_counts_and_the_log_knows_nothing() {
    on_every_backend(|store| {
        let (ada, ben) = (somebody(store), somebody(store));
        let note = |seen: &[(UserId, Instants)]| write(store, |tx| tx.note_activity(seen)).unwrap();
        let sign = Instants { action: None, sign: Some(at(10)) };
        assert!(!note(&[(ada.id, sign), (ben.id, Instants { action: Some(at(7)), sign: Some(at(7)) })]).changed);
        note(&[(ada.id, Instants { action: Some(at(5)), sign: Some(at(5)) })]);
        let kept = store.read(|reader| reader.activity(&[ada.id, ben.id, new_id()])).unwrap();
        assert_eq!(kept.len(), 2);
        assert_eq!(kept[&ada.id], Instants { action: Some(at(5)), sign: Some(at(10)) });
        assert_eq!(kept[&ben.id], Instants { action: Some(at(7)), sign: Some(at(7)) });
    });
}

#[test]
fn nothing_is_kept_of_who_is_not_active() {
    on_every_backend(|store| {
        let (ada, ben) = (somebody(store), somebody(store));
        let seen = Instants { action: None, sign: Some(at(10)) };
        write(store, |tx| tx.note_activity(&[(ada.id, seen), (ben.id, seen)])).unwrap();
        write(store, |tx| {
            tx.get::<User>(ada.id.0)?;
            tx.update(User { state: UserState::Blocked, ..ada.clone() })
        })
        .unwrap();
        write(store, |tx| tx.note_activity(&[(ada.id, seen), (ben.id, seen)])).unwrap();
        let kept = store.read(|reader| reader.activity(&[ada.id, ben.id])).unwrap();
        assert_eq!(kept.into_keys().collect::<Vec<_>>(), [ben.id]);
        // Many in one write, as long work does.
        let many: Vec<User> = (0..20).map(|_| somebody(store)).collect();
        let ids: Vec<UserId> = many.iter().map(|user| user.id).collect();
        let seen: Vec<_> = ids.iter().map(|id| (*id, seen)).collect();
        write(store, |tx| tx.note_activity(&seen)).unwrap();
        let kept = || store.read(|reader| reader.activity(&ids)).unwrap().len();
        assert_eq!(kept(), 20);
        write(store, |tx| {
            many.iter().try_for_each(|user| {
                tx.get::<User>(user.id.0)?;
                tx.update(User { state: UserState::Blocked, ..user.clone() })
            })
        })
        .unwrap();
        assert_eq!(kept(), 0);
    });
}

#[test]
fn who_has_a_session_that_lives_is_signed_in() {
    on_every_backend(|store| {
        let (ada, ben, eva) = (somebody(store), somebody(store), somebody(store));
        for (user, life) in [(&ada, TimeDelta::days(1)), (&ada, TimeDelta::days(2)), (&ben, -TimeDelta::days(1))] {
            let id: SessionId = new_id();
            write(store, |tx| {
                let (expires_at, refresh_hash) = (tx.now() + life, id.to_string());
                tx.create_session(&NewSession { id, user_id: user.id, expires_at, refresh_hash, user_agent: None })
            })
            .unwrap();
        }
        let signed_in = store.read(|reader| reader.signed_in(&[ada.id, ben.id, eva.id], Utc::now())).unwrap();
        assert_eq!(signed_in.into_iter().collect::<Vec<_>>(), [ada.id]);
    });
}
