//! Adds to the collected contract what many operations share.

use serde_json::{Map, Value, json};

use crate::http::deprecation;
use crate::openapi::{examples, form, headers, limits, links, parameters, plans, problems, schemas};

const DESCRIPTION: &str = "Remit keeps a company's people, placements and rights in step, and answers who may do what, \
to whom, on which day, and why. Log in at `/auth/login` or use an API token, then press Authorize and paste the token.\n\n\
Errors are problems (RFC 9457). Items carry an `ETag`; changes of an item need it as `If-Match`. Lists are paged by \
`cursor`. Every write answers `Remit-Revision`.\n\n\
The examples speak of the company that `remit demo` loads: there they can be sent as they stand.";

/// The tags, in the order in which a reader needs them.
const TAGS: &[(&str, &str)] = &[
    ("log-in", "Log in, refresh, log out, set up"),
    ("me", "The caller: who, and what to show"),
    ("decisions", "May this user do that, to whom, when, and why (OpenID AuthZEN)"),
    ("access", "Who holds a right, and what two may do compared"),
    ("users", "System accounts"),
    ("qualifications", "What people have proved able to do, with the evidence"),
    ("workers", "Personal folders and their link to an account"),
    ("departments", "The tree of departments, with linked roles"),
    ("positions", "Job titles and functions"),
    ("contracts", "Who works where, as what, when"),
    ("roles", "Named sets of people that can hold rights"),
    ("memberships", "Who is in which role, for how long"),
    ("role-rules", "Which contracts make members of automatic roles"),
    ("areas", "Areas of work, projects, calendars: who owns, works on and reads them"),
    ("notifications", "Which roles hear of what"),
    ("modules", "Families of rights"),
    ("object-types", "Types of objects"),
    ("objects", "What other programs keep and Remit guards"),
    ("mark-patterns", "What the marks of objects are made of"),
    ("grants", "Rights of roles and of users in person"),
    ("templates", "What objects get when a department creates them"),
    ("wage-types", "What working time is recorded as, who offers it to whom, and with which limits"),
    ("protection-rules", "Who is kept from what belongs to others"),
    ("imports", "Bulk data by CSV and NDJSON"),
    ("exports", "All rows of a kind by CSV and NDJSON"),
    ("operations", "Long work and its progress"),
    ("role-sync-runs", "Bringing all automatic memberships in step with the contracts"),
    ("plans", "What changes would do to people's rights, before they are made"),
    ("api-tokens", "Credentials of programs"),
    ("sessions", "Log-in sessions"),
    ("audit", "The change log, and attempts to log in"),
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
            "contact": {"name": "Whoever operates this service"},
        }),
    );
    root.insert(
        "servers".into(),
        json!([{
            "url": "/", "description": "This service, in production or under test: where the contract was read from",
            "x-internal": false,
        }]),
    );
    root.insert("security".into(), json!([{"token": []}]));
    root.insert(
        "tags".into(),
        TAGS.iter().map(|(name, description)| json!({"name": name, "description": description})).collect(),
    );
    let Some(Value::Object(mut components)) = root.remove("components") else { return };
    let Some(Value::Object(mut paths)) = root.remove("paths") else { return };
    if let Some(Value::Object(all)) = components.get_mut("schemas") {
        schemas::complete(all);
    }
    let mut shared = Map::new();
    let none = Map::new();
    let schemas = components.get("schemas").and_then(Value::as_object).unwrap_or(&none);
    for (path, item) in &mut paths {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if let Value::Object(operation) = operation {
                summarise(operation);
                parameters::add(path, method, operation);
                form::add(path, method, operation);
                form::name_fields(operation, schemas);
                patch_body(method, operation);
                plans::add(operation);
                problems::add(path, method, operation, &mut shared);
                headers::add(path, method, operation);
                bound(operation);
            }
        }
    }
    deprecation::mark(deprecation::DEPRECATED, &mut paths);
    links::add(&mut paths);
    shared.sort_keys();
    components.insert("responses".into(), Value::Object(shared));
    components.insert("headers".into(), headers::components());
    examples::add(&mut paths, &mut components);
    components.insert(
        "securitySchemes".into(),
        json!({"token": {
            "type": "http", "scheme": "bearer",
            "description": "An access token of `/auth/login`, an API token (`rmt_...`), or a token of the identity provider \
                            that is configured",
        }}),
    );
    paths.sort_keys();
    if let Some(Value::Object(mut all)) = components.remove("schemas") {
        schemas::drop_unused(&mut all, &[&Value::Object(paths.clone()), &Value::Object(components.clone())]);
        components.insert("schemas".into(), Value::Object(all));
    }
    root.insert("paths".into(), Value::Object(paths));
    root.insert("components".into(), Value::Object(components));
}

/// Bounds what stands in an operation itself: parameters, and bodies that are no JSON.
fn bound(operation: &mut Map<String, Value>) {
    for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
        limits::bound(&mut parameter["schema"]);
    }
    for (_, response) in operation.get_mut("responses").and_then(Value::as_object_mut).into_iter().flatten() {
        bound_body(response);
    }
    operation.get_mut("requestBody").into_iter().for_each(bound_body);
}

fn bound_body(body: &mut Value) {
    for (kind, media) in body.get_mut("content").and_then(Value::as_object_mut).into_iter().flatten() {
        if matches!(kind.as_str(), "text/csv" | "application/x-ndjson") {
            limits::file(media);
        } else {
            limits::bound(&mut media["schema"]);
        }
    }
}

/// The first sentence of a description is the summary. What needs no token says so.
fn summarise(operation: &mut Map<String, Value>) {
    let summary = operation.get("summary").and_then(Value::as_str).unwrap_or_default().to_owned();
    let description = operation.get("description").and_then(Value::as_str).unwrap_or_default().to_owned();
    let whole = format!("{summary} {description}").trim().replace('\n', " ");
    let first = whole.split_once(". ").map_or(whole.as_str(), |(first, _)| first).trim_end_matches('.');
    // A summary is plain text: Swagger UI shows its marks as they stand.
    operation.insert("summary".into(), json!(first.replace('`', "")));
    operation.insert("description".into(), json!(whole));
    if operation.contains_key("security") {
        operation.insert("security".into(), json!([{}]));
    }
}

/// PATCH and upsert take the patch schema, PATCH by either content type.
fn patch_body(method: &str, operation: &mut Map<String, Value>) {
    let upsert = operation.get("operationId").and_then(Value::as_str).is_some_and(|id| id.starts_with("upsert"));
    if method != "patch" && !upsert {
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
