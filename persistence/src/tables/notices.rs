//! Notices.

use diesel::deserialize;
use diesel::row::NamedRow;
use domain::area::Notice;

use super::row::{Fields, Row};
use super::{Lookup, Rows};
use crate::connection::MultiBackend;
use crate::key::Key;
use crate::schema::notices;

impl Rows for Notice {
    type Schema = notices::table;

    fn write(&self, row: &mut Row) {
        row.id(self.object_id).id(self.area_id).id(self.author_id).id(self.recipient_id).add(self.text.as_str());
    }

    fn read<'a, R: NamedRow<'a, MultiBackend>>(fields: &mut Fields<'_, R>) -> deserialize::Result<Self> {
        Ok(Notice {
            id: fields.id(),
            object_id: fields.uuid()?,
            area_id: fields.uuid()?,
            author_id: fields.uuid()?,
            recipient_id: fields.uuid()?,
            text: fields.text()?,
        })
    }

    fn keys(&self, out: &mut Vec<Key>) {
        out.push(Key::NoticesOn(self.object_id));
        out.push(Key::NoticesIn(self.area_id));
    }

    fn lookup(key: &Key) -> Option<Lookup> {
        match key {
            Key::NoticesOn(object) => Lookup::equals("object_id", object.0),
            Key::NoticesIn(area) => Lookup::equals("area_id", area.0),
            _ => None,
        }
    }
}
