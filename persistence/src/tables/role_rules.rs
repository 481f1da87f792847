//! Rules of automatic roles.

use diesel::deserialize;
use diesel::row::NamedRow;
use domain::role::RoleRule;

use super::row::{Fields, Row};
use super::{Lookup, Rows};
use crate::connection::MultiBackend;
use crate::key::Key;
use crate::schema::role_rules;

impl Rows for RoleRule {
    type Schema = role_rules::table;

    fn write(&self, row: &mut Row) {
        row.id(self.role_id)
            .json(&self.departments)
            .json(&self.position_ids)
            .json(&self.contract_types)
            .json(&self.worker_kinds)
            .json(&self.head_of)
            .add(self.all_workers)
            .add(self.department_link)
            .window(self.window);
    }

    fn read<'a, R: NamedRow<'a, MultiBackend>>(fields: &mut Fields<'_, R>) -> deserialize::Result<Self> {
        Ok(RoleRule {
            id: fields.id(),
            external_id: fields.external_id(),
            role_id: fields.uuid()?,
            departments: fields.list()?,
            position_ids: fields.list()?,
            contract_types: fields.list()?,
            worker_kinds: fields.list()?,
            head_of: fields.list()?,
            all_workers: fields.flag()?,
            department_link: fields.flag()?,
            window: fields.window()?,
        })
    }

    fn keys(&self, out: &mut Vec<Key>) {
        out.push(Key::RulesOf(self.role_id));
    }

    fn lookup(key: &Key) -> Option<Lookup> {
        match key {
            Key::RulesOf(role) => Lookup::equals("role_id", role.0),
            _ => None,
        }
    }
}
