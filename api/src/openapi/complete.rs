//! Adds to the collected contract what many operations share.

use serde_json::{Map, Value, json};

use crate::http::deprecation;
use crate::http::listing::{FilterKind, ListSpec};
use crate::openapi::{form, lists};

const DESCRIPTION: &str = "Remit keeps a company's people, placements and rights in step, and answers who may do what, \
to whom, on which day, and why. Log in at `/auth/login` or use an API token, then press Authorize and paste the token.\n\n\
Errors are problems (RFC 9457). Items carry an `ETag`; changes of an item need it as `If-Match`. Lists are paged by \
`cursor`. Every write answers `Remit-Revision`.";

/// The tags, in the order in which a reader needs them.
const TAGS: &[(&str, &str)] = &[
    ("log-in", "Log in, refresh, log out, set up"),
    ("me", "The caller: who, and what to show"),
    ("decisions", "May this user do that, to whom, when, and why (OpenID AuthZEN)"),
    ("users", "System accounts"),
    ("workers", "Personal folders and their link to an account"),
    ("departments", "The tree of departments, with linked roles"),
    ("positions", "Job titles and functions"),
    ("contracts", "Who works where, as what, when"),
    ("roles", "Named sets of people that can hold rights"),
    ("memberships", "Who is in which role, for how long"),
    ("role-rules", "Which contracts make members of automatic roles"),
    ("modules", "Families of rights"),
    ("object-types", "Types of objects"),
    ("objects", "What other programs keep and Remit guards"),
    ("grants", "Rights of roles and of users in person"),
    ("imports", "Bulk data by CSV and NDJSON"),
    ("exports", "All rows of a kind by CSV and NDJSON"),
    ("operations", "Long work and its progress"),
    ("api-tokens", "Credentials of programs"),
    ("audit", "The change log"),
    ("settings", "Settings of the organisation"),
    ("rules", "The rules that errors point at"),
    ("status", "Health and metrics"),
];

/// Completes the collected contract.
pub fn complete(document: &mut Value) {
    let Value::Object(root) = document else { return };
    root.insert("openapi".into(), json!("3.1.0"));
    root.insert(
        "info".into(),
        json!({
            "title": "Remit", "version": env!("CARGO_PKG_VERSION"), "description": DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        }),
    );
    root.insert("servers".into(), json!([{"url": "/", "description": "This service"}]));
    root.insert("security".into(), json!([{"token": []}]));
    root.insert(
        "tags".into(),
        TAGS.iter().map(|(name, description)| json!({"name": name, "description": description})).collect(),
    );
    if let Some(Value::Object(components)) = root.get_mut("components") {
        if let Some(Value::Object(schemas)) = components.get_mut("schemas") {
            schemas.values_mut().for_each(flatten_nullable);
            add_patch_schemas(schemas);
        }
        components.insert("responses".into(), problem_responses());
        components.insert(
            "securitySchemes".into(),
            json!({"token": {
                "type": "http", "scheme": "bearer",
                "description": "An access token of `/auth/login`, or an API token (`rmt_...`)",
            }}),
        );
    }
    if let Some(Value::Object(paths)) = root.get_mut("paths") {
        for (path, item) in paths.iter_mut() {
            let Value::Object(methods) = item else { continue };
            for (method, operation) in methods.iter_mut() {
                if let Value::Object(operation) = operation {
                    complete_operation(path, method, operation);
                    form::add(path, method, operation);
                }
            }
        }
        deprecation::mark(deprecation::DEPRECATED, paths);
        paths.sort_keys();
    }
}

/// A choice between an inline set of words and null becomes one set: plainer to read, and faults
/// name the words.
fn flatten_nullable(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            let words = map.get("oneOf").and_then(Value::as_array).and_then(|choices| match choices.as_slice() {
                [first, second] if second.get("type") == Some(&json!("null")) => first.get("enum")?.as_array().cloned(),
                _ => None,
            });
            if let Some(mut words) = words {
                words.push(Value::Null);
                map.remove("oneOf");
                map.insert("type".into(), json!(["string", "null"]));
                map.insert("enum".into(), Value::Array(words));
            }
            // An inline set of words comes as that set and an object that only describes it.
            let described = map.get("allOf").and_then(Value::as_array).and_then(|parts| match parts.as_slice() {
                [first, second] if first.get("enum").is_some() && second.get("properties").is_none() => {
                    Some((first.as_object()?.clone(), second.get("description").cloned()))
                }
                _ => None,
            });
            if let Some((words, description)) = described {
                map.remove("allOf");
                map.extend(words);
                map.extend(description.map(|text| ("description".to_owned(), text)));
            }
            map.values_mut().for_each(flatten_nullable);
        }
        Value::Array(items) => items.iter_mut().for_each(flatten_nullable),
        _ => {}
    }
}

/// For every input schema one of the same fields of which none is required.
fn add_patch_schemas(schemas: &mut Map<String, Value>) {
    let inputs: Vec<(String, Value)> = schemas
        .iter()
        .filter(|(name, _)| name.ends_with("Input") && *name != "RuleDepartmentInput")
        .map(|(name, schema)| (name.clone(), schema.clone()))
        .collect();
    for (name, mut schema) in inputs {
        if let Value::Object(map) = &mut schema {
            map.remove("required");
            map.insert("minProperties".into(), json!(0));
        }
        schemas.insert(crate::http::body::patch_schema(&name), schema);
    }
    schemas.sort_keys();
}

fn parameter(name: &str, place: &str, description: &str, schema: Value) -> Value {
    json!({"name": name, "in": place, "required": false, "description": description, "schema": schema})
}

fn complete_operation(path: &str, method: &str, operation: &mut Map<String, Value>) {
    let id = operation.get("operationId").and_then(Value::as_str).unwrap_or_default().to_owned();
    summarise(operation);
    let mut parameters: Vec<Value> = match operation.remove("parameters") {
        Some(Value::Array(given)) => given,
        _ => vec![],
    };
    if let Some(spec) = lists::of_operation(&id) {
        parameters.extend(list_parameters(spec));
    }
    let expand = lists::expand_of(&id);
    if !expand.is_empty() {
        parameters.push(expand_parameter(expand));
    }
    let item = path.ends_with("/{id}");
    if item && method == "get" && path.starts_with("/api/v1/") && id != "getOperation" && id != "getApiToken" {
        parameters.push(parameter("If-None-Match", "header", "The ETag that the caller has", text(200)));
    }
    if item && matches!(method, "patch" | "delete") && id != "revokeApiToken" {
        let mut needed = parameter("If-Match", "header", "The ETag that was read; 428 without it", text(200));
        if let Value::Object(map) = &mut needed {
            map.insert("required".into(), json!(true));
        }
        parameters.push(needed);
    }
    let verb = method != "get"
        && path.contains("/{id}/")
        && path.starts_with("/api/v1/")
        && !matches!(
            id.as_str(),
            "cancelOperation" | "syncWorkerRoles" | "linkDepartmentRole" | "unlinkDepartmentRole"
        );
    if verb {
        parameters.push(parameter("If-Match", "header", "The ETag that was read; anything when absent", text(200)));
    }
    if !parameters.is_empty() {
        operation.insert("parameters".into(), Value::Array(parameters));
    }
    patch_body(method, &id, operation);
    add_problems(path, method, &id, operation, item || verb);
}

/// The first sentence of a description is the summary.
fn summarise(operation: &mut Map<String, Value>) {
    let summary = operation.get("summary").and_then(Value::as_str).unwrap_or_default().to_owned();
    let description = operation.get("description").and_then(Value::as_str).unwrap_or_default().to_owned();
    let whole = format!("{summary} {description}").trim().replace('\n', " ");
    let first = whole.split_once(". ").map_or(whole.as_str(), |(first, _)| first).trim_end_matches('.');
    operation.insert("summary".into(), json!(first));
    operation.insert("description".into(), json!(whole));
}

fn text(max: u32) -> Value {
    json!({"type": "string", "maxLength": max})
}

fn expand_parameter(names: &[&str]) -> Value {
    parameter("expand", "query", &format!("Adds to each item, separated by commas: {}", names.join(", ")), text(200))
}

fn list_parameters(spec: &ListSpec) -> Vec<Value> {
    let mut out = Vec::new();
    for filter in spec.filters {
        let schema = match filter.kind {
            FilterKind::Text(_) => text(200),
            FilterKind::Word(_, words) => {
                let one = words.join("|");
                json!({"type": "string", "maxLength": 300, "pattern": format!("^({one})(,({one}))*$")})
            }
            FilterKind::Id(_) => json!({"type": "string", "format": "uuid"}),
            FilterKind::Flag(_) | FilterKind::Present(_) => json!({"type": "boolean"}),
            FilterKind::ValidOn => json!({"type": "string", "format": "date"}),
        };
        let what = match filter.kind {
            FilterKind::Word(..) => format!("{}; several are separated by commas", filter.what),
            _ => filter.what.to_owned(),
        };
        out.push(parameter(filter.name, "query", &what, schema));
    }
    if !spec.search.is_empty() {
        out.push(parameter(
            "q",
            "query",
            "Names or codes that begin so",
            json!({"type": "string", "minLength": 1, "maxLength": 200}),
        ));
    }
    if !spec.expand.is_empty() {
        out.push(expand_parameter(spec.expand));
    }
    let names: Vec<_> = spec.sorts.iter().map(|(name, _)| *name).collect();
    let one = names.join("|");
    out.push(parameter(
        "sort",
        "query",
        &format!("Order, most important first, `-` for descending; by default `{}`", names.first().unwrap_or(&"id")),
        json!({"type": "string", "maxLength": 200, "pattern": format!("^-?({one})(,-?({one}))*$")}),
    ));
    out.push(parameter(
        "updated_since",
        "query",
        "Changed at or after this instant (RFC 3339)",
        json!({"type": "string", "format": "date-time"}),
    ));
    out.push(parameter(
        "limit",
        "query",
        "Items of a page; 50 when absent",
        json!({"type": "integer", "minimum": 1, "maximum": 200}),
    ));
    out.push(parameter("cursor", "query", "`next_cursor` of the page before", text(4000)));
    out.push(parameter("total", "query", "Adds the count of all", json!({"type": "boolean"})));
    out
}

/// PATCH and upsert take the patch schema, PATCH by either content type.
fn patch_body(method: &str, id: &str, operation: &mut Map<String, Value>) {
    if method != "patch" && !(method == "put" && id.starts_with("upsert")) {
        return;
    }
    let Some(Value::Object(content)) = operation.get_mut("requestBody").and_then(|body| body.get_mut("content")) else {
        return;
    };
    let Some((_, mut media)) = content.clone().into_iter().next() else { return };
    if let Some(reference) = media.pointer("/schema/$ref").and_then(Value::as_str) {
        let patch = reference
            .rsplit_once('/')
            .map(|(before, name)| format!("{before}/{}", crate::http::body::patch_schema(name)))
            .unwrap_or_default();
        media = json!({"schema": {"$ref": patch}});
    }
    content.clear();
    if method == "patch" {
        content.insert("application/merge-patch+json".into(), media.clone());
    }
    content.insert("application/json".into(), media);
}

/// Every answer that is a problem: status, name, what it means.
const PROBLEMS: &[(&str, &str, &str)] = &[
    ("400", "BadRequest", "What was sent can't be parsed, or names something unknown"),
    ("401", "Unauthenticated", "No valid token, or wrong credentials"),
    ("403", "Forbidden", "The caller lacks a permission, which `missing` names"),
    ("404", "NotFound", "There is no such thing, or the caller may not know of it"),
    ("409", "Conflict", "A rule of the domain is broken"),
    ("412", "Stale", "The thing has changed since it was read"),
    ("413", "TooLarge", "The body is larger than allowed"),
    ("415", "UnsupportedMedia", "The content type is not one that this operation takes"),
    ("422", "InvalidValues", "Values are missing or make no sense"),
    ("428", "PreconditionRequired", "If-Match is required"),
    ("500", "Internal", "Something went wrong inside"),
    ("503", "Unavailable", "Busy, behind, or without its database; try again"),
];

fn problem_responses() -> Value {
    let one = |(status, name, description): &(&str, &str, &str)| {
        let known = crate::http::problem::ALL.iter().find(|code| code.status.to_string() == *status);
        let example = known.map_or(Value::Null, |code| {
            json!({
                "type": format!("/docs/problems/{}", code.name), "title": code.title,
                "status": code.status, "code": code.name, "request_id": "019aa0b27a517c049d6a7a3f0c1f5e11",
            })
        });
        let response = json!({
            "description": description,
            "content": {"application/problem+json": {
                "schema": {"$ref": "#/components/schemas/Problem"}, "example": example,
            }},
        });
        ((*name).to_owned(), response)
    };
    Value::Object(PROBLEMS.iter().map(one).collect())
}

fn name_of(status: &str) -> &'static str {
    PROBLEMS.iter().find(|(known, ..)| *known == status).map_or("Internal", |(_, name, _)| name)
}

fn add_problems(path: &str, method: &str, id: &str, operation: &mut Map<String, Value>, item: bool) {
    let body = operation.contains_key("requestBody");
    let open = operation.get("security").is_some_and(|security| security == &json!([{}]) || security == &json!([]));
    if open {
        operation.insert("security".into(), json!([{}]));
    }
    let mut list: Vec<&str> = vec!["400"];
    if !open || path.starts_with("/auth/") {
        list.push("401");
    }
    if !open {
        list.push("403");
    }
    if path.contains('{') {
        list.push("404");
    }
    if method != "get" && !path.starts_with("/access/") {
        list.push("409");
    }
    if item && method != "get" {
        list.push("412");
    }
    if body {
        list.push("413");
        if !path.starts_with("/access/") {
            list.push("415");
            list.push("422");
        }
    }
    if path.ends_with("/{id}") && matches!(method, "patch" | "delete") && id != "revokeApiToken" {
        list.push("428");
    }
    list.push("500");
    list.push("503");
    if matches!(path, "/livez") {
        list.retain(|status| *status == "500");
    }
    let Some(Value::Object(responses)) = operation.get_mut("responses") else { return };
    for status in list {
        responses
            .entry(status)
            .or_insert_with(|| json!({"$ref": format!("#/components/responses/{}", name_of(status))}));
    }
}
