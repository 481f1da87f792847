//! What an account answers for (L-01), and why it can't go while it does (U-07).

use chrono::NaiveDate;
use domain::grant::{Grant, Holder, Object, ObjectState};
use domain::id::{Kind, UserId, WorkerId};
use domain::organisation::{Contract, Department};
use domain::role::Role;
use domain::rule::{Violation, code};
use domain::user::Responsibility;
use domain::worker::Worker;
use persistence::{Key, Reader};
use uuid::Uuid;

use crate::commands::{Refusal, Work};

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

/// Refuses to let an account go that answers for something, personal grants aside (U-07).
///
/// # Errors
/// It does; the counts by kind.
pub fn refuse_any(work: &mut Work<'_, '_>, user: UserId) -> Result<(), Refusal> {
    let today = work.today;
    let items = inventory(&mut work.tx.reader(), user, today)?;
    let named: Vec<_> = Responsibility::ALL
        .iter()
        .filter(|kind| **kind != Responsibility::PersonalGrant)
        .map(|kind| (kind.plural(), items.iter().filter(|item| item.kind == *kind).count()))
        .filter(|(_, count)| *count > 0)
        .map(|(what, count)| format!("{what}: {count}"))
        .collect();
    if named.is_empty() {
        return Ok(());
    }
    Err(Violation::new(code::USER_HAS_RESPONSIBILITIES, named.join(", ")).into())
}
