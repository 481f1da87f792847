//! Where a worker was placed, and when: the history of contracts as one reads it.

use actix_web::{HttpRequest, web};
use chrono::NaiveDate;
use domain::id::WorkerId;
use domain::organisation::{Contract, Department};
use domain::worker::{Placement, PlacementChange, PlacementPart, Worker, placements};
use persistence::Key;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::{App, Caller, Id};
use crate::commands::Refusal;
use crate::commands::contracts::ContractTypeName;
use crate::commands::mirrored::mirrored;
use crate::demo::ids;
use crate::http::params::Params;
use crate::http::reply::Reply;
use crate::rest::crud::Answer;
use crate::rights::HrContractsRead;

mirrored! {
    /// What happened on the first day of a line.
    PlacementChangeName is PlacementChange {
        Hired = "hired", Transferred = "transferred", SecondContract = "second_contract", Left = "left",
        Rehired = "rehired",
    }
    /// A part of a placement.
    PlacementPartName is PlacementPart {
        Department = "department", Position = "position", Type = "type", Workload = "workload",
        Supervisor = "supervisor",
    }
}

/// Where a worker was placed, and when.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "worker_id": ids::worker("w-119"),
    "items": [{"change": "hired", "valid_from": "2019-01-01", "valid_to": null, "contract_id": ids::contract("c-119"),
        "department_id": ids::department("assembly"), "position_id": ids::position("assembler"), "type": "employment",
        "workload_percent": 100, "supervisor_id": ids::worker("w-118"), "changed": []}],
    "heads": []
}))]
pub struct PlacementsView {
    /// The worker.
    worker_id: Uuid,
    /// The lines, in the order of time.
    #[schema(max_items = 100000)]
    items: Vec<PlacementView>,
    /// The departments that the worker heads now.
    #[schema(max_items = 100000)]
    heads: Vec<Uuid>,
}

/// A contract that counts, or a time without one.
#[derive(Serialize, ToSchema)]
pub struct PlacementView {
    /// What happened on the first day.
    #[schema(inline)]
    change: PlacementChangeName,
    /// First day.
    #[schema(required = true)]
    valid_from: Option<NaiveDate>,
    /// Last day.
    #[schema(required = true)]
    valid_to: Option<NaiveDate>,
    /// The contract; null, like all that follows from it, for a time away.
    #[schema(required = true)]
    contract_id: Option<Uuid>,
    /// Where.
    #[schema(required = true)]
    department_id: Option<Uuid>,
    /// As what.
    #[schema(required = true)]
    position_id: Option<Uuid>,
    /// What sort of contract.
    #[serde(rename = "type")]
    #[schema(required = true, inline)]
    contract_type: Option<ContractTypeName>,
    /// Share of full time in percent.
    #[schema(required = true, minimum = 0, maximum = 1000)]
    workload_percent: Option<i32>,
    /// The worker who supervises.
    #[schema(required = true)]
    supervisor_id: Option<Uuid>,
    /// In what a transfer differs from the contract before.
    #[schema(max_items = 5, inline)]
    changed: Vec<PlacementPartName>,
}

impl From<&Placement<'_>> for PlacementView {
    fn from(line: &Placement<'_>) -> Self {
        let contract = line.contract;
        Self {
            change: line.change.into(),
            valid_from: line.window.valid_from,
            valid_to: line.window.valid_to,
            contract_id: contract.map(|contract| contract.id.0),
            department_id: contract.map(|contract| contract.department_id.0),
            position_id: contract.map(|contract| contract.position_id.0),
            contract_type: contract.map(|contract| contract.contract_type.into()),
            workload_percent: contract.map(|contract| contract.workload_percent),
            supervisor_id: contract.and_then(|contract| contract.supervisor_id).map(|id| id.0),
            changed: line.changed.iter().map(|part| (*part).into()).collect(),
        }
    }
}

/// Tells where a worker was placed, and when, in the order of time: hired, transferred, a second contract, left, rehired.
/// Drafts and what was called off don't count. Needs `hr:contracts.read` on the worker.
#[utoipa::path(get, path = "/api/v1/workers/{id}/placements", tag = "workers", operation_id = "getWorkerPlacements",
    params(("id" = Uuid, Path, description = "The worker's id"),
        ("at" = Option<NaiveDate>, Query, description = "Only what holds on that day")),
    responses((status = 200, description = "The history", body = PlacementsView)))]
pub async fn get(app: web::Data<App>, caller: Caller, request: HttpRequest, id: Id) -> Answer {
    let mut params = Params::parse(request.query_string());
    let at = params.date("at");
    params.done()?;
    app.run(move |app| {
        let worker = caller.authority.allow_worker::<HrContractsRead>(WorkerId(id.0))?.target();
        let (contracts, headed) = app.store().read(|reader| {
            reader.get::<Worker>(worker.0)?.ok_or(Refusal::NotFound)?;
            let contracts = reader.find::<Contract>(&Key::ContractsOf(worker))?;
            Ok::<_, Refusal>((contracts, reader.find::<Department>(&Key::HeadedBy(worker))?))
        })?;
        let contracts: Vec<&Contract> = contracts.iter().map(|found| &found.value).collect();
        let lines = placements(&contracts, app.zone().day(app.clock().now()));
        let held = lines.iter().filter(|line| at.is_none_or(|day| line.window.contains(day)));
        Ok(Reply::ok().json(PlacementsView {
            worker_id: worker.0,
            items: held.map(PlacementView::from).collect(),
            heads: headed.iter().map(|found| found.value.id.0).collect(),
        }))
    })
    .await
}
