//! What an account answers for (L-01), and why it can't go while it does (U-07).

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use domain::area::Area;
use domain::grant::{Grant, Holder, Object, ObjectState};
use domain::id::{AreaId, Kind, ObjectId, UserId, WorkerId};
use domain::organisation::{Contract, Department};
use domain::role::Role;
use domain::rule::{Violation, code};
use domain::user::{Responsibility, User};
use domain::worker::Worker;
use persistence::{Key, Reader};
use uuid::Uuid;

use crate::commands::mirrored::mirrored;
use crate::commands::{Refusal, Work};
use crate::http::problem::{FieldError, Problem};
use crate::rights::{Authority, GrantRead, HrContractsRead, ObjectAdminister, RoleRead, UserRead};

/// Most things that a refusal lists.
pub const LISTED: usize = 1_000;

mirrored! {
    /// What an account can answer for: it owns an area, or one in which an external filler is managed; an open object is
    /// assigned to it; it manages a role; its worker heads a
    /// department or supervises a contract; it holds a grant in person.
    ResponsibilityName is Responsibility {
        AreaOwned = "area_owned", FillerManaged = "filler_managed",
        ObjectAssigned = "object_assigned", RoleManaged = "role_managed", DepartmentHeaded = "department_headed",
        ContractSupervised = "contract_supervised", PersonalGrant = "personal_grant",
    }
}

/// One thing that an account answers for.
pub struct Item {
    /// What sort.
    pub kind: Responsibility,
    /// The area, filler, object, role, department, contract or grant.
    pub id: Uuid,
    /// Whose contract it is, of contracts.
    pub worker_id: Option<WorkerId>,
    /// An area of the account in which it is managed, of fillers.
    pub area_id: Option<AreaId>,
}

impl Item {
    fn new(kind: Responsibility, id: Uuid) -> Self {
        Self { kind, id, worker_id: None, area_id: None }
    }
}

/// All that an account answers for, of what exists by now (L-01): areas owned, fillers managed there, open objects assigned, roles managed, departments
/// headed and contracts supervised through the linked worker, in force or to come, and personal grants.
///
/// # Errors
/// The database can't be read.
pub fn inventory(reader: &mut Reader<'_>, user: UserId, today: NaiveDate) -> Result<Vec<Item>, Refusal> {
    Ok(inventories(reader, &[user], today)?.remove(&user).unwrap_or_default())
}

/// The same of several accounts, with as many queries as of one; those that answer for nothing are missing.
///
/// # Errors
/// The database can't be read.
pub fn inventories(
    reader: &mut Reader<'_>,
    users: &[UserId],
    today: NaiveDate,
) -> Result<HashMap<UserId, Vec<Item>>, Refusal> {
    let asked: HashSet<UserId> = users.iter().copied().collect();
    let mut found: HashMap<UserId, Vec<Item>> = HashMap::new();
    let mut add = |user: Option<UserId>, item: Item| {
        if let Some(user) = user.filter(|user| asked.contains(user)) {
            found.entry(user).or_default().push(item);
        }
    };
    let keys = |key: fn(UserId) -> Key| users.iter().map(|user| key(*user)).collect::<Vec<_>>();
    let mut owner: HashMap<AreaId, UserId> = HashMap::new();
    for area in reader.find_many::<Area>(&keys(Key::AreasOwnedBy))? {
        owner.insert(area.value.id, area.value.owner_id);
        add(Some(area.value.owner_id), Item::new(Responsibility::AreaOwned, area.value.id.0));
    }
    // Fillers are few, and nobody manages one without an area.
    let fillers = if owner.is_empty() { vec![] } else { reader.find::<User>(&Key::ExternalFillers)? };
    for filler in fillers.into_iter().filter(|filler| !filler.value.state.is_gone()) {
        let managed = filler.value.managed_in.iter().filter_map(|area| Some((*owner.get(area)?, *area)));
        for (manager, area) in managed.collect::<BTreeMap<UserId, AreaId>>() {
            let item = Item::new(Responsibility::FillerManaged, filler.value.id.0);
            add(Some(manager), Item { area_id: Some(area), ..item });
        }
    }
    for object in reader.find_many::<Object>(&keys(Key::AssignedTo))? {
        if object.value.state == ObjectState::Open {
            add(object.value.assignee_id, Item::new(Responsibility::ObjectAssigned, object.value.id.0));
        }
    }
    for role in reader.find::<Role>(&Key::All(Kind::Role))? {
        for manager in &role.value.manager_ids {
            add(Some(*manager), Item::new(Responsibility::RoleManaged, role.value.id.0));
        }
    }
    let workers = reader.find_many::<Worker>(&keys(Key::WorkerOfUser))?.into_iter();
    let account: HashMap<WorkerId, UserId> =
        workers.filter_map(|worker| Some((worker.value.id, worker.value.user_id?))).collect();
    let of = |worker: Option<WorkerId>| worker.and_then(|worker| account.get(&worker).copied());
    let keys_of = |key: fn(WorkerId) -> Key| account.keys().map(|worker| key(*worker)).collect::<Vec<_>>();
    for department in reader.find_many::<Department>(&keys_of(Key::HeadedBy))? {
        add(of(department.value.head_id), Item::new(Responsibility::DepartmentHeaded, department.value.id.0));
    }
    for contract in reader.find_many::<Contract>(&keys_of(Key::SupervisedBy))? {
        if contract.value.in_force_or_to_come(today) {
            let item = Item::new(Responsibility::ContractSupervised, contract.value.id.0);
            let worker_id = Some(contract.value.worker_id);
            add(of(contract.value.supervisor_id), Item { worker_id, ..item });
        }
    }
    for grant in reader.find_many::<Grant>(&keys(|user| Key::GrantsOf(Holder::User(user))))? {
        if let Holder::User(holder) = grant.value.holder {
            add(Some(holder), Item::new(Responsibility::PersonalGrant, grant.value.id.0));
        }
    }
    Ok(found)
}

/// Whether the caller may see a thing by itself.
pub fn may_see(authority: &Authority, item: &Item) -> bool {
    match item.kind {
        Responsibility::AreaOwned => authority.sees_area(AreaId(item.id)),
        Responsibility::FillerManaged => {
            authority.allow::<UserRead>().is_ok() || item.area_id.is_some_and(|area| authority.owns_area(area))
        }
        Responsibility::ObjectAssigned => {
            authority.allow::<ObjectAdminister>().is_ok() || authority.may_object(ObjectId(item.id), "read")
        }
        Responsibility::RoleManaged => authority.allow::<RoleRead>().is_ok(),
        Responsibility::DepartmentHeaded => true,
        Responsibility::ContractSupervised => {
            item.worker_id.is_some_and(|worker| authority.allow_worker::<HrContractsRead>(worker).is_ok())
        }
        Responsibility::PersonalGrant => authority.allow::<GrantRead>().is_ok(),
    }
}

/// How many of these things there are of each kind, in words; nothing of none.
pub fn counts<'i>(items: impl Iterator<Item = &'i Item> + Clone) -> String {
    let of = |kind: Responsibility| items.clone().filter(|item| item.kind == kind).count();
    let named = Responsibility::ALL.iter().map(|kind| (kind.plural(), of(*kind))).filter(|(_, count)| *count > 0);
    named.map(|(what, count)| format!("{what}: {count}")).collect::<Vec<_>>().join(", ")
}

/// Where a thing is.
pub fn path(item: &Item) -> String {
    let resource = match item.kind {
        Responsibility::AreaOwned => "areas",
        Responsibility::FillerManaged => "users",
        Responsibility::ObjectAssigned => "objects",
        Responsibility::RoleManaged => "roles",
        Responsibility::DepartmentHeaded => "departments",
        Responsibility::ContractSupervised => "contracts",
        Responsibility::PersonalGrant => "grants",
    };
    format!("/api/v1/{resource}/{}", item.id)
}

/// Refuses to let an account go that answers for something, personal grants aside (U-07).
///
/// # Errors
/// It does: each thing that the caller may see, the others as counts by kind.
pub fn refuse_any(work: &mut Work<'_, '_>, user: UserId) -> Result<(), Refusal> {
    let today = work.today;
    let mut items = inventory(&mut work.tx.reader(), user, today)?;
    items.retain(|item| item.kind != Responsibility::PersonalGrant);
    if items.is_empty() {
        return Ok(());
    }
    let mut detail = counts(items.iter());
    let (seen, hidden): (Vec<_>, Vec<_>) = items.iter().partition(|item| may_see(work.authority, item));
    if !hidden.is_empty() {
        detail = format!("{detail}; of these you may not see {}", counts(hidden.into_iter()));
    }
    let listed = seen.into_iter().take(LISTED).map(|item| FieldError {
        pointer: String::new(),
        code: item.kind.to_string(),
        detail: path(item),
    });
    let violation = Violation::new(code::USER_HAS_RESPONSIBILITIES, detail);
    Err(Problem::violations(&[violation]).errors(listed.collect()).into())
}
