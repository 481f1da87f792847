//! Imports: CSV and NDJSON, atomic or row by row, through the same commands as the API.

pub mod file;
pub mod kinds;
mod order;
mod planned;
pub mod rows;
mod verbs;
mod whole;

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::id::{ApiTokenId, UserId};
use persistence::{Operation, OperationError, OperationState, Progress, StoreError};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::commands::{Refusal, Work};
use crate::jobs::{Step, Turns, still_running};
use crate::rights::{Authority, Identity};

pub use kinds::ImportKind;
pub use planned::within_limit;
pub use rows::{Format, Row};
use whole::Whole;

/// Rows that are looked at together; in an import row by row as long as nobody else writes.
const BATCH: usize = 500;

/// Most errors that one operation keeps.
const ERRORS_MAX: i64 = 10_000;

/// What happens when a row is bad.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// The whole file in one revision, or nothing of it.
    Atomic,
    /// Good rows are taken, bad ones listed.
    PerRow,
}

/// What is to become of the rows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// They are taken in.
    #[default]
    Import,
    /// A plan is made of taking them in, and nothing is done.
    Plan,
    /// What this plan says is done, if it still comes to the same.
    Apply(Uuid),
}

/// What an import operation was asked to do.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Parameters {
    /// What the rows are.
    pub kind: ImportKind,
    /// What happens when a row is bad.
    pub mode: Mode,
    /// How the file is written.
    pub format: Format,
    /// What is to become of the rows.
    #[serde(default)]
    pub purpose: Purpose,
    /// On whose authority; `None` for the local operator.
    pub user_id: Option<UserId>,
    /// The API token that asked.
    #[serde(default)]
    pub api_token: Option<ApiTokenId>,
    /// The scopes of the token that asked.
    pub scopes: Option<Vec<String>>,
    /// The request that asked.
    pub request_id: Option<String>,
}

impl Parameters {
    /// Of an import of the local operator.
    pub fn of_operator(kind: ImportKind, mode: Mode, format: Format) -> Self {
        Self {
            kind,
            mode,
            format,
            purpose: Purpose::Import,
            user_id: None,
            api_token: None,
            scopes: None,
            request_id: None,
        }
    }

    fn authority(&self, app: &App) -> Authority {
        match self.user_id {
            None => app.operator(),
            Some(user_id) => app.authority_of(
                Identity {
                    user_id,
                    session: None,
                    api_token: self.api_token,
                    scopes: self.scopes.clone().map(Arc::new),
                },
                self.request_id.clone(),
            ),
        }
    }
}

#[derive(Clone, Copy, Default)]
struct Counts {
    created: i64,
    updated: i64,
    bad: i64,
}

impl Counts {
    /// What an interrupted run had counted.
    fn of(operation: &Operation) -> Self {
        let noted = |name: &str| operation.result.as_ref().and_then(|result| result.get(name)?.as_i64()).unwrap_or(0);
        Self { created: noted("created"), updated: noted("updated"), bad: noted("bad") }
    }
}

/// Runs an import from where it stopped.
///
/// # Errors
/// The file can't be read, the database fails, or, in an atomic import, a row is bad.
pub fn run(app: &App, operation: &Operation) -> Result<(Step, Value), Refusal> {
    let parameters: Parameters = serde_json::from_value(operation.parameters.clone())
        .map_err(|_| Refusal::internal("the parameters of an import can't be read"))?;
    let properties = kinds::properties(app, parameters.kind)?;
    let total = match rows::count(app, operation.id, parameters.format, &properties) {
        Ok(total) => total,
        Err(refusal) => {
            note_errors(app, operation, 1, &refusal)?;
            return Err(refusal);
        }
    };
    app.runner().progress(operation.id, operation.done, Some(total));
    match parameters.purpose {
        Purpose::Plan => return planned::make(app, operation, &parameters, total),
        Purpose::Apply(plan) => return planned::apply(app, operation, &parameters, plan, total),
        Purpose::Import => {}
    }
    match parameters.mode {
        Mode::Atomic => atomic(app, operation, &parameters, total),
        Mode::PerRow => per_row(app, operation, &parameters, total),
    }
}

fn note_errors(app: &App, operation: &Operation, line: i64, refusal: &Refusal) -> Result<(), Refusal> {
    let errors = errors_of(line, refusal);
    app.store().write(&app.service().author(None), |tx| {
        still_running(tx, operation)?;
        Ok::<_, Refusal>(tx.add_operation_errors(operation.id, &errors)?)
    })?;
    Ok(())
}

fn errors_of(line: i64, refusal: &Refusal) -> Vec<OperationError> {
    refusal
        .faults()
        .into_iter()
        .map(|fault| OperationError {
            line,
            code: fault.code,
            pointer: Some(fault.pointer).filter(|pointer| !pointer.is_empty()),
            detail: fault.detail,
        })
        .collect()
}

/// The rows of the file after those that were taken before.
fn rows_after(
    app: &App,
    operation: &Operation,
    parameters: &Parameters,
    taken: i64,
) -> Result<Box<dyn Iterator<Item = Result<Row, Refusal>>>, Refusal> {
    let properties = kinds::properties(app, parameters.kind)?;
    let mut reader = rows::read(app, operation.id, parameters.format, &properties)?;
    let rows = std::iter::from_fn(move || reader.next_row().transpose());
    let mut rows: Box<dyn Iterator<Item = _>> = if order::matters(parameters.kind) {
        Box::new(order::parents_first(rows.collect::<Result<_, _>>()?).into_iter().map(Ok))
    } else {
        Box::new(rows)
    };
    for _ in 0..taken {
        rows.next().transpose()?;
    }
    Ok(rows)
}

/// The next of them, up to so many; none at the end.
fn next_batch(rows: &mut dyn Iterator<Item = Result<Row, Refusal>>, most: usize) -> Result<Vec<Row>, Refusal> {
    rows.take(most).collect()
}

fn stop_asked(app: &App, operation: &Operation) -> bool {
    app.runner().stopping() || app.runner().is_cancelled(operation.id)
}

fn result(parameters: &Parameters, counts: &Counts) -> Value {
    json!({
        "kind": parameters.kind, "mode": parameters.mode,
        "created": counts.created, "updated": counts.updated, "bad": counts.bad,
    })
}

/// Checks and stores the rows of a batch; the errors of the bad ones.
fn save(
    work: &mut Work<'_, '_>,
    kind: ImportKind,
    batch: Vec<Row>,
    counts: &mut Counts,
) -> Result<Vec<OperationError>, Refusal> {
    let mut errors = Vec::new();
    let (mut lines, mut rows) = (Vec::with_capacity(batch.len()), Vec::with_capacity(batch.len()));
    for row in batch {
        match row.fields {
            Ok(mut fields) => {
                kinds::shape(kind, &mut fields);
                lines.push(row.line);
                rows.push(fields);
            }
            Err(refusal) => {
                counts.bad += 1;
                errors.extend(errors_of(row.line, &refusal));
            }
        }
    }
    kinds::preload(work, kind, &rows)?;
    for (line, fields) in lines.into_iter().zip(rows) {
        match kinds::save(work, kind, fields) {
            Ok(true) => counts.created += 1,
            Ok(false) => counts.updated += 1,
            Err(refusal) if refusal.of_row() => {
                counts.bad += 1;
                errors.extend(errors_of(line, &refusal));
            }
            Err(refusal) => return Err(refusal),
        }
    }
    errors.sort_by_key(|error| error.line);
    Ok(errors)
}

fn atomic(app: &App, operation: &Operation, parameters: &Parameters, total: i64) -> Result<(Step, Value), Refusal> {
    let authority = parameters.authority(app);
    let mut whole = Whole::default();
    let applied = app.write_in_operation(&authority, operation.id, |work| {
        still_running(work.tx, operation)?;
        whole.take(work, operation, parameters, total)?;
        work.tx.progress_operation(operation, whole.progress(total))?;
        // Done and ended are one, so that nobody who takes over runs it once more.
        let told = result(parameters, &whole.counts);
        work.tx.finish_operation(operation, OperationState::Succeeded, Some(&told))?;
        Ok(told)
    });
    match applied {
        Ok(done) => Ok((Step::GoOn, done.value)),
        Err(Refusal::Stale) if whole.stopped => Ok((Step::Cancelled, result(parameters, &Counts::default()))),
        Err(Refusal::Stale) => Err(whole.give_up(app, operation, total)),
        Err(refusal) => Err(refusal),
    }
}

fn per_row(app: &App, operation: &Operation, parameters: &Parameters, total: i64) -> Result<(Step, Value), Refusal> {
    let authority = parameters.authority(app);
    let mut counts = Counts::of(operation);
    let mut done = operation.done;
    let mut rows = rows_after(app, operation, parameters, done)?;
    let mut turns = Turns::new(BATCH);
    loop {
        let batch = next_batch(&mut rows, turns.size())?;
        if batch.is_empty() {
            return Ok((Step::GoOn, result(parameters, &counts)));
        }
        if stop_asked(app, operation) {
            return Ok((Step::Cancelled, result(parameters, &counts)));
        }
        let size = i64::try_from(batch.len()).unwrap_or(0);
        let go_on = match one_batch(app, operation, parameters, &authority, batch.clone(), done, total, &mut counts) {
            Err(refusal) if is_of_one_row(&refusal) => {
                // Something is refused once the rows are taken together: row by row, so that the others get through.
                let mut go_on = true;
                for (row, at) in batch.into_iter().zip(done..) {
                    go_on &= one_row(app, operation, parameters, &authority, row, at, total, &mut counts)?;
                }
                turns.passed();
                go_on
            }
            taken => {
                let Taken { go_on, revision, changed, time } = taken?;
                turns.taken(batch.len(), revision, changed, time);
                go_on
            }
        };
        done += size;
        app.metrics().imported(size);
        app.runner().progress(operation.id, done, Some(total));
        if !go_on {
            return Ok((Step::Cancelled, result(parameters, &counts)));
        }
    }
}

/// What came of a transaction.
struct Taken {
    /// Whether it is to go on: nobody asked to stop.
    go_on: bool,
    /// The newest revision after it.
    revision: i64,
    /// Whether that is its own.
    changed: bool,
    /// How long it took.
    time: Duration,
}

/// Whether what is refused of a batch is to be laid at the door of one of its rows: what the database refuses, and what
/// the guards do that look at the whole.
fn is_of_one_row(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::Store(StoreError::Conflict { .. }) | Refusal::Violations(_))
}

#[allow(clippy::too_many_arguments, reason = "what a batch needs to know")]
fn one_batch(
    app: &App,
    operation: &Operation,
    parameters: &Parameters,
    authority: &Authority,
    batch: Vec<Row>,
    done: i64,
    total: i64,
    counts: &mut Counts,
) -> Result<Taken, Refusal> {
    let size = i64::try_from(batch.len()).unwrap_or(0);
    let mut now = *counts;
    let written = app.write_in_operation(authority, operation.id, |work| {
        let began = Instant::now();
        still_running(work.tx, operation)?;
        let errors = save(work, parameters.kind, batch, &mut now)?;
        let go_on = work.tx.progress_operation(operation, Progress { done: done + size, total: Some(total) })?;
        work.tx.note_operation_result(operation.id, &result(parameters, &now))?;
        work.tx.add_operation_errors(operation.id, &errors)?;
        Ok((go_on, began))
    })?;
    *counts = now;
    let (go_on, began) = written.value;
    Ok(Taken { go_on, revision: written.revision, changed: written.changed, time: began.elapsed() })
}

#[allow(clippy::too_many_arguments, reason = "what a row needs to know")]
fn one_row(
    app: &App,
    operation: &Operation,
    parameters: &Parameters,
    authority: &Authority,
    row: Row,
    at: i64,
    total: i64,
    counts: &mut Counts,
) -> Result<bool, Refusal> {
    let line = row.line;
    match one_batch(app, operation, parameters, authority, vec![row], at, total, counts) {
        Err(refusal) if is_of_one_row(&refusal) => {
            counts.bad += 1;
            let errors = match refusal {
                Refusal::Store(_) => vec![OperationError {
                    line,
                    code: "conflict".to_owned(),
                    pointer: None,
                    detail: "the row breaks a rule of the database".to_owned(),
                }],
                refusal => errors_of(line, &refusal),
            };
            let written = app.store().write(&app.service().author(None), |tx| {
                still_running(tx, operation)?;
                tx.add_operation_errors(operation.id, &errors)?;
                tx.note_operation_result(operation.id, &result(parameters, counts))?;
                Ok::<_, Refusal>(tx.progress_operation(operation, Progress { done: at + 1, total: Some(total) })?)
            })?;
            Ok(written.value)
        }
        other => other.map(|taken| taken.go_on),
    }
}
