//! What would let a wage type be recorded (P-04, P-07).

use super::super::rows::Days;
use super::super::{Model, ReasonCode, Remedy, RoleIx, UserIx, WOULD_ALLOW_MAX};
use super::{OfferRow, WageClaim, WageExplanation, WageQuestion, WageRight, WageVoice};
use crate::grant::Holder;
use crate::id::{RoleId, UserId, WageOfferId};
use crate::user::{UserKind, UserState};
use crate::wage::{Limits, WageMode};
use crate::window::Day;

/// Something that would let the wage type be recorded (P-04).
#[derive(Clone, PartialEq, Debug)]
pub enum WageRemedy {
    /// What would give the right to record for the worker, where only that is missing.
    Recording(Remedy),
    /// To be a member of a role that offers it, or that has it of its own.
    Membership {
        /// The role.
        role: RoleId,
        /// Whether it is the role's own, and the user who records is to be one; else the worker's account is.
        own: bool,
        /// Who is to be one.
        member: UserId,
    },
    /// An offer of the wage type without limits.
    Offer {
        /// To whom. Made to a person, it sets the settings of roles aside.
        holder: Holder,
        /// How.
        mode: WageMode,
    },
}

impl WageRemedy {
    /// Who is to be a member of which role.
    fn joining(&self) -> Option<(RoleId, UserId)> {
        match self {
            Self::Recording(Remedy::Membership { role, member }) | Self::Membership { role, member, .. } => {
                Some((*role, *member))
            }
            _ => None,
        }
    }
}

impl Model {
    /// Adds what would turn the deny into an allow, and the roles that would.
    pub(super) fn add_wage_remedies(&self, question: &WageQuestion, explanation: &mut WageExplanation) {
        let claim = &question.claim;
        let offered = explanation.offered == ReasonCode::WageTypeAllow;
        let mut helping: Vec<(RoleId, bool, UserIx)> = Vec::new();
        match &mut explanation.recording {
            Some(recording) if !recording.decision.allowed => {
                // Who may record there after all is not helped where nothing is offered.
                if !offered {
                    recording.would_allow.clear();
                    recording.missing.iter_mut().for_each(|missing| missing.roles.clear());
                }
                let remedies = recording.would_allow.iter().cloned();
                explanation.would_allow = remedies.map(WageRemedy::Recording).collect();
                explanation.roles = recording.missing.iter().flat_map(|missing| missing.roles.clone()).collect();
            }
            _ => {
                let account = self.account_of(question.worker).filter(|account| self.may_be_member(*account));
                if let Some(account) = account {
                    helping =
                        self.offering_roles(account, question).into_iter().map(|role| (role, false, account)).collect();
                    explanation.would_allow = self.helping_offers(account, claim, explanation, question.day);
                }
            }
        }
        if self.may_be_member(question.user) {
            helping.extend(self.owning_roles(question).into_iter().map(|role| (role, true, question.user)));
        }
        // What is proposed already would do for both: a role may have the right, an offer and the type as its own.
        let proposed: Vec<(RoleId, UserId)> = explanation.would_allow.iter().filter_map(WageRemedy::joining).collect();
        helping.retain(|(role, _, member)| !proposed.contains(&(*role, self.user_id(*member))));
        let mut seen = Vec::new();
        helping.retain(|(role, _, member)| {
            let new = !seen.contains(&(*role, *member));
            seen.push((*role, *member));
            new
        });
        let members = helping.iter().filter(|(role, ..)| self.takes_members(*role)).map(|(role, own, member)| {
            WageRemedy::Membership { role: *role, own: *own, member: self.user_id(*member) }
        });
        let members: Vec<_> = members.take(WOULD_ALLOW_MAX).collect();
        let offers = explanation.would_allow.iter().position(|remedy| matches!(remedy, WageRemedy::Offer { .. }));
        let at = offers.unwrap_or(explanation.would_allow.len());
        explanation.would_allow.splice(at..at, members);
        for (role, ..) in helping {
            if !explanation.roles.contains(&role) && explanation.roles.len() < WOULD_ALLOW_MAX {
                explanation.roles.push(role);
            }
        }
    }

    fn may_be_member(&self, user: UserIx) -> bool {
        !matches!(self.user_state(user).1, UserState::Deleted | UserState::Forgotten)
    }

    /// The roles that offer the wage type so that it might be recorded for the account once it is a member.
    fn offering_roles(&self, account: UserIx, question: &WageQuestion) -> Vec<RoleId> {
        let (claim, day) = (&question.claim, question.day);
        let now = self.voices_on_wage(account, claim, day);
        let outside = self.is_outside(account.0);
        let known = self.effective_roles(account, day);
        let helps = |role: &u32| {
            let Some(row) = self.roles.get(*role).filter(|row| row.known && row.days.contains(day)) else {
                return false;
            };
            let closure = if outside { row.closure_from_outside() } else { &row.closure };
            let mut voices = now.clone();
            let above = closure.iter().filter(|above| above.days.contains(day));
            let new = above.filter(|above| !known.contains(&RoleIx(above.role)));
            for role in new.filter_map(|above| self.roles.get(above.role)) {
                for ix in &role.offers {
                    let counts = |row: &&OfferRow| row.counts(claim.wage_type.0, false, day);
                    let row = self.wage_offers.get(*ix).filter(counts);
                    voices.extend(row.map(|row| self.wage_voice(*ix, row, Some(role.priority))));
                }
            }
            self.would_do(claim, voices)
        };
        self.best_first(self.roles_setting(claim.wage_type, false, day).into_iter().filter(helps))
    }

    /// The roles that have the wage type of their own, and would let the user record it for everybody.
    fn owning_roles(&self, question: &WageQuestion) -> Vec<RoleId> {
        let day = question.day;
        let in_force = |role: &u32| self.roles.get(*role).is_some_and(|row| row.known && row.days.contains(day));
        let roles = self.roles_owning(question.claim.wage_type, day).into_iter().filter(in_force);
        self.best_first(roles.filter(|role| !self.would_bar_recording(*role, question)))
    }

    /// Whether a protection rule would keep members of the role from recording there (G-4).
    fn would_bar_recording(&self, role: u32, question: &WageQuestion) -> bool {
        let recording = self.recording(question.user, question.worker, question.day);
        let (Some(recording), Some(user)) = (recording, self.known_user(question.user.0)) else { return false };
        self.deed(&recording).is_ok_and(|deed| self.would_bar(role, question.user.0, user, &deed))
    }

    /// Offers that would help: to roles that the worker is in, the one with the fewest people first, or to the worker.
    fn helping_offers(
        &self,
        account: UserIx,
        claim: &WageClaim,
        explanation: &WageExplanation,
        day: Day,
    ) -> Vec<WageRemedy> {
        let now: Vec<WageVoice> = self.voices_on_wage(account, claim, day);
        let mode = if claim.asking { WageMode::Workflow } else { WageMode::Record };
        let adding = |holder: Holder, priority: Option<i32>| {
            let offer = WageOfferId(uuid::Uuid::nil());
            let window = Days::ALWAYS.window();
            let new = WageVoice { offer, holder, priority, mode, limits: Limits::NONE, window };
            // A holder has one setting for a wage type at a time.
            let free = explanation.inactive.iter().all(|inactive| inactive.own || inactive.voice.holder != holder)
                && now.iter().all(|voice| voice.holder != holder);
            free && self.would_do(claim, now.iter().cloned().chain([new]).collect())
        };
        let own = self.effective_roles(account, day).into_iter().filter(|role| {
            let priority = self.roles.get(role.0).map(|row| row.priority);
            adding(Holder::Role(self.role_id(*role)), priority)
        });
        let mut found = self.fewest_first(own, day);
        let person = Holder::User(self.user_id(account));
        // External administrators are no holders.
        found.extend(
            (self.user_state(account).0 != UserKind::ExternalAdministrator && adding(person, None)).then_some(person),
        );
        found.into_iter().map(|holder| WageRemedy::Offer { holder, mode }).collect()
    }

    /// The settings for the claim's wage type that reach the account on a day.
    fn voices_on_wage(&self, account: UserIx, claim: &WageClaim, day: Day) -> Vec<WageVoice> {
        let right = self.wage_right(account, claim.wage_type, day);
        right.iter().flat_map(WageRight::voices).cloned().collect()
    }

    /// Whether these settings together would let the claim through.
    fn would_do(&self, claim: &WageClaim, voices: Vec<WageVoice>) -> bool {
        claim.measured(self.resolved(claim.wage_type, voices).as_ref()) == ReasonCode::WageTypeAllow
    }
}
