//! Templates of rights over objects.

use diesel::deserialize;
use diesel::row::NamedRow;
use domain::grant::Template;

use super::row::{Fields, Row};
use super::{Lookup, Rows};
use crate::connection::MultiBackend;
use crate::key::Key;
use crate::schema::templates;

impl Rows for Template {
    type Schema = templates::table;

    fn write(&self, row: &mut Row) {
        row.name(&self.name).json(&self.department_ids).json(&self.rights);
    }

    fn read<'a, R: NamedRow<'a, MultiBackend>>(fields: &mut Fields<'_, R>) -> deserialize::Result<Self> {
        Ok(Template {
            id: fields.id(),
            external_id: fields.external_id(),
            name: fields.text()?,
            department_ids: fields.list()?,
            rights: fields.list()?,
        })
    }

    fn keys(&self, _: &mut Vec<Key>) {}

    fn lookup(_: &Key) -> Option<Lookup> {
        None
    }
}
