//! Users (section 1): resource and verbs.

use actix_web::{HttpRequest, web};
use chrono::{DateTime, Utc};
use domain::id::UserId;
use domain::role::Membership;
use domain::user::{BlockCause, User, UserState};
use persistence::{Filter, Stored, Value};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::{App, Caller, Id};
use crate::auth::Secret;
use crate::commands::users::{self, MayBlock, StartState, UserInput, UserKindName};
use crate::commands::{Refusal, Work};
use crate::demo::ids;
use crate::http::body::Json;
use crate::http::etag::MayMatch;
use crate::http::listing::{FilterKind, FilterSpec, ListSpec};
use crate::http::page::Visible;
use crate::http::params::NoParams;
use crate::http::reply::Reply;
use crate::rest::crud::{self, Answer, Shown};
use crate::rest::permissions::PermissionsAnswer;
use crate::rights::{Authority, UserDelete, UserRead, UserRelease, UserRestore, UserUnblock};
use crate::{resource_handlers, view};

/// A cause of a block (U-04).
#[derive(Serialize, ToSchema)]
pub struct BlockView {
    /// Why: `administrator`, `security`, `awaiting_release`.
    #[schema(max_length = 20)]
    cause: String,
    /// By whom; null when the service did it.
    #[schema(required = true)]
    by: Option<Uuid>,
    /// When (UTC).
    at: DateTime<Utc>,
    /// A remark.
    #[schema(required = true, max_length = 2000)]
    note: Option<String>,
}

view! {
    /// A system account.
    #[schema(example = json!({
        "id": ids::user("anna.keller"), "external_id": "anna.keller", "kind": "person", "state": "active",
        "login": "anna.keller", "first_name": "Anna", "last_name": "Keller", "display_name": "Anna Keller",
        "email": "anna.keller@demo.example", "phone": null, "language": null, "time_zone": null,
        "block_causes": [], "created_at": "2026-01-05T08:00:00Z", "updated_at": "2026-01-05T08:00:00Z",
        "revision": 5
    }))]
    UserView {
        /// What sort of account.
        #[schema(inline)]
        kind: UserKindName,
        /// Where it stands.
        #[schema(inline)]
        state: StartState,
        /// The name to log in with.
        #[schema(max_length = 200)]
        login: Option<String>,
        /// First name.
        #[schema(max_length = 200)]
        first_name: Option<String>,
        /// Last name.
        #[schema(max_length = 200)]
        last_name: Option<String>,
        /// The name to show.
        #[schema(max_length = 401)]
        display_name: String,
        /// E-mail address.
        #[schema(max_length = 254)]
        email: Option<String>,
        /// Phone number.
        #[schema(max_length = 50)]
        phone: Option<String>,
        /// Language, BCP 47.
        #[schema(max_length = 35)]
        language: Option<String>,
        /// Time zone, IANA name.
        #[schema(max_length = 64)]
        time_zone: Option<String>,
        /// Why it is blocked; empty unless it is.
        #[schema(max_items = 10)]
        block_causes: Vec<BlockView>,
    }
}

/// A state as callers see it.
pub fn state_name(state: UserState) -> StartState {
    match state {
        UserState::Invited => StartState::Invited,
        UserState::Active => StartState::Active,
        UserState::Blocked => StartState::Blocked,
        UserState::Deleted | UserState::Forgotten => StartState::Deleted,
    }
}

impl Shown for User {
    type View = UserView;
    const PLURAL: &'static str = "users";
    const LIST: ListSpec = ListSpec {
        filters: &[
            FilterSpec {
                name: "state",
                kind: FilterKind::Word("state", &["invited", "active", "blocked", "deleted"]),
                what: "In these states",
            },
            FilterSpec {
                name: "kind",
                kind: FilterKind::Word(
                    "kind",
                    &["person", "virtual", "external_filler", "external_administrator", "service"],
                ),
                what: "Of these kinds",
            },
            FilterSpec { name: "external_id", kind: FilterKind::Text("external_id"), what: "With this external id" },
        ],
        sorts: &[
            ("last_name", "last_name_key"),
            ("first_name", "first_name_key"),
            ("login", "login_key"),
            ("display_name", "shown_name_key"),
            ("created_at", "created_at"),
            ("updated_at", "updated_at"),
        ],
        search: &["last_name_key", "first_name_key", "login_key", "shown_name_key"],
        expand: &[],
    };

    fn view(stored: &Stored<Self>) -> UserView {
        let user = &stored.value;
        UserView {
            id: user.id.0,
            external_id: user.external_id.clone(),
            kind: user.kind.into(),
            state: state_name(user.state),
            login: user.login.clone(),
            first_name: user.first_name.clone(),
            last_name: user.last_name.clone(),
            display_name: user.shown_name(),
            email: user.email.clone(),
            phone: user.phone.clone(),
            language: user.language.clone(),
            time_zone: user.time_zone.clone(),
            block_causes: user
                .blocks
                .iter()
                .map(|block| BlockView {
                    cause: block.cause.to_string(),
                    by: block.by.map(|id| id.0),
                    at: block.at,
                    note: block.note.clone(),
                })
                .collect(),
            created_at: stored.created_at,
            updated_at: stored.updated_at,
            revision: stored.revision,
        }
    }

    fn visible<'a>(_: &'a App, authority: &'a Authority) -> Result<Visible<'a>, Refusal> {
        authority.allow::<UserRead>()?;
        Ok(Visible::All)
    }

    fn readable(_: &App, authority: &Authority, stored: &Stored<Self>) -> Result<(), Refusal> {
        if authority.user_id() == Some(stored.value.id) {
            return Ok(());
        }
        authority.allow::<UserRead>().map(|_| ())
    }
}

resource_handlers! {
    User, UserInput, UserView, "users", "users",
    list: "Lists users. Needs `system:user.read`." "listUsers",
    get: "Reads a user. Needs `system:user.read`, except for oneself." "getUser",
    create: "Creates a user. Needs `system:user.create`, and `system:user.release` for a person who starts active." "createUser",
    update: "Changes a user. States change by verbs only. Needs `system:user.edit`." "updateUser",
    upsert: "Creates or updates a user by your own id. Needs `system:user.create` or `system:user.edit`." "upsertUser",
    remove: "Moves a user to the trash: memberships set by hand, personal grants, the worker link, tokens and sessions end at once. Needs `system:user.delete`." "deleteUser"
        via |work: &mut Work<'_, '_>, id, expected| {
            let allowed = work.authority.allow::<UserDelete>()?;
            users::delete(work, &allowed, UserId(id), expected).map(|_| ())
        },
}

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

/// Blocks a user, who is out at once. Needs `system:user.block`, or `hr:account.block` on the
/// linked worker.
#[utoipa::path(post, path = "/api/v1/users/{id}/block", tag = "users", operation_id = "blockUser",
    params(("id" = Uuid, Path, description = "The user's id")), request_body = BlockRequest,
    responses((status = 200, description = "Blocked", body = UserView)))]
pub async fn block(
    app: web::Data<App>,
    caller: Caller,
    id: Id,
    _none: NoParams,
    expected: MayMatch,
    body: Json<BlockRequest>,
) -> Answer {
    let cause = match body.0.cause {
        Some(BlockCauseName::Security) => BlockCause::Security,
        _ => BlockCause::Administrator,
    };
    let note = body.0.note;
    crud::act(app, caller, None, move |work| {
        let allowed = may_block(work, UserId(id.0))?;
        users::block(work, &allowed, UserId(id.0), &expected.0, cause, note)
    })
    .await
}

fn may_block(work: &mut Work<'_, '_>, id: UserId) -> Result<MayBlock, Refusal> {
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
pub async fn unblock(app: web::Data<App>, caller: Caller, id: Id, _none: NoParams, expected: MayMatch) -> Answer {
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
    "email": "radka.kubova@demo.example", "phone": null, "language": null, "time_zone": null, "block_causes": [],
    "created_at": "2026-01-05T08:00:00Z", "updated_at": "2026-01-05T08:00:00Z", "revision": 18},
    "password_link": "http://127.0.0.1:8080/auth/password#qJ0q3rYyX7c0bYw9Zk3m1l5oV2n8tE6uD4sA1hG7fPc"
}))]
pub struct ReleasedView {
    /// The user.
    user: UserView,
    /// One-time link to set the password, shown once; null where there is a password, and when the
    /// answer is repeated for an idempotency key.
    #[schema(required = true, max_length = 2000)]
    password_link: Option<String>,
}

/// Releases a user who awaits it; an account without a password gets a one-time link to set one.
/// Needs `system:user.release`.
#[utoipa::path(post, path = "/api/v1/users/{id}/release", tag = "users", operation_id = "releaseUser",
    params(("id" = Uuid, Path, description = "The user's id")),
    responses((status = 200, description = "Released", body = ReleasedView)))]
pub async fn release(app: web::Data<App>, caller: Caller, id: Id, _none: NoParams, expected: MayMatch) -> Answer {
    app.run(move |app| {
        app.answer(
            &caller.authority,
            None,
            |work| {
                let allowed = work.authority.allow::<UserRelease>()?;
                let user = users::release(work, &allowed, UserId(id.0), &expected.0)?;
                let link = if work.tx.reader().password_hash(user.id)?.is_none() {
                    Some(app.auth().password_link(work.tx, user.id)?)
                } else {
                    None
                };
                Ok((user.id, link.map(|link| password_url(app, &link))))
            },
            |work, (user, password_link)| {
                let stored = work.get::<User>(user.0)?;
                Ok(Reply::ok()
                    .header(actix_web::http::header::ETAG, crate::http::etag::tag(stored.revision))
                    .secret("password_link")
                    .json(ReleasedView { user: User::view(&stored), password_link }))
            },
        )
    })
    .await
}

/// The link to send; its token stands behind `#`, so that no server logs it.
pub fn password_url(app: &App, token: &Secret) -> String {
    format!("{}/auth/password#{}", app.config().public_url(), token.expose())
}

/// Takes a user out of the trash, blocked; what ended stays ended. Needs `system:user.restore`.
#[utoipa::path(post, path = "/api/v1/users/{id}/restore", tag = "users", operation_id = "restoreUser",
    params(("id" = Uuid, Path, description = "The user's id")),
    responses((status = 200, description = "Restored", body = UserView)))]
pub async fn restore(app: web::Data<App>, caller: Caller, id: Id, _none: NoParams, expected: MayMatch) -> Answer {
    crud::act(app, caller, None, move |work| {
        let allowed = work.authority.allow::<UserRestore>()?;
        users::restore(work, &allowed, UserId(id.0), &expected.0)
    })
    .await
}

/// Lists the memberships of a user: the same rows as `/roles/{id}/members`. Needs
/// `system:role.read`.
#[utoipa::path(get, path = "/api/v1/users/{id}/roles", tag = "users", operation_id = "listUserRoles",
    params(("id" = Uuid, Path, description = "The user's id")),
    responses((status = 200, description = "A page", body = crate::http::page::Page<super::memberships::MembershipView>)))]
pub async fn roles(app: web::Data<App>, caller: Caller, request: HttpRequest, id: Id) -> Answer {
    crud::list_where::<Membership>(app, caller, request, vec![Filter::Equals("member_user_id", Value::Uuid(id.0))])
        .await
}

/// What a user may do: every grant that applies on a day, personal or by a role, and why. Needs
/// `system:access.check` to ask about others.
#[utoipa::path(get, path = "/api/v1/users/{id}/permissions", tag = "users", operation_id = "getUserPermissions",
    params(("id" = Uuid, Path, description = "The user's id"),
        ("at" = Option<String>, Query, description = "A day or an instant; now when absent"),
        ("module" = Option<String>, Query, description = "In this module only")),
    responses((status = 200, description = "The permissions", body = PermissionsAnswer)))]
pub async fn permissions(app: web::Data<App>, caller: Caller, request: HttpRequest, id: Id) -> Answer {
    super::permissions::answer(app, caller, &request, UserId(id.0)).await
}
