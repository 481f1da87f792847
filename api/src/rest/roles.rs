//! Roles and their members.

use actix_web::{HttpRequest, web};
use chrono::NaiveDate;
use domain::id::RoleId;
use domain::role::{Membership, Role};
use persistence::{Filter, Stored, Value};
use uuid::Uuid;

use crate::app::{App, Caller, Id};
use crate::commands::roles::{self, ModeName, PurposeName, RoleInput};
use crate::commands::{Refusal, Work};
use crate::demo::ids;
use crate::http::listing::{Chosen, ChosenKind, FilterKind, FilterSpec, ListSpec};
use crate::http::page::Visible;
use crate::rest::crud::{self, Answer, Shown};
use crate::rights::{Authority, RoleEdit, RoleRead};
use crate::{resource_handlers, view};

view! {
    /// A role: a named set of people that can hold rights.
    #[schema(example = json!({
        "id": ids::role("finance-team"), "external_id": "finance-team", "code": "finance-team",
        "name": "Everyone in Finance", "purpose": "team", "mode": "automatic", "priority": 10,
        "valid_from": null, "valid_to": null, "manager_ids": [], "protected": false, "note": null,
        "created_at": "2026-01-05T08:00:00Z", "updated_at": "2026-01-05T08:00:00Z", "revision": 8
    }))]
    RoleView {
        /// Unique code.
        #[schema(max_length = 100)]
        code: String,
        /// Name.
        #[schema(max_length = 200)]
        name: String,
        /// What it is for.
        #[schema(inline)]
        purpose: PurposeName,
        /// Where its members come from.
        #[schema(inline)]
        mode: ModeName,
        /// In a conflict the larger number wins.
        #[schema(minimum = 0, maximum = 1_000_000)]
        priority: i32,
        /// First day.
        valid_from: Option<NaiveDate>,
        /// Last day.
        valid_to: Option<NaiveDate>,
        /// Users who may add and remove manual members.
        #[schema(max_items = 100)]
        manager_ids: Vec<Uuid>,
        /// Whether external administrators are kept out.
        protected: bool,
        /// A remark.
        #[schema(max_length = 2000)]
        note: Option<String>,
    }
}

impl Shown for Role {
    type View = RoleView;
    const PLURAL: &'static str = "roles";
    const LIST: ListSpec = ListSpec {
        filters: &[
            FilterSpec { name: "code", kind: FilterKind::Text("code"), what: "With this code" },
            FilterSpec { name: "external_id", kind: FilterKind::Text("external_id"), what: "With this external id" },
            FilterSpec { name: "mode", kind: FilterKind::Word("mode", &["manual", "automatic"]), what: "Of this mode" },
            FilterSpec {
                name: "purpose",
                kind: FilterKind::Word("purpose", &["permission", "team", "people_list"]),
                what: "Of this purpose",
            },
            FilterSpec { name: "at", kind: FilterKind::ValidOn, what: "Valid on this day" },
            FilterSpec {
                name: "has_members",
                kind: FilterKind::Chosen(ChosenKind::Flag),
                what: "Whether anybody is an effective member today",
            },
        ],
        sorts: &[
            ("name", "name_key"),
            ("code", "code"),
            ("priority", "priority"),
            ("created_at", "created_at"),
            ("updated_at", "updated_at"),
        ],
        search: &["name_key", "code"],
        expand: &[],
    };

    fn view(stored: &Stored<Self>) -> RoleView {
        let role = &stored.value;
        RoleView {
            id: role.id.0,
            external_id: role.external_id.clone(),
            code: role.code.clone(),
            name: role.name.clone(),
            purpose: role.purpose.into(),
            mode: role.mode.into(),
            priority: role.priority,
            valid_from: role.window.valid_from,
            valid_to: role.window.valid_to,
            manager_ids: role.manager_ids.iter().map(|id| id.0).collect(),
            protected: role.protected,
            note: role.note.clone(),
            created_at: stored.created_at,
            updated_at: stored.updated_at,
            revision: stored.revision,
        }
    }

    fn visible<'a>(_: &'a App, authority: &'a Authority) -> Result<Visible<'a>, Refusal> {
        authority.allow::<RoleRead>()?;
        Ok(Visible::All)
    }

    fn chosen<'a>(
        app: &'a App,
        authority: &'a Authority,
        chosen: &Chosen,
        _: &mut Vec<Filter>,
    ) -> Result<Visible<'a>, Refusal> {
        let all = Self::visible(app, authority)?;
        let Some(wanted) = chosen.flag("has_members") else { return Ok(all) };
        let model = app.live().model();
        let day = app.zone().day_number(app.clock().now());
        let may =
            move |id| model.role(RoleId(id)).is_some_and(|role| wanted != model.role_members(role, day).is_empty());
        Ok(Visible::Check { column: "id", may: Box::new(may) })
    }

    fn readable(app: &App, authority: &Authority, stored: &Stored<Self>) -> Result<(), Refusal> {
        let Err(refusal) = authority.allow::<RoleRead>() else { return Ok(()) };
        // Who sets an area reads what the roles are that it names.
        let model = app.live().model();
        let areas = model.role(stored.value.id).map(|role| model.areas_naming(role)).unwrap_or_default();
        let sets = areas.into_iter().any(|area| authority.sets_area(model.area_id(area)));
        if sets { Ok(()) } else { Err(refusal) }
    }
}

resource_handlers! {
    Role, RoleInput, RoleView, "roles", "roles",
    list: "Lists roles. Needs `system:role.read`." "listRoles",
    get: "Reads a role. Needs `system:role.read`, or to set an area that names it." "getRole",
    create: "Creates a role. Needs `system:role.edit`." "createRole",
    update: "Changes a role. Needs `system:role.edit`." "updateRole",
    upsert: "Creates or updates a role by your own id. Needs `system:role.edit`." "upsertRole",
    remove: "Removes a role. Needs `system:role.edit`." "deleteRole"
        via |work: &mut Work<'_, '_>, id, expected| {
            let allowed = work.authority.allow::<RoleEdit>()?;
            roles::remove(work, &allowed, RoleId(id), expected)
        },
}

/// Lists the memberships of a role: the same rows as `/users/{id}/roles`. Needs
/// `system:role.read`.
#[utoipa::path(get, path = "/api/v1/roles/{id}/members", tag = "roles", operation_id = "listRoleMembers",
    params(("id" = Uuid, Path, description = "The role's id")),
    responses((status = 200, description = "A page", body = crate::http::page::Page<super::memberships::MembershipView>)))]
pub async fn members(app: web::Data<App>, caller: Caller, request: HttpRequest, id: Id) -> Answer {
    crud::list_where::<Membership>(app, caller, request, vec![Filter::Equals("role_id", Value::Uuid(id.0))]).await
}
