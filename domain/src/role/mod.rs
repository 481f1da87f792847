//! Roles, memberships, rules of automatic roles (section 4).

mod membership;
mod role_rule;
pub mod set_up;
pub mod sync;

pub use membership::{Member, Membership, Source};
pub use role_rule::{RoleRule, RuleDepartment};

use serde::{Deserialize, Serialize};

use crate::id::{RoleId, UserId};
use crate::named_values;
use crate::rule::{Violation, code};
use crate::text;
use crate::window::Window;

named_values! {
    /// What a role is for.
    pub enum Purpose {
        /// Holds rights.
        Permission = "permission",
        /// A team.
        Team = "team",
        /// A list of people, users only.
        PeopleList = "people_list",
    }
}

named_values! {
    /// Where a role's members come from.
    pub enum Mode {
        /// Set by hand.
        Manual = "manual",
        /// They follow from contracts by rules.
        Automatic = "automatic",
    }
}

/// A named set of people that can hold rights.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Role {
    /// The record's id.
    pub id: RoleId,
    /// The caller's id for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Unique code.
    pub code: String,
    /// Name.
    pub name: String,
    /// What it is for.
    pub purpose: Purpose,
    /// Where its members come from.
    pub mode: Mode,
    /// 0 to 1,000,000; in a conflict the larger number wins (P-03).
    pub priority: i32,
    /// Outside its window a role gives nothing to anybody.
    #[serde(flatten)]
    pub window: Window,
    /// Users who may add and remove manual members, and nothing else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub manager_ids: Vec<UserId>,
    /// Whether external administrators are kept out (G-3).
    #[serde(default)]
    pub protected: bool,
    /// A remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Largest priority.
pub const PRIORITY_MAX: i32 = 1_000_000;

impl Role {
    /// What is wrong with the values. `has_members` and `has_rules` tell what the
    /// stored role has.
    pub fn check(&self, before: Option<&Role>, has_members: bool, has_rules: bool) -> Vec<Violation> {
        let mut out = Vec::new();
        text::code(&mut out, "/code", &self.code);
        text::required(&mut out, "/name", &self.name, text::NAME_MAX);
        text::note(&mut out, "/note", self.note.as_deref());
        self.window.check(&mut out);
        if !(0..=PRIORITY_MAX).contains(&self.priority) {
            out.push(Violation::new(code::OUT_OF_RANGE, format!("0 to {PRIORITY_MAX}")).at("/priority"));
        }
        let mut managers = self.manager_ids.clone();
        managers.sort_unstable();
        managers.dedup();
        if managers.len() != self.manager_ids.len() {
            out.push(Violation::new(code::DUPLICATE_ITEM, "a manager is named twice").at("/manager_ids"));
        }
        if self.purpose == Purpose::PeopleList && self.mode == Mode::Automatic {
            let detail = "a list of people is kept by hand: contracts never change it";
            out.push(Violation::new(code::BAD_VALUE, detail).at("/mode"));
        }
        if let Some(before) = before {
            if before.mode != self.mode && (has_members || has_rules) {
                out.push(Violation::new(code::ROLE_MODE_FIXED, "remove its members and rules first").at("/mode"));
            }
            if before.purpose != self.purpose && self.purpose == Purpose::PeopleList && has_members {
                out.push(Violation::new(code::PEOPLE_LIST_HOLDS_USERS, "remove its members first").at("/purpose"));
            }
        }
        out
    }
}
