//! What changes do to somebody's rights to record wage types (G-5, P-07).

use std::collections::BTreeSet;

use super::super::rows::Days;
use super::super::{Model, ReasonCode, UserIx, WageRight, WageTypeIx};
use super::RightChange;
use crate::grant::Scope;
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

/// What a user may record more or less of after changes, from `today` on (H-03): of each wage type, on which days.
pub(super) fn rights(before: &Model, after: &Model, user: u32, today: Day) -> Vec<RightChange> {
    if before.wage_offers.rows.len() == 0 && after.wage_offers.rows.len() == 0 {
        return Vec::new();
    }
    let user = UserIx(user);
    let turns: Vec<Day> = turns(before, after, user, today).into_iter().collect();
    let mut found: Vec<(Differing, Days)> = Vec::new();
    for (at, from) in turns.iter().enumerate() {
        let to = turns.get(at + 1).map_or(Day::MAX, |next| next - 1);
        for differing in differing([before, after], user, *from) {
            let runs_on =
                |(other, days): &&mut (Differing, Days)| *other == differing && days.to.saturating_add(1) == *from;
            match found.iter_mut().find(runs_on) {
                Some((_, days)) => days.to = to,
                None => found.push((differing, Days { from: *from, to })),
            }
        }
    }
    let told = |(differing, days): (Differing, Days)| RightChange {
        gained: differing.gained,
        module: "time".to_owned(),
        actions: vec!["record".to_owned()],
        wage_type: Some(differing.wage_type),
        scope: if differing.own { vec![Scope::All] } else { Vec::new() },
        window: Days { from: if days.from == today { Day::MIN } else { days.from }, ..days }.window(),
        before: differing.before,
        after: differing.after,
        via: Vec::new(),
    };
    found.into_iter().map(told).collect()
}

/// How a wage type differs for somebody on a day.
#[derive(PartialEq, Eq)]
struct Differing {
    wage_type: String,
    own: bool,
    gained: bool,
    before: ReasonCode,
    after: ReasonCode,
}

/// The wage types of which a user may record more, or less, on a day.
fn differing([before, after]: [&Model; 2], user: UserIx, day: Day) -> Vec<Differing> {
    let mut found = Vec::new();
    let (was, is) = (before.wage_rights(user, day), after.wage_rights(user, day));
    let types: BTreeSet<WageTypeIx> = was.iter().chain(&is).map(|right| right.wage_type).collect();
    for wage_type in types {
        let of = |rights: &[WageRight]| rights.iter().find(|right| right.wage_type == wage_type).cloned();
        let (was, is) = (of(&was), of(&is));
        let wider = |one: &Option<WageRight>, other: &Option<WageRight>| match (one, other) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some(one), Some(other)) => !allows_no_less(other, one),
        };
        for gained in [true, false] {
            if if gained { wider(&is, &was) } else { wider(&was, &is) } {
                let wage_type = code_of(before, after, wage_type);
                found.push(Differing { wage_type, own: false, gained, before: how(&was), after: how(&is) });
            }
        }
    }
    let own =
        |model: &Model| model.own_wage_types(user, day).into_iter().map(|own| own.wage_type).collect::<BTreeSet<_>>();
    let (had, has) = (own(before), own(after));
    for wage_type in had.symmetric_difference(&has) {
        let gained = has.contains(wage_type);
        let (none, some) = (ReasonCode::WageTypeNotOffered, ReasonCode::OwnWageTypeAllow);
        let (before_code, after_code) = if gained { (none, some) } else { (some, none) };
        let wage_type = code_of(before, after, *wage_type);
        found.push(Differing { wage_type, own: true, gained, before: before_code, after: after_code });
    }
    found
}

/// The code of a wage type that one of the models may not know.
fn code_of(before: &Model, after: &Model, wage_type: WageTypeIx) -> String {
    let code = after.wage_type_code(wage_type);
    if code.is_empty() { before.wage_type_code(wage_type) } else { code }.to_owned()
}

/// How a decision about recording it for oneself goes.
fn how(right: &Option<WageRight>) -> ReasonCode {
    match right.as_ref().map(|right| right.mode) {
        None => ReasonCode::WageTypeNotOffered,
        Some(WageMode::Workflow) => ReasonCode::WageTypeByRequest,
        Some(WageMode::Record) => ReasonCode::WageTypeAllow,
    }
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
