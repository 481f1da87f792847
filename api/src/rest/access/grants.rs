//! The grants of a holder, and over a worker: the same rows as `/grants` (P-06).

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use chrono::NaiveDate;
use domain::grant::Grant;
use domain::worker::Worker;
use persistence::{Filter, Value};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::{App, Caller, Id};
use crate::commands::grants::HolderType;
use crate::commands::{Refusal, save};
use crate::http::body::Fields;
use crate::http::page::Page;
use crate::http::planning::MayPlan;
use crate::rest::crud::{self, Answer};
use crate::rest::grants::GrantView;
use crate::rights::GrantEdit;

/// Rights over the worker whose page it is.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "external_id": "g-anna-hr", "holder_type": "user", "holder_external_id": "anna.keller", "module": "hr",
    "allow": ["read"]
}))]
pub struct WorkerGrantInput {
    /// Your own id for it, unique among grants.
    #[schema(min_length = 1, max_length = 100)]
    pub external_id: Option<String>,
    /// Who holds it; `role` when absent.
    #[schema(inline)]
    pub holder_type: Option<HolderType>,
    /// The role or user; needed, by this or your own id.
    pub holder_id: Option<Uuid>,
    /// The role (also by its code) or user by your own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100)]
    pub holder_external_id: Option<String>,
    /// The module's code: `time`, `hr`, or another whose actions are done to workers.
    #[schema(min_length = 1, max_length = 100)]
    pub module: String,
    /// Allowed actions.
    #[schema(max_items = 128)]
    pub allow: Option<Vec<String>>,
    /// Denied actions.
    #[schema(max_items = 128)]
    pub deny: Option<Vec<String>>,
    /// First day.
    pub valid_from: Option<NaiveDate>,
    /// Last day.
    pub valid_to: Option<NaiveDate>,
}

/// Gives a role or a user rights over one worker, on the worker's own page (P-06): the same row as one made at `/grants`
/// with that worker as its scope. Needs `system:grant.edit`.
#[utoipa::path(post, path = "/api/v1/workers/{id}/grants", tag = "workers", operation_id = "createWorkerGrant",
    params(("id" = Uuid, Path, description = "The worker's id")), request_body = WorkerGrantInput,
    responses((status = 201, description = "Created", body = GrantView)))]
pub async fn create(
    app: web::Data<App>,
    caller: Caller,
    id: Id,
    _plan: MayPlan,
    body: Fields<WorkerGrantInput>,
) -> Answer {
    let mut fields = body.0;
    fields.insert("scope".to_owned(), json!({"type": "worker", "id": id.0}));
    app.run(move |app| {
        app.answer(
            &caller.authority,
            None,
            |work| {
                work.authority.allow::<GrantEdit>()?;
                work.tx.get::<Worker>(id.0)?.ok_or(Refusal::NotFound)?;
                save::create::<Grant>(work, fields)
            },
            |work, grant| crud::written::<Grant>(work, grant.id.0, StatusCode::CREATED),
        )
    })
    .await
}

/// Lists the grants that a role holds: the same rows as `/grants`. Needs `system:grant.read`.
#[utoipa::path(get, path = "/api/v1/roles/{id}/grants", tag = "roles", operation_id = "listRoleGrants",
    params(("id" = Uuid, Path, description = "The role's id")),
    responses((status = 200, description = "A page", body = Page<GrantView>)))]
pub async fn of_role(app: web::Data<App>, caller: Caller, request: HttpRequest, id: Id) -> Answer {
    crud::list_where::<Grant>(app, caller, request, vec![Filter::Equals("holder_role_id", Value::Uuid(id.0))]).await
}

/// Lists the grants that a user holds in person: the same rows as `/grants`. Needs `system:grant.read`.
#[utoipa::path(get, path = "/api/v1/users/{id}/grants", tag = "users", operation_id = "listUserGrants",
    params(("id" = Uuid, Path, description = "The user's id")),
    responses((status = 200, description = "A page", body = Page<GrantView>)))]
pub async fn of_user(app: web::Data<App>, caller: Caller, request: HttpRequest, id: Id) -> Answer {
    crud::list_where::<Grant>(app, caller, request, vec![Filter::Equals("holder_user_id", Value::Uuid(id.0))]).await
}
