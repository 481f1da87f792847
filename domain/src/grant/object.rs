//! Objects and their types (P-09, P-10). Remit keeps their rights, not their content.

use serde::{Deserialize, Serialize};

use crate::grant::{Module, Target};
use crate::id::{AreaId, DepartmentId, ObjectId, ObjectTypeId, UserId};
use crate::named_values;
use crate::rule::{Violation, code};
use crate::text;

/// The six rights over objects whose allow brings `read` (P-09).
pub const OBJECT_RIGHTS: [&str; 6] = ["use", "edit", "record_hours", "order", "rebook", "report_finished"];

/// Words that can't be the code of an object type: they are resource types of decisions.
pub const RESERVED_TYPES: [&str; 4] = ["user", "worker", "area", "module"];

/// A type of objects, in a module whose target is `object`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ObjectType {
    /// The record's id.
    pub id: ObjectTypeId,
    /// The caller's id for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Unique code.
    pub code: String,
    /// Name.
    pub name: String,
    /// The code of its module.
    pub module: String,
    /// Comes with Remit.
    #[serde(default)]
    pub built_in: bool,
}

impl ObjectType {
    /// Whether it is offered: its module is switched on (P-09).
    ///
    /// # Errors
    /// It is not.
    pub fn offered(&self, module: &Module) -> Result<(), Violation> {
        if module.active {
            return Ok(());
        }
        Err(Violation::new(code::TYPE_NOT_OFFERED, format!("module {} is switched off", module.code)))
    }

    /// What is wrong with the values (P-10).
    pub fn check(&self, before: Option<&ObjectType>, module: &Module) -> Vec<Violation> {
        let mut out = Vec::new();
        text::code(&mut out, "/code", &self.code);
        text::required(&mut out, "/name", &self.name, text::NAME_MAX);
        if RESERVED_TYPES.contains(&self.code.as_str()) {
            out.push(
                Violation::new(code::OBJECT_TYPE_RESERVED, format!("not one of {}", RESERVED_TYPES.join(", ")))
                    .at("/code"),
            );
        }
        if module.target != Target::Object {
            out.push(
                Violation::new(
                    code::MODULE_TARGET_NOT_OBJECT,
                    format!("module {} has target {}", module.code, module.target),
                )
                .at("/module"),
            );
        }
        if let Some(before) = before {
            if before.code != self.code {
                out.push(Violation::new(code::NOT_CHANGEABLE, "objects name the type by its code").at("/code"));
            }
            if before.module != self.module {
                out.push(Violation::new(code::OBJECT_TYPE_FIXED, "the module of a type is fixed").at("/module"));
            }
        }
        out
    }
}

named_values! {
    /// Where an object stands.
    pub enum ObjectState {
        /// Being worked on.
        Open = "open",
        /// Finished.
        Done = "done",
    }
}

/// Something that other programs keep and Remit guards (P-10).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Object {
    /// The record's id.
    pub id: ObjectId,
    /// The caller's id for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The code of its type.
    #[serde(rename = "type")]
    pub object_type: String,
    /// Title.
    pub title: String,
    /// Where it stands.
    pub state: ObjectState,
    /// The department that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department_id: Option<DepartmentId>,
    /// The area that it lies in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area_id: Option<AreaId>,
    /// Its mark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<String>,
    /// Whether no other object of the type may have the same mark.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unique_mark: bool,
    /// Who created it; `None` when the local operator did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author_id: Option<UserId>,
    /// Who is to do it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee_id: Option<UserId>,
    /// Who works on it besides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub team_ids: Vec<UserId>,
}

/// Most members of an object's team.
pub const TEAM_MAX: usize = 500;

impl Object {
    /// What is wrong with the values (P-10).
    pub fn check(&self, before: Option<&Object>) -> Vec<Violation> {
        let mut out = Vec::new();
        text::required(&mut out, "/title", &self.title, text::NAME_MAX);
        if before.is_some_and(|before| before.object_type != self.object_type) {
            out.push(Violation::new(code::OBJECT_TYPE_FIXED, "an object keeps its type").at("/type"));
        }
        if self.team_ids.len() > TEAM_MAX {
            out.push(Violation::new(code::OUT_OF_RANGE, format!("at most {TEAM_MAX} people")).at("/team_ids"));
        }
        let mut team = self.team_ids.clone();
        team.sort_unstable();
        team.dedup();
        if team.len() != self.team_ids.len() {
            out.push(Violation::new(code::DUPLICATE_ITEM, "somebody is named twice").at("/team_ids"));
        }
        out
    }
}
