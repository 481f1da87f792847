//! Roles.

use diesel::deserialize;
use diesel::row::NamedRow;
use domain::id::Kind;
use domain::role::{Mode, Purpose, Role};

use super::row::{Fields, Row};
use super::{Lookup, Rows};
use crate::connection::MultiBackend;
use crate::key::Key;
use crate::schema::roles;

impl Rows for Role {
    type Schema = roles::table;

    fn write(&self, row: &mut Row) {
        row.add(self.code.as_str())
            .name(&self.name)
            .add(self.purpose.as_str())
            .add(self.mode.as_str())
            .add(self.priority)
            .json(&self.manager_ids)
            .add(self.protected)
            .add(self.note.as_deref())
            .window(self.window);
    }

    fn read<'a, R: NamedRow<'a, MultiBackend>>(fields: &mut Fields<'_, R>) -> deserialize::Result<Self> {
        Ok(Role {
            id: fields.id(),
            external_id: fields.external_id(),
            code: fields.text()?,
            name: fields.text()?,
            purpose: fields.named(Purpose::parse)?,
            mode: fields.named(Mode::parse)?,
            priority: fields.small()?,
            manager_ids: fields.list()?,
            protected: fields.flag()?,
            note: fields.text()?,
            window: fields.window()?,
        })
    }

    fn keys(&self, out: &mut Vec<Key>) {
        out.push(Key::Code(Kind::Role, self.code.clone()));
    }

    fn lookup(key: &Key) -> Option<Lookup> {
        match key {
            Key::Code(_, code) => Lookup::equals("code", code.as_str()),
            _ => None,
        }
    }
}
