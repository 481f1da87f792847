//! Places to ask at: a target that stands for all that the same scopes cover.

use std::collections::BTreeSet;

use super::super::apply::bar;
use super::super::compile::Place as Bucket;
use super::super::deed::{Deed, Imagined, Spot};
use super::super::ids::NONE;
use super::super::rows::{Bar, Cover, Days};
use super::super::{Model, ReasonCode};
use crate::grant::Target;
use crate::user::UserState;
use crate::window::Day;

/// One scope or up to three, and the target in them at which is asked: a real one where a scope names it, else an imagined one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Place {
    pub(super) scope: Cover,
    and: [Option<Cover>; 2],
    /// For each of them a department below the one that it names, where that one is no example of what is below it.
    below: [Option<u32>; 3],
}

impl Place {
    pub(super) const fn in_one(scope: Cover) -> Self {
        Self { scope, and: [None; 2], below: [None; 3] }
    }

    /// The same scopes, and for a department with its subtree one of those below, as [`Model::below`] finds it; nothing
    /// where there is none to take.
    pub(super) fn at_examples(self, mut example: impl FnMut(u32) -> Option<u32>) -> Option<Self> {
        let mut of = |cover: Cover| match cover {
            Cover::Subtree(top) => example(top),
            _ => None,
        };
        let [first, second] = self.and;
        let below = [of(self.scope), first.and_then(&mut of), second.and_then(&mut of)];
        (below != [None; 3]).then_some(Self { below, ..self })
    }

    /// The scopes; what is meant lies in all of them.
    pub(super) fn scopes(self) -> impl Iterator<Item = Cover> {
        [Some(self.scope), self.and[0], self.and[1]].into_iter().flatten()
    }

    /// In both scopes, where there can be something that lies in both without one naming it.
    pub(super) fn in_both(one: Cover, other: Cover) -> Option<Self> {
        let wide = |cover: Cover| !cover.direct() && cover != Cover::All;
        let types = matches!((one, other), (Cover::Type(_), Cover::Type(_)) | (Cover::Area(_), Cover::Area(_)));
        (wide(one) && wide(other) && one != other && !types).then(|| Self {
            scope: one.min(other),
            and: [Some(one.max(other)), None],
            below: [None; 3],
        })
    }

    fn imagined(self) -> Imagined {
        let mut imagined = Imagined { departments: [NONE; 2], object_type: NONE, area: NONE };
        for (scope, below) in self.scopes().zip(self.below) {
            match scope {
                Cover::Department(ix) | Cover::Subtree(ix) => {
                    if let Some(free) = imagined.departments.iter_mut().find(|department| **department == NONE) {
                        *free = below.unwrap_or(ix);
                    }
                }
                Cover::Type(ix) => imagined.object_type = ix,
                Cover::Area(ix) => imagined.area = ix,
                Cover::All | Cover::Worker(_) | Cover::Object(_) => {}
            }
        }
        imagined
    }
}

/// Where a department, a type of objects and an area meet: an object has one of each at most.
pub(super) fn of_objects(all: &BTreeSet<Cover>) -> impl Iterator<Item = Place> {
    let of = |wanted: fn(&Cover) -> bool| all.iter().copied().filter(wanted);
    let departments = of(|cover| matches!(cover, Cover::Department(_) | Cover::Subtree(_)));
    departments.flat_map(move |department| {
        let types = of(|cover| matches!(cover, Cover::Type(_)));
        types.flat_map(move |object_type| {
            let areas = of(|cover| matches!(cover, Cover::Area(_)));
            areas.map(move |area| Place { scope: department, and: [Some(object_type), Some(area)], below: [None; 3] })
        })
    })
}

impl Model {
    /// Where a department and all below it are named, and the department by itself as well, it is no example of what is
    /// below it. The first department below that lies in none of the other scopes is one; there is none where these
    /// cover all, and then each of them is asked at.
    pub(super) fn below(&self, all: &BTreeSet<Cover>, top: u32) -> Option<u32> {
        if !all.contains(&Cover::Department(top)) {
            return None;
        }
        let subtree = self.tree.subtree(top);
        let mut at = 1;
        loop {
            let department = *subtree.get(at)?;
            at += match () {
                () if all.contains(&Cover::Subtree(department)) => self.tree.subtree(department).len().max(1),
                () if all.contains(&Cover::Department(department)) => 1,
                () => return Some(department),
            };
        }
    }

    /// The widest places first, so that what holds there needs not be said again of a part.
    pub(super) fn widest_first(&self, places: BTreeSet<Place>) -> Vec<Place> {
        let mut places: Vec<Place> = places.into_iter().collect();
        places.sort_by_key(|place| {
            let scopes = place.scopes().count();
            let rank = match place.scope {
                _ if scopes > 1 => (4, scopes as u32),
                Cover::All => (0, 0),
                Cover::Subtree(ix) => (1, self.tree.number(ix)),
                Cover::Department(ix) => (2, ix),
                Cover::Type(ix) | Cover::Area(ix) => (3, ix),
                Cover::Worker(ix) | Cover::Object(ix) => (5, ix),
            };
            (rank, *place)
        });
        places
    }

    /// How it is decided whether the user may do the action of that bit at the place on the day.
    pub(super) fn decide_at(&self, user: u32, module: u32, bit: u128, place: Place, day: Day) -> ReasonCode {
        let Some(row) = self.known_user(user) else { return ReasonCode::UnknownSubject };
        match self.deed_at(module, bit, place, day) {
            Some(deed) => self.weigh(user, row, &deed),
            None => ReasonCode::UnknownResource,
        }
    }

    /// The action of that bit, done at the place; `None` where the module or the target is unknown.
    pub(super) fn deed_at(&self, module: u32, bit: u128, place: Place, day: Day) -> Option<Deed<'_>> {
        let row = self.known_module(module).filter(|row| bit == 0 || row.declared & bit != 0)?;
        let spot = match (place.scope, row.target) {
            (Cover::Worker(ix), Target::Worker) => Spot::Worker(ix, self.known_worker(ix)?),
            (Cover::Object(ix), Target::Object) => {
                let object = self.known_object(ix)?;
                self.types.get(object.object_type).filter(|found| found.known && found.module == module)?;
                Spot::Object(ix, object)
            }
            (Cover::Area(ix), Target::Area) => self.known_area(ix).map(|_| Spot::Area(ix))?,
            (Cover::All, Target::None) => Spot::Nothing,
            (Cover::Area(_), Target::Worker)
            | (Cover::Department(_) | Cover::Subtree(_) | Cover::Type(_), Target::Area) => {
                return None;
            }
            (_, Target::Worker) if place.scopes().any(|cover| matches!(cover, Cover::Area(_))) => return None,
            (Cover::Worker(_) | Cover::Object(_), _) | (_, Target::None) => return None,
            _ => Spot::Imagined(place.imagined()),
        };
        let standing = self.standing(spot, day);
        Some(Deed { module, row, bit, place: Bucket::of(bit), spot, standing, day })
    }

    /// When the target of a place comes and goes.
    pub(super) fn stays_at(&self, place: Place) -> Vec<Days> {
        match place.scope {
            Cover::Worker(ix) => self
                .known_worker(ix)
                .map(|row| self.places(ix, row).map(|stay| stay.days).collect())
                .unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    /// Whether a guard bars the account by its kind and state.
    pub(super) fn bar_of(&self, user: u32) -> Bar {
        self.users.get(user).map_or(Bar::Unknown, |row| row.bar)
    }

    /// Whether the account is invited or blocked, and so may become active.
    pub(super) fn is_asleep(&self, user: u32) -> bool {
        self.bar_of(user) == Bar::State
            && self
                .users
                .more
                .get(user)
                .is_some_and(|more| matches!(more.state, UserState::Invited | UserState::Blocked))
    }

    /// The same company in which those of these accounts are active that are asleep.
    pub(super) fn woken(&self, users: impl Iterator<Item = u32>) -> Self {
        let mut woken = self.clone();
        for user in users.filter(|user| self.is_asleep(*user)) {
            let kind = self.users.more.get(user).map(|more| more.kind);
            if let Some((row, kind)) = woken.users.rows.get_mut(user).zip(kind) {
                row.bar = bar(kind, UserState::Active);
            }
        }
        woken
    }
}
