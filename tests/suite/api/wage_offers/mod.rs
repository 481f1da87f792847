use serde_json::{Value, json};
use tests::Company;

mod create;
mod get;
mod list;
mod remove;
mod update;
mod upsert;

const ALL: &str = "/api/v1/wage-offers";

/// A wage type of that code; its id.
fn wage_type(company: &Company<'_>, code: &str) -> String {
    company.make("wage-types", json!({"code": code, "name": code, "unit": "hour", "request_group": 2}))
}

/// What a role offers.
fn body(role: &str, wage_type: &str) -> Value {
    json!({"holder_id": role, "wage_type_id": wage_type})
}
