//! What beside grants decides on a user's rights: relations to areas, and what keeps users from things (P-03, steps 1
//! and 2).

use std::collections::BTreeSet;

use super::super::Model;
use super::super::ids::NONE;
use super::super::rows::{Bar, Cover, Days};
use super::Covers;
use super::voices::Voice;
use crate::area::AreaClass;
use crate::window::Day;

/// The scopes in which relations or guards may decide otherwise about a user after the changes: areas, and what the
/// user has a relation of their own to, or a grant over, in them.
pub(super) fn scopes(
    before: &Model,
    after: &Model,
    user: u32,
    covers: &Covers,
    voices: &[&[Voice]],
    today: Day,
) -> Covers {
    let mut areas: BTreeSet<u32> = covers.iter().filter_map(area_of).collect();
    let reached = [before, after].map(|model| model.reached(user, today));
    let (was, is) = (before.barred(user, today), after.barred(user, today));
    let barred = !was.is_empty() || !is.is_empty();
    if barred || before.bar_of(user) != after.bar_of(user) {
        let roles = reached.iter().flat_map(|roles| roles.iter().map(|(role, ..)| *role));
        areas.extend(roles.flat_map(|role| named(before, after, role)));
    } else if reached[0] != reached[1] {
        let changed = reached[0].symmetric_difference(&reached[1]).map(|(role, ..)| *role);
        areas.extend(changed.flat_map(|role| named(before, after, role)));
    }
    let outside = before.is_outside(user) != after.is_outside(user);
    if was != is || outside {
        let concerned =
            |model: &Model, area| model.known_area(area).is_some_and(|row| outside || row.class != AreaClass::Normal);
        let all = [before, after].into_iter().flat_map(|model| model.areas().map(move |area| (model, area.0)));
        areas.extend(all.filter(|(model, area)| concerned(model, *area)).map(|(_, area)| area));
    }
    let own = super::touched::own([before, after], user);
    let mut found: Covers = areas.iter().copied().map(Cover::Area).collect();
    if barred {
        // Their own is what rules don't keep them from.
        found.extend(own.iter().copied());
    }
    if areas.is_empty() {
        return found;
    }
    let granted = voices.iter().flat_map(|voices| voices.iter()).map(|voice| voice.cover);
    let lies = |cover: &Cover| match cover {
        Cover::Object(ix) => {
            [before, after].iter().any(|model| model.known_object(*ix).is_some_and(|row| areas.contains(&row.area)))
        }
        _ => false,
    };
    found.extend(own.into_iter().chain(granted).filter(lies));
    found
}

fn area_of(cover: &Cover) -> Option<u32> {
    match cover {
        Cover::Area(ix) => Some(*ix),
        _ => None,
    }
}

/// The areas that name a role in one of the models.
fn named(before: &Model, after: &Model, role: u32) -> Vec<u32> {
    let areas = |model: &Model| model.roles.get(role).map(|row| row.areas.clone()).unwrap_or_default();
    areas(before).into_iter().chain(areas(after)).collect()
}

impl Model {
    /// The roles that the user is in from `today` on, when, and whether each is a list of people that names the user.
    fn reached(&self, user: u32, today: Day) -> BTreeSet<(u32, Days, bool)> {
        let outside = self.is_outside(user);
        let mut found = BTreeSet::new();
        for (seat, days) in self.seats(user, today).1 {
            let Some(own) = self.roles.get(seat) else { continue };
            for above in if outside { own.closure_from_outside() } else { &own.closure } {
                let listed = above.role == seat && own.listed;
                found.extend(above.days.intersect(days).map(|days| (above.role, days, listed)));
            }
        }
        found
    }

    /// When what beside grants decides on a user's rights at the places in an area changes.
    pub(super) fn turns(&self, user: u32, area: u32, today: Day) -> Vec<Days> {
        let mut turns: Vec<Days> = self.barred(user, today).into_iter().map(|(_, days)| days).collect();
        if let Some(row) = self.known_area(area) {
            let named =
                |role: &u32| row.processors.binary_search(role).is_ok() || row.readers.binary_search(role).is_ok();
            turns.extend(
                self.reached(user, today).into_iter().filter(|(role, ..)| named(role)).map(|(_, days, _)| days),
            );
        }
        turns
    }

    /// The area of what lies in a scope.
    pub(super) fn area_at(&self, cover: Cover) -> u32 {
        match cover {
            Cover::Area(ix) => ix,
            Cover::Object(ix) => self.known_object(ix).map_or(NONE, |row| row.area),
            _ => NONE,
        }
    }

    /// External administrators, and those whom protection rules may bar: whose rights depend on what a target's area
    /// is like, whatever their roles.
    pub(super) fn watched(&self, today: Day) -> Vec<u32> {
        let outside = self.users().map(|user| user.0).filter(|user| self.is_outside(*user));
        let (roles, mut users) = self.barred_ever();
        users.extend(super::touched::members(self, roles, today));
        users.extend(outside);
        users
    }

    /// Whether the account may be told from others with the same roles.
    pub(super) fn is_special(&self, user: u32) -> bool {
        matches!(self.bar_of(user), Bar::Outside) || self.is_outside(user) || self.is_placed(user)
    }
}
