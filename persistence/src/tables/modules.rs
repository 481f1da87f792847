//! Modules.

use diesel::deserialize;
use diesel::row::NamedRow;
use domain::grant::{Module, Target};
use domain::id::Kind;

use super::row::{Fields, Row};
use super::{Lookup, Rows};
use crate::connection::MultiBackend;
use crate::key::Key;
use crate::schema::modules;

impl Rows for Module {
    type Schema = modules::table;

    fn write(&self, row: &mut Row) {
        row.add(self.code.as_str())
            .name(&self.name)
            .add(self.active)
            .add(self.target.as_str())
            .json(&self.actions)
            .add(self.built_in);
    }

    fn read<'a, R: NamedRow<'a, MultiBackend>>(fields: &mut Fields<'_, R>) -> deserialize::Result<Self> {
        Ok(Module {
            id: fields.id(),
            external_id: fields.external_id(),
            code: fields.text()?,
            name: fields.text()?,
            active: fields.flag()?,
            target: fields.named(Target::parse)?,
            actions: fields.list()?,
            built_in: fields.flag()?,
        })
    }

    fn keys(&self, out: &mut Vec<Key>) {
        out.push(Key::Code(Kind::Module, self.code.clone()));
    }

    fn lookup(key: &Key) -> Option<Lookup> {
        match key {
            Key::Code(_, code) => Lookup::equals("code", code.as_str()),
            _ => None,
        }
    }
}
