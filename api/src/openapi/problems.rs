//! The problems that an operation can raise: the general ones follow from its shape, those of the
//! domain stand in a table. The tests' client holds every answer of the service against it.

use std::collections::BTreeMap;

use domain::rule::{Class, Code, Violation, code::*};
use serde_json::{Map, Value, json};

use crate::http::problem::{self, FieldError, Problem, ProblemCode};
use crate::openapi::{headers, lists};

/// What the commands behind operations can refuse. A code that stands here for an operation may
/// also come together with others, as `invalid_values`.
const REFUSALS: &[(&[&str], &[&Code])] = &[
    (
        &["createUser", "updateUser", "upsertUser"],
        &[
            &REQUIRED, &BAD_CHARACTER, &BAD_VALUE, &BAD_EMAIL, &BAD_TIME_ZONE, &USER_FIELDS_MISSING, &DUPLICATE,
            &USER_LOGIN_TAKEN,
        ],
    ),
    (&["createUser", "upsertUser"], &[&START_STATE_REFUSED]),
    (&["updateUser", "upsertUser"], &[&NOT_CHANGEABLE, &USER_FORGOTTEN]),
    (&["deleteUser"], &[&STATE_MOVE_REFUSED, &USER_HAS_RESPONSIBILITIES, &LAST_ADMINISTRATOR]),
    (
        &["deleteUser", "transferUserResponsibilities"],
        &[
            &NOT_TRANSFERRED, &SUCCESSOR_IS_HOLDER, &SUCCESSOR_NOT_LINKED, &OWN_SUPERVISOR, &CAPABILITY_MISSING,
            &UNKNOWN_REFERENCE, &GRANT_EXISTS,
        ],
    ),
    (&["transferUserResponsibilities"], &[&REQUIRED, &BAD_VALUE, &DUPLICATE_ITEM, &LAST_ADMINISTRATOR]),
    (&["blockUser"], &[&BAD_CHARACTER, &STATE_MOVE_REFUSED, &LAST_ADMINISTRATOR]),
    (&["unblockUser", "releaseUser"], &[&STATE_MOVE_REFUSED, &BLOCK_CAUSE_ABSENT, &OWN_BLOCK]),
    (&["makePasswordLink"], &[&CAPABILITY_MISSING]),
    (&["restoreUser"], &[&STATE_MOVE_REFUSED]),
    (&["forgetUser"], &[&STATE_MOVE_REFUSED, &EVIDENCE_RETAINED]),
    (&["createNote", "updateNote"], &[&REQUIRED, &BAD_CHARACTER]),
    (&["createNote"], &[&TOO_MANY_NOTES]),
    (&["inviteUser", "acceptInvitation"], &[&NOT_INVITED]),
    (&["blockUsers"], &[&BAD_CHARACTER, &DUPLICATE_ITEM, &LAST_ADMINISTRATOR]),
    (&["unblockUsers", "inviteUsers"], &[&DUPLICATE_ITEM]),
    (
        &["createWorker", "updateWorker", "upsertWorker"],
        &[
            &REQUIRED, &BAD_CHARACTER, &BAD_VALUE, &BAD_EMAIL, &OUT_OF_RANGE, &UNKNOWN_REFERENCE, &DUPLICATE,
            &PERSONAL_NUMBER_TAKEN, &USER_LINKED, &ACCOUNT_NOT_FREE, &LAST_NAME_DIFFERS,
        ],
    ),
    (
        &["updateWorker", "upsertWorker"],
        &[&WORKER_IDENTITY_FROZEN, &WORKER_RENAME_NEEDED, &WORKER_CLOSED, &WORKER_LINKED, &LAST_ADMINISTRATOR],
    ),
    (&["deleteWorker"], &[&WORKER_NOT_ERASABLE, &IN_USE]),
    (&["closeWorker"], &[&WORKER_STATE_REFUSED, &WORKER_HAS_CONTRACT]),
    (&["reopenWorker"], &[&WORKER_STATE_REFUSED]),
    (&["renameWorker"], &[&REQUIRED, &BAD_CHARACTER, &WORKER_IDENTITY_FROZEN]),
    (
        &["linkWorkerAccount"],
        &[&UNKNOWN_REFERENCE, &WORKER_CLOSED, &WORKER_LINKED, &USER_LINKED, &ACCOUNT_NOT_FREE, &LAST_NAME_DIFFERS],
    ),
    (&["linkWorkerAccount"], &[&FIRST_NAME_DIFFERS, &REQUIRED, &BAD_CHARACTER]),
    (&["createWorker", "updateWorker", "upsertWorker"], &[&FIRST_NAME_DIFFERS]),
    (
        &["createWorkerAccount"],
        &[
            &WORKER_LINKED, &WORKER_CLOSED, &REQUIRED, &BAD_CHARACTER, &BAD_VALUE, &BAD_EMAIL, &USER_FIELDS_MISSING,
            &DUPLICATE, &USER_LOGIN_TAKEN, &DUPLICATE_ITEM, &UNKNOWN_REFERENCE, &ROLE_IS_AUTOMATIC,
            &FIRST_NAME_DIFFERS,
        ],
    ),
    (&["unlinkWorkerAccount"], &[&WORKER_NOT_LINKED, &LAST_ADMINISTRATOR]),
    (&["syncWorkerRoles"], &[&LAST_ADMINISTRATOR]),
    (
        &["createDepartment", "updateDepartment", "upsertDepartment"],
        &[
            &REQUIRED, &BAD_CHARACTER, &BAD_CODE, &BAD_VALUE, &WINDOW_REVERSED, &UNKNOWN_REFERENCE, &DUPLICATE,
            &CODE_TAKEN,
        ],
    ),
    (&["updateDepartment", "upsertDepartment"], &[&DEPARTMENT_CYCLE, &LAST_ADMINISTRATOR]),
    (&["deleteDepartment", "deletePosition"], &[&IN_USE]),
    (
        &["createQualification", "updateQualification", "upsertQualification"],
        &[&REQUIRED, &BAD_CHARACTER, &BAD_VALUE, &WINDOW_REVERSED, &UNKNOWN_REFERENCE, &DUPLICATE, &CAPABILITY_MISSING],
    ),
    (&["updateQualification", "upsertQualification"], &[&NOT_CHANGEABLE]),
    (&["deleteQualification"], &[&QUALIFICATION_RETAINED]),
    (
        &["createNotificationSubscription", "updateNotificationSubscription", "upsertNotificationSubscription"],
        &[
            &REQUIRED, &BAD_CHARACTER, &BAD_CODE, &BAD_VALUE, &UNKNOWN_REFERENCE, &UNKNOWN_NOTIFICATION_TYPE,
            &DUPLICATE, &CAPABILITY_MISSING, &SUBSCRIPTION_EXISTS,
        ],
    ),
    (&["updateNotificationSubscription", "upsertNotificationSubscription"], &[&NOT_CHANGEABLE]),
    (&["raiseNotification"], &[&REQUIRED, &BAD_CHARACTER, &BAD_CODE, &UNKNOWN_REFERENCE, &UNKNOWN_NOTIFICATION_TYPE]),
    (&["linkDepartmentRole"], &[&ROLE_NOT_AUTOMATIC]),
    (&["unlinkDepartmentRole"], &[&LAST_ADMINISTRATOR]),
    (
        &["createPosition", "updatePosition", "upsertPosition"],
        &[&REQUIRED, &BAD_CHARACTER, &BAD_CODE, &BAD_VALUE, &WINDOW_REVERSED, &DUPLICATE, &CODE_TAKEN],
    ),
    (
        &["createContract", "updateContract", "upsertContract"],
        &[&REQUIRED, &BAD_CHARACTER, &BAD_VALUE, &WINDOW_REVERSED, &UNKNOWN_REFERENCE, &DUPLICATE, &CONTRACT_OVERLAP],
    ),
    (&["createContract", "upsertContract"], &[&WORKER_CLOSED]),
    (&["updateContract", "upsertContract"], &[&NOT_CHANGEABLE, &CONTRACT_PLACEMENT_FIXED, &LAST_ADMINISTRATOR]),
    (&["upsertContract"], &[&CONTRACT_STATE_REFUSED]),
    (&["deleteContract"], &[&CONTRACT_NOT_DELETABLE]),
    (&["signContract"], &[&CONTRACT_STATE_REFUSED, &CONTRACT_OVERLAP, &WORKER_CLOSED]),
    (&["endContract"], &[&WINDOW_REVERSED, &CONTRACT_STATE_REFUSED, &CONTRACT_OVERLAP, &LAST_ADMINISTRATOR]),
    (&["cancelContract"], &[&CONTRACT_STATE_REFUSED, &LAST_ADMINISTRATOR]),
    (
        &["transferContract"],
        &[
            &UNKNOWN_REFERENCE, &BAD_VALUE, &TRANSFER_OUTSIDE_WINDOW, &TRANSFER_SAME_PLACEMENT,
            &CONTRACT_STATE_REFUSED, &CONTRACT_OVERLAP, &LAST_ADMINISTRATOR,
        ],
    ),
    (
        &["createRole", "updateRole", "upsertRole"],
        &[
            &REQUIRED, &BAD_CHARACTER, &BAD_CODE, &BAD_VALUE, &DUPLICATE_ITEM, &WINDOW_REVERSED, &UNKNOWN_REFERENCE,
            &DUPLICATE, &CODE_TAKEN, &CAPABILITY_MISSING,
        ],
    ),
    (
        &["updateRole", "upsertRole"],
        &[&ROLE_MODE_FIXED, &PEOPLE_LIST_HOLDS_USERS, &LAST_ADMINISTRATOR, &GUARD_EXTERNAL_ADMINISTRATOR],
    ),
    (&["deleteRole"], &[&IN_USE, &LAST_ADMINISTRATOR]),
    (
        &["createMembership", "updateMembership", "upsertMembership"],
        &[
            &REQUIRED, &BAD_CHARACTER, &BAD_VALUE, &WINDOW_REVERSED, &UNKNOWN_REFERENCE, &DUPLICATE,
            &CAPABILITY_MISSING, &MEMBERSHIP_EXISTS, &ROLE_IS_AUTOMATIC, &PEOPLE_LIST_HOLDS_USERS, &ROLE_CYCLE,
            &GUARD_EXTERNAL_ADMINISTRATOR,
        ],
    ),
    (&["updateMembership", "upsertMembership"], &[&MEMBERSHIP_FIXED, &LAST_ADMINISTRATOR]),
    (&["deleteMembership"], &[&ROLE_IS_AUTOMATIC, &LAST_ADMINISTRATOR]),
    (
        &["createRoleRule", "updateRoleRule", "upsertRoleRule"],
        &[
            &REQUIRED, &BAD_CHARACTER, &BAD_VALUE, &DUPLICATE_ITEM, &WINDOW_REVERSED, &UNKNOWN_REFERENCE, &RULE_EMPTY,
            &RULE_ALL_WITH_PARTS, &DUPLICATE, &ROLE_NOT_AUTOMATIC,
        ],
    ),
    (&["updateRoleRule", "upsertRoleRule"], &[&NOT_CHANGEABLE, &RULE_IS_LINK, &LAST_ADMINISTRATOR]),
    (&["deleteRoleRule"], &[&RULE_IS_LINK, &LAST_ADMINISTRATOR]),
    (
        &["createModule", "updateModule", "upsertModule"],
        &[
            &REQUIRED, &BAD_CHARACTER, &BAD_CODE, &BAD_VALUE, &DUPLICATE_ITEM, &TOO_MANY_ACTIONS, &DUPLICATE,
            &CODE_TAKEN,
        ],
    ),
    (&["updateModule", "upsertModule"], &[&NOT_CHANGEABLE, &MODULE_BUILT_IN, &ACTION_IN_USE]),
    (&["deleteModule", "deleteObjectType"], &[&MODULE_BUILT_IN, &IN_USE]),
    (
        &["createObjectType", "updateObjectType", "upsertObjectType"],
        &[
            &REQUIRED, &BAD_CHARACTER, &BAD_CODE, &BAD_VALUE, &UNKNOWN_REFERENCE, &MODULE_TARGET_NOT_OBJECT,
            &OBJECT_TYPE_RESERVED, &DUPLICATE, &CODE_TAKEN,
        ],
    ),
    (&["updateObjectType", "upsertObjectType"], &[&NOT_CHANGEABLE, &OBJECT_TYPE_FIXED]),
    (
        &["createObject", "updateObject", "upsertObject"],
        &[
            &REQUIRED, &BAD_CHARACTER, &BAD_VALUE, &DUPLICATE_ITEM, &OUT_OF_RANGE, &UNKNOWN_REFERENCE, &DUPLICATE,
            &CAPABILITY_MISSING,
        ],
    ),
    (&["updateObject", "upsertObject"], &[&OBJECT_TYPE_FIXED]),
    (
        &["createGrant", "updateGrant", "upsertGrant"],
        &[
            &REQUIRED, &BAD_CHARACTER, &BAD_VALUE, &WINDOW_REVERSED, &UNKNOWN_REFERENCE, &SCOPE_DOES_NOT_FIT,
            &UNKNOWN_ACTION, &GRANT_EMPTY, &GRANT_NOT_DISJOINT, &DUPLICATE, &CAPABILITY_MISSING, &GRANT_EXISTS,
            &LAST_ADMINISTRATOR,
        ],
    ),
    (&["updateGrant", "upsertGrant"], &[&GRANT_FIXED]),
    (&["deleteGrant"], &[&LAST_ADMINISTRATOR]),
    (
        &["createApiToken"],
        &[
            &REQUIRED, &BAD_CHARACTER, &BAD_VALUE, &OUT_OF_RANGE, &DUPLICATE_ITEM, &UNKNOWN_REFERENCE, &UNKNOWN_ACTION,
            &NO_RIGHT_TO_SERVE,
        ],
    ),
    (&["askForHelp"], &[&BAD_CHARACTER]),
    (&["updateSettings"], &[&BAD_TIME_ZONE, &BAD_VALUE, &THRESHOLDS_CROSSED]),
    (&["setUp"], &[&REQUIRED, &BAD_CHARACTER, &BAD_VALUE, &BAD_EMAIL, &USER_LOGIN_TAKEN]),
];

/// Codes of the HTTP face that only these operations raise.
const OWN: &[(&[&str], &[ProblemCode])] = &[
    (&["logIn"], &[problem::INVALID_CREDENTIALS]),
    (&["logIn", "refreshTokens", "setUp", "setPassword", "acceptInvitation"], &[problem::UNAUTHENTICATED]),
    (&["setUp"], &[problem::SET_UP_DONE]),
    (&["setUp", "setPassword", "acceptInvitation", "changeMyPassword"], &[problem::WEAK_PASSWORD]),
    (&["changeMyPassword"], &[problem::SESSION_REQUIRED, problem::WRONG_PASSWORD]),
    (&["makePasswordLink"], &[problem::OWN_ACCOUNT]),
    (&["cancelOperation"], &[problem::IMPORT_STATE]),
    (&["startRoleSyncRun"], &[problem::BODY_NOT_ALLOWED]),
    (&["applyPlan"], &[problem::PLAN_APPLIED, problem::PLAN_EXPIRED, problem::PLAN_OUTDATED, problem::PLAN_REFUSED]),
    (
        &[
            "getMe", "getMyPermissions", "getMyWorker", "getMyPersonalData", "changeMyPassword", "listNotes",
            "createNote", "listNotifications", "countUnreadNotifications", "readNotifications",
        ],
        &[problem::NOT_FOUND],
    ),
];

/// Operations that any active caller may use: what the caller may not know of is left out or a
/// 404, never a 403.
const OPEN_TO_ALL: &[&str] = &[
    "logOut", "changeMyPassword", "reportActivity", "getUserActivity", "listNotes", "getNote", "createNote",
    "updateNote", "deleteNote", "getMe", "getMyWorker", "getMyPermissions", "listApiTokens", "getApiToken",
    "revokeApiToken", "listPlans", "getPlan", "discardPlan", "listPlanChanges", "listPlanEffects", "listOperations",
    "getOperation", "listOperationErrors", "cancelOperation", "listDepartments", "getDepartment", "listDirectory",
    "listPositions", "getPosition", "listModules", "getModule", "listObjectTypes", "getObjectType", "listWorkers",
    "getWorker", "listContracts", "getContract", "listDepartmentContracts", "getMyPersonalData", "listQualifications",
    "getQualification", "listUserQualifications", "listRules", "getRule", "listNotifications",
    "countUnreadNotifications", "readNotification", "readNotifications", "listNotificationTypes",
];

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
