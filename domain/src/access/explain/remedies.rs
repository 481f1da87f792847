//! What would turn a deny into an allow (P-04).

use std::cmp::Reverse;

use super::super::deed::Deed;
use super::super::members::Paths;
use super::super::rows::{Cover, GrantsOfHolder, Keeper};
use super::super::threads::walk;
use super::super::{Decision, Missing, Model, ModuleIx, Question, ReasonCode, Remedy, RoleIx, UserIx, WOULD_ALLOW_MAX};
use crate::grant::{Holder, Scope};
use crate::id::{GrantId, RoleId};
use crate::window::{Day, Window};

/// Most of the user's own roles that are named as holders of a grant that would help.
const HOLDERS_MAX: usize = 3;

impl Model {
    pub(super) fn missing(&self, question: &Question) -> Missing {
        Missing {
            module: self.module_code(question.module).to_owned(),
            action: self.action_name(question.module, question.action).to_owned(),
            roles: Vec::new(),
        }
    }

    /// Roles that would turn the deny into an allow: with what they and the roles above them say added to what the user's
    /// roles say already, or by a relation to the area, which comes before personal grants too (P-03).
    pub(super) fn helping_roles(&self, user: UserIx, deed: &Deed<'_>, decision: Decision) -> Vec<RoleId> {
        let outside = self.is_outside(user.0);
        let Some(row) = self.users.get(user.0) else { return Vec::new() };
        let by_roles = match decision.code {
            ReasonCode::NoGrant | ReasonCode::RoleDeny | ReasonCode::TieDeny | ReasonCode::GuardAreaAdministrator => {
                true
            }
            ReasonCode::PersonalDeny | ReasonCode::PersonalWithoutAction => false,
            _ => return Vec::new(),
        };
        let votes = if outside { self.votes_from_outside(row, deed) } else { self.votes_of(row, deed) };
        let covering = if by_roles { self.covering(deed) } else { Vec::new() };
        let roles = covering
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
            .chain(self.related_roles(deed, outside))
            .filter(|role| !self.would_bar(*role, user.0, row, deed));
        let mut roles = self.best_first(roles);
        roles.truncate(WOULD_ALLOW_MAX);
        roles
    }

    /// The roles whose members have the action by a relation to the area. External administrators are in no protected
    /// one (G-3).
    fn related_roles(&self, deed: &Deed<'_>, outside: bool) -> Vec<u32> {
        let Some(area) = self.known_area(deed.spot.area()) else { return Vec::new() };
        let gives = |actions: u128| actions & deed.bit != 0;
        let processors = area.processors.iter().filter(|_| gives(deed.row.processed));
        let all = processors.chain(area.readers.iter().filter(|_| gives(deed.row.read)));
        let in_force = |role: &u32| {
            let row = self.roles.get(*role).filter(|row| row.known && row.days.contains(deed.day));
            row.is_some_and(|row| !(outside && row.protected))
        };
        all.copied().filter(in_force).collect()
    }

    /// The smallest things that would turn the deny into an allow: to be a member of one of these roles, or a grant of
    /// this one action over this one target, to a role that the user is in (the one with the fewest people first) or
    /// to the user. Nothing helps against a guard.
    pub(super) fn remedies(
        &self,
        user: UserIx,
        deed: &Deed<'_>,
        decision: Decision,
        roles: &[RoleId],
        paths: &Paths,
    ) -> Vec<Remedy> {
        let member = self.user_id(user);
        let mut found: Vec<Remedy> = roles
            .iter()
            .filter(|role| self.takes_members(**role))
            .map(|role| Remedy::Membership { role: *role, member })
            .collect();
        let Some(row) = self.known_user(user.0) else { return found };
        let by_grant = matches!(
            decision.code,
            ReasonCode::NoGrant
                | ReasonCode::RoleDeny
                | ReasonCode::TieDeny
                | ReasonCode::GuardAreaAdministrator
                | ReasonCode::PersonalWithoutAction
        );
        if !by_grant {
            return found;
        }
        let scope = self.scope(deed.spot.itself().unwrap_or(Cover::All));
        if decision.code != ReasonCode::PersonalWithoutAction {
            let votes =
                if self.is_outside(user.0) { self.votes_from_outside(row, deed) } else { self.votes_of(row, deed) };
            let outvotes = |role: &u32| {
                self.roles.get(*role).is_some_and(|row| {
                    let mut votes = votes;
                    votes.add(row.priority, (true, false));
                    votes.outcome() == ReasonCode::RoleAllow
                })
            };
            let own = paths.roles().into_iter().filter(outvotes);
            let holders = self.fewest_first(own.map(RoleIx), deed.day).into_iter();
            found.extend(holders.map(|holder| self.granting(holder, deed, &scope)));
        }
        found.push(self.granting(Holder::User(member), deed, &scope));
        found
    }

    /// Roles, each once, those of the best priority first.
    pub(in crate::access) fn best_first(&self, roles: impl Iterator<Item = u32>) -> Vec<RoleId> {
        let ranked =
            roles.filter_map(|role| Some((Reverse(self.roles.get(role)?.priority), RoleId(self.roles.id(role)))));
        let mut ranked: Vec<_> = ranked.collect();
        ranked.sort_unstable();
        ranked.dedup();
        ranked.into_iter().map(|(_, role)| role).collect()
    }

    /// Nobody is put into an automatic role by hand.
    pub(in crate::access) fn takes_members(&self, role: RoleId) -> bool {
        self.role(role).and_then(|ix| self.roles.get(ix.0)).is_some_and(|row| !row.automatic)
    }

    /// The few roles with the fewest members, as holders of something that would help.
    pub(in crate::access) fn fewest_first(&self, roles: impl Iterator<Item = RoleIx>, day: Day) -> Vec<Holder> {
        let counted = roles.map(|role| (self.role_members(role, day).len(), Holder::Role(self.role_id(role))));
        let mut counted: Vec<_> = counted.collect();
        counted.sort_unstable();
        counted.into_iter().take(HOLDERS_MAX).map(|(_, holder)| holder).collect()
    }

    /// A grant of the action over the target; the same grant twice there can't be (P-02), so that one there is grows.
    fn granting(&self, holder: Holder, deed: &Deed<'_>, scope: &Scope) -> Remedy {
        let cover = deed.spot.itself().unwrap_or(Cover::All);
        let head = match holder {
            Holder::Role(role) => self.role(role).and_then(|ix| self.roles.get(ix.0)).map(|row| row.held.first),
            Holder::User(user) => self.user(user).and_then(|ix| self.rare(ix.0)).map(|rare| rare.held.first),
        };
        let held = head.into_iter().flat_map(|head| walk::<_, GrantsOfHolder>(&self.grants.rows, head));
        let twins = held.filter(|(_, grant)| {
            grant.module == deed.module && grant.cover == cover && grant.days.window() == Window::ALWAYS
        });
        let scope = scope.clone();
        let twin = twins.min_by_key(|(ix, _)| self.grants.id(*ix));
        let Some((ix, row)) = twin else { return Remedy::Grant { holder, scope } };
        let actions = self.set_of(row).0 | deed.bit;
        let names = self.actions(ModuleIx(deed.module)).into_iter();
        let allowed = names.filter(|(action, _)| actions & action.bit() != 0);
        let mut allow: Vec<String> = allowed.map(|(_, name)| name.to_owned()).collect();
        allow.sort_unstable();
        Remedy::Extend { grant: GrantId(self.grants.id(ix)), holder, scope, allow }
    }
}
