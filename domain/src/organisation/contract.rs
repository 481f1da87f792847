//! Contracts: one worker in one position of one department for a time (D-04 to D-06).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::id::{ContractId, DepartmentId, PositionId, WorkerId};
use crate::named_values;
use crate::rule::{Violation, Warning, code};
use crate::window::Window;

named_values! {
    /// What sort of contract it is.
    pub enum ContractType {
        /// Employment.
        Employment = "employment",
        /// An agreement to perform work.
        Agreement = "agreement",
        /// A contract for services.
        Service = "service",
        /// Anything else.
        Other = "other",
    }
}

named_values! {
    /// Where a contract stands (D-04).
    pub enum ContractState {
        /// Being prepared: counts for nothing, may be changed freely.
        Draft = "draft",
        /// Agreed: in force on the days of its window.
        Signed = "signed",
        /// Never counts.
        Cancelled = "cancelled",
        /// Closed with a last day: in force on the days of its window.
        Ended = "ended",
    }
}

/// A contract line.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Contract {
    /// The record's id.
    pub id: ContractId,
    /// The caller's id for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Whose contract it is.
    pub worker_id: WorkerId,
    /// Where.
    pub department_id: DepartmentId,
    /// As what.
    pub position_id: PositionId,
    /// What sort.
    #[serde(rename = "type")]
    pub contract_type: ContractType,
    /// Share of full time, in percent.
    pub workload_percent: i32,
    /// Who supervises.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supervisor_id: Option<WorkerId>,
    /// Where it stands.
    pub state: ContractState,
    /// From when to when.
    #[serde(flatten)]
    pub window: Window,
}

/// Where a contract goes on from a day (D-05). What is `None` stays as it is.
#[derive(Clone, PartialEq, Debug)]
pub struct Transfer {
    /// First day of the new line.
    pub valid_from: NaiveDate,
    /// New department.
    pub department_id: Option<DepartmentId>,
    /// New position.
    pub position_id: Option<PositionId>,
    /// New type.
    pub contract_type: Option<ContractType>,
    /// New workload.
    pub workload_percent: Option<i32>,
    /// New supervisor; `Some(None)` clears it.
    pub supervisor_id: Option<Option<WorkerId>>,
}

impl ContractState {
    /// Whether a contract in that state counts at all: signed or ended (D-04).
    pub fn counts(self) -> bool {
        matches!(self, ContractState::Signed | ContractState::Ended)
    }
}

impl Contract {
    /// Whether the contract counts at all: signed or ended (D-04).
    pub fn counts(&self) -> bool {
        self.state.counts()
    }

    /// Whether it is in force on that day (D-04).
    pub fn in_force(&self, day: NaiveDate) -> bool {
        self.counts() && self.window.contains(day)
    }

    /// Whether one of these contracts of the same worker takes it up on the day after its last one: after a transfer,
    /// or where it was renewed.
    pub fn goes_on(&self, others: &[Contract]) -> bool {
        let next = self.window.valid_to.and_then(|last| last.succ_opt());
        next.is_some() && others.iter().any(|other| other.counts() && other.window.valid_from == next)
    }

    /// Whether it is in force on that day or will be later.
    pub fn in_force_or_to_come(&self, day: NaiveDate) -> bool {
        self.counts() && self.window.valid_to.is_none_or(|to| to >= day)
    }

    /// What is wrong with the contract as it shall be (D-04, D-05, D-06). `before` is the stored
    /// one, `others` the worker's other contracts.
    pub fn check(&self, before: Option<&Contract>, others: &[&Contract]) -> Vec<Violation> {
        let mut out = Vec::new();
        self.window.check(&mut out);
        if !(0..=1_000).contains(&self.workload_percent) {
            out.push(Violation::new(code::OUT_OF_RANGE, "0 to 1000").at("/workload_percent"));
        }
        if self.supervisor_id == Some(self.worker_id) {
            out.push(Violation::new(code::BAD_VALUE, "nobody supervises themselves").at("/supervisor_id"));
        }
        if self.state == ContractState::Ended && self.window.valid_to.is_none() {
            out.push(Violation::new(code::REQUIRED, "an ended contract has a last day").at("/valid_to"));
        }
        if let Some(before) = before {
            if before.worker_id != self.worker_id {
                out.push(Violation::new(code::NOT_CHANGEABLE, "a contract stays with its worker").at("/worker_id"));
            }
            if before.state != ContractState::Draft {
                for (changed, field) in [
                    (before.department_id != self.department_id, "/department_id"),
                    (before.position_id != self.position_id, "/position_id"),
                    (before.contract_type != self.contract_type, "/type"),
                    (before.window.valid_from != self.window.valid_from, "/valid_from"),
                    (before.workload_percent != self.workload_percent, "/workload_percent"),
                ] {
                    if changed {
                        out.push(
                            Violation::new(code::CONTRACT_PLACEMENT_FIXED, "the contract is signed: use transfer")
                                .at(field),
                        );
                    }
                }
            }
        }
        if self.counts() {
            for other in others {
                if other.id != self.id
                    && other.counts()
                    && other.worker_id == self.worker_id
                    && other.department_id == self.department_id
                    && other.position_id == self.position_id
                    && other.window.overlaps(&self.window)
                {
                    out.push(
                        Violation::new(code::CONTRACT_OVERLAP, format!("overlaps with contract {}", other.id))
                            .at("/valid_from"),
                    );
                }
            }
        }
        out
    }

    /// A draft becomes signed (D-04).
    pub fn sign(&self) -> Result<Contract, Violation> {
        self.moved(&[ContractState::Draft], ContractState::Signed)
    }

    /// The contract is called off: it never counts (D-04).
    pub fn cancel(&self) -> Result<Contract, Violation> {
        self.moved(&[ContractState::Draft, ContractState::Signed], ContractState::Cancelled)
    }

    /// The contract gets its last day (D-04).
    pub fn end(&self, valid_to: NaiveDate) -> Result<Contract, Violation> {
        let mut after = self.moved(&[ContractState::Signed, ContractState::Ended], ContractState::Ended)?;
        after.window.valid_to = Some(valid_to);
        Ok(after)
    }

    fn moved(&self, from: &[ContractState], to: ContractState) -> Result<Contract, Violation> {
        if !from.contains(&self.state) {
            return Err(Violation::new(code::CONTRACT_STATE_REFUSED, format!("the contract is {}", self.state)));
        }
        Ok(Contract { state: to, ..self.clone() })
    }

    /// Ends this line on the day before and begins the next (D-05). A line that was over before today stays as it was
    /// lived; one that goes on may have been left already, since transfers are entered late, too.
    pub fn transfer(
        &self,
        next_id: ContractId,
        to: &Transfer,
        today: NaiveDate,
    ) -> Result<(Contract, Contract), Violation> {
        if !self.counts() {
            return Err(Violation::new(
                code::CONTRACT_STATE_REFUSED,
                format!("the contract is {}; only a signed one is transferred", self.state),
            ));
        }
        if let Some(last) = self.window.valid_to.filter(|last| *last < today) {
            return Err(Violation::new(code::TRANSFER_LINE_OVER, format!("the contract was over on {last}")));
        }
        let inside =
            self.window.contains(to.valid_from) && self.window.valid_from.is_none_or(|from| from < to.valid_from);
        let Some(last) = to.valid_from.pred_opt().filter(|_| inside) else {
            return Err(Violation::new(
                code::TRANSFER_OUTSIDE_WINDOW,
                "valid_from must lie inside the contract, after its first day",
            )
            .at("/valid_from"));
        };
        let next = Contract {
            id: next_id,
            external_id: None,
            department_id: to.department_id.unwrap_or(self.department_id),
            position_id: to.position_id.unwrap_or(self.position_id),
            contract_type: to.contract_type.unwrap_or(self.contract_type),
            workload_percent: to.workload_percent.unwrap_or(self.workload_percent),
            supervisor_id: to.supervisor_id.unwrap_or(self.supervisor_id),
            window: Window::new(Some(to.valid_from), self.window.valid_to),
            ..self.clone()
        };
        let same = next.department_id == self.department_id
            && next.position_id == self.position_id
            && next.contract_type == self.contract_type
            && next.workload_percent == self.workload_percent
            && next.supervisor_id == self.supervisor_id;
        if same {
            return Err(Violation::new(code::TRANSFER_SAME_PLACEMENT, "nothing would change"));
        }
        let mut ended = self.clone();
        ended.state = ContractState::Ended;
        ended.window.valid_to = Some(last);
        Ok((ended, next))
    }
}

/// The warning of D-06, when some day's workloads sum up to more than 100 %.
pub fn workload_warning(contracts: &[&Contract]) -> Option<Warning> {
    let counting: Vec<_> = contracts.iter().filter(|contract| contract.counts()).collect();
    // The sum can only peak on a first day.
    let peak = counting
        .iter()
        .map(|first| {
            let day = first.window.valid_from.unwrap_or(NaiveDate::MIN);
            counting.iter().filter(|c| c.window.contains(day)).map(|c| c.workload_percent).sum::<i32>()
        })
        .max()?;
    (peak > 100)
        .then(|| Warning { code: "workload_above_100", detail: format!("the worker's workloads sum up to {peak} %") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn contract(id: u128, from: &str, to: Option<&str>) -> Contract {
        Contract {
            id: ContractId(Uuid::from_u128(id)),
            external_id: None,
            worker_id: WorkerId(Uuid::from_u128(1)),
            department_id: DepartmentId(Uuid::from_u128(1)),
            position_id: PositionId(Uuid::from_u128(1)),
            contract_type: ContractType::Employment,
            workload_percent: 100,
            supervisor_id: None,
            state: ContractState::Signed,
            window: Window::new(Some(day(from)), to.map(day)),
        }
    }

    #[test]
    fn only_signed_and_ended_contracts_are_in_force() {
        // D-04
        let signed = contract(1, "2026-01-01", None);
        assert!(signed.in_force(day("2026-01-01")) && !signed.in_force(day("2025-12-31")));
        let ended = signed.end(day("2026-03-31")).unwrap();
        assert!(ended.in_force(day("2026-03-31")) && !ended.in_force(day("2026-04-01")));
        assert!(!signed.cancel().unwrap().in_force(day("2026-02-01")));
        assert_eq!(ended.sign().unwrap_err().code, code::CONTRACT_STATE_REFUSED);
    }

    #[test]
    fn a_transfer_ends_one_line_and_begins_the_next() {
        // D-05
        let line = contract(1, "2026-01-01", Some("2026-12-31"));
        let to = Transfer {
            valid_from: day("2026-07-01"),
            department_id: Some(DepartmentId(Uuid::from_u128(2))),
            position_id: None,
            contract_type: None,
            workload_percent: None,
            supervisor_id: None,
        };
        let today = day("2026-06-15");
        let (ended, next) = line.transfer(ContractId(Uuid::from_u128(9)), &to, today).unwrap();
        assert_eq!(ended.window.valid_to, Some(day("2026-06-30")));
        assert_eq!(ended.state, ContractState::Ended);
        assert_eq!(next.window, Window::new(Some(day("2026-07-01")), Some(day("2026-12-31"))));
        assert_eq!(next.department_id.0, Uuid::from_u128(2));
        for bad in ["2026-01-01", "2027-01-01", "2025-01-01"] {
            let to = Transfer { valid_from: day(bad), ..to.clone() };
            assert_eq!(line.transfer(next.id, &to, today).unwrap_err().code, code::TRANSFER_OUTSIDE_WINDOW);
        }
    }

    #[test]
    fn a_line_that_is_over_is_not_transferred() {
        // D-05
        let line = contract(1, "2020-01-01", Some("2026-06-14"));
        let to = |from: &str| Transfer {
            valid_from: day(from),
            department_id: Some(DepartmentId(Uuid::from_u128(2))),
            position_id: None,
            contract_type: None,
            workload_percent: None,
            supervisor_id: None,
        };
        let transfer = |from: &str, today: &str| line.transfer(ContractId(Uuid::from_u128(9)), &to(from), day(today));
        assert!(transfer("2026-06-14", "2026-06-14").is_ok());
        assert!(transfer("2026-05-01", "2026-06-14").is_ok(), "entered late");
        for from in ["2026-06-14", "2020-01-02", "2027-01-01"] {
            assert_eq!(transfer(from, "2026-06-15").unwrap_err().code, code::TRANSFER_LINE_OVER);
        }
    }

    #[test]
    fn a_signed_contracts_placement_never_changes_in_place() {
        // D-05
        let before = contract(1, "2026-01-01", None);
        let mut after = before.clone();
        after.department_id = DepartmentId(Uuid::from_u128(2));
        assert_eq!(after.check(Some(&before), &[])[0].code, code::CONTRACT_PLACEMENT_FIXED);
        let draft = Contract { state: ContractState::Draft, ..before };
        let after = Contract { state: ContractState::Draft, ..after };
        assert!(after.check(Some(&draft), &[]).is_empty());
    }

    #[test]
    fn two_contracts_in_one_place_must_not_overlap_and_too_much_work_is_a_warning() {
        // D-06
        let first = contract(1, "2026-01-01", Some("2026-06-30"));
        let touching = contract(2, "2026-06-30", None);
        let next = contract(3, "2026-07-01", None);
        assert_eq!(touching.check(None, &[&first])[0].code, code::CONTRACT_OVERLAP);
        assert!(next.check(None, &[&first]).is_empty());
        let elsewhere = Contract { position_id: PositionId(Uuid::from_u128(5)), ..touching };
        assert!(elsewhere.check(None, &[&first]).is_empty());
        assert!(workload_warning(&[&first, &elsewhere]).is_some());
        assert!(workload_warning(&[&first, &next]).is_none());
    }
}
