//! What rows say that bodies leave to verbs: a department's linked roles, and states in which
//! nothing starts. So a company can move as it is. Whatever could be refused is looked at before
//! the row is stored, since a row is taken whole or not at all.

use domain::area::{Area, AreaState};
use domain::id::RoleId;
use domain::organisation::Department;
use domain::rule::{Violation, code, verdict};
use domain::user::{BlockCause, User, UserState};
use domain::worker::{Worker, WorkerState};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::commands::departments::{self, LINKED_ROLES};
use crate::commands::save::{upsert_row, upsert_row_if};
use crate::commands::users::{self, MayBlock};
use crate::commands::{Refusal, Work, areas, references, workers};
use crate::http::etag::Expected;
use crate::rights::{Allowed, DepartmentLinkRole, UserBlock, WorkerCreate};

/// Saves a department and sets its links, if the row names them; whether it was created.
///
/// # Errors
/// The row is bad, or the database fails.
pub fn department(work: &mut Work<'_, '_>, mut fields: Map<String, Value>) -> Result<bool, Refusal> {
    let column = LINKED_ROLES.external_field();
    let Some(named) = fields.remove(&column) else {
        return upsert_row::<Department>(work, fields).map(|(_, created)| created);
    };
    let mut links = None;
    let (department, created) = upsert_row_if::<Department>(work, fields, |work, before| {
        let wanted = roles(work, &column, named)?;
        let present = before.map(|before| before.value.linked_role_ids.clone()).unwrap_or_default();
        let added: Vec<RoleId> = wanted.iter().filter(|role| !present.contains(role)).copied().collect();
        let cleared: Vec<RoleId> = present.into_iter().filter(|role| !wanted.contains(role)).collect();
        for role in &added {
            departments::linkable(work, *role)?;
        }
        if !added.is_empty() || !cleared.is_empty() {
            links = Some((work.authority.allow::<DepartmentLinkRole>()?, added, cleared));
        }
        Ok(())
    })?;
    let Some((allowed, added, cleared)) = links else { return Ok(created) };
    for role in added {
        departments::link_role(work, &allowed, department.id, role)?;
    }
    for role in cleared {
        departments::unlink_role(work, &allowed, department.id, role)?;
    }
    Ok(created)
}

fn roles(work: &mut Work<'_, '_>, column: &str, named: Value) -> Result<Vec<RoleId>, Refusal> {
    let no_list = || Violation::new(code::BAD_VALUE, "give a list of texts").at(format!("/{column}"));
    match &named {
        Value::Null => return Ok(vec![]),
        Value::Array(items) if items.iter().all(Value::is_string) => {}
        _ => return Err(no_list().into()),
    }
    let mut map = Map::from_iter([(column.to_owned(), named)]);
    references::resolve(work.tx, &mut map, &[LINKED_ROLES])?;
    let ids = map.remove(&LINKED_ROLES.id_field()).and_then(|ids| serde_json::from_value::<Vec<Uuid>>(ids).ok());
    Ok(ids.unwrap_or_default().into_iter().map(RoleId).collect())
}

/// Saves an account; whether it was created. One that is no person starts active (U-03), so that
/// a blocked one is started and then blocked.
///
/// # Errors
/// The row is bad, or the database fails.
pub fn user(work: &mut Work<'_, '_>, mut fields: Map<String, Value>) -> Result<bool, Refusal> {
    let text = |name: &str| fields.get(name).and_then(Value::as_str);
    let blocked = text("state") == Some("blocked") && !matches!(text("kind"), None | Some("person"));
    if !blocked {
        return upsert_row::<User>(work, fields).map(|(_, created)| created);
    }
    fields.remove("state");
    let (user, created) = upsert_row_if::<User>(work, fields, |work, before| match before {
        None => work.authority.allow::<UserBlock>().map(|_| ()),
        Some(before) => Ok(verdict(fixed(before.value.state == UserState::Blocked))?),
    })?;
    if created {
        let may_block = MayBlock::AnyUser(work.authority.allow()?);
        users::block(work, &may_block, user.id, &Expected::Any, BlockCause::Administrator, None)?;
    }
    Ok(created)
}

/// Saves a folder; whether it was created. A closed one is made and then closed.
///
/// # Errors
/// The row is bad, or the database fails.
pub fn worker(work: &mut Work<'_, '_>, mut fields: Map<String, Value>) -> Result<bool, Refusal> {
    let state = match fields.remove("state") {
        None | Some(Value::Null) => return upsert_row::<Worker>(work, fields).map(|(_, created)| created),
        Some(Value::String(state)) if state == WorkerState::Active.as_str() => WorkerState::Active,
        Some(Value::String(state)) if state == WorkerState::Closed.as_str() => WorkerState::Closed,
        Some(_) => return Err(Violation::new(code::BAD_VALUE, "active or closed").at("/state").into()),
    };
    let (worker, created) = upsert_row_if::<Worker>(work, fields, |_, before| {
        Ok(verdict(fixed(before.is_none_or(|before| before.value.state == state)))?)
    })?;
    if created && state == WorkerState::Closed {
        let allowed: Allowed<WorkerCreate> = work.authority.allow()?;
        workers::close_new(work, &allowed, &worker)?;
    }
    Ok(created)
}

/// Saves an area; whether it was created. An archived one is made and then archived.
///
/// # Errors
/// The row is bad, or the database fails.
pub fn area(work: &mut Work<'_, '_>, mut fields: Map<String, Value>) -> Result<bool, Refusal> {
    let state = match fields.remove("state") {
        None | Some(Value::Null) => return upsert_row::<Area>(work, fields).map(|(_, created)| created),
        Some(named) => named.as_str().and_then(AreaState::parse),
    };
    let Some(state) = state else {
        return Err(Violation::new(code::BAD_VALUE, "active or archived").at("/state").into());
    };
    let (area, created) = upsert_row_if::<Area>(work, fields, |_, before| {
        Ok(verdict(fixed(before.is_none_or(|before| before.value.state == state)))?)
    })?;
    if created && state == AreaState::Archived {
        areas::move_to(work, area.id, &Expected::Any, state)?;
    }
    Ok(created)
}

/// A state that is there already can be said, but not changed.
fn fixed(same: bool) -> Vec<Violation> {
    let refused = || Violation::new(code::NOT_CHANGEABLE, "states change by verbs only").at("/state");
    if same { vec![] } else { vec![refused()] }
}
