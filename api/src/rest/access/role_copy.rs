//! A role made like another.

use actix_web::http::header;
use actix_web::web;
use domain::id::RoleId;
use domain::role::Role;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::{App, Caller, Id};
use crate::commands::role_copy::{self, CopiedRows, RoleCopyInput};
use crate::demo::ids;
use crate::http::body::Json;
use crate::http::planning::MayPlan;
use crate::http::reply::Reply;
use crate::rest::crud::{self, Answer, Shown};
use crate::rest::roles::RoleView;
use crate::rest::worker_links::WarningView;

/// A role that was made like another.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "role": {
        "id": ids::role("night-timekeepers"), "external_id": "night-timekeepers", "code": "night-timekeepers",
        "name": "Timekeepers of the night shift", "purpose": "permission", "mode": "manual", "priority": 20,
        "valid_from": null, "valid_to": null, "manager_ids": [], "protected": false, "note": null,
        "created_at": "2026-03-01T09:00:00Z", "updated_at": "2026-03-01T09:00:00Z", "revision": 30
    },
    "copied": {"members": 0, "grants": 1, "wage_offers": 0, "notifications": 0, "rules": 0, "managers": 0},
    "left_out": {"members": 2, "grants": 0, "wage_offers": 0, "notifications": 0, "rules": 0, "managers": 0},
    "warnings": []
}))]
pub struct RoleCopyView {
    /// The new role.
    role: RoleView,
    /// How much it got.
    copied: CopiedRows,
    /// How much of the other role it did not get: not asked for, or never copied.
    left_out: CopiedRows,
    /// What somebody should look at.
    #[schema(max_items = 10000)]
    warnings: Vec<WarningView>,
}

/// Makes a role like another: with its grants and, if wanted, its members by hand, offers of wage types, subscriptions to
/// notifications and rules, in one revision. Members by rules, grants of templates and departments' links are never copied,
/// nor does an area name the new role. Needs `system:role.edit` and what making each part needs: `system:grant.edit`,
/// `system:role.assign`, `system:wage_type.edit`, `system:notification.edit`.
#[utoipa::path(post, path = "/api/v1/roles/{id}/copy", tag = "roles", operation_id = "copyRole",
    params(("id" = Uuid, Path, description = "The role's id")), request_body = RoleCopyInput,
    responses((status = 201, description = "Made", body = RoleCopyView)))]
pub async fn copy(app: web::Data<App>, caller: Caller, id: Id, _plan: MayPlan, body: Json<RoleCopyInput>) -> Answer {
    app.run(move |app| {
        app.answer(
            &caller.authority,
            None,
            |work| {
                let found = work.tx.get::<Role>(id.0)?;
                crud::seen(work.app, work.authority, found)?;
                role_copy::copy(work, RoleId(id.0), body.0)
            },
            |work, made| {
                let role = Role::view(&work.get::<Role>(made.role.id.0)?);
                let location = format!("/api/v1/roles/{}", role.id);
                let warnings = work.warnings.iter().map(WarningView::of).collect();
                let view = RoleCopyView { role, copied: made.copied, left_out: made.left_out, warnings };
                Ok(Reply::created().header(header::LOCATION, location).json(view))
            },
        )
    })
    .await
}
