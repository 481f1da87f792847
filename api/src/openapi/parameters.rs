//! Parameters that many operations share: those of lists, `expand`, and entity tags.

use serde_json::{Map, Value, json};

use crate::http::listing::{ChosenKind, Expansion, FilterKind, FilterSpec, ListSpec};
use crate::openapi::{lists, patterns};

/// The parameter of that name.
pub fn find<'o>(operation: &'o Map<String, Value>, name: &str) -> Option<&'o Value> {
    operation.get("parameters")?.as_array()?.iter().find(|one| one["name"] == name)
}

/// Adds what follows from an operation's path, method and list.
pub fn add(path: &str, method: &str, operation: &mut Map<String, Value>) {
    let id = operation.get("operationId").and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut parameters: Vec<Value> = match operation.remove("parameters") {
        Some(Value::Array(given)) => given,
        _ => vec![],
    };
    if let Some(spec) = lists::of_operation(&id) {
        parameters.extend(of_list(spec));
    }
    if id == "exportRows" {
        parameters.extend(of_exports());
    }
    let expand = lists::expand_of(&id);
    if !expand.is_empty() {
        parameters.push(expand_parameter(expand));
    }
    parameters.extend(tag_header(path, method, &id));
    for parameter in &mut parameters {
        never_null(parameter);
        if let Some(schema) = own_schema(&id, parameter["name"].as_str().unwrap_or_default()) {
            parameter["schema"] = schema;
        }
    }
    if !parameters.is_empty() {
        operation.insert("parameters".into(), Value::Array(parameters));
    }
}

/// The values that a parameter of one operation takes, where they are more than a text.
fn own_schema(id: &str, name: &str) -> Option<Value> {
    let words = |words: &[&str]| json!({"type": "string", "enum": words});
    Some(match (id, name) {
        ("listPlans", "state") => {
            several(&persistence::PlanState::ALL.iter().map(|state| state.as_str()).collect::<Vec<_>>())
        }
        ("listRoleSyncRuns", "state") => {
            several(&persistence::OperationState::ALL.iter().map(|state| state.as_str()).collect::<Vec<_>>())
        }
        ("listAudit", "sort") => words(&["-revision", "revision"]),
        ("listAudit", "entity") => words(&domain::id::Kind::ALL.map(domain::id::Kind::as_str)),
        ("listDirectory", "presence") => {
            words(&domain::activity::Presence::ALL.iter().map(|presence| presence.as_str()).collect::<Vec<_>>())
        }
        ("listAccountCandidates", "include") => words(&["excluded"]),
        ("listObjectGrants", "include") => words(&["covering"]),
        ("listDirectory", "capability") => {
            words(&domain::user::Capability::ALL.iter().map(|capability| capability.as_str()).collect::<Vec<_>>())
        }
        ("listLogInAttempts", "outcome") => {
            words(&domain::log_in::LogInOutcome::ALL.iter().map(|outcome| outcome.as_str()).collect::<Vec<_>>())
        }
        ("exportRows", "format") => words(&["ndjson", "csv"]),
        (
            "getMyPermissions" | "getUserPermissions" | "getMyWageTypes" | "getUserWageTypes" | "getWorkerApprovers"
            | "listWorkerAccess" | "listObjectAccess" | "listAreaAccess" | "listRightHolders" | "compareAccess",
            "at",
        ) => {
            json!({"type": "string", "minLength": 10, "maxLength": 40, "pattern": patterns::MOMENT})
        }
        ("getAccessTimeline", "subject_type") => words(&["user", "worker"]),
        ("getAccessTimeline", "explain") => words(&["reason", "trace"]),
        ("getAccessTimeline", "mode") => words(&["record", "workflow"]),
        ("deleteUser", "transfer_to_external_id") => own_id(),
        ("unlinkWorkerAccount", "reason") => reason(),
        (_, "external_id") if id.starts_with("upsert") => own_id(),
        _ => return None,
    })
}

/// An id of the caller's.
fn own_id() -> Value {
    json!({"type": "string", "minLength": 1, "maxLength": 100, "pattern": patterns::LINE.pattern})
}

/// A line of text.
fn reason() -> Value {
    json!({"type": "string", "minLength": 1, "maxLength": 200, "pattern": patterns::LINE.pattern})
}

fn parameter(name: &str, place: &str, description: &str, schema: Value) -> Value {
    json!({"name": name, "in": place, "required": false, "description": description, "schema": schema})
}

fn text(max: u32) -> Value {
    json!({"type": "string", "maxLength": max})
}

/// `If-Match` or `If-None-Match`, for an operation on an item with an entity tag.
fn tag_header(path: &str, method: &str, id: &str) -> Option<Value> {
    let untagged = [
        "getOperation", "getApiToken", "revokeApiToken", "cancelOperation", "syncWorkerRoles", "linkDepartmentRole",
        "unlinkDepartmentRole", "endSession", "getPlan", "sendNotice", "discardPlan", "applyPlan", "getRoleSyncRun",
    ];
    if !path.starts_with("/api/v1/") || !path.contains("/{id}") || untagged.contains(&id) {
        return None;
    }
    let tags = json!({
        "type": "string", "minLength": 1, "maxLength": 200,
        "pattern": "^(\\*|(W/)?\"[!#-+.-~-]*\"( *, *(W/)?\"[!#-+.-~-]*\")*)$",
    });
    match (path.ends_with("/{id}"), method) {
        (true, "get") => Some(parameter("If-None-Match", "header", "The ETag that the caller has", tags)),
        (true, _) => {
            let what = "The ETag that was read; 428 without it";
            Some(json!({"name": "If-Match", "in": "header", "required": true, "description": what, "schema": tags}))
        }
        (false, "get") => None,
        (false, _) => Some(parameter("If-Match", "header", "The ETag that was read; anything when absent", tags)),
    }
}

fn expand_parameter(expansions: &[Expansion]) -> Value {
    let names = Expansion::names(expansions);
    let one = names.join("|");
    let schema = json!({"type": "string", "maxLength": 200, "pattern": format!("^({one})(,({one}))*$")});
    parameter("expand", "query", &format!("Adds to each item, separated by commas: {}", names.join(", ")), schema)
}

/// What exports take: what any of the lists does, and of which kinds.
fn of_exports() -> Vec<Value> {
    let kinds: Vec<(String, &ListSpec)> = lists::of_exports().collect();
    let mut names: Vec<&str> = Vec::new();
    for name in kinds.iter().flat_map(|(_, spec)| spec.filters).map(|filter| filter.name) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let mut out = Vec::new();
    for name in names {
        let known = kinds
            .iter()
            .filter_map(|(kind, spec)| Some((kind.as_str(), spec.filters.iter().find(|filter| filter.name == name)?)));
        let known: Vec<(&str, &FilterSpec)> = known.collect();
        let what: Vec<String> = known.iter().map(|(kind, filter)| format!("`{kind}`: {}", filter.what)).collect();
        let filters: Vec<&FilterSpec> = known.iter().map(|(_, filter)| *filter).collect();
        out.push(parameter(name, "query", &what.join("; "), of_filters(&filters)));
    }
    let searched: Vec<String> =
        kinds.iter().filter(|(_, spec)| !spec.search.is_empty()).map(|(kind, _)| format!("`{kind}`")).collect();
    out.push(search(&format!("Names or codes that begin so, of {}", searched.join(", "))));
    let mut sorts: Vec<&str> = kinds.iter().flat_map(|(_, spec)| spec.sorts).map(|(name, _)| *name).collect();
    sorts.sort_unstable();
    sorts.dedup();
    out.push(sort(
        "Order, most important first, `-` for descending, by what the list of the kind can be sorted by",
        &sorts,
    ));
    out.push(updated_since());
    out
}

/// What filters of one name take, of one list or of several.
fn of_filters(filters: &[&FilterSpec]) -> Value {
    let mut words: Vec<&str> = Vec::new();
    for filter in filters {
        match filter.kind {
            FilterKind::Word(_, more) => {
                words.extend(more.iter().filter(|word| !words.contains(word)).collect::<Vec<_>>());
            }
            FilterKind::Text(_) => return text(200),
            FilterKind::Id(_) => return json!({"type": "string", "format": "uuid"}),
            FilterKind::Flag(_) | FilterKind::Present(_) => return json!({"type": "boolean"}),
            FilterKind::ValidOn | FilterKind::Before(_) | FilterKind::From(_) => {
                return json!({"type": "string", "format": "date"});
            }
            FilterKind::Chosen(ChosenKind::Id) => return json!({"type": "string", "format": "uuid"}),
            FilterKind::Chosen(ChosenKind::Flag) => return json!({"type": "boolean"}),
            FilterKind::Chosen(ChosenKind::Word(words)) => return json!({"type": "string", "enum": words}),
        }
    }
    several(&words)
}

/// One or more of these words, separated by commas.
fn several(words: &[&str]) -> Value {
    let one = words.join("|");
    json!({"type": "string", "maxLength": 300, "pattern": format!("^({one})(,({one}))*$")})
}

fn search(what: &str) -> Value {
    parameter("q", "query", what, json!({"type": "string", "maxLength": 200}))
}

fn sort(what: &str, names: &[&str]) -> Value {
    let one = names.join("|");
    let schema = json!({"type": "string", "maxLength": 200, "pattern": format!("^-?({one})(,-?({one}))*$")});
    parameter("sort", "query", what, schema)
}

fn updated_since() -> Value {
    let schema = json!({"type": "string", "format": "date-time"});
    parameter("updated_since", "query", "Changed at or after this instant (RFC 3339)", schema)
}

fn of_list(spec: &ListSpec) -> Vec<Value> {
    let mut out = Vec::new();
    for filter in spec.filters {
        let what = match filter.kind {
            FilterKind::Word(..) => format!("{}; several are separated by commas", filter.what),
            _ => filter.what.to_owned(),
        };
        out.push(parameter(filter.name, "query", &what, of_filters(&[filter])));
    }
    if !spec.search.is_empty() {
        out.push(search("Names or codes that begin so"));
    }
    if !spec.expand.is_empty() {
        out.push(expand_parameter(spec.expand));
    }
    let names: Vec<_> = spec.sorts.iter().map(|(name, _)| *name).collect();
    let first = names.first().unwrap_or(&"id");
    out.push(sort(&format!("Order, most important first, `-` for descending; by default `{first}`"), &names));
    out.push(updated_since());
    let mut add = |name: &str, what: &str, schema: Value| out.push(parameter(name, "query", what, schema));
    add(
        "limit",
        "Items of a page; 50 when absent",
        json!({"type": "integer", "format": "int32", "minimum": 1, "maximum": 200}),
    );
    add("cursor", "`next_cursor` of the page before", text(4000));
    add("total", "Adds the count of all", json!({"type": "boolean"}));
    out
}

/// Parameters are never null, only absent.
fn never_null(parameter: &mut Value) {
    let Some(Value::Object(schema)) = parameter.get_mut("schema") else { return };
    if let Some(Value::Array(types)) = schema.get("type")
        && let [only] = types.iter().filter(|of| *of != "null").collect::<Vec<_>>().as_slice()
    {
        let only = (*only).clone();
        schema.insert("type".into(), only);
    }
}
