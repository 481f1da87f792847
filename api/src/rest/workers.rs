//! Workers (section 2): folders, verbs, and the link to an account.

use actix_web::{HttpRequest, web};
use chrono::NaiveDate;
use domain::access::TargetIx;
use domain::id::WorkerId;
use domain::organisation::Contract;
use domain::user::User;
use domain::worker::{Worker, WorkerState};
use persistence::{Filter, Key, Reader, Stored, Value};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::{App, Caller, Id};
use crate::commands::mirrored::mirrored;
use crate::commands::workers::{self, WorkerInput, WorkerKindName};
use crate::commands::{Refusal, Work, role_sync};
use crate::demo::ids;
use crate::http::body::{Json, NoBody};
use crate::http::etag::MayMatch;
use crate::http::listing::{Expansion, FilterKind, FilterSpec, ListSpec};
use crate::http::page::Visible;
use crate::http::planning::MayPlan;
use crate::http::reply::Reply;
use crate::rest::crud::{self, Answer, Shown};
use crate::rest::expand;
use crate::rights::{Authority, Extent, GrantRead, HrContractsRead, HrEdit, HrRead, RoleSync, UserRead};
use crate::{resource_handlers, view};

/// Most visible folders that a list asks for by id; a caller who sees more gets them filtered.
pub const NARROW: usize = 1_000;

view! {
    /// A worker: a personal folder.
    #[schema(example = json!({
        "id": ids::worker("w-119"), "external_id": "w-119", "kind": "employee", "personal_number": "119",
        "first_name": "Simon", "last_name": "Braun", "birth_date": "1978-01-10", "email": null, "phone": null,
        "state": "active", "user_id": ids::user("simon.braun"), "retain_until": null,
        "created_at": "2026-01-05T08:00:00Z", "updated_at": "2026-01-05T08:00:00Z", "revision": 6
    }))]
    WorkerView {
        /// How the person works for the company.
        #[schema(inline)]
        kind: WorkerKindName,
        /// Unique number.
        #[schema(max_length = 100)]
        personal_number: String,
        /// First name.
        #[schema(max_length = 200)]
        first_name: String,
        /// Last name.
        #[schema(max_length = 200)]
        last_name: String,
        /// Day of birth.
        birth_date: Option<NaiveDate>,
        /// E-mail address.
        #[schema(max_length = 254)]
        email: Option<String>,
        /// Phone number.
        #[schema(max_length = 50)]
        phone: Option<String>,
        /// Where the folder stands: `active`, `closed`.
        #[schema(inline)]
        state: WorkerStateName,
        /// The linked account.
        user_id: Option<Uuid>,
        /// A closed folder can be erased after this day.
        retain_until: Option<NaiveDate>,
    }
}

mirrored! {
    /// Where a folder stands: in use; closed, which may be opened again (W-02).
    WorkerStateName is WorkerState { Active = "active", Closed = "closed" }
}

impl Shown for Worker {
    type View = WorkerView;
    const PLURAL: &'static str = "workers";
    const LIST: ListSpec = ListSpec {
        filters: &[
            FilterSpec {
                name: "state",
                kind: FilterKind::Word("state", &["active", "closed"]),
                what: "In these states",
            },
            FilterSpec {
                name: "kind",
                kind: FilterKind::Word("kind", &["employee", "contractor", "cooperating"]),
                what: "Of these kinds",
            },
            FilterSpec { name: "personal_number", kind: FilterKind::Text("personal_number"), what: "With this number" },
            FilterSpec { name: "external_id", kind: FilterKind::Text("external_id"), what: "With this external id" },
            FilterSpec { name: "user_id", kind: FilterKind::Id("user_id"), what: "Linked to this account" },
            FilterSpec { name: "linked", kind: FilterKind::Present("user_id"), what: "Whether linked to an account" },
        ],
        sorts: &[
            ("last_name", "last_name_key"),
            ("first_name", "first_name_key"),
            ("personal_number", "personal_number"),
            ("created_at", "created_at"),
            ("updated_at", "updated_at"),
        ],
        search: &["last_name_key", "first_name_key", "personal_number"],
        expand: &[Expansion::one("user", "UserView"), Expansion::many("contracts", "ContractView")],
    };

    fn view(stored: &Stored<Self>) -> WorkerView {
        let worker = &stored.value;
        WorkerView {
            id: worker.id.0,
            external_id: worker.external_id.clone(),
            kind: worker.kind.into(),
            personal_number: worker.personal_number.clone(),
            first_name: worker.first_name.clone(),
            last_name: worker.last_name.clone(),
            birth_date: worker.birth_date,
            email: worker.email.clone(),
            phone: worker.phone.clone(),
            state: worker.state.into(),
            user_id: worker.user_id.map(|id| id.0),
            retain_until: worker.retain_until,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
            revision: stored.revision,
        }
    }

    fn visible<'a>(_: &'a App, authority: &'a Authority) -> Result<Visible<'a>, Refusal> {
        Ok(visible_by_worker(authority, "read", "id"))
    }

    fn readable(_: &App, authority: &Authority, stored: &Stored<Self>) -> Result<(), Refusal> {
        authority.allow_worker::<HrRead>(stored.value.id).map(|_| ()).map_err(|_| Refusal::NotFound)
    }

    fn expand(
        app: &App,
        authority: &Authority,
        reader: &mut Reader<'_>,
        names: &[String],
        items: &mut [(Stored<Self>, serde_json::Value)],
    ) -> Result<(), Refusal> {
        let users = authority.allow::<UserRead>().is_ok();
        expand::one::<Self, User>(reader, names, "user", items, |worker| {
            worker.user_id.filter(|_| users).map(|id| id.0)
        })?;
        expand::list::<Self, Contract>(
            reader,
            names,
            "contracts",
            items,
            |worker| Key::ContractsOf(worker.id),
            |contract| contract.worker_id.0,
        )?;
        for (stored, view) in items {
            // Who may read a folder need not be allowed to read its contracts.
            if !may(app, authority, stored.value.id, "contracts.read")
                && let serde_json::Value::Object(map) = view
                && map.contains_key("contracts")
            {
                map.insert("contracts".to_owned(), serde_json::Value::Null);
            }
        }
        Ok(())
    }
}

/// Whether an `hr` action may be done to a worker.
pub fn may(app: &App, authority: &Authority, worker: WorkerId, action: &str) -> bool {
    app.live().model().worker(worker).is_some_and(|worker| authority.may("hr", action, TargetIx::Worker(worker)))
}

/// Which rows the caller may see of those that belong each to the worker whose id stands in
/// `column`: those on whom the caller may do an `hr` action.
pub fn visible_by_worker(authority: &Authority, action: &str, column: &'static str) -> Visible<'static> {
    match authority.extent("hr", action, NARROW) {
        Extent::All => Visible::All,
        Extent::Few(ids) => Visible::Only(Filter::AnyOf(column, ids.into_iter().map(Value::Uuid).collect())),
        Extent::Ask(asking) => {
            Visible::Check { column, may: Box::new(move |worker| asking.may_worker(WorkerId(worker))) }
        }
    }
}

resource_handlers! {
    Worker, WorkerInput, WorkerView, "workers", "workers",
    list: "Lists the workers whose folder the caller may read (`hr:read`)." "listWorkers",
    get: "Reads a worker. Needs `hr:read` on the worker." "getWorker",
    create: "Creates a worker. Needs `system:worker.create`." "createWorker",
    update: "Changes a worker; names change by `renameWorker` only, with a reason. Needs `hr:edit` on the worker." "updateWorker",
    upsert: "Creates or updates a worker by your own id. It does not change names that are there: other ones are a 409, and change by `renameWorker`, with a reason. Needs `system:worker.create` or `hr:edit`." "upsertWorker",
    remove: "Erases a closed, unlinked folder with its contracts, after its `retain_until`. Needs `hr:edit` on the worker." "deleteWorker"
        via |work: &mut Work<'_, '_>, id, expected| {
            let allowed = work.authority.allow_worker::<HrEdit>(WorkerId(id))?;
            workers::erase(work, &allowed, expected)
        },
}

/// Closes a folder that has no contract in force or to come. Needs `hr:edit` on the worker.
#[utoipa::path(post, path = "/api/v1/workers/{id}/close", tag = "workers", operation_id = "closeWorker",
    params(("id" = Uuid, Path, description = "The worker's id")),
    responses((status = 200, description = "Closed", body = WorkerView)))]
pub async fn close(app: web::Data<App>, caller: Caller, id: Id, _plan: MayPlan, expected: MayMatch) -> Answer {
    crud::act(app, caller, None, move |work| {
        let allowed = work.authority.allow_worker::<HrEdit>(WorkerId(id.0))?;
        workers::close(work, &allowed, &expected.0)
    })
    .await
}

/// Opens a closed folder again. Needs `hr:edit` on the worker.
#[utoipa::path(post, path = "/api/v1/workers/{id}/reopen", tag = "workers", operation_id = "reopenWorker",
    params(("id" = Uuid, Path, description = "The worker's id")),
    responses((status = 200, description = "Open", body = WorkerView)))]
pub async fn reopen(app: web::Data<App>, caller: Caller, id: Id, _plan: MayPlan, expected: MayMatch) -> Answer {
    crud::act(app, caller, None, move |work| {
        let allowed = work.authority.allow_worker::<HrEdit>(WorkerId(id.0))?;
        workers::reopen(work, &allowed, &expected.0)
    })
    .await
}

/// A new name and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"last_name": "Kunz-Maier", "reason": "married"}))]
pub struct RenameRequest {
    /// First name; stays when absent.
    #[schema(min_length = 1, max_length = 200)]
    first_name: Option<String>,
    /// Last name; stays when absent.
    #[schema(min_length = 1, max_length = 200)]
    last_name: Option<String>,
    /// Why: a change of name, a corrected typing error. Kept with the change; give no personal
    /// details.
    #[schema(min_length = 1, max_length = 200)]
    reason: String,
}

/// Changes a folder's name, unless it was ever closed. Needs `hr:edit` on the worker.
#[utoipa::path(post, path = "/api/v1/workers/{id}/rename", tag = "workers", operation_id = "renameWorker",
    params(("id" = Uuid, Path, description = "The worker's id")), request_body = RenameRequest,
    responses((status = 200, description = "Renamed", body = WorkerView)))]
pub async fn rename(
    app: web::Data<App>,
    caller: Caller,
    id: Id,
    _plan: MayPlan,
    expected: MayMatch,
    body: Json<RenameRequest>,
) -> Answer {
    let RenameRequest { first_name, last_name, reason } = body.0;
    crud::act(app, caller, Some(format!("rename: {reason}")), move |work| {
        let allowed = work.authority.allow_worker::<HrEdit>(WorkerId(id.0))?;
        workers::rename(work, &allowed, &expected.0, first_name, last_name)
    })
    .await
}

/// What a role sync did.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "report": {"worker_id": ids::worker("w-119"), "added": [], "adjusted": [], "removed": [], "kept": 2}
}))]
pub struct SyncedView {
    /// What was done for the worker; null for one without an account.
    #[schema(required = true)]
    report: Option<role_sync::WorkerReport>,
}

/// Brings a worker's automatic memberships in step with the contracts ("update rights"; R-06).
/// Running twice changes nothing the second time. Needs `system:role.sync`.
#[utoipa::path(post, path = "/api/v1/workers/{id}/role-sync", tag = "workers", operation_id = "syncWorkerRoles",
    params(("id" = Uuid, Path, description = "The worker's id")),
    responses((status = 200, description = "What was done", body = SyncedView)))]
pub async fn sync(app: web::Data<App>, caller: Caller, id: Id, _plan: MayPlan, _body: NoBody) -> Answer {
    app.run(move |app| {
        app.answer(
            &caller.authority,
            Some("role-sync".to_owned()),
            |work| {
                work.authority.allow::<RoleSync>()?;
                work.get::<Worker>(id.0)?;
                role_sync::sync(work, &[WorkerId(id.0)])
            },
            |_, reports| Ok(Reply::ok().json(SyncedView { report: reports.into_iter().next() })),
        )
    })
    .await
}

/// Lists a worker's contracts. Needs `hr:contracts.read` on the worker.
#[utoipa::path(get, path = "/api/v1/workers/{id}/contracts", tag = "workers", operation_id = "listWorkerContracts",
    params(("id" = Uuid, Path, description = "The worker's id")),
    responses((status = 200, description = "A page", body = crate::http::page::Page<super::contracts::ContractView>)))]
pub async fn contracts(app: web::Data<App>, caller: Caller, request: HttpRequest, id: Id) -> Answer {
    caller.authority.allow_worker::<HrContractsRead>(WorkerId(id.0))?;
    crud::list_where::<Contract>(app, caller, request, vec![Filter::Equals("worker_id", Value::Uuid(id.0))]).await
}

/// Lists the grants over one worker: the passive rights set on this page (P-06), the same rows as
/// `/grants`. Needs `system:grant.read`.
#[utoipa::path(get, path = "/api/v1/workers/{id}/grants", tag = "workers", operation_id = "listWorkerGrants",
    params(("id" = Uuid, Path, description = "The worker's id")),
    responses((status = 200, description = "A page", body = crate::http::page::Page<super::grants::GrantView>)))]
pub async fn grants(app: web::Data<App>, caller: Caller, request: HttpRequest, id: Id) -> Answer {
    caller.authority.allow::<GrantRead>()?;
    crud::list_where::<domain::grant::Grant>(
        app,
        caller,
        request,
        vec![Filter::Equals("scope_worker_id", Value::Uuid(id.0))],
    )
    .await
}
