//! Objects.

use diesel::deserialize;
use diesel::row::NamedRow;
use domain::grant::{Object, ObjectState};

use super::row::{Fields, Row};
use super::{Lookup, Rows};
use crate::connection::MultiBackend;
use crate::key::Key;
use crate::schema::objects;

/// The key of a mark that no other object of the type may have: codes hold no `/`.
fn mark_key(object: &Object) -> Option<String> {
    let mark = object.mark.as_deref().filter(|_| object.unique_mark)?;
    Some(format!("{}/{mark}", object.object_type))
}

impl Rows for Object {
    type Schema = objects::table;

    fn write(&self, row: &mut Row) {
        row.add(self.object_type.as_str())
            .name(&self.title)
            .add(self.state.as_str())
            .optional_id(self.department_id)
            .optional_id(self.author_id)
            .optional_id(self.assignee_id)
            .json(&self.team_ids)
            .optional_id(self.area_id)
            .add(self.mark.as_deref())
            .add(self.unique_mark)
            .add(mark_key(self));
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
            area_id: fields.optional_uuid()?,
            mark: fields.text()?,
            unique_mark: fields.flag()?,
        })
    }

    fn keys(&self, out: &mut Vec<Key>) {
        out.push(Key::ObjectsOfType(self.object_type.clone()));
        out.extend(self.department_id.map(Key::ObjectsIn));
        out.extend(self.assignee_id.map(Key::AssignedTo));
        out.extend(self.area_id.map(Key::ObjectsInArea));
        out.extend(self.mark.clone().map(Key::ObjectsMarked));
    }

    fn lookup(key: &Key) -> Option<Lookup> {
        match key {
            Key::ObjectsOfType(code) => Lookup::equals("object_type", code.as_str()),
            Key::ObjectsIn(department) => Lookup::equals("department_id", department.0),
            Key::ObjectsInArea(area) => Lookup::equals("area_id", area.0),
            Key::ObjectsMarked(mark) => Lookup::equals("mark", mark.as_str()),
            Key::AssignedTo(user) => Lookup::equals("assignee_id", user.0),
            _ => None,
        }
    }
}
