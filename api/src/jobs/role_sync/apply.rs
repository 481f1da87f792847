//! Doing what a survey found, chunk by chunk.

use domain::id::WorkerId;
use persistence::{Operation, Progress};

use crate::app::App;
use crate::commands::{Refusal, role_sync};
use crate::jobs::Step;
use crate::jobs::role_sync::survey::lines;
use crate::jobs::role_sync::{Figures, Survey};

/// Workers of one transaction.
const CHUNK: usize = 500;

/// Brings the workers in step for whom there was something to do. Each chunk looks again, so that what happened since
/// is not undone. What a crash left over, the survey of the next start finds.
///
/// # Errors
/// The database fails.
pub fn apply(app: &App, operation: &Operation, survey: &Survey) -> Result<(Step, Figures), Refusal> {
    let workers: Vec<WorkerId> = survey.found.iter().map(|found| found.worker).collect();
    let Progress { mut done, total } = survey.progress();
    let mut figures = Figures::default();
    for chunk in workers.chunks(CHUNK) {
        if app.runner().stopping() || app.runner().is_cancelled(operation.id) {
            return Ok((Step::Cancelled, figures));
        }
        done += i64::try_from(chunk.len()).unwrap_or(0);
        let written = app.write_in_operation(&app.service(), operation.id, |work| {
            let reports = role_sync::sync(work, chunk)?;
            let changed: Vec<_> = reports.into_iter().filter(|report| !report.is_empty()).collect();
            work.tx.add_role_sync_reports(operation.id, &lines(&changed)?)?;
            let go_on = work.tx.progress_operation(operation.id, Progress { done, total })?;
            Ok((changed, go_on))
        })?;
        let (reports, go_on) = written.value;
        figures.changed += reports.len();
        for report in reports {
            figures.added += report.added.len();
            figures.adjusted += report.adjusted.len();
            figures.removed += report.removed.len();
        }
        app.runner().progress(operation.id, done, total);
        if !go_on {
            return Ok((Step::Cancelled, figures));
        }
    }
    Ok((Step::GoOn, figures))
}
