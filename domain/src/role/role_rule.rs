//! Rules of automatic roles: which contracts make a member.

use serde::{Deserialize, Serialize};

use crate::id::{DepartmentId, PositionId, RoleId, RoleRuleId};
use crate::organisation::ContractType;
use crate::role::{Mode, Role};
use crate::rule::{Violation, code};
use crate::window::Window;
use crate::worker::WorkerKind;

/// A department that a rule names.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct RuleDepartment {
    /// The department.
    pub id: DepartmentId,
    /// With those below it.
    #[serde(default)]
    pub include_subtree: bool,
}

/// A rule of an automatic role. Parts that are given must all match.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct RoleRule {
    /// The record's id.
    pub id: RoleRuleId,
    /// The caller's id for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The role whose members it makes.
    pub role_id: RoleId,
    /// Contracts in any of these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub departments: Vec<RuleDepartment>,
    /// Contracts in any of these positions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub position_ids: Vec<PositionId>,
    /// Contracts of any of these types.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contract_types: Vec<ContractType>,
    /// Contracts of workers of any of these kinds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub worker_kinds: Vec<WorkerKind>,
    /// Contracts of the heads of these departments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub head_of: Vec<DepartmentId>,
    /// Every contract.
    #[serde(default)]
    pub all_workers: bool,
    /// Whether this is a department's link (D-02), set and cleared there.
    #[serde(default)]
    pub department_link: bool,
    /// When the rule holds.
    #[serde(flatten)]
    pub window: Window,
}

impl RoleRule {
    /// What is wrong with the values.
    pub fn check(&self, before: Option<&RoleRule>, role: &Role) -> Vec<Violation> {
        let mut out = Vec::new();
        self.window.check(&mut out);
        if role.mode != Mode::Automatic && !self.department_link {
            out.push(Violation::new(code::ROLE_NOT_AUTOMATIC, "the role's mode is manual").at("/role_id"));
        }
        if before.is_some_and(|before| before.role_id != self.role_id) {
            out.push(Violation::new(code::NOT_CHANGEABLE, "a rule stays with its role").at("/role_id"));
        }
        let parts = !self.departments.is_empty()
            || !self.position_ids.is_empty()
            || !self.contract_types.is_empty()
            || !self.worker_kinds.is_empty()
            || !self.head_of.is_empty();
        match (parts, self.all_workers) {
            (false, false) => out.push(Violation::new(
                code::RULE_EMPTY,
                "name departments, positions, contract types, worker kinds, head_of or all_workers",
            )),
            (true, true) => out.push(
                Violation::new(code::RULE_ALL_WITH_PARTS, "all_workers matches every contract").at("/all_workers"),
            ),
            _ => {}
        }
        let departments: Vec<_> = self.departments.iter().map(|department| department.id).collect();
        duplicates(&mut out, "/departments", &departments);
        duplicates(&mut out, "/position_ids", &self.position_ids);
        duplicates(&mut out, "/contract_types", &self.contract_types);
        duplicates(&mut out, "/worker_kinds", &self.worker_kinds);
        duplicates(&mut out, "/head_of", &self.head_of);
        out
    }

    /// The rule with its lists in a fixed order, so that two equal rules compare equal.
    #[must_use]
    pub fn in_order(mut self) -> Self {
        self.departments.sort_unstable();
        self.position_ids.sort_unstable();
        self.contract_types.sort_unstable();
        self.worker_kinds.sort_unstable();
        self.head_of.sort_unstable();
        self
    }

    /// Whether all parts and the role are the same: the rule's natural key.
    pub fn same_parts(&self, other: &RoleRule) -> bool {
        let bare = |rule: &RoleRule| RoleRule { id: self.id, external_id: None, ..rule.clone().in_order() };
        bare(self) == bare(other)
    }
}

fn duplicates<T: Ord + Copy>(out: &mut Vec<Violation>, pointer: &str, items: &[T]) {
    let mut sorted = items.to_vec();
    sorted.sort_unstable();
    if sorted.windows(2).any(|pair| matches!(pair, [a, b] if a == b)) {
        out.push(Violation::new(code::DUPLICATE_ITEM, "a thing is named twice").at(pointer));
    }
}
