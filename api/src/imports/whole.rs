//! All rows of a file in one unit of work: an atomic import, and the plan of any.

use persistence::{Operation, OperationError, Progress};

use crate::app::App;
use crate::commands::{Refusal, Work};
use crate::imports::{BATCH, Counts, ERRORS_MAX, Mode, Parameters, next_batch, rows_after, save, stop_asked};
use crate::jobs::still_running;

/// What came of the rows so far.
#[derive(Default)]
pub(super) struct Whole {
    /// How many were good and bad.
    pub(super) counts: Counts,
    /// What is wrong with the bad ones, up to a bound.
    pub(super) errors: Vec<OperationError>,
    /// Whether it was told to stop.
    pub(super) stopped: bool,
    done: i64,
}

impl Whole {
    /// Takes all rows of the file.
    ///
    /// # Errors
    /// [`Refusal::Stale`] when nothing of it is to be kept: it was told to stop, or it is atomic and a row is bad. The
    /// file can't be read, or the database fails.
    pub(super) fn take(
        &mut self,
        work: &mut Work<'_, '_>,
        operation: &Operation,
        parameters: &Parameters,
        total: i64,
    ) -> Result<(), Refusal> {
        let app = work.app;
        let mut rows = rows_after(app, operation, parameters, 0)?;
        loop {
            let batch = next_batch(&mut rows, BATCH)?;
            if batch.is_empty() {
                break;
            }
            self.stopped = stop_asked(app, operation);
            if self.stopped {
                return Err(Refusal::Stale);
            }
            let size = i64::try_from(batch.len()).unwrap_or(0);
            self.done += size;
            let found = save(work, parameters.kind, batch, &mut self.counts)?;
            if i64::try_from(self.errors.len()).unwrap_or(i64::MAX) < ERRORS_MAX {
                self.errors.extend(found);
            }
            app.metrics().imported(size);
            app.runner().progress(operation.id, self.done, Some(total));
        }
        if self.refused(parameters) { Err(Refusal::Stale) } else { Ok(()) }
    }

    /// Whether a bad row spoils it all.
    pub(super) fn refused(&self, parameters: &Parameters) -> bool {
        parameters.mode == Mode::Atomic && self.counts.bad > 0
    }

    /// How far it has come.
    pub(super) fn progress(&self, total: i64) -> Progress {
        Progress { done: self.done, total: Some(total) }
    }

    /// Lists the bad rows of a file of which nothing was taken, and says so.
    pub(super) fn give_up(&self, app: &App, operation: &Operation, total: i64) -> Refusal {
        let bad = self.counts.bad;
        let listed = app.store().write(&app.service().author(None), |tx| {
            still_running(tx, operation)?;
            tx.progress_operation(operation, self.progress(total))?;
            Ok::<_, Refusal>(tx.add_operation_errors(operation.id, &self.errors)?)
        });
        match listed {
            Ok(_) => domain::rule::Violation::new(
                domain::rule::code::BAD_VALUE,
                format!("{bad} of {total} rows are bad; nothing was imported"),
            )
            .into(),
            Err(refusal) => refusal,
        }
    }
}
