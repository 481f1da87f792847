//! Handing over what an account answers for (L-02): each thing by the command that changes such things anyway, all in
//! one transaction, or none. `faults.rs` is what stands in the way.

mod faults;

use std::collections::{BTreeMap, BTreeSet};

use domain::area::Area;
use domain::grant::{Grant, Object};
use domain::id::{GrantId, Kind, UserId, WorkerId};
use domain::notification::types;
use domain::organisation::{Contract, Department};
use domain::role::Role;
use domain::rule::{Violation, Warning, code};
use domain::user::{Capability, Responsibility, Successor, User, caution};
use domain::worker::Worker;
use persistence::Key;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::commands::notifications::{self, Details};
use crate::commands::responsibilities::{self, Item, may_see};
use crate::commands::{Refusal, Work, grants, save};
use crate::http::etag::Expected;
use crate::rights::AreaAdminister;
use faults::Faults;

/// What is to be handed over, and to whom.
#[derive(Default)]
pub struct Handover {
    /// Who takes what names nobody.
    pub successor: Option<UserId>,
    /// Where the caller named that one.
    pub pointer: &'static str,
    /// The chosen things; all but personal grants when `None`.
    pub items: Option<Vec<Named>>,
    /// All personal grants as well.
    pub personal_grants: bool,
}

/// One thing that a caller chose.
pub struct Named {
    /// What sort.
    pub kind: Responsibility,
    /// The area, filler, object, role, department, contract or grant.
    pub id: Uuid,
    /// Who takes it.
    pub successor: Option<UserId>,
    /// The field where the caller named that one.
    pub named_by: &'static str,
}

/// One thing that went over.
pub struct Handed {
    /// What sort.
    pub kind: Responsibility,
    /// The area, filler, object, role, department, contract or grant; of a grant, the new one.
    pub id: Uuid,
    /// Who has it now.
    pub successor: UserId,
}

/// One thing that is to go over, and where its faults point.
struct Chosen {
    item: Item,
    successor: UserId,
    place: Option<usize>,
    /// Where its successor was named.
    named_at: String,
}

/// Hands over what an account answers for, or chosen things of it, to one or several successors: all or nothing (L-02).
///
/// # Errors
/// A permission is missing, or a successor can't bear something: every fault, thing by thing.
pub fn transfer(work: &mut Work<'_, '_>, from: UserId, asked: Handover) -> Result<Vec<Handed>, Refusal> {
    let today = work.today;
    let items = responsibilities::inventory(&mut work.tx.reader(), from, today)?;
    let mut faults = Faults::default();
    let mut chosen = choose(work, items, asked, &mut faults);
    // Fillers go with their areas, and so after them.
    chosen.sort_by_key(|one| one.item.kind == Responsibility::FillerManaged);
    let successors = successors(work, &chosen, &mut faults)?;
    preload(work, chosen.iter().map(|one| &one.item))?;
    let mut handed = Vec::with_capacity(chosen.len());
    for Chosen { item, successor, place, .. } in &chosen {
        let Some(to) = successors.get(successor) else { continue };
        let pointer = place.map(|place| format!("/items/{place}")).unwrap_or_default();
        match hand_over(work, from, item, to) {
            Ok(id) => handed.push(Handed { kind: item.kind, id, successor: *successor }),
            Err(refusal) if refusal.of_row() => faults.add(&pointer, item, &refusal),
            Err(refusal) => return Err(refusal),
        }
    }
    faults.verdict()?;
    if !handed.is_empty() {
        notifications::raise(work, &types::RESPONSIBILITY_TRANSFERRED, from.0, Details::default())?;
    }
    for to in successors.values().filter(|to| handed.iter().any(|one| one.successor == to.user_id)) {
        if let Some(caution) = caution(to.kind, to.state, Capability::BearTask) {
            let detail = format!("the successor {} is {}", to.user_id, to.state);
            work.warnings.push(Warning { code: caution.as_str(), detail });
        }
    }
    Ok(handed)
}

/// Which things are to go over, and to whom.
fn choose(work: &Work<'_, '_>, items: Vec<Item>, asked: Handover, faults: &mut Faults) -> Vec<Chosen> {
    let (seen, hidden): (Vec<Item>, Vec<Item>) = items.into_iter().partition(|item| may_see(work.authority, item));
    let all = asked.items.is_none();
    let taken = |item: &Item| match item.kind {
        Responsibility::PersonalGrant => asked.personal_grants,
        _ => all,
    };
    let hidden: Vec<Item> = hidden.into_iter().filter(|item| taken(item)).collect();
    faults.hidden(&hidden);
    let mut seen: BTreeMap<(Responsibility, Uuid), Item> =
        seen.into_iter().map(|item| ((item.kind, item.id), item)).collect();
    let mut named = BTreeSet::new();
    let mut chosen = Vec::new();
    for (place, Named { kind, id, successor, named_by }) in asked.items.into_iter().flatten().enumerate() {
        let pointer = format!("/items/{place}");
        if !named.insert((kind, id)) {
            faults.violation(&pointer, Violation::new(code::DUPLICATE_ITEM, "is named twice"));
            continue;
        }
        let Some(item) = seen.remove(&(kind, id)) else {
            faults
                .violation(&pointer, Violation::new(code::UNKNOWN_REFERENCE, "the account answers for no such thing"));
            continue;
        };
        let named_at = match successor {
            Some(_) => format!("{pointer}/{named_by}"),
            None => asked.pointer.to_owned(),
        };
        match successor.or(asked.successor) {
            Some(successor) => chosen.push(Chosen { item, successor, place: Some(place), named_at }),
            None => faults.violation(
                &format!("{pointer}/successor_id"),
                Violation::new(code::REQUIRED, "names no successor, and there is none for all"),
            ),
        }
    }
    let rest: Vec<Item> = seen.into_values().filter(|item| taken(item)).collect();
    match asked.successor {
        Some(successor) => chosen.extend(rest.into_iter().map(|item| Chosen {
            item,
            successor,
            place: None,
            named_at: asked.pointer.to_owned(),
        })),
        None if !rest.is_empty() => {
            faults.violation(asked.pointer, Violation::new(code::REQUIRED, "is missing"));
        }
        None => {}
    }
    chosen
}

/// The successors that exist; a fault for each that does not.
fn successors(
    work: &mut Work<'_, '_>,
    chosen: &[Chosen],
    faults: &mut Faults,
) -> Result<BTreeMap<UserId, Successor>, Refusal> {
    let ids: BTreeSet<UserId> = chosen.iter().map(|one| one.successor).collect();
    work.tx.preload::<User>(&ids.iter().map(|id| id.0).collect::<Vec<_>>())?;
    work.tx.preload_keys::<Worker>(&ids.iter().map(|id| Key::WorkerOfUser(*id)).collect::<Vec<_>>())?;
    let mut found = BTreeMap::new();
    for id in ids {
        match successor(work, id)? {
            Some(successor) => {
                found.insert(id, successor);
            }
            None => {
                let places: BTreeSet<&str> =
                    chosen.iter().filter(|one| one.successor == id).map(|one| one.named_at.as_str()).collect();
                for place in places {
                    faults.violation(place, Violation::new(code::UNKNOWN_REFERENCE, "there is no user of that id"));
                }
            }
        }
    }
    Ok(found)
}

/// An account as a successor, with its worker.
///
/// # Errors
/// The database can't be read.
pub fn successor(work: &mut Work<'_, '_>, id: UserId) -> Result<Option<Successor>, Refusal> {
    let Some(user) = work.tx.get::<User>(id.0)?.map(|found| found.value) else {
        return Ok(None);
    };
    let worker_id = work.tx.find::<Worker>(&Key::WorkerOfUser(id))?.first().map(|found| found.value.id);
    Ok(Some(Successor { user_id: id, kind: user.kind, state: user.state, worker_id }))
}

/// Loads in one go what the commands will need to hand things over.
///
/// # Errors
/// The database can't be read.
pub fn preload<'i>(work: &mut Work<'_, '_>, items: impl Iterator<Item = &'i Item> + Clone) -> Result<(), Refusal> {
    let ids = |kind| items.clone().filter(|item| item.kind == kind).map(|item| item.id).collect::<Vec<_>>();
    let objects = ids(Responsibility::ObjectAssigned);
    work.tx.preload::<Object>(&objects)?;
    work.tx.preload::<Area>(&ids(Responsibility::AreaOwned))?;
    work.tx.preload::<User>(&ids(Responsibility::FillerManaged))?;
    work.tx.preload::<Role>(&ids(Responsibility::RoleManaged))?;
    work.tx.preload::<Department>(&ids(Responsibility::DepartmentHeaded))?;
    work.tx.preload::<Grant>(&ids(Responsibility::PersonalGrant))?;
    let workers: BTreeSet<WorkerId> = items.clone().filter_map(|item| item.worker_id).collect();
    work.tx.preload::<Worker>(&workers.iter().map(|id| id.0).collect::<Vec<_>>())?;
    work.tx.preload_keys::<Contract>(&workers.into_iter().map(Key::ContractsOf).collect::<Vec<_>>())?;
    let mut names = Vec::new();
    for id in objects {
        let name = work.tx.get::<Object>(id)?.and_then(|found| found.value.external_id);
        names.extend(name.map(|name| Key::ExternalId(Kind::Object, name)));
    }
    work.tx.preload_keys::<Object>(&names)?;
    let mut names = Vec::new();
    for id in ids(Responsibility::ContractSupervised) {
        let name = work.tx.get::<Contract>(id)?.and_then(|found| found.value.external_id);
        names.extend(name.map(|name| Key::ExternalId(Kind::Contract, name)));
    }
    work.tx.preload_keys::<Contract>(&names)?;
    Ok(())
}

/// Hands one thing over, by the ordinary command; the id that it has then.
///
/// # Errors
/// The successor can't bear it, or the command refuses.
pub fn hand_over(work: &mut Work<'_, '_>, from: UserId, item: &Item, to: &Successor) -> Result<Uuid, Refusal> {
    let bars = to.bars_to(item.kind, from, item.worker_id);
    if !bars.is_empty() {
        return Err(bars.into());
    }
    let known = work.warnings.len();
    let worker = to.worker_id.map(|id| id.0);
    let id = match item.kind {
        Responsibility::AreaOwned => patch::<Area>(work, item.id, "owner_id", json!(to.user_id))?,
        Responsibility::FillerManaged => follow(work, from, item.id, to.user_id)?,
        Responsibility::ObjectAssigned => patch::<Object>(work, item.id, "assignee_id", json!(to.user_id))?,
        Responsibility::RoleManaged => {
            let managers = managers(&work.get::<Role>(item.id)?.value, from, to.user_id);
            patch::<Role>(work, item.id, "manager_ids", json!(managers))?
        }
        Responsibility::DepartmentHeaded => patch::<Department>(work, item.id, "head_id", json!(worker))?,
        Responsibility::ContractSupervised => patch::<Contract>(work, item.id, "supervisor_id", json!(worker))?,
        Responsibility::PersonalGrant => grants::hand_over(work, GrantId(item.id), to.user_id)?.id.0,
    };
    // What the commands warn of the bearer is told once, not for each thing.
    let fresh = work.warnings.split_off(known.min(work.warnings.len()));
    let kept: Vec<Warning> =
        fresh.into_iter().filter(|warning| warning.code == grants::PERSONAL_SYSTEM_GRANT).collect();
    work.warnings.extend(kept);
    Ok(id)
}

/// Whether a filler went over with the areas in which it is managed: it has no manager of its own (U-12).
fn follow(work: &mut Work<'_, '_>, from: UserId, filler: Uuid, to: UserId) -> Result<Uuid, Refusal> {
    work.authority.allow::<AreaAdminister>()?;
    let mut owners = BTreeSet::new();
    for area in work.get::<User>(filler)?.value.managed_in {
        owners.extend(work.tx.get::<Area>(area.0)?.map(|found| found.value.owner_id));
    }
    if owners.contains(&from) || !owners.contains(&to) {
        let detail = "hand over the areas in which it is managed, to the same successor";
        return Err(Violation::new(code::FILLER_FOLLOWS_AREA, detail).into());
    }
    Ok(filler)
}

/// The managers of a role once the successor stands for the one who goes.
fn managers(role: &Role, from: UserId, to: UserId) -> Vec<UserId> {
    let mut managers: Vec<UserId> = Vec::with_capacity(role.manager_ids.len());
    for manager in role.manager_ids.iter().map(|manager| if *manager == from { to } else { *manager }) {
        if !managers.contains(&manager) {
            managers.push(manager);
        }
    }
    managers
}

fn patch<R: save::Resource>(work: &mut Work<'_, '_>, id: Uuid, field: &str, value: Value) -> Result<Uuid, Refusal> {
    save::patch::<R>(work, id, &Expected::Any, Map::from_iter([(field.to_owned(), value)])).map(|after| after.uuid())
}
