//! Role sync of many workers, in chunks: each chunk a transaction of its own.

use domain::id::WorkerId;
use persistence::{Operation, Progress};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::app::App;
use crate::commands::{Refusal, role_sync};
use crate::jobs::Step;

/// Workers of one transaction.
const CHUNK: usize = 500;

#[derive(Deserialize)]
struct Parameters {
    workers: Vec<WorkerId>,
}

/// Syncs the named workers, from where the operation stopped.
///
/// # Errors
/// The database fails.
pub fn run(app: &App, operation: &Operation) -> Result<(Step, Value), Refusal> {
    let parameters: Parameters = serde_json::from_value(operation.parameters.clone())
        .map_err(|_| Refusal::internal("the parameters of a role sync can't be read"))?;
    let total = parameters.workers.len();
    let mut done = usize::try_from(operation.done).unwrap_or(0);
    let (mut added, mut removed, mut adjusted) = (0, 0, 0);
    while let Some(rest) = parameters.workers.get(done..).filter(|rest| !rest.is_empty()) {
        if app.runner().stopping() || app.runner().is_cancelled(operation.id) {
            return Ok((Step::Cancelled, json!({ "workers": done })));
        }
        let chunk = rest.get(..CHUNK.min(rest.len())).unwrap_or(rest);
        let next = done + chunk.len();
        let (now_done, now_total) = (i64::try_from(next).unwrap_or(0), i64::try_from(total).ok());
        let written = app.write_in_operation(&app.service(), operation.id, |work| {
            let reports = role_sync::sync(work, chunk)?;
            let go_on = work.tx.progress_operation(operation.id, Progress { done: now_done, total: now_total })?;
            Ok((reports, go_on))
        })?;
        let (reports, go_on) = written.value;
        for report in reports {
            added += report.added.len();
            removed += report.removed.len();
            adjusted += report.adjusted.len();
        }
        done = next;
        app.runner().progress(operation.id, now_done, now_total);
        if !go_on {
            return Ok((Step::Cancelled, json!({ "workers": done })));
        }
    }
    Ok((Step::GoOn, json!({ "workers": total, "added": added, "removed": removed, "adjusted": adjusted })))
}
