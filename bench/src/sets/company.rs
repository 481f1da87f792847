//! A company with nested roles, windows, priorities and departments.

use chrono::NaiveDate;
use domain::change::Record;
use domain::grant::{Grant, GrantSource, Holder, Module, Scope, Target};
use domain::id::{ContractId, DepartmentId, GrantId, MembershipId, ModuleId, PositionId, RoleId, UserId, WorkerId};
use domain::organisation::{Contract, ContractState, ContractType, Department, Position};
use domain::role::{Member, Membership, Mode, Purpose, Role, Source};
use domain::user::{User, UserKind, UserState};
use domain::window::{Window, day_number};
use domain::worker::{Worker, WorkerKind, WorkerState};

use super::{Asked, Target as AskedTarget, id};
use crate::runs::Chance;

/// The module that its roles give rights in.
pub const MODULE: &str = "care";

const ACTIONS: [&str; 8] = ["approve", "check", "close", "edit", "plan", "read", "record", "report"];

/// How large a company is.
#[derive(Clone, Copy, Debug)]
pub struct Company {
    /// Accounts; each is linked to the worker of the same number.
    pub users: usize,
    /// Workers.
    pub workers: usize,
    /// Whether workers have contracts: nineteen for twelve workers.
    pub contracts: bool,
    /// Departments.
    pub departments: usize,
    /// Roles.
    pub roles: usize,
    /// Roles of each user.
    pub roles_per_user: usize,
    /// Grants to users, each over one worker.
    pub personal_grants: usize,
}

/// The id of the user of that number.
pub fn user_id(number: usize) -> UserId {
    UserId(id(11, number))
}

/// The id of the worker of that number.
pub fn worker_id(number: usize) -> WorkerId {
    WorkerId(id(12, number))
}

fn role_id(number: usize) -> RoleId {
    RoleId(id(14, number))
}

fn department_id(number: usize) -> DepartmentId {
    DepartmentId(id(13, number))
}

fn day(year: i32) -> Option<NaiveDate> {
    NaiveDate::from_yo_opt(year, 1)
}

impl Company {
    /// All records, each after those that it refers to.
    pub fn records(self) -> impl Iterator<Item = Record> {
        let module = Module {
            id: ModuleId(id(10, 0)),
            external_id: None,
            code: MODULE.into(),
            name: "Care".into(),
            active: true,
            target: Target::Worker,
            actions: ACTIONS.map(str::to_owned).to_vec(),
            built_in: false,
        };
        let position = Position {
            id: PositionId(id(15, 0)),
            external_id: None,
            code: "position".into(),
            name: "Position".into(),
            window: Window::ALWAYS,
        };
        [module.into(), position.into()]
            .into_iter()
            .chain((0..self.departments).map(department))
            .chain((0..self.users).map(user))
            .chain((0..self.workers).map(move |number| self.worker(number)))
            .chain((0..self.workers).flat_map(move |number| self.contracts_of(number)))
            .chain((0..self.roles).map(role))
            .chain((4..self.roles).map(nesting))
            .chain((0..self.roles).flat_map(move |number| self.grants_of(number)))
            .chain((0..self.users).flat_map(move |number| self.memberships_of(number)))
            .chain((0..self.personal_grants).map(move |number| self.personal_grant(number)))
    }

    /// So many questions: any user, any worker, any action, any day of 2026.
    pub fn questions(self, count: usize, seed: u64) -> Vec<Asked> {
        let mut chance = Chance::new(seed);
        let first = NaiveDate::from_yo_opt(2026, 1).map_or(0, day_number);
        (0..count)
            .map(|_| Asked {
                user: user_id(chance.below(self.users)),
                module: MODULE,
                action: ACTIONS.get(chance.below(ACTIONS.len())).copied().unwrap_or_default(),
                target: AskedTarget::Worker(worker_id(chance.below(self.workers))),
                day: first + i32::try_from(chance.below(365)).unwrap_or(0),
            })
            .collect()
    }

    fn worker(self, number: usize) -> Record {
        Worker {
            id: worker_id(number),
            external_id: Some(format!("w{number}")),
            kind: WorkerKind::Employee,
            personal_number: format!("w{number}"),
            first_name: format!("First{}", number % 1_009),
            last_name: format!("Last{}", number % 10_007),
            birth_date: None,
            email: None,
            phone: None,
            state: WorkerState::Active,
            ever_closed: false,
            user_id: (number < self.users).then(|| user_id(number)),
            retain_until: None,
            links: vec![],
        }
        .into()
    }

    /// One contract, or one after the other: seven workers of twelve have two.
    fn contracts_of(self, number: usize) -> Vec<Record> {
        let mut chance = Chance::new(number as u64);
        let contract = |at: usize, department: usize, window: Window| {
            Contract {
                id: ContractId(id(16, number * 2 + at)),
                external_id: None,
                worker_id: worker_id(number),
                department_id: department_id(department),
                position_id: PositionId(id(15, 0)),
                contract_type: ContractType::Employment,
                workload_percent: 100,
                supervisor_id: None,
                state: ContractState::Signed,
                window,
            }
            .into()
        };
        let (one, other) = (chance.below(self.departments), chance.below(self.departments));
        match (self.contracts, number % 12 < 7) {
            (false, _) => vec![],
            (true, false) => vec![contract(0, one, Window::new(day(2020), None))],
            (true, true) => vec![
                contract(0, one, Window::new(day(2020), NaiveDate::from_ymd_opt(2026, 3, 31))),
                contract(1, other, Window::new(NaiveDate::from_ymd_opt(2026, 4, 1), None)),
            ],
        }
    }

    /// Two grants over departments, one of them with all below it. Of ten roles one denies.
    fn grants_of(self, number: usize) -> [Record; 2] {
        let mut chance = Chance::new(number as u64 + 1_000_000);
        let mut action = || ACTIONS.get(chance.below(ACTIONS.len())).copied().unwrap_or_default().to_owned();
        let sorted = |mut actions: Vec<String>| {
            actions.sort_unstable();
            actions.dedup();
            actions
        };
        let (several, one) = (sorted(vec![action(), action(), action()]), vec![action()]);
        let grant = |at: usize, department: usize, include_subtree: bool, allow, deny| {
            Grant {
                id: GrantId(id(18, number * 2 + at)),
                external_id: None,
                holder: Holder::Role(role_id(number)),
                module: MODULE.into(),
                scope: Scope::Department { id: department_id(department), include_subtree },
                allow,
                deny,
                source: GrantSource::Manual,
                template_id: None,
                window: if number.is_multiple_of(7) { Window::new(day(2026), day(2027)) } else { Window::ALWAYS },
            }
            .into()
        };
        let (wide, narrow) = (chance.below(self.departments / 4), chance.below(self.departments));
        let (allow, deny) = if number.is_multiple_of(10) { (vec![], one) } else { (one, vec![]) };
        [grant(0, wide, true, several, vec![]), grant(1, narrow, false, allow, deny)]
    }

    fn memberships_of(self, number: usize) -> Vec<Record> {
        let mut chance = Chance::new(number as u64 + 2_000_000);
        let step = self.roles / self.roles_per_user.max(1);
        (0..self.roles_per_user)
            // Each role of its own part of all roles, so that none comes twice.
            .map(|at| {
                let role = at * step + chance.below(step);
                let window = if chance.below(4) == 0 { Window::new(day(2025), day(2027)) } else { Window::ALWAYS };
                let place = number * self.roles_per_user + at;
                membership(id(19, place), role, Member::User(user_id(number)), window)
            })
            .collect()
    }

    fn personal_grant(self, number: usize) -> Record {
        let mut chance = Chance::new(number as u64 + 3_000_000);
        Grant {
            id: GrantId(id(20, number)),
            external_id: None,
            holder: Holder::User(user_id(number % self.users)),
            module: MODULE.into(),
            scope: Scope::Worker { id: worker_id(chance.below(self.workers)) },
            allow: vec!["read".into()],
            deny: vec![],
            source: GrantSource::Manual,
            template_id: None,
            window: Window::ALWAYS,
        }
        .into()
    }
}

/// Departments in a tree, six below each.
fn department(number: usize) -> Record {
    Department {
        id: department_id(number),
        external_id: None,
        code: format!("d{number}"),
        name: format!("Department {number}"),
        parent_id: number.checked_sub(1).map(|before| department_id(before / 6)),
        head_id: None,
        linked_role_ids: vec![],
        window: Window::ALWAYS,
    }
    .into()
}

fn user(number: usize) -> Record {
    User {
        id: user_id(number),
        external_id: Some(format!("u{number}")),
        kind: UserKind::Person,
        state: UserState::Active,
        login: Some(format!("u{number}")),
        first_name: Some(format!("First{}", number % 1_009)),
        last_name: Some(format!("Last{}", number % 10_007)),
        display_name: None,
        email: None,
        phone: None,
        language: None,
        time_zone: None,
        blocks: vec![],
        managed_in: vec![],
    }
    .into()
}

fn role(number: usize) -> Record {
    Role {
        id: role_id(number),
        external_id: None,
        code: format!("r{number}"),
        name: format!("Role {number}"),
        purpose: Purpose::Permission,
        mode: Mode::Manual,
        priority: i32::try_from(number % 4).unwrap_or(0),
        window: if number.is_multiple_of(5) { Window::new(day(2025), day(2028)) } else { Window::ALWAYS },
        manager_ids: vec![],
        protected: false,
        note: None,
    }
    .into()
}

/// Each role is a member of another, up to five deep.
fn nesting(number: usize) -> Record {
    let window = if number.is_multiple_of(3) { Window::new(day(2024), day(2028)) } else { Window::ALWAYS };
    membership(id(17, number), number / 4, Member::Role(role_id(number)), window)
}

fn membership(id: uuid::Uuid, role: usize, member: Member, window: Window) -> Record {
    Membership {
        id: MembershipId(id),
        external_id: None,
        role_id: role_id(role),
        member,
        source: Source::Manual,
        contract_id: None,
        rule_id: None,
        window,
    }
    .into()
}
