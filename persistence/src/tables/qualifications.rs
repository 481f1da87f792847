//! Qualifications.

use diesel::deserialize;
use diesel::row::NamedRow;
use domain::qualification::Qualification;

use super::row::{Fields, Row};
use super::{Lookup, Rows};
use crate::connection::MultiBackend;
use crate::key::Key;
use crate::schema::qualifications;

impl Rows for Qualification {
    type Schema = qualifications::table;

    fn write(&self, row: &mut Row) {
        row.id(self.user_id)
            .name(&self.name)
            .optional_name(self.issuer.as_deref())
            .add(self.evidence.as_deref())
            .window(self.window)
            .add(self.retain_until);
    }

    fn read<'a, R: NamedRow<'a, MultiBackend>>(fields: &mut Fields<'_, R>) -> deserialize::Result<Self> {
        Ok(Qualification {
            id: fields.id(),
            external_id: fields.external_id(),
            user_id: fields.uuid()?,
            name: fields.text()?,
            issuer: fields.text()?,
            evidence: fields.text()?,
            window: fields.window()?,
            retain_until: fields.date()?,
        })
    }

    fn keys(&self, out: &mut Vec<Key>) {
        out.push(Key::QualificationsOf(self.user_id));
    }

    fn lookup(key: &Key) -> Option<Lookup> {
        match key {
            Key::QualificationsOf(user) => Lookup::equals("user_id", user.0),
            _ => None,
        }
    }
}
