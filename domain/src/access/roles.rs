//! Roles, memberships, and the closure of the role graph.
//!
//! What a role's members get is kept per role, never per user: all roles above it, each with
//! the days on which the memberships and roles on the way hold. A change of one edge touches the
//! roles below it and no person.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::Model;
use super::apply::Open;
use super::facts::MembershipFact;
use super::rows::{Above, Days, Edge, Entry, Keeper, MembershipRow, MembershipsOfUser, RoleRow, Stay};
use super::threads::{link, unlink};
use crate::role::{Member, Membership, Mode, Purpose, Role};

impl Model {
    pub(super) fn put_role(&mut self, role: &Role, open: &mut Open) {
        let ix = self.roles.intern(role.id.0);
        if let Some(more) = self.roles.more.get_mut(ix) {
            more.code = role.code.as_str().into();
            more.external = role.external_id.as_deref().map(Into::into);
        }
        let Some(row) = self.roles.get_mut(ix) else { return };
        let days = Days::from(role.window);
        let moved = (row.days, row.priority, row.protected) != (days, role.priority, role.protected);
        (row.days, row.priority, row.protected) = (days, role.priority, role.protected);
        row.listed = role.purpose == Purpose::PeopleList;
        row.automatic = role.mode == Mode::Automatic;
        let known = std::mem::replace(&mut row.known, true);
        if !known {
            self.counts.roles += 1;
        }
        if moved || !known {
            open.roles.push(ix);
        }
    }

    pub(super) fn forget_role(&mut self, role: &Role, open: &mut Open) {
        let Some(ix) = self.roles.find(role.id.0) else { return };
        let Some(row) = self.roles.get_mut(ix) else { return };
        if std::mem::replace(&mut row.known, false) {
            self.counts.roles -= 1;
            open.roles.push(ix);
        }
    }

    pub(super) fn put_membership(&mut self, membership: &MembershipFact, open: &mut Open) {
        let ix = match self.memberships.find(membership.id.0) {
            Some(ix) => {
                self.detach_membership(ix, open);
                ix
            }
            None => {
                self.counts.memberships += 1;
                self.memberships.intern(membership.id.0)
            }
        };
        let role = self.roles.intern(membership.role_id.0);
        let member = match membership.member {
            Member::User(id) => Keeper::User(self.users.intern(id.0)),
            Member::Role(id) => Keeper::Role(self.roles.intern(id.0)),
        };
        let days = Days::from(membership.window);
        let mut row = MembershipRow {
            contract: membership.contract_id.map_or(Uuid::nil(), |id| id.0),
            rule: membership.rule_id.map_or(Uuid::nil(), |id| id.0),
            role,
            member,
            days,
            source: membership.source,
            listed: true,
            ..MembershipRow::default()
        };
        match member {
            Keeper::User(user) => {
                self.take_seat(user, Stay { at: role, days });
                if let Some(role) = self.roles.get_mut(role) {
                    row.place = role.members.push(Entry { row: ix, to: user, days });
                }
            }
            Keeper::Role(below) => {
                if let Some(row) = self.roles.get_mut(below) {
                    row.above.push(Edge { role, days, membership: ix });
                }
                if let Some(row) = self.roles.get_mut(role) {
                    row.below.push(Edge { role: below, days, membership: ix });
                }
                open.roles.push(below);
            }
        }
        if let Some(place) = self.memberships.get_mut(ix) {
            *place = row;
        }
        if let Keeper::User(user) = member
            && let Some(more) = self.users.more.get_mut(user)
        {
            link::<_, MembershipsOfUser>(&mut self.memberships.rows, &mut more.memberships, ix);
        }
    }

    pub(super) fn forget_membership(&mut self, membership: &Membership, open: &mut Open) {
        let Some(ix) = self.memberships.find(membership.id.0) else { return };
        self.detach_membership(ix, open);
        self.memberships.release(ix);
        self.counts.memberships -= 1;
    }

    fn detach_membership(&mut self, ix: u32, open: &mut Open) {
        let Some(row) = self.memberships.get_mut(ix).filter(|row| row.listed) else { return };
        row.listed = false;
        let (role, member, days, place) = (row.role, row.member, row.days, row.place);
        match member {
            Keeper::User(user) => {
                self.leave_seat(user, Stay { at: role, days });
                if let Some(more) = self.users.more.get_mut(user) {
                    unlink::<_, MembershipsOfUser>(&mut self.memberships.rows, &mut more.memberships, ix);
                }
                let role = self.roles.get_mut(role);
                if let Some(moved) = role.and_then(|role| role.members.take(place))
                    && let Some(moved) = self.memberships.get_mut(moved.row)
                {
                    moved.place = place;
                }
            }
            Keeper::Role(below) => {
                if let Some(row) = self.roles.get_mut(below) {
                    row.above.retain(|edge| edge.membership != ix);
                }
                if let Some(row) = self.roles.get_mut(role) {
                    row.below.retain(|edge| edge.membership != ix);
                }
                open.roles.push(below);
            }
        }
    }

    fn take_seat(&mut self, user: u32, seat: Stay) {
        if let Some(row) = self.users.get_mut(user)
            && !row.seats.add(seat)
        {
            row.beside.reserve_exact(1);
            row.beside.push(seat);
        }
    }

    fn leave_seat(&mut self, user: u32, seat: Stay) {
        if let Some(row) = self.users.get_mut(user)
            && !row.seats.remove(seat)
            && let Some(at) = row.beside.iter().position(|found| *found == seat)
        {
            row.beside.swap_remove(at);
            row.beside.shrink_to_fit();
        }
    }

    /// Computes what these roles and all roles below them give anew.
    pub(super) fn close_roles(&mut self, mut open: Vec<u32>) {
        let mut touched = rustc_hash::FxHashSet::default();
        while let Some(role) = open.pop() {
            if touched.insert(role)
                && let Some(row) = self.roles.get(role)
            {
                open.extend(row.below.iter().map(|edge| edge.role));
            }
        }
        for role in touched {
            let closure = self.closure(role, |_| true);
            let protected = |above: &Above| self.roles.get(above.role).is_some_and(|row| row.protected);
            let outside = closure.iter().any(protected).then(|| self.closure(role, |row| !row.protected));
            if self.roles.get(role).is_some_and(|row| *row.closure != *closure || row.outside != outside)
                && let Some(row) = self.roles.get_mut(role)
            {
                (row.closure, row.outside) = (closure, outside);
            }
            self.compile(role);
        }
    }

    /// All roles above a role and the role itself, as far as they let the member pass. Along a path days intersect, several paths
    /// unite. A cycle, which R-02 refuses, would add no days and so end.
    fn closure(&self, role: u32, passes: impl Fn(&RoleRow) -> bool) -> Box<[Above]> {
        let mut found: BTreeMap<u32, Vec<Days>> = BTreeMap::new();
        let mut open = vec![Above { role, days: Days::ALWAYS }];
        while let Some(Above { role, days }) = open.pop() {
            let Some(row) = self.roles.get(role).filter(|row| row.known && passes(row)) else { continue };
            let Some(days) = days.intersect(row.days) else { continue };
            if !unite(found.entry(role).or_default(), days) {
                continue;
            }
            open.extend(
                row.above.iter().filter_map(|edge| Some(Above { role: edge.role, days: days.intersect(edge.days)? })),
            );
        }
        let flat = found.into_iter().flat_map(|(role, all)| all.into_iter().map(move |days| Above { role, days }));
        flat.collect()
    }
}

/// Adds days to a sorted list of spans that don't touch; `false` when they were all in it.
fn unite(spans: &mut Vec<Days>, mut days: Days) -> bool {
    if spans.iter().any(|span| span.from <= days.from && days.to <= span.to) {
        return false;
    }
    spans.retain(|span| {
        let apart = span.to.saturating_add(1) < days.from || days.to.saturating_add(1) < span.from;
        if !apart {
            days = Days { from: days.from.min(span.from), to: days.to.max(span.to) };
        }
        apart
    });
    let at = spans.partition_point(|span| span.from < days.from);
    spans.insert(at, days);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: i32, to: i32) -> Days {
        Days { from, to }
    }

    #[test]
    fn spans_that_touch_become_one() {
        // several paths unite.
        let mut spans = vec![];
        assert!(unite(&mut spans, span(10, 20)));
        assert!(!unite(&mut spans, span(12, 20)));
        assert!(unite(&mut spans, span(30, 40)));
        assert!(unite(&mut spans, span(1, 2)));
        assert_eq!(spans, [span(1, 2), span(10, 20), span(30, 40)]);
        // One day between them keeps two apart.
        assert!(unite(&mut spans, span(22, 29)));
        assert_eq!(spans, [span(1, 2), span(10, 20), span(22, 40)]);
        assert!(unite(&mut spans, span(21, 21)));
        assert_eq!(spans, [span(1, 2), span(10, 40)]);
        assert!(unite(&mut spans, Days::ALWAYS));
        assert_eq!(spans, [Days::ALWAYS]);
    }
}
