//! Starting imports.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};

use actix_web::http::header;
use actix_web::{HttpMessage, HttpRequest, web};
use std::future::poll_fn;
use std::pin::Pin;
use uuid::Uuid;

use crate::app::{App, Caller};
use crate::commands::Refusal;
use crate::http::idempotency::{Idempotency, once};
use crate::http::params::Params;
use crate::http::planning;
use crate::http::prefer::Prefer;
use crate::http::problem::{self, Problem};
use crate::http::reply::REVISION;
use crate::imports::{Format, ImportKind, Mode, Parameters, Purpose, file, rows, within_limit};
use crate::plans::{self, Planning};
use crate::rest::crud::Answer;
use crate::rest::operations::{self, OperationView};
use crate::rights::{ImportRun, PlanMake};

/// Starts an import of a CSV (`text/csv`) or NDJSON (`application/x-ndjson`) file. Columns are
/// the resource's fields, references `<name>_external_id`; several values are separated by `;`.
/// Rows are matched by `external_id`, so sending a file twice changes nothing. Needs
/// `system:import.run` and, for each row, what creating or changing it needs. With `?plan=true` it only makes a plan of
/// the file, and needs `system:plan.make` too; the operation's `result` names it.
#[utoipa::path(post, path = "/api/v1/imports", tag = "imports", operation_id = "startImport",
    params(("kind" = ImportKind, Query, description = "What the rows are"),
        ("mode" = Option<Mode>, Query, description = "`atomic` (default): all or nothing, in one revision; `per_row`: bad rows are listed"),
        ("plan" = Option<bool>, Query, description = "`true`: do nothing, but make a plan of it")),
    request_body(content(
        (String = "text/csv", example = "external_id,code,name\nauditor,auditor,Auditor\n"),
        (String = "application/x-ndjson", example = "{\"external_id\":\"auditor\",\"code\":\"auditor\",\"name\":\"Auditor\"}\n"))),
    responses((status = 200, description = "Ended within the time of `Prefer: wait`", body = OperationView),
        (status = 202, description = "Queued; follow `Location`", body = OperationView)))]
pub async fn start(app: web::Data<App>, caller: Caller, request: HttpRequest, payload: web::Payload) -> Answer {
    let mut params = Params::parse(request.query_string());
    let kind = params.parsed("kind", &format!("one of {}", ImportKind::NAMES.join(", ")), ImportKind::parse);
    let mode = params.word("mode", &["atomic", "per_row"]);
    params.flag(planning::PARAMETER);
    if kind.is_none() && params.text("kind").is_none() {
        params.fault("kind", "required", "is missing");
    }
    params.done()?;
    let kind = kind.ok_or_else(|| Problem::new(problem::BAD_PARAMETER))?;
    caller.authority.allow::<ImportRun>()?;
    let format = match request.content_type().to_ascii_lowercase().as_str() {
        "text/csv" => Format::Csv,
        "application/x-ndjson" | "application/ndjson" => Format::Ndjson,
        _ => {
            return Err(Problem::new(problem::UNSUPPORTED_MEDIA)
                .detail("send text/csv or application/x-ndjson")
                .header(header::ACCEPT, "text/csv, application/x-ndjson"));
        }
    };
    let purpose = match caller.authority.planning() {
        Some(Planning::Make(_)) => {
            caller.authority.allow::<PlanMake>()?;
            Purpose::Plan
        }
        Some(Planning::Apply(plan)) => Purpose::Apply(*plan),
        None => Purpose::Import,
    };
    // Of one that applies a plan there is no body: its file is kept.
    let mut received = receive(payload, app.config().import_limit, caller.authority.idempotency()).await?;
    let parameters = Parameters {
        kind,
        mode: if mode.as_deref() == Some("per_row") { Mode::PerRow } else { Mode::Atomic },
        format,
        purpose,
        user_id: Some(caller.user_id()),
        api_token: caller.identity.api_token,
        scopes: caller.identity.scopes.as_ref().map(|scopes| scopes.to_vec()),
        request_id: caller.authority.author(None).request_id,
    };
    let wait = Prefer::of(&request).wait;
    let reply = app
        .run(move |app| {
            let authority = &caller.authority;
            if purpose == Purpose::Plan {
                received = of_few_rows(received, format)?;
            }
            let id = Uuid::now_v7();
            if !matches!(purpose, Purpose::Apply(_)) {
                file::keep(app, id, received)?;
            }
            let mut taken = false;
            let queued = app.store().write(&authority.author(None), |tx| {
                once(tx, authority, |tx| {
                    if let Purpose::Apply(plan) = purpose {
                        plans::may_be_applied(tx, authority, plan)?;
                    }
                    file::create(tx, authority, id, &parameters)?;
                    taken = true;
                    let operation = tx.reader().operation(id)?.ok_or(Refusal::NotFound)?;
                    let reply = operations::accepted(app, operation);
                    Ok(reply.header(REVISION, tx.revision_after().to_string()))
                })
            });
            if queued.is_err() || !taken {
                // Refused, or answered before.
                file::clear(app, id);
            }
            app.runner().wake();
            Ok(queued?.value)
        })
        .await?;
    operations::waited(&app, reply, wait).await
}

/// Refuses a file of which no plan is made, before it is kept.
fn of_few_rows(mut file: File, format: Format) -> Result<File, Refusal> {
    // Whether it can be read shows in the operation.
    if let Ok(count) = rows::count_in(&mut file, format) {
        within_limit(count)?;
    }
    file.rewind().map_err(|error| Refusal::internal(format!("an upload can't be read: {}", error.kind())))?;
    Ok(file)
}

/// Takes a body into a temporary file, within the limit.
async fn receive(payload: web::Payload, limit: u64, idempotency: Option<&Idempotency>) -> Result<File, Problem> {
    use actix_web::web::Bytes;
    let failed = |error: std::io::Error| {
        log::error!("an upload can't be kept: {}", error.kind());
        Problem::new(problem::INTERNAL)
    };
    let mut file = tempfile::tempfile().map_err(failed)?;
    let mut size: u64 = 0;
    let mut payload = payload.into_inner();
    loop {
        let next: Option<Result<Bytes, _>> =
            poll_fn(|context| futures_core::Stream::poll_next(Pin::new(&mut payload), context)).await;
        let Some(chunk) = next else { break };
        let chunk = chunk.map_err(|_| Problem::new(problem::MALFORMED_BODY).detail("the body broke off"))?;
        size += u64::try_from(chunk.len()).unwrap_or(u64::MAX);
        if size > limit {
            return Err(Problem::new(problem::TOO_LARGE).detail(format!("at most {limit} bytes")));
        }
        if let Some(idempotency) = idempotency {
            idempotency.asks(&chunk);
        }
        file.write_all(&chunk).map_err(failed)?;
    }
    file.seek(SeekFrom::Start(0)).map_err(failed)?;
    Ok(file)
}
