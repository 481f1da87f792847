//! Log-in, refresh, log-out.

use chrono::TimeDelta;
use domain::change::{Change, Record};
use domain::user::{UserKind, UserState};

use super::*;

#[test]
fn a_log_in_gives_tokens_that_say_who_calls() {
    let (_place, auth, ada) = place();
    let tokens = auth.log_in(" ADA", PASSWORD, None, None).unwrap();
    assert_eq!((tokens.user_id, tokens.expires_in), (ada, 600));
    let who = auth.verify(tokens.access_token.expose()).unwrap();
    assert_eq!((who.user_id, who.session), (ada, Some(tokens.session)));
    assert_eq!((who.api_token, who.scopes), (None, None));
    let shown = format!("{tokens:?} {auth:?}");
    assert!(!shown.contains(tokens.access_token.expose()));
    assert!(!shown.contains(tokens.refresh_token.expose()));
}

#[test]
fn unknown_logins_and_wrong_passwords_are_answered_alike() {
    let (place, auth, _) = place();
    place.person("bob");
    for (login, password) in [("ada", "wrong horse"), ("eve", PASSWORD), ("bob", PASSWORD), ("", ""), ("ada", "")] {
        let answer = auth.log_in(login, password, None, None);
        assert!(matches!(answer, Err(AuthError::InvalidCredentials)), "{login}");
    }
    let long = "a".repeat(100_000);
    assert!(auth.log_in(&long, PASSWORD, None, None).is_err());
}

#[test]
fn only_kinds_and_states_of_the_table_log_in() {
    // U-10
    let place = Place::new();
    let auth = place.auth();
    for kind in UserKind::ALL.iter().copied() {
        for state in UserState::ALL.iter().copied() {
            let login = format!("{kind}-{state}");
            let user = place.user(&login, kind, state);
            set_password(&place, &auth, user);
            let answer = auth.log_in(&login, PASSWORD, None, None);
            let person = matches!(kind, UserKind::Person | UserKind::ExternalAdministrator);
            if person && state == UserState::Active {
                assert!(answer.is_ok(), "{login}");
            } else if state == UserState::Forgotten {
                assert!(answer.is_err(), "{login}");
            } else {
                assert!(matches!(answer, Err(AuthError::NotAllowed { .. })), "{login}");
            }
            assert!(auth.log_in(&login, "wrong horse", None, None).is_err());
        }
    }
}

#[test]
fn a_password_is_hashed_anew_when_the_parameters_changed() {
    let (mut place, _, ada) = place();
    let read = |place: &Place| place.store.read(|r| r.password_hash(ada)).unwrap().unwrap();
    let before = read(&place);
    place.config.argon2_iterations = 2;
    let auth = place.auth();
    log_in(&auth);
    let after = read(&place);
    assert!(before.contains("t=1") && after.contains("t=2"));
    log_in(&auth);
    assert_eq!(read(&place), after);
}

#[test]
fn a_refresh_token_is_good_once_and_its_reuse_ends_the_session() {
    let (place, auth, ada) = place();
    let first = log_in(&auth);
    let second = refresh(&auth, &first.refresh_token).unwrap();
    assert_eq!(second.session, first.session);
    let third = refresh(&auth, &second.refresh_token).unwrap();
    assert!(auth.verify(first.access_token.expose()).is_ok());

    let reused = auth.refresh(second.refresh_token.expose(), Some("r-2")).unwrap();
    assert!(invalid(reused.value));
    let [Change { before: None, after: Some(Record::Session(end)) }] = &reused.changes[..] else {
        panic!("{:?}", reused.changes);
    };
    assert_eq!((end.id, end.user_id), (first.session, ada));
    assert_eq!(end.tokens_expire_at, place.clock.now() + TimeDelta::seconds(605));
    assert!(invalid(refresh(&auth, &third.refresh_token)));
    for tokens in [&first, &second, &third] {
        assert!(invalid(auth.verify(tokens.access_token.expose())));
    }
}

#[test]
fn tokens_that_never_were_are_refused_without_a_trace() {
    let (place, auth, _) = place();
    let tokens = log_in(&auth);
    for wrong in ["", "rmr_", &format!("rmr_{}", "A".repeat(43)), tokens.access_token.expose()] {
        assert!(invalid(auth.refresh(wrong, None)));
    }
    for wrong in ["", "rmt_x", "a.b.c", tokens.refresh_token.expose()] {
        assert!(invalid(auth.verify(wrong)));
    }
    let before = place.store.read(|reader| reader.revision()).unwrap();
    assert!(refresh(&auth, &tokens.refresh_token).is_ok());
    assert_eq!(place.store.read(|reader| reader.revision()).unwrap(), before);
}

#[test]
fn sessions_and_tokens_end_with_time() {
    let (place, auth, _) = place();
    let tokens = log_in(&auth);
    assert!(auth.verify(tokens.access_token.expose()).is_ok());
    place.clock.advance(TimeDelta::minutes(11));
    assert!(expired(auth.verify(tokens.access_token.expose())));
    place.clock.advance(TimeDelta::days(29));
    let next = refresh(&auth, &tokens.refresh_token).unwrap();
    place.clock.advance(TimeDelta::days(31));
    assert!(expired(refresh(&auth, &next.refresh_token)));
    place.write(|tx| auth.remove_expired(tx)).unwrap();
    assert!(invalid(refresh(&auth, &next.refresh_token)));
}

#[test]
fn a_blocked_account_neither_logs_in_nor_refreshes_and_goes_on_afterwards() {
    let (place, auth, ada) = place();
    let tokens = log_in(&auth);
    place.set_state(ada, UserState::Blocked);
    let refused = |result| matches!(result, Err(AuthError::NotAllowed { .. }));
    assert!(refused(refresh(&auth, &tokens.refresh_token)));
    assert!(refused(auth.log_in("ada", PASSWORD, None, None)));
    place.set_state(ada, UserState::Active);
    assert!(refresh(&auth, &tokens.refresh_token).is_ok());
}

#[test]
fn a_log_out_counts_at_once_here_on_other_nodes_and_after_a_restart() {
    let (place, auth, ada) = place();
    let other = place.auth();
    let (gone, kept) = (log_in(&auth), log_in(&auth));
    assert!(other.verify(gone.access_token.expose()).is_ok());
    let written = auth.log_out(gone.session, ada, None).unwrap();
    assert!(written.value && written.changed);
    other.follow(&written.changes);
    let restarted = place.auth();
    for node in [&auth, &other, &restarted] {
        assert!(invalid(node.verify(gone.access_token.expose())));
        assert!(node.verify(kept.access_token.expose()).is_ok());
    }
    assert!(invalid(refresh(&auth, &gone.refresh_token)));
    assert!(!auth.log_out(gone.session, ada, None).unwrap().value);
    // The end is forgotten once no token of the session can live, and not before.
    place.clock.advance(TimeDelta::seconds(604));
    auth.tidy().unwrap();
    assert!(invalid(auth.verify(gone.access_token.expose())));
    place.clock.advance(TimeDelta::seconds(1));
    auth.tidy().unwrap();
    assert!(expired(auth.verify(gone.access_token.expose())));
}
