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

/// Into how many lists the rules of a role in a module are divided, by the number of the action.
/// A decision looks through the one that its action falls into.
const BUCKETS: usize = 8;

/// What a role gives its members in one module: the lists of all buckets, one after the other.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Rules {
    /// Where each list starts, and where the last one ends.
    starts: [u32; BUCKETS + 1],
    rules: Box<[Rule]>,
}

impl Rules {
    /// The lists, put together from rules in the order of their buckets.
    fn of(found: &[(Shelf, Rule)]) -> Self {
        let mut starts = [0; BUCKETS + 1];
        for (bucket, start) in starts.iter_mut().enumerate() {
            *start = found.partition_point(|((_, other), _)| *other < bucket) as u32;
        }
        Self { starts, rules: found.iter().map(|(_, rule)| *rule).collect() }
    }

    /// The list of a bucket.
    #[inline]
    fn list(&self, bucket: usize) -> &[Rule] {
        let bounds = self.starts.get(bucket..).and_then(|starts| starts.first_chunk());
        bounds.and_then(|[start, end]| self.rules.get(*start as usize..*end as usize)).unwrap_or_default()
    }
}

/// An action within its bucket: which one it is, and the action's bit there. A rule needs no more
/// of what its grant allows and denies than the actions of its bucket.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    bucket: usize,
    bit: u16,
}

impl Place {
    /// Of the action of that bit, or of the lowest of several.
    #[inline]
    pub(super) const fn of(bit: u128) -> Self {
        let number = bit.trailing_zeros() as usize;
        Self { bucket: number % BUCKETS, bit: 1 << (number / BUCKETS % 16) }
    }
}

/// Actions by bucket, as bits there.
fn by_bucket(mut actions: u128) -> [u16; BUCKETS] {
    let mut buckets = [0; BUCKETS];
    while actions != 0 {
        let Place { bucket, bit } = Place::of(actions);
        if let Some(bits) = buckets.get_mut(bucket) {
            *bits |= bit;
        }
        actions &= actions - 1;
    }
    buckets
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
    /// Allowed and denied actions of the bucket.
    allow: u16,
    deny: u16,
    pub(crate) days: Days,
}

impl Rule {
    /// Whether it allows and whether it denies the action.
    #[inline]
    pub(super) const fn says(&self, place: Place) -> (bool, bool) {
        (self.allow & place.bit != 0, self.deny & place.bit != 0)
    }
}

/// The scope of a rule that stands for all grants of a role; its code is the role's number.
pub(crate) const VISIT: u32 = NONE - 1;

/// Scope and code of a rule for a grant.
fn aim(cover: Cover) -> (u32, u32) {
    match cover {
        Cover::All => (EVERYTHING, NONE),
        Cover::Department(ix) => (alone(ix), NONE),
        Cover::Subtree(ix) => (with_subtree(ix), NONE),
        Cover::Worker(_) | Cover::Object(_) | Cover::Type(_) | Cover::Area(_) => (NONE, code(cover)),
    }
}

/// A number for a target or a type, different for each (of less than a thousand million).
pub(crate) const fn code(cover: Cover) -> u32 {
    match cover {
        Cover::Worker(ix) => ix << 2,
        Cover::Object(ix) => ix << 2 | 1,
        Cover::Type(ix) => ix << 2 | 2,
        Cover::Area(ix) => ix << 2 | 3,
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

    /// What a role gives its members, as far as the action may be concerned.
    #[inline]
    pub(super) fn rules_of(&self, role: u32, place: Place) -> &[Rule] {
        self.rules.get(role).map_or(&[], |rules| rules.list(place.bucket))
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
type Shelf = (u32, usize);

impl Model {
    /// Puts together what a role gives, from its closure.
    pub(super) fn compile(&mut self, role: u32) {
        let found = self.collect_rules(role);
        let lists = |found: &[(Shelf, Rule)]| found.first().map(|((module, _), _)| (*module, Rules::of(found)));
        let given: Vec<_> = found.chunk_by(|one, next| one.0.0 == next.0.0).filter_map(lists).collect();
        let modules: Box<[u32]> = given.iter().map(|(module, _)| *module).collect();
        let before = self.roles.get(role).map(|row| row.modules.clone()).unwrap_or_default();
        // Where the role gave something before and gives nothing now, the lists become empty.
        for module in before.iter().filter(|module| !modules.contains(module)) {
            self.put_rules(*module, role, Rules::default());
        }
        for (module, rules) in given {
            self.put_rules(module, role, rules);
        }
        if before != modules
            && let Some(row) = self.roles.get_mut(role)
        {
            row.modules = modules;
        }
    }

    fn put_rules(&mut self, module: u32, role: u32, rules: Rules) {
        let lists = self.modules.get(module).map(|row| &row.rules);
        if lists.and_then(|lists| lists.get(role)) != Some(&rules)
            && let Some(lists) = self.modules.get_mut(module).map(|row| &mut row.rules)
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
            for (bucket, (allow, deny)) in by_bucket(allow).into_iter().zip(by_bucket(deny)).enumerate() {
                if allow | deny != 0 {
                    found.push(((module, bucket), Rule { allow, deny, ..rule }));
                }
            }
        };
        for above in self.roles.get(role).map_or(&[][..], |row| &row.closure) {
            let Some(row) = self.roles.get(above.role) else { continue };
            let rule = Rule {
                priority: Reverse(row.priority),
                scope: VISIT,
                code: above.role,
                allow: 0,
                deny: 0,
                days: above.days,
            };
            if !row.held.copied() {
                // The visit finds out what is named.
                row.held.modules.iter().for_each(|(module, _)| add(*module, rule, (u128::MAX, 0)));
                continue;
            }
            for (_, grant) in walk::<_, GrantsOfHolder>(&self.grants.rows, row.held.first) {
                if let Some(days) = above.days.intersect(grant.days) {
                    let (scope, code) = aim(grant.cover);
                    add(grant.module, Rule { scope, code, days, ..rule }, self.set_of(grant));
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
