//! Rules of automatic roles.

use chrono::NaiveDate;
use domain::id::RoleRuleId;
use domain::role::RoleRule;
use persistence::Stored;
use uuid::Uuid;

use crate::app::App;
use crate::commands::contracts::ContractTypeName;
use crate::commands::role_rules::{self, RoleRuleInput, RuleDepartmentInput};
use crate::commands::workers::WorkerKindName;
use crate::commands::{Refusal, Work};
use crate::demo::ids;
use crate::http::listing::{FilterKind, FilterSpec, ListSpec};
use crate::http::page::Visible;
use crate::rest::crud::Shown;
use crate::rights::{Authority, RoleEdit, RoleRead};
use crate::{resource_handlers, view};

view! {
    /// A rule of an automatic role: which contracts make a member.
    #[schema(example = json!({
        "id": ids::role_rule("rule-finance"), "external_id": "rule-finance",
        "role_id": ids::role("finance-team"), "departments": [{"id": ids::department("finance"),
        "include_subtree": true}], "position_ids": [], "contract_types": [], "worker_kinds": [], "head_of": [],
        "all_workers": false, "department_link": false, "valid_from": null, "valid_to": null,
        "created_at": "2026-01-05T08:00:00Z", "updated_at": "2026-01-05T08:00:00Z", "revision": 9
    }))]
    RoleRuleView {
        /// The role.
        role_id: Uuid,
        /// Contracts in any of these departments.
        #[schema(max_items = 1000)]
        departments: Vec<RuleDepartmentInput>,
        /// Contracts in any of these positions.
        #[schema(max_items = 1000)]
        position_ids: Vec<Uuid>,
        /// Contracts of any of these types.
        #[schema(max_items = 4, inline)]
        contract_types: Vec<ContractTypeName>,
        /// Contracts of workers of any of these kinds.
        #[schema(max_items = 3, inline)]
        worker_kinds: Vec<WorkerKindName>,
        /// Contracts of the heads of these departments.
        #[schema(max_items = 1000)]
        head_of: Vec<Uuid>,
        /// Every contract.
        all_workers: bool,
        /// Whether it is a department's link, set and cleared there (D-02).
        department_link: bool,
        /// First day.
        valid_from: Option<NaiveDate>,
        /// Last day.
        valid_to: Option<NaiveDate>,
    }
}

impl Shown for RoleRule {
    type View = RoleRuleView;
    const PLURAL: &'static str = "role-rules";
    const LIST: ListSpec = ListSpec {
        filters: &[
            FilterSpec { name: "role_id", kind: FilterKind::Id("role_id"), what: "Of this role" },
            FilterSpec {
                name: "department_link",
                kind: FilterKind::Flag("department_link"),
                what: "Whether it is a department's link",
            },
            FilterSpec { name: "external_id", kind: FilterKind::Text("external_id"), what: "With this external id" },
            FilterSpec { name: "at", kind: FilterKind::ValidOn, what: "Valid on this day" },
        ],
        sorts: &[("created_at", "created_at"), ("updated_at", "updated_at")],
        search: &[],
        expand: &[],
    };

    fn view(stored: &Stored<Self>) -> RoleRuleView {
        let rule = &stored.value;
        RoleRuleView {
            id: rule.id.0,
            external_id: rule.external_id.clone(),
            role_id: rule.role_id.0,
            departments: rule
                .departments
                .iter()
                .map(|named| RuleDepartmentInput { id: named.id.0, include_subtree: named.include_subtree })
                .collect(),
            position_ids: rule.position_ids.iter().map(|id| id.0).collect(),
            contract_types: rule.contract_types.iter().map(|of| (*of).into()).collect(),
            worker_kinds: rule.worker_kinds.iter().map(|of| (*of).into()).collect(),
            head_of: rule.head_of.iter().map(|id| id.0).collect(),
            all_workers: rule.all_workers,
            department_link: rule.department_link,
            valid_from: rule.window.valid_from,
            valid_to: rule.window.valid_to,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
            revision: stored.revision,
        }
    }

    fn visible<'a>(_: &'a App, authority: &'a Authority) -> Result<Visible<'a>, Refusal> {
        authority.allow::<RoleRead>()?;
        Ok(Visible::All)
    }

    fn readable(_: &App, authority: &Authority, _: &Stored<Self>) -> Result<(), Refusal> {
        authority.allow::<RoleRead>().map(|_| ())
    }
}

resource_handlers! {
    RoleRule, RoleRuleInput, RoleRuleView, "role-rules", "role-rules",
    list: "Lists role rules." "listRoleRules",
    get: "Reads a role rule." "getRoleRule",
    create: "Creates a role rule. Needs `system:role.edit`." "createRoleRule",
    update: "Changes a role rule. Needs `system:role.edit`." "updateRoleRule",
    upsert: "Creates or updates a role rule by your own id. Needs `system:role.edit`." "upsertRoleRule",
    remove: "Removes a role rule. Needs `system:role.edit`." "deleteRoleRule"
        via |work: &mut Work<'_, '_>, id, expected| {
            let allowed = work.authority.allow::<RoleEdit>()?;
            role_rules::remove(work, &allowed, RoleRuleId(id), expected)
        },
}
