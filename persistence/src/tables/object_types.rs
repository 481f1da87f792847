//! Object types.

use diesel::deserialize;
use diesel::row::NamedRow;
use domain::grant::ObjectType;
use domain::id::Kind;

use super::row::{Fields, Row};
use super::{Lookup, Rows};
use crate::connection::MultiBackend;
use crate::key::Key;
use crate::schema::object_types;

impl Rows for ObjectType {
    type Schema = object_types::table;

    fn write(&self, row: &mut Row) {
        row.add(self.code.as_str()).name(&self.name).add(self.module.as_str()).add(self.built_in);
    }

    fn read<'a, R: NamedRow<'a, MultiBackend>>(fields: &mut Fields<'_, R>) -> deserialize::Result<Self> {
        Ok(ObjectType {
            id: fields.id(),
            external_id: fields.external_id(),
            code: fields.text()?,
            name: fields.text()?,
            module: fields.text()?,
            built_in: fields.flag()?,
        })
    }

    fn keys(&self, out: &mut Vec<Key>) {
        out.push(Key::Code(Kind::ObjectType, self.code.clone()));
        out.push(Key::TypesIn(self.module.clone()));
    }

    fn lookup(key: &Key) -> Option<Lookup> {
        match key {
            Key::Code(_, code) => Lookup::equals("code", code.as_str()),
            Key::TypesIn(module) => Lookup::equals("module", module.as_str()),
            _ => None,
        }
    }
}
