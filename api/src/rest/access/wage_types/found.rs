//! What the rights model says of what a user may record (P-07).

use domain::access::{Decision, Model, OwnWageType, ReasonCode, UserIx, WageClaim, WageQuestion, WageRight, WorkerIx};
use domain::window::Day;
use uuid::Uuid;

/// What a user may record, before it is put into words.
#[derive(Default)]
pub(super) struct Found {
    /// What is offered.
    pub(super) rights: Vec<WageRight>,
    /// The wage types that are the user's own.
    pub(super) own: Vec<OwnWageType>,
    /// Why there are no rights, where more than offers keeps them away.
    pub(super) code: Option<ReasonCode>,
}

impl Found {
    /// Nothing, for that reason.
    pub(super) fn barred(code: ReasonCode) -> Self {
        Self { code: Some(code), ..Self::default() }
    }

    /// What is offered to the user. What a blocked account was offered comes with the reason why it counts for nothing.
    pub(super) fn of_oneself(model: &Model, user: UserIx, day: Day) -> Self {
        let code = model.bar_on_recording(user);
        if matches!(code, None | Some(ReasonCode::GuardState)) {
            return Self { rights: model.wage_rights(user, day), own: model.own_wage_types(user, day), code };
        }
        Self { code, ..Self::default() }
    }

    /// What the user may record for a worker.
    pub(super) fn for_worker(model: &Model, user: UserIx, worker: WorkerIx, day: Day) -> Self {
        let may = |wage_type| {
            let question = WageQuestion { user, worker, claim: WageClaim::some(wage_type, true), day };
            model.decide_wage(&question)
        };
        let mut own = model.own_wage_types(user, day);
        own.retain(|own| Decision::of(may(own.wage_type)).allowed);
        let account = model.account_of(worker);
        let recording = model.recording(user, worker, day).map(|question| model.decide(&question));
        let mut rights = account.map(|account| model.wage_rights(account, day)).unwrap_or_default();
        let code = match recording {
            None => Some(ReasonCode::UnknownAction),
            Some(decision) if account == Some(user) => Some(decision.code).filter(|code| code.comes_before_rights()),
            Some(decision) if !decision.allowed => Some(decision.code),
            Some(_) if account.is_none() => Some(ReasonCode::SubjectNotLinked),
            Some(_) => None,
        };
        if code.is_some() {
            rights.clear();
        }
        Self { rights, own, code }
    }

    /// The wage types that are named.
    pub(super) fn named(&self, model: &Model) -> Vec<Uuid> {
        let rights = self.rights.iter().map(|right| right.wage_type);
        let all = rights.chain(self.own.iter().map(|own| own.wage_type));
        let mut ids: Vec<Uuid> = all.map(|wage_type| model.wage_type_id(wage_type).0).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}
