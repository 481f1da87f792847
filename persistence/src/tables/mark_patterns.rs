//! Patterns of marks.

use diesel::deserialize;
use diesel::row::NamedRow;
use domain::area::{AreaKind, MarkMode, MarkPattern, Reset};

use super::row::{Fields, Row};
use super::{Lookup, Rows};
use crate::connection::MultiBackend;
use crate::key::Key;
use crate::schema::mark_patterns;

impl Rows for MarkPattern {
    type Schema = mark_patterns::table;

    fn write(&self, row: &mut Row) {
        row.optional_id(self.area_id)
            .add(self.area_kind.map(AreaKind::as_str))
            .add(self.object_type.as_str())
            .add(self.pattern.as_str())
            .add(self.reset.as_str())
            .add(self.mode.as_str())
            .add(self.unique);
    }

    fn read<'a, R: NamedRow<'a, MultiBackend>>(fields: &mut Fields<'_, R>) -> deserialize::Result<Self> {
        Ok(MarkPattern {
            id: fields.id(),
            external_id: fields.external_id(),
            area_id: fields.optional_uuid()?,
            area_kind: fields.optional_named(AreaKind::parse)?,
            object_type: fields.text()?,
            pattern: fields.text()?,
            reset: fields.named(Reset::parse)?,
            mode: fields.named(MarkMode::parse)?,
            unique: fields.flag()?,
        })
    }

    fn keys(&self, out: &mut Vec<Key>) {
        out.push(Key::PatternsFor(self.object_type.clone()));
        out.extend(self.area_id.map(Key::PatternsOf));
    }

    fn lookup(key: &Key) -> Option<Lookup> {
        match key {
            Key::PatternsFor(code) => Lookup::equals("object_type", code.as_str()),
            Key::PatternsOf(area) => Lookup::equals("area_id", area.0),
            _ => None,
        }
    }
}
