//! P-03 and the rules around it, one by one.

use super::records::*;
use super::scene::{On, Scene};
use crate::access::ReasonCode::*;
use crate::grant::{Grant, Module, Scope};
use crate::id::Kind;
use crate::organisation::{Contract, ContractState, Department};
use crate::role::{Membership, Role};
use crate::user::{User, UserKind, UserState};
use crate::worker::Worker;

/// User 1 in role 1, which may record time over everybody; workers 1 and 2.
fn recorder() -> Scene {
    let mut scene = Scene::new();
    scene.with(user(1)).with(worker(1)).with(worker(2)).with(role(1, 10)).with(in_role(1, 1, 1)).with(to_role(
        1,
        1,
        "time",
        Scope::All,
        &["record"],
    ));
    scene
}

#[test]
fn without_a_grant_nothing_is_allowed() {
    // P-03
    let scene = recorder();
    assert_eq!(scene.ask(1, "time:record", On::Worker(1)), RoleAllow);
    assert_eq!(scene.ask(1, "time:schedule", On::Worker(1)), NoGrant);
    assert_eq!(scene.ask(1, "hr:read", On::Worker(1)), NoGrant);
    assert_eq!(scene.ask(1, "system:user.read", On::Nothing), NoGrant);
}

#[test]
fn a_personal_grant_alone_decides_on_its_target_until_it_is_deleted() {
    // P-06
    let mut scene = recorder();
    scene
        .with(to_role(1, 1, "time", Scope::All, &["schedule", "record", "report.check", "report.close"]))
        .with(to_user(2, 1, "time", on_worker(1), &["record"]));
    assert_eq!(scene.ask(1, "time:record", On::Worker(1)), PersonalAllow);
    for action in ["time:schedule", "time:report.check", "time:report.close"] {
        assert_eq!(scene.ask(1, action, On::Worker(1)), PersonalWithoutAction);
        assert_eq!(scene.ask(1, action, On::Worker(2)), RoleAllow);
    }
    scene.without(Kind::Grant, 2);
    assert_eq!(scene.ask(1, "time:report.close", On::Worker(1)), RoleAllow);
}

#[test]
fn personal_grants_leave_other_modules_alone_and_a_deny_among_them_wins() {
    // P-03
    let mut scene = recorder();
    scene
        .with(to_role(3, 1, "hr", Scope::All, &["read"]))
        .with(to_user(2, 1, "time", Scope::All, &["record"]))
        .with(denying(to_user(4, 1, "time", on_worker(1), &[]), &["record"]));
    assert_eq!(scene.ask(1, "hr:read", On::Worker(1)), RoleAllow);
    assert_eq!(scene.ask(1, "time:record", On::Worker(1)), PersonalDeny);
    assert_eq!(scene.ask(1, "time:record", On::Worker(2)), PersonalAllow);
    // A personal grant counts on its days only.
    scene.edit::<Grant>(grant_id(2), |grant| grant.window = window(None, -1));
    assert_eq!(scene.ask(1, "time:record", On::Worker(2)), RoleAllow);
}

#[test]
fn roles_add_up_and_the_highest_priority_decides_a_conflict() {
    // P-03, R-01
    let mut scene = recorder();
    scene.with(role(2, 20)).with(in_role(2, 1, 2)).with(to_role(2, 2, "time", Scope::All, &["schedule"]));
    assert_eq!(scene.ask(1, "time:record", On::Worker(1)), RoleAllow);
    assert_eq!(scene.ask(1, "time:schedule", On::Worker(1)), RoleAllow);
    scene.with(denying(to_role(3, 2, "time", on_worker(1), &[]), &["record"]));
    assert_eq!(scene.ask(1, "time:record", On::Worker(1)), RoleDeny);
    assert_eq!(scene.ask(1, "time:record", On::Worker(2)), RoleAllow);
    scene.edit::<Role>(role_id(1), |role| role.priority = 20);
    assert_eq!(scene.ask(1, "time:record", On::Worker(1)), TieDeny);
    scene.edit::<Role>(role_id(1), |role| role.priority = 21);
    assert_eq!(scene.ask(1, "time:record", On::Worker(1)), RoleAllow);
}

#[test]
fn windows_of_memberships_and_roles_along_a_path_intersect() {
    // 1 in role 1 from day 0 to 20; role 1 in role 2 from 10; role 2 itself until 15.
    let mut scene = Scene::new();
    scene
        .with(user(1))
        .with(worker(1))
        .with(role(1, 0))
        .with(Role { window: window(None, 15), ..role(2, 0) })
        .with(Membership { window: window(0, 20), ..in_role(1, 1, 1) })
        .with(Membership { window: window(10, None), ..nested(2, 1, 2) })
        .with(to_role(1, 2, "time", Scope::All, &["record"]));
    for (on_day, code) in [(9, NoGrant), (10, RoleAllow), (15, RoleAllow), (16, NoGrant)] {
        assert_eq!(scene.ask_on(on_day, 1, "time:record", On::Worker(1)), code, "day {on_day}");
    }
    // A second path, over role 3, unites with the first.
    scene.with(role(3, 0)).with(in_role(3, 1, 3)).with(Membership { window: window(4, 6), ..nested(4, 3, 2) });
    for (on_day, code) in [(3, NoGrant), (4, RoleAllow), (6, RoleAllow), (7, NoGrant), (12, RoleAllow)] {
        assert_eq!(scene.ask_on(on_day, 1, "time:record", On::Worker(1)), code, "day {on_day}");
    }
}

#[test]
fn a_role_outside_its_window_gives_nothing_and_passes_nothing_on() {
    //
    let mut scene = recorder();
    scene.with(role(2, 0)).with(nested(2, 1, 2)).with(to_role(2, 2, "hr", Scope::All, &["read"]));
    assert_eq!(scene.ask(1, "hr:read", On::Worker(1)), RoleAllow);
    scene.edit::<Role>(role_id(1), |role| role.window = window(None, -1));
    assert_eq!(scene.ask(1, "hr:read", On::Worker(1)), NoGrant);
    assert_eq!(scene.ask(1, "time:record", On::Worker(1)), NoGrant);
    scene.edit::<Role>(role_id(1), |role| role.window = window(0, 0));
    assert_eq!(scene.ask(1, "hr:read", On::Worker(1)), RoleAllow);
    assert_eq!(scene.ask_on(1, 1, "hr:read", On::Worker(1)), NoGrant);
    // Deleted, it is as if it had never been.
    scene.edit::<Role>(role_id(1), |role| role.window = window(None, None)).without(Kind::Role, 1);
    assert_eq!(scene.ask(1, "hr:read", On::Worker(1)), NoGrant);
}

#[test]
fn a_grant_holds_on_its_days_only() {
    // P-02
    let mut scene = recorder();
    scene.edit::<Grant>(grant_id(1), |grant| grant.window = window(5, 7));
    for (on_day, code) in [(4, NoGrant), (5, RoleAllow), (7, RoleAllow), (8, NoGrant)] {
        assert_eq!(scene.ask_on(on_day, 1, "time:record", On::Worker(1)), code);
    }
}

#[test]
fn a_department_covers_those_placed_there_on_that_day() {
    // P-02, D-01, D-04: department 2 under 1.
    let mut scene = recorder();
    scene
        .with(department(1, None))
        .with(department(2, Some(1)))
        .with(contract(1, 1, 1, window(None, 9)))
        .with(contract(2, 1, 2, window(10, None)))
        .with(to_role(1, 1, "time", on_department(1, false), &["record"]));
    assert_eq!(scene.ask_on(9, 1, "time:record", On::Worker(1)), RoleAllow);
    assert_eq!(scene.ask_on(10, 1, "time:record", On::Worker(1)), NoGrant);
    scene.with(to_role(2, 1, "time", on_department(1, true), &["record"]));
    assert_eq!(scene.ask_on(10, 1, "time:record", On::Worker(1)), RoleAllow);
    assert_eq!(scene.ask_on(10, 1, "time:record", On::Worker(2)), NoGrant);
    // Moving the department away takes its people out of the subtree.
    scene.edit::<Department>(department_id(2), |department| department.parent_id = None);
    assert_eq!(scene.ask_on(10, 1, "time:record", On::Worker(1)), NoGrant);
    scene.edit::<Department>(department_id(2), |department| department.parent_id = Some(department_id(1)));
    for (state, code) in [
        (ContractState::Ended, RoleAllow),
        (ContractState::Draft, NoGrant),
        (ContractState::Signed, RoleAllow),
        (ContractState::Cancelled, NoGrant),
    ] {
        scene.edit::<Contract>(id(Kind::Contract, 2), |contract| contract.state = state);
        assert_eq!(scene.ask_on(10, 1, "time:record", On::Worker(1)), code, "{state}");
    }
}

#[test]
fn objects_are_covered_by_department_type_and_themselves() {
    // P-02, P-09
    let mut scene = Scene::new();
    scene
        .with(user(1))
        .with(role(1, 0))
        .with(in_role(1, 1, 1))
        .with(department(1, None))
        .with(department(2, Some(1)))
        .with(object_type(2, "errand", "task"))
        .with(crate::grant::Object { department_id: Some(department_id(2)), ..object(1, "task") })
        .with(object(2, "errand"))
        .with(to_role(1, 1, "task", on_department(1, true), &["read"]))
        .with(to_role(2, 1, "task", on_type("errand"), &["use"]))
        .with(to_role(3, 1, "task", on_object(2), &["edit"]));
    assert_eq!(scene.ask(1, "task:read", On::Object(1)), RoleAllow);
    assert_eq!(scene.ask(1, "task:read", On::Object(2)), NoGrant);
    assert_eq!(scene.ask(1, "task:use", On::Object(1)), NoGrant);
    assert_eq!(scene.ask(1, "task:use", On::Object(2)), RoleAllow);
    assert_eq!(scene.ask(1, "task:edit", On::Object(1)), NoGrant);
    assert_eq!(scene.ask(1, "task:edit", On::Object(2)), RoleAllow);
}

#[test]
fn a_module_switched_off_grants_nothing_not_even_by_relation() {
    // P-02
    let mut scene = recorder();
    scene.edit::<Worker>(worker_id(1), |worker| worker.user_id = Some(user_id(1)));
    assert_eq!(scene.ask(1, "hr:read", On::Worker(1)), RelationAllow);
    for code in [2, 3] {
        scene.edit::<Module>(id(Kind::Module, code), |module| module.active = false);
    }
    assert_eq!(scene.ask(1, "hr:read", On::Worker(1)), ModuleOff);
    assert_eq!(scene.ask(1, "time:record", On::Worker(1)), ModuleOff);
    scene.edit::<Module>(id(Kind::Module, 3), |module| module.active = true);
    assert_eq!(scene.ask(1, "time:record", On::Worker(1)), RoleAllow);
}

#[test]
fn only_an_active_account_that_can_act_does_anything() {
    // G-1, G-3, U-10
    let mut scene = recorder();
    for state in [UserState::Invited, UserState::Blocked, UserState::Deleted, UserState::Forgotten] {
        scene.edit::<User>(user_id(1), |user| user.state = state);
        assert_eq!(scene.ask(1, "time:record", On::Worker(1)), GuardState);
    }
    for (kind, code) in [
        (UserKind::Virtual, GuardKind),
        (UserKind::ExternalFiller, GuardKind),
        (UserKind::ExternalAdministrator, GuardExternalAdministrator),
        (UserKind::Service, RoleAllow),
        (UserKind::Person, RoleAllow),
    ] {
        scene.edit::<User>(user_id(1), |user| (user.kind, user.state) = (kind, UserState::Active));
        assert_eq!(scene.ask(1, "time:record", On::Worker(1)), code, "{kind}");
    }
}

#[test]
fn a_linked_worker_reads_their_own_folder_and_no_more() {
    // W-09, P-03: also where a role or a personal grant denies it.
    let mut scene = recorder();
    scene
        .edit::<Worker>(worker_id(1), |worker| worker.user_id = Some(user_id(1)))
        .with(denying(to_user(2, 1, "hr", Scope::All, &[]), &["read", "edit"]));
    assert_eq!(scene.ask(1, "hr:read", On::Worker(1)), RelationAllow);
    assert_eq!(scene.ask(1, "hr:contracts.read", On::Worker(1)), RelationAllow);
    assert_eq!(scene.ask(1, "hr:edit", On::Worker(1)), PersonalDeny);
    assert_eq!(scene.ask(1, "hr:contracts.edit", On::Worker(1)), PersonalWithoutAction);
    assert_eq!(scene.ask(1, "hr:read", On::Worker(2)), PersonalDeny);
    scene.edit::<Worker>(worker_id(1), |worker| worker.user_id = None);
    assert_eq!(scene.ask(1, "hr:read", On::Worker(1)), PersonalDeny);
}

#[test]
fn assignee_and_team_work_on_their_object() {
    // P-03, A-04
    let mut scene = Scene::new();
    scene
        .with(user(1))
        .with(user(2))
        .with(user(3))
        .with(crate::grant::Object { assignee_id: Some(user_id(1)), team_ids: vec![user_id(2)], ..object(1, "task") })
        .with(object(2, "task"));
    for action in ["read", "use", "edit", "record_hours", "report_finished"] {
        let action = format!("task:{action}");
        assert_eq!(scene.ask(1, &action, On::Object(1)), RelationAllow);
        assert_eq!(scene.ask(2, &action, On::Object(1)), RelationAllow);
        assert_eq!(scene.ask(3, &action, On::Object(1)), NoGrant);
        assert_eq!(scene.ask(1, &action, On::Object(2)), NoGrant);
    }
    assert_eq!(scene.ask(1, "task:order", On::Object(1)), NoGrant);
    scene.edit::<crate::grant::Object>(object_id(1), |object| {
        object.assignee_id = None;
        object.team_ids = vec![user_id(3)];
    });
    assert_eq!(scene.ask(1, "task:read", On::Object(1)), NoGrant);
    assert_eq!(scene.ask(3, "task:read", On::Object(1)), RelationAllow);
}

#[test]
fn automatic_membership_ends_with_its_window() {
    // the window is that of the contract, no job needs to run.
    let mut scene = recorder();
    scene.with(Membership { source: crate::role::Source::Automatic, window: window(0, 30), ..in_role(1, 1, 1) });
    assert_eq!(scene.ask_on(30, 1, "time:record", On::Worker(1)), RoleAllow);
    assert_eq!(scene.ask_on(31, 1, "time:record", On::Worker(1)), NoGrant);
}
