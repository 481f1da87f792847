//! What changes do to somebody's rights to record wage types (G-5, P-07).

use std::collections::BTreeSet;

use super::super::{Model, UserIx, WageRight};
use crate::id::UserId;
use crate::wage::{Limits, WageMode};
use crate::window::Day;

/// A wage type that somebody may record after changes, and before did not, or less of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WageGain {
    /// Who.
    pub user: UserId,
    /// The code of the wage type.
    pub wage_type: String,
    /// Whether it becomes theirs to record for everybody.
    pub own: bool,
}

/// What these users gain of wage types by changes, from `today` on: what none of them had before (G-5).
pub fn wage_gains(before: &Model, after: &Model, users: &[UserId], today: Day) -> Vec<WageGain> {
    // Without any offer there is nothing to gain.
    if after.wage_offers.rows.len() == 0 {
        return Vec::new();
    }
    let all: Vec<UserIx> = users.iter().filter_map(|user| before.user(*user)).collect();
    let mut found = Vec::new();
    for user in users {
        let Some(ix) = after.user(*user) else { continue };
        let mut gained: BTreeSet<(String, bool)> = BTreeSet::new();
        for day in turns(before, after, ix, today) {
            let had: Vec<WageRight> = all.iter().flat_map(|user| before.wage_rights(*user, day)).collect();
            for right in after.wage_rights(ix, day) {
                let as_much = |old: &WageRight| old.wage_type == right.wage_type && allows_no_less(old, &right);
                if !had.iter().any(as_much) {
                    gained.insert((after.wage_type_code(right.wage_type).to_owned(), false));
                }
            }
            let owned: Vec<_> = all.iter().flat_map(|user| before.own_wage_types(*user, day)).collect();
            for own in after.own_wage_types(ix, day) {
                if !owned.iter().any(|old| old.wage_type == own.wage_type) {
                    gained.insert((after.wage_type_code(own.wage_type).to_owned(), true));
                }
            }
        }
        found.extend(gained.into_iter().map(|(wage_type, own)| WageGain { user: *user, wage_type, own }));
    }
    found
}

/// Whether one right allows all that the other does.
fn allows_no_less(one: &WageRight, other: &WageRight) -> bool {
    let mode = one.mode == WageMode::Record || other.mode == WageMode::Workflow;
    mode && within(&one.limits, &other.limits)
}

/// Whether limits are nowhere stricter than others.
fn within(wide: &Limits, narrow: &Limits) -> bool {
    let pairs = wide.named().into_iter().zip(narrow.named());
    let mut limits = pairs.map(|((_, wide), (_, narrow))| (wide, narrow));
    limits.all(|(wide, narrow)| wide.is_none_or(|wide| narrow.is_some_and(|narrow| narrow <= wide)))
}

/// The days from `today` on on which what is offered to a user may change, in one of the models.
fn turns(before: &Model, after: &Model, user: UserIx, today: Day) -> BTreeSet<Day> {
    let mut days = BTreeSet::from([today]);
    for model in [before, after] {
        let mut note = |from: Day, to: Day| days.extend([from, to.saturating_add(1)]);
        let personal = model.rare(user.0).map(|rare| &rare.offers);
        let stays = model.stays(user.0, today);
        let roles = stays.iter().filter_map(|(role, _)| model.roles.get(*role));
        for row in personal.into_iter().chain(roles.map(|row| &row.offers)).flatten() {
            let offer = model.wage_offers.get(*row);
            offer.into_iter().for_each(|offer| note(offer.days().from, offer.days().to));
        }
        stays.iter().for_each(|(_, days)| note(days.from, days.to));
    }
    days.into_iter().filter(|day| (today..Day::MAX).contains(day)).collect()
}
