//! The headers of answers. The tests' client holds every answer against them.

use serde_json::{Map, Value, json};

use crate::openapi::form::UNLOGGED;

/// Headers that are always there where they are listed: name, example, what it says.
const HEADERS: &[(&str, &str, &str)] = &[
    ("Location", "/api/v1/positions/019b8d2b-8c00-7226-9153-3f640397ccb1", "Where the new thing is"),
    ("Remit-Revision", "17", "The latest revision that the answer knows of; after a write its own"),
    ("Remit-Total", "9", "How many rows come"),
    ("Retry-After", "1", "Seconds after which to try again"),
    ("WWW-Authenticate", "Bearer", "How to authenticate"),
];

/// Those that may be absent.
const OPTIONAL: &[(&str, &str, &str)] = &[
    ("ETag", "\"17\"", "The item's entity tag: the revision of its last change, in quotes; absent with `expand`"),
    ("RateLimit", "\"caller\";r=99;t=1", "What is left of the quota, and in how many seconds it is whole again"),
    (
        "RateLimit-Policy",
        "\"caller\";q=100;w=60",
        "The quota and its window in seconds; absent where there is no limit",
    ),
    ("Idempotent-Replayed", "true", "The answer is that of an earlier request with the same key"),
    ("Preference-Applied", "return=minimal", "The preferences that were followed"),
    ("Link", "</api/v1/positions?cursor=eyJmIjoi>; rel=\"next\"", "The next page (RFC 8288); absent on the last"),
];

/// The headers of quotas, which any answer may carry.
const QUOTA: &[&str] = &["RateLimit", "RateLimit-Policy"];

/// The headers that all answers of a status carry.
pub fn of_problem(status: u16) -> Vec<&'static str> {
    let own = match status {
        401 => Some("WWW-Authenticate"),
        429 | 503 => Some("Retry-After"),
        _ => None,
    };
    own.into_iter().chain(QUOTA.iter().copied()).collect()
}

/// References to headers, as they stand in a response.
pub fn references(names: &[&str]) -> Value {
    names.iter().map(|name| ((*name).to_owned(), json!({"$ref": format!("#/components/headers/{name}")}))).collect()
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
    let takes = |name: &str| super::parameters::find(operation, name).is_some();
    let (keyed, prefers) = (takes("Idempotency-Key"), takes("Prefer"));
    let Some(Value::Object(responses)) = operation.get_mut("responses") else { return };
    // An answer without its body carries the same headers.
    let shown = |status: &str| responses.get(status)?.pointer("/content/application~1json/schema/$ref")?.as_str();
    let shown = ["200", "201"].into_iter().find_map(shown).and_then(|name| name.rsplit('/').next());
    let shown = shown.unwrap_or_default().to_owned();
    for (status, response) in responses.iter_mut().filter(|(status, _)| status.starts_with(['2', '3'])) {
        let planned = status == "202" && super::plans::can_be_planned(&id);
        let mut names = of_success(path, method, &id, status, if planned { "PlanView" } else { &shown });
        names.extend(keyed.then_some("Idempotent-Replayed"));
        names.extend(prefers.then_some("Preference-Applied"));
        names.extend(QUOTA);
        response["headers"] = references(&names);
    }
}

/// What is shown with a body of no item, or of one without a tag.
const UNTAGGED: &[&str] = &[
    "ApiTokenView", "NewApiTokenView", "OperationView", "SettingsView", "MeView", "TransferredView", "UnlinkedView",
    "SyncedView", "RuleView", "EndedSessionsView", "ManyView", "CapabilitiesView", "ActivityView", "PersonalDataView",
    "LedgerView", "ResponsibilitiesView", "HandedOverView", "WorkerCapabilitiesView", "DiagnosisView",
    "PlacementsView", "PlanView", "RoleSyncRunView", "UnreadView", "RaisedView", "NoticeView", "MarkPreviewView",
    "ComparisonView", "RolePageView", "RoleCopyView",
];

/// Reads that are answered from the rights model, and say of which revision it is.
const FROM_MODEL: &[&str] = &[
    "getMe", "getMyPermissions", "getUserPermissions", "listWorkerAccess", "listObjectAccess", "listAreaAccess",
    "listRightHolders", "compareAccess", "getRolePage",
];

fn of_success(path: &str, method: &str, id: &str, status: &str, shown: &str) -> Vec<&'static str> {
    let single = shown.ends_with("View") && !shown.starts_with("Page_") && !UNTAGGED.contains(&shown);
    let item = single && method != "delete" && path.starts_with("/api/v1/") && id != "getMyWorker";
    let writes = method != "get" && path.starts_with("/api/v1/");
    let long = id == "cancelOperation";
    let revision =
        writes && !long && !UNLOGGED.contains(&id) || path.starts_with("/access/") || FROM_MODEL.contains(&id);
    let creates = status == "201"
        || status == "204" && (id == "copyRole" || id.starts_with("create") || id.starts_with("upsert"));
    let mut names = Vec::new();
    let mut add = |when: bool, name: &'static str| names.extend(when.then_some(name));
    add(item, "ETag");
    let planned = super::plans::can_be_planned(id);
    add(
        creates || status == "202" && (planned || matches!(id, "startImport" | "startRoleSyncRun" | "applyPlan")),
        "Location",
    );
    add(revision, "Remit-Revision");
    let paged = shown.starts_with("Page_") || shown == "PermissionsAnswer";
    add(paged && !matches!(id, "listRules" | "listNotificationTypes"), "Link");
    add(id == "exportRows", "Remit-Total");
    names
}
