//! The values that examples of parameters have: of things and words of the company that `remit demo` loads.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::demo::ids;
use crate::http::{listing, memory_page};
use crate::openapi::lists;

/// What `{id}` names below a path, unless the operation wants another: how its id is made, the
/// external id, and which operations want which.
type Things = (&'static str, fn(&str) -> Uuid, &'static str, &'static [(&'static str, &'static str)]);

const THINGS: &[Things] = &[
    (
        "users",
        ids::user,
        "anna.keller",
        &[
            ("blockUser", "yannick.frei"),
            ("unblockUser", "olga.fiala"),
            ("releaseUser", "radka.kubova"),
            ("inviteUser", "lukas.fiala"),
            ("restoreUser", "pavel.cech"),
            ("forgetUser", "milan.vesely"),
            ("deleteUser", "zora.benesova"),
            ("transferUserResponsibilities", "greta.simon"),
        ],
    ),
    (
        "workers",
        ids::worker,
        "w-119",
        &[
            ("closeWorker", "w-130"),
            ("reopenWorker", "w-131"),
            ("renameWorker", "w-123"),
            ("linkWorkerAccount", "w-127"),
            ("createWorkerAccount", "w-123"),
            ("deleteWorker", "w-132"),
        ],
    ),
    (
        "departments",
        ids::department,
        "accounting",
        &[("linkDepartmentRole", "maintenance"), ("unlinkDepartmentRole", "assembly"), ("deleteDepartment", "canteen")],
    ),
    ("positions", ids::position, "accountant", &[("deletePosition", "cook")]),
    (
        "contracts",
        ids::contract,
        "c-119",
        &[
            ("updateContract", "c-123-b"),
            ("signContract", "c-123-b"),
            ("cancelContract", "c-123-b"),
            ("deleteContract", "c-123-b"),
        ],
    ),
    ("roles", ids::role, "finance-team", &[("deleteRole", "choir"), ("copyRole", "timekeepers")]),
    ("memberships", ids::membership, "m-1", &[("deleteMembership", "m-7")]),
    ("role-rules", ids::role_rule, "rule-finance", &[("deleteRoleRule", "rule-sales")]),
    ("modules", ids::module, "fleet", &[("deleteModule", "parking")]),
    ("object-types", ids::object_type, "company_car", &[("deleteObjectType", "bicycle")]),
    (
        "objects",
        ids::object,
        "invoice-2026-03",
        &[
            ("deleteObject", "car-1"),
            ("listObjectGrants", "budget-2027"),
            ("sendNotice", "task-close"),
            ("listObjectNotices", "task-close"),
        ],
    ),
    ("areas", ids::area, "bookkeeping", &[("deleteArea", "fair-2025"), ("unarchiveArea", "closing-2025")]),
    ("mark-patterns", ids::mark_pattern, "marks-tasks", &[("deleteMarkPattern", "marks-activities")]),
    ("grants", ids::grant, "g-finance-documents", &[("deleteGrant", "g-sales-cars")]),
    ("templates", ids::template, "accounting-documents", &[("deleteTemplate", "old-orders")]),
    ("protection-rules", ids::protection_rule, "directors-hr", &[("deleteProtectionRule", "controllers-cars")]),
    ("wage-types", ids::wage_type, "overtime", &[("deleteWageType", "standby")]),
    ("wage-offers", ids::wage_offer, "wo-finance-overtime", &[("deleteWageOffer", "wo-sales-overtime")]),
    ("qualifications", ids::qualification, "q-119-forklift", &[("deleteQualification", "q-119-first-aid")]),
    (
        "notification-subscriptions",
        ids::notification_subscription,
        "n-desk-blocked",
        &[("deleteNotificationSubscription", "n-desk-contracts")],
    ),
    ("operations", ids::operation, "departments", &[]),
    ("role-sync-runs", ids::operation, "role-sync", &[]),
    ("plans", ids::plan, "people-desk", &[("discardPlan", "choir"), ("applyPlan", "timekeepers")]),
    ("api-tokens", ids::api_token, "payroll", &[]),
    ("sessions", ids::session, "laptop", &[]),
    ("me", ids::note, "monday", &[]),
];

/// An operation, for which examples are sought.
pub(super) struct Operation<'o> {
    /// Its name.
    pub(super) id: &'o str,
    /// The first part of its path that names a resource.
    pub(super) resource: &'o str,
}

impl Operation<'_> {
    fn thing(&self) -> Option<(Uuid, &'static str)> {
        let (_, id_of, usual, others) = THINGS.iter().find(|(resource, ..)| *resource == self.resource)?;
        let name = others.iter().find(|(operation, _)| *operation == self.id).map_or(*usual, |(_, name)| name);
        Some((id_of(name), name))
    }

    /// A value of a parameter.
    pub(super) fn parameter(&self, parameter: &Value) -> Option<Value> {
        let name = parameter["name"].as_str()?;
        let id = |id: Uuid| Some(json!(id));
        match name {
            "id" if self.id == "readNotification" => id(ids::notification("blocked")),
            "id" => id(self.thing()?.0),
            "external_id" | "code" if self.id == "exportRows" => Some(json!("accounting")),
            "external_id" | "code" => Some(json!(self.thing()?.1)),
            "with_user_id" => id(ids::user("greta.simon")),
            "with_role_id" => id(ids::role("timekeepers")),
            "user_id" | "entity_id" | "actor_id" | "author_id" => id(ids::user("anna.keller")),
            "transfer_to_external_id" => Some(json!("greta.simon")),
            "reason" => Some(json!("moved to another company")),
            "assignee_id" | "transfer_to" => id(ids::user("greta.simon")),
            "worker_id" | "scope_worker_id" => id(ids::worker("w-119")),
            "supervisor_id" | "head_id" => id(ids::worker("w-118")),
            "department_id" | "scope_department_id" => id(ids::department("accounting")),
            "owner_id" => id(ids::user("filip.berger")),
            "mark" if self.resource == "areas" => Some(json!("Ucetnictvi")),
            "role_id" if self.resource == "areas" => id(ids::role("bookkeepers")),
            "parent_id" if self.resource == "areas" => id(ids::area("bookkeeping")),
            "parent_id" => id(ids::department("finance")),
            "position_id" => id(ids::position("accountant")),
            "contract_id" => id(ids::contract("c-107")),
            "role_id" if parameter["in"] == "path" => id(ids::role("workshop")),
            "role_id" => id(ids::role("finance-team")),
            "member_role_id" => id(ids::role("heads")),
            "rule_id" => id(ids::role_rule("rule-finance")),
            "template_id" => id(ids::template("accounting-documents")),
            "wage_type_id" => id(ids::wage_type("overtime")),
            "request_group" => Some(json!("1")),
            "wage_type" => Some(json!("holiday")),
            "for_worker" => Some(json!("w-120")),
            "area_id" | "scope_area_id" => id(ids::area("bookkeeping")),
            "mark" => Some(json!("2026-1/Ucetnictvi/1")),
            "object_type" => Some(json!("task")),
            "scope_object_id" => id(ids::object("invoice-2026-03")),
            "personal_number" => Some(json!("119")),
            "module" if self.id == "listObjectAccess" => Some(json!("document")),
            "module" if self.id == "listAreaAccess" => Some(json!("areas")),
            "action" if matches!(self.id, "listObjectAccess" | "listAreaAccess") => Some(json!("read")),
            "action" if self.id == "getAccessTimeline" => Some(json!("time:record")),
            "action" => Some(json!("record")),
            "module" => Some(json!(if self.resource == "object-types" { "fleet" } else { "time" })),
            "type" if self.resource == "objects" || self.id == "listMyObjects" => Some(json!("document")),
            "type" if self.id.contains("Notification") => Some(json!("account_blocked")),
            "entity" => Some(json!("user")),
            "kind" if self.id == "startImport" || parameter["in"] == "path" => Some(json!("positions")),
            "presence" => Some(json!("active")),
            "include" if self.id == "listObjectGrants" => Some(json!("covering")),
            "include" => Some(json!("excluded")),
            "plan" => Some(json!(false)),
            "capability" => Some(json!("bear_task")),
            "format" => Some(json!("csv")),
            "fields" => Some(json!("external_id,code,name")),
            "number" => Some(json!("U-01")),
            "mode" if self.id == "startImport" => Some(json!("per_row")),
            "mode" if self.id == "getAccessTimeline" => Some(json!("workflow")),
            "q" => Some(json!("a")),
            "limit" => Some(json!(20)),
            "at" => Some(json!("2026-03-01")),
            "subject_type" => Some(json!("user")),
            "subject_id" => Some(json!("anna.keller")),
            "resource_type" => Some(json!("worker")),
            "resource_id" => Some(json!("w-119")),
            "from" if self.id == "getAccessTimeline" => Some(json!("2026-01-01")),
            "to" if self.id == "getAccessTimeline" => Some(json!("2026-12-31")),
            "explain" => Some(json!("trace")),
            "expires_before" | "retain_until_before" | "ends_before" => Some(json!("2030-01-01")),
            "ends_from" => Some(json!("2026-01-01")),
            "from" | "updated_since" => Some(json!("2026-01-01T00:00:00Z")),
            "to" => Some(json!("2036-01-01T00:00:00Z")),
            "after_revision" => Some(json!(5)),
            "before_revision" => Some(json!(1000)),
            "sort" if self.id == "listAudit" => Some(json!("revision")),
            "sort" if self.id == "exportRows" => Some(json!("-created_at")),
            "sort" => lists::of_operation(self.id)?.sorts.last().map(|(name, _)| json!(format!("-{name}"))),
            "state" if self.id == "listPlans" => Some(json!("open,applied")),
            "state" if self.id == "listRoleSyncRuns" => Some(json!("succeeded")),
            "outcome" => Some(json!("wrong_password")),
            "since" => Some(json!("2026-01-01T00:00:00Z")),
            "cursor" if matches!(self.id, "listSessions" | "listLogInAttempts") => id(ids::session("laptop")),
            "cursor" if self.id == "listNotes" => id(ids::note("monday")),
            "cursor" if self.id == "listAudit" => Some(json!("9_0")),
            "cursor" if self.resource == "plans" && self.id != "listPlans" => Some(json!(0)),
            "cursor" if self.id == "listRoleSyncRuns" => {
                Some(json!(format!("1767600000000000_{}", ids::operation("role-sync"))))
            }
            "cursor" if self.id == "listRoleSyncRunWorkers" => id(ids::worker("w-101")),
            "cursor" if self.id == "listPlans" => Some(json!(format!("1767600000000000_{}", ids::plan("people-desk")))),
            "cursor" if self.id == "listNotifications" => {
                Some(json!(format!("1767600000000000_{}", ids::notification("blocked"))))
            }
            "cursor" if self.id == "listOperations" => {
                Some(json!(format!("1767600000000000_{}", ids::operation("users"))))
            }
            "cursor" if matches!(self.id, "getMyPermissions" | "getUserPermissions") => {
                let first = vec![0.into(), 0.into(), Uuid::nil().into(), String::new().into()];
                let path = match self.id {
                    "getMyPermissions" => "/api/v1/me/permissions".to_owned(),
                    _ => format!("/api/v1/users/{}/permissions", self.thing()?.0),
                };
                memory_page::example(&path, "", first).map(Value::String)
            }
            "cursor" if self.id == "listRightHolders" => {
                let query = "module=time&action=record";
                memory_page::example("/api/v1/access/holders", query, vec![Uuid::nil().into()]).map(Value::String)
            }
            "cursor" if self.id.ends_with("Access") || self.id == "getWorkerApprovers" => {
                let (view, query) = match self.id {
                    "getWorkerApprovers" => ("approvers", "wage_type=holiday"),
                    _ => ("access", ""),
                };
                let path = format!("/api/v1/{}/{}/{view}", self.resource, self.thing()?.0);
                memory_page::example(&path, query, vec![Uuid::nil().into()]).map(Value::String)
            }
            "cursor" => lists::of_operation(self.id).and_then(listing::first_cursor).map(Value::String),
            "expand" => expandable(self.id).first().map(|one| json!(one.name)),
            "If-Match" => Some(json!("*")),
            "If-None-Match" => Some(json!("\"1\"")),
            _ if parameter.pointer("/schema/type") == Some(&json!("boolean")) => Some(json!(true)),
            _ => self.word(name),
        }
    }

    /// The first word that a filter knows.
    fn word(&self, name: &str) -> Option<Value> {
        let of_exports = lists::of_exports().filter(|_| self.id == "exportRows").map(|(_, spec)| spec);
        let mut filters = lists::of_operation(self.id).into_iter().chain(of_exports).flat_map(|spec| spec.filters);
        let filter = filters.find(|filter| filter.name == name)?;
        match filter.kind {
            listing::FilterKind::Word(_, words) => words.first().map(|word| json!(word)),
            _ => None,
        }
    }
}

fn expandable(operation: &str) -> &'static [listing::Expansion] {
    lists::of_operation(operation).map_or_else(|| lists::expand_of(operation), |spec| spec.expand)
}
