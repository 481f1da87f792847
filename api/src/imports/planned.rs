//! Plans of imports (H-03): the file is taken in one unit of work, looked at and undone, and kept with the plan; applying
//! takes the same file in one unit of work, if the same comes of it.
//!
//! A plan is about the whole file, whatever its mode: `per_row` leaves the bad rows out, and all others are done together
//! or not at all. So there are no halves of a plan, and the guards look at the whole.

use persistence::{Operation, OperationState};
use serde_json::Value;
use uuid::Uuid;

use crate::app::App;
use crate::commands::{Refusal, Work};
use crate::http::problem::{self, Problem};
use crate::imports::whole::Whole;
use crate::imports::{Counts, Format, Parameters, result};
use crate::jobs::{Step, still_running};
use crate::plans::{self, PlannedRequest};
use crate::rights::{PlanApply, PlanMake};

/// Most rows of a file of which a plan is made: so long other changes wait, twice, and so much is in memory.
pub const ROWS_MAX: i64 = 10_000;

/// Refuses a file of which no plan is made.
///
/// # Errors
/// It has too many rows.
pub fn within_limit(rows: i64) -> Result<(), Problem> {
    if rows <= ROWS_MAX {
        return Ok(());
    }
    let what = format!("a plan is made of at most {ROWS_MAX} rows, and these are {rows}: plan parts of the file");
    Err(Problem::new(problem::TOO_LARGE).detail(what))
}

/// What the operation leaves to be read: the import's result, and the plan.
fn told(parameters: &Parameters, counts: &Counts, plan: Uuid) -> Value {
    let mut told = result(parameters, counts);
    if let Value::Object(fields) = &mut told {
        fields.insert("plan_id".to_owned(), Value::String(plan.to_string()));
    }
    told
}

/// What the plan stands for beside the changes: the bad rows.
fn mark(whole: &Whole) -> String {
    let counts = &whole.counts;
    let mut mark = format!("{} {} {}", counts.created, counts.updated, counts.bad);
    for error in &whole.errors {
        mark.push_str(&format!("\n{} {} {:?}", error.line, error.code, error.pointer));
    }
    mark
}

/// The request that the plan is of.
fn request(parameters: &Parameters) -> PlannedRequest {
    let mode = serde_json::to_value(parameters.mode).unwrap_or_default();
    PlannedRequest {
        method: "POST".to_owned(),
        path: "/api/v1/imports".to_owned(),
        query: format!("kind={}&mode={}", parameters.kind.name(), mode.as_str().unwrap_or_default()),
        content_type: Some(match parameters.format {
            Format::Csv => "text/csv".to_owned(),
            Format::Ndjson => "application/x-ndjson".to_owned(),
        }),
        if_match: None,
        body: None,
    }
}

/// Makes a plan of an import.
///
/// # Errors
/// The file has too many rows or can't be read, the database fails, or, in an atomic import, a row is bad.
pub(super) fn make(
    app: &App,
    operation: &Operation,
    parameters: &Parameters,
    total: i64,
) -> Result<(Step, Value), Refusal> {
    within_limit(total)?;
    let authority = parameters.authority(app);
    authority.allow::<PlanMake>()?;
    let mut whole = Whole::default();
    let looked = plans::look(app, &authority, |work| whole.take(work, operation, parameters, total));
    let mut draft = match looked {
        Err(Refusal::Stale) if whole.stopped => return Ok((Step::Cancelled, result(parameters, &Counts::default()))),
        Err(Refusal::Stale) => return Err(whole.give_up(app, operation, total)),
        other => other?.0.marked(&mark(&whole)),
    };
    draft.findings.operation = Some(operation.id);
    let plan = Uuid::now_v7();
    let told = told(parameters, &whole.counts, plan);
    let written = app.store().write(&app.service().author(None), |tx| {
        still_running(tx, operation)?;
        if !tx.progress_operation(operation, whole.progress(total))? {
            return Ok::<_, Refusal>(Step::Cancelled);
        }
        tx.keep_plan(&draft.plan(plan, operation.created_by, &request(parameters), tx.now())?, &draft.lines)?;
        tx.keep_plan_file(plan, operation.id)?;
        tx.add_operation_errors(operation.id, &whole.errors)?;
        tx.finish_operation(operation, OperationState::Succeeded, Some(&told))?;
        Ok(Step::GoOn)
    })?;
    Ok((written.value, told))
}

/// Does what a plan of an import says.
///
/// # Errors
/// The plan is gone, applied or outdated, or what it breaks by now; the database fails.
pub(super) fn apply(
    app: &App,
    operation: &Operation,
    parameters: &Parameters,
    plan: Uuid,
    total: i64,
) -> Result<(Step, Value), Refusal> {
    let authority = parameters.authority(app);
    authority.allow::<PlanApply>()?;
    let by = parameters.user_id.ok_or(Refusal::NotFound)?;
    let author = authority.author(Some(format!("operation {}", operation.id)));
    let mut whole = Whole::default();
    let mut stopped = false;
    let applied = app.store().write(&author, |tx| {
        still_running(tx, operation)?;
        let mut work = Work::whole(app, tx, &authority);
        let take = |work: &mut Work<'_, '_>| {
            let taken = whole.take(work, operation, parameters, total);
            stopped = whole.stopped;
            taken.map(|()| mark(&whole))
        };
        plans::carry_out(&mut work, plan, take, String::as_str)?;
        let revision = work.tx.revision_after();
        work.tx.plan_applied(plan, by, revision)?;
        work.tx.delete_plan_file(plan)?;
        work.tx.add_operation_errors(operation.id, &whole.errors)?;
        work.tx.progress_operation(operation, whole.progress(total))?;
        // Done and ended are one, so that nobody who takes over runs it once more.
        let told = told(parameters, &whole.counts, plan);
        work.tx.finish_operation(operation, OperationState::Succeeded, Some(&told))?;
        Ok::<_, Refusal>(told)
    });
    match applied {
        Ok(written) => {
            app.live().follow(&written);
            Ok((Step::GoOn, written.value))
        }
        Err(_) if stopped => Ok((Step::Cancelled, result(parameters, &Counts::default()))),
        Err(refusal) => {
            // Which rows would be refused now, or to whoever applies it, may be why.
            app.store().write(&app.service().author(None), |tx| {
                still_running(tx, operation)?;
                Ok::<_, Refusal>(tx.add_operation_errors(operation.id, &whole.errors)?)
            })?;
            Err(refusal)
        }
    }
}
