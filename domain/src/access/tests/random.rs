//! Random companies: sequences of records put and removed, from small pools, so that things meet.

use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

use super::records::*;
use crate::area::{Area, AreaClass, ProtectionRule};
use crate::change::Record;
use crate::grant::{Grant, Holder, Module, Object, Scope, Target, built_in::OBJECT_ACTIONS};
use crate::id::Kind;
use crate::organisation::{Contract, ContractState};
use crate::role::{Member, Membership, Purpose, Role};
use crate::user::{User, UserKind, UserState};
use crate::wage::{Amount, Limits, WageMode, WageOffer};
use crate::window::Window;
use crate::worker::Worker;

pub(super) const USERS: u32 = 5;
pub(super) const WORKERS: u32 = 4;
pub(super) const OBJECTS: u32 = 4;
pub(super) const ROLES: u32 = 6;
pub(super) const AREAS: u32 = 3;
pub(super) const WAGE_TYPES: u32 = 3;
const DEPARTMENTS: u32 = 5;
const POSITIONS: u32 = 2;
/// Questions are asked for days from -1 to here; windows end within.
pub(super) const DAYS: i32 = 6;

/// Modules: number, code, target, actions. The last is one of a customer.
pub(super) const MODULES: [(u32, &str, Target, &[&str]); 6] = [
    (1, "system", Target::None, &["user.read", "role.edit", "area.administer"]),
    (2, "hr", Target::Worker, &["read", "edit", "contracts.read"]),
    (3, "time", Target::Worker, &["record", "read", "request1.close"]),
    (4, "task", Target::Object, OBJECT_ACTIONS),
    (5, "fleet", Target::Object, &["read", "drive"]),
    (6, "areas", Target::Area, &["read", "work", "notice"]),
];
/// Object types and their modules.
const TYPES: [(&str, &str); 3] = [("task", "task"), ("errand", "task"), ("car", "fleet")];

/// One change of a company.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// Adds a record, or changes the one of the same id.
    Put(Box<Record>),
    /// Removes one of the records of a kind, if there is any.
    Remove(Kind, Index),
    /// The model takes in what came since the last time.
    Apply,
}

pub(super) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let kind = prop_oneof![
        6 => select(&[Kind::Membership, Kind::Grant, Kind::Contract, Kind::Object][..]),
        1 => select(&[Kind::Role, Kind::Department, Kind::Worker, Kind::ObjectType, Kind::User, Kind::Module, Kind::Area, Kind::ProtectionRule, Kind::WageType, Kind::WageOffer][..]),
    ];
    let step = prop_oneof![
        40 => record().prop_map(|record| Step::Put(Box::new(record))),
        3 => (kind, any::<Index>()).prop_map(|(kind, which)| Step::Remove(kind, which)),
        2 => Just(Step::Apply),
    ];
    (start(), proptest::collection::vec(step, 40..240)).prop_map(|(mut all, more)| {
        all.extend(more);
        all
    })
}

/// A company in which people may get at something.
fn start() -> impl Strategy<Value = Vec<Step>> {
    let all: Vec<Record> = MODULES
        .map(|(number, code, target, actions)| module(number, code, target, actions).into())
        .into_iter()
        .chain((1..).zip(TYPES).map(|(number, (code, module))| object_type(number, code, module).into()))
        .chain((0..USERS).map(|number| user(number).into()))
        .chain((0..WORKERS).map(|number| worker(number).into()))
        .chain((0..ROLES).map(|number| role(number, number as i32 % 3).into()))
        .collect();
    // Some are missing at first: others refer to them already.
    (subsequence(all, 19..=24))
        .prop_map(|records| records.into_iter().map(|record| Step::Put(Box::new(record))).collect())
}

fn record() -> impl Strategy<Value = Record> {
    prop_oneof![
        2 => users().prop_map(Record::from),
        2 => workers().prop_map(Record::from),
        2 => departments().prop_map(Record::from),
        10 => contracts().prop_map(Record::from),
        5 => roles().prop_map(Record::from),
        16 => memberships().prop_map(Record::from),
        1 => modules().prop_map(Record::from),
        1 => select(&TYPES[..]).prop_map(|(code, of)| {
            let number = TYPES.iter().position(|(other, _)| *other == code).unwrap();
            object_type(number as u32 + 1, code, of).into()
        }),
        6 => objects().prop_map(Record::from),
        6 => areas().prop_map(Record::from),
        1 => protection_rules().prop_map(Record::from),
        30 => grants().prop_map(Record::from),
        2 => (0..WAGE_TYPES).prop_map(|number| wage_type(number).into()),
        12 => wage_offers().prop_map(Record::from),
        1 => any::<bool>().prop_map(|on| close_own_requests(on).into()),
    ]
}

fn areas() -> impl Strategy<Value = Area> {
    let roles = || subsequence((0..ROLES).collect::<Vec<_>>(), 0..=2);
    let class = prop_oneof![4 => Just(AreaClass::Normal), 2 => select(AreaClass::ALL)];
    let outsiders = subsequence((0..USERS).collect::<Vec<_>>(), 0..=2);
    (0..AREAS, roles(), roles(), class, outsiders).prop_map(|(number, processors, readers, class, outsiders)| Area {
        class,
        allowed_external_administrator_ids: outsiders.into_iter().map(user_id).collect(),
        ..area(number, &processors, &readers)
    })
}

fn protection_rules() -> impl Strategy<Value = ProtectionRule> {
    let module = proptest::option::of(select(&["hr", "time", "task", "areas"][..]));
    let positions = subsequence((0..POSITIONS).collect::<Vec<_>>(), 0..=1);
    let class = select(&[AreaClass::Protected, AreaClass::PersonalFolders][..]);
    (0..2_u32, 0..ROLES, module, class, positions).prop_map(|(number, role, module, class, positions)| {
        let class = module.is_none().then_some(class);
        let position_ids = positions.into_iter().map(position_id).collect();
        ProtectionRule { class, module: module.map(str::to_owned), position_ids, ..protection_rule(number, role) }
    })
}

fn windows() -> impl Strategy<Value = Window> {
    let end = || prop_oneof![5 => Just(None), 2 => (0..DAYS).prop_map(Some)];
    (end(), end()).prop_map(|(from, to)| window(from, to))
}

fn users() -> impl Strategy<Value = User> {
    let kind = prop_oneof![
        6 => Just(UserKind::Person),
        3 => Just(UserKind::ExternalAdministrator),
        1 => select(UserKind::ALL),
    ];
    let state = prop_oneof![6 => Just(UserState::Active), 1 => select(UserState::ALL)];
    (0..USERS, kind, state).prop_map(|(number, kind, state)| User { kind, state, ..user(number) })
}

fn workers() -> impl Strategy<Value = Worker> {
    (0..WORKERS, proptest::option::of(0..USERS))
        .prop_map(|(number, linked)| Worker { user_id: linked.map(user_id), ..worker(number) })
}

fn departments() -> impl Strategy<Value = crate::organisation::Department> {
    // A parent has a smaller number: D-01 refuses cycles.
    (0..DEPARTMENTS, proptest::option::of(any::<Index>())).prop_map(|(number, parent)| {
        let parent = parent.filter(|_| number > 0).map(|parent| parent.index(number as usize) as u32);
        department(number, parent)
    })
}

fn contracts() -> impl Strategy<Value = Contract> {
    let state = prop_oneof![4 => Just(ContractState::Signed), 1 => select(ContractState::ALL)];
    (0..18_u32, 0..WORKERS, 0..DEPARTMENTS, 0..POSITIONS, windows(), state).prop_map(
        |(number, worker, department, position, window, state)| {
            let position_id = position_id(position);
            Contract { state, position_id, ..contract(number, worker, department, window) }
        },
    )
}

fn roles() -> impl Strategy<Value = Role> {
    let protected = prop_oneof![2 => Just(false), 1 => Just(true)];
    let purpose = prop_oneof![2 => Just(Purpose::Permission), 1 => Just(Purpose::PeopleList)];
    (0..ROLES, 0..3, windows(), protected, purpose).prop_map(|(number, priority, window, protected, purpose)| Role {
        window,
        protected,
        purpose,
        ..role(number, priority)
    })
}

fn memberships() -> impl Strategy<Value = Membership> {
    // Cycles are refused elsewhere; here they do no harm.
    let member = prop_oneof![
        3 => (0..USERS).prop_map(|number| Member::User(user_id(number))),
        2 => (0..ROLES).prop_map(|number| Member::Role(role_id(number))),
    ];
    (0..20_u32, 0..ROLES, member, windows())
        .prop_map(|(number, role, member, window)| Membership { window, ..membership(number, role, member) })
}

fn modules() -> impl Strategy<Value = Module> {
    let active = prop_oneof![4 => Just(true), 1 => Just(false)];
    (select(&MODULES[..]), active).prop_flat_map(|((number, code, target, actions), active)| {
        (subsequence(actions, 1..=actions.len()), any::<bool>()).prop_map(move |(some, all)| {
            let listed = if all { actions } else { &some };
            Module { active, ..module(number, code, target, listed) }
        })
    })
}

fn objects() -> impl Strategy<Value = Object> {
    let people = subsequence((0..USERS).collect::<Vec<_>>(), 0..=2);
    let one = || proptest::option::of(0..USERS);
    let area = proptest::option::of(0..AREAS);
    (0..OBJECTS, select(&TYPES[..]), proptest::option::of(0..DEPARTMENTS), one(), people, area).prop_map(
        |(number, (code, _), department, assignee, team, area)| Object {
            department_id: department.map(department_id),
            assignee_id: assignee.map(user_id),
            team_ids: team.into_iter().map(user_id).collect(),
            area_id: area.map(area_id),
            mark: None,
            unique_mark: false,
            ..object(number, code)
        },
    )
}

fn grants() -> impl Strategy<Value = Grant> {
    let holder = prop_oneof![
        1 => (0..USERS).prop_map(|number| Holder::User(user_id(number))),
        5 => (0..ROLES).prop_map(|number| Holder::Role(role_id(number))),
    ];
    let scope = prop_oneof![
        3 => Just(Scope::All),
        3 => (0..DEPARTMENTS, any::<bool>()).prop_map(|(number, deep)| on_department(number, deep)),
        2 => (0..WORKERS).prop_map(on_worker),
        2 => (0..OBJECTS).prop_map(on_object),
        2 => (0..AREAS).prop_map(on_area),
        1 => select(&TYPES[..]).prop_map(|(code, _)| on_type(code)),
    ];
    let lists = select(&MODULES[..]).prop_flat_map(|(_, code, _, actions)| {
        (Just(code), subsequence(actions, 0..=actions.len()), subsequence(actions, 0..=1))
    });
    (0..60_u32, holder, scope, lists, windows()).prop_map(|(number, holder, scope, (code, allow, deny), window)| {
        let grant = denying(to_role(number, 0, code, scope, &allow), &deny);
        Grant { holder, window, ..grant }
    })
}

fn wage_offers() -> impl Strategy<Value = WageOffer> {
    let holder = prop_oneof![
        1 => (0..USERS).prop_map(|number| Holder::User(user_id(number))),
        4 => (0..ROLES).prop_map(|number| Holder::Role(role_id(number))),
    ];
    let limit = || proptest::option::of((0..4_i64).prop_map(|hours| Amount::thousandths(hours * 1_000)));
    let own = prop_oneof![3 => Just(false), 1 => Just(true)];
    (0..20_u32, holder, 0..WAGE_TYPES, own, select(WageMode::ALL), limit(), limit(), windows()).prop_map(
        |(number, holder, wage_type, own, mode, entry, day, window)| {
            // Only roles have wage types of their own.
            let own = own && matches!(holder, Holder::Role(_));
            let limits = Limits { max_per_entry: entry, max_per_day: day, ..Limits::NONE };
            WageOffer { own, mode, limits, window, ..wage_offer(number, holder, wage_type) }
        },
    )
}

/// Whether a record may be put: an account is linked to one worker at most (W-03).
pub(super) fn fits<'a>(record: &Record, mut others: impl Iterator<Item = &'a Record>) -> bool {
    let Record::Worker(worker) = record else { return true };
    worker.user_id.is_none()
        || !others.any(
            |other| matches!(other, Record::Worker(other) if other.id != worker.id && other.user_id == worker.user_id),
        )
}

/// A user who is in no company.
pub(super) fn nobody() -> crate::id::UserId {
    user_id(99)
}
