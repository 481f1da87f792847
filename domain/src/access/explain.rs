//! Why a question is answered as it is (P-04). The answer comes from [`Model::decide`]; what is
//! told about it is found the other way round, from the grants that cover the target.

use std::cmp::Reverse;

use super::deed::Deed;
use super::members::Paths;
use super::rows::{Days, GrantRow, Keeper};
use super::{
    Decision, Explanation, GrantOpinion, Inactive, Missing, Model, OutOfWindow, Question, ReasonCode, Relation,
    RolePath, SetAside, SetAsideReason, UserIx, WOULD_ALLOW_MAX, Windowed,
};
use crate::grant::Holder;
use crate::id::{GrantId, MembershipId, RoleId, UserId};
use crate::window::Day;

/// A grant of the user that covers the target.
struct Voice<'a> {
    ix: u32,
    row: &'a GrantRow,
    /// The role's number and priority; `None` for a personal grant.
    role: Option<(u32, i32)>,
    /// What it says about the action; a deny prevails.
    allows: Option<bool>,
}

/// The user's grants that cover the target.
#[derive(Default)]
struct Voices<'a> {
    /// Personal, in force.
    personal: Vec<Voice<'a>>,
    /// Of effective roles, in force.
    by_role: Vec<Voice<'a>>,
    /// In force, of roles that the user is kept out of (G-3).
    kept_out: Vec<Voice<'a>>,
    /// Naming the action, but not in force, or of a role that the user is not in on that day.
    silent: Vec<Voice<'a>>,
}

impl Model {
    /// Why the question is answered as it is: everything that P-04 names. Slower than
    /// [`Model::decide`], whose answer it carries.
    pub fn explain(&self, question: &Question) -> Explanation {
        let decision = self.decide(question);
        let account = self.known_user(question.user.0).map(|_| self.user_state(question.user));
        let mut explanation = Explanation {
            decision,
            account,
            relation: None,
            decided_by: Vec::new(),
            set_aside: Vec::new(),
            inactive: Vec::new(),
            paths: Vec::new(),
            protection_rule: None,
            missing: (!decision.allowed).then(|| self.missing(question)),
        };
        if decision.code == ReasonCode::GuardProtectionRule
            && let (Some(user), Ok(deed)) = (self.known_user(question.user.0), self.deed(question))
        {
            explanation.protection_rule = self.barring(question.user.0, user, &deed);
        }
        // Before grants are looked at there is nothing more to say.
        if matches!(
            decision.code,
            ReasonCode::UnknownSubject
                | ReasonCode::UnknownResource
                | ReasonCode::UnknownAction
                | ReasonCode::GuardState
                | ReasonCode::GuardKind
                | ReasonCode::GuardExternalAdministrator
                | ReasonCode::GuardProtectionRule
                | ReasonCode::GuardOwnRequest
                | ReasonCode::ModuleOff
        ) {
            return explanation;
        }
        let Ok(deed) = self.deed(question) else { return explanation };
        explanation.relation =
            self.known_user(question.user.0).and_then(|user| self.relation(question.user.0, user, &deed));
        let paths = self.paths(question.user.0, Some(question.day));
        explanation.paths = self.area_paths(explanation.relation, &deed, &paths);
        let ever = self.paths(question.user.0, None);
        let unguarded = self.unguarded_paths(question.user.0, question.day);
        let voices = self.voices(question.user, &deed, &paths, &ever, &unguarded);
        let deciding =
            voices.personal.iter().chain(&voices.by_role).filter(|voice| voice.decides(&voices, decision.code));
        explanation.decided_by = deciding.map(|voice| self.opinion(voice)).collect();
        let lost = voices.personal.iter().chain(&voices.by_role).filter(|voice| !voice.decides(&voices, decision.code));
        explanation.set_aside = lost.map(|voice| self.lost(voice, Self::why_lost(voice, decision.code))).collect();
        let kept_out = voices.kept_out.iter();
        explanation
            .set_aside
            .extend(kept_out.map(|voice| self.lost(voice, SetAsideReason::GuardExternalAdministrator)));
        explanation.inactive =
            voices.silent.iter().map(|voice| self.inactive(voice, &paths, &ever, deed.day)).collect();
        explanation.paths.extend(self.role_paths(&voices, &paths, &unguarded));
        explanation.paths.sort_by_key(|path| path.role);
        explanation.paths.dedup();
        if let Some(missing) = &mut explanation.missing {
            missing.roles = self.would_allow(question.user, &deed, decision);
        }
        explanation.decided_by.sort_by_key(|opinion| (Reverse(opinion.priority), opinion.grant));
        explanation.set_aside.sort_by_key(|lost| (Reverse(lost.priority), lost.grant));
        explanation.inactive.sort_by_key(|inactive| inactive.grant);
        explanation
    }

    fn voices<'a>(
        &'a self,
        user: UserIx,
        deed: &Deed<'a>,
        paths: &Paths,
        ever: &Paths,
        unguarded: &Paths,
    ) -> Voices<'a> {
        let mut voices = Voices::default();
        for (ix, row) in self.covering(deed) {
            let allows = match deed.row.says(row.set, deed.bit) {
                (_, true) => Some(false),
                (true, false) => Some(true),
                (false, false) => None,
            };
            let role = match row.holder {
                Keeper::User(holder) if holder == user.0 => None,
                Keeper::Role(role) if ever.reaches(role) || unguarded.reaches(role) => {
                    Some((role, self.roles.get(role).map_or(0, |row| row.priority)))
                }
                _ => continue,
            };
            let there = role.is_none_or(|(role, _)| paths.reaches(role));
            let voice = Voice { ix, row, role, allows };
            let in_force = row.days.contains(deed.day);
            if let Some((role, _)) = role.filter(|_| !there) {
                if in_force && unguarded.reaches(role) {
                    voices.kept_out.push(voice);
                    continue;
                }
                if !ever.reaches(role) {
                    continue;
                }
            }
            match (there && in_force, role) {
                (true, None) => voices.personal.push(voice),
                (true, Some(_)) => voices.by_role.push(voice),
                (false, _) if allows.is_some() => voices.silent.push(voice),
                (false, _) => {}
            }
        }
        voices
    }

    fn opinion(&self, voice: &Voice<'_>) -> GrantOpinion {
        GrantOpinion {
            grant: GrantId(self.grants.id(voice.ix)),
            holder: self.holder(voice.row.holder),
            priority: voice.priority(),
            allows: voice.allows == Some(true),
            window: voice.row.days.window(),
        }
    }

    fn why_lost(voice: &Voice<'_>, code: ReasonCode) -> SetAsideReason {
        let personal =
            matches!(code, ReasonCode::PersonalAllow | ReasonCode::PersonalDeny | ReasonCode::PersonalWithoutAction);
        match voice.allows {
            _ if code == ReasonCode::RelationAllow => SetAsideReason::RelationTakesPrecedence,
            _ if personal && voice.role.is_some() => SetAsideReason::PersonalTakesPrecedence,
            None => SetAsideReason::NoOpinion,
            Some(_) if personal => SetAsideReason::DenyPrevails,
            Some(_) => SetAsideReason::LowerPriority,
        }
    }

    fn lost(&self, voice: &Voice<'_>, reason: SetAsideReason) -> SetAside {
        SetAside {
            grant: GrantId(self.grants.id(voice.ix)),
            holder: self.holder(voice.row.holder),
            priority: voice.priority(),
            allows: voice.allows,
            reason,
        }
    }

    /// What keeps a grant from holding: itself, or things on the way to its role.
    fn inactive(&self, voice: &Voice<'_>, paths: &Paths, ever: &Paths, day: Day) -> Inactive {
        let mut because = Vec::new();
        let mut look = |what, days: Days| {
            if !days.contains(day) {
                because.push(OutOfWindow { what, window: days.window(), to_come: day < days.from });
            }
        };
        look(Windowed::Grant(GrantId(self.grants.id(voice.ix))), voice.row.days);
        if let Some((role, _)) = voice.role
            && !paths.reaches(role)
        {
            for ix in ever.memberships(role) {
                let Some(membership) = self.memberships.get(ix) else { continue };
                look(Windowed::Membership(MembershipId(self.memberships.id(ix))), membership.days);
                if let Some(row) = self.roles.get(membership.role) {
                    look(Windowed::Role(RoleId(self.roles.id(membership.role))), row.days);
                }
            }
        }
        Inactive {
            grant: GrantId(self.grants.id(voice.ix)),
            holder: self.holder(voice.row.holder),
            allows: voice.allows == Some(true),
            because,
        }
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

    fn missing(&self, question: &Question) -> Missing {
        Missing {
            module: self.module_code(question.module).to_owned(),
            action: self.action_name(question.module, question.action).to_owned(),
            roles: Vec::new(),
        }
    }

    /// Roles that would turn the deny into an allow: with what they and the roles above them say
    /// added to what the user's roles say already.
    fn would_allow(&self, user: UserIx, deed: &Deed<'_>, decision: Decision) -> Vec<RoleId> {
        let outside = self.is_outside(user.0);
        let votes = match (self.users.get(user.0), decision.code) {
            (
                Some(row),
                ReasonCode::NoGrant | ReasonCode::RoleDeny | ReasonCode::TieDeny | ReasonCode::GuardAreaAdministrator,
            ) => {
                if outside {
                    self.votes_from_outside(row, deed)
                } else {
                    self.votes_of(row, deed)
                }
            }
            _ => return Vec::new(),
        };
        let mut roles: Vec<_> = self
            .covering(deed)
            .into_iter()
            .filter(|(_, grant)| deed.row.says(grant.set, deed.bit).0 && grant.days.contains(deed.day))
            .filter_map(|(_, grant)| match grant.holder {
                Keeper::Role(role) => Some(role),
                Keeper::User(_) => None,
            })
            .filter(|role| {
                let mut votes = votes;
                if outside {
                    self.add_votes_from_outside(*role, deed, &mut votes);
                } else {
                    self.add_votes(*role, deed, &mut votes);
                }
                votes.outcome() == ReasonCode::RoleAllow
            })
            .chain(self.related_roles(deed))
            .filter_map(|role| Some((Reverse(self.roles.get(role)?.priority), RoleId(self.roles.id(role)))))
            .collect();
        roles.sort_unstable();
        roles.dedup();
        roles.into_iter().take(WOULD_ALLOW_MAX).map(|(_, role)| role).collect()
    }

    /// The roles whose members have the action by a relation to the area.
    fn related_roles(&self, deed: &Deed<'_>) -> Vec<u32> {
        let Some(area) = self.known_area(deed.spot.area()) else { return Vec::new() };
        let gives = |actions: u128| actions & deed.bit != 0;
        let processors = area.processors.iter().filter(|_| gives(deed.row.processed));
        let all = processors.chain(area.readers.iter().filter(|_| gives(deed.row.read)));
        let in_force = |role: &u32| self.roles.get(*role).is_some_and(|row| row.known && row.days.contains(deed.day));
        all.copied().filter(in_force).collect()
    }

    pub(super) fn holder(&self, keeper: Keeper) -> Holder {
        match keeper {
            Keeper::User(user) => Holder::User(UserId(self.user_id(UserIx(user)).0)),
            Keeper::Role(role) => Holder::Role(self.role_id(super::RoleIx(role))),
        }
    }
}

impl Voice<'_> {
    fn priority(&self) -> Option<i32> {
        self.role.map(|(_, priority)| priority)
    }

    /// Whether the grant is one of those that decided as `code` says.
    fn decides(&self, all: &Voices<'_>, code: ReasonCode) -> bool {
        match code {
            ReasonCode::PersonalAllow => self.role.is_none() && self.allows == Some(true),
            ReasonCode::PersonalDeny => self.role.is_none() && self.allows == Some(false),
            ReasonCode::PersonalWithoutAction => self.role.is_none(),
            ReasonCode::RoleAllow | ReasonCode::RoleDeny | ReasonCode::TieDeny => {
                let speaking = all.by_role.iter().filter(|voice| voice.allows.is_some());
                self.allows.is_some() && self.priority() == speaking.filter_map(Voice::priority).max()
            }
            _ => false,
        }
    }
}
