//! One decision: P-03, step by step, without allocating and without a lock.

use super::grants::direct_hash;
use super::rows::{Cover, GrantRow, Held, Keeper, ModuleRow, ObjectRow, UserRow, Wide, WorkerRow};
use super::{Decision, Model, Question, ReasonCode, Relation, Target};
use crate::grant;
use crate::window::Day;

/// A target with what is known of it.
#[derive(Clone, Copy)]
pub(super) enum Spot<'a> {
    Nothing,
    Worker(u32, &'a WorkerRow),
    Object(u32, &'a ObjectRow),
}

/// What is done, and to what: a question without the user.
#[derive(Clone, Copy)]
pub(super) struct Deed<'a> {
    pub(super) module: u32,
    pub(super) rules: &'a ModuleRow,
    /// The action's bit.
    pub(super) bit: u128,
    pub(super) spot: Spot<'a>,
    pub(super) day: Day,
}

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
    fn add(&mut self, priority: i32, allow: bool, deny: bool) {
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

    /// What is asked about, if it makes sense.
    pub(super) fn deed(&self, question: &Question) -> Result<Deed<'_>, ReasonCode> {
        let module = question.module.0;
        let rules = self.known_module(module);
        let spot = match question.target {
            Target::None => {
                rules.filter(|rules| rules.target == grant::Target::None).ok_or(ReasonCode::UnknownResource)?;
                Spot::Nothing
            }
            Target::Worker(ix) => {
                let row = self.known_worker(ix.0).ok_or(ReasonCode::UnknownResource)?;
                Spot::Worker(ix.0, row)
            }
            Target::Object(ix) => {
                let row = self.known_object(ix.0).ok_or(ReasonCode::UnknownResource)?;
                Spot::Object(ix.0, row)
            }
        };
        let fits = |rules: &&ModuleRow| match spot {
            Spot::Nothing => true,
            Spot::Worker(..) => rules.target == grant::Target::Worker,
            Spot::Object(_, row) => {
                let object_type = self.types.get(row.object_type).filter(|row| row.known);
                rules.target == grant::Target::Object && object_type.is_some_and(|row| row.module == module)
            }
        };
        let bit = question.action.bit();
        let rules = rules.filter(fits).filter(|rules| rules.declared & bit != 0).ok_or(ReasonCode::UnknownAction)?;
        Ok(Deed { module, rules, bit, spot, day: question.day })
    }

    /// The steps of P-03.
    pub(super) fn weigh(&self, ix: u32, user: &UserRow, deed: &Deed<'_>) -> ReasonCode {
        if let Some(guard) = user.barred {
            return guard;
        }
        if !deed.rules.active {
            return ReasonCode::ModuleOff;
        }
        if relation(ix, deed).is_some() {
            return ReasonCode::RelationAllow;
        }
        if let Some(rare) = &user.rare
            && let Some(personal) = self.weigh_personal(ix, &rare.held, deed)
        {
            return personal;
        }
        self.votes_of(user, deed).outcome()
    }

    /// Step 3: if a personal grant in force covers the target, personal grants alone decide.
    fn weigh_personal(&self, user: u32, held: &Held, deed: &Deed<'_>) -> Option<ReasonCode> {
        let (mut any, mut allow, mut deny) = (false, 0, 0);
        for wide in wide_in(held, deed.module) {
            if wide.days.contains(deed.day) && self.covers(wide.cover, deed) {
                any = true;
                allow |= wide.allow;
                deny |= wide.deny;
            }
        }
        self.each_direct(Keeper::User(user), held, deed, |grant| {
            any = true;
            allow |= grant.allow;
            deny |= grant.deny;
        });
        any.then_some(if deny & deed.bit != 0 {
            ReasonCode::PersonalDeny
        } else if allow & deed.bit != 0 {
            ReasonCode::PersonalAllow
        } else {
            ReasonCode::PersonalWithoutAction
        })
    }

    /// Step 4: what the roles of the user say.
    pub(super) fn votes_of(&self, user: &UserRow, deed: &Deed<'_>) -> Votes {
        let mut votes = Votes::NONE;
        for seat in user.seats.iter().filter(|seat| seat.days.contains(deed.day)) {
            self.add_votes(seat.role, deed, &mut votes);
        }
        votes
    }

    /// What a role and all roles above it say to their members.
    pub(super) fn add_votes(&self, role: u32, deed: &Deed<'_>, votes: &mut Votes) {
        let Some(row) = self.roles.get(role) else { return };
        for above in row.closure.iter().filter(|above| above.days.contains(deed.day)) {
            let Some(row) = self.roles.get(above.role) else { continue };
            // A lower priority than one that has an opinion changes nothing.
            if row.priority < votes.priority {
                continue;
            }
            for wide in wide_in(&row.held, deed.module) {
                if (wide.allow | wide.deny) & deed.bit != 0
                    && wide.days.contains(deed.day)
                    && self.covers(wide.cover, deed)
                {
                    votes.add(row.priority, wide.allow & deed.bit != 0, wide.deny & deed.bit != 0);
                }
            }
            self.each_direct(Keeper::Role(above.role), &row.held, deed, |grant| {
                if (grant.allow | grant.deny) & deed.bit != 0 {
                    votes.add(row.priority, grant.allow & deed.bit != 0, grant.deny & deed.bit != 0);
                }
            });
        }
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
            (Cover::Department(department), Spot::Worker(_, row)) => {
                row.places.iter().any(|place| place.department == department && place.days.contains(deed.day))
            }
            (Cover::Subtree(top), Spot::Worker(_, row)) => row
                .places
                .iter()
                .any(|place| place.days.contains(deed.day) && self.tree.within(place.department, top)),
            (Cover::Department(department), Spot::Object(_, row)) => row.department == department,
            (Cover::Subtree(top), Spot::Object(_, row)) => self.tree.within(row.department, top),
            (Cover::Type(object_type), Spot::Object(_, row)) => row.object_type == object_type,
            (Cover::Worker(_) | Cover::Object(_), spot) => spot.itself() == Some(cover),
            _ => false,
        }
    }
}

impl Spot<'_> {
    /// The scope that names just this target.
    pub(super) const fn itself(self) -> Option<Cover> {
        match self {
            Spot::Nothing => None,
            Spot::Worker(ix, _) => Some(Cover::Worker(ix)),
            Spot::Object(ix, _) => Some(Cover::Object(ix)),
        }
    }
}

/// Step 2: the relation that gives the action, if one does.
pub(super) fn relation(user: u32, deed: &Deed<'_>) -> Option<Relation> {
    if deed.rules.related & deed.bit == 0 {
        return None;
    }
    match deed.spot {
        Spot::Worker(_, row) if row.user == user => Some(Relation::OwnFolder),
        Spot::Object(_, row) if row.assignee == user => Some(Relation::Assignee),
        Spot::Object(_, row) if row.works_on(user) => Some(Relation::Team),
        _ => None,
    }
}

/// The grants over many targets in one module.
#[inline]
fn wide_in(held: &Held, module: u32) -> impl Iterator<Item = &Wide> {
    // Few roles hold rights in more than a handful of modules: walking is faster than searching.
    let start = if held.wide.len() > 16 { held.wide.partition_point(|wide| wide.module < module) } else { 0 };
    held.wide
        .iter()
        .skip(start)
        .skip_while(move |wide| wide.module < module)
        .take_while(move |wide| wide.module == module)
}
