use serde_json::{Value, json};
use tests::Company;

mod create;
mod get;
mod list;
mod remove;
mod update;
mod upsert;

const ALL: &str = "/api/v1/templates";

/// A template of a department that lets a role do these things with a type.
fn body(department: &str, object_type: &str, role: &str, allow: &[&str]) -> Value {
    json!({
        "name": "Template", "department_ids": [department],
        "rights": [{"object_type": object_type, "role_id": role, "allow": allow}],
    })
}

/// One of a new department and role of that name.
fn some(company: &Company<'_>, name: &str) -> String {
    company.make("templates", body(&company.department(name, None), "document", &company.role(name, 0), &["use"]))
}
