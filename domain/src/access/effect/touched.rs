//! Whose rights changes may touch.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;

use super::super::Model;
use super::super::ids::NONE;
use super::super::rows::{AreaRow, Cover, GrantRow, GrantsInScope, GrantsOfHolder, Keeper};
use super::super::threads::walk;
use super::Covers;
use crate::change::{Change, Record};
use crate::grant::Holder;
use crate::role::Member;
use crate::window::Day;

/// Most targets that moved of which it is told who gains and loses rights over them.
const TARGETS_MAX: usize = 200;

/// Most scopes that are looked at beside people's own, of all people together.
const COVERS_MAX: usize = 20_000;

/// Whose rights may change, and at which scopes beside their own.
pub(super) struct Touched {
    pub(super) users: BTreeMap<u32, Covers>,
    /// Not every target that moved was looked at.
    pub(super) cut_short: bool,
}

/// Whose rights these changes may touch.
pub(super) fn by(before: &Model, after: &Model, changes: &[Change], today: Day) -> Touched {
    let mut search = Search {
        models: [before, after],
        today,
        users: BTreeMap::new(),
        covers: 0,
        roles: BTreeSet::new(),
        is_watched: false,
        cut_short: false,
    };
    let mut modules = FxHashSet::default();
    let (mut workers, mut objects) = (BTreeSet::new(), BTreeSet::new());
    for record in changes.iter().flat_map(|change| [&change.before, &change.after]).flatten() {
        match record {
            Record::User(user) => search.account(after.users.find(user.id.0)),
            Record::Worker(worker) => workers.extend(after.workers.find(worker.id.0)),
            Record::Contract(contract) => workers.extend(after.workers.find(contract.worker_id.0)),
            Record::Role(role) => search.roles.extend(after.roles.find(role.id.0)),
            Record::Membership(membership) => match membership.member {
                Member::User(user) => search.user(after.users.find(user.0)),
                Member::Role(role) => search.roles.extend(after.roles.find(role.0)),
            },
            Record::Grant(grant) => match grant.holder {
                Holder::User(user) => search.user(after.users.find(user.0)),
                Holder::Role(role) => search.roles.extend(after.roles.find(role.0)),
            },
            Record::WageOffer(offer) => match offer.holder {
                Holder::User(user) => search.user(after.users.find(user.0)),
                Holder::Role(role) => search.roles.extend(after.roles.find(role.0)),
            },
            Record::Module(module) => modules.extend(after.modules.find(&module.code)),
            Record::ObjectType(object_type) => modules.extend(after.modules.find(&object_type.module)),
            Record::Object(object) => objects.extend(after.objects.find(object.id.0)),
            Record::ProtectionRule(_) => search.is_watched = true,
            _ => {}
        }
    }
    search.holders_in(&modules);
    for cover in areas(after, changes) {
        search.over_area(cover);
    }
    if search.is_watched {
        for user in search.watched() {
            search.user(Some(user));
        }
    }
    let moved = departments(before, after, changes);
    search.cut_short |= moved.len() > TARGETS_MAX;
    for cover in moved.into_iter().take(TARGETS_MAX) {
        if let Cover::Subtree(ix) = cover {
            search.over_department(ix, cover);
        }
    }
    search.cut_short |= workers.len() + objects.len() > TARGETS_MAX;
    for worker in workers.into_iter().take(TARGETS_MAX) {
        search.over_worker(worker);
    }
    for object in objects.into_iter().take(TARGETS_MAX) {
        search.over_object(object);
    }
    if before.closes_own != after.closes_own {
        search.own_requests();
    }
    search.members();
    Touched { users: search.users, cut_short: search.cut_short }
}

/// The departments that got another place in the tree, with all below. One that is made has no place before: it is no
/// gain of those who have a right over what it is made in.
pub(super) fn departments(before: &Model, after: &Model, changes: &[Change]) -> Covers {
    let records = changes.iter().flat_map(|change| [&change.before, &change.after]).flatten();
    let found = records.filter_map(|record| match record {
        Record::Department(department) => after.departments.find(department.id.0),
        _ => None,
    });
    let parent = |model: &Model, ix| model.departments.get(ix).map_or(NONE, |row| row.parent);
    let known = |ix: &u32| before.departments.get(*ix).is_some_and(|row| row.known);
    found.filter(known).filter(|ix| parent(before, *ix) != parent(after, *ix)).map(Cover::Subtree).collect()
}

/// The areas that came or were changed: who works on and reads them, and how they are guarded.
pub(super) fn areas(after: &Model, changes: &[Change]) -> Covers {
    let records = changes.iter().flat_map(|change| [&change.before, &change.after]).flatten();
    let found = records.filter_map(|record| match record {
        Record::Area(area) => after.areas.find(area.id.0),
        _ => None,
    });
    found.map(Cover::Area).collect()
}

/// What a user has, or had, a relation to: the own folder, objects.
pub(super) fn own(models: [&Model; 2], user: u32) -> Covers {
    let folder = |model: &Model| model.users.more.get(user).map(|more| more.worker).filter(|worker| *worker != NONE);
    let folders = models.into_iter().filter_map(folder).map(Cover::Worker);
    let objects = models.into_iter().filter_map(|model| model.rare(user)).flat_map(|rare| &rare.objects);
    folders.chain(objects.map(|ix| Cover::Object(*ix))).collect()
}

struct Search<'a> {
    models: [&'a Model; 2],
    today: Day,
    users: BTreeMap<u32, Covers>,
    covers: usize,
    roles: BTreeSet<u32>,
    /// Whether those are to be looked at whose rights depend on how things are guarded.
    is_watched: bool,
    cut_short: bool,
}

impl Search<'_> {
    fn user(&mut self, user: Option<u32>) {
        if let Some(user) = user {
            self.users.entry(user).or_default();
        }
    }

    /// An account whose record changed: where a guard bars it now or did, or it can be woken only now, relations count
    /// too.
    fn account(&mut self, user: Option<u32>) {
        self.user(user);
        let [before, after] = self.models;
        let stands = |model: &Model, user| (model.bar_of(user), model.is_asleep(user));
        if let Some(user) = user.filter(|user| stands(before, *user) != stands(after, *user)) {
            self.users.entry(user).or_default().extend(own(self.models, user));
        }
    }

    /// Those who may close requests of their own in one of the models only (P-08).
    fn own_requests(&mut self) {
        let [before, after] = self.models;
        for worker in after.workers() {
            let Some(user) = after.account_of(worker) else { continue };
            // Guards apart, it is a matter of windows, too: whoever may close there on some day.
            let closing = |model: &Model| model.closes_ever(user.0);
            if closing(before) || closing(after) {
                self.user_at(user.0, Cover::Worker(worker.0));
            }
        }
    }

    fn user_at(&mut self, user: u32, cover: Cover) {
        if user == NONE {
            return;
        }
        let covers = self.users.entry(user).or_default();
        if self.covers < COVERS_MAX {
            self.covers += usize::from(covers.insert(cover));
        } else {
            self.cut_short |= !covers.contains(&cover);
        }
    }

    /// Those in the roles that an area names or named, and those who are kept from some areas, there.
    fn over_area(&mut self, cover: Cover) {
        let Cover::Area(ix) = cover else { return };
        let row = |model: &Model| model.known_area(ix).cloned();
        let (was, is) = (row(self.models[0]), row(self.models[1]));
        for (model, row) in self.models.into_iter().zip([&was, &is]) {
            let Some(row) = row else { continue };
            for user in members(model, row.processors.iter().chain(&row.readers).copied(), self.today) {
                self.user_at(user, cover);
            }
        }
        let guarded = |row: Option<AreaRow>| row.map(|row| (row.class, row.outsiders));
        if guarded(was) != guarded(is) {
            for user in self.watched() {
                self.user_at(user, cover);
            }
        }
    }

    /// See [`Model::watched`], in both models.
    fn watched(&self) -> BTreeSet<u32> {
        self.models.iter().flat_map(|model| model.watched(self.today)).collect()
    }

    /// Those whom the grants in these modules reach, and those with relations there.
    fn holders_in(&mut self, modules: &FxHashSet<u32>) {
        if modules.is_empty() {
            return;
        }
        let related = |model: &Model, module: &u32| model.modules.get(*module).is_some_and(|row| row.related != 0);
        if modules.iter().any(|module| self.models.iter().any(|model| related(model, module))) {
            let users: Vec<u32> = self.models.iter().flat_map(|model| model.users().map(|user| user.0)).collect();
            let people: BTreeMap<u32, Covers> = users.into_iter().map(|user| (user, own(self.models, user))).collect();
            let people: Vec<_> = people.into_iter().filter(|(_, covers)| !covers.is_empty()).collect();
            self.cut_short |= people.len() > TARGETS_MAX;
            for (user, covers) in people.into_iter().take(TARGETS_MAX) {
                self.users.entry(user).or_default().extend(covers);
            }
        }
        let in_areas =
            |model: &Model, module: &u32| model.modules.get(*module).is_some_and(|row| row.processed | row.read != 0);
        if modules.iter().any(|module| self.models.iter().any(|model| in_areas(model, module))) {
            let areas: BTreeSet<u32> = self.models.iter().flat_map(|model| model.areas()).map(|area| area.0).collect();
            self.cut_short |= areas.len() > TARGETS_MAX;
            for area in areas.into_iter().take(TARGETS_MAX) {
                self.over_area(Cover::Area(area));
            }
        }
        for model in self.models {
            for grant in modules.iter().flat_map(|module| model.grants_of(*module)) {
                match grant.holder {
                    Keeper::User(user) => self.user(Some(user)),
                    Keeper::Role(role) => drop(self.roles.insert(role)),
                }
            }
        }
    }

    /// Those with rights over a department and all below it, at the one that moved.
    fn over_department(&mut self, ix: u32, cover: Cover) {
        for model in self.models {
            let mut seen = FxHashSet::default();
            self.up_from(model, ix, cover, &mut seen);
        }
    }

    /// Those with rights over the departments where a worker is or was placed, at that worker.
    fn over_worker(&mut self, ix: u32) {
        let placed = |model: &Model| {
            let row = model.known_worker(ix);
            let mut places: Vec<_> =
                row.map(|row| model.places(ix, row).map(|stay| (stay.at, stay.days)).collect()).unwrap_or_default();
            places.retain(|(at, days)| *at != NONE && days.to >= self.today);
            places.sort_unstable();
            (row.map_or(NONE, |row| row.user), places)
        };
        let [(old, was), (new, is)] = self.models.map(placed);
        if old != new {
            self.user_at(old, Cover::Worker(ix));
            self.user_at(new, Cover::Worker(ix));
        }
        if self.models.iter().any(|model| model.is_placed(old) || model.is_placed(new)) {
            self.user(Some(old).filter(|user| *user != NONE));
            self.user(Some(new).filter(|user| *user != NONE));
        }
        if was != is {
            for (model, places) in self.models.into_iter().zip([was, is]) {
                let mut seen = FxHashSet::default();
                for (at, _) in places {
                    self.up_from(model, at, Cover::Worker(ix), &mut seen);
                }
            }
        }
    }

    /// The people of an object; and if it moved, those with rights where it lies or lay. Who has a right over a
    /// department gains nothing by an object that is made there.
    fn over_object(&mut self, ix: u32) {
        let cover = Cover::Object(ix);
        let place = |model: &Model| model.known_object(ix).map(|row| (row.department, row.object_type, row.area));
        let places = self.models.map(place);
        let moved = matches!(places, [Some(was), Some(is)] if was != is);
        if moved && places[0].map(|(.., area)| area) != places[1].map(|(.., area)| area) {
            for user in self.watched() {
                self.user_at(user, cover);
            }
        }
        for (model, place) in self.models.into_iter().zip(places) {
            let Some((department, object_type, area)) = place else { continue };
            model.people(ix).into_iter().for_each(|user| self.user_at(user, cover));
            if moved {
                let grants = model.types.get(object_type).map_or(NONE, |row| row.grants);
                self.holders(model, grants, cover);
                self.holders(model, model.areas.more.get(area).map_or(NONE, |more| more.grants), cover);
                if let Some(row) = model.known_area(area) {
                    for user in members(model, row.processors.iter().chain(&row.readers).copied(), self.today) {
                        self.user_at(user, cover);
                    }
                }
                self.up_from(model, department, cover, &mut FxHashSet::default());
            }
        }
    }

    fn up_from(&mut self, model: &Model, from: u32, cover: Cover, seen: &mut FxHashSet<u32>) {
        let mut at = from;
        while let Some(row) = model.departments.get(at).filter(|_| seen.insert(at)) {
            self.holders(model, row.grants, cover);
            at = row.parent;
        }
    }

    /// The holders of a list of grants, each at the cover.
    fn holders(&mut self, model: &Model, head: u32, cover: Cover) {
        let grants: Vec<&GrantRow> = walk::<_, GrantsInScope>(&model.grants.rows, head)
            .map(|(_, row)| row)
            .filter(|row| row.days.to >= self.today)
            .collect();
        for grant in grants {
            match grant.holder {
                Keeper::User(user) => self.user_at(user, cover),
                Keeper::Role(role) => {
                    for user in members(model, [role], self.today) {
                        self.user_at(user, cover);
                    }
                }
            }
        }
    }

    /// The members of the roles, in both models.
    fn members(&mut self) {
        let roles: Vec<u32> = self.roles.iter().copied().collect();
        for model in self.models {
            for user in members(model, roles.iter().copied(), self.today) {
                self.user(Some(user));
            }
        }
    }
}

/// The users who are in one of the roles, or in a role below, today or later.
pub(super) fn members(model: &Model, roles: impl IntoIterator<Item = u32>, today: Day) -> Vec<u32> {
    let mut users = Vec::new();
    let mut seen = FxHashSet::default();
    let mut open: Vec<u32> = roles.into_iter().collect();
    while let Some(role) = open.pop() {
        let Some(row) = model.roles.get(role).filter(|_| seen.insert(role)) else { continue };
        users.extend(row.members.iter().filter(|entry| entry.days.to >= today).map(|entry| entry.to));
        open.extend(row.below.iter().filter(|edge| edge.days.to >= today).map(|edge| edge.role));
    }
    users.sort_unstable();
    users.dedup();
    users
}

impl Model {
    /// Whether a grant that reaches the user on some day allows to close requests (P-08).
    fn closes_ever(&self, user: u32) -> bool {
        let closing = |head: u32| {
            walk::<_, GrantsOfHolder>(&self.grants.rows, head).any(|(_, grant)| {
                self.known_module(grant.module).is_some_and(|row| row.closing & row.set(grant.set).0 != 0)
            })
        };
        let personal = self.rare(user).map(|rare| rare.held.first);
        let roles = self.users.more.get(user).map(|_| self.roles_ever(user, Day::MIN)).unwrap_or_default();
        let heads = roles.into_iter().filter_map(|role| self.roles.get(role)).map(|row| row.held.first);
        personal.into_iter().chain(heads).any(closing)
    }
}
