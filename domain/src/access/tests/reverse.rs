//! P-05: what may a user do, to what, and who may.

use super::records::*;
use super::scene::{On, Scene};
use crate::access::{Permission, Reach, ReasonCode, Target, UserIx, Via};
use crate::grant::Scope;
use crate::id::{Kind, UserId};
use crate::role::Membership;
use crate::user::{User, UserState};
use crate::worker::Worker;

/// Department 1 over 2 with workers 1 and 2; worker 3 nowhere. User 1 heads them by role 1.
fn scene() -> Scene {
    let mut scene = Scene::new();
    scene
        .with(user(1))
        .with(user(2))
        .with(user(3))
        .with(department(1, None))
        .with(department(2, Some(1)))
        .with(Worker { user_id: Some(user_id(3)), ..worker(1) })
        .with(worker(2))
        .with(worker(3))
        .with(contract(1, 1, 1, window(None, None)))
        .with(contract(2, 2, 2, window(0, 9)))
        .with(role(1, 0))
        .with(role(2, 0))
        .with(in_role(1, 1, 1))
        .with(Membership { window: window(5, None), ..in_role(2, 2, 2) })
        .with(nested(3, 2, 1))
        .with(to_role(1, 1, "hr", on_department(1, true), &["read"]));
    scene
}

fn ids(scene: &Scene, users: Vec<UserIx>) -> Vec<UserId> {
    let mut ids: Vec<_> = users.into_iter().map(|user| scene.model.user_id(user)).collect();
    ids.sort_unstable();
    ids
}

#[test]
fn members_are_found_in_both_directions() {
    //
    let scene = scene();
    let role = scene.model.role(role_id(1)).unwrap();
    assert_eq!(ids(&scene, scene.model.role_members(role, day(0))), [user_id(1)]);
    assert_eq!(ids(&scene, scene.model.role_members(role, day(5))), [user_id(1), user_id(2)]);
    let second = scene.model.user(user_id(2)).unwrap();
    assert_eq!(scene.model.effective_roles(second, day(4)), []);
    assert_eq!(scene.model.effective_roles(second, day(5)).len(), 2);
    assert_eq!(scene.model.path(second, role, day(5)).len(), 2);
}

#[test]
fn the_targets_of_a_user_are_complete_or_said_to_be_many() {
    // P-05
    let mut scene = scene();
    let hr = scene.model.module("hr").unwrap();
    let read = scene.model.action(hr, "read").unwrap();
    let on = |scene: &Scene, number| Target::Worker(scene.model.worker(worker_id(number)).unwrap());
    let reach = |scene: &Scene, user, on_day, limit| {
        scene.model.reach(scene.model.user(user_id(user)).unwrap(), hr, read, day(on_day), limit)
    };
    assert_eq!(reach(&scene, 1, 0, 10), Reach::Some(vec![on(&scene, 1), on(&scene, 2)]));
    assert_eq!(reach(&scene, 1, 10, 10), Reach::Some(vec![on(&scene, 1)]));
    assert_eq!(reach(&scene, 1, 0, 1), Reach::Broad);
    assert_eq!(reach(&scene, 2, 0, 10), Reach::None);
    assert_eq!(reach(&scene, 3, 0, 10), Reach::Some(vec![on(&scene, 1)]));
    // A deny takes single targets out again.
    scene.with(denying(to_role(2, 1, "hr", on_worker(1), &[]), &["read"]));
    assert_eq!(reach(&scene, 1, 0, 10), Reach::Some(vec![on(&scene, 2)]));
    scene.edit::<User>(user_id(1), |user| user.state = UserState::Blocked);
    assert_eq!(reach(&scene, 1, 0, 10), Reach::None);
}

#[test]
fn who_may_do_it_is_complete() {
    // P-05
    let mut scene = scene();
    scene.with(to_user(2, 2, "hr", on_worker(1), &["read"]));
    let hr = scene.model.module("hr").unwrap();
    let read = scene.model.action(hr, "read").unwrap();
    let first = scene.model.worker(worker_id(1)).unwrap();
    let subjects = scene.model.subjects(hr, read, Target::Worker(first), day(0));
    assert_eq!(ids(&scene, subjects), [user_id(1), user_id(2), user_id(3)]);
    assert_eq!(scene.model.grants_over(Target::Worker(first)).len(), 1);
    let second = scene.model.worker(worker_id(2)).unwrap();
    assert_eq!(ids(&scene, scene.model.subjects(hr, read, Target::Worker(second), day(0))), [user_id(1)]);
}

#[test]
fn permissions_list_every_grant_with_its_path_and_what_sets_it_aside() {
    // P-05, P-03
    let mut scene = scene();
    scene
        .with(to_user(2, 2, "hr", on_worker(1), &["edit"]))
        .with(to_role(3, 2, "time", Scope::All, &["record"]))
        .with(to_role(4, 1, "hr", on_worker(1), &["read"]))
        .edit::<Worker>(worker_id(3), |worker| worker.user_id = Some(user_id(2)));
    let second = scene.model.user(user_id(2)).unwrap();
    let all = scene.model.permissions(second, day(5), None);
    let grant = |permission: &Permission| match &permission.via {
        Via::Relation(_) => None,
        Via::Grant { grant, path, .. } => Some((scene.model.grant_id(*grant), path.len())),
    };
    let listed: Vec<_> = all.iter().map(grant).collect();
    assert_eq!(
        listed,
        [None, Some((grant_id(2), 0)), Some((grant_id(1), 2)), Some((grant_id(3), 1)), Some((grant_id(4), 2))]
    );
    assert_eq!(all[0].scope, on_worker(3));
    assert_eq!(all[0].allow, ["contracts.read", "read"]);
    let aside: Vec<_> = all.iter().map(|permission| (permission.set_aside, permission.set_aside_in_part)).collect();
    assert_eq!(aside, [(false, false), (false, false), (false, true), (false, false), (true, false)]);
    let time = scene.model.module("time").unwrap();
    assert_eq!(scene.model.permissions(second, day(5), Some(time)).len(), 1);
    assert_eq!(scene.model.permissions(second, day(4), Some(time)).len(), 0);
}

#[test]
fn an_administrator_is_found_wherever_they_come_from() {
    //
    let mut scene = scene();
    let system = scene.model.module("system").unwrap();
    let actions: Vec<_> =
        ["user.edit", "role.edit"].iter().map(|name| (system, scene.model.action(system, name).unwrap())).collect();
    let any = |scene: &Scene, on_day| scene.model.any_user_may(None, &actions, day(on_day));
    assert!(!any(&scene, 5));
    // Two people who hold one half each are no administrator.
    scene.with(to_user(5, 1, "system", Scope::All, &["user.edit"])).with(to_user(
        6,
        3,
        "system",
        Scope::All,
        &["role.edit"],
    ));
    assert!(!any(&scene, 5));
    scene.with(to_role(7, 1, "system", Scope::All, &["user.edit", "role.edit"]));
    // User 1's personal grant sets the role aside; user 2 is in it from day 5.
    assert!(!any(&scene, 4) && any(&scene, 5));
    scene.edit::<User>(user_id(2), |user| user.state = UserState::Deleted);
    assert!(!any(&scene, 5));
    scene.without(Kind::Grant, 5);
    assert!(any(&scene, 5));
    let first = scene.model.user(user_id(1));
    assert!(scene.model.any_user_may(first, &actions, day(0)));
    assert!(scene.model.any_user_may(None, &[], day(0)));
}

#[test]
fn a_right_over_everything_is_known_as_such() {
    let mut scene = scene();
    scene.with(to_role(8, 1, "time", Scope::All, &["record"]));
    let time = scene.model.module("time").unwrap();
    let record = scene.model.action(time, "record").unwrap();
    let everywhere = |scene: &Scene, user| {
        scene.model.allowed_everywhere(scene.model.user(user_id(user)).unwrap(), time, record, day(0))
    };
    assert!(everywhere(&scene, 1) && !everywhere(&scene, 2));
    scene.with(denying(to_role(9, 1, "time", on_worker(3), &[]), &["record"]));
    assert!(!everywhere(&scene, 1));
    scene.with(to_user(10, 1, "time", Scope::All, &["record"]));
    assert!(everywhere(&scene, 1));
    assert_eq!(scene.ask(1, "time:record", On::Worker(3)), ReasonCode::PersonalAllow);
    scene.with(to_user(10, 1, "time", on_worker(1), &["record"]));
    assert!(!everywhere(&scene, 1));
}
