//! The pieces that rows are made of.

use super::ReasonCode;
use super::ids::NONE;
use crate::window::{Day, Window, date_of};

/// First and last day, both inclusive.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Days {
    pub(crate) from: Day,
    pub(crate) to: Day,
}

impl Days {
    pub(crate) const ALWAYS: Days = Days { from: Day::MIN, to: Day::MAX };

    #[inline]
    pub(crate) const fn contains(self, day: Day) -> bool {
        (self.from <= day) & (day <= self.to)
    }

    /// The days that lie in both, if any.
    pub(crate) fn intersect(self, other: Days) -> Option<Days> {
        let both = Days { from: self.from.max(other.from), to: self.to.min(other.to) };
        (both.from <= both.to).then_some(both)
    }

    pub(crate) fn window(self) -> Window {
        // The open ends lie outside the calendar, so that they come back as `None`.
        Window::new(date_of(self.from), date_of(self.to))
    }
}

impl Default for Days {
    /// No day at all.
    fn default() -> Self {
        Self { from: Day::MAX, to: Day::MIN }
    }
}

impl From<Window> for Days {
    fn from(window: Window) -> Self {
        let (from, to) = window.days();
        Self { from, to }
    }
}

/// Something for a time: a direct membership (of what: a role) or a contract that counts (a
/// department).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Stay {
    pub(crate) at: u32,
    pub(crate) days: Days,
}

impl Default for Stay {
    fn default() -> Self {
        Self { at: NONE, days: Days::default() }
    }
}

/// The first few stays, kept in the row itself; further ones are kept beside it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stays<const K: usize> {
    few: [Stay; K],
}

impl<const K: usize> Default for Stays<K> {
    fn default() -> Self {
        Self { few: [Stay::default(); K] }
    }
}

impl<const K: usize> Stays<K> {
    /// The stays of the row itself. An empty place holds on no day.
    #[inline]
    pub(crate) fn iter(&self) -> std::slice::Iter<'_, Stay> {
        self.few.iter()
    }

    /// Adds one if there is room.
    pub(crate) fn add(&mut self, stay: Stay) -> bool {
        match self.few.iter_mut().find(|place| place.at == NONE) {
            Some(place) => {
                *place = stay;
                true
            }
            None => false,
        }
    }

    /// Takes one away if it is there.
    pub(crate) fn remove(&mut self, stay: Stay) -> bool {
        match self.few.iter_mut().find(|place| **place == stay) {
            Some(place) => {
                *place = Stay::default();
                true
            }
            None => false,
        }
    }
}

/// A membership of a role in a role, kept with both.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edge {
    pub(crate) role: u32,
    pub(crate) days: Days,
    pub(crate) membership: u32,
}

/// A role above (or the role itself) and days on which its members are members there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Above {
    pub(crate) role: u32,
    pub(crate) days: Days,
}

/// An item of a bag: the row that it stands for, what it leads to, and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) row: u32,
    pub(crate) to: u32,
    pub(crate) days: Days,
}

/// What a grant covers (P-02).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub(crate) enum Cover {
    #[default]
    All,
    Department(u32),
    Subtree(u32),
    Type(u32),
    Worker(u32),
    Object(u32),
    Area(u32),
}

impl Cover {
    /// Whether it names one target: such grants are found by hash instead of by walking.
    pub(crate) const fn direct(self) -> bool {
        matches!(self, Cover::Worker(_) | Cover::Object(_))
    }
}

/// Who holds a grant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Keeper {
    Role(u32),
    User(u32),
}

/// A grant over many targets, kept with its holder in the order of modules. `set` as in a grant.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wide {
    pub(crate) set: u32,
    pub(crate) module: u32,
    pub(crate) cover: Cover,
    pub(crate) days: Days,
    pub(crate) grant: u32,
}

/// The grants of a holder.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) wide: Vec<Wide>,
    /// How many grants over one target there are.
    pub(crate) direct: u32,
    /// Head of the list of all grants of the holder.
    pub(crate) first: u32,
    /// How many grants there are in each module.
    pub(crate) modules: Vec<(u32, u32)>,
}

impl Default for Held {
    fn default() -> Self {
        Self { wide: Vec::new(), direct: 0, first: NONE, modules: Vec::new() }
    }
}

/// What few users have.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rare {
    /// Personal grants.
    pub(crate) held: Held,
    /// Objects of which the user is assignee or in the team.
    pub(crate) objects: Vec<u32>,
    /// Personal settings for wage types.
    pub(crate) offers: Vec<u32>,
}

/// Whether a guard bars an account by its kind or state (G-1, U-10).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) enum Bar {
    /// Nothing is known of the account: it was only mentioned.
    #[default]
    Unknown,
    Free,
    /// Free, but from outside: kept out of folders and of protected roles (G-3).
    Outside,
    State,
    Kind,
}

impl Bar {
    pub(crate) const fn reason(self) -> Option<ReasonCode> {
        match self {
            Bar::Free | Bar::Outside => None,
            Bar::Unknown => Some(ReasonCode::UnknownSubject),
            Bar::State => Some(ReasonCode::GuardState),
            Bar::Kind => Some(ReasonCode::GuardKind),
        }
    }
}
