//! Departments.

use diesel::deserialize;
use diesel::row::NamedRow;
use domain::id::Kind;
use domain::organisation::Department;

use super::row::{Fields, Row};
use super::{Lookup, Rows};
use crate::connection::MultiBackend;
use crate::key::Key;
use crate::schema::departments;

impl Rows for Department {
    type Schema = departments::table;

    fn write(&self, row: &mut Row) {
        row.add(self.code.as_str())
            .name(&self.name)
            .optional_id(self.parent_id)
            .optional_id(self.head_id)
            .json(&self.linked_role_ids)
            .window(self.window);
    }

    fn read<'a, R: NamedRow<'a, MultiBackend>>(fields: &mut Fields<'_, R>) -> deserialize::Result<Self> {
        Ok(Department {
            id: fields.id(),
            external_id: fields.external_id(),
            code: fields.text()?,
            name: fields.text()?,
            parent_id: fields.optional_uuid()?,
            head_id: fields.optional_uuid()?,
            linked_role_ids: fields.list()?,
            window: fields.window()?,
        })
    }

    fn keys(&self, out: &mut Vec<Key>) {
        out.push(Key::Code(Kind::Department, self.code.clone()));
        out.extend(self.parent_id.map(Key::ChildrenOf));
        out.extend(self.head_id.map(Key::HeadedBy));
    }

    fn lookup(key: &Key) -> Option<Lookup> {
        match key {
            Key::Code(_, code) => Lookup::equals("code", code.as_str()),
            Key::ChildrenOf(parent) => Lookup::equals("parent_id", parent.0),
            Key::HeadedBy(head) => Lookup::equals("head_id", head.0),
            _ => None,
        }
    }
}
