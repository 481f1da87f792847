//! Modules, object types, objects and grants (section 5).

pub mod built_in;
mod module;
mod object;
mod template;

pub use module::{ACTIONS_MAX, Module, Target};
pub use object::{OBJECT_RIGHTS, Object, ObjectState, ObjectType};
pub use template::{Template, TemplateRight};

use serde::{Deserialize, Serialize};

use crate::id::{AreaId, DepartmentId, GrantId, ObjectId, RoleId, TemplateId, UserId, WorkerId};
use crate::named_values;
use crate::rule::{Violation, code};
use crate::window::Window;

named_values! {
    /// Where a grant came from (P-02).
    pub enum GrantSource {
        /// Set by hand.
        Manual = "manual",
        /// Added by a template when an object was created.
        Template = "template",
    }
}

/// Who holds a grant (P-02).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(tag = "holder_type", content = "holder_id", rename_all = "snake_case")]
pub enum Holder {
    /// The members of a role.
    Role(RoleId),
    /// One user: a personal grant.
    User(UserId),
}

/// What a grant covers (P-02).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Scope {
    /// Every target of the module.
    All,
    /// The workers placed in a department, the objects that belong to it.
    Department {
        /// The department.
        id: DepartmentId,
        /// With those below it.
        #[serde(default)]
        include_subtree: bool,
    },
    /// One worker.
    Worker {
        /// The worker.
        id: WorkerId,
    },
    /// One area and its objects, not those of the areas below it.
    Area {
        /// The area.
        id: AreaId,
    },
    /// One object.
    Object {
        /// The object.
        id: ObjectId,
    },
    /// Every object of one type.
    ObjectType {
        /// The type's code.
        id: String,
    },
}

/// Rights in one module over one scope (P-02).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Grant {
    /// The record's id.
    pub id: GrantId,
    /// The caller's id for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Who holds it.
    #[serde(flatten)]
    pub holder: Holder,
    /// The module's code.
    pub module: String,
    /// What it covers.
    pub scope: Scope,
    /// Allowed actions, sorted.
    pub allow: Vec<String>,
    /// Denied actions, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deny: Vec<String>,
    /// Where it came from.
    pub source: GrantSource,
    /// The template that it came from; it may be gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template_id: Option<TemplateId>,
    /// When it holds.
    #[serde(flatten)]
    pub window: Window,
}

impl Grant {
    /// Sorts the actions and, for the six rights over objects, adds the `read` that an allow of
    /// any of them brings (P-09).
    #[must_use]
    pub fn completed(mut self, module: &Module) -> Self {
        if !self.deny.iter().any(|action| action == "read") {
            add_read(&mut self.allow, module);
        }
        for actions in [&mut self.allow, &mut self.deny] {
            actions.sort_unstable();
            actions.dedup();
        }
        self
    }

    /// What is wrong with the values (P-02). `type_module` is the module of the object type or of
    /// the object that the scope names.
    pub fn check(&self, before: Option<&Grant>, module: &Module, scope_module: Option<&str>) -> Vec<Violation> {
        let mut out = Vec::new();
        self.window.check(&mut out);
        if let Some(before) = before
            && (before.holder != self.holder || before.module != self.module || before.scope != self.scope)
        {
            out.push(Violation::new(code::GRANT_FIXED, "remove it and make another"));
        }
        let fits = match (&self.scope, module.target) {
            (Scope::All, _) => true,
            (Scope::Department { .. }, Target::Worker | Target::Object) => true,
            (Scope::Worker { .. }, Target::Worker) => true,
            (Scope::Area { .. }, Target::Area | Target::Object) => true,
            (Scope::Object { .. } | Scope::ObjectType { .. }, Target::Object) => {
                scope_module.is_none_or(|of| of == module.code)
            }
            _ => false,
        };
        if !fits {
            out.push(
                Violation::new(
                    code::SCOPE_DOES_NOT_FIT,
                    format!("module {} has target {}", module.code, module.target),
                )
                .at("/scope"),
            );
        }
        if self.allow.is_empty() && self.deny.is_empty() {
            out.push(Violation::new(code::GRANT_EMPTY, "name at least one action").at("/allow"));
        }
        for (list, actions) in [("/allow", &self.allow), ("/deny", &self.deny)] {
            for (index, action) in actions.iter().enumerate() {
                if !module.actions.contains(action) {
                    out.push(
                        Violation::new(code::UNKNOWN_ACTION, format!("module {} has no such action", module.code))
                            .at(format!("{list}/{index}")),
                    );
                }
            }
        }
        if self.allow.iter().any(|action| self.deny.contains(action)) {
            out.push(Violation::new(code::GRANT_NOT_DISJOINT, "an action stands in both lists").at("/deny"));
        }
        out
    }
}

/// Adds the `read` that an allow of any of the six rights over objects brings (P-09).
fn add_read(allow: &mut Vec<String>, module: &Module) {
    if module.target == Target::Object
        && module.actions.iter().any(|action| action == "read")
        && allow.iter().any(|action| OBJECT_RIGHTS.contains(&action.as_str()))
    {
        allow.push("read".to_owned());
    }
}
