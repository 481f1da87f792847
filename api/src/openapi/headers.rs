//! The headers of answers. The tests' client holds every answer against them.

use serde_json::{Map, Value, json};

use crate::openapi::parameters::find;

/// Headers that are always there where they are listed: name, example, what it says.
const HEADERS: &[(&str, &str, &str)] = &[
    ("Location", "/api/v1/positions/019b8d2b-8c00-7226-9153-3f640397ccb1", "Where the new thing is"),
    ("Remit-Revision", "17", "The latest revision that the answer knows of; after a write its own"),
    ("Remit-Total", "120", "How many rows will come"),
    ("Retry-After", "1", "Seconds after which to try again"),
    ("WWW-Authenticate", "Bearer", "How to authenticate"),
];

/// Those that may be absent.
const OPTIONAL: &[(&str, &str, &str)] = &[
    (
        "ETag",
        "\"17\"",
        "The item's entity tag: the revision of its last change, in quotes; absent with `expand` and `fields`",
    ),
    ("Idempotent-Replayed", "true", "The answer of an earlier request with the same `Idempotency-Key`"),
    ("Link", "</api/v1/positions?cursor=eyJmIjoi>; rel=\"next\"", "The next page (RFC 8288); absent on the last"),
    (
        "LocationIfCreated",
        "/api/v1/positions/019b8d2b-8c00-7226-9153-3f640397ccb1",
        "Where the new thing is, if it is new",
    ),
    ("Preference-Applied", "return=minimal", "The preferences that were followed"),
    ("RateLimit", "\"caller\";r=59990;t=1", "What is left of the quota, and in how many seconds it is whole again"),
    ("RateLimit-Policy", "\"caller\";q=60000;w=60", "The quota, and the seconds in which it fills up"),
];

/// The headers that all answers of a status carry.
pub fn of_problem(status: u16) -> &'static [&'static str] {
    match status {
        401 => &["WWW-Authenticate", "RateLimit", "RateLimit-Policy"],
        429 => &["Retry-After", "RateLimit", "RateLimit-Policy"],
        503 => &["Retry-After", "RateLimit", "RateLimit-Policy"],
        _ => &["RateLimit", "RateLimit-Policy"],
    }
}

/// References to headers, as they stand in a response.
pub fn references(names: &[&str]) -> Value {
    let one = |name: &&str| {
        let header = if *name == "LocationIfCreated" { "Location" } else { name };
        (header.to_owned(), json!({"$ref": format!("#/components/headers/{name}")}))
    };
    names.iter().map(one).collect()
}

/// The headers, as they stand among the components.
pub fn components() -> Value {
    let one = |(name, example, description): &(&str, &str, &str), required: bool| {
        let schema = json!({"type": "string", "maxLength": 5000});
        let header = json!({"description": description, "required": required, "schema": schema, "example": example});
        ((*name).to_owned(), header)
    };
    let needed = HEADERS.iter().map(|header| one(header, true));
    needed.chain(OPTIONAL.iter().map(|header| one(header, false))).collect()
}

/// Adds the headers of an operation's successes.
pub fn add(path: &str, method: &str, operation: &mut Map<String, Value>) {
    let id = operation.get("operationId").and_then(Value::as_str).unwrap_or_default().to_owned();
    let secured = operation.get("security").is_none();
    let open_post = path.starts_with("/auth/") && method == "post";
    let keyed = find(operation, "Idempotency-Key").is_some();
    let prefers = find(operation, "Prefer").is_some();
    let Some(Value::Object(responses)) = operation.get_mut("responses") else { return };
    // With `return=minimal` the headers are those of the answer with the item.
    let whole = ["200", "201"].into_iter().find_map(|status| Some((status, responses.get(status)?.clone())));
    for (status, response) in responses.iter_mut().filter(|(status, _)| status.starts_with(['2', '3'])) {
        let mut names = match &whole {
            Some((status_of, of)) if status == "204" => of_success(path, method, &id, status_of, of),
            _ => of_success(path, method, &id, status, response),
        };
        if status == "204" && id.starts_with("upsert") {
            names.push("LocationIfCreated");
        }
        let mut add = |when: bool, name: &'static str| names.extend(when.then_some(name));
        add(keyed, "Idempotent-Replayed");
        add(prefers, "Preference-Applied");
        add(id == "exportRows", "Remit-Total");
        add(secured || open_post, "RateLimit");
        add(secured || open_post, "RateLimit-Policy");
        if !names.is_empty() {
            response["headers"] = references(&names);
        }
    }
}

fn of_success(path: &str, method: &str, id: &str, status: &str, response: &Value) -> Vec<&'static str> {
    let schema = response.pointer("/content/application~1json/schema/$ref").and_then(Value::as_str).unwrap_or_default();
    let shows = schema.rsplit('/').next().unwrap_or_default();
    let untagged = matches!(
        shows,
        "ApiTokenView"
            | "NewApiTokenView"
            | "OperationView"
            | "SettingsView"
            | "MeView"
            | "RuleView"
            | "TransferredView"
            | "UnlinkedView"
            | "SyncedView"
    );
    let item = shows.ends_with("View") && !shows.starts_with("Page_") && !untagged && path.contains('{')
        || id.starts_with("create") && !untagged
        || status == "304";
    let writes = method != "get" && path.starts_with("/api/v1/");
    let long = matches!(id, "startImport" | "cancelOperation");
    let revision = writes && !long
        || path.starts_with("/access/")
        || matches!(id, "getMe" | "getMyPermissions" | "getUserPermissions");
    let mut names = Vec::new();
    let mut add = |when: bool, name: &'static str| names.extend(when.then_some(name));
    add(item, "ETag");
    add(status == "201" || id == "startImport" && status == "202", "Location");
    add(revision, "Remit-Revision");
    add(shows.starts_with("Page_"), "Link");
    names
}
