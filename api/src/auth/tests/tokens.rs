//! API tokens, keys, and what ends them.

use chrono::TimeDelta;
use domain::id::ApiTokenId;
use domain::rule::code;
use domain::user::{UserKind, UserState};

use super::*;

#[test]
fn an_account_that_is_shut_out_keeps_nothing_to_call_with() {
    // U-06
    let (place, auth, ada) = place();
    let bob = place.person("bob");
    let (one, two) = (log_in(&auth), log_in(&auth));
    let (_, of_ada) = make_token(&place, &auth, ada, None);
    let (_, of_bob) = make_token(&place, &auth, bob, None);
    let link = place.write(|tx| auth.password_link(tx, ada)).unwrap();
    for token in [one.access_token.expose(), two.access_token.expose(), &of_ada, &of_bob] {
        assert!(auth.verify(token).is_ok());
    }
    let author = persistence::Author::new(persistence::Actor::Operator);
    let written = place.store.write(&author, |tx| auth.shut_out(tx, ada)).unwrap();
    assert_eq!(written.changes.len(), 3);
    auth.follow(&written.changes);
    for token in [one.access_token.expose(), two.access_token.expose(), &of_ada] {
        assert!(invalid(auth.verify(token)));
    }
    assert!(auth.verify(&of_bob).is_ok());
    assert!(invalid(place.write(|tx| auth.take_password_link(tx, link.expose()))));
}

#[test]
fn an_api_token_says_who_calls_until_it_expires_or_is_revoked() {
    let (place, auth, _) = place();
    let robot = place.user("robot", UserKind::Service, UserState::Active);
    let end = place.clock.now() + TimeDelta::days(1);
    let (token, secret) = make_token(&place, &auth, robot, Some(end));
    let who = auth.verify(&secret).unwrap();
    assert_eq!((who.user_id, who.api_token, who.session), (robot, Some(token.id), None));
    assert_eq!(who.scopes.unwrap().as_slice(), ["hr:read"]);
    assert_eq!(auth.verifier().remembered(&secret, end).map(expired), Some(true));
    assert!(auth.verifier().remembered(&secret, place.clock.now()).unwrap().is_ok());

    // A change is seen by whoever follows it.
    let author = persistence::Author::new(persistence::Actor::Operator);
    let longer = ApiToken { expires_at: None, scopes: None, ..token.clone() };
    let written = place
        .store
        .write(&author, |tx| {
            tx.get::<ApiToken>(token.id.0)?;
            tx.update(longer)
        })
        .unwrap();
    auth.follow(&written.changes);
    place.clock.advance(TimeDelta::days(2));
    assert_eq!(auth.verify(&secret).unwrap().scopes, None);

    let written = place.store.write(&author, |tx| auth.revoke_api_token(tx, token.id)).unwrap();
    assert!(written.value);
    auth.follow(&written.changes);
    assert!(invalid(auth.verify(&secret)));
    let unknown = ApiTokenId(uuid::Uuid::now_v7());
    assert!(!place.write(|tx| auth.revoke_api_token(tx, unknown)).unwrap());
}

#[test]
fn a_reload_makes_up_for_changes_that_were_missed() {
    let (place, auth, ada) = place();
    let (token, secret) = make_token(&place, &auth, ada, None);
    let session = log_in(&auth);
    for token in [&secret, session.access_token.expose()] {
        assert!(auth.verify(token).is_ok());
    }
    place.write(|tx| auth.revoke_api_token(tx, token.id)).unwrap();
    place.write(|tx| auth.end_session(tx, session.session)).unwrap();
    auth.reload().unwrap();
    for token in [&secret, session.access_token.expose()] {
        assert!(invalid(auth.verify(token)));
    }
}

#[test]
fn only_accounts_of_the_table_get_an_api_token() {
    // U-10
    let place = Place::new();
    let auth = place.auth();
    let refused = |kind, state| {
        let user = place.user(&format!("{kind}-{state}"), kind, state);
        match place.write(|tx| auth.create_api_token(tx, user, "x", None, None, None)) {
            Ok(_) => None,
            Err(AuthError::Refused(violations)) => Some(violations[0].code),
            Err(other) => panic!("{other}"),
        }
    };
    assert_eq!(refused(UserKind::Service, UserState::Active), None);
    assert_eq!(refused(UserKind::Person, UserState::Active), None);
    for (kind, state) in [
        (UserKind::Person, UserState::Blocked),
        (UserKind::Virtual, UserState::Active),
        (UserKind::ExternalFiller, UserState::Active),
    ] {
        assert_eq!(refused(kind, state), Some(code::NO_RIGHT_TO_SERVE));
    }
    let nobody = UserId(uuid::Uuid::now_v7());
    assert!(place.write(|tx| auth.create_api_token(tx, nobody, "x", None, None, None)).is_err());
}

#[test]
fn the_last_use_of_an_api_token_is_known_to_the_minute() {
    let (place, auth, ada) = place();
    let (token, secret) = make_token(&place, &auth, ada, None);
    let stored = || {
        auth.tidy().unwrap();
        place.store.read(|reader| reader.token_uses(&[token.id])).unwrap().get(&token.id).copied()
    };
    assert_eq!(stored(), None);
    let first = place.clock.now();
    auth.verify(&secret).unwrap();
    assert_eq!(stored(), Some(first));
    place.clock.advance(TimeDelta::seconds(59));
    auth.verify(&secret).unwrap();
    assert_eq!(stored(), Some(first));
    place.clock.advance(TimeDelta::seconds(1));
    auth.verify(&secret).unwrap();
    assert_eq!(stored(), Some(place.clock.now()));
}

#[test]
fn keys_rotate_without_anyone_being_logged_out() {
    let (place, auth, _) = place();
    let other = place.auth();
    let old = log_in(&auth);
    auth.rotate_keys().unwrap();
    let new = log_in(&auth);
    for node in [&auth, &other] {
        assert!(node.verify(old.access_token.expose()).is_ok());
        assert!(node.verify(new.access_token.expose()).is_ok());
        assert_eq!(node.jwks()["keys"].as_array().unwrap().len(), 2);
    }
}

#[test]
fn a_database_that_fails_says_nothing_about_a_token() {
    let (place, auth, ada) = place();
    let (_, secret) = make_token(&place, &auth, ada, None);
    // All connections are lent out, so that the next one waits in vain.
    let options = persistence::Options {
        read_connections: 1,
        read_deadline: std::time::Duration::from_millis(20),
        clock: place.clock.source(),
        ..persistence::Options::default()
    };
    let url = format!("sqlite://{}", place.folder.path().join("test.db").display());
    let store = Store::open(&url, options).unwrap();
    let auth = Auth::new(store.clone(), &place.config, place.clock.clone()).unwrap();
    let inside: Result<(), AuthError> = store.read(|_| {
        assert!(matches!(auth.verify(&secret), Err(AuthError::Store(_))));
        Ok(())
    });
    inside.unwrap();
    assert!(auth.verify(&secret).is_ok());
}
