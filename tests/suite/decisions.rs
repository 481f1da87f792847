//! Decisions: the AuthZEN face.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::{Answer, Client, Company, Person, TestApp, on_every_database};

const ONE: &str = "/access/v1/evaluation";
const MANY: &str = "/access/v1/evaluations";

/// A company in which `anna` may record the time of worker `x`, and nobody else may.
struct Scene<'a> {
    app: &'a TestApp,
    company: Company<'a>,
    anna: Person,
    x: String,
}

impl<'a> Scene<'a> {
    fn new(app: &'a TestApp) -> Self {
        let company = app.company();
        let (anna, x) = (company.person("anna"), company.worker("x"));
        company.personal_grant(&anna.user, "time", json!({"type": "worker", "id": x}), &["record"], &[]);
        Self { app, company, anna, x }
    }

    /// May Anna record the time of `x`? She may.
    fn question(&self) -> Value {
        json!({
            "subject": {"type": "user", "id": self.anna.user}, "action": {"name": "time:record"},
            "resource": {"type": "worker", "id": self.x},
        })
    }

    fn ask(&self, body: &Value) -> Answer {
        self.app.admin().post(ONE, body.clone())
    }
}

fn with(mut body: Value, name: &str, value: Value) -> Value {
    body[name] = value;
    body
}

fn raw(client: &Client, path: &str, content_type: &str, body: &str) -> Answer {
    client.send("POST", path, &[("content-type", content_type)], Some(body.as_bytes()))
}

#[track_caller]
fn refused(answer: Answer, pointer: &str) {
    let refused = answer.expect_problem(400, "invalid_body");
    assert_eq!(refused.pointers(), [pointer]);
}

mod batches;
mod conformance;
mod live;
mod one;
mod others;
mod reasons;
mod searches;
mod timeline;
mod wages;
