//! Operations: long work, its progress, its errors, and how to stop it.

use std::time::{Duration, Instant};

use actix_web::http::header;
use actix_web::{HttpRequest, web};
use chrono::{DateTime, Utc};
use persistence::{Operation, OperationState};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::{App, Caller, Id};
use crate::commands::Refusal;
use crate::demo::ids;
use crate::http::page::Page;
use crate::http::params::{NoParams, Params};
use crate::http::plain_page::{self, Limit};
use crate::http::prefer::{self, Prefer};
use crate::http::problem::{self, Problem};
use crate::http::reply::{REVISION, Reply};
use crate::imports;
use crate::jobs::{ROLE_SYNC, Underway};
use crate::rest::crud::Answer;
use crate::rights::{ImportRun, RoleSync};

/// Where an operation stands.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StateName {
    /// Waits for its turn.
    Queued,
    /// Under way.
    Running,
    /// Done.
    Succeeded,
    /// Given up.
    Failed,
    /// Stopped on request.
    Cancelled,
}

impl From<OperationState> for StateName {
    fn from(state: OperationState) -> Self {
        match state {
            OperationState::Queued => StateName::Queued,
            OperationState::Running => StateName::Running,
            OperationState::Succeeded => StateName::Succeeded,
            OperationState::Failed => StateName::Failed,
            OperationState::Cancelled => StateName::Cancelled,
        }
    }
}

/// A piece of long work.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": ids::operation("departments"), "kind": "import", "state": "succeeded", "done": 12, "total": 12,
    "rate": 2400.0, "seconds_left": null, "errors_count": 0, "result": {"kind": "departments", "mode": "atomic",
    "created": 12, "updated": 0, "bad": 0}, "created_by": null, "created_at": "2026-01-05T08:00:00Z",
    "started_at": "2026-01-05T08:00:00Z", "finished_at": "2026-01-05T08:00:00Z"
}))]
pub struct OperationView {
    /// The operation's id.
    id: Uuid,
    /// What sort of work: `import`, `role_sync`.
    #[schema(max_length = 40)]
    kind: String,
    /// Where it stands.
    #[schema(inline)]
    state: StateName,
    /// How much is done: rows of an import; of a role sync, workers for whom nothing is left to do.
    #[schema(minimum = 0)]
    done: i64,
    /// How much there is to do, once that is known: rows, or workers that are looked at.
    #[schema(required = true, minimum = 0)]
    total: Option<i64>,
    /// How much is done in a second.
    #[schema(required = true)]
    rate: Option<f64>,
    /// How long it may still take.
    #[schema(required = true, minimum = 0)]
    seconds_left: Option<i64>,
    /// How many errors were found.
    #[schema(minimum = 0)]
    errors_count: i64,
    /// What came of it.
    #[schema(required = true, value_type = Option<Object>)]
    result: Option<serde_json::Value>,
    /// Who wanted it; null for the service itself and the local operator.
    #[schema(required = true)]
    created_by: Option<Uuid>,
    /// When it was queued (UTC).
    created_at: DateTime<Utc>,
    /// When it began (UTC).
    #[schema(required = true)]
    started_at: Option<DateTime<Utc>>,
    /// When it ended (UTC).
    #[schema(required = true)]
    finished_at: Option<DateTime<Utc>>,
}

impl OperationView {
    /// An operation as callers see it, with the progress that this process knew of before it was read.
    pub fn of(app: &App, underway: &Underway, mut operation: Operation) -> Self {
        let here = underway.get(&operation.id);
        if operation.state == OperationState::Succeeded && here.is_some() {
            // It is written, but what it did may not be in the rights model yet.
            operation.state = OperationState::Running;
            operation.finished_at = None;
            operation.result = None;
        }
        let (mut done, mut total) = (operation.done, operation.total);
        if operation.state == OperationState::Running
            && let Some((here, of)) = here
        {
            done = done.max(*here);
            total = of.or(total);
        }
        let until = operation.finished_at.unwrap_or_else(|| app.clock().now());
        let rate = operation.started_at.filter(|_| done > 0).map(|started| {
            let millis = (until - started).num_milliseconds().max(1);
            #[allow(clippy::cast_precision_loss, reason = "a rate for people to read")]
            let rate = done as f64 * 1000.0 / millis as f64;
            (rate * 10.0).round() / 10.0
        });
        let running = operation.state == OperationState::Running;
        let seconds_left = match (rate, total) {
            (Some(rate), Some(total)) if running && rate > 0.0 => {
                #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "an estimate")]
                let left = ((total - done).max(0) as f64 / rate).ceil() as i64;
                Some(left)
            }
            _ => None,
        };
        Self {
            id: operation.id,
            kind: operation.kind,
            state: operation.state.into(),
            done,
            total,
            rate,
            seconds_left,
            errors_count: operation.errors_count,
            result: operation.result,
            created_by: operation.created_by.map(|id| id.0),
            created_at: operation.created_at,
            started_at: operation.started_at,
            finished_at: operation.finished_at,
        }
    }
}

/// Loads an operation that the caller may see: their own, all for who may run imports, and role syncs for who may run
/// those.
fn load(app: &App, caller: &Caller, id: Uuid) -> Result<Operation, Refusal> {
    let operation = app.store().read(|reader| reader.operation(id))?.ok_or(Refusal::NotFound)?;
    let own = operation.created_by == Some(caller.user_id());
    let syncs = operation.kind == ROLE_SYNC && caller.authority.allow::<RoleSync>().is_ok();
    if !own && !syncs {
        caller.authority.allow::<ImportRun>().map_err(|_| Refusal::NotFound)?;
    }
    Ok(operation)
}

/// Lists operations, the newest first: the caller's own, or all with `system:import.run`.
#[utoipa::path(get, path = "/api/v1/operations", tag = "operations", operation_id = "listOperations",
    params(("limit" = Option<i32>, Query, minimum = 1, maximum = 200, description = "Items of a page; 50 when absent"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before")),
    responses((status = 200, description = "A page", body = Page<OperationView>)))]
pub async fn list(app: web::Data<App>, caller: Caller, request: HttpRequest) -> Answer {
    let mut params = Params::parse(request.query_string());
    let limit = Limit::read(&mut params, &request);
    let after = plain_page::after(&mut params);
    params.done()?;
    let page = app
        .run(move |app| {
            let own = match caller.authority.allow::<ImportRun>() {
                Ok(_) => None,
                Err(_) => Some(caller.user_id()),
            };
            let underway = app.runner().underway();
            let found = app.store().read(|reader| reader.operations(own, None, &[], after, limit.sought()))?;
            let cursor = |last: &Operation| plain_page::cursor((last.created_at, last.id));
            Ok(limit.page(found, cursor, |operation| OperationView::of(app, &underway, operation)))
        })
        .await?;
    Ok(page.respond(&request))
}

/// The answer to a request that queued an operation.
pub fn accepted(app: &App, operation: Operation) -> Reply {
    Reply::accepted().header(header::LOCATION, format!("/api/v1/operations/{}", operation.id)).json(OperationView::of(
        app,
        &Underway::new(),
        operation,
    ))
}

/// How often an operation that somebody waits for is looked at.
const LOOK: Duration = Duration::from_millis(50);

/// The same answer, or, when the operation that it names ends within `wait`, a 200 with what came
/// of it (RFC 7240).
///
/// # Errors
/// The database can't be read.
pub async fn waited(app: &App, reply: Reply, wait: Option<Duration>) -> Answer {
    let Some(wait) = wait else { return Ok(reply) };
    let id = reply.get(&header::LOCATION).and_then(|path| path.rsplit('/').next()?.parse::<Uuid>().ok());
    let Some(id) = id else { return Ok(reply) };
    let revision = reply.get(&REVISION).map(str::to_owned);
    let view = ended(app, id, wait).await?;
    let applied = format!("wait={}", wait.as_secs());
    let done = Reply::ok();
    let done = match revision {
        Some(revision) => done.header(REVISION, revision),
        None => done,
    };
    let reply = if view.finished_at.is_some() { done.json(view) } else { reply.json_instead(view) };
    Ok(reply.header(prefer::APPLIED, applied))
}

/// An operation once it has ended, or as it is after `wait`.
async fn ended(app: &App, id: Uuid, wait: Duration) -> Result<OperationView, Problem> {
    let until = Instant::now() + wait;
    loop {
        let view = app
            .run(move |app| {
                let underway = app.runner().underway();
                let operation = app.store().read(|reader| reader.operation(id))?.ok_or(Refusal::NotFound)?;
                Ok(OperationView::of(app, &underway, operation))
            })
            .await?;
        let left = until.saturating_duration_since(Instant::now());
        if view.finished_at.is_some() || left.is_zero() || app.runner().stopping() {
            return Ok(view);
        }
        actix_web::rt::time::sleep(left.min(LOOK)).await;
    }
}

/// Reads an operation. With `Prefer: wait` the answer comes when it has ended, or after that time.
#[utoipa::path(get, path = "/api/v1/operations/{id}", tag = "operations", operation_id = "getOperation",
    params(("id" = Uuid, Path, description = "The operation's id")),
    responses((status = 200, description = "The operation", body = OperationView)))]
pub async fn get(app: web::Data<App>, caller: Caller, request: HttpRequest, id: Id, _none: NoParams) -> Answer {
    let view = app
        .run(move |app| {
            let underway = app.runner().underway();
            Ok(OperationView::of(app, &underway, load(app, &caller, id.0)?))
        })
        .await?;
    match Prefer::of(&request).wait {
        Some(wait) if view.finished_at.is_none() => {
            let applied = format!("wait={}", wait.as_secs());
            Ok(Reply::ok().header(prefer::APPLIED, applied).json(ended(&app, id.0, wait).await?))
        }
        _ => Ok(Reply::ok().json(view)),
    }
}

/// Streams the errors of an operation as NDJSON: line, code, pointer, detail.
#[utoipa::path(get, path = "/api/v1/operations/{id}/errors", tag = "operations", operation_id = "listOperationErrors",
    params(("id" = Uuid, Path, description = "The operation's id")),
    responses((status = 200, description = "One error a line", body = String, content_type = "application/x-ndjson",
        example = "{\"line\":17,\"code\":\"required\",\"pointer\":\"/last_name\",\"detail\":\"is missing\"}\n")))]
pub async fn errors(app: web::Data<App>, caller: Caller, id: Id, _none: NoParams) -> Answer {
    let body = app
        .run(move |app| {
            load(app, &caller, id.0)?;
            let mut out = Vec::new();
            let mut after = -1;
            loop {
                let found = app.store().read(|reader| reader.operation_errors(id.0, after, 1_000))?;
                let Some((last, _)) = found.last() else {
                    return Ok(out);
                };
                after = *last;
                for (_, error) in &found {
                    let line = serde_json::json!({
                        "line": error.line, "code": error.code, "pointer": error.pointer, "detail": error.detail,
                    });
                    out.extend_from_slice(line.to_string().as_bytes());
                    out.push(b'\n');
                }
            }
        })
        .await?;
    Ok(Reply::ok().body("application/x-ndjson", body))
}

/// Asks an operation to stop. What it has done so far stays, but for an atomic import, which
/// leaves nothing.
#[utoipa::path(post, path = "/api/v1/operations/{id}/cancel", tag = "operations", operation_id = "cancelOperation",
    params(("id" = Uuid, Path, description = "The operation's id")),
    responses((status = 202, description = "Asked to stop", body = OperationView)))]
pub async fn cancel(app: web::Data<App>, caller: Caller, id: Id, _none: NoParams) -> Answer {
    app.run(move |app| {
        let nothing = || Problem::new(problem::IMPORT_STATE).detail("there is nothing left to stop");
        if load(app, &caller, id.0)?.finished_at.is_some() {
            return Err(nothing().into());
        }
        // An operation of this process may hold the writers' lock, so it is told directly.
        if !app.runner().cancel(id.0) {
            let author = caller.authority.author(None);
            let stopped = app.store().write(&author, |tx| tx.request_cancel(id.0))?;
            if !stopped.value {
                return Err(nothing().into());
            }
            // One that was still queued has ended with that.
            imports::file::clear(app, id.0);
        }
        let underway = app.runner().underway();
        let operation = load(app, &caller, id.0)?;
        Ok(Reply::accepted().json(OperationView::of(app, &underway, operation)))
    })
    .await
}
