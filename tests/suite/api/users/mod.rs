mod block;
mod bulk;
mod create;
mod get;
mod list;
mod release;
mod remove;
mod restore;
mod roles;
mod unblock;
mod update;
mod upsert;

use serde_json::{Value, json};

const ALL: &str = "/api/v1/users";

/// What a person needs to be created.
fn person(login: &str) -> Value {
    json!({"login": login, "first_name": "First", "last_name": "Last", "email": format!("{login}@example.org")})
}
