//! Runs of the role sync over many workers.

use actix_web::{HttpRequest, web};
use chrono::{DateTime, Utc};
use domain::id::WorkerId;
use persistence::{Operation, OperationState};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::{App, Caller, Id};
use crate::commands::Refusal;
use crate::commands::role_sync::WorkerReport;
use crate::demo::ids;
use crate::http::body::NoBody;
use crate::http::page::Page;
use crate::http::params::{NoParams, Params, hyphenated};
use crate::http::plain_page::{self, Limit};
use crate::http::planning::MayPlan;
use crate::http::prefer::Prefer;
use crate::http::reply::Reply;
use crate::jobs::ROLE_SYNC;
use crate::jobs::role_sync::{self, Cause, Figures, Parameters};
use crate::plans::{self, Planning};
use crate::rest::crud::Answer;
use crate::rest::operations::{self, StateName};
use crate::rights::{PlanMake, RoleSync};

/// A run of the role sync over many workers.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": ids::operation("role-sync"), "state": "succeeded", "cause": "request", "plan_only": false, "stopped": false,
    "plan_id": null, "workers": 31, "changed": 0, "added": 0, "adjusted": 0, "removed": 0, "kept": 57,
    "created_by": null, "created_at": "2026-01-05T08:00:00Z", "finished_at": "2026-01-05T08:00:01Z"
}))]
pub struct RoleSyncRunView {
    /// The run's id, which is that of its operation: `/operations/{id}` tells the progress and takes the cancel.
    id: Uuid,
    /// Where it stands.
    #[schema(inline)]
    state: StateName,
    /// What it is for.
    #[schema(inline)]
    cause: Cause,
    /// Whether only a plan was wanted.
    plan_only: bool,
    /// Whether it went too far, and was stopped for somebody to confirm its plan.
    stopped: bool,
    /// The plan that it left, or that it carries out.
    #[schema(required = true)]
    plan_id: Option<Uuid>,
    /// Workers that were looked at; null while it runs, like all figures.
    #[schema(required = true, minimum = 0)]
    workers: Option<usize>,
    /// Workers for whom there was something to do.
    #[schema(required = true, minimum = 0)]
    changed: Option<usize>,
    /// Memberships that were added, or would be.
    #[schema(required = true, minimum = 0)]
    added: Option<usize>,
    /// Memberships that got another window or role, or would.
    #[schema(required = true, minimum = 0)]
    adjusted: Option<usize>,
    /// Memberships that were removed, or would be.
    #[schema(required = true, minimum = 0)]
    removed: Option<usize>,
    /// Memberships that stay.
    #[schema(required = true, minimum = 0)]
    kept: Option<usize>,
    /// Who wanted it; null for the service itself.
    #[schema(required = true)]
    created_by: Option<Uuid>,
    /// When it was queued (UTC).
    created_at: DateTime<Utc>,
    /// When it ended (UTC).
    #[schema(required = true)]
    finished_at: Option<DateTime<Utc>>,
}

impl RoleSyncRunView {
    fn of(operation: &Operation) -> Result<Self, Refusal> {
        let parameters = role_sync::parameters(operation)?;
        let ended = operation.state == OperationState::Succeeded || operation.state == OperationState::Cancelled;
        let result = operation.result.clone().filter(|_| ended);
        let figures: Option<Figures> = result.and_then(|result| serde_json::from_value(result).ok());
        let figure = |of: fn(&Figures) -> usize| figures.as_ref().map(of);
        Ok(Self {
            id: operation.id,
            state: operation.state.into(),
            cause: parameters.cause,
            plan_only: parameters.plan_only,
            stopped: figures.as_ref().is_some_and(|figures| figures.stopped),
            plan_id: parameters.plan.or(figures.as_ref().and_then(|figures| figures.plan_id)),
            workers: figure(|figures| figures.workers),
            changed: figure(|figures| figures.changed),
            added: figure(|figures| figures.added),
            adjusted: figure(|figures| figures.adjusted),
            removed: figure(|figures| figures.removed),
            kept: figure(|figures| figures.kept),
            created_by: operation.created_by.map(|user| user.0),
            created_at: operation.created_at,
            finished_at: operation.finished_at,
        })
    }
}

/// A run; another operation is none.
fn load(app: &App, id: Uuid) -> Result<Operation, Refusal> {
    let found = app.store().read(|reader| reader.operation(id))?;
    found.filter(|operation| operation.kind == ROLE_SYNC).ok_or(Refusal::NotFound)
}

/// Lists runs, the newest first. Needs `system:role.sync`.
#[utoipa::path(get, path = "/api/v1/role-sync-runs", tag = "role-sync-runs", operation_id = "listRoleSyncRuns",
    params(("state" = Option<String>, Query, description = "In these states; several are separated by commas"),
        ("limit" = Option<i32>, Query, minimum = 1, maximum = 200, description = "Items of a page; 50 when absent"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before")),
    responses((status = 200, description = "A page", body = Page<RoleSyncRunView>)))]
pub async fn list(app: web::Data<App>, caller: Caller, request: HttpRequest) -> Answer {
    let mut params = Params::parse(request.query_string());
    let limit = Limit::read(&mut params, &request);
    let states = params.named("state", OperationState::ALL, OperationState::as_str);
    let after = plain_page::after(&mut params);
    params.done()?;
    let page = app
        .run(move |app| {
            caller.authority.allow::<RoleSync>()?;
            let found =
                app.store().read(|reader| reader.operations(None, Some(ROLE_SYNC), &states, after, limit.sought()))?;
            let cursor = |last: &Operation| plain_page::cursor((last.created_at, last.id));
            limit.try_page(found, cursor, |operation| RoleSyncRunView::of(&operation))
        })
        .await?;
    Ok(page.respond(&request))
}

/// Brings the automatic memberships of all workers in step with their contracts: an operation, whose progress and
/// cancel are at `/operations/{id}`. One that goes too far applies nothing and leaves a plan. With `?plan=true`
/// it only makes the plan, and needs `system:plan.make` too. Needs `system:role.sync`.
#[utoipa::path(post, path = "/api/v1/role-sync-runs", tag = "role-sync-runs", operation_id = "startRoleSyncRun",
    params(("plan" = Option<bool>, Query, description = "`true`: do nothing, but make a plan of it")),
    responses((status = 202, description = "Queued", body = operations::OperationView),
        (status = 200, description = "Done, where `Prefer: wait` was sent", body = operations::OperationView)))]
pub async fn start(app: web::Data<App>, caller: Caller, request: HttpRequest, _plan: MayPlan, _body: NoBody) -> Answer {
    let wait = Prefer::of(&request).wait;
    let reply = app
        .run(move |app| {
            caller.authority.allow::<RoleSync>()?;
            let mut parameters = Parameters { cause: Cause::Request, ..Parameters::default() };
            match caller.authority.planning() {
                Some(Planning::Make(_)) => {
                    caller.authority.allow::<PlanMake>()?;
                    parameters.plan_only = true;
                }
                Some(Planning::Apply(plan)) => {
                    parameters.plan = Some(*plan);
                    parameters.cause = Cause::Plan;
                }
                None => {}
            }
            let by = caller.authority.clone().planned(None);
            app.answer(
                &by,
                None,
                |work| {
                    if let Some(plan) = parameters.plan {
                        plans::may_be_applied(work.tx, work.authority, plan)?;
                    }
                    role_sync::queue(work, &parameters, work.authority.user_id())
                },
                |work, operation| Ok(operations::accepted(work.app, operation)),
            )
        })
        .await?;
    operations::waited(&app, reply, wait).await
}

/// Reads a run. Needs `system:role.sync`.
#[utoipa::path(get, path = "/api/v1/role-sync-runs/{id}", tag = "role-sync-runs", operation_id = "getRoleSyncRun",
    params(("id" = Uuid, Path, description = "The run's id")),
    responses((status = 200, description = "The run", body = RoleSyncRunView)))]
pub async fn get(app: web::Data<App>, caller: Caller, id: Id, _none: NoParams) -> Answer {
    app.run(move |app| {
        caller.authority.allow::<RoleSync>()?;
        Ok(Reply::ok().json(RoleSyncRunView::of(&load(app, id.0)?)?))
    })
    .await
}

/// Lists what a run did, or would do, for each worker for whom there was something to do: what was added, adjusted and
/// removed, and why. Needs `system:role.sync`.
#[utoipa::path(get, path = "/api/v1/role-sync-runs/{id}/workers", tag = "role-sync-runs",
    operation_id = "listRoleSyncRunWorkers",
    params(("id" = Uuid, Path, description = "The run's id"),
        ("worker_id" = Option<Uuid>, Query, description = "Of this worker alone"),
        ("limit" = Option<i32>, Query, minimum = 1, maximum = 200, description = "Items of a page; 50 when absent"),
        ("cursor" = Option<Uuid>, Query, description = "`next_cursor` of the page before")),
    responses((status = 200, description = "A page", body = Page<WorkerReport>)))]
pub async fn workers(app: web::Data<App>, caller: Caller, id: Id, request: HttpRequest) -> Answer {
    let mut params = Params::parse(request.query_string());
    let limit = Limit::read(&mut params, &request);
    let worker = params.uuid("worker_id").map(WorkerId);
    let after = params.parsed("cursor", "the next_cursor of the page before", hyphenated);
    params.done()?;
    let page = app
        .run(move |app| {
            caller.authority.allow::<RoleSync>()?;
            load(app, id.0)?;
            let found = app.store().read(|reader| reader.role_sync_reports(id.0, worker, after, limit.sought()))?;
            let read = |line: &str| {
                serde_json::from_str::<WorkerReport>(line).map_err(|_| Refusal::internal("a report can't be read"))
            };
            limit.try_page(found, |(worker, _)| worker.to_string(), |(_, line)| read(&line))
        })
        .await?;
    Ok(page.respond(&request))
}
