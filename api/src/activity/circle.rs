//! Whose activity somebody sees (U-23): their own, that of those below them in the departments that they head
//! and in the contracts that they supervise, and of those with whom they share an area, a team or an object.

use std::collections::HashSet;

use domain::access::{Model, UserIx};
use domain::area::{Area, AreaState};
use domain::grant::{Object, ObjectState};
use domain::id::{RoleId, UserId};
use domain::organisation::{Contract, Department};
use domain::role::{Purpose, Role};
use domain::window::Day;
use persistence::{Key, Reader};
use uuid::Uuid;

use crate::app::App;
use crate::commands::Refusal;

/// Whose activity a user sees today.
///
/// # Errors
/// The database can't be read.
pub fn of(app: &App, reader: &mut Reader<'_>, user: UserId) -> Result<HashSet<UserId>, Refusal> {
    let model = app.live().model();
    let now = app.clock().now();
    let (day, date) = (app.zone().day_number(now), app.zone().day(now));
    let Some(own) = model.user(user) else { return Ok(HashSet::new()) };
    let mut seen: HashSet<UserIx> = HashSet::from([own]);
    if let Some(worker) = model.worker_of(own).map(|worker| model.worker_id(worker)) {
        for headed in reader.find::<Department>(&Key::HeadedBy(worker))? {
            if let Some(department) = model.department(headed.value.id) {
                seen.extend(model.accounts_in(department, true, day));
            }
        }
        for contract in reader.find::<Contract>(&Key::SupervisedBy(worker))? {
            let contract = contract.value;
            if contract.in_force(date) {
                seen.extend(model.worker(contract.worker_id).and_then(|worker| model.account_of(worker)));
            }
        }
    }
    seen.extend(of_areas(reader, &model, own, day)?);
    seen.extend(of_teams(reader, &model, own, day)?);
    seen.extend(of_objects(reader, &model, own)?);
    Ok(seen.into_iter().map(|user| model.user_id(user)).collect())
}

/// Owner and processors of the areas in use that a user owns or works on. External administrators are there only where they
/// are allowed (U-11).
fn of_areas(reader: &mut Reader<'_>, model: &Model, user: UserIx, day: Day) -> Result<Vec<UserIx>, Refusal> {
    let id = model.user_id(user);
    let roles = model.effective_roles(user, day);
    let mut ids: Vec<Uuid> = roles
        .iter()
        .flat_map(|role| model.areas_naming(*role))
        .chain(model.areas().filter(|area| model.area_owner(*area) == Some(user)))
        .map(|area| model.area_id(area).0)
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let roles: HashSet<RoleId> = roles.into_iter().map(|role| model.role_id(role)).collect();
    let mut found = Vec::new();
    for area in reader.get_many::<Area>(&ids)?.into_iter().map(|found| found.value) {
        let here = model.area(area.id).filter(|_| area.state == AreaState::Active);
        let Some(here) = here.filter(|here| !model.area_closed_to(*here, user)) else { continue };
        if area.owner_id == id || area.processor_ids.iter().any(|role| roles.contains(role)) {
            let processors = area.processor_ids.iter().filter_map(|role| model.role(*role));
            let others = processors.flat_map(|role| model.role_members(role, day)).chain(model.user(area.owner_id));
            found.extend(others.filter(|other| !model.area_closed_to(here, *other)));
        }
    }
    Ok(found)
}

/// The members of the `team` roles that a user is in.
fn of_teams(reader: &mut Reader<'_>, model: &Model, user: UserIx, day: Day) -> Result<Vec<UserIx>, Refusal> {
    let ids: Vec<Uuid> = model.effective_roles(user, day).into_iter().map(|role| model.role_id(role).0).collect();
    let roles = reader.get_many::<Role>(&ids)?;
    let teams = roles.iter().filter(|role| role.value.purpose == Purpose::Team);
    let members = teams.filter_map(|team| model.role(team.value.id)).map(|role| model.role_members(role, day));
    Ok(members.flatten().collect())
}

/// Who works on the open objects that a user works on, as team or as the one it is assigned to.
fn of_objects(reader: &mut Reader<'_>, model: &Model, user: UserIx) -> Result<Vec<UserIx>, Refusal> {
    let ids: Vec<Uuid> = model.objects_of(user).into_iter().map(|object| model.object_id(object).0).collect();
    let objects = reader.get_many::<Object>(&ids)?;
    let open = objects.into_iter().map(|object| object.value).filter(|object| object.state == ObjectState::Open);
    let people = open.flat_map(|object| object.team_ids.into_iter().chain(object.assignee_id));
    Ok(people.filter_map(|id| model.user(id)).collect())
}
