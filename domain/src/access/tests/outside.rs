//! G-3, U-11: what external administrators never reach.

use super::records::*;
use super::scene::{On, Scene};
use crate::access::{Reach, ReasonCode, RoleIx, SetAsideReason, Target};
use crate::grant::Scope;
use crate::id::Kind;
use crate::role::Role;
use crate::user::{User, UserKind, UserState};

/// User 1 administers from outside, user 2 is a person. Role 2 is protected; it is in role 3.
/// Roles 2 and 3 each read users.
fn scene() -> Scene {
    let mut scene = Scene::new();
    scene
        .with(User { kind: UserKind::ExternalAdministrator, ..user(1) })
        .with(user(2))
        .with(worker(1))
        .with(role(1, 1))
        .with(Role { protected: true, ..role(2, 2) })
        .with(role(3, 3))
        .with(nested(1, 2, 3))
        .with(to_role(1, 2, "system", Scope::All, &["user.read"]))
        .with(to_role(2, 3, "system", Scope::All, &["user.edit"]));
    scene
}

fn roles_of(scene: &Scene, number: u32) -> Vec<RoleIx> {
    scene.model.effective_roles(scene.model.user(user_id(number)).unwrap(), day(0))
}

fn members(scene: &Scene, number: u32) -> Vec<u32> {
    let role = scene.model.role(role_id(number)).unwrap();
    let is = |user, number| scene.model.user_id(user) == user_id(number);
    let found = scene.model.role_members(role, day(0));
    (1..=2).filter(|number| found.iter().any(|user| is(*user, *number))).collect()
}

#[test]
fn workers_folders_are_shut_whatever_grants_say() {
    // G-3, U-11: by a role, in person, and by relation.
    let mut scene = scene();
    scene
        .with(in_role(2, 1, 1))
        .with(in_role(3, 2, 1))
        .with(to_role(3, 1, "hr", Scope::All, &["read"]))
        .with(to_user(4, 1, "time", on_worker(1), &["record"]))
        .with(to_role(5, 1, "task", Scope::All, &["read"]))
        .with(object(1, "task"));
    assert_eq!(scene.ask(1, "hr:read", On::Worker(1)), ReasonCode::GuardExternalAdministrator);
    assert_eq!(scene.ask(1, "time:record", On::Worker(1)), ReasonCode::GuardExternalAdministrator);
    assert_eq!(scene.ask(2, "hr:read", On::Worker(1)), ReasonCode::RoleAllow);
    // Other modules are not concerned.
    assert_eq!(scene.ask(1, "task:read", On::Object(1)), ReasonCode::RoleAllow);
    // Who is blocked is told so first (G-1); a guard comes before the module's switch.
    scene.edit::<crate::grant::Module>(id(Kind::Module, 2), |module| module.active = false);
    assert_eq!(scene.ask(1, "hr:read", On::Worker(1)), ReasonCode::GuardExternalAdministrator);
    scene.edit::<User>(user_id(1), |user| user.state = UserState::Blocked);
    assert_eq!(scene.ask(1, "hr:read", On::Worker(1)), ReasonCode::GuardState);
}

#[test]
fn the_reverse_questions_leave_folders_out() {
    // G-3, P-05
    let mut scene = scene();
    scene.with(in_role(2, 1, 1)).with(in_role(3, 2, 1)).with(to_role(3, 1, "hr", Scope::All, &["read"]));
    let model = &scene.model;
    let (hr, worker) = (model.module("hr").unwrap(), Target::Worker(model.worker(worker_id(1)).unwrap()));
    let read = model.action(hr, "read").unwrap();
    let (outside, person) = (model.user(user_id(1)).unwrap(), model.user(user_id(2)).unwrap());
    assert_eq!(model.subjects(hr, read, worker, day(0)), [person]);
    assert_eq!(model.reach(outside, hr, read, day(0), 0), Reach::None);
    assert_eq!(model.reach(person, hr, read, day(0), 9), Reach::Some(vec![worker]));
    assert!(!model.allowed_everywhere(outside, hr, read, day(0)));
    assert!(model.allowed_everywhere(person, hr, read, day(0)));
    assert!(model.permissions(outside, day(0), None).is_empty());
    assert_eq!(model.permissions(person, day(0), None).len(), 1);
}

#[test]
fn a_protected_role_has_no_effective_member_from_outside_nor_has_what_lies_above() {
    // G-3: directly, and by nesting.
    for first in [1, 2] {
        let mut scene = scene();
        scene.with(nested(4, 1, 2)).with(in_role(2, 1, first)).with(in_role(3, 2, first));
        for action in ["system:user.read", "system:user.edit"] {
            assert_eq!(scene.ask(1, action, On::Nothing), ReasonCode::NoGrant);
            assert_eq!(scene.ask(2, action, On::Nothing), ReasonCode::RoleAllow);
        }
        assert_eq!(roles_of(&scene, 1).len(), usize::from(first == 1));
        assert_eq!(roles_of(&scene, 2).len(), if first == 1 { 3 } else { 2 });
        assert_eq!((members(&scene, 2), members(&scene, 3)), (vec![2], vec![2]));
        let model = &scene.model;
        let system = model.module("system").unwrap();
        let edit = model.action(system, "user.edit").unwrap();
        let (outside, person) = (model.user(user_id(1)).unwrap(), model.user(user_id(2)).unwrap());
        assert_eq!(model.subjects(system, edit, Target::None, day(0)), [person]);
        assert!(model.permissions(outside, day(0), None).is_empty());
        assert!(model.path(outside, model.role(role_id(3)).unwrap(), day(0)).is_empty());
        assert!(model.any_user_may(Some(outside), &[(system, edit)], day(0)));
        scene.without(Kind::Membership, 3);
        assert!(!scene.model.any_user_may(None, &[(system, edit)], day(0)));
    }
}

#[test]
fn roles_reached_by_another_way_still_count() {
    // G-3: role 1 is in role 3 itself, beside the way through the protected one.
    let mut scene = scene();
    scene.with(nested(4, 1, 2)).with(in_role(2, 1, 1)).with(nested(5, 1, 3));
    assert_eq!(scene.ask(1, "system:user.edit", On::Nothing), ReasonCode::RoleAllow);
    assert_eq!(scene.ask(1, "system:user.read", On::Nothing), ReasonCode::NoGrant);
    assert_eq!((members(&scene, 2), members(&scene, 3)), (vec![], vec![1]));
    let model = &scene.model;
    let path = model.path(model.user(user_id(1)).unwrap(), model.role(role_id(3)).unwrap(), day(0));
    assert_eq!(path.iter().map(|step| step.role).collect::<Vec<_>>(), [role_id(1), role_id(3)]);
}

#[test]
fn marking_a_role_and_changing_a_kind_count_at_once() {
    // G-3
    let mut scene = scene();
    scene.with(in_role(2, 1, 2));
    assert_eq!(scene.ask(1, "system:user.read", On::Nothing), ReasonCode::NoGrant);
    scene.edit::<Role>(role_id(2), |role| role.protected = false);
    assert_eq!(scene.ask(1, "system:user.edit", On::Nothing), ReasonCode::RoleAllow);
    scene.edit::<Role>(role_id(3), |role| role.protected = true);
    assert_eq!(scene.ask(1, "system:user.edit", On::Nothing), ReasonCode::NoGrant);
    assert_eq!(scene.ask(1, "system:user.read", On::Nothing), ReasonCode::RoleAllow);
    scene.edit::<User>(user_id(1), |user| user.kind = UserKind::Person);
    assert_eq!(scene.ask(1, "system:user.edit", On::Nothing), ReasonCode::RoleAllow);
}

#[test]
fn the_explanation_says_that_the_guard_set_the_role_aside() {
    // G-3, P-04
    let mut scene = scene();
    scene.with(in_role(2, 1, 2));
    let explained = scene.explain_on(0, 1, "system:user.edit", On::Nothing);
    assert_eq!(explained.decision.code, ReasonCode::NoGrant);
    let aside: Vec<_> = explained.set_aside.iter().map(|lost| (lost.grant, lost.reason)).collect();
    let guard = SetAsideReason::GuardExternalAdministrator;
    assert_eq!(aside, [(grant_id(2), guard), (grant_id(1), guard)]);
    let way: Vec<_> = explained.paths.iter().map(|path| (path.role, path.steps.len())).collect();
    assert_eq!(way, [(role_id(2), 1), (role_id(3), 2)]);
    // Role 3 itself would help; the protected one would not.
    assert_eq!(explained.missing.unwrap().roles, [role_id(3)]);
    let explained = scene.explain_on(0, 1, "system:user.read", On::Nothing);
    assert!(explained.missing.unwrap().roles.is_empty());
}
