//! One question over a span of days: when it is allowed, when not, and what changes at each border (P-04, P-05).

use std::collections::BTreeSet;

use super::deed::Spot;
use super::ids::NONE;
use super::rows::{Cover, Days, GrantRow, GrantsOfHolder, Keeper, MembershipsOfUser};
use super::threads::walk;
use super::{Explanation, Model, Question, UserIx, Windowed};
use crate::id::{ContractId, GrantId, MembershipId, RoleId};
use crate::window::Day;

/// Most days at which something may change in one timeline.
pub const BORDERS_MAX: usize = 2_000;

/// The answers to one question over a span of days.
#[derive(Clone, PartialEq, Debug)]
pub struct Timeline<E> {
    /// Without a gap, from the first day to the last; neighbours differ in their answer or in what gives it.
    pub spans: Vec<Span<E>>,
    /// There were more borders than [`BORDERS_MAX`]: the last span is only sure on its first day.
    pub cut_short: bool,
}

/// Some days on which the answer is the same, for the same reason.
#[derive(Clone, PartialEq, Debug)]
pub struct Span<E> {
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// Why it is answered so, as on the first day.
    pub explanation: E,
    /// What begins on the first day, or ended on the day before, and may be why. Empty for the first span.
    pub turns: Vec<Turn>,
}

/// Something that begins or has ended.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Turn {
    /// What.
    pub what: Windowed,
    /// It begins on that day; else the day before was its last.
    pub begins: bool,
}

/// Things and when they hold.
pub(super) type Windows = BTreeSet<(Windowed, Days)>;

impl<E> Timeline<E> {
    /// Asks on the first day and wherever something begins or ends; told is what of that may matter, if anything does.
    pub(super) fn new(
        windows: &Windows,
        leading: &BTreeSet<Windowed>,
        (from, to): (Day, Day),
        explain: impl Fn(Day) -> E,
        same: impl Fn(&E, &E) -> bool,
    ) -> Self {
        let inside = |day: &Day| from < *day && *day <= to;
        let borders: BTreeSet<Day> =
            windows.iter().flat_map(|(_, days)| [days.from, days.to.saturating_add(1)]).filter(inside).collect();
        let cut_short = borders.len() > BORDERS_MAX;
        let mut spans: Vec<Span<E>> = Vec::new();
        for day in std::iter::once(from).chain(borders.into_iter().take(BORDERS_MAX)) {
            let explanation = explain(day);
            if let Some(last) = spans.last_mut() {
                last.to = day - 1;
                if same(&last.explanation, &explanation) {
                    last.to = to;
                    continue;
                }
            }
            let turns = if spans.is_empty() { Vec::new() } else { turns(windows, leading, day) };
            spans.push(Span { from: day, to, explanation, turns });
        }
        Self { spans, cut_short }
    }
}

impl Model {
    /// The answers to a question on each day from `question.day` to `to` (P-04). What has no window (a state, a
    /// priority, an owner) counts as it is now. Untraced, nothing is told but the decision.
    pub fn timeline(&self, question: &Question, to: Day, traced: bool) -> Timeline<Explanation> {
        let on = |day| Question { day, ..*question };
        let explain = |day| if traced { self.explain(&on(day)) } else { self.outline(&on(day)) };
        // Untraced, nobody is told what changes.
        let leading = if traced { self.leading(question.user, self.giving(question)) } else { BTreeSet::new() };
        Timeline::new(&self.windows(question), &leading, (question.day, to), explain, same)
    }

    /// Whether being in a role may make a difference to a question on some day: by a grant, as processor or reader of the
    /// target's area, or since rules protect something from its members.
    pub(super) fn giving(&self, question: &Question) -> impl Fn(u32) -> bool {
        let area = self.deed(question).ok().and_then(|deed| self.known_area(deed.spot.area()));
        let mut named: BTreeSet<u32> = self.barred_ever().0.into_iter().collect();
        named.extend(area.into_iter().flat_map(|area| area.processors.iter().chain(&area.readers)));
        move |role| named.contains(&role) || !self.grant_windows(Keeper::Role(role), question).is_empty()
    }

    /// The roles that a user may come to by which they may also come to one that matters, and the memberships that lead
    /// into them.
    pub(super) fn leading(&self, user: UserIx, matters: impl Fn(u32) -> bool) -> BTreeSet<Windowed> {
        let paths = self.every_path(user.0);
        let mut open: Vec<u32> = paths.iter().map(|(role, _)| *role).filter(|role| matters(*role)).collect();
        let mut roles: BTreeSet<u32> = BTreeSet::new();
        while let Some(role) = open.pop() {
            if roles.insert(role) {
                open.extend(self.roles.get(role).into_iter().flat_map(|row| row.below.iter().map(|edge| edge.role)));
            }
        }
        let mut found = BTreeSet::new();
        for (role, memberships) in paths.into_iter().filter(|(role, _)| roles.contains(role)) {
            found.insert(Windowed::Role(RoleId(self.roles.id(role))));
            found.extend(memberships.into_iter().map(|ix| Windowed::Membership(MembershipId(self.memberships.id(ix)))));
        }
        found
    }

    /// Everything with a window on which the answer may depend: the user's memberships and roles on whatever day, their
    /// grants in the module that can cover the target, the contracts that place the target and the user.
    pub(super) fn windows(&self, question: &Question) -> Windows {
        let mut found = self.windows_of_roles(question.user);
        let user = question.user.0;
        for (role, _) in self.every_path(user) {
            found.extend(self.grant_windows(Keeper::Role(role), question));
        }
        found.extend(self.grant_windows(Keeper::User(user), question));
        let own = self.users.more.get(user).map(|more| more.worker);
        let target = match self.deed(question).map(|deed| deed.spot) {
            Ok(Spot::Worker(ix, _)) => Some(ix),
            _ => None,
        };
        for worker in own.into_iter().chain(target) {
            found.extend(self.contract_windows(worker));
        }
        found
    }

    /// The windows of the roles that a user may come to, and of the memberships on the ways there.
    pub(super) fn windows_of_roles(&self, user: UserIx) -> Windows {
        let mut found = BTreeSet::new();
        for (role, memberships) in self.every_path(user.0) {
            found.extend(self.roles.get(role).map(|row| (Windowed::Role(RoleId(self.roles.id(role))), row.days)));
            for ix in memberships {
                let id = MembershipId(self.memberships.id(ix));
                found.extend(self.memberships.get(ix).map(|row| (Windowed::Membership(id), row.days)));
            }
        }
        found
    }

    /// The windows of a holder's grants in the question's module that may cover its target on some day: of roles those
    /// that name the action, of users all, since a personal one takes precedence whatever it names.
    fn grant_windows(&self, holder: Keeper, question: &Question) -> Vec<(Windowed, Days)> {
        let head = match holder {
            Keeper::Role(role) => self.roles.get(role).map(|row| row.held.first),
            Keeper::User(user) => self.rare(user).map(|rare| rare.held.first),
        };
        let personal = matches!(holder, Keeper::User(_));
        let names = |grant: &GrantRow| {
            let (allow, deny) = self.set_of(grant);
            personal || (allow | deny) & question.action.bit() != 0
        };
        let grants = head.into_iter().flat_map(|head| walk::<_, GrantsOfHolder>(&self.grants.rows, head));
        let Ok(deed) = self.deed(question) else { return Vec::new() };
        let may_cover = |cover: Cover| match (cover, deed.spot) {
            // Contracts come and go.
            (Cover::Department(_) | Cover::Subtree(_), Spot::Worker(..)) => true,
            _ => self.covers(cover, &deed),
        };
        // Who administers areas is told so in them (G-2).
        let administering = self.modules.find("system").filter(|_| deed.spot.area() != NONE);
        grants
            .filter(|(_, grant)| {
                (grant.module == question.module.0 && may_cover(grant.cover) && names(grant))
                    || Some(grant.module) == administering
            })
            .map(|(ix, grant)| (Windowed::Grant(GrantId(self.grants.id(ix))), grant.days))
            .collect()
    }

    /// The windows of a worker's contracts.
    fn contract_windows(&self, worker: u32) -> Vec<(Windowed, Days)> {
        let Some(row) = self.known_worker(worker) else { return Vec::new() };
        let mut departments: Vec<u32> = self.places(worker, row).map(|place| place.at).collect();
        departments.sort_unstable();
        departments.dedup();
        let rows = departments.into_iter().filter_map(|ix| self.departments.get(ix));
        rows.flat_map(|department| department.contracts.iter().filter(|entry| entry.to == worker))
            .map(|entry| (Windowed::Contract(ContractId(self.contracts.id(entry.row))), entry.days))
            .collect()
    }

    /// The roles that a user may come to on some day by some way, with all memberships that lead into each.
    pub(super) fn every_path(&self, user: u32) -> Vec<(u32, Vec<u32>)> {
        let head = self.users.more.get(user).map(|more| more.memberships);
        let own = head.into_iter().flat_map(|head| walk::<_, MembershipsOfUser>(&self.memberships.rows, head));
        let mut found: std::collections::BTreeMap<u32, Vec<u32>> = std::collections::BTreeMap::new();
        let mut open: Vec<(u32, u32)> = own.map(|(ix, row)| (row.role, ix)).collect();
        while let Some((role, membership)) = open.pop() {
            let known = found.contains_key(&role);
            found.entry(role).or_default().push(membership);
            if let Some(row) = self.roles.get(role).filter(|_| !known) {
                open.extend(row.above.iter().map(|edge| (edge.role, edge.membership)));
            }
        }
        found.into_iter().collect()
    }
}

/// Whether two days are answered alike, by the same grants and relation.
pub(super) fn same(one: &Explanation, other: &Explanation) -> bool {
    one.decision == other.decision
        && one.relation == other.relation
        && one.protection_rule == other.protection_rule
        && one.decided_by.iter().map(|opinion| opinion.grant).eq(other.decided_by.iter().map(|opinion| opinion.grant))
}

/// What begins on a day, or ended on the day before: of roles and memberships those that lead anywhere, if there is anything
/// else to tell.
fn turns(windows: &Windows, leading: &BTreeSet<Windowed>, day: Day) -> Vec<Turn> {
    let turn = |(what, days): &(Windowed, Days)| {
        let begins = days.from == day;
        (begins || days.to.saturating_add(1) == day).then_some(Turn { what: *what, begins })
    };
    let all: Vec<Turn> = windows.iter().filter_map(turn).collect();
    let leads = |turn: &&Turn| match turn.what {
        Windowed::Role(_) | Windowed::Membership(_) => leading.contains(&turn.what),
        _ => true,
    };
    let told: Vec<Turn> = all.iter().filter(leads).copied().collect();
    if told.is_empty() { all } else { told }
}
