//! Accounts.

use diesel::deserialize;
use diesel::row::NamedRow;
use domain::name;
use domain::user::{User, UserKind, UserState};

use super::row::{Fields, Row};
use super::{Lookup, Rows};
use crate::connection::MultiBackend;
use crate::key::Key;
use crate::schema::users;

/// The key that a login is compared by. A login is unique among all accounts not forgotten, so
/// forgotten ones have none.
fn login_key(user: &User) -> Option<String> {
    let login = user.login.as_deref().filter(|_| user.state != UserState::Forgotten);
    login.map(name::key)
}

impl Rows for User {
    type Schema = users::table;

    fn write(&self, row: &mut Row) {
        row.add(self.kind.as_str())
            .add(self.state.as_str())
            .add(self.login.as_deref())
            .add(login_key(self))
            .optional_name(self.first_name.as_deref())
            .optional_name(self.last_name.as_deref())
            .optional_name(self.display_name.as_deref())
            .add(name::key(&self.shown_name()))
            .optional_name(self.email.as_deref())
            .add(self.phone.as_deref())
            .add(self.language.as_deref())
            .add(self.time_zone.as_deref())
            .json(&self.blocks)
            .json(&self.managed_in);
    }

    fn read<'a, R: NamedRow<'a, MultiBackend>>(fields: &mut Fields<'_, R>) -> deserialize::Result<Self> {
        Ok(User {
            id: fields.id(),
            external_id: fields.external_id(),
            kind: fields.named(UserKind::parse)?,
            state: fields.named(UserState::parse)?,
            login: fields.text()?,
            first_name: fields.text()?,
            last_name: fields.text()?,
            display_name: fields.text()?,
            email: fields.text()?,
            phone: fields.text()?,
            language: fields.text()?,
            time_zone: fields.text()?,
            blocks: fields.list()?,
            managed_in: fields.list()?,
        })
    }

    fn keys(&self, out: &mut Vec<Key>) {
        out.extend(login_key(self).map(Key::UserLogin));
        match self.kind {
            UserKind::ExternalAdministrator => out.push(Key::ExternalAdministrators),
            UserKind::ExternalFiller => out.push(Key::ExternalFillers),
            _ => {}
        }
    }

    fn lookup(key: &Key) -> Option<Lookup> {
        match key {
            Key::UserLogin(login) => Lookup::equals("login_key", login.as_str()),
            Key::ExternalAdministrators => Lookup::equals("kind", UserKind::ExternalAdministrator.as_str()),
            Key::ExternalFillers => Lookup::equals("kind", UserKind::ExternalFiller.as_str()),
            _ => None,
        }
    }
}
