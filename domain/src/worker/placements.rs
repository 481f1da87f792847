//! The history of a worker's placements: one line for each contract that counts, and one for each time away.

use chrono::NaiveDate;

use crate::named_values;
use crate::organisation::Contract;
use crate::window::Window;

named_values! {
    /// What a line of the history says happened.
    pub enum PlacementChange {
        /// The first contract began.
        Hired = "hired",
        /// One contract ended and the next began on the day after.
        Transferred = "transferred",
        /// A further contract began beside another.
        SecondContract = "second_contract",
        /// No contract was in force any more.
        Left = "left",
        /// A contract began after some time away.
        Rehired = "rehired",
    }
}

named_values! {
    /// A part of a placement.
    pub enum PlacementPart {
        /// Where.
        Department = "department",
        /// As what.
        Position = "position",
        /// What sort of contract.
        Type = "type",
        /// How much.
        Workload = "workload",
        /// Who supervises.
        Supervisor = "supervisor",
    }
}

/// One line of the history.
#[derive(Clone, PartialEq, Debug)]
pub struct Placement<'c> {
    /// What happened on its first day.
    pub change: PlacementChange,
    /// From when to when.
    pub window: Window,
    /// The contract; `None` for a time away.
    pub contract: Option<&'c Contract>,
    /// The parts in which a transfer differs from the contract before.
    pub changed: Vec<PlacementPart>,
}

/// The history in the order of time (D-04, D-05): each contract that counts and has begun or will, and each time
/// without one that has begun by `today`.
pub fn placements<'c>(contracts: &[&'c Contract], today: NaiveDate) -> Vec<Placement<'c>> {
    let mut counting: Vec<&Contract> = contracts.iter().copied().filter(|contract| contract.counts()).collect();
    counting.sort_by_key(|contract| (contract.window.valid_from, contract.id));
    let mut lines: Vec<Placement<'c>> = Vec::with_capacity(counting.len());
    // Those that no later line goes on from yet.
    let mut open: Vec<&Contract> = Vec::new();
    for contract in counting {
        let from = contract.window.valid_from;
        let eve = from.and_then(|from| from.pred_opt());
        let before = open.iter().position(|other| eve.is_some() && other.window.valid_to == eve);
        let beside = open.iter().any(|other| from.is_none_or(|from| other.window.contains(from)));
        let last_day = last_day(&open);
        let (change, changed) = match before {
            Some(at) => (PlacementChange::Transferred, differences(open.remove(at), contract)),
            None if open.is_empty() && lines.is_empty() => (PlacementChange::Hired, vec![]),
            None if beside => (PlacementChange::SecondContract, vec![]),
            None => {
                if let (Some(last), Some(eve)) = (last_day, eve) {
                    lines.extend(away(last, Some(eve)));
                }
                (PlacementChange::Rehired, vec![])
            }
        };
        lines.push(Placement { change, window: contract.window, contract: Some(contract), changed });
        open.push(contract);
    }
    // With one that is open at its end nobody has left.
    if let Some(last) = last_day(&open).filter(|last| *last < today) {
        lines.extend(away(last, None));
    }
    lines
}

/// The last day of all; `None` where one is open at its end, or there is none.
fn last_day(contracts: &[&Contract]) -> Option<NaiveDate> {
    let ends: Option<Vec<NaiveDate>> = contracts.iter().map(|contract| contract.window.valid_to).collect();
    ends?.into_iter().max()
}

fn away<'c>(last: NaiveDate, until: Option<NaiveDate>) -> Option<Placement<'c>> {
    let window = Window::new(Some(last.succ_opt()?), until);
    Some(Placement { change: PlacementChange::Left, window, contract: None, changed: vec![] })
}

fn differences(before: &Contract, after: &Contract) -> Vec<PlacementPart> {
    [
        (before.department_id != after.department_id, PlacementPart::Department),
        (before.position_id != after.position_id, PlacementPart::Position),
        (before.contract_type != after.contract_type, PlacementPart::Type),
        (before.workload_percent != after.workload_percent, PlacementPart::Workload),
        (before.supervisor_id != after.supervisor_id, PlacementPart::Supervisor),
    ]
    .into_iter()
    .filter_map(|(differs, part)| differs.then_some(part))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{ContractId, DepartmentId, PositionId, WorkerId};
    use crate::organisation::{ContractState, ContractType};
    use uuid::Uuid;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn contract(id: u128, department: u128, from: &str, to: Option<&str>) -> Contract {
        Contract {
            id: ContractId(Uuid::from_u128(id)),
            external_id: None,
            worker_id: WorkerId(Uuid::from_u128(1)),
            department_id: DepartmentId(Uuid::from_u128(department)),
            position_id: PositionId(Uuid::from_u128(1)),
            contract_type: ContractType::Employment,
            workload_percent: 100,
            supervisor_id: None,
            state: ContractState::Signed,
            window: Window::new(Some(day(from)), to.map(day)),
        }
    }

    fn changes(contracts: &[&Contract]) -> Vec<(PlacementChange, Window)> {
        placements(contracts, day("2026-06-15")).into_iter().map(|line| (line.change, line.window)).collect()
    }

    fn window(from: &str, to: Option<&str>) -> Window {
        Window::new(Some(day(from)), to.map(day))
    }

    #[test]
    fn a_life_reads_in_the_order_of_time() {
        // D-04, D-05
        let first = contract(1, 1, "2020-01-01", Some("2021-06-30"));
        let next = contract(2, 2, "2021-07-01", Some("2022-12-31"));
        let beside = contract(3, 3, "2021-09-01", Some("2021-12-31"));
        let back = contract(4, 1, "2024-01-01", Some("2025-12-31"));
        let draft = Contract { state: ContractState::Draft, ..contract(5, 1, "2026-01-01", None) };
        let read = changes(&[&back, &draft, &beside, &first, &next]);
        let expected = [
            (PlacementChange::Hired, first.window),
            (PlacementChange::Transferred, next.window),
            (PlacementChange::SecondContract, beside.window),
            (PlacementChange::Left, window("2023-01-01", Some("2023-12-31"))),
            (PlacementChange::Rehired, back.window),
            (PlacementChange::Left, window("2026-01-01", None)),
        ];
        assert_eq!(read, expected);
    }

    #[test]
    fn a_transfer_tells_what_differs() {
        // D-05
        let first = contract(1, 1, "2020-01-01", Some("2021-06-30"));
        let next = Contract { workload_percent: 50, ..contract(2, 2, "2021-07-01", None) };
        let lines = [&first, &next];
        let lines = placements(&lines, day("2026-06-15"));
        assert_eq!(lines[1].changed, [PlacementPart::Department, PlacementPart::Workload]);
        assert!(lines[0].changed.is_empty());
    }

    #[test]
    fn nobody_has_left_before_the_last_day_is_over() {
        let soon = contract(1, 1, "2020-01-01", Some("2026-06-30"));
        let open = contract(2, 1, "2020-01-01", None);
        let over = contract(3, 2, "2020-02-01", Some("2020-03-31"));
        assert_eq!(changes(&[&soon]).len(), 1);
        assert_eq!(changes(&[&open, &over]).len(), 2);
        assert_eq!(changes(&[]), []);
    }
}
