//! Why a worker can't get at something: the checks of a helper, in the order in which a helper makes them.

use chrono::NaiveDate;

use crate::named_values;
use crate::user::{BlockCause, UserState};

named_values! {
    /// One check.
    pub enum Check {
        /// Is the folder linked to an account?
        Linked = "linked",
        /// May the account be used?
        AccountState = "account_state",
        /// Is a contract in force?
        Contracts = "contracts",
        /// Does a department's link or a rule give that contract a role?
        DepartmentRoles = "department_roles",
        /// Are the automatic memberships in step?
        RoleSync = "role_sync",
        /// Who helps when all else is right.
        AskSystemAdministrator = "ask_system_administrator",
    }
}

named_values! {
    /// What a check found wrong.
    pub enum Finding {
        /// No account.
        NotLinked = "not_linked",
        /// The invitation was not accepted yet.
        Invited = "invited",
        /// Blocked by somebody or for a security reason.
        Blocked = "blocked",
        /// Blocked until its release.
        AwaitingRelease = "awaiting_release",
        /// In the trash, or forgotten.
        Deleted = "deleted",
        /// The folder is closed.
        FolderClosed = "folder_closed",
        /// The contract begins later.
        ContractToCome = "contract_to_come",
        /// No contract is in force or to come.
        NoContract = "no_contract",
        /// Neither link nor rule fits a contract in force.
        NoRole = "no_role",
        /// A sync would change something now.
        OutOfStep = "out_of_step",
    }
}

named_values! {
    /// What helps.
    pub enum Remedy {
        /// Link the folder to an account, or make one.
        LinkAccount = "link_account",
        /// Send the invitation anew.
        Invite = "invite",
        /// Lift the block.
        Unblock = "unblock",
        /// Release the account.
        Release = "release",
        /// Take the account out of the trash.
        Restore = "restore",
        /// Open the folder again.
        Reopen = "reopen",
        /// Wait for the first day.
        Wait = "wait",
        /// Make a contract and sign it.
        SignContract = "sign_contract",
        /// Link a role to the department, or make a rule.
        LinkRole = "link_role",
        /// Bring the memberships in step.
        SyncRoles = "sync_roles",
        /// Ask a system administrator.
        AskSystemAdministrator = "ask_system_administrator",
    }
}

impl Finding {
    /// What it is, in a sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Finding::NotLinked => "The folder is linked to no account, so its contracts give nobody a right.",
            Finding::Invited => "The invitation was not accepted yet, so the account can't be used.",
            Finding::Blocked => "The account is blocked.",
            Finding::AwaitingRelease => "The account is new and waits for its release.",
            Finding::Deleted => "The account is in the trash.",
            Finding::FolderClosed => "The folder is closed, and no contract is in force or to come.",
            Finding::ContractToCome => "No contract is in force yet; the next one is to come.",
            Finding::NoContract => "No contract is in force or to come, so no role follows from one.",
            Finding::NoRole => {
                "No role follows from where the contracts in force are: neither by a department's link nor by a rule, but for what all workers get."
            }
            Finding::OutOfStep => "The automatic memberships differ from what contracts and rules say.",
        }
    }

    /// What helps.
    pub const fn remedy(self) -> Remedy {
        match self {
            Finding::NotLinked => Remedy::LinkAccount,
            Finding::Invited => Remedy::Invite,
            Finding::Blocked => Remedy::Unblock,
            Finding::AwaitingRelease => Remedy::Release,
            Finding::Deleted => Remedy::Restore,
            Finding::FolderClosed => Remedy::Reopen,
            Finding::ContractToCome => Remedy::Wait,
            Finding::NoContract => Remedy::SignContract,
            Finding::NoRole => Remedy::LinkRole,
            Finding::OutOfStep => Remedy::SyncRoles,
        }
    }
}

impl Remedy {
    /// What to do, in a sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Remedy::LinkAccount => "Link the folder to a free account, or make one for it.",
            Remedy::Invite => "Send the invitation anew and have the person accept it.",
            Remedy::Unblock => "Find out why it was blocked, then lift the block.",
            Remedy::Release => "Release the account.",
            Remedy::Restore => "Take the account out of the trash and unblock it, or link another one.",
            Remedy::Reopen => "Open the folder again, then make a contract and sign it.",
            Remedy::Wait => "Wait for the first day, or let the contract begin earlier.",
            Remedy::SignContract => "Make a contract and sign it.",
            Remedy::LinkRole => "Link a role to the department, or make a rule that fits the contract.",
            Remedy::SyncRoles => "Update the worker's rights.",
            Remedy::AskSystemAdministrator => "Ask a system administrator to look at the grants of the worker's roles.",
        }
    }
}

/// What is known of a worker who can't get at something.
#[derive(Clone, Debug)]
pub struct Case<'c> {
    /// Where the linked account stands; `None` when there is none.
    pub account: Option<UserState>,
    /// Why it is blocked.
    pub causes: &'c [BlockCause],
    /// Whether the folder is closed.
    pub closed: bool,
    /// How many contracts are in force today.
    pub in_force: usize,
    /// The first day of the next one.
    pub next: Option<NaiveDate>,
    /// How many roles follow from those in force by links and rules.
    pub roles: usize,
    /// How many memberships a sync would change now.
    pub out_of_step: usize,
}

impl Case<'_> {
    /// What a check finds wrong; `None` when it is right.
    pub fn finding(&self, check: Check) -> Option<Finding> {
        match check {
            Check::Linked => self.account.is_none().then_some(Finding::NotLinked),
            Check::AccountState => self.account.and_then(|state| self.state(state)),
            Check::Contracts => match (self.in_force, self.next, self.closed) {
                (0, Some(_), _) => Some(Finding::ContractToCome),
                (0, None, true) => Some(Finding::FolderClosed),
                (0, None, false) => Some(Finding::NoContract),
                _ => None,
            },
            Check::DepartmentRoles => (self.in_force > 0 && self.roles == 0).then_some(Finding::NoRole),
            Check::RoleSync => (self.out_of_step > 0).then_some(Finding::OutOfStep),
            Check::AskSystemAdministrator => None,
        }
    }

    fn state(&self, state: UserState) -> Option<Finding> {
        match state {
            UserState::Active => None,
            UserState::Invited => Some(Finding::Invited),
            UserState::Deleted | UserState::Forgotten => Some(Finding::Deleted),
            // Its release comes first: without it nothing else helps.
            UserState::Blocked if self.causes.contains(&BlockCause::AwaitingRelease) => Some(Finding::AwaitingRelease),
            UserState::Blocked => Some(Finding::Blocked),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn right() -> Case<'static> {
        Case {
            account: Some(UserState::Active),
            causes: &[],
            closed: false,
            in_force: 1,
            next: None,
            roles: 1,
            out_of_step: 0,
        }
    }

    fn found(case: &Case<'_>) -> Vec<(Check, Finding)> {
        Check::ALL.iter().filter_map(|check| case.finding(*check).map(|finding| (*check, finding))).collect()
    }

    #[test]
    fn a_case_without_a_fault_passes_every_check() {
        //
        assert_eq!(found(&right()), []);
    }

    #[test]
    fn each_fault_is_found_by_its_check() {
        //
        let day = "2026-07-01".parse().ok();
        let blocked = &[BlockCause::Security];
        let both = &[BlockCause::AwaitingRelease, BlockCause::Administrator];
        let state = |state| Case { account: Some(state), ..right() };
        for (case, check, finding) in [
            (Case { account: None, ..right() }, Check::Linked, Finding::NotLinked),
            (state(UserState::Invited), Check::AccountState, Finding::Invited),
            (state(UserState::Deleted), Check::AccountState, Finding::Deleted),
            (Case { causes: blocked, ..state(UserState::Blocked) }, Check::AccountState, Finding::Blocked),
            (Case { causes: both, ..state(UserState::Blocked) }, Check::AccountState, Finding::AwaitingRelease),
            (Case { in_force: 0, next: day, ..right() }, Check::Contracts, Finding::ContractToCome),
            (Case { in_force: 0, closed: true, ..right() }, Check::Contracts, Finding::FolderClosed),
            (Case { in_force: 0, ..right() }, Check::Contracts, Finding::NoContract),
            (Case { roles: 0, ..right() }, Check::DepartmentRoles, Finding::NoRole),
            (Case { out_of_step: 2, ..right() }, Check::RoleSync, Finding::OutOfStep),
        ] {
            assert_eq!(found(&case), [(check, finding)]);
        }
    }
}
