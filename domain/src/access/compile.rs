//! What each role gives its members, put together in advance (P-03, step 4).
//!
//! For every role and module: the grants of the role and of all roles above it, in lists, best
//! priority first, each with the days on which it reaches the members. So a decision walks
//! through one short list per membership. Roles with many grants are not copied into the lists
//! below them: there stands a rule to visit them.

use std::cmp::Reverse;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Model;
use super::ids::NONE;
use super::placements::{EVERYTHING, alone, with_subtree};
use super::rows::{Cover, Days, GrantRow, GrantsOfHolder, Held, ModuleRow};
use super::threads::walk;

/// What a role gives its members in one module, for the actions of one bucket.
pub(crate) type Rules = Box<[Rule]>;

/// Into how many lists the rules of a role in a module are divided, by the number of the action.
/// A decision looks through the one that its action falls into.
pub(crate) const BUCKETS: usize = 8;

/// The actions of a bucket.
const fn bucket_mask(bucket: usize) -> u128 {
    (u128::MAX / ((1 << BUCKETS) - 1)) << bucket
}

/// One thing that a role gives. Whether it covers a target is told by comparing numbers only.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Rule {
    /// The best priority comes first.
    pub(crate) priority: Reverse<i32>,
    /// Where the tree of departments keeps the numbers that are covered; [`VISIT`].
    pub(crate) scope: u32,
    /// The code of the target or type that is covered.
    pub(crate) code: u32,
    /// Where the module keeps what is allowed and denied.
    pub(crate) set: u32,
    pub(crate) days: Days,
}

/// The scope of a rule that stands for all grants of a role; its code is the role's number.
pub(crate) const VISIT: u32 = NONE - 1;

/// Scope and code of a rule for a grant.
fn aim(cover: Cover) -> (u32, u32) {
    match cover {
        Cover::All => (EVERYTHING, NONE),
        Cover::Department(ix) => (alone(ix), NONE),
        Cover::Subtree(ix) => (with_subtree(ix), NONE),
        Cover::Worker(_) | Cover::Object(_) | Cover::Type(_) => (NONE, code(cover)),
    }
}

/// A number for a target or a type, different for each (of less than a thousand million).
pub(crate) const fn code(cover: Cover) -> u32 {
    match cover {
        Cover::Worker(ix) => ix << 2,
        Cover::Object(ix) => ix << 2 | 1,
        Cover::Type(ix) => ix << 2 | 2,
        Cover::All | Cover::Department(_) | Cover::Subtree(_) => NONE,
    }
}

/// Allowed and denied actions of a grant.
pub(crate) type Set = (u128, u128);

/// The sets of the grants of a module, each once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sets {
    list: Vec<Set>,
    numbers: FxHashMap<Set, u32>,
}

impl ModuleRow {
    /// The number of a set, given if it has none.
    pub(super) fn intern_set(&mut self, set: Set) -> u32 {
        if let Some(number) = self.sets.numbers.get(&set) {
            return *number;
        }
        let sets = Arc::make_mut(&mut self.sets);
        let number = sets.list.len() as u32;
        sets.numbers.insert(set, number);
        sets.list.push(set);
        number
    }

    /// What a set allows and denies.
    #[inline]
    pub(super) fn set(&self, number: u32) -> Set {
        self.sets.list.get(number as usize).copied().unwrap_or_default()
    }

    /// Whether a set allows and whether it denies an action.
    #[inline]
    pub(super) fn says(&self, set: u32, bit: u128) -> (bool, bool) {
        let (allow, deny) = self.set(set);
        (allow & bit != 0, deny & bit != 0)
    }

    /// What a role gives its members, as far as the action of that bit may be concerned.
    #[inline]
    pub(super) fn rules_of(&self, role: u32, bit: u128) -> Option<&[Rule]> {
        let bucket = bit.trailing_zeros() as usize % BUCKETS;
        self.rules.get(bucket)?.get(role).map(|rules| &**rules)
    }
}

/// Most grants of a role that are copied to the roles below. Few in tests, so that both ways are
/// gone.
const COPIED_MAX: u32 = if cfg!(test) { 4 } else { 64 };

impl Held {
    fn count(&self) -> u32 {
        self.wide.len() as u32 + self.direct
    }

    /// Whether the grants are copied to the roles below.
    fn copied(&self) -> bool {
        self.count() <= COPIED_MAX
    }

    /// Notes one grant more in a module; whether rules change by it.
    pub(super) fn gained(&mut self, module: u32) -> bool {
        let known = self.modules.iter_mut().find(|(held, _)| *held == module).map(|(_, count)| *count += 1);
        if known.is_none() {
            self.modules.push((module, 1));
        }
        // One above the limit, the copies below have to go.
        known.is_none() || self.count() <= COPIED_MAX + 1
    }

    /// Notes one grant less in a module; whether rules change by it.
    pub(super) fn lost(&mut self, module: u32) -> bool {
        if let Some((_, count)) = self.modules.iter_mut().find(|(held, _)| *held == module) {
            *count -= 1;
        }
        let before = self.modules.len();
        self.modules.retain(|(_, count)| *count > 0);
        self.modules.len() != before || self.copied()
    }
}

/// A module and a bucket.
pub(crate) type Shelf = (u32, usize);

impl Model {
    /// Puts together what a role gives, from its closure.
    pub(super) fn compile(&mut self, role: u32) {
        let found = self.collect_rules(role);
        let shelves: Vec<Shelf> =
            found.chunk_by(|one, next| one.0 == next.0).filter_map(|same| Some(same.first()?.0)).collect();
        let before = self.roles.get(role).map(|row| row.shelves.clone()).unwrap_or_default();
        // Where the role gave something before and gives nothing now, the list becomes empty.
        for shelf in before.iter().filter(|shelf| !shelves.contains(shelf)) {
            self.put_rules(*shelf, role, Box::default());
        }
        for same in found.chunk_by(|one, next| one.0 == next.0) {
            if let Some((shelf, _)) = same.first() {
                self.put_rules(*shelf, role, same.iter().map(|(_, rule)| *rule).collect());
            }
        }
        if *before != *shelves
            && let Some(row) = self.roles.get_mut(role)
        {
            row.shelves = shelves.into_boxed_slice();
        }
    }

    fn put_rules(&mut self, (module, bucket): Shelf, role: u32, rules: Rules) {
        let lists = self.modules.get(module).and_then(|row| row.rules.get(bucket));
        if lists.and_then(|lists| lists.get(role)) != Some(&rules)
            && let Some(lists) = self.modules.get_mut(module).and_then(|row| row.rules.get_mut(bucket))
        {
            lists.grow(role + 1);
            if let Some(place) = lists.get_mut(role) {
                *place = rules;
            }
        }
    }

    /// The rules of a role, sorted, each once.
    fn collect_rules(&self, role: u32) -> Vec<(Shelf, Rule)> {
        let mut found = Vec::new();
        let mut add = |module: u32, rule: Rule, (allow, deny): Set| {
            let named = (0..BUCKETS).filter(|bucket| (allow | deny) & bucket_mask(*bucket) != 0);
            found.extend(named.map(|bucket| ((module, bucket), rule)));
        };
        for above in self.roles.get(role).map_or(&[][..], |row| &row.closure) {
            let Some(row) = self.roles.get(above.role) else { continue };
            let priority = Reverse(row.priority);
            if !row.held.copied() {
                // The visit finds out what is named.
                let rule = Rule { priority, scope: VISIT, code: above.role, set: NONE, days: above.days };
                row.held.modules.iter().for_each(|(module, _)| add(*module, rule, (u128::MAX, 0)));
                continue;
            }
            for (_, grant) in walk::<_, GrantsOfHolder>(&self.grants.rows, row.held.first) {
                if let Some(days) = above.days.intersect(grant.days) {
                    let (scope, code) = aim(grant.cover);
                    let rule = Rule { priority, scope, code, set: grant.set, days };
                    add(grant.module, rule, self.set_of(grant));
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// What a grant allows and denies.
    pub(super) fn set_of(&self, grant: &GrantRow) -> Set {
        self.modules.get(grant.module).map_or((0, 0), |row| row.set(grant.set))
    }
}
