//! Log-in, refresh, log-out, set-up, one-time password links, public keys.

use actix_web::http::header;
use actix_web::{HttpRequest, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::{App, Caller};
use crate::auth::{AuthError, Holder, Tokens};
use crate::commands::log_in::{self, Attempt, Origin};
use crate::commands::set_up::{self, FirstAdministrator};
use crate::commands::{Refusal, Work, invitations, passwords};
use crate::http::body::Json;
use crate::http::observe::RequestId;
use crate::http::params::NoParams;
use crate::http::problem::{self, FieldError, Problem};
use crate::http::reply::Reply;
use crate::rest::crud::Answer;

impl From<AuthError> for Problem {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::InvalidCredentials => {
                Problem::new(problem::INVALID_CREDENTIALS).header(header::WWW_AUTHENTICATE, "Bearer")
            }
            AuthError::InvalidLink => Problem::bad_token(&AuthError::InvalidLink.to_string()),
            AuthError::InvalidToken | AuthError::UnknownKey => Problem::bad_token("the token is not valid"),
            AuthError::ExpiredToken => Problem::bad_token("the token has expired"),
            AuthError::NotAllowed { state, .. } => Problem::unauthenticated(&format!("the account is {state}")),
            AuthError::Busy => Problem::new(problem::BUSY).detail("too many log-ins at the moment"),
            AuthError::WeakPassword(weakness) => {
                let fault = FieldError {
                    pointer: "/password".to_owned(),
                    code: weakness.code().to_owned(),
                    detail: weakness.detail(),
                };
                Problem::new(problem::WEAK_PASSWORD).detail(weakness.detail()).errors(vec![fault])
            }
            AuthError::WrongPassword => {
                let (pointer, code) = ("/current_password".to_owned(), problem::WRONG_PASSWORD.name.to_owned());
                let detail = "this is not the present password".to_owned();
                Problem::new(problem::WRONG_PASSWORD).errors(vec![FieldError { pointer, code, detail }])
            }
            AuthError::Slowed(wait) => {
                let seconds = wait.num_milliseconds().max(1).div_euclid(1_000) + i64::from(wait.subsec_nanos() > 0);
                Problem::new(problem::TOO_MANY)
                    .detail("there were too many failed attempts; wait before the next one")
                    .header(header::RETRY_AFTER, seconds.max(1).to_string())
            }
            AuthError::ProviderUnreachable => {
                Problem::new(problem::BUSY).detail("the identity provider can't be reached at the moment")
            }
            AuthError::Refused(violations) => Problem::violations(&violations),
            AuthError::Store(error) => Problem::from(Refusal::Store(error)),
            error => Problem::from(Refusal::internal(error.to_string())),
        }
    }
}

impl From<AuthError> for Refusal {
    fn from(error: AuthError) -> Self {
        Refusal::from(Problem::from(error))
    }
}

/// Login and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"login": "admin", "password": "correct horse battery"}))]
pub struct LoginRequest {
    /// The login.
    #[schema(min_length = 1, max_length = 200)]
    login: String,
    /// The password.
    #[schema(min_length = 1, max_length = 1024, format = Password)]
    password: String,
}

/// Tokens of a session.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "access_token": "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9.eyJzdWIiOiIwMTliOGQyYiJ9.c2lnbmF0dXJl", "token_type": "Bearer",
    "expires_in": 600, "refresh_token": "rmr_Zk3m1l5oV2n8tE6uD4sA1hG7fPcqJ0q3rYyX7c0bYw9"
}))]
pub struct TokensView {
    /// The access token, for `Authorization: Bearer`.
    #[schema(max_length = 8192)]
    access_token: String,
    /// `Bearer`.
    #[schema(max_length = 10)]
    token_type: &'static str,
    /// Seconds until the access token expires.
    #[schema(minimum = 0)]
    expires_in: i64,
    /// For `/auth/refresh`; each can be used once.
    #[schema(max_length = 200)]
    refresh_token: String,
}

fn answer(tokens: Tokens) -> Reply {
    Reply::ok().json(TokensView {
        access_token: tokens.access_token.into_exposed(),
        token_type: "Bearer",
        expires_in: tokens.expires_in,
        refresh_token: tokens.refresh_token.into_exposed(),
    })
}

/// Logs in with login and password.
#[utoipa::path(post, path = "/auth/login", tag = "log-in", operation_id = "logIn", security(()),
    request_body = LoginRequest, responses((status = 200, description = "Tokens", body = TokensView)))]
pub async fn log_in(
    app: web::Data<App>,
    request: HttpRequest,
    id: RequestId,
    _none: NoParams,
    body: Json<LoginRequest>,
) -> Answer {
    let LoginRequest { login, password } = body.0;
    // Whoever has to wait is turned away here, before anything is looked up or hashed.
    let attempt = Attempt::begin(&app, login, origin(&app, &request, id))?;
    app.run(move |app| Ok(answer(log_in::log_in(app, attempt, &password)?))).await
}

/// Where a request comes from.
pub fn origin(app: &App, request: &HttpRequest, id: RequestId) -> Origin {
    let agent = request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    Origin { address: app.limits().address(request), user_agent: agent.map(str::to_owned), request_id: Some(id.0) }
}

/// A refresh token.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"refresh_token": "rmr_Zk3m1l5oV2n8tE6uD4sA1hG7fPcqJ0q3rYyX7c0bYw9"}))]
pub struct RefreshRequest {
    /// The refresh token.
    #[schema(min_length = 1, max_length = 200, format = Password)]
    refresh_token: String,
}

/// Gives new tokens for a refresh token. Using one twice ends the session.
#[utoipa::path(post, path = "/auth/refresh", tag = "log-in", operation_id = "refreshTokens", security(()),
    request_body = RefreshRequest, responses((status = 200, description = "Tokens", body = TokensView)))]
pub async fn refresh(app: web::Data<App>, id: RequestId, _none: NoParams, body: Json<RefreshRequest>) -> Answer {
    app.run(move |app| {
        let refreshed = app.auth().refresh(&body.0.refresh_token, Some(&id.0))?;
        // A token that is used twice ends its session, which has to be known at once.
        app.live().follow(&refreshed);
        Ok(answer(refreshed.value?))
    })
    .await
}

/// Ends the caller's session; its tokens are refused from now on.
#[utoipa::path(post, path = "/auth/logout", tag = "log-in", operation_id = "logOut",
    responses((status = 204, description = "Logged out")))]
pub async fn log_out(app: web::Data<App>, id: RequestId, caller: Caller, _none: NoParams) -> Answer {
    app.run(move |app| {
        if let Some(session) = caller.identity.session {
            let ended = app.auth().log_out(session, caller.user_id(), Some(&id.0))?;
            app.live().follow(&ended);
        }
        Ok(Reply::no_content())
    })
    .await
}

/// The public keys that access tokens are signed with (RFC 7517).
#[utoipa::path(get, path = "/auth/jwks.json", tag = "log-in", operation_id = "getKeys", security(()),
    responses((status = 200, description = "The keys", body = Object, example = json!({"keys": [{
        "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": "3q2_7wEjRWc",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    }]}))))]
pub async fn jwks(app: web::Data<App>, _none: NoParams) -> Answer {
    Ok(Reply::ok().header(header::CACHE_CONTROL, "public, max-age=300").json(app.auth().jwks()))
}

/// The first administrator, with the token of the set-up link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "token": "qJ0q3rYyX7c0bYw9Zk3m1l5oV2n8tE6uD4sA1hG7fPc", "login": "admin", "email": "admin@example.org",
    "first_name": "Ada", "last_name": "Byron", "password": "correct horse battery"
}))]
pub struct SetupRequest {
    /// The token of the set-up link.
    #[schema(min_length = 1, max_length = 200, format = Password)]
    token: String,
    /// Login.
    #[schema(min_length = 1, max_length = 200)]
    login: String,
    /// E-mail address.
    #[schema(min_length = 3, max_length = 254)]
    email: String,
    /// First name.
    #[schema(min_length = 1, max_length = 200)]
    first_name: String,
    /// Last name.
    #[schema(min_length = 1, max_length = 200)]
    last_name: String,
    /// The password, 10 to 1,024 characters.
    #[schema(min_length = 10, max_length = 1024, format = Password)]
    password: String,
}

/// Makes the first administrator by the one-time link that the service prints at its first start.
#[utoipa::path(post, path = "/auth/setup", tag = "log-in", operation_id = "setUp", security(()),
    request_body = SetupRequest, responses((status = 204, description = "Set up; log in now")))]
pub async fn setup(app: web::Data<App>, _none: NoParams, body: Json<SetupRequest>) -> Answer {
    let SetupRequest { token, login, email, first_name, last_name, password } = body.0;
    app.run(move |app| {
        // Looked at first: nothing is hashed for a link that is not good.
        app.auth().look_at_setup_link(&token)?;
        let holder = Holder { login: Some(&login), email: Some(&email) };
        let password_hash = app.auth().hash(&password, &holder)?.as_str().to_owned();
        app.write(&app.service(), Some("set-up".to_owned()), |work: &mut Work<'_, '_>| {
            app.auth().take_setup_link(work.tx, &token)?;
            set_up::first_administrator(work, FirstAdministrator { login, email, first_name, last_name, password_hash })
        })?;
        Ok(Reply::no_content())
    })
    .await
}

/// A new password, with the token of a one-time link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"token": "qJ0q3rYyX7c0bYw9Zk3m1l5oV2n8tE6uD4sA1hG7fPc", "password": "correct horse battery"}))]
pub struct PasswordRequest {
    /// The token of the link.
    #[schema(min_length = 1, max_length = 200, format = Password)]
    token: String,
    /// The password, 10 to 1,024 characters.
    #[schema(min_length = 10, max_length = 1024, format = Password)]
    password: String,
}

/// Sets a password by a one-time link.
#[utoipa::path(post, path = "/auth/password", tag = "log-in", operation_id = "setPassword", security(()),
    request_body = PasswordRequest, responses((status = 204, description = "Set; log in now")))]
pub async fn password(app: web::Data<App>, _none: NoParams, body: Json<PasswordRequest>) -> Answer {
    app.run(move |app| {
        passwords::set_by_link(app, &body.0.token, &body.0.password)?;
        Ok(Reply::no_content())
    })
    .await
}

/// Accepts an invitation by its one-time link, and sets the password to log in with (U-15).
#[utoipa::path(post, path = "/auth/invitation", tag = "log-in", operation_id = "acceptInvitation", security(()),
    request_body = PasswordRequest, responses((status = 204, description = "Accepted; log in now")))]
pub async fn invitation(app: web::Data<App>, _none: NoParams, body: Json<PasswordRequest>) -> Answer {
    app.run(move |app| {
        invitations::accept(app, &body.0.token, &body.0.password)?;
        Ok(Reply::no_content())
    })
    .await
}
