//! Protection rules: who is kept from what belongs to others (G-4).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use uuid::Uuid;

use super::Model;
use super::deed::{Deed, Spot};
use super::ids::NONE;
use super::rows::{Days, UserRow};
use crate::area::{AreaClass, ProtectionRule};
use crate::id::ProtectionRuleId;
use crate::window::Day;

/// All rules, and who is placed in the positions that they bar.
#[derive(Clone, Debug, Default)]
pub(crate) struct Protection {
    guards: BTreeMap<Uuid, Guard>,
    /// The positions that any rule bars.
    positions: FxHashSet<u32>,
    /// The contracts that count in these, by worker.
    placed: FxHashMap<u32, Vec<Placed>>,
}

#[derive(Clone, Debug)]
struct Guard {
    aim: Aim,
    /// In the order of numbers.
    roles: Box<[u32]>,
    positions: Box<[u32]>,
}

/// What a rule guards.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Aim {
    Class(AreaClass),
    Module(u32),
}

#[derive(Clone, Copy, Debug)]
struct Placed {
    contract: u32,
    position: u32,
    days: Days,
}

impl Model {
    pub(super) fn put_protection_rule(&mut self, rule: &ProtectionRule) {
        let sorted = |mut numbers: Vec<u32>| {
            numbers.sort_unstable();
            numbers.dedup();
            numbers.into_boxed_slice()
        };
        let roles = sorted(rule.role_ids.iter().map(|id| self.roles.intern(id.0)).collect());
        let positions = sorted(rule.position_ids.iter().map(|id| self.positions.intern(id.0)).collect());
        let aim = match (&rule.module, rule.class) {
            (Some(module), _) => Aim::Module(self.modules.intern(module)),
            (None, class) => Aim::Class(class.unwrap_or(AreaClass::PersonalFolders)),
        };
        Arc::make_mut(&mut self.protection).guards.insert(rule.id.0, Guard { aim, roles, positions });
        self.place_barred();
    }

    pub(super) fn forget_protection_rule(&mut self, rule: &ProtectionRule) {
        if Arc::make_mut(&mut self.protection).guards.remove(&rule.id.0).is_some() {
            self.place_barred();
        }
    }

    /// Finds who is placed in barred positions.
    fn place_barred(&mut self) {
        let barred = self.protection.guards.values().flat_map(|guard| guard.positions.iter().copied());
        let positions: FxHashSet<u32> = barred.collect();
        let mut placed: FxHashMap<u32, Vec<Placed>> = FxHashMap::default();
        if !positions.is_empty() {
            let counting =
                self.contracts.rows.iter().filter(|(_, row)| row.counts && positions.contains(&row.position));
            for (contract, row) in counting {
                let stay = Placed { contract, position: row.position, days: row.days };
                placed.entry(row.worker).or_default().push(stay);
            }
        }
        let protection = Arc::make_mut(&mut self.protection);
        (protection.positions, protection.placed) = (positions, placed);
        self.guarded = !self.protection.guards.is_empty();
    }

    /// Notes a contract that counts from now on.
    pub(super) fn place(&mut self, contract: u32) {
        let Some(row) = self.contracts.get(contract).filter(|row| self.protection.positions.contains(&row.position))
        else {
            return;
        };
        let (worker, stay) = (row.worker, Placed { contract, position: row.position, days: row.days });
        Arc::make_mut(&mut self.protection).placed.entry(worker).or_default().push(stay);
    }

    /// Takes a contract away that counts no longer.
    pub(super) fn displace(&mut self, contract: u32) {
        let Some(row) = self.contracts.get(contract).filter(|row| self.protection.positions.contains(&row.position))
        else {
            return;
        };
        let worker = row.worker;
        let placed = &mut Arc::make_mut(&mut self.protection).placed;
        if let Some(stays) = placed.get_mut(&worker) {
            stays.retain(|stay| stay.contract != contract);
            if stays.is_empty() {
                placed.remove(&worker);
            }
        }
    }

    /// Whether a rule keeps the user from it.
    pub(super) fn is_barred(&self, ix: u32, user: &UserRow, deed: &Deed<'_>) -> bool {
        self.guarded && self.barring(ix, user, deed).is_some()
    }

    /// The rule that keeps the user from it, if one does.
    pub(super) fn barring(&self, ix: u32, user: &UserRow, deed: &Deed<'_>) -> Option<ProtectionRuleId> {
        let (id, _) = self.protection.guards.iter().find(|(_, guard)| {
            self.is_aimed(guard, deed) && self.is_held_by(guard, ix, user, deed) && !self.is_own(ix, user, deed)
        })?;
        Some(ProtectionRuleId(*id))
    }

    /// Whether to be in a role would bring a rule that keeps the user from it.
    pub(super) fn would_bar(&self, role: u32, ix: u32, user: &UserRow, deed: &Deed<'_>) -> bool {
        if !self.guarded || self.is_own(ix, user, deed) {
            return false;
        }
        let closure = self.roles.get(role).map_or(&[][..], |row| &row.closure);
        let in_force = || closure.iter().filter(|above| above.days.contains(deed.day)).map(|above| above.role);
        self.protection
            .guards
            .values()
            .any(|guard| self.is_aimed(guard, deed) && in_force().any(|role| guard.roles.binary_search(&role).is_ok()))
    }

    /// Whether rules may be aimed at a module's targets.
    pub(super) fn guards_module(&self, module: u32) -> bool {
        self.protection.guards.values().any(|guard| match guard.aim {
            Aim::Class(_) => true,
            Aim::Module(guarded) => guarded == module,
        })
    }

    /// Whether a rule guards the target.
    fn is_aimed(&self, guard: &Guard, deed: &Deed<'_>) -> bool {
        match guard.aim {
            Aim::Class(guarded) => self.known_area(deed.spot.area()).is_some_and(|area| area.class == guarded),
            Aim::Module(module) => module == deed.module,
        }
    }

    fn is_held_by(&self, guard: &Guard, ix: u32, user: &UserRow, deed: &Deed<'_>) -> bool {
        if self.is_in_any(ix, user, &guard.roles, deed.day) {
            return true;
        }
        let worker = self.users.more.get(ix).map_or(NONE, |more| more.worker);
        let placed = if worker == NONE { None } else { self.protection.placed.get(&worker) };
        placed
            .into_iter()
            .flatten()
            .any(|stay| stay.days.contains(deed.day) && guard.positions.contains(&stay.position))
    }

    /// Whether it is the user's own: their folder, an object that they are to work on, or an area in which the owner
    /// named them.
    fn is_own(&self, ix: u32, user: &UserRow, deed: &Deed<'_>) -> bool {
        let own = match deed.spot {
            Spot::Worker(_, row) => row.user == ix,
            Spot::Object(_, row) => row.assignee == ix || row.works_on(ix),
            _ => false,
        };
        own || self.known_area(deed.spot.area()).is_some_and(|area| {
            let seats = user.seats.iter().chain(&user.beside).filter(|seat| seat.days.contains(deed.day));
            let mut lists = seats.filter(|seat| area.processors.binary_search(&seat.at).is_ok());
            lists.any(|seat| {
                let in_force = |row: &super::rows::RoleRow| row.listed && row.known && row.days.contains(deed.day);
                self.roles.get(seat.at).is_some_and(in_force)
            })
        })
    }

    /// All barred roles, and the users who are placed in a barred position on some day.
    pub(super) fn barred_ever(&self) -> (Vec<u32>, Vec<u32>) {
        let roles = self.protection.guards.values().flat_map(|guard| guard.roles.iter().copied());
        let placed = self.protection.placed.keys().filter_map(|worker| Some(self.known_worker(*worker)?.user));
        (roles.collect(), placed.filter(|user| *user != NONE).collect())
    }

    /// Whether the user is placed in a barred position on some day.
    pub(super) fn is_placed(&self, user: u32) -> bool {
        let worker = self.users.more.get(user).map_or(NONE, |more| more.worker);
        worker != NONE && self.protection.placed.contains_key(&worker)
    }

    /// What rules bar the user from, and when, from `today` on.
    pub(super) fn barred(&self, user: u32, today: Day) -> BTreeSet<(Aim, Days)> {
        let mut found = BTreeSet::new();
        if !self.guarded {
            return found;
        }
        let ahead = Days { from: today, to: Day::MAX };
        let worker = self.users.more.get(user).map_or(NONE, |more| more.worker);
        let placed = self.protection.placed.get(&worker).filter(|_| worker != NONE);
        let outside = self.is_outside(user);
        let seats = self.seats(user, today).1;
        for guard in self.protection.guards.values() {
            for (seat, days) in &seats {
                let Some(own) = self.roles.get(*seat) else { continue };
                let closure = if outside { own.closure_from_outside() } else { &own.closure };
                let held = closure.iter().filter(|above| guard.roles.binary_search(&above.role).is_ok());
                found.extend(held.filter_map(|above| Some((guard.aim, above.days.intersect(*days)?))));
            }
            let stays = placed.into_iter().flatten().filter(|stay| guard.positions.contains(&stay.position));
            found.extend(stays.filter_map(|stay| Some((guard.aim, stay.days.intersect(ahead)?))));
        }
        found
    }
}
