//! Doing what a survey found, chunk by chunk.

use std::time::Instant;

use persistence::{Operation, Progress};

use crate::app::App;
use crate::commands::{Refusal, role_sync};
use crate::jobs::role_sync::survey::lines;
use crate::jobs::role_sync::{Figures, Survey, told};
use crate::jobs::{Step, Turns, still_running};

/// Workers of one transaction, as long as nobody else writes.
const ALONE: usize = 500;

/// Brings the workers in step for whom there was something to do. Once anybody else has written since the survey, each
/// chunk looks again, so that what happened is not undone. What a crash left over, the survey of the next start finds;
/// the figures go on from those that were noted.
///
/// # Errors
/// The database fails.
pub fn apply(app: &App, operation: &Operation, survey: &Survey) -> Result<(Step, Figures), Refusal> {
    let Progress { mut done, total } = survey.progress();
    let noted = operation.result.clone().and_then(|noted| serde_json::from_value(noted).ok());
    let mut figures: Figures =
        noted.unwrap_or(Figures { added: 0, adjusted: 0, removed: 0, changed: 0, ..survey.figures() });
    let mut known = survey.revision;
    let (mut rest, mut turns) = (survey.found.as_slice(), Turns::new(ALONE));
    while !rest.is_empty() {
        let (chunk, later) = rest.split_at(turns.size().min(rest.len()));
        rest = later;
        if app.runner().stopping() || app.runner().is_cancelled(operation.id) {
            return Ok((Step::Cancelled, figures));
        }
        done += i64::try_from(chunk.len()).unwrap_or(0);
        let written = app.write_in_operation(&app.service(), operation.id, |work| {
            let began = Instant::now();
            still_running(work.tx, operation)?;
            let as_found = work.tx.revision_after() == known;
            let reports = if as_found {
                role_sync::done_as_found(work, chunk.iter().map(|found| (found.worker, found.user, &found.diff)))?
            } else {
                role_sync::sync(work, &chunk.iter().map(|found| found.worker).collect::<Vec<_>>())?
            };
            let changed: Vec<_> = reports.into_iter().filter(|report| !report.is_empty()).collect();
            work.tx.add_role_sync_reports(operation.id, &lines(&changed)?)?;
            let go_on = work.tx.progress_operation(operation, Progress { done, total })?;
            let mut figures = figures.clone();
            for report in &changed {
                figures.count(report);
            }
            work.tx.note_operation_result(operation.id, &told(&figures)?)?;
            Ok((began, as_found, figures, go_on))
        })?;
        let (began, as_found, so_far, go_on) = written.value;
        turns.taken(chunk.len(), written.revision, written.changed, began.elapsed());
        figures = so_far;
        if as_found {
            known = written.revision;
        }
        app.runner().progress(operation.id, done, total);
        if !go_on {
            return Ok((Step::Cancelled, figures));
        }
    }
    Ok((Step::GoOn, figures))
}
