//! A company in which searches have 10, 100, ... results: departments in departments, roles in roles.

use domain::change::Record;
use domain::grant::{Grant, GrantSource, Holder, Module, Scope, Target};
use domain::id::{ContractId, DepartmentId, GrantId, MembershipId, ModuleId, PositionId, RoleId, UserId, WorkerId};
use domain::organisation::{Contract, ContractState, ContractType, Department, Position};
use domain::role::{Member, Membership, Mode, Purpose, Role, Source};
use domain::user::{User, UserKind, UserState};
use domain::window::Window;
use domain::worker::{Worker, WorkerKind, WorkerState};

use super::id;

/// The module of its rights, and their one action.
pub const MODULE: &str = "crowd";
/// See [`MODULE`].
pub const ACTION: &str = "see";

/// So many people, of whom the first 10, 100, ... are together.
#[derive(Clone, Debug)]
pub struct Crowd {
    /// How many are together, the fewest first; the last are all.
    pub sizes: Vec<usize>,
}

/// The account of that number. The accounts after the people's are those that search for workers.
pub fn user_id(number: usize) -> UserId {
    UserId(id(21, number))
}

/// The worker of that number. On the workers after the people's it is searched for accounts.
pub fn worker_id(number: usize) -> WorkerId {
    WorkerId(id(22, number))
}

fn department_id(number: usize) -> DepartmentId {
    DepartmentId(id(23, number))
}

fn role_id(number: usize) -> RoleId {
    RoleId(id(24, number))
}

impl Crowd {
    /// The sizes from 10 to so many.
    pub fn up_to(people: usize) -> Self {
        let sizes = std::iter::successors(Some(10_usize), |size| size.checked_mul(10));
        Self { sizes: sizes.take_while(|size| *size <= people.max(10)).collect() }
    }

    /// How many people there are.
    pub fn people(&self) -> usize {
        self.sizes.last().copied().unwrap_or_default()
    }

    /// The account that may do it to so many workers as the size of that number says.
    pub fn seeker(&self, size: usize) -> UserId {
        user_id(self.people() + size)
    }

    /// The worker to whom so many accounts may do it.
    pub fn sought(&self, size: usize) -> WorkerId {
        worker_id(self.people() + size)
    }

    /// The smallest department or role that somebody is in.
    fn place(&self, number: usize) -> usize {
        self.sizes.iter().position(|size| number < *size).unwrap_or_default()
    }

    /// All records, each after those that it refers to.
    pub fn records(&self) -> impl Iterator<Item = Record> + '_ {
        let (people, sizes) = (self.people(), self.sizes.len());
        let module = Module {
            id: ModuleId(id(20, 0)),
            external_id: None,
            code: MODULE.into(),
            name: "Crowd".into(),
            active: true,
            target: Target::Worker,
            actions: vec![ACTION.into()],
            built_in: false,
        };
        let position = Position {
            id: PositionId(id(25, 0)),
            external_id: None,
            code: "anybody".into(),
            name: "Anybody".into(),
            window: Window::ALWAYS,
        };
        [module.into(), position.into()]
            .into_iter()
            // The largest is at the top, the next lies in it.
            .chain((0..sizes).rev().map(move |number| department(number, sizes)))
            .chain((0..people + sizes).map(user))
            .chain((0..people + sizes).map(worker))
            .chain((0..people).map(|number| contract(number, self.place(number))))
            .chain((0..sizes * 2).map(role))
            .chain((0..sizes.saturating_sub(1)).map(|number| member(number, number + 1, Member::Role(role_id(number)))))
            .chain((0..people).map(|number| member(1_000 + number, self.place(number), Member::User(user_id(number)))))
            .chain((0..sizes).map(move |number| {
                member(1_000 + people + number, sizes + number, Member::User(user_id(people + number)))
            }))
            .chain((0..sizes).flat_map(move |number| {
                let place = Scope::Department { id: department_id(number), include_subtree: true };
                let one = Scope::Worker { id: worker_id(people + number) };
                [grant(number, number, one), grant(sizes + number, sizes + number, place)]
            }))
    }
}

fn department(number: usize, of: usize) -> Record {
    Department {
        id: department_id(number),
        external_id: None,
        code: format!("crowd-{number}"),
        name: format!("Crowd {number}"),
        parent_id: (number + 1 < of).then(|| department_id(number + 1)),
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
        first_name: Some("First".into()),
        last_name: Some("Last".into()),
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

fn worker(number: usize) -> Record {
    Worker {
        id: worker_id(number),
        external_id: Some(format!("w{number}")),
        kind: WorkerKind::Employee,
        personal_number: format!("w{number}"),
        first_name: "First".into(),
        last_name: "Last".into(),
        birth_date: None,
        email: None,
        phone: None,
        state: WorkerState::Active,
        ever_closed: false,
        user_id: Some(user_id(number)),
        retain_until: None,
        links: vec![],
    }
    .into()
}

fn contract(number: usize, place: usize) -> Record {
    Contract {
        id: ContractId(id(26, number)),
        external_id: None,
        worker_id: worker_id(number),
        department_id: department_id(place),
        position_id: PositionId(id(25, 0)),
        contract_type: ContractType::Employment,
        workload_percent: 100,
        supervisor_id: None,
        state: ContractState::Signed,
        window: Window::ALWAYS,
    }
    .into()
}

fn role(number: usize) -> Record {
    Role {
        id: role_id(number),
        external_id: None,
        code: format!("crowd-{number}"),
        name: format!("Crowd {number}"),
        purpose: Purpose::Permission,
        mode: Mode::Manual,
        priority: 0,
        window: Window::ALWAYS,
        manager_ids: vec![],
        protected: false,
        note: None,
    }
    .into()
}

fn member(number: usize, role: usize, member: Member) -> Record {
    Membership {
        id: MembershipId(id(27, number)),
        external_id: None,
        role_id: role_id(role),
        member,
        source: Source::Manual,
        contract_id: None,
        rule_id: None,
        window: Window::ALWAYS,
    }
    .into()
}

fn grant(number: usize, role: usize, scope: Scope) -> Record {
    Grant {
        id: GrantId(id(28, number)),
        external_id: None,
        holder: Holder::Role(role_id(role)),
        module: MODULE.into(),
        scope,
        allow: vec![ACTION.into()],
        deny: vec![],
        source: GrantSource::Manual,
        template_id: None,
        window: Window::ALWAYS,
    }
    .into()
}
