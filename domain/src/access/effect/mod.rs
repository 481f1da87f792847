//! What changes do to people's rights: who gains, who loses what, and why (H-03, G-5).
//!
//! Two models are compared, one before and one after the changes: a fork of the first, so that numbers mean the
//! same in both. Only those whom the changes may touch are looked at (`touched`). Of each, the grants that reach them
//! (`voices`) are compared, and where they differ the question of P-03 is put to both models, at places that
//! stand for all targets which the same scopes cover (`places`). Only today and later days count: what is past can't be
//! done any more.

mod compare;
pub mod likeness;
mod places;
mod standing;
mod touched;
mod voices;
mod wages;

pub use wages::{WageGain, wage_gains};

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::rows::{Bar, Cover, Days};
use super::{Model, ReasonCode, RoleIx, UserIx};
use crate::change::{Change, Record};
use crate::grant::{GrantSource, Holder, Scope};
use crate::id::{GrantId, Kind, RoleId, UserId};
use crate::role::Member;
use crate::setting::CLOSE_OWN_REQUESTS;
use crate::window::{Day, Window};

/// A right that somebody gains or loses.
#[derive(Clone, PartialEq, Debug)]
pub struct RightChange {
    /// Gained, else lost.
    pub gained: bool,
    /// The module's code.
    pub module: String,
    /// The actions, sorted.
    pub actions: Vec<String>,
    /// The code of the wage type that may be recorded (P-07), where it is about one.
    pub wage_type: Option<String>,
    /// To what they may be done. Two scopes mean targets that lie in both; none, of a wage type, the own folder.
    pub scope: Vec<Scope>,
    /// On which days.
    pub window: Window,
    /// How it was decided before.
    pub before: ReasonCode,
    /// How it is decided after.
    pub after: ReasonCode,
    /// The grants that give the right: for a gain those after, for a loss those before. None for a relation.
    pub via: Vec<Source>,
}

/// A grant that gives a right, and the roles by which it reaches the user.
#[derive(Clone, PartialEq, Debug)]
pub struct Source {
    /// The grant.
    pub grant: GrantId,
    /// Who holds it.
    pub holder: Holder,
    /// The role's priority; `None` for a personal grant.
    pub priority: Option<i32>,
    /// The roles from the user's own one up to the holder; empty for a personal grant.
    pub through: Vec<RoleId>,
}

/// People with the same gains and losses.
#[derive(Clone, PartialEq, Debug)]
pub struct EffectGroup {
    /// Not now, since they are invited or blocked, but as soon as their accounts are active. Losses are those of rights
    /// that they would have had so.
    pub once_active: bool,
    /// What each of them gains and loses.
    pub rights: Vec<RightChange>,
    /// Who they are, in the order of their ids.
    pub users: Vec<UserId>,
}

/// What changes do to people's rights.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Effect {
    /// Everybody whose rights change.
    pub groups: Vec<EffectGroup>,
    /// Something was too much to be compared in full.
    pub cut_short: bool,
}

/// What changes do to the rights of everybody (H-03). `after` is a clone of `before` that has taken the changes in.
pub fn effect(before: &Model, after: &Model, changes: &[Change], today: Day) -> Effect {
    let touched = touched::by(before, after, changes, today);
    let asleep: Vec<(u32, Covers)> = touched
        .users
        .iter()
        .filter(|(user, _)| after.is_asleep(**user))
        .map(|(user, covers)| (*user, covers.clone()))
        .collect();
    let mut found = Effect { groups: Vec::new(), cut_short: touched.cut_short };
    found.add(compared([before, after], touched.users, today, |_| true), false);
    if !asleep.is_empty() {
        let woken = [before, after].map(|model| model.woken(asleep.iter().map(|(user, _)| *user)));
        // Who could act until now loses now what the changes take away.
        let [was, is] = &woken;
        found.add(compared([was, is], asleep, today, |user| before.is_asleep(user)), true);
    }
    found
}

impl Effect {
    fn add(&mut self, (groups, cut_short): (Vec<Alike>, bool), once_active: bool) {
        self.groups.extend(put_together(groups, once_active));
        self.cut_short |= cut_short;
    }
}

/// Gains and losses, and who has them.
type Alike = (Vec<RightChange>, Vec<UserId>);

/// What users gain, and what those lose whose losses are to be told; and whether that was cut short.
fn compared(
    [before, after]: [&Model; 2],
    users: impl IntoIterator<Item = (u32, Covers)>,
    today: Day,
    may_lose: impl Fn(u32) -> bool,
) -> (Vec<Alike>, bool) {
    let mut known: FxHashMap<(Standpoint, Covers, bool), usize> = FxHashMap::default();
    let mut groups: Vec<Alike> = Vec::new();
    let mut cut_short = false;
    for (user, covers) in users {
        let id = after.user_id(UserIx(user));
        let loses = may_lose(user);
        // To one target people stand in relations of their own.
        let alike = !covers.iter().any(|cover| cover.direct());
        let standpoint = alike.then(|| Standpoint::of(before, after, user, today)).flatten();
        let standpoint = standpoint.map(|standpoint| (standpoint, covers.clone(), loses));
        if let Some(group) = standpoint.as_ref().and_then(|standpoint| known.get(standpoint)) {
            groups.get_mut(*group).into_iter().for_each(|(_, users)| users.push(id));
            continue;
        }
        let mut compared = compare::rights(before, after, user, &[], &covers, today);
        compared.rights.extend(wages::rights(before, after, user, today));
        compared.rights.retain(|right| right.gained || loses);
        cut_short |= compared.cut_short;
        if let Some(standpoint) = standpoint {
            known.insert(standpoint, groups.len());
        }
        groups.push((compared.rights, vec![id]));
    }
    (groups, cut_short)
}

/// What these users gain by the changes, if anything: what none of them had before (G-5). Where that can't be told in full it counts as a gain.
pub fn gains(before: &Model, after: &Model, changes: &[Change], users: &[UserId], today: Day) -> Vec<RightChange> {
    let moved = touched::departments(before, after, changes);
    let templated = templated(changes);
    let all: Vec<u32> = users.iter().filter_map(|user| before.users.find(user.0)).collect();
    let mut found = Vec::new();
    for user in users {
        let Some(ix) = after.user(*user) else { continue };
        let mut covers = moved.clone();
        covers.extend(touched::areas(after, changes));
        // What is made together with the relation to it was nobody's before.
        covers.extend(touched::own([before, after], ix.0).into_iter().filter(|cover| match cover {
            Cover::Object(object) => !only_moved(before, after, *object),
            _ => true,
        }));
        let compared = compare::rights(before, after, ix.0, &all, &covers, today);
        let gained = compared.rights.into_iter().filter(|right| right.gained || compared.cut_short);
        found.extend(gained.filter(|right| !comes_with_object(before, right, &templated)));
    }
    found
}

/// The grants that templates gave to objects made by these changes: what is made together with them was nobody's before
/// (P-09).
fn templated(changes: &[Change]) -> FxHashSet<GrantId> {
    let records = || changes.iter().filter(|change| change.before.is_none()).filter_map(|change| change.after.as_ref());
    let made: FxHashSet<_> = records()
        .filter_map(|record| match record {
            Record::Object(object) => Some(object.id),
            _ => None,
        })
        .collect();
    let of_template = |record: &Record| match record {
        Record::Grant(grant) if grant.source == GrantSource::Template => match &grant.scope {
            Scope::Object { id } if made.contains(id) => Some(grant.id),
            _ => None,
        },
        _ => None,
    };
    records().filter_map(of_template).collect()
}

/// Whether somebody gains it by nothing but templates, on an object that is new.
fn comes_with_object(before: &Model, right: &RightChange, templated: &FxHashSet<GrantId>) -> bool {
    let is_new = |scope: &Scope| matches!(scope, Scope::Object { id } if before.object(*id).is_none());
    right.gained
        && right.scope.iter().any(is_new)
        && !right.via.is_empty()
        && right.via.iter().all(|source| templated.contains(&source.grant))
}

/// The roles that a user is in, directly or through others, with the days from `today` on.
pub fn stays(model: &Model, user: UserId, today: Day) -> Vec<(RoleId, Day, Day)> {
    let Some(ix) = model.user(user) else { return Vec::new() };
    let named = |(role, days): (u32, Days)| (model.role_id(RoleIx(role)), days.from, days.to);
    model.stays(ix.0, today).into_iter().map(named).collect()
}

/// Whether the user's relation to an object is as it was, or as new as the object: what is made together with the
/// relation was nobody's before, and what moves under somebody's rights is no widening of them.
fn only_moved(before: &Model, after: &Model, object: u32) -> bool {
    let (Some(was), Some(is)) = (before.known_object(object), after.known_object(object)) else {
        return before.known_object(object).is_none();
    };
    (was.area, was.department) != (is.area, is.department) && (was.assignee, &was.team) == (is.assignee, &is.team)
}

/// The kinds of records by whose change somebody may come to more rights of their own. Not of modules: who
/// switches one on gives what others granted.
pub const CONCERNED: [Kind; 12] = [
    Kind::User,
    Kind::Worker,
    Kind::Contract,
    Kind::Membership,
    Kind::Grant,
    Kind::Role,
    Kind::Object,
    Kind::Department,
    Kind::Area,
    Kind::ProtectionRule,
    Kind::WageOffer,
    Kind::Setting,
];

/// Whether changes of [`CONCERNED`] kinds may touch the rights of these users at all: a quick look that spares most writes the comparison.
pub fn concerns(model: &Model, changes: &[Change], users: &[UserId], today: Day) -> bool {
    let known: Vec<u32> = users.iter().filter_map(|user| model.users.find(user.0)).collect();
    let roles: FxHashSet<u32> = known.iter().flat_map(|user| model.roles_ever(*user, today)).collect();
    let in_role = |role: RoleId| model.roles.find(role.0).is_some_and(|ix| roles.contains(&ix));
    let templated = templated(changes);
    changes.iter().any(|change| {
        match change.record() {
        Some(Record::Grant(grant)) if templated.contains(&grant.id) => false,
        Some(Record::User(user)) => users.contains(&user.id),
        Some(Record::Worker(_)) => [&change.before, &change.after].into_iter().flatten().any(|record| {
            matches!(record, Record::Worker(worker) if worker.user_id.is_some_and(|user| users.contains(&user)))
        }),
        Some(Record::Membership(membership)) => match membership.member {
            Member::User(user) => users.contains(&user),
            Member::Role(role) => in_role(role),
        },
        Some(Record::Grant(grant)) => match grant.holder {
            Holder::User(user) => users.contains(&user),
            Holder::Role(role) => in_role(role),
        },
        Some(Record::WageOffer(offer)) => match offer.holder {
            Holder::User(user) => users.contains(&user),
            Holder::Role(role) => in_role(role),
        },
        Some(Record::Setting(setting)) => setting.key == CLOSE_OWN_REQUESTS,
        Some(Record::Role(role)) => in_role(role.id),
        Some(Record::Object(_)) => change.before.is_some(),
        // A barred position may have been left.
        Some(Record::Contract(_)) => model.guarded,
        Some(Record::ProtectionRule(_)) => change.before.is_some(),
        Some(Record::Area(_)) => {
            let sides = [&change.before, &change.after].into_iter().flatten();
            let named = |record: &Record| match record {
                Record::Area(area) => area.processor_ids.iter().chain(&area.reader_ids).any(|role| in_role(*role)),
                _ => false,
            };
            sides.into_iter().any(named) || known.iter().any(|user| model.is_outside(*user)) || model.guarded
        }
        Some(Record::Department(department)) => match &change.before {
            Some(Record::Department(before)) => before.parent_id != department.parent_id,
            _ => false,
        },
        _ => false,
    }
    })
}

/// All that rights of an ordinary account depend on, beside the rest of the company: who agrees in it gains and loses
/// the same.
#[derive(PartialEq, Eq, Hash)]
struct Standpoint {
    before: (Bar, Vec<(u32, Days)>),
    after: (Bar, Vec<(u32, Days)>),
}

impl Standpoint {
    fn of(before: &Model, after: &Model, user: u32, today: Day) -> Option<Self> {
        let plain = |model: &Model| {
            model.users.get(user).is_none_or(|row| !row.personal)
                && model.rare(user).is_none_or(|rare| rare.offers.is_empty())
        };
        (plain(before) && plain(after) && !before.is_special(user) && !after.is_special(user))
            .then(|| Self { before: before.seats(user, today), after: after.seats(user, today) })
    }
}

/// Those with the same gains and losses together, without those who have none.
fn put_together(found: Vec<Alike>, once_active: bool) -> Vec<EffectGroup> {
    let mut groups: Vec<EffectGroup> = Vec::new();
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    for (rights, users) in found.into_iter().filter(|(rights, _)| !rights.is_empty()) {
        let place = *first.entry(format!("{rights:?}")).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.users.extend(users),
            None => groups.push(EffectGroup { once_active, rights, users }),
        }
    }
    for group in &mut groups {
        group.users.sort_unstable();
    }
    groups
}

/// Scopes to be looked at beside a user's own.
type Covers = std::collections::BTreeSet<Cover>;
