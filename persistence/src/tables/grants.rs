//! Grants.

use diesel::deserialize;
use diesel::row::NamedRow;
use domain::grant::{Grant, GrantSource, Holder, Scope};

use super::row::{Fields, Row};
use super::{Lookup, Rows};
use crate::connection::MultiBackend;
use crate::key::Key;
use crate::schema::grants;
use crate::value::Value;

/// Adds who holds it: a role or a user.
pub(super) fn write_holder(holder: Holder, row: &mut Row) {
    match holder {
        Holder::Role(role) => row.add("role").id(role).add(Value::Null),
        Holder::User(user) => row.add("user").add(Value::Null).id(user),
    };
}

/// Reads who holds it.
pub(super) fn read_holder<'a, R: NamedRow<'a, MultiBackend>>(
    fields: &mut Fields<'_, R>,
) -> deserialize::Result<Holder> {
    let sort: String = fields.text()?;
    match (sort.as_str(), fields.optional_uuid()?, fields.optional_uuid()?) {
        ("role", Some(role), None) => Ok(Holder::Role(role)),
        ("user", None, Some(user)) => Ok(Holder::User(user)),
        _ => Err("there is not exactly one holder".into()),
    }
}

fn write_scope(scope: &Scope, row: &mut Row) {
    let (mut department, mut worker, mut area, mut object, mut object_type) = (None, None, None, None, None);
    let mut subtree = false;
    let sort = match scope {
        Scope::All => "all",
        Scope::Department { id, include_subtree } => {
            (department, subtree) = (Some(id.0), *include_subtree);
            "department"
        }
        Scope::Worker { id } => {
            worker = Some(id.0);
            "worker"
        }
        Scope::Area { id } => {
            area = Some(id.0);
            "area"
        }
        Scope::Object { id } => {
            object = Some(id.0);
            "object"
        }
        Scope::ObjectType { id } => {
            object_type = Some(id.as_str());
            "object_type"
        }
    };
    row.add(sort).add(department).add(worker).add(area).add(object).add(object_type).add(subtree);
}

fn read_scope<'a, R: NamedRow<'a, MultiBackend>>(fields: &mut Fields<'_, R>) -> deserialize::Result<Scope> {
    let sort: String = fields.text()?;
    let (department, worker) = (fields.optional_uuid()?, fields.optional_uuid()?);
    let (area, object, object_type): (_, _, Option<String>) =
        (fields.optional_uuid()?, fields.optional_uuid()?, fields.text()?);
    let include_subtree = fields.flag()?;
    match (sort.as_str(), department, worker, area, object, object_type) {
        ("all", None, None, None, None, None) => Ok(Scope::All),
        ("department", Some(id), None, None, None, None) => Ok(Scope::Department { id, include_subtree }),
        ("worker", None, Some(id), None, None, None) => Ok(Scope::Worker { id }),
        ("area", None, None, Some(id), None, None) => Ok(Scope::Area { id }),
        ("object", None, None, None, Some(id), None) => Ok(Scope::Object { id }),
        ("object_type", None, None, None, None, Some(id)) => Ok(Scope::ObjectType { id }),
        _ => Err("a grant's scope does not fit its type".into()),
    }
}

impl Rows for Grant {
    type Schema = grants::table;

    fn write(&self, row: &mut Row) {
        write_holder(self.holder, row);
        row.add(self.module.as_str());
        write_scope(&self.scope, row);
        row.json(&self.allow)
            .json(&self.deny)
            .add(self.source.as_str())
            .optional_id(self.template_id)
            .window(self.window);
    }

    fn read<'a, R: NamedRow<'a, MultiBackend>>(fields: &mut Fields<'_, R>) -> deserialize::Result<Self> {
        Ok(Grant {
            id: fields.id(),
            external_id: fields.external_id(),
            holder: read_holder(fields)?,
            module: fields.text()?,
            scope: read_scope(fields)?,
            allow: fields.list()?,
            deny: fields.list()?,
            source: fields.named(GrantSource::parse)?,
            template_id: fields.optional_uuid()?,
            window: fields.window()?,
        })
    }

    fn keys(&self, out: &mut Vec<Key>) {
        out.push(Key::GrantsOf(self.holder));
        out.push(Key::GrantsIn(self.module.clone()));
        out.push(Key::grants_on(&self.scope));
    }

    fn lookup(key: &Key) -> Option<Lookup> {
        match key {
            Key::GrantsOf(Holder::Role(role)) => Lookup::equals("holder_role_id", role.0),
            Key::GrantsOf(Holder::User(user)) => Lookup::equals("holder_user_id", user.0),
            Key::GrantsIn(module) => Lookup::equals("module", module.as_str()),
            Key::GrantsOn(scope) => match scope {
                Scope::All => Lookup::equals("scope_type", "all"),
                Scope::Department { id, .. } => Lookup::equals("scope_department_id", id.0),
                Scope::Worker { id } => Lookup::equals("scope_worker_id", id.0),
                Scope::Area { id } => Lookup::equals("scope_area_id", id.0),
                Scope::Object { id } => Lookup::equals("scope_object_id", id.0),
                Scope::ObjectType { id } => Lookup::equals("scope_object_type", id.as_str()),
            },
            _ => None,
        }
    }
}
