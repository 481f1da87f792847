//! The access sets that Casbin measures itself with.

use domain::access::Model;
use domain::change::{Change, Record};
use domain::grant::{Grant, GrantSource, Holder, Module, Object, ObjectState, ObjectType, Scope, Target};
use domain::id::{GrantId, MembershipId, ModuleId, ObjectId, ObjectTypeId, RoleId, UserId};
use domain::role::{Member, Membership, Mode, Purpose, Role, Source};
use domain::user::{User, UserKind, UserState};
use domain::window::Window;

use super::{Asked, Target as AskedTarget, id};

/// How many roles and users the three sets have.
pub const SIZES: [(&str, usize, usize); 3] =
    [("small", 100, 1_000), ("medium", 1_000, 10_000), ("large", 10_000, 100_000)];

/// The id of the user of that number.
pub fn user_id(number: usize) -> UserId {
    UserId(id(1, number))
}

/// The id of the object of that number.
pub fn object_id(number: usize) -> ObjectId {
    ObjectId(id(2, number))
}

/// The object that a user may read, by their numbers.
pub const fn readable(user: usize) -> usize {
    user / 100
}

/// Whether that user may read that object.
pub fn may_read(user: usize, object: usize) -> Asked {
    Asked {
        user: user_id(user),
        module: "data",
        action: "read",
        target: AskedTarget::Object(object_id(object)),
        // Any day: nothing in these sets has a window.
        day: 740_000,
    }
}

/// Role i may read data i/10, user j has role
/// j/10.
pub fn model(roles: usize, users: usize) -> Model {
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
            area_id: None,
            mark: None,
            unique_mark: false,
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
            template_id: None,
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
            managed_in: vec![],
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sets::ask;

    #[test]
    fn the_sets_say_what_they_should() {
        let model = model(100, 1_000);
        for user in [0, 99, 100, 555, 999] {
            for object in 0..10 {
                assert_eq!(ask(&model, &may_read(user, object)), readable(user) == object, "{user} {object}");
            }
        }
    }
}
