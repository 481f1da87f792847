//! Areas.

use diesel::deserialize;
use diesel::row::NamedRow;
use domain::area::{Area, AreaClass, AreaKind, AreaState};

use super::row::{Fields, Row};
use super::{Lookup, Rows};
use crate::connection::MultiBackend;
use crate::key::Key;
use crate::schema::areas;

impl Rows for Area {
    type Schema = areas::table;

    fn write(&self, row: &mut Row) {
        row.add(self.kind.as_str())
            .name(&self.name)
            .optional_name(self.mark.as_deref())
            .optional_id(self.parent_id)
            .id(self.owner_id)
            .json(&self.processor_ids)
            .json(&self.reader_ids)
            .add(self.class.as_str())
            .add(self.state.as_str())
            .json(&self.allowed_external_administrator_ids);
    }

    fn read<'a, R: NamedRow<'a, MultiBackend>>(fields: &mut Fields<'_, R>) -> deserialize::Result<Self> {
        Ok(Area {
            id: fields.id(),
            external_id: fields.external_id(),
            kind: fields.named(AreaKind::parse)?,
            name: fields.text()?,
            mark: fields.text()?,
            parent_id: fields.optional_uuid()?,
            owner_id: fields.uuid()?,
            processor_ids: fields.list()?,
            reader_ids: fields.list()?,
            class: fields.named(AreaClass::parse)?,
            state: fields.named(AreaState::parse)?,
            allowed_external_administrator_ids: fields.list()?,
        })
    }

    fn keys(&self, out: &mut Vec<Key>) {
        out.push(Key::AreasOwnedBy(self.owner_id));
        out.extend(self.parent_id.map(Key::AreasBelow));
        out.extend(self.mark.clone().map(Key::AreaMark));
    }

    fn lookup(key: &Key) -> Option<Lookup> {
        match key {
            Key::AreasOwnedBy(user) => Lookup::equals("owner_id", user.0),
            Key::AreasBelow(area) => Lookup::equals("parent_id", area.0),
            Key::AreaMark(mark) => Lookup::equals("mark", mark.as_str()),
            _ => None,
        }
    }
}
