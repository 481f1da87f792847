//! Personal folders.

use diesel::deserialize;
use diesel::row::NamedRow;
use domain::worker::{Worker, WorkerKind, WorkerState};

use super::row::{Fields, Row};
use super::{Lookup, Rows};
use crate::connection::MultiBackend;
use crate::key::Key;
use crate::schema::workers;

impl Rows for Worker {
    type Schema = workers::table;

    fn write(&self, row: &mut Row) {
        row.add(self.kind.as_str())
            .add(self.personal_number.as_str())
            .name(&self.first_name)
            .name(&self.last_name)
            .add(self.birth_date)
            .optional_name(self.email.as_deref())
            .add(self.phone.as_deref())
            .add(self.state.as_str())
            .add(self.ever_closed)
            .optional_id(self.user_id)
            .add(self.retain_until)
            .json(&self.links);
    }

    fn read<'a, R: NamedRow<'a, MultiBackend>>(fields: &mut Fields<'_, R>) -> deserialize::Result<Self> {
        Ok(Worker {
            id: fields.id(),
            external_id: fields.external_id(),
            kind: fields.named(WorkerKind::parse)?,
            personal_number: fields.text()?,
            first_name: fields.text()?,
            last_name: fields.text()?,
            birth_date: fields.date()?,
            email: fields.text()?,
            phone: fields.text()?,
            state: fields.named(WorkerState::parse)?,
            ever_closed: fields.flag()?,
            user_id: fields.optional_uuid()?,
            retain_until: fields.date()?,
            links: fields.list()?,
        })
    }

    fn keys(&self, out: &mut Vec<Key>) {
        out.push(Key::PersonalNumber(self.personal_number.clone()));
        if let Some(user) = self.user_id {
            out.push(Key::WorkerOfUser(user));
            out.push(Key::LinkedWorkers);
        }
    }

    fn lookup(key: &Key) -> Option<Lookup> {
        match key {
            Key::PersonalNumber(number) => Lookup::equals("personal_number", number.as_str()),
            Key::WorkerOfUser(user) => Lookup::equals("user_id", user.0),
            Key::LinkedWorkers => Some(Lookup::Given("user_id")),
            _ => None,
        }
    }
}
