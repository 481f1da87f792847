//! Things that count on other days: on which day all that they need was there for the last time, and on which it will be
//! there next. What one role is reached by may be several ways, each with its days.

use super::super::members::Paths;
use super::super::rows::Days;
use super::super::{Model, OutOfWindow, UserIx, Windowed};
use super::voices::outside;
use crate::id::ContractId;
use crate::window::Day;

/// How a user comes to roles.
pub(in crate::access) struct Ways {
    pub(in crate::access) user: UserIx,
    /// On the day that is asked about.
    pub(in crate::access) now: Paths,
    /// On whatever day.
    pub(in crate::access) ever: Paths,
    /// Each role with the days on which they are in it.
    stays: Vec<(u32, Days)>,
}

/// Something that needs days of several things to meet.
pub(in crate::access) struct Needing<'a> {
    /// The thing itself.
    pub(in crate::access) thing: (Windowed, Days),
    /// The role by which the user has it; `None` in person.
    pub(in crate::access) role: Option<u32>,
    /// The contracts of which one must hold, where the target is in its place on other days only.
    pub(in crate::access) placements: Option<&'a [(ContractId, Days)]>,
}

/// What keeps something from counting.
pub(in crate::access) struct Otherwise {
    /// The day nearest to the one asked about on which it counts; `None` if there is no such day.
    pub(in crate::access) day: Option<Day>,
    /// What lies outside its window on the day asked about.
    pub(in crate::access) because: Vec<OutOfWindow>,
}

impl Model {
    pub(in crate::access) fn ways_to_roles(&self, user: UserIx, day: Day) -> Ways {
        Ways {
            user,
            now: self.paths(user.0, Some(day)),
            ever: self.paths(user.0, None),
            stays: self.stays(user.0, Day::MIN),
        }
    }

    /// What keeps something from counting on a day: as it was when it counted last, and as it will be when it counts
    /// next. Where all of it never meets, the shortest way tells what is missing. Empty when it counts.
    pub(in crate::access) fn otherwise(&self, needing: &Needing<'_>, ways: &Ways, day: Day) -> Vec<Otherwise> {
        let of_role = |role| ways.stays.iter().filter(move |(stay, _)| *stay == role).map(|(_, days)| *days);
        let in_role: Vec<Days> = needing.role.map_or(vec![Days::ALWAYS], |role| of_role(role).collect());
        let in_place: Vec<Days> =
            needing.placements.map_or(vec![Days::ALWAYS], |all| all.iter().map(|(_, days)| *days).collect());
        let own = needing.thing.1;
        let meeting = in_role.iter().flat_map(|stay| in_place.iter().filter_map(|place| place.intersect(*stay)));
        let meeting: Vec<Days> = meeting.filter_map(|days| days.intersect(own)).collect();
        if meeting.iter().any(|days| days.contains(day)) {
            return Vec::new();
        }
        let last = meeting.iter().map(|days| days.to).filter(|to| *to < day).max();
        let next = meeting.iter().map(|days| days.from).filter(|from| day < *from).min();
        let mut found: Vec<Otherwise> =
            last.into_iter().chain(next).map(|then| self.as_on(needing, ways, then, day)).collect();
        if found.is_empty() {
            let mut windows = vec![needing.thing];
            if let Some(role) = needing.role.filter(|role| !ways.now.reaches(*role)) {
                windows.extend(self.way_windows(&ways.ever, role));
            }
            windows.extend(needing.placements.into_iter().flatten().map(|(id, days)| (Windowed::Contract(*id), *days)));
            found.push(Otherwise { day: None, because: outside(windows, day) });
        }
        found.retain(|otherwise| !otherwise.because.is_empty());
        found
    }

    /// What of that which holds `then` does not on the day.
    fn as_on(&self, needing: &Needing<'_>, ways: &Ways, then: Day, day: Day) -> Otherwise {
        let mut windows = vec![needing.thing];
        if let Some(role) = needing.role {
            windows.extend(self.way_windows(&self.paths(ways.user.0, Some(then)), role));
        }
        let placements = needing.placements.into_iter().flatten().filter(|(_, days)| days.contains(then));
        windows.extend(placements.map(|(id, days)| (Windowed::Contract(*id), *days)));
        Otherwise { day: Some(then), because: outside(windows, day) }
    }
}
