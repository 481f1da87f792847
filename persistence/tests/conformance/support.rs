//! Records to try things with.

use chrono::{DateTime, NaiveDate, Utc};
use domain::grant::{
    Grant, GrantSource, Holder, Module, Object, ObjectState, ObjectType, Scope, Target, Template, TemplateRight,
};

use domain::area::{Area, AreaClass, AreaKind, AreaState, MarkMode, MarkPattern, Notice, ProtectionRule, Reset};
use domain::id::UserId;
use domain::notification::{Delivery, NotificationSubscription};
use domain::organisation::{Contract, ContractState, ContractType, Department, Position};
use domain::qualification::Qualification;
use domain::role::{Member, Membership, Mode, Purpose, Role, RoleRule, Source};
use domain::token::ApiToken;
use domain::user::{User, UserKind, UserState};
use domain::wage::{Limits, WageMode, WageOffer, WageType};
use domain::window::Window;
use domain::worker::{Worker, WorkerKind, WorkerState};
use persistence::{
    Actor, Author, ListQuery, OperationState, Sort, Store, StoreError, Stored, Table, Tx, Value, Written,
};
use uuid::Uuid;

pub const OPERATOR: Author = Author::new(Actor::Operator);

pub fn new_id<T: From<Uuid>>() -> T {
    Uuid::now_v7().into()
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub fn year() -> Window {
    Window::new(Some(day("2026-01-01")), Some(day("2026-12-31")))
}

/// A write by the operator.
pub fn write<T>(store: &Store, f: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError>) -> Result<Written<T>, StoreError> {
    store.write(&OPERATOR, f)
}

/// Creates one record.
pub fn create<T: Table>(store: &Store, value: &T) -> Written<()> {
    write(store, |tx| tx.create(value.clone())).unwrap()
}

/// Ends an operation as whoever has it does.
pub fn finish(store: &Store, id: Uuid, state: OperationState) -> Written<bool> {
    let operation = store.read(|reader| reader.operation(id)).unwrap().unwrap();
    let written = write(store, |tx| tx.finish_operation(&operation, state, None)).unwrap();
    assert!(written.value);
    written
}

pub fn somebody(store: &Store) -> UserId {
    let user = user(&new_id::<Uuid>().to_string());
    create(store, &user);
    user.id
}

/// Reads with whatever reader there is.
macro_rules! read {
    ($store:expr, $method:ident($($argument:expr),*)) => {
        $store.read(|reader| reader.$method($($argument),*)).unwrap()
    };
}
pub(crate) use read;

pub fn get<T: Table>(store: &Store, id: impl Into<Uuid>) -> Option<Stored<T>> {
    store.read(|reader| reader.get::<T>(id.into())).unwrap()
}

pub fn user(login: &str) -> User {
    User {
        id: new_id(),
        external_id: None,
        kind: UserKind::Person,
        state: UserState::Active,
        login: Some(login.into()),
        first_name: Some("Ada".into()),
        last_name: Some("Byron".into()),
        display_name: None,
        email: Some(format!("{login}@example.org")),
        phone: None,
        language: None,
        time_zone: None,
        blocks: vec![],
        managed_in: vec![],
    }
}

pub fn worker(number: &str) -> Worker {
    Worker {
        id: new_id(),
        external_id: None,
        kind: WorkerKind::Employee,
        personal_number: number.into(),
        first_name: "Jana".into(),
        last_name: "Nováková".into(),
        birth_date: None,
        email: None,
        phone: None,
        state: WorkerState::Active,
        ever_closed: false,
        user_id: None,
        retain_until: None,
        links: vec![],
    }
}

pub fn department(code: &str) -> Department {
    Department {
        id: new_id(),
        external_id: None,
        code: code.into(),
        name: format!("Department {code}"),
        parent_id: None,
        head_id: None,
        linked_role_ids: vec![],
        window: Window::ALWAYS,
    }
}

pub fn position(code: &str) -> Position {
    Position {
        id: new_id(),
        external_id: None,
        code: code.into(),
        name: format!("Position {code}"),
        window: Window::ALWAYS,
    }
}

pub fn subscription(role: &Role) -> NotificationSubscription {
    NotificationSubscription {
        id: new_id(),
        external_id: None,
        role_id: role.id,
        kind: "account_blocked".into(),
        user_id: None,
        delivery: Delivery::Immediate,
    }
}

pub fn qualification(user: &User) -> Qualification {
    Qualification {
        id: new_id(),
        external_id: None,
        user_id: user.id,
        name: "Welding".into(),
        issuer: None,
        evidence: None,
        window: Window::ALWAYS,
        retain_until: None,
    }
}

pub fn contract(worker: &Worker, department: &Department, position: &Position) -> Contract {
    Contract {
        id: new_id(),
        external_id: None,
        worker_id: worker.id,
        department_id: department.id,
        position_id: position.id,
        contract_type: ContractType::Employment,
        workload_percent: 100,
        supervisor_id: None,
        state: ContractState::Signed,
        window: Window::ALWAYS,
    }
}

pub fn role(code: &str) -> Role {
    Role {
        id: new_id(),
        external_id: None,
        code: code.into(),
        name: format!("Role {code}"),
        purpose: Purpose::Permission,
        mode: Mode::Manual,
        priority: 0,
        window: Window::ALWAYS,
        manager_ids: vec![],
        protected: false,
        note: None,
    }
}

pub fn rule(role: &Role) -> RoleRule {
    RoleRule {
        id: new_id(),
        external_id: None,
        role_id: role.id,
        departments: vec![],
        position_ids: vec![],
        contract_types: vec![],
        worker_kinds: vec![],
        head_of: vec![],
        all_workers: true,
        department_link: false,
        window: Window::ALWAYS,
    }
}

pub fn membership(role: &Role, member: Member) -> Membership {
    Membership {
        id: new_id(),
        external_id: None,
        role_id: role.id,
        member,
        source: Source::Manual,
        contract_id: None,
        rule_id: None,
        window: Window::ALWAYS,
    }
}

pub fn module(code: &str) -> Module {
    Module {
        id: new_id(),
        external_id: None,
        code: code.into(),
        name: format!("Module {code}"),
        active: true,
        target: Target::Object,
        actions: vec!["read".into()],
        built_in: false,
    }
}

pub fn object_type(code: &str, module: &Module) -> ObjectType {
    ObjectType {
        id: new_id(),
        external_id: None,
        code: code.into(),
        name: format!("Type {code}"),
        module: module.code.clone(),
        built_in: false,
    }
}

pub fn object(title: &str, object_type: &ObjectType) -> Object {
    Object {
        id: new_id(),
        external_id: None,
        object_type: object_type.code.clone(),
        title: title.into(),
        state: ObjectState::Open,
        department_id: None,
        author_id: None,
        assignee_id: None,
        team_ids: vec![],
        area_id: None,
        mark: None,
        unique_mark: false,
    }
}

pub fn area(name: &str, owner: &User, processor: &Role) -> Area {
    Area {
        id: new_id(),
        external_id: None,
        kind: AreaKind::Area,
        name: name.into(),
        mark: None,
        parent_id: None,
        owner_id: owner.id,
        processor_ids: vec![processor.id],
        reader_ids: vec![],
        class: AreaClass::Normal,
        state: AreaState::Active,
        allowed_external_administrator_ids: vec![],
    }
}

pub fn mark_pattern(object_type: &ObjectType) -> MarkPattern {
    MarkPattern {
        id: new_id(),
        external_id: None,
        area_id: None,
        area_kind: None,
        object_type: object_type.code.clone(),
        pattern: "{counter}".into(),
        reset: Reset::Never,
        mode: MarkMode::Fixed,
        unique: true,
    }
}

pub fn protection_rule(role: &Role) -> ProtectionRule {
    ProtectionRule {
        id: new_id(),
        external_id: None,
        name: "Executives".into(),
        class: Some(AreaClass::PersonalFolders),
        module: None,
        role_ids: vec![role.id],
        position_ids: vec![],
    }
}

pub fn template(department: &Department, role: &Role, object_type: &ObjectType) -> Template {
    let right = TemplateRight { object_type: object_type.code.clone(), role_id: role.id, allow: vec!["read".into()] };
    Template {
        id: new_id(),
        external_id: None,
        name: "Usual".into(),
        department_ids: vec![department.id],
        rights: vec![right],
    }
}

pub fn wage_type(code: &str) -> WageType {
    WageType {
        id: new_id(),
        external_id: None,
        code: code.into(),
        name: format!("Wage type {code}"),
        unit: "hour".into(),
        request_group: 1,
    }
}

pub fn wage_offer(holder: Holder, wage_type: &WageType) -> WageOffer {
    WageOffer {
        id: new_id(),
        external_id: None,
        holder,
        wage_type_id: wage_type.id,
        own: false,
        mode: WageMode::Record,
        limits: Limits::NONE,
        window: Window::ALWAYS,
    }
}

pub fn notice(object: &Object, area: &Area, author: &User) -> Notice {
    Notice {
        id: new_id(),
        object_id: object.id,
        area_id: area.id,
        author_id: author.id,
        recipient_id: area.owner_id,
        text: "Please\nlook".into(),
    }
}

pub fn grant(holder: Holder, module: &Module, scope: Scope) -> Grant {
    Grant {
        id: new_id(),
        external_id: None,
        holder,
        module: module.code.clone(),
        scope,
        allow: vec!["read".into()],
        deny: vec![],
        source: GrantSource::Manual,
        template_id: None,
        window: Window::ALWAYS,
    }
}

pub fn api_token(user: &User) -> ApiToken {
    ApiToken { id: new_id(), user_id: user.id, name: "ERP".into(), scopes: None, expires_at: None, created_by: None }
}

/// The value of a record in a column by which lists can be sorted.
pub fn value_of<T: Table>(stored: &Stored<T>, column: &'static str) -> Option<Value> {
    let query = ListQuery { sort: vec![Sort { column, descending: false }], ..ListQuery::default() };
    query.cursor(stored).ok()?.into_iter().next()
}
