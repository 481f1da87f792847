//! Memberships.

use diesel::deserialize;
use diesel::row::NamedRow;
use domain::id::{RoleId, UserId};
use domain::role::{Member, Membership, Source};

use super::row::{Fields, Row};
use super::{Lookup, Rows};
use crate::connection::MultiBackend;
use crate::key::Key;
use crate::schema::memberships;

fn member_columns(member: Member) -> (Option<UserId>, Option<RoleId>) {
    match member {
        Member::User(user) => (Some(user), None),
        Member::Role(role) => (None, Some(role)),
    }
}

pub fn member(user: Option<UserId>, role: Option<RoleId>) -> deserialize::Result<Member> {
    match (user, role) {
        (Some(user), None) => Ok(Member::User(user)),
        (None, Some(role)) => Ok(Member::Role(role)),
        _ => Err("a membership has not exactly one member".into()),
    }
}

impl Rows for Membership {
    type Schema = memberships::table;

    fn write(&self, row: &mut Row) {
        let (user, role) = member_columns(self.member);
        row.id(self.role_id)
            .optional_id(user)
            .optional_id(role)
            .add(self.source.as_str())
            .optional_id(self.contract_id)
            .optional_id(self.rule_id)
            .window(self.window);
    }

    fn read<'a, R: NamedRow<'a, MultiBackend>>(fields: &mut Fields<'_, R>) -> deserialize::Result<Self> {
        Ok(Membership {
            id: fields.id(),
            external_id: fields.external_id(),
            role_id: fields.uuid()?,
            member: member(fields.optional_uuid()?, fields.optional_uuid()?)?,
            source: fields.named(Source::parse)?,
            contract_id: fields.optional_uuid()?,
            rule_id: fields.optional_uuid()?,
            window: fields.window()?,
        })
    }

    fn keys(&self, out: &mut Vec<Key>) {
        out.push(Key::MembersOf(self.role_id));
        out.push(Key::MembershipsOf(self.member));
        out.extend(self.contract_id.map(Key::MembershipsOfContract));
        out.extend(self.rule_id.map(Key::MembershipsOfRule));
    }

    fn lookup(key: &Key) -> Option<Lookup> {
        match key {
            Key::MembersOf(role) => Lookup::equals("role_id", role.0),
            Key::MembershipsOf(Member::User(user)) => Lookup::equals("member_user_id", user.0),
            Key::MembershipsOf(Member::Role(role)) => Lookup::equals("member_role_id", role.0),
            Key::MembershipsOfContract(contract) => Lookup::equals("contract_id", contract.0),
            Key::MembershipsOfRule(rule) => Lookup::equals("rule_id", rule.0),
            _ => None,
        }
    }
}
