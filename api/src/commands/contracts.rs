//! Contracts: drafts, states and transfer (D-04 to D-06).

use chrono::NaiveDate;
use domain::id::{ContractId, DepartmentId, Kind, PositionId, WorkerId};
use domain::organisation::{Contract, ContractState, ContractType, Department, Position, Transfer, workload_warning};
use domain::rule::{Violation, code, verdict};
use domain::window::Window;
use domain::worker::{Worker, WorkerState};
use persistence::{Key, Stored};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::commands::mirrored::mirrored;
use crate::commands::references::{self, Reference, one};
use crate::commands::save::{self, Resource};
use crate::commands::{Refusal, Work};
use crate::http::etag::Expected;
use crate::rights::{Allowed, Extent, HrContractsEdit, HrContractsRead};

/// What a caller says about a contract.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "external_id": "c-127-b", "worker_external_id": "w-127", "department_external_id": "assembly",
    "position_external_id": "assembler", "workload_percent": 20, "valid_from": "2030-01-01", "state": "signed"
}))]
pub struct ContractInput {
    /// Your own id for it, unique among contracts.
    #[schema(min_length = 1, max_length = 100)]
    pub external_id: Option<String>,
    /// Whose contract it is; needed, by this or your own id.
    pub worker_id: Option<Uuid>,
    /// The worker by your own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100)]
    pub worker_external_id: Option<String>,
    /// Where; needed, by this or your own id.
    pub department_id: Option<Uuid>,
    /// The department by your own id or its code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100)]
    pub department_external_id: Option<String>,
    /// As what; needed, by this or your own id.
    pub position_id: Option<Uuid>,
    /// The position by your own id or its code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100)]
    pub position_external_id: Option<String>,
    /// What sort; `employment` when absent.
    #[serde(rename = "type")]
    #[schema(inline)]
    pub contract_type: Option<ContractTypeName>,
    /// Share of full time in percent; 100 when absent.
    #[schema(minimum = 0, maximum = 1000)]
    pub workload_percent: Option<i32>,
    /// The worker who supervises.
    pub supervisor_id: Option<Uuid>,
    /// The supervising worker by your own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100)]
    pub supervisor_external_id: Option<String>,
    /// Where it stands; `draft` when absent. Later states change by verbs, or by an upsert that
    /// names the next one.
    #[schema(inline)]
    pub state: Option<ContractStateName>,
    /// First day.
    pub valid_from: Option<NaiveDate>,
    /// Last day.
    pub valid_to: Option<NaiveDate>,
}

mirrored! {
    /// What sort of contract it is.
    ContractTypeName is ContractType {
        Employment = "employment", Agreement = "agreement", Service = "service", Other = "other",
    }
    /// Where a contract stands (D-04).
    ContractStateName is ContractState {
        Draft = "draft", Signed = "signed", Cancelled = "cancelled", Ended = "ended",
    }
}

impl Resource for Contract {
    type Input = ContractInput;
    const REFERENCES: &'static [Reference] = &[
        one("worker", Kind::Worker),
        one("department", Kind::Department),
        one("position", Kind::Position),
        one("supervisor", Kind::Worker),
    ];
    const VERB_ONLY: &'static [&'static str] = &["state"];

    fn input(&self) -> ContractInput {
        ContractInput {
            external_id: self.external_id.clone(),
            worker_id: Some(self.worker_id.0),
            worker_external_id: None,
            department_id: Some(self.department_id.0),
            department_external_id: None,
            position_id: Some(self.position_id.0),
            position_external_id: None,
            contract_type: Some(self.contract_type.into()),
            workload_percent: Some(self.workload_percent),
            supervisor_id: self.supervisor_id.map(|id| id.0),
            supervisor_external_id: None,
            state: None,
            valid_from: self.window.valid_from,
            valid_to: self.window.valid_to,
        }
    }

    fn authorise(work: &mut Work<'_, '_>, before: Option<&Stored<Contract>>) -> Result<(), Refusal> {
        match before {
            Some(before) => work.authority.allow_worker::<HrContractsEdit>(before.value.worker_id).map(|_| ()),
            // Who may change nobody's contracts gets one answer, whomever they name: that the
            // permission is missing if they see folders of others, else that there is nobody.
            None if work.authority.may_nowhere("hr", "contracts.edit") => {
                let model = work.app.live().model();
                let user = work.authority.user_id().and_then(|user| model.user(user));
                let own = user.and_then(|user| model.worker_of(user)).map(|worker| model.worker_id(worker).0);
                let seen = work.authority.extent("hr", "read", 1);
                if !matches!(seen, Extent::Few(ids) if ids.iter().all(|id| Some(*id) == own)) {
                    return Err(Refusal::forbidden("hr", "contracts.edit"));
                }
                Err(Violation::new(code::UNKNOWN_REFERENCE, "there is no worker of that id").at("/worker_id").into())
            }
            None => Ok(()),
        }
    }

    fn save(
        work: &mut Work<'_, '_>,
        before: Option<&Stored<Contract>>,
        input: ContractInput,
    ) -> Result<Contract, Refusal> {
        let mut out = Vec::new();
        for (missing, pointer) in [
            (input.worker_id.is_none(), "/worker_id"),
            (input.department_id.is_none(), "/department_id"),
            (input.position_id.is_none(), "/position_id"),
        ] {
            if missing {
                out.push(Violation::new(code::REQUIRED, "is missing").at(pointer));
            }
        }
        let (Some(worker_id), Some(department_id), Some(position_id)) =
            (input.worker_id, input.department_id, input.position_id)
        else {
            return Err(out.into());
        };
        let owner = before.map_or(WorkerId(worker_id), |before| before.value.worker_id);
        let worker = work.referred::<Worker>(Some(worker_id), "/worker_id", &mut out)?;
        if worker.is_some() {
            match work.authority.allow_worker::<HrContractsEdit>(owner) {
                Ok(_) => {}
                // A worker whom the caller may not see is as good as none.
                Err(Refusal::NotFound) if before.is_none() => {
                    out.push(Violation::new(code::UNKNOWN_REFERENCE, "there is no worker of that id").at("/worker_id"));
                    return Err(out.into());
                }
                Err(refusal) => return Err(refusal),
            }
        }
        work.referred::<Department>(Some(department_id), "/department_id", &mut out)?;
        work.referred::<Position>(Some(position_id), "/position_id", &mut out)?;
        work.referred::<Worker>(input.supervisor_id, "/supervisor_id", &mut out)?;
        let old = before.map(|before| &before.value);
        let asked = input.state.map(ContractState::from);
        let mut contract = Contract {
            id: old.map_or_else(|| ContractId(work.new_id::<Contract>(input.external_id.as_deref())), |old| old.id),
            external_id: input.external_id,
            worker_id: WorkerId(worker_id),
            department_id: DepartmentId(department_id),
            position_id: PositionId(position_id),
            contract_type: input.contract_type.map_or(ContractType::Employment, Into::into),
            workload_percent: input.workload_percent.unwrap_or(100),
            supervisor_id: input.supervisor_id.map(WorkerId),
            state: old.map_or(asked.unwrap_or(ContractState::Draft), |old| old.state),
            window: Window::new(input.valid_from, input.valid_to),
        };
        match asked.filter(|asked| *asked != contract.state) {
            None => {}
            Some(ContractState::Signed) => contract = contract.sign()?,
            Some(ContractState::Cancelled) => contract = contract.cancel()?,
            Some(ContractState::Ended) => match contract.window.valid_to {
                Some(last) => contract = contract.end(last)?,
                None => out.push(Violation::new(code::REQUIRED, "an ended contract has a last day").at("/valid_to")),
            },
            Some(ContractState::Draft) => {
                out.push(
                    Violation::new(code::CONTRACT_STATE_REFUSED, format!("the contract is {}", contract.state))
                        .at("/state"),
                );
            }
        }
        let begins = contract.counts() && !old.is_some_and(Contract::counts);
        // What was over before the folder was closed may be told later.
        let begins = begins && contract.in_force_or_to_come(work.today);
        if begins && worker.is_some_and(|worker| worker.value.state == WorkerState::Closed) {
            out.push(Violation::new(code::WORKER_CLOSED, "reopen the folder first").at("/worker_id"));
        }
        save::check_external_id::<Contract>(work, contract.id.0, contract.external_id.as_deref(), &mut out)?;
        settle(work, old, &contract, out)?;
        save::put(work, before, &contract)?;
        Ok(contract)
    }

    fn preload(work: &mut Work<'_, '_>, rows: &[serde_json::Map<String, serde_json::Value>]) -> Result<(), Refusal> {
        for reference in Self::REFERENCES {
            references::preload(work.tx, reference.kind, reference.named(rows))?;
        }
        let own = rows.iter().filter_map(|row| Some(row.get("external_id")?.as_str()?.to_owned())).collect();
        references::preload(work.tx, Kind::Contract, own)?;
        let mut workers = Vec::new();
        for name in rows.iter().filter_map(|row| row.get("worker_external_id")?.as_str()) {
            workers.extend(references::look_up(work.tx, Kind::Worker, name)?);
        }
        workers.sort_unstable();
        workers.dedup();
        let keys: Vec<Key> = workers.into_iter().map(|id| Key::ContractsOf(WorkerId(id))).collect();
        work.tx.preload_keys::<Contract>(&keys)?;
        Ok(())
    }
}

/// Checks a contract against the worker's others, and warns of too much work (D-06).
fn settle(
    work: &mut Work<'_, '_>,
    before: Option<&Contract>,
    after: &Contract,
    mut out: Vec<Violation>,
) -> Result<(), Refusal> {
    let others: Vec<Contract> = work
        .tx
        .find::<Contract>(&Key::ContractsOf(after.worker_id))?
        .into_iter()
        .map(|found| found.value)
        .filter(|other| other.id != after.id)
        .collect();
    let mut all: Vec<&Contract> = others.iter().collect();
    out.extend(after.check(before, &all));
    verdict(out)?;
    all.push(after);
    if let Some(warning) = workload_warning(&all)
        && !work.warnings.contains(&warning)
    {
        work.warnings.push(warning);
    }
    Ok(())
}

/// Proof that the authority may change one contract: loaded, its worker allowed.
pub struct MayChange {
    before: Stored<Contract>,
}

impl MayChange {
    /// Loads a contract and asks for `hr:contracts.edit` on its worker.
    ///
    /// # Errors
    /// It does not exist, is not as expected, or the permission is missing.
    pub fn load(work: &mut Work<'_, '_>, id: ContractId, expected: &Expected) -> Result<Self, Refusal> {
        let before = work.get::<Contract>(id.0)?;
        // Who may not read contracts learns nothing of this one.
        work.authority.allow_worker::<HrContractsRead>(before.value.worker_id).map_err(|_| Refusal::NotFound)?;
        let _allowed: Allowed<HrContractsEdit> = work.authority.allow_worker(before.value.worker_id)?;
        expected.check(before.revision)?;
        Ok(Self { before })
    }
}

fn moved(work: &mut Work<'_, '_>, may: &MayChange, after: Contract) -> Result<Contract, Refusal> {
    settle(work, Some(&may.before.value), &after, vec![])?;
    work.tx.update(after.clone())?;
    Ok(after)
}

/// Signs a draft (D-04).
///
/// # Errors
/// It is no draft, or overlaps with another contract.
pub fn sign(work: &mut Work<'_, '_>, may: &MayChange) -> Result<Contract, Refusal> {
    let worker = work.get::<Worker>(may.before.value.worker_id.0)?;
    let after = may.before.value.sign();
    let begins = after.as_ref().map_or(true, |after| after.in_force_or_to_come(work.today));
    if begins && worker.value.state == WorkerState::Closed {
        return Err(Violation::new(code::WORKER_CLOSED, "reopen the folder first").into());
    }
    let after = after?;
    moved(work, may, after)
}

/// Gives a signed contract its last day (D-04).
///
/// # Errors
/// It is neither signed nor ended, or the day lies before its first.
pub fn end(work: &mut Work<'_, '_>, may: &MayChange, valid_to: NaiveDate) -> Result<Contract, Refusal> {
    let after = may.before.value.end(valid_to)?;
    moved(work, may, after)
}

/// Calls a contract off (D-04).
///
/// # Errors
/// It has ended or is cancelled.
pub fn cancel(work: &mut Work<'_, '_>, may: &MayChange) -> Result<Contract, Refusal> {
    let after = may.before.value.cancel()?;
    moved(work, may, after)
}

/// Ends this line and begins the next (D-05); the line that ended and the new one.
///
/// # Errors
/// It does not count or is over, the day lies outside it, nothing would change, or the new line overlaps.
pub fn transfer(work: &mut Work<'_, '_>, may: &MayChange, to: &Transfer) -> Result<(Contract, Contract), Refusal> {
    let mut out = Vec::new();
    work.referred::<Department>(to.department_id.map(|id| id.0), "/department_id", &mut out)?;
    work.referred::<Position>(to.position_id.map(|id| id.0), "/position_id", &mut out)?;
    work.referred::<Worker>(to.supervisor_id.flatten().map(|id| id.0), "/supervisor_id", &mut out)?;
    verdict(out)?;
    let (ended, next) = may.before.value.transfer(ContractId(Uuid::now_v7()), to, work.today)?;
    let ended = moved(work, may, ended)?;
    settle(work, None, &next, vec![])?;
    work.tx.create(next.clone())?;
    Ok((ended, next))
}

/// Removes a draft (D-05).
///
/// # Errors
/// It is no draft.
pub fn remove(work: &mut Work<'_, '_>, may: &MayChange) -> Result<(), Refusal> {
    let contract = &may.before.value;
    if contract.state != ContractState::Draft {
        return Err(Violation::new(code::CONTRACT_NOT_DELETABLE, format!("the contract is {}", contract.state)).into());
    }
    work.tx.remove::<Contract>(contract.id.0)?;
    Ok(())
}
