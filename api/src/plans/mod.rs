//! Plans (H-03): a write that is run, looked at and undone. What it would change, and what that does to people's
//! rights, is kept for a day; applying it runs the same request again on the authority of whoever applies it, and goes
//! through only if all that comes of it is what was planned.
//!
//! So nothing can be planned that can't be done, and there is no second way to do it. `http::planning` recognises such
//! requests; `App::answer` comes here instead of writing; `draft` looks at what a command did; `told` says it;
//! `outdated` says why it can't be done any more.

mod draft;
mod outdated;
mod told;

use std::sync::Arc;

use actix_web::http::header;
use parking_lot::Mutex;
use persistence::{Operation, Plan, Tx};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::app::App;
use crate::commands::{Refusal, Work, notifications};
use crate::http::idempotency::once;
use crate::http::problem::{self, Problem};
use crate::http::reply::{REVISION, Reply};
use crate::jobs::still_running;
use crate::rest::plans::PlanView;
use crate::rights::{Authority, PlanApply, PlanMake};
pub use draft::Draft;
pub use outdated::{named, not_applied, open, outdated};
pub use told::{Broken, Findings, GroupLine, PlanChangeView, RightChangeView, RightSourceView};

/// What is to become of a write.
#[derive(Clone)]
pub enum Planning {
    /// Only a plan of it.
    Make(Arc<Sketch>),
    /// What that plan says, or nothing.
    Apply(Uuid),
}

/// A request that is to be planned, while its body is being read.
pub struct Sketch {
    request: PlannedRequest,
    body: Mutex<Vec<u8>>,
}

impl Sketch {
    /// A request without its body.
    pub fn new(request: PlannedRequest) -> Self {
        Self { request, body: Mutex::default() }
    }

    /// Adds a part of the body. Whatever reads a body calls it, before the work begins.
    pub fn takes(&self, body: &[u8]) {
        self.body.lock().extend_from_slice(body);
    }

    fn whole(&self) -> PlannedRequest {
        let body = String::from_utf8(self.body.lock().clone()).ok().filter(|body| !body.is_empty());
        PlannedRequest { body, ..self.request.clone() }
    }
}

/// A request as a plan keeps it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PlannedRequest {
    /// The method.
    pub method: String,
    /// The path.
    pub path: String,
    /// The parameters, without `plan`.
    pub query: String,
    /// The type of the body.
    pub content_type: Option<String>,
    /// The entity tags that it named.
    pub if_match: Option<String>,
    /// The body.
    pub body: Option<String>,
}

/// Makes a plan of a command and answers with it.
///
/// # Errors
/// What the command refuses, but for rules that it would break: those are findings.
pub fn make<T>(
    app: &App,
    authority: &Authority,
    sketch: &Sketch,
    command: impl FnOnce(&mut Work<'_, '_>) -> Result<T, Refusal>,
) -> Result<Reply, Refusal> {
    authority.allow::<PlanMake>()?;
    keep(app, authority, Uuid::now_v7(), &sketch.whole(), command)
}

/// Looks at what a command does, undoes it, and keeps what was seen under an id.
///
/// # Errors
/// What the command refuses, but for rules that it would break: those are findings.
pub fn keep<T>(
    app: &App,
    authority: &Authority,
    id: Uuid,
    request: &PlannedRequest,
    command: impl FnOnce(&mut Work<'_, '_>) -> Result<T, Refusal>,
) -> Result<Reply, Refusal> {
    let made_by = authority.user_id();
    let (draft, _) = look(app, authority, command)?;
    let written = app.store().write(&authority.author(None), |tx| {
        once(tx, authority, |tx| {
            let plan = draft.plan(id, made_by, request, tx.now())?;
            tx.keep_plan(&plan, &draft.lines)?;
            let reply = Reply::accepted()
                .header(header::LOCATION, format!("/api/v1/plans/{id}"))
                .header(REVISION, tx.revision_after().to_string());
            Ok(reply.json(PlanView::of(app, authority, &plan)?))
        })
    })?;
    Ok(written.value)
}

/// Looks at what a command does, and undoes it. Gives what the command gave, if it broke no rule.
///
/// # Errors
/// What the command refuses, but for rules that it would break: those are findings.
pub fn look<T>(
    app: &App,
    authority: &Authority,
    command: impl FnOnce(&mut Work<'_, '_>) -> Result<T, Refusal>,
) -> Result<(Draft, Option<T>), Refusal> {
    app.store().rehearse(|tx| Draft::of(&mut Work::whole(app, tx, authority), command))
}

/// Does what a plan says, if it still comes to the same, and answers with the plan. `reply` makes the answer that the
/// request would have without a plan; it goes along.
///
/// # Errors
/// The plan is gone, applied or outdated, or what it breaks by now.
pub fn apply<T>(
    app: &App,
    authority: &Authority,
    id: Uuid,
    command: impl FnOnce(&mut Work<'_, '_>) -> Result<T, Refusal>,
    reply: impl FnOnce(&mut Work<'_, '_>, T) -> Result<Reply, Refusal>,
) -> Result<Reply, Refusal> {
    authority.allow::<PlanApply>()?;
    let by = authority.user_id().ok_or(Refusal::NotFound)?;
    let written = app.store().write(&authority.author(Some(format!("plan {id}"))), |tx| {
        once(tx, authority, |tx| {
            let mut work = Work::whole(app, tx, authority);
            let value = carry_out(&mut work, id, command, |_| "")?;
            let answer = reply(&mut work, value)?;
            let revision = work.tx.revision_after();
            work.tx.plan_applied(id, by, revision)?;
            let plan = work.tx.reader().plan(id)?.ok_or(Refusal::NotFound)?;
            let view = PlanView::of(app, authority, &plan)?.answered(&answer);
            Ok(answer.json_around(view).header(REVISION, revision.to_string()))
        })
    })?;
    app.live().follow(&written);
    app.note_action(authority, &written);
    Ok(written.value)
}

/// The refusal of a plan of which something else came now. A command that could be planned and can't be run any more
/// speaks of things that have changed.
fn differs(work: &mut Work<'_, '_>, plan: &Plan, found: Result<Draft, Refusal>) -> Refusal {
    let mut touched = work.tx.seen();
    let faults = match found {
        Ok(draft) => {
            touched.extend(named(&draft.lines));
            draft.findings.broken.iter().map(Broken::fault).collect()
        }
        Err(refusal @ (Refusal::Forbidden { .. } | Refusal::Store(_) | Refusal::Internal(_))) => return refusal,
        Err(refusal) => refusal.faults(),
    };
    outdated(&mut work.tx.reader(), plan, touched, faults).map_or_else(|refusal| refusal, Refusal::from)
}

/// Does in a unit of work what a plan says, if it still comes to the same. `mark` is what the plan was marked with.
///
/// # Errors
/// The plan is gone, applied or outdated, or what it breaks by now.
pub fn carry_out<T>(
    work: &mut Work<'_, '_>,
    id: Uuid,
    command: impl FnOnce(&mut Work<'_, '_>) -> Result<T, Refusal>,
    mark: impl FnOnce(&T) -> &str,
) -> Result<T, Refusal> {
    let plan = work.tx.reader().plan(id)?.ok_or(Refusal::NotFound)?;
    open(&plan, work.tx.now())?;
    let found = Draft::of(work, command);
    let found = found.map(|(draft, value)| (draft.marked(value.as_ref().map_or("", mark)), value));
    let (draft, value) = match found {
        Ok((draft, value)) if draft.hash == plan.hash => (draft, value),
        found => return Err(differs(work, &plan, found.map(|(draft, _)| draft))),
    };
    let value = value.filter(|_| draft.findings.broken.is_empty()).ok_or_else(|| refused(&draft.findings))?;
    notifications::of_changes(work)?;
    Ok(value)
}

/// Refuses early what the operation that applies a plan would refuse.
///
/// # Errors
/// The plan is gone, applied or too old; the caller may apply none.
pub fn may_be_applied(tx: &mut Tx<'_>, authority: &Authority, id: Uuid) -> Result<(), Refusal> {
    authority.allow::<PlanApply>()?;
    let plan = tx.reader().plan(id)?.ok_or(Refusal::NotFound)?;
    Ok(open(&plan, tx.now())?)
}

/// What a plan breaks, as the refusal of applying it.
fn refused(findings: &Findings) -> Refusal {
    let errors = findings.broken.iter().map(Broken::fault).collect();
    Problem::new(problem::PLAN_REFUSED).detail("see errors").errors(errors).into()
}

/// Keeps a plan of a role sync. Applying it starts a run that does it.
///
/// # Errors
/// The database can't take it.
pub fn leave(app: &App, operation: &Operation, mut draft: Draft) -> Result<Uuid, Refusal> {
    draft.findings.operation = Some(operation.id);
    let request = PlannedRequest {
        method: "POST".to_owned(),
        path: "/api/v1/role-sync-runs".to_owned(),
        query: String::new(),
        content_type: None,
        if_match: None,
        body: None,
    };
    let id = Uuid::now_v7();
    app.store().write(&app.service().author(None), |tx| {
        still_running(tx, operation)?;
        let plan = draft.plan(id, operation.created_by, &request, tx.now())?;
        Ok::<_, Refusal>(tx.keep_plan(&plan, &draft.lines)?)
    })?;
    Ok(id)
}
