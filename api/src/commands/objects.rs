//! Objects (P-10).

use std::collections::HashSet;

use domain::area::{Area, AreaState, Notice};
use domain::grant::{Grant, Object, ObjectState, Scope};
use domain::id::{AreaId, DepartmentId, Kind, ObjectId, UserId};
use domain::organisation::Department;
use domain::rule::{Violation, code, verdict};
use domain::user::User;
use persistence::{Key, Reader, Stored};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::commands::marks;
use crate::commands::mirrored::mirrored;
use crate::commands::modules::type_by_code;
use crate::commands::references::{self, Reference, many, one};
use crate::commands::save::{self, Resource};
use crate::commands::{Refusal, Work};
use crate::commands::{templates, users};
use crate::http::etag::Expected;
use crate::rights::{Allowed, AreaAdminister, ObjectAdminister, ObjectCreate};

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
    /// The area that it lies in.
    pub area_id: Option<Uuid>,
    /// The area by your own id or its mark.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100)]
    pub area_external_id: Option<String>,
    /// Its mark, where no pattern fixes it. Without one a new object gets the mark that its pattern makes.
    #[schema(min_length = 1, max_length = 200)]
    pub mark: Option<String>,
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
    const REFERENCES: &'static [Reference] = &[
        one("department", Kind::Department),
        one("area", Kind::Area),
        one("assignee", Kind::User),
        many("team", Kind::User),
    ];

    fn input(&self) -> ObjectInput {
        ObjectInput {
            external_id: self.external_id.clone(),
            object_type: self.object_type.clone(),
            title: self.title.clone(),
            state: Some(self.state.into()),
            department_id: self.department_id.map(|id| id.0),
            department_external_id: None,
            area_id: self.area_id.map(|id| id.0),
            area_external_id: None,
            mark: self.mark.clone(),
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
            // Who may work in some area may create objects there; where is asked when it is known.
            None => match work.authority.allow::<ObjectCreate>() {
                Err(refusal) if work.authority.may_nowhere("areas", "work") => Err(refusal),
                _ => Ok(()),
            },
            Some(before) => may_edit(work, &before.value),
        }
    }

    fn save(work: &mut Work<'_, '_>, before: Option<&Stored<Object>>, input: ObjectInput) -> Result<Object, Refusal> {
        let old = before.map(|before| &before.value);
        let mut out = Vec::new();
        let area = place(work, old, input.area_id, &mut out)?;
        // Of an area that the caller may not know of nothing more is told.
        let works = |area: &Area| work.authority.may_area(area.id, "work");
        if old.is_none() && out.is_empty() && !area.as_ref().is_some_and(works) {
            work.authority.allow::<ObjectCreate>()?;
        }
        let mut object = Object {
            id: old.map_or_else(|| ObjectId(work.new_id::<Object>(input.external_id.as_deref())), |old| old.id),
            external_id: input.external_id,
            object_type: input.object_type,
            title: input.title,
            state: input.state.map_or(ObjectState::Open, Into::into),
            department_id: input.department_id.map(DepartmentId),
            author_id: old.map_or_else(|| work.authority.author_id(), |old| old.author_id),
            assignee_id: input.assignee_id.map(UserId),
            team_ids: input.team_ids.unwrap_or_default().into_iter().map(UserId).collect(),
            area_id: input.area_id.map(AreaId),
            mark: None,
            unique_mark: false,
        };
        out.extend(object.check(old));
        let mut given = vec![];
        if old.is_none()
            && let Some(of) = type_by_code(work, &object.object_type, "/type", &mut out)?
        {
            given = templates::of_new(work, &mut object, &of, &mut out)?;
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
        let mark = match old {
            None => marks::of_new(work, &object, area.as_ref(), input.mark, &mut out)?,
            Some(old) => marks::of_changed(work, old, &object, area.as_ref(), input.mark, &mut out)?,
        };
        verdict(out)?;
        (object.mark, object.unique_mark) = (mark.text.clone(), mark.unique);
        mark.take(work);
        save::put(work, before, &object)?;
        for grant in given {
            work.tx.create(grant)?;
        }
        Ok(object)
    }
}

/// The area that an object is to lie in, for whoever may put it there: who may work there, or administers the registry.
/// Leaving an area for none needs the same where it was.
///
/// # Errors
/// The right is missing.
fn place(
    work: &mut Work<'_, '_>,
    old: Option<&Object>,
    area: Option<Uuid>,
    out: &mut Vec<Violation>,
) -> Result<Option<Area>, Refusal> {
    let before = old.and_then(|old| old.area_id);
    let stays = old.is_some() && before.map(|id| id.0) == area;
    let administers = work.authority.allow::<ObjectAdminister>().is_ok();
    let may_work = |work: &Work<'_, '_>, area| administers || work.authority.may_area(area, "work");
    let Some(id) = area else {
        return match before {
            Some(before) if !may_work(work, before) => Err(Refusal::forbidden("areas", "work")),
            _ => Ok(None),
        };
    };
    let found = work.referred::<Area>(Some(id), "/area_id", out)?;
    let Some(found) = found else { return Ok(None) };
    let area = found.value;
    if stays {
        return Ok(Some(area));
    }
    if !may_work(work, area.id) {
        // Of an area that it may not know of it is told what it would be of one that there is none of.
        if work.authority.sees_area(area.id) || work.authority.allow::<AreaAdminister>().is_ok() {
            return Err(Refusal::forbidden("areas", "work"));
        }
        out.push(Violation::new(code::UNKNOWN_REFERENCE, "there is no area of that id").at("/area_id"));
        return Ok(None);
    }
    // A company that moves brings along what lies there.
    if area.state == AreaState::Archived && !work.in_operation() {
        out.push(Violation::new(code::AREA_ARCHIVED, "the area is archived").at("/area_id"));
    }
    Ok(Some(area))
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

/// Removes an object with the grants and notices on it.
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
    for notice in work.tx.find::<Notice>(&Key::NoticesOn(id))? {
        work.tx.remove::<Notice>(notice.value.id.0)?;
    }
    work.tx.remove::<Object>(id.0)?;
    Ok(())
}
