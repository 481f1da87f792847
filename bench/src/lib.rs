//! Made companies to measure on.

use domain::access::{Model, Question, TargetIx};
use domain::change::{Change, Record};
use domain::grant::{Grant, GrantSource, Holder, Module, Object, ObjectState, ObjectType, Scope, Target};
use domain::id::{GrantId, MembershipId, ModuleId, ObjectId, ObjectTypeId, RoleId, UserId};
use domain::role::{Member, Membership, Mode, Purpose, Role, Source};
use domain::user::{User, UserKind, UserState};
use domain::window::{Day, Window};
use uuid::Uuid;

/// Any day; nothing in these companies has a window.
pub const DAY: Day = 740_000;

fn id(kind: u128, number: usize) -> Uuid {
    // Spread like real ids, so that lookups are not helped by order.
    let number = number as u128;
    Uuid::from_u128((kind << 96) | (number.wrapping_mul(0x9E37_79B9_7F4A_7C15) & u128::from(u64::MAX)))
}

/// The id of the user of that number.
pub fn user_id(number: usize) -> UserId {
    UserId(id(1, number))
}

/// The id of the object of that number.
pub fn object_id(number: usize) -> ObjectId {
    ObjectId(id(2, number))
}

/// The access sets that Casbin measures itself with: role i may read data i/10, user j has role
/// j/10.
pub fn casbin_set(roles: usize, users: usize) -> Model {
    let mut model = Model::new();
    let mut add = |record: Record| model.apply(&[Change::created(record)]);
    add(Module {
        id: ModuleId(id(3, 0)),
        external_id: None,
        code: "data".into(),
        name: "Data".into(),
        active: true,
        target: Target::Object,
        actions: vec!["read".into(), "write".into()],
        built_in: false,
    }
    .into());
    add(ObjectType {
        id: ObjectTypeId(id(4, 0)),
        external_id: None,
        code: "data".into(),
        name: "Data".into(),
        module: "data".into(),
        built_in: false,
    }
    .into());
    for number in 0..roles.div_ceil(10) {
        add(Object {
            id: object_id(number),
            external_id: None,
            object_type: "data".into(),
            title: format!("data {number}"),
            state: ObjectState::Open,
            department_id: None,
            author_id: None,
            assignee_id: None,
            team_ids: vec![],
        }
        .into());
    }
    for number in 0..roles {
        let role = RoleId(id(5, number));
        add(Role {
            id: role,
            external_id: None,
            code: format!("role-{number}"),
            name: format!("Role {number}"),
            purpose: Purpose::Permission,
            mode: Mode::Manual,
            priority: 0,
            window: Window::ALWAYS,
            manager_ids: vec![],
            protected: false,
            note: None,
        }
        .into());
        add(Grant {
            id: GrantId(id(6, number)),
            external_id: None,
            holder: Holder::Role(role),
            module: "data".into(),
            scope: Scope::Object { id: object_id(number / 10) },
            allow: vec!["read".into()],
            deny: vec![],
            source: GrantSource::Manual,
            window: Window::ALWAYS,
        }
        .into());
    }
    for number in 0..users {
        add(User {
            id: user_id(number),
            external_id: None,
            kind: UserKind::Person,
            state: UserState::Active,
            login: Some(format!("user-{number}")),
            first_name: Some("First".into()),
            last_name: Some("Last".into()),
            display_name: None,
            email: None,
            phone: None,
            language: None,
            time_zone: None,
            blocks: vec![],
        }
        .into());
        add(Membership {
            id: MembershipId(id(7, number)),
            external_id: None,
            role_id: RoleId(id(5, number / 10)),
            member: Member::User(user_id(number)),
            source: Source::Manual,
            contract_id: None,
            rule_id: None,
            window: Window::ALWAYS,
        }
        .into());
    }
    model
}

/// Whether a user may read an object, by their 16-byte ids: names are looked up, then decided.
pub fn may_read(model: &Model, user: UserId, object: ObjectId) -> bool {
    let (Some(user), Some(object), Some(module)) = (model.user(user), model.object(object), model.module("data"))
    else {
        return false;
    };
    let Some(action) = model.action(module, "read") else {
        return false;
    };
    model.decide(&Question { user, module, action, target: TargetIx::Object(object), day: DAY }).allowed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_casbin_sets_say_what_they_should() {
        let model = casbin_set(100, 1_000);
        for user in [0, 99, 100, 555, 999] {
            for object in 0..10 {
                assert_eq!(may_read(&model, user_id(user), object_id(object)), user / 100 == object, "{user} {object}");
            }
        }
    }
}
