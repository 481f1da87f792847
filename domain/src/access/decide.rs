//! One decision: P-03, step by step, without allocating and without a lock.

use super::compile::{Rule, VISIT};
use super::deed::{Deed, Spot, Standing};
use super::grants::direct_hash;
use super::ids::NONE;
use super::rows::{Bar, Cover, GrantRow, Held, Keeper, RoleRow, Stay, UserRow, Wide, WorkerRow};
use super::{Decision, Model, Question, ReasonCode, Relation, Target, UserIx};
use crate::area::AreaClass;
use crate::window::Day;

/// What roles say about a deed, as far as it counts: the opinions of the highest priority.
#[derive(Clone, Copy)]
pub(super) struct Votes {
    pub(super) priority: i32,
    allow: bool,
    deny: bool,
}

impl Votes {
    pub(super) const NONE: Votes = Votes { priority: i32::MIN, allow: false, deny: false };

    #[inline]
    pub(super) fn add(&mut self, priority: i32, (allow, deny): (bool, bool)) {
        if priority > self.priority {
            *self = Votes { priority, allow, deny };
        } else if priority == self.priority {
            self.allow |= allow;
            self.deny |= deny;
        }
    }

    /// P-03, step 5.
    pub(super) const fn outcome(self) -> ReasonCode {
        match (self.allow, self.deny) {
            (true, false) => ReasonCode::RoleAllow,
            (false, true) => ReasonCode::RoleDeny,
            (true, true) => ReasonCode::TieDeny,
            (false, false) => ReasonCode::NoGrant,
        }
    }
}

impl Model {
    /// May the user do that? (P-03)
    ///
    /// A question that makes no sense is denied: `unknown_subject`, `unknown_resource` (also a
    /// module asked about without a target when its actions are done to one) and
    /// `unknown_action` (also when the module's actions aren't done to such a target).
    pub fn decide(&self, question: &Question) -> Decision {
        let Some(user) = self.known_user(question.user.0) else {
            return Decision::of(ReasonCode::UnknownSubject);
        };
        Decision::of(match self.deed(question) {
            Ok(deed) => self.weigh(question.user.0, user, &deed),
            Err(code) => code,
        })
    }

    /// The steps of P-03.
    #[inline]
    pub(super) fn weigh(&self, ix: u32, user: &UserRow, deed: &Deed<'_>) -> ReasonCode {
        // One branch for all whom a guard looks at.
        if (user.bar != Bar::Free) | self.guarded {
            return self.weigh_guarded(ix, user, deed);
        }
        self.weigh_free(ix, user, deed, Self::votes_of)
    }

    /// The same for whom a guard looks at: those who may do nothing, external administrators, and, where there are
    /// protection rules, everybody.
    #[cold]
    fn weigh_guarded(&self, ix: u32, user: &UserRow, deed: &Deed<'_>) -> ReasonCode {
        if let Some(guard) = self.guard(ix, user, deed) {
            return guard;
        }
        if user.bar == Bar::Outside {
            self.weigh_free(ix, user, deed, Self::votes_from_outside)
        } else {
            self.weigh_free(ix, user, deed, Self::votes_of)
        }
    }

    /// Step 1: the guard that bars the user, if one does.
    pub(super) fn guard(&self, ix: u32, user: &UserRow, deed: &Deed<'_>) -> Option<ReasonCode> {
        if let Some(guard) = user.bar.reason() {
            return Some(guard);
        }
        if user.bar == Bar::Outside && (deed.row.holds_folders() || self.is_outside_of(ix, deed.spot.area())) {
            return Some(ReasonCode::GuardExternalAdministrator);
        }
        if self.is_barred(ix, user, deed) {
            return Some(ReasonCode::GuardProtectionRule);
        }
        self.closes_own_request(ix, deed).then_some(ReasonCode::GuardOwnRequest)
    }

    /// Whether somebody would close a request of their own, which a setting may allow (P-08).
    #[inline]
    fn closes_own_request(&self, ix: u32, deed: &Deed<'_>) -> bool {
        deed.row.closing & deed.bit != 0
            && !self.closes_own
            && matches!(deed.spot, Spot::Worker(_, row) if row.user == ix)
    }

    /// The steps after the guards that look at the user.
    #[inline]
    fn weigh_free(
        &self,
        ix: u32,
        user: &UserRow,
        deed: &Deed<'_>,
        votes_of: impl FnOnce(&Self, &UserRow, &Deed<'_>) -> Votes,
    ) -> ReasonCode {
        if self.closes_own_request(ix, deed) {
            return ReasonCode::GuardOwnRequest;
        }
        if !deed.row.active {
            return ReasonCode::ModuleOff;
        }
        if self.relation(ix, user, deed).is_some() {
            return ReasonCode::RelationAllow;
        }
        if user.personal
            && let Some(personal) = self.weigh_personal(ix, deed)
        {
            return personal;
        }
        match votes_of(self, user, deed).outcome() {
            ReasonCode::NoGrant if deed.spot.area() != NONE && self.administers(ix, deed) => {
                ReasonCode::GuardAreaAdministrator
            }
            outcome => outcome,
        }
    }

    /// Whether the deed is done to an area or in one, by somebody who administers areas: that gives no right to their
    /// content (G-2).
    #[cold]
    fn administers(&self, ix: u32, deed: &Deed<'_>) -> bool {
        if self.known_area(deed.spot.area()).is_none() {
            return false;
        }
        let Some(module) = self.module("system") else { return false };
        let action = self.action(module, "area.administer");
        action.is_some_and(|action| {
            let question = Question { user: UserIx(ix), module, action, target: Target::None, day: deed.day };
            self.decide(&question).allowed
        })
    }

    /// Step 3: if a personal grant in force covers the target, personal grants alone decide.
    fn weigh_personal(&self, user: u32, deed: &Deed<'_>) -> Option<ReasonCode> {
        let held = &self.rare(user)?.held;
        let (mut any, mut allow, mut deny) = (false, false, false);
        for wide in wide_in(held, deed.module) {
            if wide.days.contains(deed.day) && self.covers(wide.cover, deed) {
                any = true;
                let (allows, denies) = deed.row.says(wide.set, deed.bit);
                allow |= allows;
                deny |= denies;
            }
        }
        self.each_direct(Keeper::User(user), held, deed, |grant| {
            any = true;
            let (allows, denies) = deed.row.says(grant.set, deed.bit);
            allow |= allows;
            deny |= denies;
        });
        any.then_some(if deny {
            ReasonCode::PersonalDeny
        } else if allow {
            ReasonCode::PersonalAllow
        } else {
            ReasonCode::PersonalWithoutAction
        })
    }

    /// Step 4: what the roles of the user say.
    #[inline]
    pub(super) fn votes_of(&self, user: &UserRow, deed: &Deed<'_>) -> Votes {
        let mut votes = Votes::NONE;
        let seats = user.seats.iter().chain(&user.beside).filter(|seat| seat.days.contains(deed.day));
        // Not a loop, for which the two parts would have to be told apart at each step.
        seats.for_each(|seat| self.add_votes(seat.at, deed, &mut votes));
        votes
    }

    /// Step 4 for an external administrator, who is no member of protected roles (G-3).
    pub(super) fn votes_from_outside(&self, user: &UserRow, deed: &Deed<'_>) -> Votes {
        let mut votes = Votes::NONE;
        let seats = user.seats.iter().chain(&user.beside).filter(|seat| seat.days.contains(deed.day));
        seats.for_each(|seat| self.add_votes_from_outside(seat.at, deed, &mut votes));
        votes
    }

    /// What a role and the roles above it say to external administrators. They are few: nothing is
    /// put together for them in advance.
    pub(super) fn add_votes_from_outside(&self, role: u32, deed: &Deed<'_>, votes: &mut Votes) {
        for above in self.roles.get(role).map_or(&[][..], RoleRow::closure_from_outside) {
            if above.days.contains(deed.day)
                && let Some(row) = self.roles.get(above.role)
            {
                self.visit(above.role, row.priority, deed, votes);
            }
        }
    }

    /// What a role and all roles above it say to their members.
    #[inline]
    pub(super) fn add_votes(&self, role: u32, deed: &Deed<'_>, votes: &mut Votes) {
        for rule in deed.row.rules_of(role, deed.place) {
            let priority = rule.priority.0;
            // The best come first: from here on nothing can change the outcome.
            if priority < votes.priority {
                break;
            }
            if rule.scope == VISIT {
                if rule.days.contains(deed.day) {
                    self.visit(rule.code, priority, deed, votes);
                }
                continue;
            }
            // One branch for all: each part alone is a coin that the processor can't guess.
            let says = rule.says(deed.place);
            if rule.days.contains(deed.day) & (says.0 | says.1) & self.applies(rule, deed) {
                votes.add(priority, says);
            }
        }
    }

    /// Whether a rule covers the target: as [`Model::covers`] for its grant.
    #[inline]
    fn applies(&self, rule: &Rule, deed: &Deed<'_>) -> bool {
        let Standing { departments: [one, other], codes: [itself, its_type, its_area], beside } = deed.standing;
        let (first, last) = self.tree.span(rule.scope);
        let within = |number: u32| (first <= number) & (number <= last);
        let near =
            within(one) | within(other) | (rule.code == itself) | (rule.code == its_type) | (rule.code == its_area);
        near || (!beside.is_empty()
            && beside.iter().any(|place| place.days.contains(deed.day) && within(self.tree.number(place.at))))
    }

    /// What the grants of one role say, of a role that has many.
    fn visit(&self, role: u32, priority: i32, deed: &Deed<'_>, votes: &mut Votes) {
        let Some(row) = self.roles.get(role) else { return };
        for wide in wide_in(&row.held, deed.module) {
            let says = deed.row.says(wide.set, deed.bit);
            if (says.0 | says.1) && wide.days.contains(deed.day) && self.covers(wide.cover, deed) {
                votes.add(priority, says);
            }
        }
        self.each_direct(Keeper::Role(role), &row.held, deed, |grant| {
            let says = deed.row.says(grant.set, deed.bit);
            if says.0 | says.1 {
                votes.add(priority, says);
            }
        });
    }

    /// The grants in force that name the target itself.
    #[inline]
    fn each_direct(&self, holder: Keeper, held: &Held, deed: &Deed<'_>, mut visit: impl FnMut(&GrantRow)) {
        if held.direct == 0 {
            return;
        }
        let Some(cover) = deed.spot.itself() else { return };
        self.direct.find(direct_hash(holder, deed.module, cover), |ix| {
            if let Some(grant) = self.grants.get(ix)
                && grant.holder == holder
                && grant.module == deed.module
                && grant.cover == cover
                && grant.days.contains(deed.day)
            {
                visit(grant);
            }
            false
        });
    }

    /// Whether a scope covers the target on the day (P-02).
    #[inline]
    pub(super) fn covers(&self, cover: Cover, deed: &Deed<'_>) -> bool {
        match (cover, deed.spot) {
            (Cover::All, _) => true,
            (Cover::Department(department), Spot::Worker(ix, row)) => {
                self.places(ix, row).any(|place| place.at == department && place.days.contains(deed.day))
            }
            (Cover::Subtree(top), Spot::Worker(ix, row)) => {
                self.places(ix, row).any(|place| place.days.contains(deed.day) && self.tree.within(place.at, top))
            }
            (Cover::Department(department), Spot::Object(_, row)) => row.department == department,
            (Cover::Subtree(top), Spot::Object(_, row)) => self.tree.within(row.department, top),
            (Cover::Type(object_type), Spot::Object(_, row)) => row.object_type == object_type,
            (Cover::Worker(_) | Cover::Object(_), spot) => spot.itself() == Some(cover),
            (Cover::Department(department), Spot::Imagined(at)) => at.departments.contains(&department),
            (Cover::Subtree(top), Spot::Imagined(at)) => {
                at.departments.iter().any(|below| self.tree.within(*below, top))
            }
            (Cover::Type(object_type), Spot::Imagined(at)) => at.object_type == object_type,
            (Cover::Area(area), Spot::Area(ix)) => ix == area,
            (Cover::Area(area), Spot::Object(_, row)) => row.area == area,
            (Cover::Area(area), Spot::Imagined(at)) => at.area == area,
            _ => false,
        }
    }

    /// Step 2: the relation that gives the action, if one does.
    #[inline]
    pub(super) fn relation(&self, ix: u32, user: &UserRow, deed: &Deed<'_>) -> Option<Relation> {
        if deed.row.related & deed.bit != 0 {
            match deed.spot {
                Spot::Worker(_, row) if row.user == ix => return Some(Relation::OwnFolder),
                Spot::Object(_, row) if row.assignee == ix => return Some(Relation::Assignee),
                Spot::Object(_, row) if row.works_on(ix) => return Some(Relation::Team),
                _ => {}
            }
        }
        let area = deed.spot.area();
        if area == NONE { None } else { self.relation_to_area(ix, user, area, deed) }
    }

    /// The relation to an area that gives the action there.
    fn relation_to_area(&self, ix: u32, user: &UserRow, area: u32, deed: &Deed<'_>) -> Option<Relation> {
        let area = self.known_area(area)?;
        if deed.row.processed & deed.bit != 0 && self.is_in_any(ix, user, &area.processors, deed.day) {
            return Some(Relation::Processor);
        }
        (deed.row.read & deed.bit != 0 && self.is_in_any(ix, user, &area.readers, deed.day)).then_some(Relation::Reader)
    }

    /// Whether the user is an effective member of one of the roles, which stand in the order of numbers.
    pub(super) fn is_in_any(&self, ix: u32, user: &UserRow, roles: &[u32], day: Day) -> bool {
        if roles.is_empty() {
            return false;
        }
        let outside = user.bar != Bar::Free && self.is_outside(ix);
        let mut seats = user.seats.iter().chain(&user.beside).filter(|seat| seat.days.contains(day));
        seats.any(|seat| {
            let Some(row) = self.roles.get(seat.at) else { return false };
            let closure = if outside { row.closure_from_outside() } else { &row.closure };
            closure.iter().any(|above| above.days.contains(day) && roles.binary_search(&above.role).is_ok())
        })
    }

    /// Whether an area is closed to an external administrator, or its owner has not allowed that account (G-3, U-11).
    pub(super) fn is_outside_of(&self, ix: u32, area: u32) -> bool {
        self.known_area(area)
            .is_some_and(|row| row.class != AreaClass::Normal || row.outsiders.binary_search(&ix).is_err())
    }

    /// Where a worker has contracts that count.
    pub(super) fn places<'a>(&'a self, ix: u32, worker: &'a WorkerRow) -> impl Iterator<Item = &'a Stay> {
        worker.places.iter().chain(self.places_beside(ix, worker))
    }

    /// The contracts that found no room in the worker's row.
    #[inline]
    pub(super) fn places_beside(&self, ix: u32, worker: &WorkerRow) -> &[Stay] {
        let more = if worker.more { self.workers.more.get(ix) } else { None };
        more.map_or(&[], |more| &more.places)
    }
}

/// The grants over many targets in one module.
fn wide_in(held: &Held, module: u32) -> impl Iterator<Item = &Wide> {
    let start = held.wide.partition_point(|wide| wide.module < module);
    held.wide.iter().skip(start).take_while(move |wide| wide.module == module)
}
