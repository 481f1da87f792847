//! The problems that an operation can raise: the general ones follow from its shape, those of the
//! domain stand in a table. The tests' client holds every answer of the service against it.

use std::collections::BTreeMap;

use domain::rule::code::{ACTING_AS_REFUSED, OWN_RIGHTS_WIDENED};
use domain::rule::{Class, Code, Violation};
use serde_json::{Map, Value, json};

use crate::http::problem::{self, FieldError, Problem, ProblemCode};
use crate::openapi::refusals::{OPEN_TO_ALL, OWN, REFUSALS};
use crate::openapi::{headers, lists};

/// One code as an operation lists it.
struct Listed {
    name: &'static str,
    status: u16,
    /// The key of its example among the components.
    example: String,
}

impl Listed {
    fn http(code: ProblemCode, status: u16) -> Self {
        let example = if status == code.status { code.name.to_owned() } else { format!("{}_{status}", code.name) };
        Self { name: code.name, status, example }
    }

    fn domain(code: &Code) -> Self {
        let status = Problem::violations(&[Violation::new(*code, "")]).status;
        Self { name: code.name, status, example: code.name.to_owned() }
    }
}

/// The codes that follow from the shape of an operation.
fn general(path: &str, method: &str, id: &str, operation: &Map<String, Value>) -> Vec<Listed> {
    let decides = path.starts_with("/access/");
    let monitors = matches!(path, "/livez" | "/readyz" | "/metrics");
    let secured = operation.get("security").is_none();
    let content = operation.get("requestBody").and_then(|body| body.get("content")).and_then(Value::as_object);
    let json = content.is_some_and(|content| content.contains_key("application/json"));
    let header = |name: &str| super::parameters::find(operation, name);
    let mut codes = vec![problem::INTERNAL];
    let mut add = |when: bool, code: ProblemCode| codes.extend(when.then_some(code));
    add(content.is_some(), problem::MALFORMED_BODY);
    add(json, problem::BODY_NOT_ALLOWED);
    add(!decides, problem::BAD_PARAMETER);
    add(lists::of_operation(id).is_some(), problem::BAD_CURSOR);
    let checked = ["If-Match", "If-None-Match", "Idempotency-Key", "Remit-Acting-As", "Remit-Min-Revision"];
    add(checked.iter().any(|name| header(name).is_some()), problem::BAD_HEADER);
    add(secured, problem::UNAUTHENTICATED);
    add(secured && !OPEN_TO_ALL.contains(&id), problem::FORBIDDEN);
    add(path.contains('{'), problem::NOT_FOUND);
    add(!monitors && !path.starts_with("/.well-known/"), problem::NOT_ACCEPTABLE);
    add(method != "get" && path.starts_with("/api/"), problem::CONFLICT);
    add(header("If-Match").is_some(), problem::STALE);
    add(content.is_some(), problem::TOO_LARGE);
    add(content.is_some() && !decides, problem::UNSUPPORTED_MEDIA);
    add(json && !decides, problem::INVALID_VALUES);
    add(header("Idempotency-Key").is_some(), problem::KEY_REUSED);
    add(header("If-Match").is_some_and(|header| header["required"] == true), problem::PRECONDITION_REQUIRED);
    add(secured || method == "post", problem::TOO_MANY);
    add(secured || method == "post", problem::BUSY);
    add(header("Remit-Min-Revision").is_some() || decides, problem::BEHIND);
    add(secured || method == "post" || path == "/readyz", problem::UNAVAILABLE);
    let mut listed: Vec<Listed> = codes.into_iter().map(|code| Listed::http(code, code.status)).collect();
    // The standard for decisions wants a 400 where everything else answers 415.
    listed.extend(decides.then(|| Listed::http(problem::UNSUPPORTED_MEDIA, 400)));
    listed
}

/// Lists the problems of an operation, by status, each code with its example. Answers of one or
/// two codes, which many operations have, go to the shared ones.
pub fn add(path: &str, method: &str, operation: &mut Map<String, Value>, shared: &mut Map<String, Value>) {
    let id = operation.get("operationId").and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut listed = general(path, method, &id, operation);
    for (_, codes) in OWN.iter().filter(|(ids, _)| ids.contains(&id.as_str())) {
        listed.extend(codes.iter().map(|code| Listed::http(*code, code.status)));
    }
    if super::parameters::find(operation, "Remit-Acting-As").is_some() {
        listed.push(Listed::domain(&ACTING_AS_REFUSED));
    }
    for (_, codes) in REFUSALS.iter().filter(|(ids, _)| ids.contains(&id.as_str())) {
        listed.extend(codes.iter().map(|code| Listed::domain(code)));
    }
    if super::plans::can_be_planned(&id) {
        listed.push(Listed::domain(&OWN_RIGHTS_WIDENED));
    }
    let mut by_status: BTreeMap<u16, Vec<Listed>> = BTreeMap::new();
    for one in listed {
        by_status.entry(one.status).or_default().push(one);
    }
    let Some(Value::Object(responses)) = operation.get_mut("responses") else { return };
    for (status, listed) in by_status {
        let response = response(status, &listed);
        let names: Vec<String> = listed.iter().map(|one| pascal(&one.example)).collect();
        if names.len() > 2 {
            responses.insert(status.to_string(), response);
            continue;
        }
        let name = names.join("Or");
        responses.insert(status.to_string(), json!({"$ref": format!("#/components/responses/{name}")}));
        shared.insert(name, response);
    }
}

/// `not_found` as `NotFound`.
pub fn pascal(code: &str) -> String {
    let upper =
        |word: &str| word.get(..1).map(str::to_ascii_uppercase).unwrap_or_default() + word.get(1..).unwrap_or("");
    code.split('_').map(upper).collect()
}

/// What the statuses of problems mean.
const STATUSES: &[(u16, &str)] = &[
    (400, "What was sent can't be parsed, or names something unknown"),
    (401, "No valid token, or wrong credentials"),
    (403, "The caller lacks a permission, which `missing` names"),
    (404, "There is no such thing, or the caller may not know of it"),
    (406, "The answer has none of the forms that the caller accepts"),
    (409, "A rule of the domain is broken"),
    (412, "The thing has changed since it was read"),
    (413, "The body is larger than allowed"),
    (415, "The content type is not one that this operation takes"),
    (422, "Values are missing or make no sense"),
    (428, "If-Match is required"),
    (429, "Too many requests; `Retry-After` says when to go on"),
    (500, "Something went wrong inside"),
    (503, "Busy, behind, or without its database; try again"),
];

fn response(status: u16, listed: &[Listed]) -> Value {
    let description = STATUSES.iter().find(|(known, _)| *known == status).map_or("A problem", |(_, text)| text);
    let reference = |one: &Listed| json!({"$ref": format!("#/components/examples/{}", one.example)});
    let examples: Map<String, Value> = listed.iter().map(|one| (one.name.to_owned(), reference(one))).collect();
    let mut response = json!({
        "description": description,
        "content": {"application/problem+json": {
            "schema": {"$ref": "#/components/schemas/Problem"}, "examples": examples,
        }},
    });
    let names = headers::of_problem(status);
    if let Value::Object(response) = &mut response {
        response.insert("headers".into(), headers::references(&names));
    }
    response
}

/// An example of every code, named after it.
pub fn examples() -> impl Iterator<Item = (String, Value)> {
    let http = problem::ALL.iter().map(|code| (code.name.to_owned(), example(code.title, filled(*code))));
    let domain = domain::rule::code::ALL.iter().map(|code| (code.name.to_owned(), example(code.title, refused(code))));
    let listed = Listed::http(problem::UNSUPPORTED_MEDIA, 400);
    let mut other = filled(problem::UNSUPPORTED_MEDIA);
    other.status = listed.status;
    http.chain(domain).chain([(listed.example, example(problem::UNSUPPORTED_MEDIA.title, other))])
}

fn example(summary: &str, mut problem: Problem) -> Value {
    problem.request_id = Some("019b8d2b8c007b6d9f3e0c1f5e117a3f".to_owned());
    json!({"summary": summary, "value": problem})
}

/// A problem of the HTTP face as it is met.
fn filled(code: ProblemCode) -> Problem {
    let fault = |pointer: &str, code: &str, detail: &str| {
        vec![FieldError { pointer: pointer.to_owned(), code: code.to_owned(), detail: detail.to_owned() }]
    };
    match code {
        problem::UNAUTHENTICATED => Problem::bad_token("the token has expired"),
        problem::FORBIDDEN => Problem::forbidden("system", "user.read"),
        problem::MALFORMED_BODY => Problem::new(code).detail("no valid JSON at line 1, column 9"),
        problem::BODY_NOT_ALLOWED => {
            Problem::new(code).detail("see errors").errors(fault("/nme", "unknown_field", "there is no such field"))
        }
        problem::INVALID_VALUES => {
            Problem::new(code).detail("see errors").errors(fault("/name", "required", "is missing"))
        }
        problem::BAD_PARAMETER => Problem::new(code)
            .detail("see errors")
            .errors(fault("frob", "unknown_parameter", "there is no such parameter")),
        _ => Problem::new(code),
    }
}

/// A refusal of the domain as it is met.
fn refused(code: &Code) -> Problem {
    let mut detail = code.title.trim_end_matches('.').to_owned();
    if let Some(first) = detail.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    let violation = Violation::new(*code, detail);
    Problem::violations(&[if code.class == Class::Reference { violation.at("/department_id") } else { violation }])
}
