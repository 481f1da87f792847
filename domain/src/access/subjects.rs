//! Who may do it to that? (P-05)

use rustc_hash::FxHashSet;

use super::deed::{Deed, Spot};
use super::rows::{Bar, Cover, GrantRow, GrantsInScope, Keeper};
use super::threads::walk;
use super::{ActionIx, GrantIx, Model, ModuleIx, Question, RoleIx, Target, UserIx};
use crate::window::Day;

impl Model {
    /// The users who may do the action to the target on that day, ascending and complete (P-05).
    pub fn subjects(&self, module: ModuleIx, action: ActionIx, target: Target, day: Day) -> Vec<UserIx> {
        let question = |user| Question { user, module, action, target, day };
        let mut users = self.asked_about(module, &[action], target, day);
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
        let Some(holders) = holders
            .min_by_key(|holders| holders.iter().map(|holder| self.seats_of(*holder)).fold(0_u64, u64::saturating_add))
        else {
            return self.users().any(|user| self.is_free(user) && may_all(user));
        };
        holders.into_iter().any(|holder| match holder {
            Keeper::User(user) => may_all(UserIx(user)),
            Keeper::Role(role) => self.role_members(RoleIx(role), day).into_iter().any(may_all),
        })
    }

    /// Who holds a grant over everything that allows the action on that day.
    fn holders_of(&self, module: ModuleIx, action: ActionIx, day: Day) -> Vec<Keeper> {
        let Some(head) = self.scope_head(module.0, Cover::All) else { return Vec::new() };
        let grants = walk::<_, GrantsInScope>(&self.grants.rows, *head);
        let allows = |grant: &GrantRow| self.set_of(grant).0 & action.bit() != 0;
        let allowing = grants.filter(|(_, grant)| allows(grant) && grant.days.contains(day));
        allowing.map(|(_, grant)| grant.holder).collect()
    }

    /// About how many people a holder stands for.
    fn seats_of(&self, holder: Keeper) -> u64 {
        match holder {
            Keeper::User(_) => 1,
            // Each role below may bring many.
            Keeper::Role(role) => {
                self.roles.get(role).map_or(0, |row| (row.members.len() + 100 * row.below.len()) as u64)
            }
        }
    }

    /// Whether no guard bars the account by its kind and state (G-1, U-10).
    pub(super) fn is_free(&self, user: UserIx) -> bool {
        self.users.get(user.0).is_some_and(|row| matches!(row.bar, Bar::Free | Bar::Outside))
    }

    /// The grants in the deed's module whose scope covers its target on its day, in force or not.
    pub(super) fn covering<'a>(&'a self, deed: &Deed<'a>) -> Vec<(u32, &'a GrantRow)> {
        let mut scopes = vec![Cover::All];
        scopes.extend(deed.spot.itself());
        let mut departments = Vec::new();
        match deed.spot {
            Spot::Nothing | Spot::Imagined(_) | Spot::Area(_) => {}
            Spot::Worker(ix, row) => {
                let in_force = self.places(ix, row).filter(|place| place.days.contains(deed.day));
                departments.extend(in_force.map(|place| place.at));
            }
            Spot::Object(_, row) => {
                departments.push(row.department);
                scopes.push(Cover::Type(row.object_type));
                scopes.push(Cover::Area(row.area));
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
            .flat_map(|head| walk::<_, GrantsInScope>(&self.grants.rows, *head))
            .filter(|(_, grant)| grant.module == deed.module && self.covers(grant.cover, deed))
            .collect()
    }

    /// The grants that name this target, in all modules: those of the target's own page (P-06),
    /// ascending.
    pub fn grants_over(&self, target: Target) -> Vec<GrantIx> {
        let head = match target {
            Target::None => None,
            Target::Worker(ix) => self.workers.more.get(ix.0).map(|more| more.grants),
            Target::Object(ix) => self.objects.more.get(ix.0).map(|more| more.grants),
            Target::Area(ix) => self.areas.more.get(ix.0).map(|more| more.grants),
        };
        let grants = head.into_iter().flat_map(|head| walk::<_, GrantsInScope>(&self.grants.rows, head));
        let mut grants: Vec<_> = grants.map(|(ix, _)| GrantIx(ix)).collect();
        grants.sort_unstable();
        grants
    }
}
