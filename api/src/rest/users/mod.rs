//! Users (section 1): the resource. `chosen.rs` is what their list can be asked, `moves.rs` the verbs,
//! `bulk.rs` verbs for many, `capabilities.rs` what an account may do, `forgetting.rs` its erasure,
//! `responsibilities.rs` what it answers for, `handover.rs` who takes that over, `removal.rs` the way into the trash.

pub mod bulk;
pub mod capabilities;
pub mod chosen;
pub mod forgetting;
pub mod handover;
pub mod moves;
pub mod removal;
pub mod responsibilities;

use actix_web::{HttpRequest, web};
use chrono::{DateTime, Utc};
use domain::id::{AreaId, UserId};
use domain::role::Membership;
use domain::user::{User, UserKind, UserState};
use persistence::{Filter, Reader, Stored, Value};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::activity::circle;
use crate::app::{App, Caller, Id};
use crate::commands::users::{UserInput, UserKindName};
use crate::commands::{Refusal, fillers};
use crate::demo::ids;
use crate::http::listing::{Chosen, ChosenKind, Expansion, FilterKind, FilterSpec, ListSpec};
use crate::http::page::Visible;
use crate::rest::access::permissions::{self, PermissionsAnswer};
use crate::rest::activity;
use crate::rest::crud::{self, Answer, Shown};
use crate::rights::{Authority, UserEdit, UserRead};
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
        "managed_in": [], "marks": [], "block_causes": [], "created_at": "2026-01-05T08:00:00Z", "updated_at": "2026-01-05T08:00:00Z",
        "revision": 5
    }))]
    UserView {
        /// What sort of account.
        #[schema(inline)]
        kind: UserKindName,
        /// Where it stands.
        #[schema(inline)]
        state: UserStateName,
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
        /// The areas in which an external filler is used, and by whose owners it is managed: those that the caller sees, all for
        /// who edits accounts.
        #[schema(max_items = 100)]
        managed_in: Vec<Uuid>,
        /// What to show beside the name: `external` for an external administrator (U-11).
        #[schema(max_items = 10, inline)]
        marks: Vec<Mark>,
        /// Why it is blocked; empty unless it is.
        #[schema(max_items = 10)]
        block_causes: Vec<BlockView>,
    }
}

/// Where an account stands (U-03).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "named after the domain's values")]
pub enum UserStateName {
    Invited,
    Active,
    Blocked,
    Deleted,
    Forgotten,
}

impl From<UserState> for UserStateName {
    fn from(state: UserState) -> Self {
        match state {
            UserState::Invited => Self::Invited,
            UserState::Active => Self::Active,
            UserState::Blocked => Self::Blocked,
            UserState::Deleted => Self::Deleted,
            UserState::Forgotten => Self::Forgotten,
        }
    }
}

/// What to show beside a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// An account of somebody outside the company (U-11).
    External,
}

impl Mark {
    /// The marks of an account of that kind.
    pub fn of(kind: UserKind) -> Vec<Self> {
        (kind == UserKind::ExternalAdministrator).then_some(Mark::External).into_iter().collect()
    }
}

impl Shown for User {
    type View = UserView;
    const PLURAL: &'static str = "users";
    const LIST: ListSpec = ListSpec {
        filters: &[
            FilterSpec {
                name: "state",
                kind: FilterKind::Word("state", &["invited", "active", "blocked", "deleted", "forgotten"]),
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
            FilterSpec {
                name: "role_id",
                kind: FilterKind::Chosen(ChosenKind::Id),
                what: "Effective members of this role today, directly or by a role within it",
            },
            FilterSpec {
                name: "department_id",
                kind: FilterKind::Chosen(ChosenKind::Id),
                what: "Whose worker has a contract in force in this department today",
            },
            FilterSpec {
                name: "include_subtree",
                kind: FilterKind::Chosen(ChosenKind::Flag),
                what: "With `department_id`: or in a department below it",
            },
            FilterSpec {
                name: "linked",
                kind: FilterKind::Chosen(ChosenKind::Flag),
                what: "Whether linked to a worker",
            },
            FilterSpec {
                name: "presence",
                kind: FilterKind::Chosen(ChosenKind::Word(chosen::PRESENCES)),
                what: "Who is there in that way, of those whose activity the caller sees",
            },
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
        expand: &[Expansion::one("activity", "ActivityStatusView")],
    };

    fn view(stored: &Stored<Self>) -> UserView {
        let user = &stored.value;
        UserView {
            id: user.id.0,
            external_id: user.external_id.clone(),
            kind: user.kind.into(),
            state: user.state.into(),
            login: user.login.clone(),
            first_name: user.first_name.clone(),
            last_name: user.last_name.clone(),
            display_name: user.shown_name(),
            email: user.email.clone(),
            phone: user.phone.clone(),
            language: user.language.clone(),
            time_zone: user.time_zone.clone(),
            managed_in: user.managed_in.iter().map(|id| id.0).collect(),
            marks: Mark::of(user.kind),
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

    fn veil(_: &App, authority: &Authority, _: &Stored<Self>, view: &mut UserView) {
        if !view.managed_in.is_empty() && authority.allow::<UserEdit>().is_err() {
            view.managed_in.retain(|area| authority.sees_area(AreaId(*area)));
        }
    }

    /// `activity` comes with those of whom the caller sees it (U-23), and with nobody else.
    fn expand(
        app: &App,
        authority: &Authority,
        reader: &mut Reader<'_>,
        names: &[String],
        items: &mut [(Stored<Self>, serde_json::Value)],
    ) -> Result<(), Refusal> {
        let Some(caller) = authority.user_id().filter(|_| names.iter().any(|name| name == "activity")) else {
            return Ok(());
        };
        let seen = circle::of(app, reader, caller)?;
        let found = activity::shown(app, reader, &seen, items.iter().map(|(stored, _)| stored.value.id))?;
        for (stored, view) in items {
            if let (Some(status), serde_json::Value::Object(view)) = (found.get(&stored.value.id), view) {
                view.insert("activity".to_owned(), serde_json::json!(status));
            }
        }
        Ok(())
    }

    fn visible<'a>(_: &'a App, authority: &'a Authority) -> Result<Visible<'a>, Refusal> {
        authority.allow::<UserRead>()?;
        Ok(Visible::All)
    }

    fn chosen<'a>(
        app: &'a App,
        authority: &'a Authority,
        chosen: &Chosen,
        _: &mut Vec<Filter>,
    ) -> Result<Visible<'a>, Refusal> {
        chosen::visible(app, authority, chosen)
    }

    fn readable(_: &App, authority: &Authority, stored: &Stored<Self>) -> Result<(), Refusal> {
        if authority.user_id() == Some(stored.value.id) || fillers::manages(authority, &stored.value) {
            return Ok(());
        }
        authority.allow::<UserRead>().map(|_| ())
    }
}

resource_handlers! {
    User, UserInput, UserView, "users", "users",
    list: "Lists users. Needs `system:user.read`, and `system:role.read` to ask by role." "listUsers",
    get: "Reads a user. Needs `system:user.read`, except for oneself and for a filler that is managed in an area of one's own." "getUser",
    create: "Creates a user. Needs `system:user.create`, and `system:user.release` for a person who starts active; who owns an area makes external fillers that are managed there." "createUser",
    update: "Changes a user. States change by verbs only. Needs `system:user.edit`, or owning an area in which the filler is managed." "updateUser",
    upsert: "Creates or updates a user by your own id. Needs `system:user.create` or `system:user.edit`, or for external fillers owning an area in which they are managed." "upsertUser",
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
        ("module" = Option<String>, Query, description = "In this module only"),
        ("limit" = Option<i32>, Query, minimum = 1, maximum = 200, description = "Items of a page; 1000 when absent"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
        ("total" = Option<bool>, Query, description = "Adds the count of all")),
    responses((status = 200, description = "The permissions", body = PermissionsAnswer)))]
pub async fn permissions(app: web::Data<App>, caller: Caller, request: HttpRequest, id: Id) -> Answer {
    permissions::answer(app, caller, &request, UserId(id.0)).await
}
