//! Who is effectively a member of what, both ways, and by which path.

use rustc_hash::{FxHashMap, FxHashSet};

use super::rows::{Bar, Days, MembershipsOfUser, RoleRow};
use super::threads::walk;
use super::{Model, PathStep, RoleIx, UserIx, Windowed};
use crate::id::{ContractId, MembershipId, RoleId, RoleRuleId};
use crate::window::Day;

/// How a user comes to each role: the last membership of the shortest way, and the role it
/// leaves from (none for a membership of the user).
pub(super) struct Paths(FxHashMap<u32, (u32, Option<u32>)>);

impl Paths {
    pub(super) fn reaches(&self, role: u32) -> bool {
        self.0.contains_key(&role)
    }

    /// The roles, in the order of their numbers.
    pub(super) fn roles(&self) -> Vec<u32> {
        let mut roles: Vec<_> = self.0.keys().copied().collect();
        roles.sort_unstable();
        roles
    }

    /// The memberships on the way to a role, from the user upwards.
    pub(super) fn memberships(&self, role: u32) -> Vec<u32> {
        let mut way = Vec::new();
        let mut at = Some(role);
        while let Some((membership, below)) = at.and_then(|role| self.0.get(&role)) {
            way.push(*membership);
            at = *below;
        }
        way.reverse();
        way
    }
}

impl Model {
    /// The roles of which the user is an effective member on that day, ascending.
    pub fn effective_roles(&self, user: UserIx, day: Day) -> Vec<RoleIx> {
        let Some(row) = self.known_user(user.0) else { return Vec::new() };
        let seats = row.seats.iter().chain(&row.beside).filter(|seat| seat.days.contains(day));
        let outside = row.bar != Bar::Free && self.is_outside(user.0);
        let above = seats
            .filter_map(|seat| self.roles.get(seat.at))
            .flat_map(|role| if outside { role.closure_from_outside() } else { &role.closure });
        let mut roles: Vec<_> =
            above.filter(|above| above.days.contains(day)).map(|above| RoleIx(above.role)).collect();
        roles.sort_unstable();
        roles.dedup();
        roles
    }

    /// The users who are effective members of the role on that day, ascending: persons and
    /// others, in any state.
    pub fn role_members(&self, role: RoleIx, day: Day) -> Vec<UserIx> {
        self.members_of([role.0], day)
    }

    /// The users who are effective members of any of the roles on that day, ascending.
    pub(super) fn members_of(&self, roles: impl IntoIterator<Item = u32>, day: Day) -> Vec<UserIx> {
        let mut users = Vec::new();
        let roles: Vec<u32> = roles.into_iter().collect();
        let below = self.roles_below(&roles, day, |_| true);
        let protected = below.iter().any(|role| self.roles.get(*role).is_some_and(|row| row.protected));
        // External administrators come by roles that lead there without a protected one (G-3).
        let open: Option<FxHashSet<u32>> =
            protected.then(|| self.roles_below(&roles, day, |row| !row.protected).into_iter().collect());
        for role in below {
            let Some(row) = self.roles.get(role) else { continue };
            let for_all = open.as_ref().is_none_or(|open| open.contains(&role));
            let in_force = row.members.iter().filter(|entry| entry.days.contains(day));
            let members = in_force.filter(|entry| for_all || !self.is_outside(entry.to));
            users.extend(members.map(|entry| UserIx(entry.to)));
        }
        users.sort_unstable();
        users.dedup();
        users.retain(|user| self.known_user(user.0).is_some());
        users
    }

    /// The roles, and all roles whose members are members of them on that day, as far as they let
    /// the member pass.
    fn roles_below(&self, roles: &[u32], day: Day, passes: impl Fn(&RoleRow) -> bool) -> Vec<u32> {
        let mut found = Vec::new();
        let mut seen = FxHashSet::default();
        let mut open: Vec<u32> = roles.to_vec();
        while let Some(role) = open.pop() {
            let row = self.roles.get(role).filter(|row| row.known && row.days.contains(day) && passes(row));
            if let Some(row) = row.filter(|_| seen.insert(role)) {
                found.push(role);
                open.extend(row.below.iter().filter(|edge| edge.days.contains(day)).map(|edge| edge.role));
            }
        }
        found
    }

    /// How the user comes to each effective role on a day; without a day, to each role on
    /// whatever days. Of equally short ways the one with the smallest ids is taken, so that the
    /// order of rows does not show.
    pub(super) fn paths(&self, user: u32, day: Option<Day>) -> Paths {
        let outside = self.is_outside(user);
        self.paths_through(user, day, |row| !(outside && row.protected))
    }

    /// The same as if no role were protected: what an external administrator is kept from (G-3).
    pub(super) fn unguarded_paths(&self, user: u32, day: Day) -> Paths {
        self.paths_through(user, Some(day), |_| true)
    }

    fn paths_through(&self, user: u32, day: Option<Day>, passes: impl Fn(&RoleRow) -> bool) -> Paths {
        let holds = |days: Days| day.is_none_or(|day| days.contains(day));
        let mut paths = Paths(FxHashMap::default());
        let head = self.users.more.get(user).map(|more| more.memberships);
        let own = head.into_iter().flat_map(|head| walk::<_, MembershipsOfUser>(&self.memberships.rows, head));
        let mut level: Vec<(u32, u32, Option<u32>)> =
            own.filter(|(_, row)| holds(row.days)).map(|(ix, row)| (row.role, ix, None)).collect();
        while !level.is_empty() {
            level.sort_by_key(|(_, membership, _)| self.memberships.id(*membership));
            let mut next = Vec::new();
            for (role, membership, below) in level {
                let passable = |row: &&RoleRow| row.known && holds(row.days) && passes(row);
                let Some(row) = self.roles.get(role).filter(passable) else { continue };
                if paths.reaches(role) {
                    continue;
                }
                paths.0.insert(role, (membership, below));
                let edges = row.above.iter().filter(|edge| holds(edge.days));
                next.extend(edges.map(|edge| (edge.role, edge.membership, Some(role))));
            }
            level = next;
        }
        paths
    }

    /// A path in ids.
    pub(super) fn steps(&self, paths: &Paths, role: u32) -> Vec<PathStep> {
        let rows = paths.memberships(role).into_iter().filter_map(|ix| Some((ix, self.memberships.get(ix)?)));
        rows.map(|(ix, row)| PathStep {
            membership: MembershipId(self.memberships.id(ix)),
            role: RoleId(self.roles.id(row.role)),
            source: row.source,
            window: row.days.window(),
            role_window: self.roles.get(row.role).map_or(Days::ALWAYS, |role| role.days).window(),
            contract: (!row.contract.is_nil()).then_some(ContractId(row.contract)),
            rule: (!row.rule.is_nil()).then_some(RoleRuleId(row.rule)),
        })
        .collect()
    }

    /// The memberships and roles on the way to a role, with their windows.
    pub(super) fn way_windows(&self, paths: &Paths, role: u32) -> Vec<(Windowed, Days)> {
        let mut found = Vec::new();
        for ix in paths.memberships(role) {
            let Some(membership) = self.memberships.get(ix) else { continue };
            found.push((Windowed::Membership(MembershipId(self.memberships.id(ix))), membership.days));
            let row = self.roles.get(membership.role);
            found.extend(row.map(|row| (Windowed::Role(RoleId(self.roles.id(membership.role))), row.days)));
        }
        found
    }

    /// How the user comes to a role on that day: the shortest way, empty if there is none.
    pub fn path(&self, user: UserIx, role: RoleIx, day: Day) -> Vec<PathStep> {
        self.steps(&self.paths(user.0, Some(day)), role.0)
    }
}
