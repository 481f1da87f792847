//! Two records of every kind, and what can be done with any of them.

use domain::area::{Area, AreaClass, AreaKind, AreaState, MarkMode, MarkPattern, Notice, ProtectionRule, Reset};
use domain::change::Entity;
use domain::change::Record;
use domain::grant::{Grant, GrantSource, Holder, Module, Object, ObjectState, ObjectType, Scope, Target, Template};
use domain::notification::{Delivery, NotificationSubscription};
use domain::organisation::{Contract, ContractState, ContractType, Department, Position};
use domain::qualification::Qualification;
use domain::role::{Member, Membership, Mode, Purpose, Role, RoleRule, RuleDepartment, Source};
use domain::setting::Setting;
use domain::token::{ApiToken, BoundIdentity, SessionEnd};
use domain::user::{Block, BlockCause, User, UserKind, UserState};
use domain::wage::{Amount, Limits, WageMode, WageOffer, WageType};
use domain::window::Window;
use domain::worker::{Worker, WorkerKind, WorkerState};
use persistence::{Store, Tx};
use uuid::Uuid;

use crate::support::*;

fn numbered<T: From<Uuid>>(number: u128) -> T {
    T::from(Uuid::from_u128((7 << 76) | (2 << 62) | number))
}

/// Two records of every kind that has rows: one with every field set, one with as few as may be.
/// They refer to one another, their ids are always the same, and they may be created in order.
pub fn samples() -> Vec<Record> {
    let at = instant("2026-03-01T12:30:00.123456Z");
    let full_user = User {
        id: numbered(1),
        external_id: Some("u-1".into()),
        state: UserState::Blocked,
        display_name: Some("A. Byron".into()),
        phone: Some("+420 123".into()),
        managed_in: vec![numbered(36)],
        language: Some("cs".into()),
        time_zone: Some("Europe/Prague".into()),
        blocks: vec![
            Block { cause: BlockCause::Security, by: None, at, note: None },
            Block {
                cause: BlockCause::Administrator,
                by: Some(numbered(2)),
                at,
                note: Some("left \"early\"\n\tback\\slash".into()),
            },
        ],
        ..user("ada")
    };
    let few_user = User {
        id: numbered(2),
        kind: UserKind::Service,
        login: None,
        first_name: None,
        last_name: None,
        display_name: Some("ERP".into()),
        email: None,
        ..user("-")
    };
    let full_worker = Worker {
        id: numbered(3),
        external_id: Some("w-1".into()),
        kind: WorkerKind::Cooperating,
        birth_date: Some(day("1980-02-29")),
        email: Some("jana@example.org".into()),
        phone: Some("+420 456".into()),
        state: WorkerState::Closed,
        ever_closed: true,
        user_id: Some(full_user.id),
        retain_until: Some(day("2099-12-31")),
        ..worker("00042")
    };
    let few_worker = Worker { id: numbered(4), ..worker("7") };
    let few_department = Department { id: numbered(5), ..department("all") };
    let full_role = Role {
        id: numbered(7),
        external_id: Some("r-1".into()),
        purpose: Purpose::Team,
        mode: Mode::Automatic,
        priority: 1_000_000,
        manager_ids: vec![full_user.id, few_user.id],
        protected: true,
        note: Some("Žluťoučký kůň 🐎".into()),
        window: year(),
        ..role("sales-team")
    };
    let few_role = Role { id: numbered(8), ..role("plain") };
    let full_department = Department {
        id: numbered(6),
        external_id: Some("d-1".into()),
        parent_id: Some(few_department.id),
        head_id: Some(full_worker.id),
        linked_role_ids: vec![full_role.id],
        window: year(),
        ..department("sales")
    };
    let full_position = Position {
        id: numbered(9),
        external_id: Some("p-1".into()),
        window: Window::new(None, Some(day("2030-01-01"))),
        ..position("clerk")
    };
    let few_position = Position { id: numbered(10), ..position("boss") };
    let full_contract = Contract {
        id: numbered(11),
        external_id: Some("c-1".into()),
        contract_type: ContractType::Agreement,
        workload_percent: 40,
        supervisor_id: Some(few_worker.id),
        state: ContractState::Ended,
        window: year(),
        ..contract(&full_worker, &full_department, &full_position)
    };
    let few_contract = Contract { id: numbered(12), ..contract(&few_worker, &few_department, &few_position) };
    let full_rule = RoleRule {
        id: numbered(13),
        external_id: Some("rr-1".into()),
        departments: vec![
            RuleDepartment { id: full_department.id, include_subtree: true },
            RuleDepartment { id: few_department.id, include_subtree: false },
        ],
        position_ids: vec![full_position.id],
        contract_types: vec![ContractType::Agreement, ContractType::Other],
        worker_kinds: vec![WorkerKind::Contractor],
        head_of: vec![full_department.id],
        all_workers: false,
        department_link: true,
        window: year(),
        ..rule(&full_role)
    };
    let few_rule = RoleRule { id: numbered(14), ..rule(&full_role) };
    let full_membership = Membership {
        id: numbered(15),
        external_id: Some("m-1".into()),
        source: Source::Automatic,
        contract_id: Some(full_contract.id),
        rule_id: Some(full_rule.id),
        window: year(),
        ..membership(&full_role, Member::User(full_user.id))
    };
    let few_membership = Membership { id: numbered(16), ..membership(&few_role, Member::Role(full_role.id)) };
    let full_module = Module {
        id: numbered(17),
        external_id: Some("mo-1".into()),
        active: false,
        actions: vec!["read".into(), "edit".into()],
        built_in: true,
        ..module("stock")
    };
    let few_module = Module { id: numbered(18), target: Target::Worker, ..module("canteen") };
    let full_type = ObjectType {
        id: numbered(19),
        external_id: Some("ot-1".into()),
        built_in: true,
        ..object_type("crate", &full_module)
    };
    let few_type = ObjectType { id: numbered(20), ..object_type("box", &full_module) };
    let few_area = Area { id: numbered(35), ..area("Company", &full_user, &few_role) };
    let full_area = Area {
        id: numbered(36),
        external_id: Some("a-1".into()),
        kind: AreaKind::Project,
        mark: Some("Ucetnictvi".into()),
        parent_id: Some(few_area.id),
        processor_ids: vec![few_role.id, full_role.id],
        reader_ids: vec![full_role.id],
        class: AreaClass::PersonalFolders,
        state: AreaState::Archived,
        allowed_external_administrator_ids: vec![few_user.id],
        ..area("Accounting", &full_user, &full_role)
    };
    let full_pattern = MarkPattern {
        id: numbered(37),
        external_id: Some("mp-1".into()),
        area_id: Some(full_area.id),
        pattern: "{year}-{month}/{area}/{counter}".into(),
        reset: Reset::Month,
        mode: MarkMode::UserDefined,
        unique: false,
        ..mark_pattern(&full_type)
    };
    let few_pattern = MarkPattern { id: numbered(38), ..mark_pattern(&full_type) };
    let full_protection = ProtectionRule {
        id: numbered(39),
        external_id: Some("pr-1".into()),
        class: None,
        module: Some(few_module.code.clone()),
        position_ids: vec![full_position.id],
        ..protection_rule(&full_role)
    };
    let full_wage_type =
        WageType { id: numbered(45), external_id: Some("wt-1".into()), request_group: 2, ..wage_type("overtime") };
    let few_wage_type = WageType { id: numbered(46), ..wage_type("holiday") };
    let full_offer = WageOffer {
        id: numbered(47),
        external_id: Some("wo-1".into()),
        mode: WageMode::Workflow,
        limits: Limits {
            max_per_entry: Some(Amount::thousandths(7_500)),
            max_per_day: Some(Amount::thousandths(8_000)),
            max_per_month: Some(Amount::thousandths(40_000)),
            max_per_year: Some(Amount::thousandths(150_001)),
        },
        window: Window::new(Some(day("2026-01-01")), Some(day("2026-12-31"))),
        ..wage_offer(Holder::User(full_user.id), &full_wage_type)
    };
    let few_offer = WageOffer { id: numbered(48), own: true, ..wage_offer(Holder::Role(few_role.id), &few_wage_type) };
    let few_protection = ProtectionRule { id: numbered(40), ..protection_rule(&few_role) };
    let full_template = Template {
        id: numbered(41),
        external_id: Some("t-1".into()),
        ..template(&full_department, &full_role, &full_type)
    };
    let few_template = Template { id: numbered(42), ..template(&few_department, &few_role, &few_type) };
    let full_object = Object {
        id: numbered(21),
        external_id: Some("o-1".into()),
        state: ObjectState::Done,
        department_id: Some(full_department.id),
        author_id: Some(few_user.id),
        assignee_id: Some(full_user.id),
        team_ids: vec![full_user.id],
        area_id: Some(full_area.id),
        mark: Some("2020-1/Ucetnictvi/345".into()),
        unique_mark: true,
        ..object("A crate", &full_type)
    };
    let few_object = Object { id: numbered(22), ..object("A box", &few_type) };
    let full_grant = Grant {
        id: numbered(23),
        external_id: Some("g-1".into()),
        allow: vec!["edit".into(), "read".into()],
        deny: vec!["order".into()],
        source: GrantSource::Template,
        template_id: Some(full_template.id),
        window: year(),
        ..grant(
            Holder::Role(full_role.id),
            &full_module,
            Scope::Department { id: full_department.id, include_subtree: true },
        )
    };
    let few_grant = Grant {
        id: numbered(24),
        ..grant(Holder::User(full_user.id), &few_module, Scope::Worker { id: few_worker.id })
    };
    let full_notice = Notice { id: numbered(43), ..notice(&full_object, &full_area, &full_user) };
    let few_notice = Notice { id: numbered(44), ..notice(&full_object, &full_area, &few_user) };
    let full_token = ApiToken {
        id: numbered(25),
        scopes: Some(vec!["hr:read".into()]),
        expires_at: Some(at),
        ..api_token(&few_user)
    };
    let few_token = ApiToken { id: numbered(26), ..api_token(&few_user) };
    let full_setting = Setting {
        id: numbered(27),
        key: "working_hours".into(),
        value: serde_json::json!({"b": [1, 2.5, null], "a": "ě\u{0}", "c": true}),
    };
    let full_qualification = Qualification {
        id: numbered(31),
        external_id: Some("q-1".into()),
        issuer: Some("TÜV".into()),
        evidence: Some("file 7".into()),
        window: year(),
        retain_until: Some(day("2099-12-31")),
        ..qualification(&full_user)
    };
    let few_qualification = Qualification { id: numbered(32), ..qualification(&full_user) };
    let full_subscription = NotificationSubscription {
        id: numbered(33),
        external_id: Some("n-1".into()),
        user_id: Some(full_user.id),
        delivery: Delivery::Daily,
        ..subscription(&full_role)
    };
    let few_subscription = NotificationSubscription { id: numbered(34), ..subscription(&few_role) };
    let few_setting = Setting { id: numbered(28), key: "four_eyes".into(), value: serde_json::Value::Null };
    vec![
        full_user.into(),
        few_user.into(),
        full_qualification.into(),
        few_qualification.into(),
        full_worker.into(),
        few_worker.into(),
        few_department.into(),
        full_department.into(),
        full_position.into(),
        few_position.into(),
        full_contract.into(),
        few_contract.into(),
        full_role.into(),
        few_role.into(),
        full_rule.into(),
        few_rule.into(),
        full_membership.into(),
        few_membership.into(),
        full_subscription.into(),
        few_subscription.into(),
        full_module.into(),
        few_module.into(),
        full_type.into(),
        few_type.into(),
        few_area.into(),
        full_area.into(),
        full_pattern.into(),
        few_pattern.into(),
        full_protection.into(),
        few_protection.into(),
        full_template.into(),
        few_template.into(),
        full_object.into(),
        few_object.into(),
        full_notice.into(),
        few_notice.into(),
        full_grant.into(),
        few_grant.into(),
        full_wage_type.into(),
        few_wage_type.into(),
        full_offer.into(),
        few_offer.into(),
        full_token.into(),
        few_token.into(),
        full_setting.into(),
        few_setting.into(),
    ]
}

/// The end of a session, which is logged and has no row.
pub fn session_end() -> SessionEnd {
    SessionEnd { id: numbered(29), user_id: numbered(1), tokens_expire_at: instant("2026-03-01T12:30:00.123456Z") }
}

/// A binding to an identity provider, which is logged and has no row of its own.
pub fn bound_identity() -> BoundIdentity {
    BoundIdentity { id: numbered(30), user_id: numbered(1) }
}

/// What can be done with a record of any kind.
pub trait AnyRecord {
    fn create(&self, tx: &mut Tx<'_>);
    fn remove(&self, tx: &mut Tx<'_>);
    /// The record as the store has it.
    fn stored(&self, store: &Store) -> Option<Record>;
}

macro_rules! any_record {
    ($($kind:ident),*) => {
        impl AnyRecord for Record {
            fn create(&self, tx: &mut Tx<'_>) {
                match self {
                    $(Record::$kind(value) => tx.create(value.clone()).unwrap(),)*
                    Record::Session(_) | Record::Identity(_) => {
                        tx.note(domain::change::Change::created(self.clone()));
                    }
                }
            }
            fn remove(&self, tx: &mut Tx<'_>) {
                match self {
                    $(Record::$kind(value) => tx.remove::<any_record!(@type $kind)>(value.uuid()).unwrap(),)*
                    Record::Session(_) | Record::Identity(_) => {}
                }
            }
            fn stored(&self, store: &Store) -> Option<Record> {
                match self {
                    $(Record::$kind(value) => {
                        get::<any_record!(@type $kind)>(store, value.uuid())
                            .map(|stored| stored.value.into())
                    })*
                    Record::Session(_) | Record::Identity(_) => None,
                }
            }
        }
    };
    (@type $kind:ident) => { $kind };
}

any_record! {
    User, Worker, Department, Position, Contract, Role, Membership, RoleRule, Module, ObjectType,
    Object, Grant, ApiToken, Setting, Qualification, NotificationSubscription,
    Area, MarkPattern, Notice, ProtectionRule, Template, WageType, WageOffer
}
