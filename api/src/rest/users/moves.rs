//! The verbs that move an account from state to state (U-03).

use actix_web::http::header;
use actix_web::web;
use chrono::{DateTime, Utc};
use domain::id::UserId;
use domain::user::{BlockCause, User};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::UserView;
use crate::app::{App, Caller, Id};
use crate::auth::Secret;
use crate::commands::invitations::{self, Invitation};
use crate::commands::users::{self, MayBlock};
use crate::commands::{Refusal, Work};
use crate::demo::ids;
use crate::http::body::Json;
use crate::http::etag::{MayMatch, tag};
use crate::http::params::NoParams;
use crate::http::planning::MayPlan;
use crate::http::reply::Reply;
use crate::mail::{Letter, LinkKind};
use crate::rest::crud::{self, Answer, Shown};
use crate::rights::{UserInvite, UserRelease, UserRestore, UserUnblock};

/// Why and with which remark.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BlockRequest, example = json!({"note": "on leave until May"}))]
pub struct BlockRequest {
    /// `administrator` when absent.
    #[schema(inline)]
    cause: Option<BlockCauseName>,
    /// A remark.
    #[schema(max_length = 2000)]
    note: Option<String>,
}

/// Causes that a caller can give.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BlockCauseName {
    /// By somebody's decision.
    Administrator,
    /// For a security reason.
    Security,
}

impl From<BlockCauseName> for BlockCause {
    fn from(name: BlockCauseName) -> Self {
        match name {
            BlockCauseName::Administrator => Self::Administrator,
            BlockCauseName::Security => Self::Security,
        }
    }
}

/// Blocks a user, who is out at once. Needs `system:user.block`, or `hr:account.block` on the
/// linked worker.
#[utoipa::path(post, path = "/api/v1/users/{id}/block", tag = "users", operation_id = "blockUser",
    params(("id" = Uuid, Path, description = "The user's id")), request_body = BlockRequest,
    responses((status = 200, description = "Blocked", body = UserView)))]
pub async fn block(
    app: web::Data<App>,
    caller: Caller,
    id: Id,
    _plan: MayPlan,
    expected: MayMatch,
    body: Json<BlockRequest>,
) -> Answer {
    let cause = body.0.cause.map_or(BlockCause::Administrator, Into::into);
    let note = body.0.note;
    crud::act(app, caller, None, move |work| {
        let allowed = may_block(work, UserId(id.0))?;
        users::block(work, &allowed, UserId(id.0), &expected.0, cause, note)
    })
    .await
}

/// Whether the caller may block that account, and by which right.
pub fn may_block(work: &mut Work<'_, '_>, id: UserId) -> Result<MayBlock, Refusal> {
    match work.authority.allow() {
        Ok(allowed) => Ok(MayBlock::AnyUser(allowed)),
        Err(refusal) => {
            let model = work.app.live().model();
            let worker = model.user(id).and_then(|user| model.worker_of(user)).map(|worker| model.worker_id(worker));
            let of_worker = worker.and_then(|worker| work.authority.allow_worker(worker).ok());
            of_worker.map(MayBlock::OfWorker).ok_or(refusal)
        }
    }
}

/// Lifts the causes `administrator` and `security` of a block. Needs `system:user.unblock`.
#[utoipa::path(post, path = "/api/v1/users/{id}/unblock", tag = "users", operation_id = "unblockUser",
    params(("id" = Uuid, Path, description = "The user's id")),
    responses((status = 200, description = "Lifted", body = UserView)))]
pub async fn unblock(app: web::Data<App>, caller: Caller, id: Id, _plan: MayPlan, expected: MayMatch) -> Answer {
    crud::act(app, caller, None, move |work| {
        let allowed = work.authority.allow::<UserUnblock>()?;
        users::unblock(work, &allowed, UserId(id.0), &expected.0)
    })
    .await
}

/// A released user, with a link to set a password where there is none yet.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "user": {"id": ids::user("radka.kubova"), "external_id": "radka.kubova", "kind": "person", "state": "active",
    "login": "radka.kubova", "first_name": "Radka", "last_name": "Kubova", "display_name": "Radka Kubova",
    "email": "radka.kubova@demo.example", "phone": null, "language": null, "time_zone": null, "managed_in": [], "marks": [],
    "block_causes": [],
    "created_at": "2026-01-05T08:00:00Z", "updated_at": "2026-01-05T08:00:00Z", "revision": 18},
    "password_link": "http://127.0.0.1:8080/auth/password#qJ0q3rYyX7c0bYw9Zk3m1l5oV2n8tE6uD4sA1hG7fPc",
    "mailed": false
}))]
pub struct ReleasedView {
    /// The user.
    user: UserView,
    /// One-time link to set the password, shown once; null where there is a password, where it was mailed, and
    /// when the answer is repeated for an idempotency key.
    #[schema(required = true, max_length = 2000)]
    password_link: Option<String>,
    /// Whether a link is on its way to the account's e-mail address.
    mailed: bool,
}

/// Releases a user who awaits it; an account without a password gets a one-time link to set one. With an SMTP
/// server it is mailed to the user, else shown this once. Needs `system:user.release`.
#[utoipa::path(post, path = "/api/v1/users/{id}/release", tag = "users", operation_id = "releaseUser",
    params(("id" = Uuid, Path, description = "The user's id")),
    responses((status = 200, description = "Released", body = ReleasedView)))]
pub async fn release(app: web::Data<App>, caller: Caller, id: Id, _plan: MayPlan, expected: MayMatch) -> Answer {
    app.run(move |app| {
        app.answer_and_post(
            &caller.authority,
            |work| {
                let allowed = work.authority.allow::<UserRelease>()?;
                let user = users::release(work, &allowed, UserId(id.0), &expected.0)?;
                if work.tx.reader().password_hash(user.id)?.is_some() {
                    return Ok((user, None, None));
                }
                let link = password_url(app, &app.auth().password_link(work.tx, user.id)?);
                let letter = Letter::link(app, &user, LinkKind::Password, &link);
                let link = letter.is_none().then_some(link);
                Ok((user, link, letter))
            },
            |work, (user, password_link, letter), letters| {
                let stored = work.get::<User>(user.id.0)?;
                let mailed = letter.is_some();
                letters.extend(letter);
                Ok(Reply::ok().header(header::ETAG, tag(stored.revision)).secret("password_link").json(ReleasedView {
                    user: User::view(&stored),
                    password_link,
                    mailed,
                }))
            },
        )
    })
    .await
}

/// The link to send; its token stands behind `#`, so that no server logs it.
pub fn password_url(app: &App, token: &Secret) -> String {
    format!("{}/auth/password#{}", app.config().public_url(), token.expose())
}

/// An invited user, with the link to accept the invitation.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "user": {"id": ids::user("lukas.fiala"), "external_id": "lukas.fiala", "kind": "person", "state": "invited",
    "login": "lukas.fiala", "first_name": "Lukas", "last_name": "Fiala", "display_name": "Lukas Fiala",
    "email": "lukas.fiala@demo.example", "phone": null, "language": null, "time_zone": null, "managed_in": [], "marks": [],
    "block_causes": [], "created_at": "2026-01-05T08:00:00Z", "updated_at": "2026-01-05T08:00:00Z", "revision": 18},
    "invitation_link": "http://127.0.0.1:8080/auth/invitation#qJ0q3rYyX7c0bYw9Zk3m1l5oV2n8tE6uD4sA1hG7fPc",
    "mailed": false, "expires_at": "2026-01-07T08:00:00Z"
}))]
pub struct InvitedView {
    /// The user, still `invited`.
    user: UserView,
    /// One-time link to accept the invitation with, shown once; null where it was mailed, and when the
    /// answer is repeated for an idempotency key.
    #[schema(required = true, max_length = 2000)]
    invitation_link: Option<String>,
    /// Whether the link is on its way to the account's e-mail address.
    mailed: bool,
    /// Until when the link is good (UTC).
    expires_at: DateTime<Utc>,
}

/// Makes a link by which an invited user accepts and sets a password; an earlier link is void. With an SMTP
/// server it is mailed to the user, else shown this once. Needs `system:user.invite`.
#[utoipa::path(post, path = "/api/v1/users/{id}/invite", tag = "users", operation_id = "inviteUser",
    params(("id" = Uuid, Path, description = "The user's id")),
    responses((status = 200, description = "Invited", body = InvitedView)))]
pub async fn invite(app: web::Data<App>, caller: Caller, id: Id, _none: NoParams, expected: MayMatch) -> Answer {
    app.run(move |app| {
        app.answer_and_post(
            &caller.authority,
            |work| {
                let allowed = work.authority.allow::<UserInvite>()?;
                invitations::invite(work, &allowed, UserId(id.0), &expected.0)
            },
            |work, Invitation { user, link, letter, expires_at }, letters| {
                let stored = work.get::<User>(user.id.0)?;
                let mailed = letter.is_some();
                letters.extend(letter);
                Ok(Reply::ok().header(header::ETAG, tag(stored.revision)).secret("invitation_link").json(InvitedView {
                    user: User::view(&stored),
                    invitation_link: link,
                    mailed,
                    expires_at,
                }))
            },
        )
    })
    .await
}

/// The link to send; its token stands behind `#`, so that no server logs it.
pub fn invitation_url(app: &App, token: &Secret) -> String {
    format!("{}/auth/invitation#{}", app.config().public_url(), token.expose())
}

/// Takes a user out of the trash, blocked; what ended stays ended. Needs `system:user.restore`.
#[utoipa::path(post, path = "/api/v1/users/{id}/restore", tag = "users", operation_id = "restoreUser",
    params(("id" = Uuid, Path, description = "The user's id")),
    responses((status = 200, description = "Restored", body = UserView)))]
pub async fn restore(app: web::Data<App>, caller: Caller, id: Id, _plan: MayPlan, expected: MayMatch) -> Answer {
    crud::act(app, caller, None, move |work| {
        let allowed = work.authority.allow::<UserRestore>()?;
        users::restore(work, &allowed, UserId(id.0), &expected.0)
    })
    .await
}
