//! What an account can answer for (L-01).

use super::Capability;
use crate::named_values;

named_values! {
    /// Something that somebody has to take over before the account can go (U-07, L-01).
    pub enum Responsibility {
        /// It owns an area.
        AreaOwned = "area_owned",
        /// It owns an area in which an external filler is managed (U-12).
        FillerManaged = "filler_managed",
        /// An open object is assigned to it.
        ObjectAssigned = "object_assigned",
        /// It manages a role.
        RoleManaged = "role_managed",
        /// Its worker heads a department.
        DepartmentHeaded = "department_headed",
        /// Its worker supervises a contract that is in force or to come.
        ContractSupervised = "contract_supervised",
        /// It holds a grant in person, which ends with the account.
        PersonalGrant = "personal_grant",
    }
}

impl Responsibility {
    /// Whether it is borne through the linked worker.
    pub const fn needs_worker(self) -> bool {
        matches!(self, Responsibility::DepartmentHeaded | Responsibility::ContractSupervised)
    }

    /// What somebody has to be able to do who bears it (U-10).
    pub const fn capability(self) -> Capability {
        match self {
            Responsibility::AreaOwned | Responsibility::FillerManaged => Capability::OwnArea,
            _ => Capability::BearTask,
        }
    }

    /// Several of them, for messages.
    pub const fn plural(self) -> &'static str {
        match self {
            Responsibility::AreaOwned => "areas owned",
            Responsibility::FillerManaged => "fillers managed",
            Responsibility::ObjectAssigned => "open objects assigned",
            Responsibility::RoleManaged => "roles managed",
            Responsibility::DepartmentHeaded => "departments headed",
            Responsibility::ContractSupervised => "contracts supervised",
            Responsibility::PersonalGrant => "personal grants",
        }
    }
}
