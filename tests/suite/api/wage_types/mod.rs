use serde_json::{Value, json};

mod create;
mod get;
mod list;
mod remove;
mod update;
mod upsert;

const ALL: &str = "/api/v1/wage-types";

/// A wage type of the first request group.
fn body(code: &str) -> Value {
    json!({"code": code, "name": format!("Type {code}"), "unit": "hour", "request_group": 1})
}
