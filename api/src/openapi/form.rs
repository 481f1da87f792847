//! The headers and parameters by which a caller says how it wants to be answered: the same for
//! every operation of their sort.

use serde_json::{Map, Value, json};

use crate::openapi::{lists, schemas::own_fields};

/// Operations that know no idempotency key: they change nothing the second time, or make something of which
/// no copy may be kept.
const NOT_KEPT: &[&str] =
    &["cancelOperation", "reportActivity", "createNote", "readNotification", "readNotifications", "previewMarkPattern"];

/// Answers with something that is shown once, which nobody can do without.
const NEVER_MINIMAL: &[&str] = &[
    "createApiToken", "releaseUser", "inviteUser", "inviteUsers", "makePasswordLink", "createWorkerAccount",
    "startImport", "cancelOperation", "applyPlan", "startRoleSyncRun", "previewMarkPattern",
];

/// Writes that make no revision, since no log records them.
pub const UNLOGGED: &[&str] = &[
    "reportActivity", "createNote", "updateNote", "deleteNote", "discardPlan", "readNotification", "readNotifications",
    "previewMarkPattern",
];

/// Writes of which nobody can be named as the author.
fn is_unnamed(id: &str) -> bool {
    id == "cancelOperation" || UNLOGGED.contains(&id)
}

/// Adds to an operation what its path and method allow.
pub fn add(path: &str, method: &str, operation: &mut Map<String, Value>) {
    if !path.starts_with("/api/v1/") {
        return;
    }
    let id = operation.get("operationId").and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut added = Vec::new();
    if lists::has_fields(&id) {
        added.push(parameter(
            "fields",
            "query",
            "Only these fields of each item, separated by commas; `id` always comes along. The schema of the answer \
             is that of whole items: a generated client that reads every field must not send this",
            json!({"type": "string", "minLength": 1, "maxLength": 1000, "pattern": "^[a-z_]+(,[a-z_]+)*$"}),
            json!("id,updated_at"),
        ));
    }
    if method == "get" {
        added.push(parameter(
            "Remit-Min-Revision",
            "header",
            "Answer from a state at least that new: a `Remit-Revision` seen before. Waits up to a second, else 503",
            json!({"type": "integer", "format": "int64", "minimum": 0, "maximum": 9_007_199_254_740_991_i64}),
            json!(0),
        ));
    } else {
        if method == "post" && !NOT_KEPT.contains(&id.as_str()) {
            added.push(parameter(
                "Idempotency-Key",
                "header",
                "A key of your own for this request. Sent again within 24 hours with the same key and body it is not \
                 done again: the first answer comes, without secrets, with `Idempotent-Replayed: true`",
                json!({"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"}),
                json!("hire-2026-0042"),
            ));
        }
        if !is_unnamed(&id) {
            added.push(parameter(
                "Remit-Acting-As",
                "header",
                "For services: the virtual user in whose name this is done, by id or external id. The rights are the \
                 caller's; both are recorded",
                json!({"type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[ -~]+$"}),
                json!("portal-customer"),
            ));
        }
        if !NEVER_MINIMAL.contains(&id.as_str()) && minimal(method, operation) {
            added.push(prefer(
                "`return=minimal`: answered by a 204 without body, with the same headers",
                "return=minimal",
            ));
        }
    }
    if matches!(id.as_str(), "startImport" | "getOperation" | "startRoleSyncRun") {
        added.push(prefer("`wait=N`: answer when the operation has ended, or after N seconds, 60 at most", "wait=5"));
    }
    if added.is_empty() {
        return;
    }
    if let Value::Array(parameters) = operation.entry("parameters").or_insert_with(|| json!([])) {
        parameters.extend(added);
    }
}

/// Whether a write answers with a body that a caller may do without. The 204 that then comes is
/// told at the header alone: as an answer of its own it would make the item optional in the types
/// of every generated client, also of those who never ask for it.
fn minimal(method: &str, operation: &Map<String, Value>) -> bool {
    let answers = |status| operation.get("responses").is_some_and(|responses| responses.get(status).is_some());
    method != "delete" && (answers("200") || answers("201"))
}

/// Says which fields `fields` may name: those of the item that the operation shows.
pub fn name_fields(operation: &mut Map<String, Value>, schemas: &Map<String, Value>) {
    let shown = operation.get("responses").and_then(|responses| {
        let name = responses.pointer("/200/content/application~1json/schema/$ref")?.as_str()?.rsplit('/').next()?;
        schemas.get(name.strip_prefix("Page_").unwrap_or(name)).map(own_fields)
    });
    let Some(shown) = shown else { return };
    let names = shown.keys().map(String::as_str).collect::<Vec<_>>().join("|");
    let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
    for parameter in parameters.into_iter().flatten().filter(|parameter| parameter["name"] == "fields") {
        if let Some(Value::Object(schema)) = parameter.get_mut("schema") {
            schema.insert("pattern".into(), json!(format!("^({names})(,({names}))*$")));
        }
    }
}

fn prefer(what: &str, example: &str) -> Value {
    let schema = json!({"type": "string", "minLength": 1, "maxLength": 200});
    parameter("Prefer", "header", &format!("{what} (RFC 7240)"), schema, json!(example))
}

fn parameter(name: &str, place: &str, description: &str, mut schema: Value, example: Value) -> Value {
    if let Value::Object(schema) = &mut schema {
        schema.insert("examples".into(), json!([example]));
    }
    json!({"name": name, "in": place, "required": false, "description": description, "schema": schema})
}
