//! Wage types.

use diesel::deserialize;
use diesel::row::NamedRow;
use domain::id::Kind;
use domain::wage::WageType;

use super::row::{Fields, Row};
use super::{Lookup, Rows};
use crate::connection::MultiBackend;
use crate::key::Key;
use crate::schema::wage_types;

impl Rows for WageType {
    type Schema = wage_types::table;

    fn write(&self, row: &mut Row) {
        row.add(self.code.as_str()).name(&self.name).add(self.unit.as_str()).add(self.request_group);
    }

    fn read<'a, R: NamedRow<'a, MultiBackend>>(fields: &mut Fields<'_, R>) -> deserialize::Result<Self> {
        Ok(WageType {
            id: fields.id(),
            external_id: fields.external_id(),
            code: fields.text()?,
            name: fields.text()?,
            unit: fields.text()?,
            request_group: fields.small()?,
        })
    }

    fn keys(&self, out: &mut Vec<Key>) {
        out.push(Key::Code(Kind::WageType, self.code.clone()));
    }

    fn lookup(key: &Key) -> Option<Lookup> {
        match key {
            Key::Code(_, code) => Lookup::equals("code", code.as_str()),
            _ => None,
        }
    }
}
