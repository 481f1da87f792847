//! Modules: families of rights over one kind of target (P-01).

use serde::{Deserialize, Serialize};

use crate::id::ModuleId;
use crate::named_values;
use crate::rule::{Violation, code};
use crate::text;

named_values! {
    /// What the actions of a module are done to (P-01).
    pub enum Target {
        /// Nothing in particular.
        None = "none",
        /// A worker.
        Worker = "worker",
        /// An area.
        Area = "area",
        /// An object.
        Object = "object",
    }
}

/// Most actions of one module.
pub const ACTIONS_MAX: usize = 128;

/// A family of rights over one kind of target (P-01).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Module {
    /// The record's id.
    pub id: ModuleId,
    /// The caller's id for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Unique code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Switched on for this customer; otherwise it grants nothing.
    pub active: bool,
    /// What its actions are done to.
    pub target: Target,
    /// Its actions.
    pub actions: Vec<String>,
    /// Comes with Remit.
    #[serde(default)]
    pub built_in: bool,
}

impl Module {
    /// What is wrong with the values (P-01). `used` tells whether a grant names an action.
    pub fn check(&self, before: Option<&Module>, used: &dyn Fn(&str) -> bool) -> Vec<Violation> {
        let mut out = Vec::new();
        text::code(&mut out, "/code", &self.code);
        text::required(&mut out, "/name", &self.name, text::NAME_MAX);
        if self.actions.is_empty() {
            out.push(Violation::new(code::REQUIRED, "a module has at least one action").at("/actions"));
        }
        if self.actions.len() > ACTIONS_MAX {
            out.push(Violation::new(code::TOO_MANY_ACTIONS, format!("at most {ACTIONS_MAX}")).at("/actions"));
        }
        for (index, action) in self.actions.iter().enumerate() {
            let pointer = format!("/actions/{index}");
            text::code(&mut out, &pointer, action);
            if self.actions.iter().take(index).any(|earlier| earlier == action) {
                out.push(Violation::new(code::DUPLICATE_ITEM, "the action is named twice").at(pointer));
            }
        }
        if let Some(before) = before {
            if before.code != self.code {
                out.push(Violation::new(code::NOT_CHANGEABLE, "grants name the module by its code").at("/code"));
            }
            if before.target != self.target {
                out.push(Violation::new(code::NOT_CHANGEABLE, "the target of a module is fixed").at("/target"));
            }
            if before.built_in && before.actions != self.actions {
                out.push(Violation::new(code::MODULE_BUILT_IN, "its actions come with Remit").at("/actions"));
            }
            for action in before.actions.iter().filter(|action| !self.actions.contains(action)) {
                if used(action) {
                    out.push(Violation::new(code::ACTION_IN_USE, format!("a grant names {action}")).at("/actions"));
                }
            }
            if before.built_in && before.code == "system" && !self.active {
                out.push(Violation::new(code::MODULE_BUILT_IN, "system can't be switched off").at("/active"));
            }
        }
        out
    }
}
