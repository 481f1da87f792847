//! Holder and scope of a grant as callers write them.

use domain::grant::{Holder, Scope};
use domain::id::{AreaId, DepartmentId, ObjectId, WorkerId};
use domain::rule::{Violation, code};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Who holds a grant.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HolderType {
    /// The members of a role.
    Role,
    /// One user: a personal grant, which sets the roles' aside.
    User,
}

/// What sort of scope.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScopeType {
    /// Every target of the module.
    All,
    /// The workers placed in a department, the objects that belong to it.
    Department,
    /// One worker.
    Worker,
    /// One area and its objects, not those of the areas below it.
    Area,
    /// One object.
    Object,
    /// Every object of one type; `id` is its code.
    ObjectType,
}

/// What a grant covers.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"type": "all"}))]
pub struct GrantScope {
    /// What sort of scope.
    #[serde(rename = "type")]
    #[schema(inline)]
    pub scope_type: ScopeType,
    /// The department, worker, area, object; or the code of the object type. Absent for `all`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100)]
    pub id: Option<String>,
    /// The same by your own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100)]
    pub external_id: Option<String>,
    /// For a department: with those below it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub include_subtree: Option<bool>,
}

impl GrantScope {
    /// A scope as callers see it.
    pub fn of(scope: &Scope) -> Self {
        let (scope_type, id, include_subtree) = match scope {
            Scope::All => (ScopeType::All, None, None),
            Scope::Department { id, include_subtree } => {
                (ScopeType::Department, Some(id.to_string()), Some(*include_subtree))
            }
            Scope::Worker { id } => (ScopeType::Worker, Some(id.to_string()), None),
            Scope::Area { id } => (ScopeType::Area, Some(id.to_string()), None),
            Scope::Object { id } => (ScopeType::Object, Some(id.to_string()), None),
            Scope::ObjectType { id } => (ScopeType::ObjectType, Some(id.clone()), None),
        };
        Self { scope_type, id, external_id: None, include_subtree }
    }
    /// The scope from its parts.
    ///
    /// # Errors
    /// A part is missing, or does not go with the type.
    pub fn scope(&self) -> Result<Scope, Violation> {
        let missing = || Violation::new(code::REQUIRED, "is missing").at("/scope/id");
        let no_uuid = || Violation::new(code::BAD_VALUE, "is no UUID").at("/scope/id");
        let id = || -> Result<Uuid, Violation> { self.id.as_ref().ok_or_else(missing)?.parse().map_err(|_| no_uuid()) };
        if self.include_subtree == Some(true) && self.scope_type != ScopeType::Department {
            return Err(Violation::new(code::BAD_VALUE, "only a department has a subtree").at("/scope/include_subtree"));
        }
        Ok(match self.scope_type {
            ScopeType::All if self.id.is_some() => {
                return Err(Violation::new(code::BAD_VALUE, "the scope all has no id").at("/scope/id"));
            }
            ScopeType::All => Scope::All,
            ScopeType::Department => {
                Scope::Department { id: DepartmentId(id()?), include_subtree: self.include_subtree.unwrap_or(false) }
            }
            ScopeType::Worker => Scope::Worker { id: WorkerId(id()?) },
            ScopeType::Area => Scope::Area { id: AreaId(id()?) },
            ScopeType::Object => Scope::Object { id: ObjectId(id()?) },
            ScopeType::ObjectType => Scope::ObjectType { id: self.id.clone().ok_or_else(missing)? },
        })
    }
}

/// The type and id of a holder.
pub fn holder_parts(holder: Holder) -> (HolderType, Uuid) {
    match holder {
        Holder::Role(id) => (HolderType::Role, id.0),
        Holder::User(id) => (HolderType::User, id.0),
    }
}
