//! Things that count on other days: on which day all that they need was there for the last time, and on which it will be
//! there next. What one role is reached by may be several ways, each with its days.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::super::members::Paths;
use super::super::rows::Days;
use super::super::{Model, Needed, UserIx, WindowState, Windowed};
use crate::id::ContractId;
use crate::window::Day;

/// How a user comes to roles.
pub(in crate::access) struct Ways {
    pub(in crate::access) user: UserIx,
    /// On the day that is asked about.
    pub(in crate::access) now: Paths,
    /// On whatever day.
    pub(in crate::access) ever: Paths,
    /// For each role the days on which they are in it.
    stays: FxHashMap<u32, Vec<Days>>,
    /// On the other days that were looked at.
    then: RefCell<FxHashMap<Day, Rc<Paths>>>,
}

/// Something that needs days of several things to meet.
pub(in crate::access) struct Needing<'a> {
    /// The thing itself.
    pub(in crate::access) thing: (Windowed, Days),
    /// The role by which the user has it; `None` in person.
    pub(in crate::access) role: Option<u32>,
    /// The contracts of which one must hold, where the target is covered by its place.
    pub(in crate::access) placements: Option<&'a [(ContractId, Days)]>,
}

/// What keeps something from counting.
pub(in crate::access) struct Otherwise {
    /// The day nearest to the one asked about on which it counts; `None` if there is no such day.
    pub(in crate::access) day: Option<Day>,
    /// What lies outside its window on the day asked about; where there is no such day, all windows.
    pub(in crate::access) because: Vec<Needed>,
}

impl Model {
    pub(in crate::access) fn ways_to_roles(&self, user: UserIx, day: Day) -> Ways {
        let mut stays: FxHashMap<u32, Vec<Days>> = FxHashMap::default();
        for (role, days) in self.stays(user.0, Day::MIN) {
            stays.entry(role).or_default().push(days);
        }
        let (now, ever) = (self.paths(user.0, Some(day)), self.paths(user.0, None));
        Ways { user, now, ever, stays, then: RefCell::default() }
    }

    /// What keeps something from counting on a day: as it was when it counted last, and as it will be when it counts
    /// next. Where all of it never meets, every window on the shortest way is told. Empty when it counts.
    pub(in crate::access) fn otherwise(&self, needing: &Needing<'_>, ways: &Ways, day: Day) -> Vec<Otherwise> {
        let in_role = needing.role.map_or(&[Days::ALWAYS][..], |role| ways.stays.get(&role).map_or(&[], Vec::as_slice));
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
            if let Some(role) = needing.role {
                let paths = if ways.now.reaches(role) { &ways.now } else { &ways.ever };
                windows.extend(self.way_windows(paths, role));
            }
            windows.extend(needing.placements.into_iter().flatten().map(|(id, days)| (Windowed::Contract(*id), *days)));
            windows.retain(|(_, days)| *days != Days::ALWAYS);
            found.push(Otherwise { day: None, because: needed(windows, day) });
        }
        found.retain(|otherwise| !otherwise.because.is_empty());
        found
    }

    fn paths_on(&self, ways: &Ways, then: Day) -> Rc<Paths> {
        let mut known = ways.then.borrow_mut();
        Rc::clone(known.entry(then).or_insert_with(|| Rc::new(self.paths(ways.user.0, Some(then)))))
    }

    /// What of that which holds `then` does not on the day.
    fn as_on(&self, needing: &Needing<'_>, ways: &Ways, then: Day, day: Day) -> Otherwise {
        let mut windows = vec![needing.thing];
        if let Some(role) = needing.role {
            let mut way = self.way_windows(&ways.now, role);
            // A way that holds today does not keep anything out, if it held then.
            if way.is_empty() || way.iter().any(|(_, days)| !days.contains(then)) {
                way = self.way_windows(&self.paths_on(ways, then), role);
            }
            windows.extend(way);
        }
        let placements = needing.placements.into_iter().flatten().filter(|(_, days)| days.contains(then));
        windows.extend(placements.map(|(id, days)| (Windowed::Contract(*id), *days)));
        windows.retain(|(_, days)| !days.contains(day));
        Otherwise { day: Some(then), because: needed(windows, day) }
    }
}

fn needed(windows: Vec<(Windowed, Days)>, day: Day) -> Vec<Needed> {
    let told = windows.into_iter().map(|(what, days)| {
        let state = match () {
            () if day < days.from => WindowState::ToCome,
            () if days.to < day => WindowState::Expired,
            () => WindowState::InForce,
        };
        Needed { what, window: days.window(), state }
    });
    told.collect()
}
