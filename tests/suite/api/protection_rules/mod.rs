use serde_json::{Value, json};

mod create;
mod get;
mod list;
mod remove;
mod update;
mod upsert;

const ALL: &str = "/api/v1/protection-rules";

/// A rule that guards a module from a role.
fn body(module: &str, role: &str) -> Value {
    json!({"name": "Rule", "module": module, "role_ids": [role]})
}
