//! Whose account belongs to a department.

use super::{DepartmentIx, Model, UserIx};
use crate::id::DepartmentId;
use crate::window::Day;

impl Model {
    /// The accounts of those who have a contract in force on that day in the department, or with
    /// `subtree` also in one below it; ascending.
    pub fn accounts_in(&self, department: DepartmentIx, subtree: bool, day: Day) -> Vec<UserIx> {
        let alone = [department.0];
        let departments = if subtree { self.tree.subtree(department.0) } else { &alone };
        let rows = departments.iter().filter_map(|ix| self.departments.get(*ix));
        let contracts = rows.flat_map(|row| row.contracts.iter()).filter(|contract| contract.days.contains(day));
        let workers = contracts.filter_map(|contract| self.known_worker(contract.to));
        let known = |ix: &u32| self.known_user(*ix).is_some();
        let mut accounts: Vec<_> = workers.map(|worker| worker.user).filter(known).map(UserIx).collect();
        accounts.sort_unstable();
        accounts.dedup();
        accounts
    }

    /// The department and all below it.
    pub fn departments_within(&self, department: DepartmentIx) -> Vec<DepartmentId> {
        self.tree.subtree(department.0).iter().map(|ix| self.department_id(DepartmentIx(*ix))).collect()
    }
}
