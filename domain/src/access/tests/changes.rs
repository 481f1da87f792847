//! Following changes: order, snapshots, records that are missing.

use super::records::*;
use super::scene::{On, Scene};
use crate::access::{Counts, Model, Question, Reach, ReasonCode, Target};
use crate::change::{Change, Record};
use crate::grant::{self, ACTIONS_MAX, Grant, Module, Object, Scope};
use crate::id::Kind;
use crate::role::Membership;

#[test]
fn a_snapshot_keeps_its_answers() {
    let mut scene = Scene::new();
    scene.with(user(1)).with(worker(1)).with(role(1, 0)).with(in_role(1, 1, 1)).with(to_role(
        1,
        1,
        "time",
        Scope::All,
        &["record"],
    ));
    let before = scene.clone();
    scene.without(Kind::Membership, 1).with(user(2)).with(department(1, None));
    assert_eq!(scene.ask(1, "time:record", On::Worker(1)), ReasonCode::NoGrant);
    assert_eq!(before.ask(1, "time:record", On::Worker(1)), ReasonCode::RoleAllow);
    assert_eq!(before.model.counts().users, 1);
    assert_eq!(scene.model.counts().users, 2);
}

#[test]
fn records_may_refer_to_records_that_come_later_or_never() {
    let records: Vec<Record> = vec![
        to_role(1, 1, "time", on_department(1, true), &["record"]).into(),
        contract(1, 1, 2, window(None, None)).into(),
        nested(2, 2, 1).into(),
        in_role(1, 1, 2).into(),
        department(2, Some(1)).into(),
        worker(1).into(),
        role(2, 0).into(),
        role(1, 0).into(),
        user(1).into(),
    ];
    let mut scene = Scene::new();
    for (last, record) in records.iter().enumerate() {
        assert!(scene.model.role(role_id(1)).is_none() || last == 8);
        scene.with(record.clone());
    }
    // Department 1 was only ever mentioned; it is there for the tree and unknown to callers.
    assert!(scene.model.department(department_id(1)).is_none());
    assert_eq!(scene.ask(1, "time:record", On::Worker(1)), ReasonCode::RoleAllow);
    scene.without(Kind::Department, 2);
    assert_eq!(scene.ask(1, "time:record", On::Worker(1)), ReasonCode::NoGrant);
    scene.with(department(2, Some(1)));
    assert_eq!(scene.ask(1, "time:record", On::Worker(1)), ReasonCode::RoleAllow);
}

#[test]
fn counting_follows_and_a_repeated_change_does_no_harm() {
    let mut scene = Scene::new();
    scene
        .with(user(1))
        .with(worker(1))
        .with(department(1, None))
        .with(contract(1, 1, 1, window(None, None)))
        .with(role(1, 0))
        .with(in_role(1, 1, 1))
        .with(object(1, "task"))
        .with(to_user(1, 1, "time", Scope::All, &["record"]));
    let full = scene.model.counts();
    let once: Vec<Change> = scene.records.values().cloned().map(Change::created).collect();
    scene.model.apply(&once);
    assert_eq!(scene.model.counts(), full);
    assert_eq!(full.memberships + full.contracts + full.grants + full.objects, 4);
    let all: Vec<Change> = scene.records.values().cloned().map(Change::removed).collect();
    scene.model.apply(&all);
    scene.model.apply(&all);
    assert_eq!(scene.model.counts(), Counts::default());
    scene.model.apply(&once);
    assert_eq!(scene.model.counts(), full);
    assert_eq!(scene.ask(1, "time:record", On::Worker(1)), ReasonCode::PersonalAllow);
}

#[test]
fn a_role_of_many_members_loses_any_of_them() {
    let mut scene = Scene::new();
    scene.with(role(1, 0));
    let changes: Vec<_> =
        (0..500).flat_map(|number| [scene.change(user(number)), scene.change(in_role(number, number, 1))]).collect();
    scene.model.apply(&changes);
    let role = scene.model.role(role_id(1)).unwrap();
    for number in [0, 499, 250, 251, 249] {
        scene.without(Kind::Membership, number);
    }
    assert_eq!(scene.model.role_members(role, day(0)).len(), 495);
    // Numbers that became free are given out again.
    scene.with(in_role(1_000, 0, 1)).with(Membership { window: window(0, 0), ..in_role(1_001, 250, 1) });
    assert_eq!(scene.model.role_members(role, day(0)).len(), 497);
    assert_eq!(scene.model.role_members(role, day(1)).len(), 496);
    assert_eq!(scene.model.counts().memberships, 497);
}

#[test]
fn the_objects_of_a_department_and_of_a_type_follow_every_move() {
    // P-05, P-10
    let mut scene = Scene::new();
    scene.with(user(1)).with(role(1, 0)).with(in_role(1, 1, 1)).with(object_type(2, "errand", "task"));
    scene.with(to_role(1, 1, "task", on_department(1, false), &["read"]));
    scene.with(to_role(2, 1, "task", on_type("errand"), &["edit"]));
    let task = scene.model.module("task").unwrap();
    let mut random = 1_u32;
    for _ in 0..400 {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let (number, choice) = ((random >> 24) % 8, (random >> 16) % 4);
        if choice == 3 {
            scene.without(Kind::Object, number);
        } else {
            let object = object(number, if choice == 2 { "errand" } else { "task" });
            scene.with(Object { department_id: (choice > 0).then(|| department_id(choice)), ..object });
        }
        for action in ["read", "edit"] {
            let action = scene.model.action(task, action).unwrap();
            let user = scene.model.user(user_id(1)).unwrap();
            let may = |target: &Target| {
                scene.model.decide(&Question { user, module: task, action, target: *target, day: day(0) }).allowed
            };
            let plain: Vec<_> = scene.model.objects().map(Target::Object).filter(may).collect();
            let expected = if plain.is_empty() { Reach::None } else { Reach::Some(plain) };
            assert_eq!(scene.model.reach(user, task, action, day(0), 100), expected);
        }
    }
}

#[test]
fn bits_of_actions_are_given_out_again() {
    // P-01: at most 128 actions at a time, any number over the years.
    let mut scene = Scene::new();
    scene.with(user(1));
    let names =
        |from: usize| -> Vec<String> { (from..from + ACTIONS_MAX).map(|number| format!("a{number}")).collect() };
    let many = |from: usize| Module { actions: names(from), ..module(9, "many", grant::Target::None, &[]) };
    scene.with(many(0)).with(to_user(1, 1, "many", Scope::All, &["a127"]));
    assert_eq!(scene.ask(1, "many:a127", On::Nothing), ReasonCode::PersonalAllow);
    assert_eq!(scene.ask(1, "many:a0", On::Nothing), ReasonCode::PersonalWithoutAction);
    // The grant that stands in the way of the last new action goes in the same call.
    let changes = [
        scene.change(many(1_000)),
        scene.change(Grant { allow: vec!["a1127".into()], ..to_user(1, 1, "many", Scope::All, &[]) }),
    ];
    scene.model.apply(&changes);
    let many = scene.model.module("many").unwrap();
    assert_eq!(scene.model.actions(many).len(), ACTIONS_MAX);
    assert!(scene.model.action(many, "a127").is_none());
    assert_eq!(scene.ask(1, "many:a1127", On::Nothing), ReasonCode::PersonalAllow);
    assert_eq!(scene.ask(1, "many:a1000", On::Nothing), ReasonCode::PersonalWithoutAction);
}

#[test]
fn the_revision_is_kept() {
    let mut model = Model::new();
    model.set_revision(7);
    assert_eq!(model.clone().revision(), 7);
}
