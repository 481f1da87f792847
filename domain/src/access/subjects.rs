//! Who may do it to that? (P-05)

use rustc_hash::FxHashSet;

use super::decide::{Deed, Spot};
use super::ids::NONE;
use super::rows::{Cover, GrantRow, GrantsInScope, Keeper};
use super::threads::walk;
use super::{ActionIx, GrantIx, Model, ModuleIx, Question, RoleIx, Target, UserIx};
use crate::window::Day;

impl Model {
    /// The users who may do the action to the target on that day, ascending and complete (P-05).
    pub fn subjects(&self, module: ModuleIx, action: ActionIx, target: Target, day: Day) -> Vec<UserIx> {
        let question = |user| Question { user, module, action, target, day };
        let Ok(deed) = self.deed(&question(UserIx(NONE))) else { return Vec::new() };
        let mut users: Vec<UserIx> = match deed.spot {
            Spot::Nothing => Vec::new(),
            Spot::Worker(_, row) => vec![UserIx(row.user)],
            Spot::Object(ix, _) => self.people(ix).into_iter().map(UserIx).collect(),
        };
        let mut roles = FxHashSet::default();
        for (_, grant) in self.covering(&deed) {
            if grant.allow & deed.bit == 0 || !grant.days.contains(day) {
                continue;
            }
            match grant.holder {
                Keeper::User(user) => users.push(UserIx(user)),
                Keeper::Role(role) if roles.insert(role) => users.extend(self.role_members(RoleIx(role), day)),
                Keeper::Role(_) => {}
            }
        }
        users.sort_unstable();
        users.dedup();
        users.retain(|user| self.decide(&question(*user)).allowed);
        users
    }

    /// Whether one active user may do all of these actions, of modules without a target: what
    /// "never without a system administrator" asks. `first` is tried first.
    pub fn any_user_may(&self, first: Option<UserIx>, actions: &[(ModuleIx, ActionIx)], day: Day) -> bool {
        let may_all = |user: UserIx| {
            actions.iter().all(|(module, action)| {
                self.decide(&Question { user, module: *module, action: *action, target: Target::None, day }).allowed
            })
        };
        if first.is_some_and(may_all) {
            return true;
        }
        // Whoever may do all may do the action that the fewest hold.
        let holders = actions.iter().map(|(module, action)| self.holders_of(*module, *action, day));
        let Some(holders) = holders.min_by_key(|holders| {
            holders.iter().map(|holder| self.seats_of(*holder)).fold(0_u64, u64::saturating_add)
        }) else {
            return self.users.rows().iter().any(|(ix, row)| row.known && row.barred.is_none() && may_all(UserIx(ix)));
        };
        holders.into_iter().any(|holder| match holder {
            Keeper::User(user) => may_all(UserIx(user)),
            Keeper::Role(role) => self.role_members(RoleIx(role), day).into_iter().any(may_all),
        })
    }

    /// Who holds a grant over everything that allows the action on that day.
    fn holders_of(&self, module: ModuleIx, action: ActionIx, day: Day) -> Vec<Keeper> {
        let Some(head) = self.scope_head(module.0, Cover::All) else { return Vec::new() };
        let grants = walk::<_, GrantsInScope>(self.grants.rows(), *head);
        let allowing = grants.filter(|(_, grant)| grant.allow & action.bit() != 0 && grant.days.contains(day));
        allowing.map(|(_, grant)| grant.holder).collect()
    }

    /// About how many people a holder stands for.
    fn seats_of(&self, holder: Keeper) -> u64 {
        match holder {
            Keeper::User(_) => 1,
            Keeper::Role(role) => {
                let below = |row: &super::rows::RoleRow| row.below.len() as u64 * 100;
                self.roles.get(role).map_or(0, |row| u64::from(row.seats_count) + below(row))
            }
        }
    }

    /// The grants in the deed's module whose scope covers its target on its day, in force or not.
    pub(super) fn covering<'a>(&'a self, deed: &Deed<'a>) -> Vec<(u32, &'a GrantRow)> {
        let mut scopes = vec![Cover::All];
        scopes.extend(deed.spot.itself());
        let mut departments = Vec::new();
        match deed.spot {
            Spot::Nothing => {}
            Spot::Worker(_, row) => {
                let in_force = row.places.iter().filter(|place| place.days.contains(deed.day));
                departments.extend(in_force.map(|place| place.department));
            }
            Spot::Object(_, row) => {
                departments.push(row.department);
                scopes.push(Cover::Type(row.object_type));
            }
        }
        let mut seen = FxHashSet::default();
        while let Some(department) = departments.pop() {
            if let Some(row) = self.departments.get(department).filter(|_| seen.insert(department)) {
                // One list holds the grants with and without the subtree.
                scopes.push(Cover::Department(department));
                departments.push(row.parent);
            }
        }
        let heads = scopes.into_iter().filter_map(|cover| self.scope_head(deed.module, cover));
        heads
            .flat_map(|head| walk::<_, GrantsInScope>(self.grants.rows(), *head))
            .filter(|(_, grant)| grant.module == deed.module && self.covers(grant.cover, deed))
            .collect()
    }

    /// The grants that name this target, in all modules: those of the target's own page (P-06),
    /// ascending.
    pub fn grants_over(&self, target: Target) -> Vec<GrantIx> {
        let head = match target {
            Target::None => None,
            Target::Worker(ix) => self.workers.get(ix.0).map(|row| row.grants),
            Target::Object(ix) => self.objects.get(ix.0).map(|row| row.grants),
        };
        let grants = head.into_iter().flat_map(|head| walk::<_, GrantsInScope>(self.grants.rows(), head));
        let mut grants: Vec<_> = grants.map(|(ix, _)| GrantIx(ix)).collect();
        grants.sort_unstable();
        grants
    }
}
