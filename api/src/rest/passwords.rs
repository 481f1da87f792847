//! Passwords: changed by their owner, asked for anew, set by a one-time link.

use actix_web::http::header;
use actix_web::{HttpRequest, web};
use domain::id::UserId;
use domain::user::User;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::{App, Caller, Id};
use crate::commands::log_in::Attempt;
use crate::commands::{Refusal, passwords};
use crate::demo::ids;
use crate::http::body::Json;
use crate::http::etag::{MayMatch, tag};
use crate::http::observe::RequestId;
use crate::http::params::NoParams;
use crate::http::problem::{self, Problem};
use crate::http::reply::Reply;
use crate::rest::crud::{Answer, Shown};
use crate::rest::log_in::origin;
use crate::rest::users::UserView;
use crate::rights::UserRelease;

/// The present password and the new one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"current_password": "correct horse battery", "password": "three bright umbrellas"}))]
pub struct PasswordChangeRequest {
    /// The present password.
    #[schema(min_length = 1, max_length = 1024, format = Password)]
    current_password: String,
    /// The new password, 10 to 1,024 characters.
    #[schema(min_length = 10, max_length = 1024, format = Password)]
    password: String,
}

/// Changes the caller's own password. All other sessions of the caller end, and links to set the
/// password are void. Needs a session: an API token changes no password.
#[utoipa::path(put, path = "/api/v1/me/password", tag = "me", operation_id = "changeMyPassword",
    request_body = PasswordChangeRequest, responses((status = 204, description = "Changed")))]
pub async fn change(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller,
    id: RequestId,
    _none: NoParams,
    body: Json<PasswordChangeRequest>,
) -> Answer {
    let session = caller.identity.session.ok_or_else(|| {
        Problem::new(problem::SESSION_REQUIRED).detail("log in with the present password, then change it")
    })?;
    let origin = origin(&app, &request, id);
    let PasswordChangeRequest { current_password, password } = body.0;
    app.run(move |app| {
        let user = app.store().read(|reader| reader.get::<User>(caller.user_id().0))?.ok_or(Refusal::NotFound)?.value;
        let attempt = Attempt::begin(app, user.login.clone().unwrap_or_default(), origin)?;
        let prepared = passwords::Change::prepare(app, &user, &current_password, &password);
        attempt.end(app, &prepared);
        let change = prepared?;
        app.answer(&caller.authority, None, |work| change.make(work, session), |_, ()| Ok(Reply::no_content()))
    })
    .await
}

/// Who can't log in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"login": "anna.keller"}))]
pub struct PasswordResetRequest {
    /// The login.
    #[schema(min_length = 1, max_length = 200)]
    login: String,
}

/// Sends the account of a login a one-time link to set a new password, by e-mail. The answer is the
/// same, and comes as fast, whether there is such an account or not.
#[utoipa::path(post, path = "/auth/password-reset", tag = "log-in", operation_id = "requestPasswordReset", security(()),
    request_body = PasswordResetRequest, responses((status = 202, description = "If there is such an account with an e-mail address, it is written to")))]
pub async fn reset(app: web::Data<App>, _none: NoParams, body: Json<PasswordResetRequest>) -> Answer {
    app.mail().ask_for_reset(body.0.login);
    Ok(Reply::accepted())
}

/// An account with a link to set its password.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "user": {"id": ids::user("anna.keller"), "external_id": "anna.keller", "kind": "person", "state": "active",
    "login": "anna.keller", "first_name": "Anna", "last_name": "Keller", "display_name": "Anna Keller",
    "email": "anna.keller@demo.example", "phone": null, "language": null, "time_zone": null, "managed_in": [], "marks": [],
    "block_causes": [],
    "created_at": "2026-01-05T08:00:00Z", "updated_at": "2026-01-05T08:00:00Z", "revision": 5},
    "password_link": "http://127.0.0.1:8080/auth/password#qJ0q3rYyX7c0bYw9Zk3m1l5oV2n8tE6uD4sA1hG7fPc", "mailed": false
}))]
pub struct PasswordLinkView {
    /// The user.
    user: UserView,
    /// One-time link to set the password, shown once; null where it was mailed, and when the answer is
    /// repeated for an idempotency key.
    #[schema(required = true, max_length = 2000)]
    password_link: Option<String>,
    /// Whether the link is on its way to the account's e-mail address.
    mailed: bool,
}

/// Makes a one-time link by which a user sets a new password. With an SMTP server it is mailed to the
/// user, else shown this once. Needs `system:user.release`, and every right in `system` that the user has.
#[utoipa::path(post, path = "/api/v1/users/{id}/password-link", tag = "users", operation_id = "makePasswordLink",
    params(("id" = Uuid, Path, description = "The user's id")),
    responses((status = 200, description = "The link", body = PasswordLinkView)))]
pub async fn link(app: web::Data<App>, caller: Caller, id: Id, _none: NoParams, expected: MayMatch) -> Answer {
    app.run(move |app| {
        app.answer_and_post(
            &caller.authority,
            |work| {
                let allowed = work.authority.allow::<UserRelease>()?;
                passwords::make_link(work, &allowed, UserId(id.0), &expected.0)
            },
            |_, (user, link, letter), letters| {
                let mailed = letter.is_some();
                letters.extend(letter);
                Ok(Reply::ok().header(header::ETAG, tag(user.revision)).secret("password_link").json(
                    PasswordLinkView { user: User::view(&user), password_link: (!mailed).then_some(link), mailed },
                ))
            },
        )
    })
    .await
}
