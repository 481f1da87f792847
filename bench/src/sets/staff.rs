//! A large company's people as records: the employees by repetition, each with an account, and two hundred rules.

use chrono::NaiveDate;
use domain::change::Record;
use domain::id::{ContractId, DepartmentId, PositionId, RoleId, RoleRuleId, UserId, WorkerId};
use domain::organisation::{Contract, ContractState, ContractType, Department, Position};
use domain::role::{Mode, Purpose, Role, RoleRule, RuleDepartment};
use domain::user::{User, UserKind, UserState};
use domain::window::Window;
use domain::worker::{Worker, WorkerKind, WorkerState};
use tests::employees::{Sources, code, convert};
use uuid::Uuid;

use crate::sets::id;

/// So many rules.
const RULES: usize = 200;

/// The people, and what their roles follow from.
pub struct Staff {
    /// Departments of no tree.
    pub departments: Vec<Department>,
    /// Positions.
    pub positions: Vec<Position>,
    /// Accounts, one for each worker.
    pub users: Vec<User>,
    /// Workers, linked.
    pub workers: Vec<Worker>,
    /// Signed contracts, in the order of the workers.
    pub contracts: Vec<Contract>,
    /// Automatic roles, one for each rule.
    pub roles: Vec<Role>,
    /// Rules: one for each department and position, and more that fit nobody.
    pub rules: Vec<RoleRule>,
}

impl Staff {
    /// The employees of the files.
    pub fn of(sources: &Sources) -> Self {
        let titles = sources.different_titles();
        let department = |number: &str| sources.departments.iter().position(|(other, _)| other == number);
        let departments: Vec<Department> = sources
            .departments
            .iter()
            .enumerate()
            .map(|(number, (code, name))| Department {
                id: DepartmentId(id(2, number)),
                external_id: None,
                code: code.clone(),
                name: name.clone(),
                parent_id: None,
                head_id: None,
                linked_role_ids: vec![],
                window: Window::ALWAYS,
            })
            .collect();
        let positions: Vec<Position> = titles
            .iter()
            .enumerate()
            .map(|(number, title)| Position {
                id: PositionId(id(3, number)),
                external_id: None,
                code: code(title),
                name: (*title).to_owned(),
                window: Window::ALWAYS,
            })
            .collect();
        let users = (0..sources.employees.len()).map(user).collect();
        let workers = sources.employees.iter().enumerate().map(|(number, employee)| Worker {
            id: WorkerId(id(1, number)),
            external_id: None,
            kind: WorkerKind::Employee,
            personal_number: employee.number.clone(),
            first_name: employee.first_name.clone(),
            last_name: employee.last_name.clone(),
            birth_date: None,
            email: None,
            phone: None,
            state: WorkerState::Active,
            ever_closed: false,
            user_id: Some(UserId(id(0, number))),
            retain_until: None,
            links: vec![],
        });
        let numbers: std::collections::HashMap<&str, usize> =
            sources.employees.iter().enumerate().map(|(number, employee)| (employee.number.as_str(), number)).collect();
        let positions_by_code: std::collections::HashMap<String, usize> =
            titles.iter().enumerate().map(|(number, title)| (code(title), number)).collect();
        let converted = convert(sources, 0);
        let lines = converted.files.iter().filter(|file| file.kind == "contracts").flat_map(|file| file.body.lines());
        let contracts = lines.enumerate().filter_map(|(number, line)| {
            let fields: Vec<&str> = line.split(',').collect();
            let [_, worker, place, position, from, to, ..] = fields.as_slice() else { return None };
            let from: NaiveDate = from.parse().ok()?;
            Some(Contract {
                id: ContractId(id(4, number)),
                external_id: None,
                worker_id: WorkerId(id(1, *numbers.get(worker)?)),
                department_id: DepartmentId(id(2, department(place)?)),
                position_id: PositionId(id(3, *positions_by_code.get(*position)?)),
                contract_type: ContractType::Employment,
                workload_percent: 100,
                supervisor_id: None,
                state: ContractState::Signed,
                window: Window::new(Some(from), to.parse().ok()),
            })
        });
        let roles = (0..RULES).map(role).collect();
        let rules = (0..RULES).map(|number| rule(number, departments.len(), positions.len())).collect();
        Self { workers: workers.collect(), contracts: contracts.collect(), departments, positions, users, roles, rules }
    }

    /// Everything, each after what it refers to.
    pub fn records(self) -> impl Iterator<Item = Record> {
        let Self { departments, positions, users, workers, contracts, roles, rules } = self;
        departments
            .into_iter()
            .map(Record::from)
            .chain(positions.into_iter().map(Record::from))
            .chain(users.into_iter().map(Record::from))
            .chain(workers.into_iter().map(Record::from))
            .chain(contracts.into_iter().map(Record::from))
            .chain(roles.into_iter().map(Record::from))
            .chain(rules.into_iter().map(Record::from))
    }
}

fn user(number: usize) -> User {
    User {
        id: UserId(id(0, number)),
        external_id: None,
        kind: UserKind::Person,
        state: UserState::Active,
        login: Some(format!("e{number}")),
        first_name: Some("First".to_owned()),
        last_name: Some("Last".to_owned()),
        display_name: None,
        email: Some(format!("e{number}@example.com")),
        phone: None,
        language: None,
        time_zone: None,
        blocks: vec![],
        managed_in: vec![],
    }
}

fn role(number: usize) -> Role {
    Role {
        id: RoleId(id(5, number)),
        external_id: None,
        code: format!("auto-{number}"),
        name: format!("Automatic {number}"),
        purpose: Purpose::Permission,
        mode: Mode::Automatic,
        priority: 0,
        window: Window::ALWAYS,
        manager_ids: vec![],
        protected: false,
        note: None,
    }
}

/// One rule for each department and position; the others ask for contractors, of whom there are none.
fn rule(number: usize, departments: usize, positions: usize) -> RoleRule {
    let (at, position) = (number % departments.max(1), number / departments.max(1) % positions.max(1));
    let first = number < departments * positions;
    RoleRule {
        id: RoleRuleId(id(6, number)),
        external_id: None,
        role_id: RoleId(id(5, number)),
        departments: vec![RuleDepartment { id: DepartmentId(id(2, at)), include_subtree: true }],
        position_ids: vec![PositionId(id(3, position))],
        contract_types: vec![],
        worker_kinds: if first { vec![] } else { vec![WorkerKind::Contractor] },
        head_of: vec![],
        all_workers: false,
        department_link: false,
        window: Window::ALWAYS,
    }
}

/// An id for a membership.
pub fn membership(number: usize) -> Uuid {
    id(7, number)
}
