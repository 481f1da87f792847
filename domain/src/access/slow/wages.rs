//! P-07, written down as it reads.

use chrono::NaiveDate;

use super::{Company, SlowTarget, Thing};
use crate::access::ReasonCode;
use crate::grant::Holder;
use crate::id::{UserId, WageTypeId, WorkerId};
use crate::wage::{Limits, WageMode, WageOffer};

impl Company {
    /// How a wage type is offered to a user for their own recording, and with which limits.
    pub fn wage_right(&self, user: UserId, wage_type: WageTypeId, day: NaiveDate) -> Option<(WageMode, Limits)> {
        let settings = self.wage_offers.iter().filter(|offer| {
            offer.wage_type_id == wage_type
                && !offer.own
                && offer.window.contains(day)
                && self.wage_types.iter().any(|known| known.id == wage_type)
        });
        let settings: Vec<&WageOffer> = settings.collect();
        // A personal setting sets the roles' settings aside.
        let mut counting: Vec<&WageOffer> =
            settings.iter().copied().filter(|offer| offer.holder == Holder::User(user)).collect();
        if counting.is_empty() {
            let roles = self.effective_roles(user, day);
            let priority = |offer: &WageOffer| match offer.holder {
                Holder::Role(holder) if roles.contains(&holder) => {
                    self.roles.iter().find(|role| role.id == holder).map(|role| role.priority)
                }
                _ => None,
            };
            // The highest priority decides.
            let highest = settings.iter().filter_map(|offer| priority(offer)).max()?;
            counting = settings.into_iter().filter(|offer| priority(offer) == Some(highest)).collect();
        }
        // Among equals field by field the stricter.
        let mode = counting.iter().map(|offer| offer.mode).max()?;
        let limits = counting.iter().fold(Limits::NONE, |limits, offer| limits.stricter(&offer.limits));
        Some((mode, limits))
    }

    /// Whether it is one of the wage types that a role of the user has of its own.
    pub fn has_own_wage_type(&self, user: UserId, wage_type: WageTypeId, day: NaiveDate) -> bool {
        let roles = self.effective_roles(user, day);
        self.wage_types.iter().any(|known| known.id == wage_type)
            && self.wage_offers.iter().any(|offer| {
                offer.own
                    && offer.wage_type_id == wage_type
                    && offer.window.contains(day)
                    && matches!(offer.holder, Holder::Role(role) if roles.contains(&role))
            })
    }

    /// May the user record the wage type for the worker, directly or, with `asking`, by a request? (P-07)
    pub fn decide_wage(
        &self,
        user: UserId,
        worker: WorkerId,
        wage_type: WageTypeId,
        asking: bool,
        day: NaiveDate,
    ) -> ReasonCode {
        let target = SlowTarget::Worker(worker);
        let (recorder, module, thing) = match self.understood(user, "time", "record", target) {
            Ok(found) => found,
            Err(code) => return code,
        };
        if let Some(guard) = self.guard(recorder, module, "record", thing, day) {
            return guard;
        }
        if !module.active {
            return ReasonCode::ModuleOff;
        }
        if !self.wage_types.iter().any(|known| known.id == wage_type) {
            return ReasonCode::UnknownWageType;
        }
        if self.has_own_wage_type(user, wage_type, day) {
            return ReasonCode::OwnWageTypeAllow;
        }
        let Thing::Worker(folder) = thing else { return ReasonCode::UnknownResource };
        if folder.user_id != Some(user) {
            let may_record = self.reason(user, "time", "record", target, day);
            if !super::Decision::of(may_record).allowed {
                return may_record;
            }
        }
        let account = self.users.iter().find(|account| Some(account.id) == folder.user_id);
        match account.and_then(|account| self.wage_right(account.id, wage_type, day)) {
            None => ReasonCode::WageTypeNotOffered,
            Some((WageMode::Workflow, _)) if !asking => ReasonCode::WageTypeByRequest,
            Some(_) => ReasonCode::WageTypeAllow,
        }
    }
}
