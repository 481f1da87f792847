//! What a worker can do with an account alone (W-01).

use actix_web::web;
use domain::id::WorkerId;
use domain::worker::{Worker, WorkerCapability, WorkerLack, worker_lack};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::{App, Caller, Id};
use crate::commands::Refusal;
use crate::commands::mirrored::mirrored;
use crate::demo::ids;
use crate::http::params::NoParams;
use crate::http::reply::Reply;
use crate::rest::crud::Answer;
use crate::rest::users::UserStateName;
use crate::rights::HrRead;

mirrored! {
    /// What a worker can do with an account alone.
    WorkerCapabilityName is WorkerCapability {
        BeMessaged = "be_messaged", AcknowledgeDocuments = "acknowledge_documents",
        EvaluateTraining = "evaluate_training", ReadOwnFolder = "read_own_folder",
    }
}

/// What a worker can do with an account alone, and what is missing.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "worker_id": ids::worker("w-123"), "user_id": null, "user_state": null,
    "capabilities": [{"name": "be_messaged", "capable": false, "reason": "no_account"}]
}))]
pub struct WorkerCapabilitiesView {
    /// The worker.
    worker_id: Uuid,
    /// The linked account.
    #[schema(required = true)]
    user_id: Option<Uuid>,
    /// Where the account stands.
    #[schema(required = true, inline)]
    user_state: Option<UserStateName>,
    /// Every capability.
    #[schema(max_items = 20)]
    capabilities: Vec<WorkerCapabilityView>,
}

/// One capability.
#[derive(Serialize, ToSchema)]
pub struct WorkerCapabilityView {
    /// Its name.
    #[schema(inline)]
    name: WorkerCapabilityName,
    /// Whether the worker has it.
    capable: bool,
    /// Why not: `no_account`, or `account_state` where the account is not active; null when it has it.
    #[schema(required = true, max_length = 50)]
    reason: Option<&'static str>,
}

/// Tells what a worker can't do without an account, or without an active one (W-01). Needs `hr:read` on the worker.
#[utoipa::path(get, path = "/api/v1/workers/{id}/capabilities", tag = "workers", operation_id = "getWorkerCapabilities",
    params(("id" = Uuid, Path, description = "The worker's id")),
    responses((status = 200, description = "The capabilities", body = WorkerCapabilitiesView)))]
pub async fn get(app: web::Data<App>, caller: Caller, id: Id, _none: NoParams) -> Answer {
    app.run(move |app| {
        let allowed = caller.authority.allow_worker::<HrRead>(WorkerId(id.0))?;
        let worker = allowed.target();
        let found = app.store().read(|reader| reader.get::<Worker>(worker.0))?.ok_or(Refusal::NotFound)?;
        let user_id = found.value.user_id;
        let model = app.live().model();
        let state = user_id.and_then(|user| model.user(user)).map(|user| model.user_state(user).1);
        let reason = worker_lack(state).map(|lack| match lack {
            WorkerLack::NoAccount => "no_account",
            WorkerLack::AccountState(_) => "account_state",
        });
        let one =
            |name: &WorkerCapability| WorkerCapabilityView { name: (*name).into(), capable: reason.is_none(), reason };
        Ok(Reply::ok().json(WorkerCapabilitiesView {
            worker_id: worker.0,
            user_id: user_id.map(|id| id.0),
            user_state: state.map(UserStateName::from),
            capabilities: WorkerCapability::ALL.iter().map(one).collect(),
        }))
    })
    .await
}
