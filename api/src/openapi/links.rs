//! Where an answer leads: from what was created to the operations on it.

use serde_json::{Map, Value, json};

/// Of operations that answer with something that has an id of its own: where the id stands, and
/// the operations on it. Those of resources follow from their names.
const OTHERS: &[(&str, &str, &[&str])] = &[
    ("transferContract", "/contract/id", &["getContract"]),
    ("createWorkerAccount", "/user/id", &["getUser"]),
    ("copyRole", "/role/id", &["getRole", "getRolePage"]),
    ("createWorkerGrant", "/id", &["getGrant"]),
    ("createApiToken", "/id", &["getApiToken", "revokeApiToken"]),
    ("startRoleSyncRun", "/id", &["getRoleSyncRun", "listRoleSyncRunWorkers", "getOperation"]),
    ("startImport", "/id", &["getOperation", "listOperationErrors", "cancelOperation"]),
];

/// Links the answers of creating operations to what can be done next.
pub fn add(paths: &mut Map<String, Value>) {
    let operations = paths.values_mut().filter_map(Value::as_object_mut).flat_map(|item| item.values_mut());
    for operation in operations {
        let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
        let links = links(&id);
        let Some(Value::Object(responses)) = operation.get_mut("responses") else { continue };
        for (_, response) in responses.iter_mut().filter(|(status, _)| status.starts_with('2') && !links.is_empty()) {
            // A plan has links of its own.
            if response["links"].is_null() {
                response["links"] = Value::Object(links.clone());
            }
        }
    }
}

fn links(operation: &str) -> Map<String, Value> {
    if let Some((_, pointer, targets)) = OTHERS.iter().find(|(id, ..)| *id == operation) {
        return targets.iter().map(|target| link(target, pointer, false)).collect();
    }
    match operation.strip_prefix("create").or_else(|| operation.strip_prefix("upsert")) {
        Some(thing) => ["get", "update", "delete"]
            .iter()
            .map(|verb| link(&format!("{verb}{thing}"), "/id", *verb != "get"))
            .collect(),
        None => Map::new(),
    }
}

/// A link by the id in the body; a change sends the entity tag of the answer along.
fn link(target: &str, pointer: &str, tagged: bool) -> (String, Value) {
    let id = format!("$response.body#{pointer}");
    let parameters = if tagged { json!({"id": id, "If-Match": "$response.header.ETag"}) } else { json!({"id": id}) };
    (target.to_owned(), json!({"operationId": target, "parameters": parameters}))
}
