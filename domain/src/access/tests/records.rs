//! Short ways to make records.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::area::{Area, AreaClass, AreaKind, AreaState, ProtectionRule};
use crate::grant::{Grant, GrantSource, Holder, Module, Object, ObjectState, ObjectType, Scope, Target};
use crate::id::{
    AreaId, ContractId, DepartmentId, GrantId, Kind, MembershipId, ModuleId, ObjectId, ObjectTypeId, PositionId,
    ProtectionRuleId, RoleId, SettingId, UserId, WageOfferId, WageTypeId, WorkerId,
};
use crate::organisation::{Contract, ContractState, ContractType, Department};
use crate::role::{Member, Membership, Mode, Purpose, Role, Source};
use crate::setting::{CLOSE_OWN_REQUESTS, Setting};
use crate::user::{User, UserKind, UserState};
use crate::wage::{Limits, WageMode, WageOffer, WageType};
use crate::window::{Day, Window, day_number};
use crate::worker::{Worker, WorkerKind, WorkerState};

pub(super) fn id(kind: Kind, number: u32) -> Uuid {
    Uuid::from_u128((0x7000 << 64) | (kind as u128) << 32 | u128::from(number))
}

/// A day in 2026, counted from 1 January.
pub(super) fn date(number: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + chrono::Days::new(u64::try_from(number + 100).unwrap())
        - chrono::Days::new(100)
}

pub(super) fn day(number: i32) -> Day {
    day_number(date(number))
}

pub(super) fn window(from: impl Into<Option<i32>>, to: impl Into<Option<i32>>) -> Window {
    Window::new(from.into().map(date), to.into().map(date))
}

pub(super) fn user_id(number: u32) -> UserId {
    UserId(id(Kind::User, number))
}

pub(super) fn worker_id(number: u32) -> WorkerId {
    WorkerId(id(Kind::Worker, number))
}

pub(super) fn department_id(number: u32) -> DepartmentId {
    DepartmentId(id(Kind::Department, number))
}

pub(super) fn role_id(number: u32) -> RoleId {
    RoleId(id(Kind::Role, number))
}

pub(super) fn area_id(number: u32) -> AreaId {
    AreaId(id(Kind::Area, number))
}

/// An area of user 0, with its processors and readers.
pub(super) fn area(number: u32, processors: &[u32], readers: &[u32]) -> Area {
    Area {
        id: area_id(number),
        external_id: None,
        kind: AreaKind::Area,
        name: format!("Area {number}"),
        mark: None,
        parent_id: None,
        owner_id: user_id(0),
        processor_ids: processors.iter().copied().map(role_id).collect(),
        reader_ids: readers.iter().copied().map(role_id).collect(),
        class: AreaClass::Normal,
        state: AreaState::Active,
        allowed_external_administrator_ids: vec![],
    }
}

/// A rule that keeps members of a role from areas of personal folders.
pub(super) fn protection_rule(number: u32, role: u32) -> ProtectionRule {
    ProtectionRule {
        id: ProtectionRuleId(id(Kind::ProtectionRule, number)),
        external_id: None,
        name: format!("Rule {number}"),
        class: Some(AreaClass::PersonalFolders),
        module: None,
        role_ids: vec![role_id(role)],
        position_ids: vec![],
    }
}

pub(super) fn position_id(number: u32) -> PositionId {
    PositionId(id(Kind::Position, number))
}

/// Over an area and its objects.
pub(super) fn on_area(number: u32) -> Scope {
    Scope::Area { id: area_id(number) }
}

pub(super) fn object_id(number: u32) -> ObjectId {
    ObjectId(id(Kind::Object, number))
}

pub(super) fn grant_id(number: u32) -> GrantId {
    GrantId(id(Kind::Grant, number))
}

pub(super) fn membership_id(number: u32) -> MembershipId {
    MembershipId(id(Kind::Membership, number))
}

/// An active person.
pub(super) fn user(number: u32) -> User {
    User {
        id: user_id(number),
        external_id: Some(format!("u{number}")),
        kind: UserKind::Person,
        state: UserState::Active,
        login: Some(format!("user{number}")),
        first_name: Some("Ada".into()),
        last_name: Some("Byron".into()),
        display_name: None,
        email: None,
        phone: None,
        language: None,
        time_zone: None,
        blocks: vec![],
        managed_in: vec![],
    }
}

pub(super) fn worker(number: u32) -> Worker {
    Worker {
        id: worker_id(number),
        external_id: Some(format!("w{number}")),
        kind: WorkerKind::Employee,
        personal_number: number.to_string(),
        first_name: "Ada".into(),
        last_name: "Byron".into(),
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

pub(super) fn department(number: u32, parent: Option<u32>) -> Department {
    Department {
        id: department_id(number),
        external_id: None,
        code: format!("d{number}"),
        name: "Department".into(),
        parent_id: parent.map(department_id),
        head_id: None,
        linked_role_ids: vec![],
        window: Window::ALWAYS,
    }
}

/// A signed contract.
pub(super) fn contract(number: u32, worker: u32, department: u32, window: Window) -> Contract {
    Contract {
        id: ContractId(id(Kind::Contract, number)),
        external_id: None,
        worker_id: worker_id(worker),
        department_id: department_id(department),
        position_id: PositionId(id(Kind::Position, 1)),
        contract_type: ContractType::Employment,
        workload_percent: 100,
        supervisor_id: None,
        state: ContractState::Signed,
        window,
    }
}

pub(super) fn role(number: u32, priority: i32) -> Role {
    Role {
        id: role_id(number),
        external_id: None,
        code: format!("r{number}"),
        name: "Role".into(),
        purpose: Purpose::Permission,
        mode: Mode::Manual,
        priority,
        window: Window::ALWAYS,
        manager_ids: vec![],
        protected: false,
        note: None,
    }
}

pub(super) fn membership(number: u32, role: u32, member: Member) -> Membership {
    Membership {
        id: membership_id(number),
        external_id: None,
        role_id: role_id(role),
        member,
        source: Source::Manual,
        contract_id: None,
        rule_id: None,
        window: Window::ALWAYS,
    }
}

pub(super) fn in_role(number: u32, user: u32, role: u32) -> Membership {
    membership(number, role, Member::User(user_id(user)))
}

pub(super) fn nested(number: u32, below: u32, role: u32) -> Membership {
    membership(number, role, Member::Role(role_id(below)))
}

pub(super) fn module(number: u32, code: &str, target: Target, actions: &[&str]) -> Module {
    Module {
        id: ModuleId(id(Kind::Module, number)),
        external_id: None,
        code: code.into(),
        name: code.into(),
        active: true,
        target,
        actions: actions.iter().map(|action| (*action).into()).collect(),
        built_in: false,
    }
}

pub(super) fn object_type(number: u32, code: &str, module: &str) -> ObjectType {
    ObjectType {
        id: ObjectTypeId(id(Kind::ObjectType, number)),
        external_id: None,
        code: code.into(),
        name: code.into(),
        module: module.into(),
        built_in: false,
    }
}

pub(super) fn object(number: u32, object_type: &str) -> Object {
    Object {
        id: object_id(number),
        external_id: Some(format!("o{number}")),
        object_type: object_type.into(),
        title: "Object".into(),
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

fn grant(number: u32, holder: Holder, module: &str, scope: Scope, allow: &[&str]) -> Grant {
    Grant {
        id: grant_id(number),
        external_id: None,
        holder,
        module: module.into(),
        scope,
        allow: allow.iter().map(|action| (*action).into()).collect(),
        deny: vec![],
        source: GrantSource::Manual,
        template_id: None,
        window: Window::ALWAYS,
    }
}

/// A grant of a role.
pub(super) fn to_role(number: u32, role: u32, module: &str, scope: Scope, allow: &[&str]) -> Grant {
    grant(number, Holder::Role(role_id(role)), module, scope, allow)
}

/// A personal grant.
pub(super) fn to_user(number: u32, user: u32, module: &str, scope: Scope, allow: &[&str]) -> Grant {
    grant(number, Holder::User(user_id(user)), module, scope, allow)
}

/// The same grant, denying actions besides.
pub(super) fn denying(grant: Grant, deny: &[&str]) -> Grant {
    Grant { deny: deny.iter().map(|action| (*action).into()).collect(), ..grant }
}

pub(super) fn on_worker(number: u32) -> Scope {
    Scope::Worker { id: worker_id(number) }
}

pub(super) fn on_object(number: u32) -> Scope {
    Scope::Object { id: object_id(number) }
}

pub(super) fn on_department(number: u32, include_subtree: bool) -> Scope {
    Scope::Department { id: department_id(number), include_subtree }
}

pub(super) fn on_type(code: &str) -> Scope {
    Scope::ObjectType { id: code.into() }
}

pub(super) fn wage_type_id(number: u32) -> WageTypeId {
    WageTypeId(id(Kind::WageType, number))
}

/// A wage type of group 1.
pub(super) fn wage_type(number: u32) -> WageType {
    WageType {
        id: wage_type_id(number),
        external_id: None,
        code: format!("wage-{number}"),
        name: format!("Wage type {number}"),
        unit: "hour".into(),
        request_group: 1,
    }
}

/// An offer without limits, to be recorded directly.
pub(super) fn wage_offer(number: u32, holder: Holder, wage_type: u32) -> WageOffer {
    WageOffer {
        id: WageOfferId(id(Kind::WageOffer, number)),
        external_id: None,
        holder,
        wage_type_id: wage_type_id(wage_type),
        own: false,
        mode: WageMode::Record,
        limits: Limits::NONE,
        window: Window::ALWAYS,
    }
}

/// The setting by which people may close requests of their own.
pub(super) fn close_own_requests(on: bool) -> Setting {
    Setting { id: SettingId(id(Kind::Setting, 1)), key: CLOSE_OWN_REQUESTS.into(), value: i64::from(on).into() }
}
