//! What one may do and another not (P-05): two users, or the members of two roles.
//!
//! Somebody who is nobody is given, in two forks of the model, what the one has and what the other has; what they would
//! gain and lose between the two is what the two differ in. So priorities, nesting and windows count as in decisions.
//! What people stand in relation to by themselves (their own folder, their objects) is not compared.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::super::apply::Open;
use super::super::facts::{MembershipFact, UserFact};
use super::super::rows::{GrantRow, GrantsOfHolder, MembershipsOfUser};
use super::super::threads::walk;
use super::super::{Model, RoleIx, UserIx};
use super::{RightChange, compare, wages};
use crate::grant::{Grant, GrantSource, Holder};
use crate::id::{GrantId, MembershipId, RoleId, UserId};
use crate::role::{Member, Source};
use crate::user::{UserKind, UserState};
use crate::window::{Day, Window};

/// What two differ in.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Likeness {
    /// What only the first may do.
    pub only_first: Vec<RightChange>,
    /// What only the second may do.
    pub only_second: Vec<RightChange>,
    /// There was too much to be compared in full.
    pub cut_short: bool,
}

/// Nobody: no id is made like that.
const NOBODY: Uuid = Uuid::max();

/// What somebody has: direct memberships, personal grants, personal settings for wage types.
#[derive(Default)]
struct Belongings {
    outside: bool,
    memberships: Vec<(RoleId, Window)>,
    grants: Vec<(GrantId, Grant)>,
    offers: Vec<u32>,
}

/// What two users may do from a day on, as if both accounts were active.
pub fn compared_users(model: &Model, first: UserIx, second: UserIx, from: Day) -> Likeness {
    model.likeness(&model.belongings(first), &model.belongings(second), from)
}

/// What the members of two roles may do from a day on.
pub fn compared_roles(model: &Model, first: RoleIx, second: RoleIx, from: Day) -> Likeness {
    let member =
        |role| Belongings { memberships: vec![(model.role_id(role), Window::ALWAYS)], ..Belongings::default() };
    model.likeness(&member(first), &member(second), from)
}

impl Model {
    fn belongings(&self, user: UserIx) -> Belongings {
        let Some(more) = self.users.more.get(user.0) else { return Belongings::default() };
        let memberships = walk::<_, MembershipsOfUser>(&self.memberships.rows, more.memberships);
        let rare = more.rare.as_deref();
        let grants = rare.into_iter().flat_map(|rare| walk::<_, GrantsOfHolder>(&self.grants.rows, rare.held.first));
        Belongings {
            outside: more.kind == UserKind::ExternalAdministrator,
            memberships: memberships.map(|(_, row)| (RoleId(self.roles.id(row.role)), row.days.window())).collect(),
            grants: grants.filter_map(|(ix, row)| self.for_nobody(ix, row)).collect(),
            offers: rare.map(|rare| rare.offers.clone()).unwrap_or_default(),
        }
    }

    /// A personal grant as nobody would hold it, under an id of its own.
    fn for_nobody(&self, ix: u32, row: &GrantRow) -> Option<(GrantId, Grant)> {
        let rules = self.known_module(row.module)?;
        let (allow, deny) = rules.set(row.set);
        let grant = Grant {
            id: GrantId(Uuid::from_u128(u128::MAX - u128::from(ix))),
            external_id: None,
            holder: Holder::User(UserId(NOBODY)),
            module: rules.code.to_string(),
            scope: self.scope(row.cover),
            allow: rules.names_of(allow),
            deny: rules.names_of(deny),
            source: GrantSource::Manual,
            template_id: None,
            window: row.days.window(),
        };
        Some((GrantId(self.grants.id(ix)), grant))
    }

    fn likeness(&self, first: &Belongings, second: &Belongings, from: Day) -> Likeness {
        // The numbers that the first fork gives out mean the same in the second one.
        let (mut one, nobody) = self.with_nobody();
        one.give(first, nobody);
        let mut other = one.clone();
        other.take(first, nobody);
        other.give(second, nobody);
        let compared = compare::rights(&one, &other, nobody, &[], &super::Covers::new(), from);
        let mut rights = compared.rights;
        rights.extend(wages::rights(&one, &other, nobody, from));
        let real: BTreeMap<GrantId, GrantId> =
            first.grants.iter().chain(&second.grants).map(|(real, grant)| (grant.id, *real)).collect();
        for source in rights.iter_mut().flat_map(|right| &mut right.via) {
            source.grant = real.get(&source.grant).copied().unwrap_or(source.grant);
        }
        let (only_second, only_first) = rights.into_iter().partition(|right| right.gained);
        Likeness { only_first, only_second, cut_short: compared.cut_short }
    }

    fn with_nobody(&self) -> (Model, u32) {
        let mut fork = self.clone();
        let nobody = fork.users.intern(NOBODY);
        (fork, nobody)
    }

    /// Gives nobody what somebody has.
    fn give(&mut self, belongings: &Belongings, nobody: u32) {
        let kind = if belongings.outside { UserKind::ExternalAdministrator } else { UserKind::Person };
        let mut open = Open::default();
        self.put_user(&UserFact { id: UserId(NOBODY), external_id: None, kind, state: UserState::Active });
        for (number, (role_id, window)) in (0..).zip(&belongings.memberships) {
            let fact = MembershipFact {
                id: membership(number),
                role_id: *role_id,
                member: Member::User(UserId(NOBODY)),
                source: Source::Manual,
                contract_id: None,
                rule_id: None,
                window: *window,
            };
            self.put_membership(&fact, &mut open);
        }
        for (_, grant) in &belongings.grants {
            self.put_grant(grant, &mut open);
        }
        self.settle(open);
        if !belongings.offers.is_empty()
            && let Some(more) = self.users.more.get_mut(nobody)
        {
            more.rare.get_or_insert_default().offers.clone_from(&belongings.offers);
        }
    }

    /// Takes from nobody what they were given.
    fn take(&mut self, belongings: &Belongings, nobody: u32) {
        let mut open = Open::default();
        for number in (0..).take(belongings.memberships.len()) {
            self.forget_membership_of(membership(number), &mut open);
        }
        for (_, grant) in &belongings.grants {
            self.forget_grant(grant, &mut open);
        }
        self.settle(open);
        if let Some(more) = self.users.more.get_mut(nobody)
            && let Some(rare) = &mut more.rare
        {
            rare.offers.clear();
            more.drop_empty_rare();
        }
    }
}

/// A membership of nobody's.
fn membership(number: u32) -> MembershipId {
    MembershipId(Uuid::from_u128(u128::MAX - u128::from(number)))
}
