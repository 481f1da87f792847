//! Settings.

use diesel::deserialize;
use diesel::row::NamedRow;
use domain::setting::Setting;

use super::row::{Fields, Row, json};
use super::{Lookup, Rows};
use crate::connection::MultiBackend;
use crate::key::Key;
use crate::schema::settings;

impl Rows for Setting {
    type Schema = settings::table;

    fn write(&self, row: &mut Row) {
        row.add(self.key.as_str()).json(&self.value);
    }

    fn read<'a, R: NamedRow<'a, MultiBackend>>(fields: &mut Fields<'_, R>) -> deserialize::Result<Self> {
        Ok(Setting { id: fields.id(), key: fields.text()?, value: json(&fields.text::<String>()?)? })
    }

    fn keys(&self, out: &mut Vec<Key>) {
        out.push(Key::SettingKey(self.key.clone()));
    }

    fn lookup(key: &Key) -> Option<Lookup> {
        match key {
            Key::SettingKey(key) => Lookup::equals("key", key.as_str()),
            _ => None,
        }
    }
}
