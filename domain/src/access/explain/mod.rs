//! Why a question is answered as it is (P-04). The answer comes from [`Model::decide`]; what is
//! told about it is found the other way round, from the grants that cover the target.
//!
//! `voices` which grants speak, and which would on another day; `other_days` on which; `remedies` what would turn a deny into an allow.

mod other_days;
mod remedies;
mod voices;

pub(super) use other_days::Needing;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::deed::Deed;
use super::members::Paths;
use super::rows::Keeper;
use super::{Explanation, Model, Question, ReasonCode, Relation, RolePath, SetAsideReason, UserIx};
use crate::grant::Holder;
use crate::id::UserId;
use crate::window::Day;
use voices::Voices;

impl Model {
    /// The answer, with the account's state; nothing else is filled in.
    pub(in crate::access) fn outline(&self, question: &Question) -> Explanation {
        Explanation {
            decision: self.decide(question),
            account: self.known_user(question.user.0).map(|_| self.user_state(question.user)),
            relation: None,
            decided_by: Vec::new(),
            set_aside: Vec::new(),
            inactive: Vec::new(),
            paths: Vec::new(),
            protection_rule: None,
            would_allow: Vec::new(),
            missing: None,
        }
    }

    /// Why the question is answered as it is: everything that P-04 names. Slower than
    /// [`Model::decide`], whose answer it carries.
    pub fn explain(&self, question: &Question) -> Explanation {
        let mut explanation = self.outline(question);
        let decision = explanation.decision;
        explanation.missing = (!decision.allowed).then(|| self.missing(question));
        if decision.code == ReasonCode::GuardProtectionRule
            && let (Some(user), Ok(deed)) = (self.known_user(question.user.0), self.deed(question))
        {
            explanation.protection_rule = self.barring(question.user.0, user, &deed);
        }
        // Before grants are looked at there is nothing more to say.
        if decision.code.comes_before_rights() {
            return explanation;
        }
        let Ok(deed) = self.deed(question) else { return explanation };
        explanation.relation =
            self.known_user(question.user.0).and_then(|user| self.relation(question.user.0, user, &deed));
        let ways = self.ways_to_roles(question.user, question.day);
        let paths = &ways.now;
        explanation.paths = self.area_paths(explanation.relation, &deed, paths);
        let unguarded = self.unguarded_paths(question.user.0, question.day);
        let voices = self.voices(&ways, &deed, &unguarded);
        let deciding =
            voices.personal.iter().chain(&voices.by_role).filter(|voice| voice.decides(&voices, decision.code));
        explanation.decided_by = deciding.map(|voice| self.opinion(voice)).collect();
        let lost = voices.personal.iter().chain(&voices.by_role).filter(|voice| !voice.decides(&voices, decision.code));
        explanation.set_aside = lost.map(|voice| self.lost(voice, Self::why_lost(voice, decision.code))).collect();
        let kept_out = voices.kept_out.iter();
        explanation
            .set_aside
            .extend(kept_out.map(|voice| self.lost(voice, SetAsideReason::GuardExternalAdministrator)));
        explanation.inactive = voices.silent.iter().flat_map(|voice| self.inactive(voice, &ways, &deed)).collect();
        if explanation.relation.is_none() {
            explanation.inactive.extend(self.inactive_relations(&ways, &deed));
        }
        let mut answers: BTreeMap<Day, bool> = BTreeMap::new();
        for inactive in &mut explanation.inactive {
            let on = |day: Day| self.decide(&Question { day, ..*question }).allowed;
            inactive.prevails = inactive.counts_on.is_some_and(|day| *answers.entry(day).or_insert_with(|| on(day)));
        }
        explanation.paths.extend(self.role_paths(&voices, paths, &unguarded));
        explanation.paths.sort_by_key(|path| path.role);
        explanation.paths.dedup();
        if let Some(missing) = &mut explanation.missing {
            missing.roles = self.helping_roles(question.user, &deed, decision);
            explanation.would_allow = self.remedies(question.user, &deed, decision, &missing.roles, paths);
        }
        explanation.decided_by.sort_by_key(|opinion| (Reverse(opinion.priority), opinion.grant));
        explanation.set_aside.sort_by_key(|lost| (Reverse(lost.priority), lost.grant));
        explanation.inactive.sort_by_key(|inactive| (inactive.grant, inactive.holder, inactive.counts_on));
        explanation
    }

    fn role_paths(&self, voices: &Voices<'_>, paths: &Paths, unguarded: &Paths) -> Vec<RolePath> {
        let mut roles: Vec<u32> =
            voices.by_role.iter().chain(&voices.kept_out).filter_map(|voice| Some(voice.role?.0)).collect();
        roles.sort_unstable();
        roles.dedup();
        let mut found: Vec<_> = roles
            .into_iter()
            .map(|role| {
                let way = if paths.reaches(role) { paths } else { unguarded };
                RolePath { role: self.role_id(super::RoleIx(role)), steps: self.steps(way, role) }
            })
            .collect();
        found.sort_by_key(|path| path.role);
        found
    }

    /// How the user comes to the roles by which a relation to an area holds.
    fn area_paths(&self, relation: Option<Relation>, deed: &Deed<'_>, paths: &Paths) -> Vec<RolePath> {
        let Some(area) = self.known_area(deed.spot.area()) else { return Vec::new() };
        let roles = match relation {
            Some(Relation::Processor) => &area.processors,
            Some(Relation::Reader) => &area.readers,
            _ => return Vec::new(),
        };
        let reached = roles.iter().filter(|role| paths.reaches(**role));
        reached
            .map(|role| RolePath { role: self.role_id(super::RoleIx(*role)), steps: self.steps(paths, *role) })
            .collect()
    }

    pub(in crate::access) fn holder(&self, keeper: Keeper) -> Holder {
        match keeper {
            Keeper::User(user) => Holder::User(UserId(self.user_id(UserIx(user)).0)),
            Keeper::Role(role) => Holder::Role(self.role_id(super::RoleIx(role))),
        }
    }
}
