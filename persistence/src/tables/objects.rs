//! Objects.

use diesel::deserialize;
use diesel::row::NamedRow;
use domain::grant::{Object, ObjectState};

use super::row::{Fields, Row};
use super::{Lookup, Rows};
use crate::connection::MultiBackend;
use crate::key::Key;
use crate::schema::objects;

impl Rows for Object {
    type Schema = objects::table;

    fn write(&self, row: &mut Row) {
        row.add(self.object_type.as_str())
            .name(&self.title)
            .add(self.state.as_str())
            .optional_id(self.department_id)
            .optional_id(self.author_id)
            .optional_id(self.assignee_id)
            .json(&self.team_ids);
    }

    fn read<'a, R: NamedRow<'a, MultiBackend>>(fields: &mut Fields<'_, R>) -> deserialize::Result<Self> {
        Ok(Object {
            id: fields.id(),
            external_id: fields.external_id(),
            object_type: fields.text()?,
            title: fields.text()?,
            state: fields.named(ObjectState::parse)?,
            department_id: fields.optional_uuid()?,
            author_id: fields.optional_uuid()?,
            assignee_id: fields.optional_uuid()?,
            team_ids: fields.list()?,
        })
    }

    fn keys(&self, out: &mut Vec<Key>) {
        out.push(Key::ObjectsOfType(self.object_type.clone()));
        out.extend(self.department_id.map(Key::ObjectsIn));
        out.extend(self.assignee_id.map(Key::AssignedTo));
    }

    fn lookup(key: &Key) -> Option<Lookup> {
        match key {
            Key::ObjectsOfType(code) => Lookup::equals("object_type", code.as_str()),
            Key::ObjectsIn(department) => Lookup::equals("department_id", department.0),
            Key::AssignedTo(user) => Lookup::equals("assignee_id", user.0),
            _ => None,
        }
    }
}
