//! The contract: the served document, Swagger UI, the pages of problems, what every answer
//! carries.

mod answers;
mod document;
mod documentation;
mod examples;
mod problems;

use serde_json::{Value, json};
use tests::{Answer, TestApp, on_every_database};

/// A running service on SQLite; what is tested here asks no database.
fn service() -> TestApp {
    TestApp::start(persistence::testing::sqlite())
}

/// Every operation: path, method, the operation.
fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, methods)| {
            methods
                .as_object()
                .unwrap()
                .iter()
                .map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
        })
        .collect()
}
