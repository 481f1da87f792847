mod archive;
mod create;
mod get;
mod list;
mod remove;
mod update;
mod upsert;

use serde_json::{Value, json};
use tests::Company;

const ALL: &str = "/api/v1/areas";

/// A role, whose code and external id are the name.
fn role(company: &Company<'_>, name: &str) -> String {
    company.role(name, 0)
}

/// An area of that owner with a processor of its own; external id and name are the name.
fn area(company: &Company<'_>, name: &str, owner: &str) -> String {
    area_with(company, name, owner, json!({}))
}

/// The same, with more.
fn area_with(company: &Company<'_>, name: &str, owner: &str, more: Value) -> String {
    let mut body = json!({
        "external_id": name, "name": name, "owner_id": owner, "new_processors": [{"name": format!("{name} team")}],
    });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    company.make("areas", body)
}
