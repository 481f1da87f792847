//! `remit import`: sends a file to a running service, or imports it here, showing progress.

use std::fs::File;
use std::io::Write;
use std::time::Duration;

use persistence::OperationState;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::App;
use crate::commands::Refusal;
use crate::imports::{Format, ImportKind, Mode, Parameters, Purpose, file};

/// Most errors that are printed.
const SHOWN: usize = 50;

/// What is to be done with a file.
#[derive(Clone, Copy)]
pub struct What {
    /// What the rows are.
    pub kind: ImportKind,
    /// What happens when a row is bad.
    pub mode: Mode,
    /// How it is written.
    pub format: Format,
    /// Only a plan of it.
    pub plan: bool,
}

/// What came of an import.
pub struct Outcome {
    /// One line for people.
    pub summary: String,
    /// The first errors, a line each.
    pub errors: Vec<String>,
    /// Whether it succeeded.
    pub succeeded: bool,
}

impl Outcome {
    /// What people read of an ended operation. An import of which every row was bad brought nothing
    /// in: that is no success for whoever started it.
    fn of(state: OperationState, result: &Value, errors: Vec<String>) -> Self {
        let count = |name: &str| result.get(name).and_then(Value::as_i64).unwrap_or(0);
        let (created, updated, bad) = (count("created"), count("updated"), count("bad"));
        let faults = result.get("errors").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let said: Vec<String> = faults.iter().map(fault).collect();
        let what = match said.as_slice() {
            [] => format!("{created} created, {updated} updated, {bad} bad"),
            said => said.join("; "),
        };
        let nothing = bad > 0 && created + updated == 0;
        let plan = result.get("plan_id").and_then(Value::as_str);
        let hint = match plan {
            Some(plan) => format!("; nothing is done, but planned: {plan}"),
            None if nothing => "; nothing was imported".to_owned(),
            None => String::new(),
        };
        let succeeded = state == OperationState::Succeeded && !nothing;
        Self { summary: format!("{}: {what}{hint}", state.as_str()), errors, succeeded }
    }
}

/// A fault of a row or of a file, for people.
fn fault(error: &Value) -> String {
    let part = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default();
    let line = error.get("line").and_then(Value::as_i64).map_or_else(String::new, |line| format!("line {line}: "));
    let field = match part("pointer") {
        "" => String::new(),
        pointer => format!("{pointer} "),
    };
    format!("{line}{field}{} ({})", part("detail"), part("code"))
}

/// Overwrites the progress line.
fn show(done: i64, total: Option<i64>) {
    let total = total.map_or_else(String::new, |total| format!(" of {total}"));
    let mut err = std::io::stderr();
    if write!(err, "\r{done}{total} rows").and_then(|()| err.flush()).is_err() {
        log::debug!("progress can't be shown");
    }
}

fn end_line() {
    if writeln!(std::io::stderr()).is_err() {
        log::debug!("progress can't be shown");
    }
}

/// Imports a file into the database that this process has opened, as the local operator.
///
/// # Errors
/// The database fails.
pub fn run_here(app: &App, what: What, file: File) -> Result<Outcome, Refusal> {
    let What { kind, mode, format, plan } = what;
    let purpose = if plan { Purpose::Plan } else { Purpose::Import };
    let parameters = Parameters { purpose, ..Parameters::of_operator(kind, mode, format) };
    let id = Uuid::now_v7();
    file::queue(app, &app.operator(), id, &parameters, file)?;
    std::thread::scope(|scope| -> Result<(), Refusal> {
        let worker = scope.spawn(|| run_to_end(app, id));
        while !worker.is_finished() {
            if let Some((done, total)) = app.runner().progress_of(id) {
                show(done, total);
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        worker.join().map_err(|_| Refusal::internal("the import broke off"))?
    })?;
    let operation = app.store().read(|reader| reader.operation(id))?.ok_or(Refusal::NotFound)?;
    show(operation.done, operation.total);
    end_line();
    let errors = app
        .store()
        .read(|reader| reader.operation_errors(id, -1, i64::try_from(SHOWN).unwrap_or(50)))?
        .into_iter()
        .map(|(_, error)| {
            let (code, detail) = (error.code, error.detail);
            fault(&json!({"line": error.line, "pointer": error.pointer, "code": code, "detail": detail}))
        })
        .collect();
    Ok(Outcome::of(operation.state, &operation.result.unwrap_or_default(), errors))
}

/// Runs what is queued until this operation has ended, be it that another node took it on.
fn run_to_end(app: &App, id: Uuid) -> Result<(), Refusal> {
    loop {
        crate::jobs::run_pending(app)?;
        let operation = app.store().read(|reader| reader.operation(id))?.ok_or(Refusal::NotFound)?;
        if !matches!(operation.state, OperationState::Queued | OperationState::Running) {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}

fn reason(response: &mut ureq::http::Response<ureq::Body>) -> String {
    let status = response.status();
    let body: Value = response
        .body_mut()
        .read_to_string()
        .ok()
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or(Value::Null);
    let part = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    format!("{status} {} {}", part("code"), part("detail"))
}

/// Sends a file to a running service and follows the operation to its end.
///
/// # Errors
/// The service can't be reached or refuses.
pub fn send(url: &str, token: &str, what: What, file: File, every: Duration) -> Result<Outcome, String> {
    let agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .tls_config(ureq::tls::TlsConfig::builder().provider(ureq::tls::TlsProvider::NativeTls).build())
        .build()
        .new_agent();
    let base = url.trim_end_matches('/');
    let (kind, plan) = (what.kind.name(), what.plan);
    let mode = if what.mode == Mode::Atomic { "atomic" } else { "per_row" };
    let content = if what.format == Format::Csv { "text/csv" } else { "application/x-ndjson" };
    let bearer = format!("Bearer {token}");
    let mut response = agent
        .post(format!("{base}/api/v1/imports?kind={kind}&mode={mode}&plan={plan}"))
        .header("authorization", &bearer)
        .header("content-type", content)
        .send(file)
        .map_err(|error| format!("{base}: {error}"))?;
    if response.status() != 202 {
        return Err(reason(&mut response));
    }
    let started: Value = response
        .body_mut()
        .read_to_string()
        .map_err(|error| error.to_string())
        .and_then(|text| serde_json::from_str(&text).map_err(|error| error.to_string()))?;
    let id: Uuid = started
        .get("id")
        .and_then(Value::as_str)
        .and_then(|id| id.parse().ok())
        .ok_or("the answer names no operation")?;
    let get = |path: String| -> Result<String, String> {
        let mut response = agent
            .get(format!("{base}{path}"))
            .header("authorization", &bearer)
            .call()
            .map_err(|error| error.to_string())?;
        if response.status() != 200 {
            return Err(reason(&mut response));
        }
        response.body_mut().read_to_string().map_err(|error| error.to_string())
    };
    loop {
        std::thread::sleep(every);
        let text = get(format!("/api/v1/operations/{id}"))?;
        let operation: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        let number = |name: &str| operation.get(name).and_then(Value::as_i64);
        let state = operation.get("state").and_then(Value::as_str).unwrap_or_default();
        show(number("done").unwrap_or(0), number("total"));
        if matches!(state, "queued" | "running") {
            continue;
        }
        end_line();
        let state = OperationState::parse(state).ok_or("the answer names no known state")?;
        let errors = match number("errors_count") {
            Some(1..) => get(format!("/api/v1/operations/{id}/errors"))?,
            _ => String::new(),
        };
        let errors = errors.lines().take(SHOWN).filter_map(|line| serde_json::from_str(line).ok());
        let errors: Vec<Value> = errors.collect();
        let result = operation.get("result").unwrap_or(&Value::Null);
        return Ok(Outcome::of(state, result, errors.iter().map(fault).collect()));
    }
}
