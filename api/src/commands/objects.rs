//! Objects (P-10).

use std::collections::HashSet;

use domain::grant::{Grant, Object, ObjectState, Scope};
use domain::id::{DepartmentId, Kind, ObjectId, UserId};
use domain::organisation::Department;
use domain::rule::verdict;
use domain::user::User;
use persistence::{Key, Reader, Stored};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::commands::mirrored::mirrored;
use crate::commands::modules::type_by_code;
use crate::commands::references::{self, Reference, many, one};
use crate::commands::save::{self, Resource};
use crate::commands::users;
use crate::commands::{Refusal, Work};
use crate::http::etag::Expected;
use crate::rights::{Allowed, ObjectAdminister, ObjectCreate};

/// What a caller says about an object.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "external_id": "task-april", "type": "task", "title": "Check the April invoices",
    "department_external_id": "accounting", "assignee_external_id": "greta.simon"
}))]
pub struct ObjectInput {
    /// Your own id for it, unique among objects.
    #[schema(min_length = 1, max_length = 100)]
    pub external_id: Option<String>,
    /// The code of its type. Can't change later.
    #[serde(rename = "type")]
    #[schema(min_length = 1, max_length = 100)]
    pub object_type: String,
    /// Title.
    #[schema(min_length = 1, max_length = 200)]
    pub title: String,
    /// Where it stands; `open` when absent.
    #[schema(inline)]
    pub state: Option<ObjectStateName>,
    /// The department that it belongs to.
    pub department_id: Option<Uuid>,
    /// The department by your own id or its code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100)]
    pub department_external_id: Option<String>,
    /// Who is to do it.
    pub assignee_id: Option<Uuid>,
    /// Who is to do it by your own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100)]
    pub assignee_external_id: Option<String>,
    /// Who works on it besides.
    #[schema(max_items = 500)]
    pub team_ids: Option<Vec<Uuid>>,
    /// Who works on it besides, by your own ids.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 500)]
    pub team_external_ids: Option<Vec<String>>,
}

mirrored! {
    /// Where an object stands (P-10).
    ObjectStateName is ObjectState { Open = "open", Done = "done" }
}

/// Whether the authority may change an object: who administers the registry, or has `edit` on it.
fn may_edit(work: &Work<'_, '_>, object: &Object) -> Result<(), Refusal> {
    match work.authority.allow::<ObjectAdminister>() {
        Ok(_) => Ok(()),
        Err(refusal) if work.authority.may_object(object.id, "edit") => {
            drop(refusal);
            Ok(())
        }
        Err(refusal) if work.authority.may_object(object.id, "read") => Err(refusal),
        Err(_) => Err(Refusal::NotFound),
    }
}

impl Resource for Object {
    type Input = ObjectInput;
    const REFERENCES: &'static [Reference] =
        &[one("department", Kind::Department), one("assignee", Kind::User), many("team", Kind::User)];

    fn input(&self) -> ObjectInput {
        ObjectInput {
            external_id: self.external_id.clone(),
            object_type: self.object_type.clone(),
            title: self.title.clone(),
            state: Some(self.state.into()),
            department_id: self.department_id.map(|id| id.0),
            department_external_id: None,
            assignee_id: self.assignee_id.map(|id| id.0),
            assignee_external_id: None,
            team_ids: Some(self.team_ids.iter().map(|id| id.0).collect()),
            team_external_ids: None,
        }
    }

    fn name(reader: &mut Reader<'_>, rows: &mut [Map<String, Value>]) -> Result<(), Refusal> {
        leave_out_trash(reader, rows)?;
        references::name(reader, rows, |_| Self::REFERENCES.to_vec())
    }

    fn authorise(work: &mut Work<'_, '_>, before: Option<&Stored<Object>>) -> Result<(), Refusal> {
        match before {
            None => work.authority.allow::<ObjectCreate>().map(|_| ()),
            Some(before) => may_edit(work, &before.value),
        }
    }

    fn save(work: &mut Work<'_, '_>, before: Option<&Stored<Object>>, input: ObjectInput) -> Result<Object, Refusal> {
        let old = before.map(|before| &before.value);
        let object = Object {
            id: old.map_or_else(|| ObjectId(work.new_id::<Object>(input.external_id.as_deref())), |old| old.id),
            external_id: input.external_id,
            object_type: input.object_type,
            title: input.title,
            state: input.state.map_or(ObjectState::Open, Into::into),
            department_id: input.department_id.map(DepartmentId),
            author_id: old.map_or_else(|| work.authority.author_id(), |old| old.author_id),
            assignee_id: input.assignee_id.map(UserId),
            team_ids: input.team_ids.unwrap_or_default().into_iter().map(UserId).collect(),
        };
        let mut out = object.check(old);
        if old.is_none() {
            type_by_code(work, &object.object_type, "/type", &mut out)?;
        }
        work.referred::<Department>(input.department_id, "/department_id", &mut out)?;
        // Who already bears it may stay, whatever became of the account meanwhile.
        if old.is_none_or(|old| old.assignee_id != object.assignee_id) {
            users::bearer(work, object.assignee_id, "/assignee_id", &mut out)?;
        }
        for (index, member) in object.team_ids.iter().enumerate() {
            if old.is_none_or(|old| !old.team_ids.contains(member)) {
                users::bearer(work, Some(*member), &format!("/team_ids/{index}"), &mut out)?;
            }
        }
        save::check_external_id::<Object>(work, object.id.0, object.external_id.as_deref(), &mut out)?;
        verdict(out)?;
        save::put(work, before, &object)?;
        Ok(object)
    }
}

/// Takes accounts in the trash out of rows: nobody can be given a task as one of them, so that no
/// import would take the row.
fn leave_out_trash(reader: &mut Reader<'_>, rows: &mut [Map<String, Value>]) -> Result<(), Refusal> {
    const BEARERS: [&str; 2] = ["assignee_id", "team_ids"];
    let id = |value: &Value| value.as_str().and_then(|text| text.parse::<Uuid>().ok());
    let named = |value: &Value| match value {
        Value::Array(items) => items.iter().filter_map(id).collect(),
        other => id(other).into_iter().collect::<Vec<_>>(),
    };
    let mut ids: Vec<Uuid> =
        rows.iter().flat_map(|row| BEARERS.map(|field| row.get(field).map(named))).flatten().flatten().collect();
    ids.sort_unstable();
    ids.dedup();
    let gone: HashSet<Uuid> = reader
        .get_many::<User>(&ids)?
        .into_iter()
        .filter(|user| user.value.state.is_gone())
        .map(|user| user.value.id.0)
        .collect();
    let is_gone = |value: &Value| id(value).is_some_and(|id| gone.contains(&id));
    for value in rows
        .iter_mut()
        .flat_map(|row| row.iter_mut())
        .filter(|(name, _)| BEARERS.contains(&name.as_str()))
        .map(|(_, value)| value)
    {
        match value {
            Value::Array(items) => items.retain(|item| !is_gone(item)),
            other if is_gone(other) => *other = Value::Null,
            _ => {}
        }
    }
    Ok(())
}

/// Removes an object with the grants on it.
///
/// # Errors
/// It does not exist or is stale.
pub fn remove(
    work: &mut Work<'_, '_>,
    _allowed: &Allowed<ObjectAdminister>,
    id: ObjectId,
    expected: &Expected,
) -> Result<(), Refusal> {
    let object = work.get::<Object>(id.0)?;
    expected.check(object.revision)?;
    for grant in work.tx.find::<Grant>(&Key::GrantsOn(Scope::Object { id }))? {
        work.tx.remove::<Grant>(grant.value.id.0)?;
    }
    work.tx.remove::<Object>(id.0)?;
    Ok(())
}
