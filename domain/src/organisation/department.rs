//! Departments: a tree (D-01), with linked roles (D-02).

use serde::{Deserialize, Serialize};

use crate::id::{DepartmentId, RoleId, WorkerId};
use crate::rule::{Violation, code};
use crate::text;
use crate::window::Window;

/// A department.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Department {
    /// The record's id.
    pub id: DepartmentId,
    /// The caller's id for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Unique code.
    pub code: String,
    /// Name.
    pub name: String,
    /// The department above; `None` at the top.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<DepartmentId>,
    /// The worker who heads it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head_id: Option<WorkerId>,
    /// Roles that everyone with a contract in force here gets (D-02). Each has a rule of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub linked_role_ids: Vec<RoleId>,
    /// When the department exists.
    #[serde(flatten)]
    pub window: Window,
}

impl Department {
    /// What is wrong with the values (D-01). `ancestors` are the departments above the parent,
    /// the parent first.
    pub fn check(&self, ancestors: &[DepartmentId]) -> Vec<Violation> {
        let mut out = Vec::new();
        text::code(&mut out, "/code", &self.code);
        text::required(&mut out, "/name", &self.name, text::NAME_MAX);
        self.window.check(&mut out);
        if ancestors.contains(&self.id) {
            out.push(
                Violation::new(
                    code::DEPARTMENT_CYCLE,
                    "the parent lies below the department or is the department itself",
                )
                .at("/parent_id"),
            );
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_department_never_lies_below_itself() {
        // D-01
        let id = DepartmentId(Uuid::from_u128(1));
        let department = Department {
            id,
            external_id: None,
            code: "sales".into(),
            name: "Sales".into(),
            parent_id: Some(DepartmentId(Uuid::from_u128(2))),
            head_id: None,
            linked_role_ids: vec![],
            window: Window::ALWAYS,
        };
        assert!(department.check(&[DepartmentId(Uuid::from_u128(2))]).is_empty());
        let cyclic = department.check(&[DepartmentId(Uuid::from_u128(2)), id]);
        assert_eq!(cyclic[0].code, code::DEPARTMENT_CYCLE);
    }
}
