//! The grants that reach a user, on all days from one on.

use super::super::compile::Set;
use super::super::ids::NONE;
use super::super::rows::{Bar, Cover, Days, GrantsOfHolder};
use super::super::threads::walk;
use super::super::{GrantIx, Model};
use super::Source;
use crate::window::Day;

/// A grant of the user, or of a role that the user is in, and the days on which it reaches the user.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Voice {
    pub(super) module: u32,
    pub(super) cover: Cover,
    /// Allowed and denied actions.
    pub(super) set: Set,
    pub(super) days: Days,
    /// `None` for a personal grant.
    pub(super) priority: Option<i32>,
    grant: u32,
    role: u32,
}

impl Voice {
    /// What decisions look at. Two grants that agree in it are as good as one.
    pub(super) fn says(&self) -> (Cover, Set, Days, Option<i32>) {
        (self.cover, self.set, self.days, self.priority)
    }

    /// Whether it can keep something from the user.
    pub(super) fn may_block(&self) -> bool {
        self.priority.is_none() || self.set.1 != 0
    }
}

impl Model {
    /// The roles that the user is in directly, with the days from `today` on, and whether a guard bars the account.
    pub(in crate::access) fn seats(&self, user: u32, today: Day) -> (Bar, Vec<(u32, Days)>) {
        let Some(row) = self.users.get(user) else { return (Bar::Unknown, Vec::new()) };
        let ahead = Days { from: today, to: Day::MAX };
        let stays = row.seats.iter().chain(&row.beside).filter(|stay| stay.at != NONE);
        let mut seats: Vec<_> =
            stays.filter_map(|stay| stay.days.intersect(ahead).map(|days| (stay.at, days))).collect();
        seats.sort_unstable();
        seats.dedup();
        (row.bar, seats)
    }

    /// The roles whose grants may reach the user from `today` on.
    pub(super) fn roles_ever(&self, user: u32, today: Day) -> Vec<u32> {
        let rows = self.seats(user, today).1.into_iter().filter_map(|(role, _)| self.roles.get(role));
        rows.flat_map(|row| row.closure.iter().map(|above| above.role)).collect()
    }

    /// The roles that the user is in, directly or through others, with the days from `today` on.
    pub(in crate::access) fn stays(&self, user: u32, today: Day) -> Vec<(u32, Days)> {
        let outside = self.is_outside(user);
        let mut stays = Vec::new();
        for (seat, days) in self.seats(user, today).1 {
            let Some(own) = self.roles.get(seat) else { continue };
            for above in if outside { own.closure_from_outside() } else { &own.closure } {
                stays.extend(above.days.intersect(days).map(|days| (above.role, days)));
            }
        }
        stays
    }

    /// The grants that reach the user from `today` on, sorted.
    pub(super) fn voices_of(&self, user: u32, today: Day) -> Vec<Voice> {
        let mut found = Vec::new();
        let mut add = |first, days: Days, priority, role| {
            for (grant, row) in walk::<_, GrantsOfHolder>(&self.grants.rows, first) {
                let (module, cover, set) = (row.module, row.cover, self.set_of(row));
                let days = days.intersect(row.days);
                found.extend(days.map(|days| Voice { module, cover, set, days, priority, grant, role }));
            }
        };
        if let Some(rare) = self.rare(user) {
            add(rare.held.first, Days { from: today, to: Day::MAX }, None, NONE);
        }
        for (role, days) in self.stays(user, today) {
            if let Some(row) = self.roles.get(role) {
                add(row.held.first, days, Some(row.priority), role);
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// A voice in ids, with the roles by which it reaches the user on that day.
    pub(super) fn source(&self, user: u32, voice: &Voice, day: Day) -> Option<Source> {
        let row = self.grants.get(voice.grant)?;
        let through = match voice.priority {
            None => Vec::new(),
            Some(_) => self.steps(&self.paths(user, Some(day)), voice.role).iter().map(|step| step.role).collect(),
        };
        Some(Source {
            grant: self.grant_id(GrantIx(voice.grant)),
            holder: self.holder(row.holder),
            priority: voice.priority,
            through,
        })
    }
}
