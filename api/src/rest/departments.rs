//! Departments (D-01, D-02).

use actix_web::web;
use chrono::NaiveDate;
use domain::id::{DepartmentId, RoleId};
use domain::organisation::Department;
use persistence::Stored;
use uuid::Uuid;

use crate::app::{App, Caller, PathIds};
use crate::commands::departments::{self, DepartmentInput};
use crate::commands::{Refusal, Work};
use crate::demo::ids;
use crate::http::listing::{FilterKind, FilterSpec, ListSpec};
use crate::http::page::Visible;
use crate::http::planning::MayPlan;
use crate::rest::crud::{self, Answer, Shown};
use crate::rights::{Authority, DepartmentEdit, DepartmentLinkRole};
use crate::{resource_handlers, view};

view! {
    /// A department.
    #[schema(example = json!({
        "id": ids::department("accounting"), "external_id": "accounting", "code": "accounting",
        "name": "Accounting", "parent_id": ids::department("finance"), "head_id": null, "linked_role_ids": [],
        "sync": false, "valid_from": null, "valid_to": null, "created_at": "2026-01-05T08:00:00Z",
        "updated_at": "2026-01-05T08:00:00Z", "revision": 3
    }))]
    DepartmentView {
        /// Unique code.
        #[schema(max_length = 100)]
        code: String,
        /// Name.
        #[schema(max_length = 200)]
        name: String,
        /// The department above.
        parent_id: Option<Uuid>,
        /// The worker who heads it.
        head_id: Option<Uuid>,
        /// Roles that everyone with a contract in force here gets (D-02).
        #[schema(max_items = 1000)]
        linked_role_ids: Vec<Uuid>,
        /// Whether any role is linked: the tag that HR sees and can't change (D-02).
        sync: bool,
        /// First day.
        valid_from: Option<NaiveDate>,
        /// Last day.
        valid_to: Option<NaiveDate>,
    }
}

impl Shown for Department {
    type View = DepartmentView;
    const PLURAL: &'static str = "departments";
    const LIST: ListSpec = ListSpec {
        filters: &[
            FilterSpec { name: "code", kind: FilterKind::Text("code"), what: "With this code" },
            FilterSpec { name: "external_id", kind: FilterKind::Text("external_id"), what: "With this external id" },
            FilterSpec { name: "parent_id", kind: FilterKind::Id("parent_id"), what: "Directly below this one" },
            FilterSpec {
                name: "has_parent",
                kind: FilterKind::Present("parent_id"),
                what: "Whether there is one above",
            },
            FilterSpec { name: "has_head", kind: FilterKind::Present("head_id"), what: "Whether it has a head" },
            FilterSpec { name: "head_id", kind: FilterKind::Id("head_id"), what: "Headed by this worker" },
            FilterSpec { name: "at", kind: FilterKind::ValidOn, what: "Valid on this day" },
        ],
        sorts: &[("name", "name_key"), ("code", "code"), ("created_at", "created_at"), ("updated_at", "updated_at")],
        search: &["name_key", "code"],
        expand: &[],
    };

    fn view(stored: &Stored<Self>) -> DepartmentView {
        let department = &stored.value;
        DepartmentView {
            id: department.id.0,
            external_id: department.external_id.clone(),
            code: department.code.clone(),
            name: department.name.clone(),
            parent_id: department.parent_id.map(|id| id.0),
            head_id: department.head_id.map(|id| id.0),
            linked_role_ids: department.linked_role_ids.iter().map(|id| id.0).collect(),
            sync: !department.linked_role_ids.is_empty(),
            valid_from: department.window.valid_from,
            valid_to: department.window.valid_to,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
            revision: stored.revision,
        }
    }

    fn visible<'a>(_: &'a App, _: &'a Authority) -> Result<Visible<'a>, Refusal> {
        Ok(Visible::All)
    }

    fn readable(_: &App, _: &Authority, _: &Stored<Self>) -> Result<(), Refusal> {
        Ok(())
    }
}

resource_handlers! {
    Department, DepartmentInput, DepartmentView, "departments", "departments",
    list: "Lists departments." "listDepartments",
    get: "Reads a department." "getDepartment",
    create: "Creates a department. Needs `system:department.edit`." "createDepartment",
    update: "Changes a department. A new `parent_id` moves its subtree. Needs `system:department.edit`." "updateDepartment",
    upsert: "Creates or updates a department by your own id. Needs `system:department.edit`." "upsertDepartment",
    remove: "Removes a department that nothing refers to. Needs `system:department.edit`." "deleteDepartment"
        via |work: &mut Work<'_, '_>, id, expected| {
            let allowed = work.authority.allow::<DepartmentEdit>()?;
            departments::remove(work, &allowed, DepartmentId(id), expected)
        },
}

/// Links an automatic role to a department: everyone with a contract in force there gets it
/// (D-02). Needs `system:department.link_role`.
#[utoipa::path(put, path = "/api/v1/departments/{id}/roles/{role_id}", tag = "departments", operation_id = "linkDepartmentRole",
    params(("id" = Uuid, Path, description = "The department's id"), ("role_id" = Uuid, Path, description = "The role's id")),
    responses((status = 200, description = "Linked", body = DepartmentView)))]
pub async fn link_role(app: web::Data<App>, caller: Caller, ids: PathIds, _plan: MayPlan) -> Answer {
    crud::act(app, caller, None, move |work| {
        let allowed = work.authority.allow::<DepartmentLinkRole>()?;
        departments::link_role(work, &allowed, DepartmentId(ids.first), RoleId(ids.second))
    })
    .await
}

/// Clears a department's link to a role. Needs `system:department.link_role`.
#[utoipa::path(delete, path = "/api/v1/departments/{id}/roles/{role_id}", tag = "departments", operation_id = "unlinkDepartmentRole",
    params(("id" = Uuid, Path, description = "The department's id"), ("role_id" = Uuid, Path, description = "The role's id")),
    responses((status = 204, description = "Cleared")))]
pub async fn unlink_role(app: web::Data<App>, caller: Caller, ids: PathIds, _plan: MayPlan) -> Answer {
    crud::take_away(app, caller, move |work| {
        let allowed = work.authority.allow::<DepartmentLinkRole>()?;
        departments::unlink_role(work, &allowed, DepartmentId(ids.first), RoleId(ids.second)).map(|_| ())
    })
    .await
}
