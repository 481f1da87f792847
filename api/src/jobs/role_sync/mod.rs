//! Role sync of many workers: first it is looked at what would change, without holding up anybody; then it
//! is done in chunks, each chunk a transaction of its own that looks again.
//!
//! `survey` looks; `apply` does. A run that goes too far is not done but left as a plan for somebody to confirm, and so is
//! one of which only a plan was wanted.

mod apply;
mod survey;

use chrono::NaiveDate;
use domain::id::{UserId, WorkerId};
use domain::notification::types;
use domain::role::sync::trips_breaker;
use persistence::{NewOperation, Operation, Progress};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::App;
use crate::commands::notifications::{self, Details};
use crate::commands::role_sync::WorkerReport;
use crate::commands::{Refusal, Work, settings};
use crate::http::problem::{self, Problem};
use crate::jobs::{ROLE_SYNC, Step, still_running};
use crate::plans::{self, Draft};
use survey::Survey;

/// What a run is to do.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Parameters {
    /// These workers; all when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workers: Option<Vec<WorkerId>>,
    /// What it is for.
    #[serde(default)]
    pub cause: Cause,
    /// Only a plan of it.
    #[serde(default)]
    pub plan_only: bool,
    /// The plan that somebody has confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<Uuid>,
}

/// What a run is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// A change touched many workers.
    #[default]
    Change,
    /// Somebody asked for it.
    Request,
    /// It is that time of day.
    Nightly,
    /// Somebody confirmed a plan.
    Plan,
}

/// Queues a run.
///
/// # Errors
/// The database can't take it.
pub fn queue(work: &mut Work<'_, '_>, parameters: &Parameters, by: Option<UserId>) -> Result<Operation, Refusal> {
    let id = Uuid::now_v7();
    let unwritable = |_| Refusal::internal("a run can't be written");
    work.tx.create_operation(NewOperation {
        id,
        kind: ROLE_SYNC.to_owned(),
        parameters: serde_json::to_value(parameters).map_err(unwritable)?,
        created_by: by,
        total: parameters.workers.as_ref().and_then(|workers| i64::try_from(workers.len()).ok()),
    })?;
    work.app.runner().wake();
    work.tx.reader().operation(id)?.ok_or(Refusal::NotFound)
}

/// Queues the run of a night.
///
/// # Errors
/// The database can't take it.
pub fn nightly(app: &App, _day: NaiveDate) -> Result<(), Refusal> {
    let parameters = Parameters { cause: Cause::Nightly, ..Parameters::default() };
    app.write(&app.service(), None, |work| queue(work, &parameters, None))?;
    Ok(())
}

/// The parameters of a run.
///
/// # Errors
/// They can't be read.
pub fn parameters(operation: &Operation) -> Result<Parameters, Refusal> {
    serde_json::from_value(operation.parameters.clone())
        .map_err(|_| Refusal::internal("the parameters of a role sync can't be read"))
}

/// What came of a run, in figures.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Figures {
    /// Workers that were looked at.
    pub workers: usize,
    /// Workers for whom there was something to do.
    pub changed: usize,
    /// Memberships that were added.
    pub added: usize,
    /// Memberships that got another window or role.
    pub adjusted: usize,
    /// Memberships that were removed.
    pub removed: usize,
    /// Memberships that stayed.
    pub kept: usize,
    /// Whether the breaker stopped it.
    #[serde(default)]
    pub stopped: bool,
    /// The plan that it left.
    #[serde(default)]
    pub plan_id: Option<Uuid>,
}

impl Figures {
    /// Adds what was done for a worker.
    fn count(&mut self, report: &WorkerReport) {
        self.changed += 1;
        self.added += report.added.len();
        self.adjusted += report.adjusted.len();
        self.removed += report.removed.len();
    }
}

/// Runs an operation, from where it stopped.
///
/// # Errors
/// The database fails; the plan that was confirmed is outdated.
pub fn run(app: &App, operation: &Operation) -> Result<(Step, Value), Refusal> {
    let parameters = parameters(operation)?;
    let Some(survey) = Survey::take(app, operation, parameters.workers.as_deref())? else {
        return Ok((Step::Cancelled, json!({ "workers": 0 })));
    };
    let today = app.zone().day(app.clock().now());
    let mut figures = survey.figures();
    let percent = app.setting(&settings::ROLE_SYNC_BREAKER_PERCENT);
    let goes_too_far = || -> Result<bool, Refusal> {
        let present = if parameters.workers.is_none() { survey.present } else { survey::automatic_memberships(app)? };
        Ok(trips_breaker(survey.losing(today), present, percent))
    };
    if let Some(plan) = parameters.plan {
        confirm(app, operation, plan, &survey)?;
    } else {
        figures.stopped = !parameters.plan_only && goes_too_far()?;
        if parameters.plan_only || figures.stopped {
            figures.plan_id = Some(leave_plan(app, operation, &survey)?);
            if figures.stopped {
                log::warn!("role sync {} would remove {} memberships and was stopped", operation.id, figures.removed);
                app.write_in_operation(&app.service(), operation.id, |work| {
                    still_running(work.tx, operation)?;
                    notifications::raise(work, &types::ROLE_SYNC_STOPPED, operation.id, Details::default())
                })?;
            }
            // Everybody was looked at, and nothing more is to be done.
            let total = survey.progress().total;
            note(app, operation, Progress { done: total.unwrap_or(0), total })?;
            return Ok((Step::GoOn, told(&figures)?));
        }
        note(app, operation, survey.progress())?;
    }
    let (step, done) = apply::apply(app, operation, &survey)?;
    Ok((step, told(&done)?))
}

/// Notes how far a run has come: of the workers that it looks at, those for whom nothing is left to do. Also its sign of
/// life; says whether it is to go on.
fn note(app: &App, operation: &Operation, progress: Progress) -> Result<bool, Refusal> {
    let author = app.service().author(None);
    let noted = app.store().write(&author, |tx| Ok::<_, Refusal>(tx.progress_operation(operation, progress)?))?;
    app.runner().progress(operation.id, progress.done, progress.total);
    Ok(noted.value)
}

/// Leaves what a survey found as a plan, with the reports of the workers.
fn leave_plan(app: &App, operation: &Operation, survey: &Survey) -> Result<Uuid, Refusal> {
    survey.report(app, operation)?;
    plans::leave(app, operation, drafted(app, survey)?)
}

/// What a survey found, as a plan says it.
fn drafted(app: &App, survey: &Survey) -> Result<Draft, Refusal> {
    Draft::of_changes(app, survey.revision, &survey.changes())
}

/// Sees to it that what was confirmed is what would be done now.
fn confirm(app: &App, operation: &Operation, plan: Uuid, survey: &Survey) -> Result<(), Refusal> {
    let by = operation.created_by.ok_or(Refusal::NotFound)?;
    let draft = drafted(app, survey)?;
    app.store().write(&app.service().author(None), |tx| {
        still_running(tx, operation)?;
        let found = tx.reader().plan(plan)?.ok_or_else(|| Problem::new(problem::PLAN_OUTDATED))?;
        // An operation that goes on after a crash has applied it itself: how much there is to do is noted with that.
        if operation.total.is_some() && found.applied.is_some() {
            return Ok(());
        }
        plans::not_applied(&found)?;
        if found.hash != draft.hash {
            let touched = plans::named(&draft.lines);
            return Err(plans::outdated(&mut tx.reader(), &found, touched, vec![])?.into());
        }
        let revision = tx.revision_after();
        tx.plan_applied(plan, by, revision)?;
        tx.progress_operation(operation, survey.progress())?;
        Ok::<_, Refusal>(())
    })?;
    Ok(())
}

fn told(figures: &Figures) -> Result<Value, Refusal> {
    serde_json::to_value(figures).map_err(|_| Refusal::internal("the figures of a run can't be written"))
}
