//! Operations of which a plan can be made with `?plan=true` (H-03).

use serde_json::{Map, Value, json};

use crate::http::planning::PARAMETER;

/// Of these resources every write.
const RESOURCES: &[&str] = &[
    "User", "Worker", "Department", "Position", "Contract", "Role", "Membership", "RoleRule", "Module", "ObjectType",
    "Object", "Grant", "Qualification", "NotificationSubscription", "Template", "ProtectionRule", "Area",
    "MarkPattern", "WageType", "WageOffer",
];

/// And these verbs.
const VERBS: &[&str] = &[
    "blockUser", "unblockUser", "releaseUser", "restoreUser", "closeWorker", "reopenWorker", "renameWorker",
    "linkWorkerAccount", "unlinkWorkerAccount", "createWorkerAccount", "syncWorkerRoles", "signContract",
    "endContract", "cancelContract", "transferContract", "transferUserResponsibilities", "linkDepartmentRole",
    "unlinkDepartmentRole", "archiveArea", "unarchiveArea", "createWorkerGrant", "copyRole",
];

/// Whether a plan can be made of an operation.
pub fn can_be_planned(operation: &str) -> bool {
    let of_resource = ["create", "update", "upsert", "delete"]
        .iter()
        .filter_map(|verb| operation.strip_prefix(verb))
        .any(|thing| RESOURCES.contains(&thing));
    of_resource || VERBS.contains(&operation)
}

/// Adds the parameter, and the answer to those who give it.
pub fn add(operation: &mut Map<String, Value>) {
    let id = operation.get("operationId").and_then(Value::as_str).unwrap_or_default();
    if !can_be_planned(id) {
        return;
    }
    let parameter = json!({
        "name": PARAMETER, "in": "query", "required": false, "example": false, "schema": {"type": "boolean"},
        "description": "`true`: do nothing, but say what it would do to people's rights. Needs `system:plan.make` too",
    });
    if let Value::Array(parameters) = operation.entry("parameters").or_insert_with(|| json!([])) {
        parameters.push(parameter);
    }
    if let Some(Value::Object(responses)) = operation.get_mut("responses") {
        let target = |name: &str| json!({"operationId": name, "parameters": {"id": "$response.body#/id"}});
        responses.insert(
            "202".into(),
            json!({
                "description": "A plan of it: nothing is done",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/PlanView"}}},
                "links": {
                    "getPlan": target("getPlan"), "listPlanChanges": target("listPlanChanges"),
                    "listPlanEffects": target("listPlanEffects"),
                },
            }),
        );
    }
}
