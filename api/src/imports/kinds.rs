//! The kinds of imports, and which resource each saves.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::app::App;
use crate::commands::departments::LINKED_ROLES;
use crate::commands::save::{self as saving, Resource};
use crate::commands::{Refusal, Work, areas};
use crate::imports::verbs;

/// What the rows of an import are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "named after the resources")]
pub enum ImportKind {
    Departments,
    Positions,
    Users,
    Workers,
    Contracts,
    Roles,
    RoleRules,
    Memberships,
    Modules,
    ObjectTypes,
    Objects,
    Grants,
    Templates,
    ProtectionRules,
    Qualifications,
    NotificationSubscriptions,
    Areas,
    AreaRoles,
    MarkPatterns,
    WageTypes,
    WageOffers,
}

/// Does something with the resource of a kind.
#[macro_export]
macro_rules! of_kind {
    ($kind:expr, $resource:ident => $body:expr) => {
        match $kind {
            $crate::imports::ImportKind::Departments => {
                type $resource = domain::organisation::Department;
                $body
            }
            $crate::imports::ImportKind::Positions => {
                type $resource = domain::organisation::Position;
                $body
            }
            $crate::imports::ImportKind::Users => {
                type $resource = domain::user::User;
                $body
            }
            $crate::imports::ImportKind::Workers => {
                type $resource = domain::worker::Worker;
                $body
            }
            $crate::imports::ImportKind::Contracts => {
                type $resource = domain::organisation::Contract;
                $body
            }
            $crate::imports::ImportKind::Roles => {
                type $resource = domain::role::Role;
                $body
            }
            $crate::imports::ImportKind::RoleRules => {
                type $resource = domain::role::RoleRule;
                $body
            }
            $crate::imports::ImportKind::Memberships => {
                type $resource = domain::role::Membership;
                $body
            }
            $crate::imports::ImportKind::Modules => {
                type $resource = domain::grant::Module;
                $body
            }
            $crate::imports::ImportKind::ObjectTypes => {
                type $resource = domain::grant::ObjectType;
                $body
            }
            $crate::imports::ImportKind::Objects => {
                type $resource = domain::grant::Object;
                $body
            }
            $crate::imports::ImportKind::Qualifications => {
                type $resource = domain::qualification::Qualification;
                $body
            }
            $crate::imports::ImportKind::NotificationSubscriptions => {
                type $resource = domain::notification::NotificationSubscription;
                $body
            }
            $crate::imports::ImportKind::MarkPatterns => {
                type $resource = domain::area::MarkPattern;
                $body
            }
            $crate::imports::ImportKind::WageTypes => {
                type $resource = domain::wage::WageType;
                $body
            }
            $crate::imports::ImportKind::WageOffers => {
                type $resource = domain::wage::WageOffer;
                $body
            }
            $crate::imports::ImportKind::Templates => {
                type $resource = domain::grant::Template;
                $body
            }
            $crate::imports::ImportKind::ProtectionRules => {
                type $resource = domain::area::ProtectionRule;
                $body
            }
            // A row of the latter names an area and one of its roles.
            $crate::imports::ImportKind::Areas | $crate::imports::ImportKind::AreaRoles => {
                type $resource = domain::area::Area;
                $body
            }
            $crate::imports::ImportKind::Grants => {
                type $resource = domain::grant::Grant;
                $body
            }
        }
    };
}

impl ImportKind {
    /// Every kind's name, for the contract.
    pub const NAMES: &'static [&'static str] = &[
        "departments", "positions", "users", "workers", "contracts", "roles", "role_rules", "memberships", "modules",
        "object_types", "objects", "grants", "templates", "protection_rules", "qualifications",
        "notification_subscriptions", "areas", "area_roles", "mark_patterns", "wage_types", "wage_offers",
    ];

    /// Its name.
    pub fn name(self) -> String {
        serde_json::to_value(self).ok().and_then(|name| Some(name.as_str()?.to_owned())).unwrap_or_default()
    }

    /// The kind of that name, which may also be spelled as in the paths of the API: `role-rules`.
    pub fn parse(name: &str) -> Option<Self> {
        serde_json::from_value(Value::String(name.replace('-', "_"))).ok()
    }
}

/// The properties that rows of a kind may have, with their published schemas. Grants may give
/// their scope by columns, and some rows say what bodies leave to verbs.
///
/// # Errors
/// The contract lacks the schema.
pub fn properties(app: &App, kind: ImportKind) -> Result<Map<String, Value>, Refusal> {
    let text = || json!({"type": "string"});
    if kind == ImportKind::AreaRoles {
        let columns = ["area_external_id", "area_id", "role_external_id", "role_id", "relation"];
        return Ok(columns.into_iter().map(|name| (name.to_owned(), text())).collect());
    }
    let name = of_kind!(kind, R => <<R as Resource>::Input as ToSchema>::name());
    let mut properties = app
        .schemas()
        .properties(&name)
        .cloned()
        .ok_or_else(|| Refusal::internal(format!("the contract lacks {name}")))?;
    if kind == ImportKind::Grants {
        properties.insert("scope_type".to_owned(), json!({"type": "string"}));
        properties.insert("scope_external_id".to_owned(), json!({"type": "string"}));
        properties.insert("scope_id".to_owned(), json!({"type": "string"}));
        properties.insert("include_subtree".to_owned(), json!({"type": "boolean"}));
    }
    if kind == ImportKind::Departments {
        properties.insert(LINKED_ROLES.external_field(), json!({"type": "array"}));
    }
    if kind == ImportKind::Areas {
        // A row is taken whole or not at all, so that roles are made by rows of their own.
        properties.retain(|name, _| !matches!(name.as_str(), "new_processors" | "new_readers"));
        properties.insert("state".to_owned(), text());
    }
    if kind == ImportKind::Workers {
        properties.insert("state".to_owned(), json!({"type": "string"}));
    }
    Ok(properties)
}

/// Fields of an item that change by verbs only, and that rows of the kind say nevertheless.
pub fn of_verbs(kind: ImportKind) -> &'static [&'static str] {
    match kind {
        ImportKind::Departments => &["linked_role_ids"],
        ImportKind::Users | ImportKind::Workers | ImportKind::Contracts | ImportKind::Areas => &["state"],
        _ => &[],
    }
}

/// Brings the columns of a row into the form of the API.
pub fn shape(kind: ImportKind, fields: &mut Map<String, Value>) {
    if kind == ImportKind::Grants {
        nest_scope(fields);
    }
}

/// Loads in one go what saving these rows will need.
///
/// # Errors
/// The database fails.
pub fn preload(work: &mut Work<'_, '_>, kind: ImportKind, rows: &[Map<String, Value>]) -> Result<(), Refusal> {
    if kind == ImportKind::AreaRoles {
        return areas::preload_roles(work, rows);
    }
    of_kind!(kind, R => R::preload(work, rows))
}

/// Saves a row; whether it was created.
///
/// # Errors
/// The row is bad, or the database fails.
pub fn save(work: &mut Work<'_, '_>, kind: ImportKind, fields: Map<String, Value>) -> Result<bool, Refusal> {
    match kind {
        ImportKind::Departments => verbs::department(work, fields),
        ImportKind::Users => verbs::user(work, fields),
        ImportKind::Workers => verbs::worker(work, fields),
        ImportKind::Areas => verbs::area(work, fields),
        ImportKind::AreaRoles => areas::add_role(work, fields),
        _ => of_kind!(kind, R => saving::upsert_row::<R>(work, fields).map(|(_, created)| created)),
    }
}

/// `scope_type`, `scope_external_id` and `include_subtree` become the scope of the API.
fn nest_scope(fields: &mut Map<String, Value>) {
    let mut scope = Map::new();
    for (column, field) in [
        ("scope_type", "type"),
        ("scope_external_id", "external_id"),
        ("scope_id", "id"),
        ("include_subtree", "include_subtree"),
    ] {
        if let Some(value) = fields.remove(column)
            && !value.is_null()
        {
            scope.insert(field.to_owned(), value);
        }
    }
    // Only a department has a subtree; a column of falses says nothing of the others.
    if scope.get("type").and_then(Value::as_str) != Some("department")
        && scope.get("include_subtree") == Some(&Value::Bool(false))
    {
        scope.remove("include_subtree");
    }
    if !scope.is_empty() && !fields.contains_key("scope") {
        fields.insert("scope".to_owned(), Value::Object(scope));
    }
}

/// The other way round, for exports.
pub fn flatten_scope(fields: &mut Map<String, Value>) {
    let Some(Value::Object(mut scope)) = fields.remove("scope") else { return };
    for (field, column) in [
        ("type", "scope_type"),
        ("external_id", "scope_external_id"),
        ("id", "scope_id"),
        ("include_subtree", "include_subtree"),
    ] {
        if let Some(value) = scope.remove(field) {
            fields.insert(column.to_owned(), value);
        }
    }
}
