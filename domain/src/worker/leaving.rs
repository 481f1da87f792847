//! Leaving (L-04): when a worker has left, and what then becomes of the account.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::named_values;
use crate::organisation::{Contract, ContractState};

named_values! {
    /// What becomes of the account of a worker who leaves (L-04).
    pub enum AccountOnLeaving {
        /// It stays as it is.
        Keep = "keep",
        /// It is blocked on the day after the last one.
        Block = "block",
    }
}

/// What the organisation wants done when a worker leaves (L-03, L-04).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OnLeaving {
    /// What becomes of the account.
    pub account: AccountOnLeaving,
    /// Whether the supervisor takes over what the account answers for.
    pub transfer: bool,
}

impl Default for OnLeaving {
    fn default() -> Self {
        Self { account: AccountOnLeaving::Keep, transfer: false }
    }
}

impl OnLeaving {
    /// Whether nothing is to be done.
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }
}

/// The contract that ended last, of a worker who has left by that day: none is in force or to come on it (L-04). Of
/// one who never worked, since all was called off, it is the one that would have begun last. `None` for who has not
/// left, or never had more than drafts.
pub fn left_with<'c>(contracts: &[&'c Contract], day: NaiveDate) -> Option<&'c Contract> {
    if contracts.iter().any(|contract| contract.in_force_or_to_come(day)) {
        return None;
    }
    let ended = contracts.iter().filter(|contract| contract.counts());
    let called_off = contracts.iter().filter(|contract| contract.state == ContractState::Cancelled);
    ended
        .max_by_key(|contract| (contract.window.valid_to, contract.id))
        .or_else(|| called_off.max_by_key(|contract| (contract.window.valid_from, contract.id)))
        .copied()
}

/// Whether a change of a contract on that day took it out of force and out of what is to come: it was ended as of an
/// earlier day, or called off.
pub fn takes_away(before: Option<&Contract>, after: Option<&Contract>, day: NaiveDate) -> bool {
    let holds = |contract: Option<&Contract>| contract.is_some_and(|contract| contract.in_force_or_to_come(day));
    holds(before) && !holds(after)
}

/// Whether a change of a contract on that day tells for the first time of one that was over already.
pub fn told_late(before: Option<&Contract>, after: Option<&Contract>, day: NaiveDate) -> bool {
    after.is_some_and(|after| after.counts() && !after.in_force_or_to_come(day))
        && !before.is_some_and(Contract::counts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{ContractId, DepartmentId, PositionId, WorkerId};
    use crate::organisation::ContractType;
    use crate::window::Window;
    use uuid::Uuid;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn contract(id: u128, state: ContractState, from: &str, to: Option<&str>) -> Contract {
        Contract {
            id: ContractId(Uuid::from_u128(id)),
            external_id: None,
            worker_id: WorkerId(Uuid::from_u128(1)),
            department_id: DepartmentId(Uuid::from_u128(1)),
            position_id: PositionId(Uuid::from_u128(1)),
            contract_type: ContractType::Employment,
            workload_percent: 100,
            supervisor_id: None,
            state,
            window: Window::new(Some(day(from)), to.map(day)),
        }
    }

    #[test]
    fn a_worker_leaves_when_the_last_contract_is_over() {
        // L-04
        let ended = contract(1, ContractState::Ended, "2026-01-01", Some("2026-03-31"));
        let second = contract(2, ContractState::Signed, "2026-02-01", Some("2026-05-31"));
        assert_eq!(left_with(&[&ended], day("2026-03-31")), None);
        assert_eq!(left_with(&[&ended], day("2026-04-01")), Some(&ended));
        assert_eq!(left_with(&[&ended, &second], day("2026-04-01")), None);
        assert_eq!(left_with(&[&second, &ended], day("2026-06-01")), Some(&second));
        // One that is to come keeps the worker, a draft does not.
        let next = contract(3, ContractState::Signed, "2026-09-01", None);
        let draft = contract(4, ContractState::Draft, "2026-09-01", None);
        assert_eq!(left_with(&[&ended, &next], day("2026-04-01")), None);
        assert_eq!(left_with(&[&ended, &draft], day("2026-04-01")), Some(&ended));
    }

    #[test]
    fn who_never_worked_leaves_when_all_is_called_off() {
        // L-04
        let cancelled = contract(1, ContractState::Cancelled, "2026-09-01", None);
        let ended = contract(2, ContractState::Ended, "2026-01-01", Some("2026-03-31"));
        assert_eq!(left_with(&[&cancelled], day("2026-04-01")), Some(&cancelled));
        assert_eq!(left_with(&[&cancelled, &ended], day("2026-04-01")), Some(&ended));
        assert_eq!(left_with(&[], day("2026-04-01")), None);
        assert_eq!(left_with(&[&contract(3, ContractState::Draft, "2026-01-01", None)], day("2026-04-01")), None);
    }

    #[test]
    fn a_change_that_ends_a_contract_as_of_earlier_takes_it_away() {
        // L-04
        let signed = contract(1, ContractState::Signed, "2026-01-01", None);
        let (ended, cancelled) = (signed.end(day("2026-03-31")).unwrap(), signed.cancel().unwrap());
        assert!(takes_away(Some(&signed), Some(&ended), day("2026-06-15")));
        assert!(takes_away(Some(&signed), Some(&cancelled), day("2026-06-15")));
        // Until its last day it holds, and what was over before takes nothing away.
        assert!(!takes_away(Some(&signed), Some(&ended), day("2026-03-31")));
        assert!(!takes_away(Some(&ended), Some(&ended), day("2026-06-15")));
        assert!(!takes_away(None, Some(&ended), day("2026-06-15")));
    }

    #[test]
    fn a_contract_that_was_over_when_it_was_entered_is_told_late() {
        // L-04
        let ended = contract(1, ContractState::Ended, "2026-01-01", Some("2026-03-31"));
        let draft = contract(1, ContractState::Draft, "2026-01-01", Some("2026-03-31"));
        let cancelled = contract(1, ContractState::Cancelled, "2026-01-01", Some("2026-03-31"));
        assert!(told_late(None, Some(&ended), day("2026-04-01")));
        assert!(told_late(Some(&draft), Some(&draft.sign().unwrap()), day("2026-04-01")));
        assert!(!told_late(None, Some(&ended), day("2026-03-31")), "it is in force on that day");
        assert!(!told_late(Some(&ended), Some(&ended), day("2026-04-01")));
        assert!(!told_late(None, Some(&draft), day("2026-04-01")));
        assert!(!told_late(None, Some(&cancelled), day("2026-04-01")));
        assert!(!told_late(Some(&draft), None, day("2026-04-01")));
    }
}
