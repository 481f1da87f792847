//! Why a question about a wage type is answered as it is (P-04, P-07).

use std::cmp::Reverse;

use super::super::explain::Needing;
use super::super::{Decision, Explanation, Model, Needed, ReasonCode, RolePath, UserIx, WageTypeIx, Windowed};
use super::{OfferRow, WageQuestion, WageRemedy, WageRight, WageVoice};
use crate::grant::Holder;
use crate::id::{RoleId, WageOfferId};
use crate::wage::Exceeded;
use crate::window::Day;

/// Why a wage type may be recorded, or not (P-04, P-07). Lists are in a fixed order.
#[derive(Clone, PartialEq, Debug)]
pub struct WageExplanation {
    /// The answer: always that of [`Model::decide_wage`].
    pub decision: Decision,
    /// Why the user may `time:record` for the worker, or not; `None` where that is not needed: in one's own folder,
    /// and for a role's own wage types.
    pub recording: Option<Explanation>,
    /// Whether the worker is linked to an account; without one nothing is offered.
    pub linked: bool,
    /// How the wage type is offered to the worker, if it is.
    pub right: Option<WageRight>,
    /// The settings that make it one of the user's roles' own.
    pub own: Vec<WageVoice>,
    /// What the offer alone says: where the right to record is missing, it may not suffice either.
    pub offered: ReasonCode,
    /// The limits that the amount goes beyond.
    pub exceeded: Vec<Exceeded>,
    /// Settings for the wage type that hold on other days.
    pub inactive: Vec<InactiveOffer>,
    /// How the worker's account, for an own wage type the user, comes to each role whose settings are in force.
    pub paths: Vec<RolePath>,
    /// For a deny: roles that would give it, to the worker's account or to the user; best priority first.
    pub roles: Vec<RoleId>,
    /// For a deny: what would turn it into an allow.
    pub would_allow: Vec<WageRemedy>,
}

impl WageExplanation {
    /// Whether the right to record there is missing, and with it the worker would not be offered what is asked for.
    pub fn lacks_both(&self) -> bool {
        let denied = self.recording.as_ref().is_some_and(|recording| !recording.decision.allowed);
        denied && !self.decision.code.comes_before_rights() && self.offered != ReasonCode::WageTypeAllow
    }
}

/// A setting for the wage type that would count on another day.
#[derive(Clone, PartialEq, Debug)]
pub struct InactiveOffer {
    /// The setting.
    pub voice: WageVoice,
    /// Whether it is one of a role's own wage types, and so the user's; else it is offered to the worker.
    pub own: bool,
    /// The nearest day on which all that it needs is there; `None` if there is no such day.
    pub counts_on: Option<Day>,
    /// What lies outside its window on the day asked about, or where there is no such day, every window; at least one.
    pub because: Vec<Needed>,
}

impl Model {
    /// The answer, and how the wage type is offered; nothing else is filled in.
    pub fn outline_wage(&self, question: &WageQuestion) -> WageExplanation {
        let (user, day, claim) = (question.user, question.day, &question.claim);
        let decision = Decision::of(self.decide_wage(question));
        let account = self.account_of(question.worker);
        let right = account.and_then(|account| self.wage_right(account, claim.wage_type, day));
        let own = self.own_wage_types(user, day).into_iter().find(|own| own.wage_type == claim.wage_type);
        let own = own.map(|own| own.by).unwrap_or_default();
        WageExplanation {
            decision,
            recording: None,
            linked: account.is_some(),
            offered: claim.measured(right.as_ref()),
            exceeded: right.as_ref().map(|right| claim.beyond(&right.limits)).unwrap_or_default(),
            right,
            own,
            inactive: Vec::new(),
            paths: Vec::new(),
            roles: Vec::new(),
            would_allow: Vec::new(),
        }
    }

    /// Why the question is answered as it is. Slower than [`Model::decide_wage`], whose answer it carries.
    pub fn explain_wage(&self, question: &WageQuestion) -> WageExplanation {
        let (user, day) = (question.user, question.day);
        let mut explanation = self.outline_wage(question);
        let decision = explanation.decision;
        let account = self.account_of(question.worker);
        let needed = account != Some(user) && decision.code != ReasonCode::OwnWageTypeAllow;
        let recording = self.recording(user, question.worker, day).map(|recording| self.explain(&recording));
        explanation.recording = recording.filter(|recording| needed || recording.decision == decision);
        if decision.code.comes_before_rights() {
            return explanation;
        }
        explanation.inactive = self.inactive_offers(user, account, question.claim.wage_type, day);
        explanation.paths = self.wage_paths(&explanation, user, account, day);
        if !decision.allowed {
            self.add_wage_remedies(question, &mut explanation);
        }
        explanation
    }

    /// The settings for a wage type that reach the worker's account, or as an own one the user, on other days.
    fn inactive_offers(
        &self,
        user: UserIx,
        account: Option<UserIx>,
        wage_type: WageTypeIx,
        day: Day,
    ) -> Vec<InactiveOffer> {
        let mut found = Vec::new();
        for (who, own) in account.map(|account| (account, false)).into_iter().chain([(user, true)]) {
            let ways = self.ways_to_roles(who, day);
            let personal = self.rare(who.0).map(|rare| (None, rare.offers.as_slice()));
            let of_roles = ways.ever.roles().into_iter().filter_map(|role| Some((role, self.roles.get(role)?)));
            let by_role = of_roles.map(|(role, row)| (Some((role, row.priority)), row.offers.as_slice()));
            for (role, offers) in personal.into_iter().chain(by_role) {
                for ix in offers {
                    let of_type = |row: &&OfferRow| row.own == own && row.wage_type == wage_type.0;
                    let Some(row) = self.wage_offers.get(*ix).filter(of_type) else { continue };
                    let needing = Needing {
                        thing: (Windowed::WageOffer(WageOfferId(self.wage_offers.id(*ix))), row.days),
                        role: role.map(|(role, _)| role),
                        placements: None,
                    };
                    for otherwise in self.otherwise(&needing, &ways, day) {
                        let voice = self.wage_voice(*ix, row, role.map(|(_, priority)| priority));
                        found.push(InactiveOffer { voice, own, counts_on: otherwise.day, because: otherwise.because });
                    }
                }
            }
        }
        found.sort_by_key(|inactive| (inactive.own, inactive.voice.offer));
        found
    }

    /// How the people come to the roles whose settings are in force.
    fn wage_paths(
        &self,
        explanation: &WageExplanation,
        user: UserIx,
        account: Option<UserIx>,
        day: Day,
    ) -> Vec<RolePath> {
        let own = explanation.decision.code == ReasonCode::OwnWageTypeAllow;
        let offers = explanation.right.iter().filter(|_| !own).flat_map(WageRight::voices);
        let offers = account.into_iter().zip([offers.collect::<Vec<_>>()]);
        let mut found = Vec::new();
        for (who, voices) in offers.chain([(user, explanation.own.iter().collect())]) {
            let paths = self.paths(who.0, Some(day));
            let roles = voices.into_iter().filter_map(|voice| match voice.holder {
                Holder::Role(role) => Some(role),
                Holder::User(_) => None,
            });
            let known = roles.filter_map(|role| Some((role, self.role(role)?)));
            found.extend(known.map(|(role, ix)| RolePath { role, steps: self.steps(&paths, ix.0) }));
        }
        found.sort_by_key(|path| (path.role, Reverse(path.steps.len())));
        found.dedup();
        found
    }
}
