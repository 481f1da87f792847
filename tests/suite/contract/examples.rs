//! The examples of the contract, sent as they stand to the company that `remit demo` loads.

use api::imports::ImportKind;
use tests::{Client, Demo};

use super::*;

/// Operations whose example can't succeed on a demo that has just begun, and why.
const NOT_SENT: &[(&str, &str)] = &[
    ("logIn", "the demo makes its password anew at each start"),
    ("refreshTokens", "a refresh token comes from a log-in"),
    ("setUp", "the demo has its administrator"),
    ("changeMyPassword", "the demo's administrator calls with an API token"),
    ("endSession", "a session comes from a log-in"),
    ("setPassword", "the link comes from an administrator and works once"),
    ("acceptInvitation", "the link comes from an administrator and works once"),
    ("getUserActivity", "the demo's administrator sees nobody's but their own, and has another id at each start"),
    ("cancelOperation", "the demo's operations have ended"),
    ("getMyWorker", "the demo's administrator has no folder"),
];

/// The request that an operation's examples make: path and query, headers, body with its type.
struct Request {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

impl Request {
    /// Of the needed parameters alone, or of one more.
    fn of(path: &str, method: &str, operation: &Value, more: Option<&Value>) -> Self {
        let mut request = Request { method: method.to_uppercase(), path: path.to_owned(), headers: vec![], body: None };
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        for parameter in parameters.filter(|one| one["required"] == true).chain(more) {
            let name = parameter["name"].as_str().unwrap();
            let example = parameter.get("example").unwrap_or(&parameter["schema"]["examples"][0]);
            let text = example.as_str().map_or_else(|| example.to_string(), str::to_owned);
            match parameter["in"].as_str().unwrap() {
                "path" => request.path = request.path.replace(&format!("{{{name}}}"), &text),
                "query" => {
                    let sign = if request.path.contains('?') { '&' } else { '?' };
                    request.path = format!("{}{sign}{name}={text}", request.path);
                }
                _ => request.headers.push((name.to_owned(), text)),
            }
        }
        if operation["operationId"] == "compareAccess" {
            request.complete_pair(operation);
        }
        // A mode is one of a wage type.
        if operation["operationId"] == "getAccessTimeline" && request.path.contains("&mode=") {
            request.path.push_str("&wage_type=holiday");
        }
        if let Some((kind, media)) = operation["requestBody"]["content"].as_object().and_then(|all| all.iter().next()) {
            request.headers.push(("content-type".to_owned(), kind.clone()));
            let example = &media["example"];
            request.body = Some(example.as_str().map_or_else(|| example.to_string(), str::to_owned).into_bytes());
        }
        request
    }

    /// Adds what a comparison needs beside what it says: two users or two roles, never a mixture.
    fn complete_pair(&mut self, operation: &Value) {
        let pair =
            if self.path.contains("role_id=") { ["role_id", "with_role_id"] } else { ["user_id", "with_user_id"] };
        for name in pair {
            let said = self.path.split(['?', '&']).any(|part| part.starts_with(&format!("{name}=")));
            let parameters = operation["parameters"].as_array().unwrap();
            let parameter = parameters.iter().find(|one| one["name"] == name).unwrap();
            if !said {
                let sign = if self.path.contains('?') { '&' } else { '?' };
                let example = parameter["schema"]["examples"][0].as_str().unwrap();
                self.path = format!("{}{sign}{name}={example}", self.path);
            }
        }
    }

    /// Sends it; the client holds the answer against the contract.
    fn send(&self, client: &Client) -> tests::Answer {
        let headers: Vec<_> = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let body = self.body.as_deref().or((self.method == "POST").then_some(b""));
        client.send(&self.method, &self.path, &headers, body)
    }

    fn succeeds(&self, client: &Client) -> tests::Answer {
        let answer = self.send(client);
        assert!(answer.status < 400, "{} {}: {} {}", self.method, self.path, answer.status, answer.text);
        answer
    }
}

/// A kind whose export knows a parameter: its description names those that do, unless all do.
fn exported<'a>(operation: &Value, parameter: &'a Value) -> &'a str {
    let kinds = operation["parameters"].as_array().unwrap().iter().find(|one| one["in"] == "path");
    let is_kind = |word: &&str| kinds.is_some_and(|of| of["name"] == "kind") && ImportKind::parse(word).is_some();
    parameter["description"].as_str().unwrap_or_default().split('`').find(is_kind).unwrap_or("positions")
}

fn sent(id: &Value) -> bool {
    NOT_SENT.iter().all(|(operation, _)| id != operation)
}

// Every request made of its examples alone succeeds.
#[test]
fn every_request_succeeds_on_the_demo_as_its_examples_stand() {
    let document = api::openapi::document_value();
    let demo = Demo::load();
    let reading = demo.serve();
    let mut count = 0;
    for (path, method, operation) in operations(&document) {
        if sent(&operation["operationId"]) {
            let request = Request::of(path, method, operation, None);
            if method == "get" {
                request.succeeds(&reading.admin);
            } else {
                request.succeeds(&demo.serve().admin);
            }
            count += 1;
        }
    }
    assert!(count > 100, "{count}");
}

// A plan can be made of each that the contract says so of, and changes nothing; of no other write (H-03).
#[test]
fn every_planned_example_is_a_plan_and_nothing_else() {
    let document = api::openapi::document_value();
    let running = Demo::load().serve();
    let newest = || running.admin.get("/api/v1/audit?limit=1").expect(200).items()[0]["revision"].clone();
    let before = newest();
    let mut planned = 0;
    for (path, method, operation) in operations(&document) {
        let id = operation["operationId"].as_str().unwrap();
        // A run or an import that is only planned is an operation.
        let operates = matches!(id, "startRoleSyncRun" | "startImport");
        if method == "get" || !path.starts_with("/api/v1/") || operates {
            continue;
        }
        let takes_plans = operation["parameters"].as_array().into_iter().flatten().any(|one| one["name"] == "plan");
        let mut request = Request::of(path, method, operation, None);
        let sign = if request.path.contains('?') { '&' } else { '?' };
        request.path = format!("{}{sign}plan=true", request.path);
        let answer = request.send(&running.admin);
        if takes_plans {
            assert_eq!(answer.status, 202, "{id}: {}", answer.text);
            assert_eq!(answer.json["state"], "open", "{id}: {}", answer.text);
            planned += 1;
        } else {
            assert!((400..500).contains(&answer.status), "{id}: {} {}", answer.status, answer.text);
        }
    }
    assert!(planned > 60, "{planned}");
    assert_eq!(newest(), before);
}

// So does every one with a further parameter, and an answer that is the example's is so in full.
#[test]
fn every_optional_parameter_is_taken_as_its_example_stands() {
    let document = api::openapi::document_value();
    let running = Demo::load().serve();
    for (path, method, operation) in operations(&document) {
        if method != "get" || !sent(&operation["operationId"]) {
            continue;
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            // A cursor belongs to the list that gave it; the example's is that of the whole list.
            let of_a_part = parameter["name"] == "cursor" && path.contains('{');
            if parameter["required"] != true && !of_a_part {
                let path = path.replace("{kind}", exported(operation, parameter));
                Request::of(&path, method, operation, Some(parameter)).succeeds(&running.admin);
            }
        }
    }
}

// What the examples show of single things is what the demo answers, but for instants.
#[test]
fn the_examples_of_answers_are_what_the_demo_answers() {
    let document = api::openapi::document_value();
    let running = Demo::load().serve();
    let examples = &document["components"]["examples"];
    for (path, method, operation) in operations(&document) {
        let id = operation["operationId"].as_str().unwrap();
        let tagged = operation["responses"]["304"].is_object() || id == "getApiToken";
        if method != "get" || !tagged {
            continue;
        }
        let answer = Request::of(path, method, operation, None).succeeds(&running.admin).json;
        let schema = operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].as_str().unwrap();
        let shown = &examples[schema.rsplit('/').next().unwrap()]["value"];
        for (field, value) in shown.as_object().unwrap() {
            if !matches!(field.as_str(), "created_at" | "updated_at") {
                assert_eq!(&answer[field], value, "{id} {field}");
            }
        }
    }
}

// Only the company's own ids follow from external ids: one that was freed can be used again.
#[test]
fn a_freed_external_id_of_the_demo_serves_a_new_record() {
    let running = Demo::load().serve();
    let page = running.admin.get("/api/v1/positions?limit=1").expect(200);
    let position = &page.items()[0];
    let (id, external_id) = (position["id"].as_str().unwrap(), &position["external_id"]);
    running.admin.patch(&format!("/api/v1/positions/{id}"), json!({"external_id": "freed"})).expect(200);
    let body = json!({"code": "new", "name": "New", "external_id": external_id});
    let made = running.admin.post("/api/v1/positions", body).expect(201);
    assert_ne!(made.id(), id);
}
