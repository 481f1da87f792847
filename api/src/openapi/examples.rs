//! Examples of parameters, bodies and answers. They speak of the company that `remit demo` loads,
//! and can be sent to it as they stand; a test does that with every one.
//!
//! The example of a body or an answer stands at its type. What is here depends on the operation:
//! which thing of the company a path names, and what a patch changes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::openapi::example_values::Operation;
use crate::openapi::problems;

/// What a patch changes.
fn patch(operation: &str) -> Option<Value> {
    Some(match operation {
        "updateNote" => json!({"text": "Asked Greta."}),
        "updateUser" | "updateWorker" => json!({"phone": "+420 601 234 567"}),
        "updateDepartment" => json!({"name": "Accounting and taxes"}),
        "updatePosition" => json!({"name": "Senior accountant"}),
        "updateQualification" => json!({"valid_to": "2030-02-28", "retain_until": "2040-02-28"}),
        "updateNotificationSubscription" => json!({"delivery": "daily"}),
        "updateContract" => json!({"workload_percent": 40, "valid_to": null}),
        "updateRole" => json!({"priority": 15}),
        "updateMembership" => json!({"valid_to": "2030-12-31"}),
        "updateRoleRule" => json!({"contract_types": ["employment"]}),
        "updateModule" => json!({"name": "Company cars and bicycles"}),
        "updateObjectType" => json!({"name": "Car of the company"}),
        "updateObject" => json!({"title": "Invoices of March 2026, checked"}),
        "updateArea" => json!({"name": "Bookkeeping and taxes"}),
        "updateMarkPattern" => json!({"mode": "editable"}),
        "updateGrant" => json!({"allow": ["read"], "deny": []}),
        "updateTemplate" => json!({"name": "Documents of Accounting and taxes"}),
        "updateWageType" => json!({"name": "Overtime, as agreed"}),
        "updateWageOffer" => json!({"max_per_month": 25, "max_per_year": null}),
        "updateProtectionRule" => json!({"name": "Executives and HR folders"}),
        _ => return None,
    })
}

/// Gives every parameter, body and answer its example.
pub fn add(paths: &mut Map<String, Value>, components: &mut Map<String, Value>) {
    let schemas = components.get_mut("schemas").and_then(Value::as_object_mut);
    let mut at_types: BTreeMap<String, Value> = BTreeMap::new();
    for (name, schema) in schemas.into_iter().flatten() {
        if let Some(example) = schema.get("example") {
            at_types.insert(name.clone(), example.clone());
        }
    }
    let mut examples: BTreeMap<String, Value> = problems::examples().collect();
    for (path, item) in paths.iter_mut() {
        let resource = path.trim_start_matches("/api/v1/").split('/').next().unwrap_or_default();
        for operation in item.as_object_mut().into_iter().flat_map(Map::values_mut) {
            let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
            let about = Operation { id: &id, resource };
            let body = body(&about, operation, &at_types);
            parameters(&about, operation, &at_types);
            if let Some(body) = body {
                for media in contents(operation.get_mut("requestBody")).filter(|media| media.get("example").is_none()) {
                    media["example"] = body.clone();
                }
            }
            let responses = operation.get_mut("responses").and_then(Value::as_object_mut);
            for response in responses.into_iter().flatten().filter(|(status, _)| status.starts_with('2')) {
                for media in contents(Some(response.1)) {
                    answer(media, &at_types, &mut examples);
                }
            }
        }
    }
    let mut used = BTreeSet::new();
    components.get("responses").into_iter().for_each(|shared| collect(shared, &mut used));
    paths.values().for_each(|item| collect(item, &mut used));
    let used = examples.into_iter().filter(|(name, _)| used.contains(name)).collect();
    components.insert("examples".into(), Value::Object(used));
}

fn contents(body: Option<&mut Value>) -> impl Iterator<Item = &mut Value> {
    let content = body.and_then(|body| body.get_mut("content")).and_then(Value::as_object_mut);
    content.into_iter().flat_map(Map::values_mut)
}

fn named(media: &Value) -> Option<&str> {
    media.pointer("/schema/$ref")?.as_str()?.rsplit('/').next()
}

/// What a request sends: the example of its type; an upsert says its external id in the path.
fn body(about: &Operation<'_>, operation: &Value, at_types: &BTreeMap<String, Value>) -> Option<Value> {
    if let Some(patch) = patch(about.id) {
        return Some(patch);
    }
    let media = operation.pointer("/requestBody/content/application~1json")?;
    let name = named(media)?;
    let mut example = at_types.get(name).or_else(|| at_types.get(&input_of(name)))?.clone();
    if about.id.starts_with("upsert")
        && let Value::Object(map) = &mut example
    {
        map.shift_remove("external_id");
    }
    Some(example)
}

/// The input that a patch schema was made from.
fn input_of(patch: &str) -> String {
    format!("{}Input", patch.trim_end_matches("Patch"))
}

/// A parameter that a request needs has its example beside it. One that may be absent has it in
/// its schema: Swagger UI fills in the former, and a list with every filter filled in is empty.
fn parameters(about: &Operation<'_>, operation: &mut Value, at_types: &BTreeMap<String, Value>) {
    let new = operation
        .pointer("/requestBody/content/application~1json")
        .and_then(named)
        .and_then(|name| at_types.get(&input_of(name))?.get("external_id"))
        .cloned();
    for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
        let example = if about.id.starts_with("upsert") && parameter["name"] == "external_id" {
            new.clone()
        } else {
            about.parameter(parameter)
        };
        let Some(example) = example.filter(|_| parameter.pointer("/schema/examples").is_none()) else { continue };
        if parameter["required"] == true {
            parameter["example"] = example;
        } else if let Some(Value::Object(schema)) = parameter.get_mut("schema") {
            schema.insert("examples".into(), json!([example]));
        }
    }
}

/// Refers an answer to the example of its type; a page holds one item.
fn answer(media: &mut Value, at_types: &BTreeMap<String, Value>, examples: &mut BTreeMap<String, Value>) {
    let Some(name) = named(media).map(str::to_owned) else { return };
    let example = match name.strip_prefix("Page_") {
        Some(item) => at_types.get(item).map(|item| json!({"items": [item], "next_cursor": null})),
        None => at_types.get(&name).cloned(),
    };
    if let Some(value) = example {
        examples.insert(name.clone(), json!({"value": value}));
        media["examples"] = json!({"example": {"$ref": format!("#/components/examples/{name}")}});
    }
}

fn collect(value: &Value, used: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            let reference = map.get("$ref").and_then(Value::as_str);
            used.extend(reference.and_then(|name| name.strip_prefix("#/components/examples/")).map(str::to_owned));
            map.values().for_each(|value| collect(value, used));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, used)),
        _ => {}
    }
}
