//! Positions.

use diesel::deserialize;
use diesel::row::NamedRow;
use domain::id::Kind;
use domain::organisation::Position;

use super::row::{Fields, Row};
use super::{Lookup, Rows};
use crate::connection::MultiBackend;
use crate::key::Key;
use crate::schema::positions;

impl Rows for Position {
    type Schema = positions::table;

    fn write(&self, row: &mut Row) {
        row.add(self.code.as_str()).name(&self.name).window(self.window);
    }

    fn read<'a, R: NamedRow<'a, MultiBackend>>(fields: &mut Fields<'_, R>) -> deserialize::Result<Self> {
        Ok(Position {
            id: fields.id(),
            external_id: fields.external_id(),
            code: fields.text()?,
            name: fields.text()?,
            window: fields.window()?,
        })
    }

    fn keys(&self, out: &mut Vec<Key>) {
        out.push(Key::Code(Kind::Position, self.code.clone()));
    }

    fn lookup(key: &Key) -> Option<Lookup> {
        match key {
            Key::Code(_, code) => Lookup::equals("code", code.as_str()),
            _ => None,
        }
    }
}
