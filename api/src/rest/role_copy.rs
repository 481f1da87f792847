//! Copying a role: `/roles/{id}/copy`.

use actix_web::{http::header::LOCATION, web};
use domain::id::RoleId;
use domain::role::Role;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::{App, Caller, Id};
use crate::commands::Refusal;
use crate::commands::role_copy::{self, Parts, RoleCopyInput};
use crate::demo::ids;
use crate::http::body::Json;
use crate::http::planning::MayPlan;
use crate::http::reply::Reply;
use crate::rest::crud::{self, Answer, Shown};
use crate::rest::roles::RoleView;
use crate::rights::RoleRead;

/// A copy of a role.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "role": {"id": "019c2a4e-7d30-7b51-8c1e-5d1f0c3a9b22", "external_id": null, "code": "timekeepers-night",
    "name": "Time keepers of the night shift", "purpose": "permission", "mode": "manual", "priority": 20,
    "valid_from": null, "valid_to": null, "manager_ids": [], "protected": false, "note": null,
    "created_at": "2026-01-05T08:00:00Z", "updated_at": "2026-01-05T08:00:00Z", "revision": 30},
    "original_id": ids::role("timekeepers"),
    "copied": {"members": 0, "roles": 0, "rules": 0, "grants": 1, "wage_offers": 0, "notifications": 0},
    "left_out": {"members": 2, "roles": 0, "rules": 0, "grants": 0, "wage_offers": 0, "notifications": 0}
}))]
pub struct RoleCopyView {
    /// The new role.
    role: RoleView,
    /// The role that it is like.
    original_id: Uuid,
    /// How much of each part was copied.
    copied: Parts,
    /// How much was left out: what was not asked for, and members that follow from rules.
    left_out: Parts,
}

/// Makes a new role like another one, in one revision: with its grants, offers of wage types, rules and the roles that it is
/// in, and on request its manual members and subscriptions. Needs `system:role.read`, `system:role.edit`, and for each
/// part what making its rows needs.
#[utoipa::path(post, path = "/api/v1/roles/{id}/copy", tag = "roles", operation_id = "copyRole",
    params(("id" = Uuid, Path, description = "The role to be copied")), request_body = RoleCopyInput,
    responses((status = 201, description = "The copy", body = RoleCopyView)))]
pub async fn copy(app: web::Data<App>, caller: Caller, id: Id, _plan: MayPlan, body: Json<RoleCopyInput>) -> Answer {
    app.run(move |app| {
        app.answer(
            &caller.authority,
            None,
            |work| {
                let allowed = work.authority.allow::<RoleRead>()?;
                role_copy::copy(work, &allowed, RoleId(id.0), body.0)
            },
            |work, made| {
                let body = RoleCopyView {
                    role: Role::view(&work.get::<Role>(made.role.id.0)?),
                    original_id: id.0,
                    copied: made.copied,
                    left_out: made.left_out,
                };
                let body = serde_json::to_value(body).map_err(|error| Refusal::internal(error.to_string()))?;
                Ok(Reply::created()
                    .header(LOCATION, format!("/api/v1/roles/{}", made.role.id))
                    .json(crud::with_warnings(body, work)))
            },
        )
    })
    .await
}
