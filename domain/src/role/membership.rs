//! Memberships: a user or a role in a role, for a time.

use serde::{Deserialize, Serialize};

use crate::id::{ContractId, MembershipId, RoleId, RoleRuleId, UserId};
use crate::named_values;
use crate::role::{Mode, Purpose, Role};
use crate::rule::{Violation, code};
use crate::window::Window;

named_values! {
    /// Where a membership came from.
    pub enum Source {
        /// Set by hand.
        Manual = "manual",
        /// Follows from a contract by a rule.
        Automatic = "automatic",
        /// Set by a provisioning client.
        Scim = "scim",
    }
}

/// Who is a member.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(tag = "member_type", content = "member_id", rename_all = "snake_case")]
pub enum Member {
    /// A user.
    User(UserId),
    /// A role, whose members are then members too.
    Role(RoleId),
}

/// A membership.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Membership {
    /// The record's id.
    pub id: MembershipId,
    /// The caller's id for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The role.
    pub role_id: RoleId,
    /// Who is in it.
    #[serde(flatten)]
    pub member: Member,
    /// Where it came from.
    pub source: Source,
    /// The contract that an automatic membership follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract_id: Option<ContractId>,
    /// The rule that made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule_id: Option<RoleRuleId>,
    /// When it holds.
    #[serde(flatten)]
    pub window: Window,
}

impl Membership {
    /// What is wrong with a membership made by hand. `above` are all roles that
    /// `role` is in, directly or not.
    pub fn check(&self, before: Option<&Membership>, role: &Role, above: &[RoleId]) -> Vec<Violation> {
        let mut out = Vec::new();
        self.window.check(&mut out);
        if role.mode == Mode::Automatic {
            out.push(Violation::new(code::ROLE_IS_AUTOMATIC, "its members follow from contracts").at("/role_id"));
        }
        if let Some(before) = before
            && (before.role_id != self.role_id || before.member != self.member)
        {
            out.push(Violation::new(code::MEMBERSHIP_FIXED, "remove it and add another"));
        }
        if let Member::Role(member) = self.member {
            if role.purpose == Purpose::PeopleList {
                out.push(Violation::new(code::PEOPLE_LIST_HOLDS_USERS, "a role can't be put on it").at("/member_id"));
            }
            if member == self.role_id || above.contains(&member) {
                out.push(Violation::new(code::ROLE_CYCLE, "the member role contains this role").at("/member_id"));
            }
        }
        out
    }
}
