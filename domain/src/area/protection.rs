//! Protection rules: who is kept from reading what belongs to others (G-4).

use serde::{Deserialize, Serialize};

use crate::area::AreaClass;
use crate::grant::{Module, Target};
use crate::id::{PositionId, ProtectionRuleId, RoleId};
use crate::rule::{Violation, code};
use crate::text;

/// Bars the holders of roles and positions from areas of a class, or from the targets of a module, that are others'.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ProtectionRule {
    /// The record's id.
    pub id: ProtectionRuleId,
    /// The caller's id for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Name.
    pub name: String,
    /// The class of the areas that it guards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<AreaClass>,
    /// The code of the module that it guards; exactly one of the two is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub module: Option<String>,
    /// The roles whose members are barred.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub role_ids: Vec<RoleId>,
    /// The positions whose holders are barred.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub position_ids: Vec<PositionId>,
}

impl ProtectionRule {
    /// Whether it guards the same as another one.
    pub fn guards_what(&self, other: &ProtectionRule) -> bool {
        self.class == other.class && self.module == other.module
    }

    /// Whether the targets of a module can be guarded: they belong to somebody.
    pub fn check_module(module: &Module) -> Option<Violation> {
        let fits = matches!(module.target, Target::Worker | Target::Object);
        let detail =
            || format!("module {} has target {}; a rule guards workers or objects", module.code, module.target);
        (!fits).then(|| Violation::new(code::BAD_VALUE, detail()).at("/module"))
    }

    /// The roles that it newly keeps from areas of its class; `before` is the rule as it was.
    pub fn newly_barred<'a>(
        &'a self,
        before: Option<&'a ProtectionRule>,
    ) -> impl Iterator<Item = (usize, RoleId)> + 'a {
        let known = move |role: &RoleId| before.is_some_and(|old| old.guards_what(self) && old.role_ids.contains(role));
        let roles = self.role_ids.iter().copied().enumerate().filter(|_| self.class.is_some());
        roles.filter(move |(_, role)| !known(role))
    }

    /// What is wrong with the values (G-4).
    pub fn check(&self) -> Vec<Violation> {
        let mut out = Vec::new();
        text::required(&mut out, "/name", &self.name, text::NAME_MAX);
        match (self.class, &self.module) {
            (Some(AreaClass::Normal), None) => {
                let detail = "areas of class normal are guarded by nothing";
                out.push(Violation::new(code::BAD_VALUE, detail).at("/class"));
            }
            (Some(_), Some(_)) => {
                out.push(Violation::new(code::BAD_VALUE, "give class or module, not both").at("/module"));
            }
            (None, None) => out.push(Violation::new(code::REQUIRED, "give class or module").at("/class")),
            _ => {}
        }
        if self.role_ids.is_empty() && self.position_ids.is_empty() {
            out.push(Violation::new(code::REQUIRED, "name at least one role or position").at("/role_ids"));
        }
        text::listed(&mut out, "/role_ids", &self.role_ids, super::LISTED_MAX);
        text::listed(&mut out, "/position_ids", &self.position_ids, super::LISTED_MAX);
        out
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_rule_guards_a_class_or_a_module_from_somebody() {
        // G-4
        let rule = ProtectionRule {
            id: ProtectionRuleId(Uuid::from_u128(1)),
            external_id: None,
            name: "Executives".into(),
            class: Some(AreaClass::PersonalFolders),
            module: None,
            role_ids: vec![RoleId(Uuid::from_u128(2))],
            position_ids: vec![],
        };
        assert!(rule.check().is_empty());
        let codes = |rule: ProtectionRule| -> Vec<_> { rule.check().iter().map(|found| found.code.name).collect() };
        assert_eq!(codes(ProtectionRule { module: Some("hr".into()), ..rule.clone() }), ["bad_value"]);
        assert_eq!(codes(ProtectionRule { class: None, ..rule.clone() }), ["required"]);
        assert_eq!(codes(ProtectionRule { class: Some(AreaClass::Normal), ..rule.clone() }), ["bad_value"]);
        assert_eq!(codes(ProtectionRule { role_ids: vec![], ..rule }), ["required"]);
    }
}
