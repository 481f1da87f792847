//! What an account answers for (L-01), and why it can't go while it does (U-07).

use chrono::NaiveDate;
use domain::grant::{Grant, Holder, Object, ObjectState};
use domain::id::{Kind, ObjectId, UserId, WorkerId};
use domain::organisation::{Contract, Department};
use domain::role::Role;
use domain::rule::{Violation, code};
use domain::user::Responsibility;
use domain::worker::Worker;
use persistence::{Key, Reader};
use uuid::Uuid;

use crate::commands::mirrored::mirrored;
use crate::commands::{Refusal, Work};
use crate::http::problem::{FieldError, Problem};
use crate::rights::{Authority, GrantRead, HrContractsRead, ObjectAdminister, RoleRead};

/// Most things that a refusal lists.
pub const LISTED: usize = 1_000;

mirrored! {
    /// What an account can answer for: an open object is assigned to it; it manages a role; its worker heads a
    /// department or supervises a contract; it holds a grant in person.
    ResponsibilityName is Responsibility {
        ObjectAssigned = "object_assigned", RoleManaged = "role_managed", DepartmentHeaded = "department_headed",
        ContractSupervised = "contract_supervised", PersonalGrant = "personal_grant",
    }
}

/// One thing that an account answers for.
pub struct Item {
    /// What sort.
    pub kind: Responsibility,
    /// The object, role, department, contract or grant.
    pub id: Uuid,
    /// Whose contract it is, of contracts.
    pub worker_id: Option<WorkerId>,
}

/// All that an account answers for, of what exists by now (L-01): open objects assigned, roles managed, departments
/// headed and contracts supervised through the linked worker, in force or to come, and personal grants.
///
/// # Errors
/// The database can't be read.
pub fn inventory(reader: &mut Reader<'_>, user: UserId, today: NaiveDate) -> Result<Vec<Item>, Refusal> {
    let mut items = Vec::new();
    let mut add = |kind, id, worker_id| items.push(Item { kind, id, worker_id });
    for object in reader.find::<Object>(&Key::AssignedTo(user))? {
        if object.value.state == ObjectState::Open {
            add(Responsibility::ObjectAssigned, object.value.id.0, None);
        }
    }
    for role in reader.find::<Role>(&Key::All(Kind::Role))? {
        if role.value.manager_ids.contains(&user) {
            add(Responsibility::RoleManaged, role.value.id.0, None);
        }
    }
    for worker in reader.find::<Worker>(&Key::WorkerOfUser(user))? {
        for department in reader.find::<Department>(&Key::HeadedBy(worker.value.id))? {
            add(Responsibility::DepartmentHeaded, department.value.id.0, None);
        }
        for contract in reader.find::<Contract>(&Key::SupervisedBy(worker.value.id))? {
            if contract.value.in_force_or_to_come(today) {
                add(Responsibility::ContractSupervised, contract.value.id.0, Some(contract.value.worker_id));
            }
        }
    }
    for grant in reader.find::<Grant>(&Key::GrantsOf(Holder::User(user)))? {
        add(Responsibility::PersonalGrant, grant.value.id.0, None);
    }
    Ok(items)
}

/// Whether the caller may see a thing by itself.
pub fn may_see(authority: &Authority, item: &Item) -> bool {
    match item.kind {
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
