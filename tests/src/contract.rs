//! Every answer that a test gets is held against the contract: the operation must list its status,
//! a problem's code, the content type, and the form of the body.

use std::collections::{HashMap, HashSet};
use std::sync::{LazyLock, OnceLock};

use api::docs::is_field_code;
use api::http::problem::catalogue;
use api::http::schema::referred;
use jsonschema::Validator;
use serde_json::{Value, json};

use crate::Answer;

static CONTRACT: LazyLock<Contract> = LazyLock::new(|| Contract::of(api::openapi::document_value()));

struct Contract {
    components: Value,
    operations: Vec<Operation>,
    /// Compiled when first needed, by the schema's own text.
    schemas: HashMap<String, OnceLock<Validator>>,
}

struct Operation {
    id: String,
    method: String,
    /// The parts of its path; `None` stands for any.
    path: Vec<Option<String>>,
    responses: HashMap<String, Value>,
}

/// The headers that are listed where they are sent, and only there.
const HEADERS: &[&str] = &["ETag", "Location", "Remit-Revision", "Link", "Retry-After", "WWW-Authenticate"];

/// Holds an answer against the contract. What no operation is asked for is let through: unknown
/// paths, other methods, the pages of the documentation.
#[track_caller]
pub fn check(method: &str, path: &str, answer: &Answer) {
    if let Err(fault) = CONTRACT.fault(method, path, answer) {
        panic!("{method} {path} is not as the contract says: {fault}\n{}", answer.text);
    }
}

/// Whether each code in a problem's `errors` is explained below `/docs/problems`.
fn explained(problem: &Value) -> Result<(), String> {
    static PAGES: LazyLock<HashSet<&str>> = LazyLock::new(|| catalogue().into_iter().map(|(code, ..)| code).collect());
    let mut codes = problem["errors"].as_array().into_iter().flatten().filter_map(|fault| fault["code"].as_str());
    match codes.find(|code| !PAGES.contains(code) && !is_field_code(code)) {
        Some(code) => Err(format!("nothing explains {code} in errors")),
        None => Ok(()),
    }
}

impl Contract {
    fn of(document: Value) -> Self {
        let components = document["components"].clone();
        let mut operations = Vec::new();
        let mut schemas = HashMap::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let resolved = |response: &Value| match response["$ref"].as_str() {
                    Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap().clone(),
                    None => response.clone(),
                };
                let responses = operation["responses"].as_object().unwrap();
                let responses: HashMap<_, _> =
                    responses.iter().map(|(key, value)| (key.clone(), resolved(value))).collect();
                for content in responses.values().filter_map(|response| response["content"].as_object()) {
                    schemas.extend(content.values().map(|media| (media["schema"].to_string(), OnceLock::new())));
                }
                operations.push(Operation {
                    id: operation["operationId"].as_str().unwrap().to_owned(),
                    method: method.to_uppercase(),
                    path: path.split('/').map(|part| (!part.starts_with('{')).then(|| part.to_owned())).collect(),
                    responses,
                });
            }
        }
        // A path with a fixed part is meant before one that takes anything there.
        operations.sort_by_key(|operation| operation.path.iter().filter(|part| part.is_none()).count());
        Self { components, operations, schemas }
    }

    fn operation(&self, method: &str, path: &str) -> Option<&Operation> {
        let parts: Vec<&str> = path.split('?').next()?.split('/').collect();
        let fits = |wanted: &[Option<String>]| {
            wanted.len() == parts.len()
                && wanted
                    .iter()
                    .zip(&parts)
                    .all(|(wanted, part)| wanted.as_ref().map_or(!part.is_empty(), |wanted| wanted == part))
        };
        // The first path that fits is the one that was asked for, whatever methods it knows.
        let asked = &self.operations.iter().find(|operation| fits(&operation.path))?.path;
        self.operations.iter().find(|operation| operation.method == method && operation.path == *asked)
    }

    fn fault(&self, method: &str, path: &str, answer: &Answer) -> Result<(), String> {
        let Some(operation) = self.operation(method, path) else {
            return Ok(());
        };
        let (id, status) = (&operation.id, answer.status);
        // Told at the header `Prefer` alone.
        if status == 204 && answer.header("preference-applied") == Some("return=minimal") {
            return if answer.text.is_empty() { Ok(()) } else { Err(format!("{id} {status} has a body")) };
        }
        let response = operation.responses.get(&status.to_string()).ok_or(format!("{id} does not list {status}"))?;
        let narrowed = ["expand=", "fields="].iter().any(|name| path.contains(name));
        for name in HEADERS {
            let (listed, given) = (&response["headers"][name], answer.header(name));
            // The last page has no link, a widened or narrowed item no tag.
            let may_lack = *name == "Link" || *name == "ETag" && narrowed;
            if listed.is_null() != given.is_none() && !(may_lack && given.is_none()) {
                return Err(format!("{id} {status}: {name} is {listed} in the contract and {given:?} in the answer"));
            }
        }
        let Some(content) = response["content"].as_object() else {
            return if answer.text.is_empty() { Ok(()) } else { Err(format!("{id} {status} has no body")) };
        };
        let given = answer.header("content-type").unwrap_or("-").split(';').next().unwrap_or_default();
        let media = content.get(given).ok_or(format!("{id} {status} does not list {given}"))?;
        if given == "application/problem+json" {
            let code = answer.json["code"].as_str().unwrap_or("-");
            let _listed = media["examples"].get(code).ok_or(format!("{id} {status} does not list the code {code}"))?;
            explained(&answer.json)?;
        }
        // `fields` leaves out what the form of the body needs.
        if !given.ends_with("json") || given.contains("ndjson") || path.contains("fields=") {
            return Ok(());
        }
        let validator = self.schemas.get(&media["schema"].to_string()).unwrap().get_or_init(|| {
            let mut root = media["schema"].clone();
            let schemas = self.components["schemas"].as_object().unwrap();
            root["components"] = json!({"schemas": referred(schemas, &root)});
            jsonschema::options().should_validate_formats(true).build(&root).unwrap()
        });
        let faults: Vec<_> = validator
            .iter_errors(&answer.json)
            .take(5)
            .map(|fault| format!("{} at {}", fault, fault.instance_path()))
            .collect();
        if faults.is_empty() { Ok(()) } else { Err(format!("the body of {id} {status}: {}", faults.join("; "))) }
    }
}
