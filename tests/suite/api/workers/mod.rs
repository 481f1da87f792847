mod account;
mod close;
mod contracts;
mod create;
mod get;
mod list;
mod many;
mod remove;
mod rename;
mod reopen;
mod role_sync;
mod update;
mod upsert;

use serde_json::{Value, json};

const ALL: &str = "/api/v1/workers";

/// What a worker needs to be created.
fn folder(number: &str) -> Value {
    json!({"personal_number": number, "first_name": "First", "last_name": "Last"})
}
