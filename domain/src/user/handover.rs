//! Who may take a responsibility over (L-02).

use super::{Responsibility, UserKind, UserState, capable};
use crate::id::{UserId, WorkerId};
use crate::rule::{Violation, code};

/// Somebody who is to take responsibilities over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Successor {
    /// The account.
    pub user_id: UserId,
    /// What sort of account.
    pub kind: UserKind,
    /// Where it stands.
    pub state: UserState,
    /// The worker that it is linked to.
    pub worker_id: Option<WorkerId>,
}

impl Successor {
    /// Why they can't take over what `from` answers for; nothing when they can (L-02, U-10). `supervised` is the
    /// worker whose contract it is.
    pub fn bars_to(&self, what: Responsibility, from: UserId, supervised: Option<WorkerId>) -> Vec<Violation> {
        let mut out = Vec::new();
        if self.user_id == from {
            out.push(Violation::new(code::SUCCESSOR_IS_HOLDER, "it is the account that hands over"));
        }
        if !capable(self.kind, self.state, what.capability()) {
            let detail =
                format!("an account of kind {} in state {} can't be given a responsibility", self.kind, self.state);
            out.push(Violation::new(code::CAPABILITY_MISSING, detail));
        }
        if what.needs_worker() && self.worker_id.is_none() {
            let detail = "the successor's account is linked to no worker, so it can't head or supervise";
            out.push(Violation::new(code::SUCCESSOR_NOT_LINKED, detail));
        }
        if supervised.is_some() && supervised == self.worker_id {
            out.push(Violation::new(code::OWN_SUPERVISOR, "the contract is the successor's own"));
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const FROM: UserId = UserId(Uuid::from_u128(1));

    fn successor(state: UserState, worker: Option<u128>) -> Successor {
        let worker_id = worker.map(|id| WorkerId(Uuid::from_u128(id)));
        Successor { user_id: UserId(Uuid::from_u128(2)), kind: UserKind::Person, state, worker_id }
    }

    fn codes(successor: Successor, what: Responsibility, supervised: Option<u128>) -> Vec<&'static str> {
        let supervised = supervised.map(|id| WorkerId(Uuid::from_u128(id)));
        successor.bars_to(what, FROM, supervised).into_iter().map(|bar| bar.code.name).collect()
    }

    #[test]
    fn a_successor_must_be_able_to_bear_it() {
        // L-02, U-10
        let plain = successor(UserState::Active, None);
        assert!(codes(plain, Responsibility::ObjectAssigned, None).is_empty());
        assert!(codes(successor(UserState::Blocked, None), Responsibility::RoleManaged, None).is_empty());
        assert_eq!(
            codes(successor(UserState::Deleted, None), Responsibility::RoleManaged, None),
            ["capability_missing"]
        );
        assert_eq!(codes(successor(UserState::Blocked, None), Responsibility::AreaOwned, None), ["capability_missing"]);
        assert_eq!(
            codes(Successor { user_id: FROM, ..plain }, Responsibility::PersonalGrant, None),
            ["successor_is_holder"]
        );
    }

    #[test]
    fn heads_and_supervisors_need_a_linked_worker_and_nobody_supervises_themselves() {
        // L-02
        let (plain, linked) = (successor(UserState::Active, None), successor(UserState::Active, Some(7)));
        for what in [Responsibility::DepartmentHeaded, Responsibility::ContractSupervised] {
            assert_eq!(codes(plain, what, None), ["successor_not_linked"]);
            assert!(codes(linked, what, Some(8)).is_empty());
        }
        assert_eq!(codes(linked, Responsibility::ContractSupervised, Some(7)), ["own_supervisor"]);
    }
}
