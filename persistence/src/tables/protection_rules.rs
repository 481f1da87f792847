//! Protection rules.

use diesel::deserialize;
use diesel::row::NamedRow;
use domain::area::{AreaClass, ProtectionRule};

use super::row::{Fields, Row};
use super::{Lookup, Rows};
use crate::connection::MultiBackend;
use crate::key::Key;
use crate::schema::protection_rules;

impl Rows for ProtectionRule {
    type Schema = protection_rules::table;

    fn write(&self, row: &mut Row) {
        row.name(&self.name)
            .add(self.class.map(AreaClass::as_str))
            .add(self.module.as_deref())
            .json(&self.role_ids)
            .json(&self.position_ids);
    }

    fn read<'a, R: NamedRow<'a, MultiBackend>>(fields: &mut Fields<'_, R>) -> deserialize::Result<Self> {
        Ok(ProtectionRule {
            id: fields.id(),
            external_id: fields.external_id(),
            name: fields.text()?,
            class: fields.optional_named(AreaClass::parse)?,
            module: fields.text()?,
            role_ids: fields.list()?,
            position_ids: fields.list()?,
        })
    }

    fn keys(&self, out: &mut Vec<Key>) {
        out.extend(self.module.clone().map(Key::ProtectionOf));
    }

    fn lookup(key: &Key) -> Option<Lookup> {
        match key {
            Key::ProtectionOf(module) => Lookup::equals("module", module.as_str()),
            _ => None,
        }
    }
}
