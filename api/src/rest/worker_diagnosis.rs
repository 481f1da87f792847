//! Why a worker can't get at something.

use actix_web::web;
use chrono::NaiveDate;
use domain::id::WorkerId;
use domain::notification::types;
use domain::organisation::Contract;
use domain::role::sync::Diff;
use domain::rule::verdict;
use domain::text;
use domain::user::BlockCause;
use domain::worker::{Case, Check, Finding, Remedy};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::{App, Caller, Id};
use crate::commands::diagnosis::{self, Diagnosis};
use crate::commands::mirrored::mirrored;
use crate::commands::notifications::{self, Details};
use crate::commands::role_sync::WorkerReport;
use crate::demo::ids;
use crate::http::body::Json;
use crate::http::params::NoParams;
use crate::http::reply::Reply;
use crate::rest::crud::Answer;
use crate::rights::{
    Authority, HrAccountBlock, HrAccountCreate, HrContractsRead, HrRead, RoleRead, RoleSync, UserRead,
};

mirrored! {
    /// One check, in the order in which a helper makes them.
    CheckName is Check {
        Linked = "linked", AccountState = "account_state", Contracts = "contracts", DepartmentRoles = "department_roles",
        RoleSync = "role_sync", AskSystemAdministrator = "ask_system_administrator",
    }
    /// What helps.
    RemedyName is Remedy {
        LinkAccount = "link_account", Invite = "invite", Unblock = "unblock", Release = "release", Restore = "restore",
        Reopen = "reopen", Wait = "wait", SignContract = "sign_contract", LinkRole = "link_role",
        SyncRoles = "sync_roles", AskSystemAdministrator = "ask_system_administrator",
    }
}

/// Why a worker can't get at something.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "worker_id": ids::worker("w-119"), "user_id": ids::user("simon.braun"), "day": "2026-03-01",
    "checks": [
        {"check": "linked", "ok": true, "code": null, "detail": "Nothing is wrong here.", "remedy": null},
        {"check": "role_sync", "ok": false, "code": "out_of_step",
            "detail": "The automatic memberships differ from what contracts and rules say.",
            "remedy": {"code": "sync_roles", "text": "Update the worker's rights.", "method": "POST",
                "path": format!("/api/v1/workers/{}/role-sync", ids::worker("w-119"))}}
    ],
    "contracts": [{"contract_id": ids::contract("c-119"), "department_id": ids::department("assembly"),
        "position_id": ids::position("assembler"), "valid_from": "2019-01-01", "valid_to": null}],
    "roles": [{"role_id": ids::role("workshop"), "rule_id": ids::role_rule("rule-finance"),
        "contract_id": ids::contract("c-119"), "department_link": false}],
    "sync": null
}))]
pub struct DiagnosisView {
    /// The worker.
    worker_id: Uuid,
    /// The linked account.
    #[schema(required = true)]
    user_id: Option<Uuid>,
    /// The day for which it holds: today.
    day: NaiveDate,
    /// Every check, in the order in which a helper makes them.
    #[schema(max_items = 10)]
    checks: Vec<CheckView>,
    /// The contracts in force today; null for who may not see them.
    #[schema(required = true, max_items = 10000)]
    contracts: Option<Vec<InForceView>>,
    /// The roles that follow from them; null for who may see neither contracts nor roles.
    #[schema(required = true, max_items = 10000)]
    roles: Option<Vec<FollowingView>>,
    /// What a role sync would do now; null for who may not see roles, and without an account.
    #[schema(required = true)]
    sync: Option<WorkerReport>,
}

/// One check.
#[derive(Serialize, ToSchema)]
pub struct CheckView {
    /// Which.
    #[schema(inline)]
    check: CheckName,
    /// Whether all is right; null where the caller may not see it.
    #[schema(required = true)]
    ok: Option<bool>,
    /// What is wrong: `not_linked`, `invited`, `blocked`, `awaiting_release`, `deleted`, `folder_closed`,
    /// `contract_to_come`, `no_contract`, `no_role`, `out_of_step`; `not_visible` where the caller may not see it.
    #[schema(required = true, max_length = 50)]
    code: Option<&'static str>,
    /// The same in a sentence.
    #[schema(max_length = 500)]
    detail: &'static str,
    /// What helps.
    #[schema(required = true)]
    remedy: Option<RemedyView>,
}

/// What helps.
#[derive(Serialize, ToSchema)]
pub struct RemedyView {
    /// Its code.
    #[schema(inline)]
    code: RemedyName,
    /// What to do.
    #[schema(max_length = 500)]
    text: &'static str,
    /// The method of the request that does it, where one does.
    #[schema(required = true, max_length = 10)]
    method: Option<&'static str>,
    /// Its path; what is to be chosen stands in braces.
    #[schema(required = true, max_length = 500)]
    path: Option<String>,
}

/// A contract in force.
#[derive(Serialize, ToSchema)]
pub struct InForceView {
    /// The contract.
    contract_id: Uuid,
    /// Where.
    department_id: Uuid,
    /// As what.
    position_id: Uuid,
    /// First day.
    #[schema(required = true)]
    valid_from: Option<NaiveDate>,
    /// Last day.
    #[schema(required = true)]
    valid_to: Option<NaiveDate>,
}

/// A role that follows from a contract in force.
#[derive(Serialize, ToSchema)]
pub struct FollowingView {
    /// The role.
    role_id: Uuid,
    /// The rule.
    rule_id: Uuid,
    /// The contract.
    contract_id: Uuid,
    /// Whether the rule is the link of the contract's department.
    department_link: bool,
}

impl From<&Contract> for InForceView {
    fn from(contract: &Contract) -> Self {
        Self {
            contract_id: contract.id.0,
            department_id: contract.department_id.0,
            position_id: contract.position_id.0,
            valid_from: contract.window.valid_from,
            valid_to: contract.window.valid_to,
        }
    }
}

/// What a caller may see of a diagnosis beside the folder.
struct Sight {
    causes: bool,
    contracts: bool,
    roles: bool,
}

impl Sight {
    fn of(authority: &Authority, worker: WorkerId) -> Self {
        Self {
            causes: authority.allow::<UserRead>().is_ok()
                || authority.allow_worker::<HrAccountBlock>(worker).is_ok()
                || authority.allow_worker::<HrAccountCreate>(worker).is_ok(),
            contracts: authority.allow_worker::<HrContractsRead>(worker).is_ok(),
            roles: authority.allow::<RoleRead>().is_ok() || authority.allow::<RoleSync>().is_ok(),
        }
    }

    fn covers(&self, check: Check) -> bool {
        match check {
            Check::Contracts | Check::DepartmentRoles | Check::RoleSync => self.contracts,
            Check::Linked | Check::AccountState | Check::AskSystemAdministrator => true,
        }
    }
}

/// Tells why a worker can't get at something, check by check, each with what helps: the link to an account; the
/// account's state; the contracts in force; the roles that follow from them; whether the memberships are in step;
/// whom to ask else. Nothing is changed. Needs `hr:read` on the worker; contracts need `hr:contracts.read`, roles
/// `system:role.read` or `system:role.sync`, and what a caller may not see is told as such.
#[utoipa::path(get, path = "/api/v1/workers/{id}/access-diagnosis", tag = "workers", operation_id = "diagnoseAccess",
    params(("id" = Uuid, Path, description = "The worker's id")),
    responses((status = 200, description = "The checks", body = DiagnosisView)))]
pub async fn get(app: web::Data<App>, caller: Caller, id: Id, _none: NoParams) -> Answer {
    app.run(move |app| {
        let allowed = caller.authority.allow_worker::<HrRead>(WorkerId(id.0))?;
        let today = app.zone().day(app.clock().now());
        let found = app.store().read(|reader| diagnosis::diagnose(reader, allowed.target(), today))?;
        Ok(Reply::ok().json(shown(&found, &Sight::of(&caller.authority, allowed.target()), today)))
    })
    .await
}

/// What somebody says who asks for help.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"note": "She needs the invoices of March today."}))]
pub struct AskForHelpRequest {
    /// What does not work.
    #[schema(max_length = 500, nullable = false)]
    note: Option<String>,
}

/// Asks the system administrators for help with a worker's access: whoever their role's subscriptions to
/// `help_asked` name finds it in the inbox. Needs `hr:read` on the worker.
#[utoipa::path(post, path = "/api/v1/workers/{id}/access-diagnosis/ask", tag = "workers", operation_id = "askForHelp",
    params(("id" = Uuid, Path, description = "The worker's id")), request_body = AskForHelpRequest,
    responses((status = 204, description = "They were told")))]
pub async fn ask(
    app: web::Data<App>,
    caller: Caller,
    id: Id,
    _none: NoParams,
    body: Json<AskForHelpRequest>,
) -> Answer {
    app.run(move |app| {
        let worker = caller.authority.allow_worker::<HrRead>(WorkerId(id.0))?.target();
        let mut faults = Vec::new();
        text::note(&mut faults, "/note", body.0.note.as_deref());
        verdict(faults)?;
        let details = Details { text: body.0.note, worker_id: Some(worker.0), ..Details::default() };
        app.answer(
            &caller.authority,
            None,
            |work| notifications::raise(work, &types::HELP_ASKED, caller.user_id().0, details),
            |_, ()| Ok(Reply::no_content()),
        )
    })
    .await
}

fn shown(found: &Diagnosis, sight: &Sight, day: NaiveDate) -> DiagnosisView {
    let blocks = found.user.iter().flat_map(|user| &user.blocks).filter(|_| sight.causes);
    let causes: Vec<BlockCause> = blocks.map(|block| block.cause).collect();
    let case = found.case(&causes);
    let following = found.following.iter().map(|(wanted, rule)| FollowingView {
        role_id: wanted.role_id.0,
        rule_id: wanted.rule_id.0,
        contract_id: wanted.contract_id.0,
        department_link: rule.department_link,
    });
    let report = |diff: &Diff| WorkerReport::of(found.worker.id, diff);
    DiagnosisView {
        worker_id: found.worker.id.0,
        user_id: found.user.as_ref().map(|user| user.id.0),
        day,
        checks: Check::ALL.iter().map(|check| check_view(*check, &case, found, sight)).collect(),
        contracts: sight.contracts.then(|| found.in_force.iter().map(InForceView::from).collect()),
        roles: (sight.contracts && sight.roles).then(|| following.collect()),
        sync: found.sync.as_ref().filter(|_| sight.contracts && sight.roles).map(report),
    }
}

fn check_view(check: Check, case: &Case<'_>, found: &Diagnosis, sight: &Sight) -> CheckView {
    if !sight.covers(check) {
        let detail = "You may not see this of the worker.";
        return CheckView { check: check.into(), ok: None, code: Some("not_visible"), detail, remedy: None };
    }
    let finding = case.finding(check);
    let remedy = match check {
        Check::AskSystemAdministrator => Some(Remedy::AskSystemAdministrator),
        _ => finding.map(Finding::remedy),
    };
    let right = match check {
        Check::AskSystemAdministrator => "When all of this is right, the roles may lack the grant.",
        _ => "Nothing is wrong here.",
    };
    CheckView {
        check: check.into(),
        ok: Some(finding.is_none()),
        code: finding.map(Finding::as_str),
        detail: finding.map_or(right, Finding::sentence),
        remedy: remedy.map(|remedy| remedy_view(remedy, found)),
    }
}

fn remedy_view(remedy: Remedy, found: &Diagnosis) -> RemedyView {
    let worker = |verb: &str| Some(format!("/api/v1/workers/{}/{verb}", found.worker.id));
    let user = |verb: &str| found.user.as_ref().map(|user| format!("/api/v1/users/{}/{verb}", user.id));
    let (method, path) = match remedy {
        Remedy::LinkAccount => ("PUT", worker("account")),
        Remedy::Invite => ("POST", user("invite")),
        Remedy::Unblock => ("POST", user("unblock")),
        Remedy::Release => ("POST", user("release")),
        Remedy::Restore => ("POST", user("restore")),
        Remedy::Reopen => ("POST", worker("reopen")),
        Remedy::SignContract => ("POST", Some("/api/v1/contracts".to_owned())),
        Remedy::LinkRole => {
            let department = found.in_force.first().map(|contract| contract.department_id);
            ("PUT", department.map(|id| format!("/api/v1/departments/{id}/roles/{{role_id}}")))
        }
        Remedy::SyncRoles => ("POST", worker("role-sync")),
        Remedy::AskSystemAdministrator => ("POST", worker("access-diagnosis/ask")),
        Remedy::Wait => ("", None),
    };
    RemedyView { code: remedy.into(), text: remedy.sentence(), method: path.as_ref().map(|_| method), path }
}
