//! May a wage type be recorded for a worker? And the same the other way round (P-05, P-07).

use super::super::ids::NONE;
use super::super::rows::Bar;
use super::super::{Decision, Model, Question, Reach, ReasonCode, Target, UserIx, WageTypeIx, WorkerIx};
use super::WageRight;
use crate::wage::{Amount, Exceeded, Limits, Recorded, WageMode};
use crate::window::Day;

/// What is to be recorded (P-07).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WageClaim {
    /// What.
    pub wage_type: WageTypeIx,
    /// Whether it is asked for, not entered directly.
    pub asking: bool,
    /// How much; without it no limit is looked at.
    pub amount: Option<Amount>,
    /// How much was recorded already.
    pub recorded: Recorded,
}

impl WageClaim {
    /// Some of a wage type, however much.
    pub fn some(wage_type: WageTypeIx, asking: bool) -> Self {
        Self { wage_type, asking, amount: None, recorded: Recorded::default() }
    }

    /// What is decided of it where the right to record at all is given, by how it is offered to the worker.
    pub(super) fn measured(&self, right: Option<&WageRight>) -> ReasonCode {
        match right {
            None => ReasonCode::WageTypeNotOffered,
            Some(right) if right.mode == WageMode::Workflow && !self.asking => ReasonCode::WageTypeByRequest,
            Some(right) if !self.beyond(&right.limits).is_empty() => ReasonCode::WageLimitExceeded,
            Some(_) => ReasonCode::WageTypeAllow,
        }
    }

    /// The limits that it goes beyond.
    pub(super) fn beyond(&self, limits: &Limits) -> Vec<Exceeded> {
        self.amount.map(|amount| limits.exceeded(amount, &self.recorded)).unwrap_or_default()
    }
}

/// May `user` record that for `worker` on `day`, directly or by a request? (P-07)
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WageQuestion {
    /// Who records.
    pub user: UserIx,
    /// For whom.
    pub worker: WorkerIx,
    /// What, and how much.
    pub claim: WageClaim,
    /// On which day.
    pub day: Day,
}

/// The action of module `time` that recording is.
const RECORD: &str = "record";

impl Model {
    /// May it be recorded? (P-07) For another it must be offered to that worker, and `time:record` be allowed
    /// there; a role's own wage types need neither, and have no limits. Only guards stop both.
    pub fn decide_wage(&self, question: &WageQuestion) -> ReasonCode {
        let Some(recording) = self.recording(question.user, question.worker, question.day) else {
            return ReasonCode::UnknownAction;
        };
        if let Some(bar) = self.bar_on(&recording) {
            return bar;
        }
        let claim = &question.claim;
        if self.known_wage_type(claim.wage_type.0).is_none() {
            return ReasonCode::UnknownWageType;
        }
        if self.own_wage_types(question.user, question.day).iter().any(|own| own.wage_type == claim.wage_type) {
            return ReasonCode::OwnWageTypeAllow;
        }
        let account = self.account_of(question.worker);
        if account != Some(question.user) {
            let may_record = self.decide(&recording);
            if !may_record.allowed {
                return may_record.code;
            }
        }
        claim.measured(account.and_then(|account| self.wage_right(account, claim.wage_type, question.day)).as_ref())
    }

    /// The question that `time:record` on a worker is.
    pub fn recording(&self, user: UserIx, worker: WorkerIx, day: Day) -> Option<Question> {
        let module = self.module("time")?;
        let action = self.action(module, RECORD)?;
        Some(Question { user, module, action, target: Target::Worker(worker), day })
    }

    /// What ends a question before any right is looked at: it makes no sense, a guard, a module that is off.
    fn bar_on(&self, question: &Question) -> Option<ReasonCode> {
        let Some(user) = self.known_user(question.user.0) else { return Some(ReasonCode::UnknownSubject) };
        match self.deed(question) {
            Err(code) => Some(code),
            Ok(deed) => {
                self.guard(question.user.0, user, &deed).or_else(|| (!deed.row.active).then_some(ReasonCode::ModuleOff))
            }
        }
    }

    /// What keeps a user from recording anything for anybody: the account's state or kind, or that `time` is off.
    pub fn bar_on_recording(&self, user: UserIx) -> Option<ReasonCode> {
        let Some(row) = self.known_user(user.0) else { return Some(ReasonCode::UnknownSubject) };
        let Some(time) = self.module("time") else { return Some(ReasonCode::UnknownAction) };
        row.bar
            .reason()
            .or_else(|| (row.bar == Bar::Outside).then_some(ReasonCode::GuardExternalAdministrator))
            .or_else(|| (!self.module_active(time)).then_some(ReasonCode::ModuleOff))
    }

    /// Who may record that for the worker, ascending and complete.
    pub fn wage_subjects(&self, worker: WorkerIx, claim: WageClaim, day: Day) -> Vec<UserIx> {
        let Some(recording) = self.recording(UserIx(NONE), worker, day) else { return Vec::new() };
        let mut users = self.subjects(recording.module, recording.action, recording.target, day);
        users.extend(self.account_of(worker));
        users.extend(self.members_of(self.roles_owning(claim.wage_type, day), day));
        users.sort_unstable();
        users.dedup();
        users.retain(|user| {
            let question = WageQuestion { user: *user, worker, claim, day };
            Decision::of(self.decide_wage(&question)).allowed
        });
        users
    }

    /// The workers for whom the user may record that, ascending and complete.
    pub fn wage_reach(&self, user: UserIx, claim: WageClaim, day: Day) -> Vec<WorkerIx> {
        let own = self.own_wage_types(user, day).iter().any(|own| own.wage_type == claim.wage_type);
        let mut workers: Vec<WorkerIx> = if own {
            self.workers().collect()
        } else {
            let recording = self.recording(user, WorkerIx(NONE), day);
            let reached = recording.map(|question| self.reach(user, question.module, question.action, day, usize::MAX));
            let targets = match reached {
                Some(Reach::Some(targets)) => targets,
                _ => Vec::new(),
            };
            let others = targets.into_iter().filter_map(|target| match target {
                Target::Worker(worker) => Some(worker),
                _ => None,
            });
            others.chain(self.worker_of(user)).collect()
        };
        workers.sort_unstable();
        workers.dedup();
        workers.retain(|worker| {
            let question = WageQuestion { user, worker: *worker, claim, day };
            Decision::of(self.decide_wage(&question)).allowed
        });
        workers
    }
}
