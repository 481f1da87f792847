//! Log-in, refresh, tokens and their ends, over a real database.

mod sessions;
mod tokens;

use domain::id::UserId;
use domain::token::ApiToken;

use super::testing::Place;
use super::*;

const PASSWORD: &str = "correct horse";

/// An active person "ada" with a password.
fn place() -> (Place, Auth, UserId) {
    let place = Place::new();
    let auth = place.auth();
    let ada = place.person("ada");
    set_password(&place, &auth, ada);
    (place, auth, ada)
}

fn set_password(place: &Place, auth: &Auth, user: UserId) {
    let hash = auth.hash(PASSWORD, &Holder::default()).unwrap();
    place.write(|tx| auth.set_password(tx, user, &hash)).unwrap();
}

fn log_in(auth: &Auth) -> Tokens {
    auth.log_in("ada", PASSWORD, Some("test"), Some("r-1")).unwrap()
}

fn refresh(auth: &Auth, token: &Secret) -> Result<Tokens, AuthError> {
    auth.refresh(token.expose(), None).and_then(|written| written.value)
}

fn make_token(place: &Place, auth: &Auth, user: UserId, expires_at: Option<DateTime<Utc>>) -> (ApiToken, String) {
    let scopes = Some(vec!["hr:read".to_owned()]);
    let (token, secret) = place.write(|tx| auth.create_api_token(tx, user, "ERP", scopes, expires_at, None)).unwrap();
    (token, secret.into_exposed())
}

fn invalid<T>(result: Result<T, AuthError>) -> bool {
    matches!(result, Err(AuthError::InvalidToken | AuthError::InvalidLink))
}

fn expired<T>(result: Result<T, AuthError>) -> bool {
    matches!(result, Err(AuthError::ExpiredToken))
}
