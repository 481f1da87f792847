//! The form of the contract, the same for every resource: idempotency keys, preferences, limits,
//! a part of an item, revisions already seen, other origins; and exports.

mod browsers;
mod exports;
mod fields;
mod idempotency;
mod limits;
mod moving;
mod preferences;
mod revisions;

use serde_json::{Value, json};
use tests::{Answer, Client, TestApp, on_every_database};

const JSON: (&str, &str) = ("content-type", "application/json");

/// POST with headers of one's own.
fn post_with(client: &Client, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
    let headers: Vec<_> = [JSON].into_iter().chain(headers.iter().copied()).collect();
    client.send("POST", path, &headers, Some(body.to_string().as_bytes()))
}
