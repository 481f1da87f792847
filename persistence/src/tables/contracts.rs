//! Contracts.

use diesel::deserialize;
use diesel::row::NamedRow;
use domain::organisation::{Contract, ContractState, ContractType};

use super::row::{Fields, Row};
use super::{Lookup, Rows};
use crate::connection::MultiBackend;
use crate::key::Key;
use crate::schema::contracts;

impl Rows for Contract {
    type Schema = contracts::table;

    fn write(&self, row: &mut Row) {
        row.id(self.worker_id)
            .id(self.department_id)
            .id(self.position_id)
            .add(self.contract_type.as_str())
            .add(self.workload_percent)
            .optional_id(self.supervisor_id)
            .add(self.state.as_str())
            .window(self.window);
    }

    fn read<'a, R: NamedRow<'a, MultiBackend>>(fields: &mut Fields<'_, R>) -> deserialize::Result<Self> {
        Ok(Contract {
            id: fields.id(),
            external_id: fields.external_id(),
            worker_id: fields.uuid()?,
            department_id: fields.uuid()?,
            position_id: fields.uuid()?,
            contract_type: fields.named(ContractType::parse)?,
            workload_percent: fields.small()?,
            supervisor_id: fields.optional_uuid()?,
            state: fields.named(ContractState::parse)?,
            window: fields.window()?,
        })
    }

    fn keys(&self, out: &mut Vec<Key>) {
        out.push(Key::ContractsOf(self.worker_id));
        out.push(Key::ContractsIn(self.department_id));
        out.push(Key::ContractsAs(self.position_id));
        out.extend(self.supervisor_id.map(Key::SupervisedBy));
    }

    fn lookup(key: &Key) -> Option<Lookup> {
        match key {
            Key::ContractsOf(worker) => Lookup::equals("worker_id", worker.0),
            Key::ContractsIn(department) => Lookup::equals("department_id", department.0),
            Key::ContractsAs(position) => Lookup::equals("position_id", position.0),
            Key::SupervisedBy(worker) => Lookup::equals("supervisor_id", worker.0),
            _ => None,
        }
    }
}
