//! Contracts (D-04 to D-06): resource, states, transfer.

use actix_web::{HttpRequest, web};
use chrono::NaiveDate;
use domain::id::{ContractId, DepartmentId, Kind, PositionId, WorkerId};
use domain::organisation::{Contract, Department, Position, Transfer};
use domain::worker::Worker;
use persistence::{Filter, Reader, Stored, Value};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::{App, Caller, Id};
use crate::commands::contracts::{self, ContractInput, ContractStateName, ContractTypeName, MayChange};
use crate::commands::references::{self, Reference, one};
use crate::commands::{Refusal, Work};
use crate::demo::ids;
use crate::http::body::{Fields, Json};
use crate::http::etag::MayMatch;
use crate::http::listing::{Chosen, ChosenKind, Expansion, FilterKind, FilterSpec, ListSpec};
use crate::http::page::Visible;
use crate::http::planning::MayPlan;
use crate::http::reply::Reply;
use crate::rest::crud::{self, Answer, Shown};
use crate::rest::{expand, workers};
use crate::rights::Authority;
use crate::{resource_handlers, view};

view! {
    /// A contract line: one worker in one position of one department for a time.
    #[schema(example = json!({
        "id": ids::contract("c-119"), "external_id": "c-119", "worker_id": ids::worker("w-119"),
        "department_id": ids::department("assembly"), "position_id": ids::position("assembler"),
        "type": "employment", "workload_percent": 100, "supervisor_id": ids::worker("w-118"), "state": "signed",
        "valid_from": "2019-01-01", "valid_to": null, "created_at": "2026-01-05T08:00:00Z",
        "updated_at": "2026-01-05T08:00:00Z", "revision": 10
    }))]
    ContractView {
        /// Whose contract it is.
        worker_id: Uuid,
        /// Where.
        department_id: Uuid,
        /// As what.
        position_id: Uuid,
        /// What sort.
        #[serde(rename = "type")]
        #[schema(inline)]
        contract_type: ContractTypeName,
        /// Share of full time in percent.
        #[schema(minimum = 0, maximum = 1000)]
        workload_percent: i32,
        /// The worker who supervises.
        supervisor_id: Option<Uuid>,
        /// Where it stands.
        #[schema(inline)]
        state: ContractStateName,
        /// First day.
        valid_from: Option<NaiveDate>,
        /// Last day.
        valid_to: Option<NaiveDate>,
    }
}

impl Shown for Contract {
    type View = ContractView;
    const PLURAL: &'static str = "contracts";
    const LIST: ListSpec = ListSpec {
        filters: &[
            FilterSpec { name: "worker_id", kind: FilterKind::Id("worker_id"), what: "Of this worker" },
            FilterSpec { name: "department_id", kind: FilterKind::Id("department_id"), what: "In this department" },
            FilterSpec {
                name: "include_subtree",
                kind: FilterKind::Chosen(ChosenKind::Flag),
                what: "Or in a department below that department",
            },
            FilterSpec { name: "position_id", kind: FilterKind::Id("position_id"), what: "In this position" },
            FilterSpec {
                name: "supervisor_id",
                kind: FilterKind::Id("supervisor_id"),
                what: "Supervised by this worker",
            },
            FilterSpec {
                name: "state",
                kind: FilterKind::Word("state", &["draft", "signed", "cancelled", "ended"]),
                what: "In these states",
            },
            FilterSpec {
                name: "type",
                kind: FilterKind::Word("contract_type", &["employment", "agreement", "service", "other"]),
                what: "Of these types",
            },
            FilterSpec { name: "external_id", kind: FilterKind::Text("external_id"), what: "With this external id" },
            FilterSpec { name: "at", kind: FilterKind::ValidOn, what: "Whose window holds this day" },
            FilterSpec {
                name: "ends_from",
                kind: FilterKind::From("valid_to"),
                what: "Whose last day is this day or a later one",
            },
            FilterSpec {
                name: "ends_before",
                kind: FilterKind::Before("valid_to"),
                what: "Whose last day lies before this day",
            },
        ],
        sorts: &[
            ("valid_from", "valid_from"),
            ("valid_to", "valid_to"),
            ("created_at", "created_at"),
            ("updated_at", "updated_at"),
        ],
        search: &[],
        expand: &[
            Expansion::one("worker", "WorkerView"),
            Expansion::one("department", "DepartmentView"),
            Expansion::one("position", "PositionView"),
        ],
    };

    fn view(stored: &Stored<Self>) -> ContractView {
        let contract = &stored.value;
        ContractView {
            id: contract.id.0,
            external_id: contract.external_id.clone(),
            worker_id: contract.worker_id.0,
            department_id: contract.department_id.0,
            position_id: contract.position_id.0,
            contract_type: contract.contract_type.into(),
            workload_percent: contract.workload_percent,
            supervisor_id: contract.supervisor_id.map(|id| id.0),
            state: contract.state.into(),
            valid_from: contract.window.valid_from,
            valid_to: contract.window.valid_to,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
            revision: stored.revision,
        }
    }

    fn visible<'a>(_: &'a App, authority: &'a Authority) -> Result<Visible<'a>, Refusal> {
        Ok(workers::visible_by_worker(authority, "contracts.read", "worker_id"))
    }

    fn chosen<'a>(
        app: &'a App,
        authority: &'a Authority,
        chosen: &Chosen,
        filters: &mut Vec<Filter>,
    ) -> Result<Visible<'a>, Refusal> {
        let of_department = |filter: &&mut Filter| matches!(filter, Filter::Equals("department_id", Value::Uuid(_)));
        if chosen.flag("include_subtree") == Some(true) {
            filters.iter_mut().filter(of_department).for_each(|filter| with_subtree(app, filter));
        }
        Self::visible(app, authority)
    }

    fn readable(app: &App, authority: &Authority, stored: &Stored<Self>) -> Result<(), Refusal> {
        if workers::may(app, authority, stored.value.worker_id, "contracts.read") {
            Ok(())
        } else {
            Err(Refusal::NotFound)
        }
    }

    fn expand(
        app: &App,
        authority: &Authority,
        reader: &mut Reader<'_>,
        names: &[String],
        items: &mut [(Stored<Self>, serde_json::Value)],
    ) -> Result<(), Refusal> {
        expand::one::<Self, Worker>(reader, names, "worker", items, |contract| {
            workers::may(app, authority, contract.worker_id, "read").then_some(contract.worker_id.0)
        })?;
        expand::one::<Self, Department>(reader, names, "department", items, |contract| Some(contract.department_id.0))?;
        expand::one::<Self, Position>(reader, names, "position", items, |contract| Some(contract.position_id.0))
    }
}

resource_handlers! {
    Contract, ContractInput, ContractView, "contracts", "contracts",
    list: "Lists the contracts that the caller may read (`hr:contracts.read` on the worker)." "listContracts",
    get: "Reads a contract. Needs `hr:contracts.read` on its worker." "getContract",
    create: "Creates a contract. Needs `hr:contracts.edit` on its worker." "createContract",
    update: "Changes a contract: a draft freely, a signed one but for its placement. Needs `hr:contracts.edit` on its worker." "updateContract",
    upsert: "Creates or updates a contract by your own id; a `state` moves it on. Needs `hr:contracts.edit` on its worker." "upsertContract",
    remove: "Removes a draft. Needs `hr:contracts.edit` on its worker." "deleteContract"
        via |work: &mut Work<'_, '_>, id, expected| {
            let may = MayChange::load(work, ContractId(id), expected)?;
            contracts::remove(work, &may)
        },
}

async fn verb(
    app: web::Data<App>,
    caller: Caller,
    id: Id,
    expected: MayMatch,
    command: impl FnOnce(&mut Work<'_, '_>, &MayChange) -> Result<Contract, Refusal> + Send + 'static,
) -> Answer {
    crud::act(app, caller, None, move |work| {
        let may = MayChange::load(work, ContractId(id.0), &expected.0)?;
        command(work, &may)
    })
    .await
}

/// Signs a draft: from now on it is in force on the days of its window. Needs
/// `hr:contracts.edit` on its worker.
#[utoipa::path(post, path = "/api/v1/contracts/{id}/sign", tag = "contracts", operation_id = "signContract",
    params(("id" = Uuid, Path, description = "The contract's id")),
    responses((status = 200, description = "Signed", body = ContractView)))]
pub async fn sign(app: web::Data<App>, caller: Caller, id: Id, _plan: MayPlan, expected: MayMatch) -> Answer {
    verb(app, caller, id, expected, contracts::sign).await
}

/// Calls a contract off: it never counts. Needs `hr:contracts.edit` on its worker.
#[utoipa::path(post, path = "/api/v1/contracts/{id}/cancel", tag = "contracts", operation_id = "cancelContract",
    params(("id" = Uuid, Path, description = "The contract's id")),
    responses((status = 200, description = "Cancelled", body = ContractView)))]
pub async fn cancel(app: web::Data<App>, caller: Caller, id: Id, _plan: MayPlan, expected: MayMatch) -> Answer {
    verb(app, caller, id, expected, contracts::cancel).await
}

/// A contract's last day.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"valid_to": "2030-12-31"}))]
pub struct EndRequest {
    /// The last day.
    valid_to: NaiveDate,
}

/// Gives a signed contract its last day. Needs `hr:contracts.edit` on its worker.
#[utoipa::path(post, path = "/api/v1/contracts/{id}/end", tag = "contracts", operation_id = "endContract",
    params(("id" = Uuid, Path, description = "The contract's id")), request_body = EndRequest,
    responses((status = 200, description = "Ended", body = ContractView)))]
pub async fn end(
    app: web::Data<App>,
    caller: Caller,
    id: Id,
    _plan: MayPlan,
    expected: MayMatch,
    body: Json<EndRequest>,
) -> Answer {
    verb(app, caller, id, expected, move |work, may| contracts::end(work, may, body.0.valid_to)).await
}

/// Where a contract goes on; what is absent stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"valid_from": "2030-07-01", "department_id": ids::department("maintenance")}))]
pub struct TransferRequest {
    /// First day of the new line.
    valid_from: NaiveDate,
    /// New department.
    department_id: Option<Uuid>,
    /// The same by your own id or the code.
    #[schema(min_length = 1, max_length = 100)]
    pub department_external_id: Option<String>,
    /// New position.
    position_id: Option<Uuid>,
    /// The same by your own id or the code.
    #[schema(min_length = 1, max_length = 100)]
    pub position_external_id: Option<String>,
    /// New type.
    #[serde(rename = "type")]
    #[schema(inline)]
    contract_type: Option<ContractTypeName>,
    /// New workload in percent.
    #[schema(minimum = 0, maximum = 1000)]
    workload_percent: Option<i32>,
    /// New supervisor; null clears it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Uuid>)]
    supervisor_id: Option<Option<Uuid>>,
    /// The same by your own id or the personal number; null clears it.
    #[schema(min_length = 1, max_length = 100)]
    pub supervisor_external_id: Option<String>,
}

/// What a transfer refers to.
const PLACEMENT: &[Reference] =
    &[one("department", Kind::Department), one("position", Kind::Position), one("supervisor", Kind::Worker)];

impl From<TransferRequest> for Transfer {
    fn from(said: TransferRequest) -> Self {
        Self {
            valid_from: said.valid_from,
            department_id: said.department_id.map(DepartmentId),
            position_id: said.position_id.map(PositionId),
            contract_type: said.contract_type.map(Into::into),
            workload_percent: said.workload_percent,
            supervisor_id: said.supervisor_id.map(|supervisor| supervisor.map(WorkerId)),
        }
    }
}

/// Tells a null from an absent field.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Option<Uuid>>, D::Error> {
    Option::<Uuid>::deserialize(deserializer).map(Some)
}

/// The two lines of a transfer.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "ended": {"id": ids::contract("c-119"), "external_id": "c-119", "worker_id": ids::worker("w-119"),
    "department_id": ids::department("assembly"), "position_id": ids::position("assembler"),
    "type": "employment", "workload_percent": 100, "supervisor_id": ids::worker("w-118"), "state": "ended",
    "valid_from": "2019-01-01", "valid_to": "2030-06-30", "created_at": "2026-01-05T08:00:00Z",
    "updated_at": "2026-01-05T08:00:00Z", "revision": 18},
    "contract": {"id": "019c2a4e-7d30-7b51-8c1e-5d1f0c3a9b21", "external_id": null,
    "worker_id": ids::worker("w-119"), "department_id": ids::department("maintenance"),
    "position_id": ids::position("assembler"), "type": "employment", "workload_percent": 100,
    "supervisor_id": ids::worker("w-118"), "state": "signed", "valid_from": "2030-07-01", "valid_to": null,
    "created_at": "2026-01-05T08:00:00Z", "updated_at": "2026-01-05T08:00:00Z", "revision": 18}
}))]
pub struct TransferredView {
    /// The line that ended.
    ended: ContractView,
    /// The line that begins.
    contract: ContractView,
}

/// Transfers a worker: ends this line on the day before and begins the next (D-05). Needs
/// `hr:contracts.edit` on its worker.
#[utoipa::path(post, path = "/api/v1/contracts/{id}/transfer", tag = "contracts", operation_id = "transferContract",
    params(("id" = Uuid, Path, description = "The contract's id")), request_body = TransferRequest,
    responses((status = 201, description = "Both lines", body = TransferredView)))]
pub async fn transfer(
    app: web::Data<App>,
    caller: Caller,
    id: Id,
    _plan: MayPlan,
    expected: MayMatch,
    body: Fields<TransferRequest>,
) -> Answer {
    app.run(move |app| {
        app.answer(
            &caller.authority,
            None,
            |work| {
                let may = MayChange::load(work, ContractId(id.0), &expected.0)?;
                references::with(work, body.0, PLACEMENT, |work, to: TransferRequest| {
                    contracts::transfer(work, &may, &to.into())
                })
            },
            |work, (ended, next)| {
                let mut view = |id| Ok::<_, Refusal>(Contract::view(&work.get::<Contract>(id)?));
                let body = TransferredView { ended: view(ended.id.0)?, contract: view(next.id.0)? };
                let body = serde_json::to_value(body).map_err(|error| Refusal::internal(error.to_string()))?;
                Ok(Reply::created()
                    .header(actix_web::http::header::LOCATION, format!("/api/v1/contracts/{}", next.id))
                    .json(crud::with_warnings(body, work)))
            },
        )
    })
    .await
}

/// Lets a condition on the department hold below it as well.
fn with_subtree(app: &App, filter: &mut Filter) {
    let model = app.live().model();
    if let Filter::Equals(column, Value::Uuid(id)) = *filter
        && let Some(department) = model.department(DepartmentId(id))
    {
        let below = model.departments_within(department).into_iter().map(|below| Value::Uuid(below.0));
        *filter = Filter::AnyOf(column, std::iter::once(Value::Uuid(id)).chain(below).collect());
    }
}

/// Who worked in a department, on a day (`at`) or ever: the contracts there that the caller may read, with
/// `include_subtree` those in all departments that lie below it today as well.
#[utoipa::path(get, path = "/api/v1/departments/{id}/contracts", tag = "departments", operation_id = "listDepartmentContracts",
    params(("id" = Uuid, Path, description = "The department's id")),
    responses((status = 200, description = "A page", body = crate::http::page::Page<ContractView>)))]
pub async fn of_department(app: web::Data<App>, caller: Caller, request: HttpRequest, id: Id) -> Answer {
    crud::list_where::<Contract>(app, caller, request, vec![Filter::Equals("department_id", Value::Uuid(id.0))]).await
}
