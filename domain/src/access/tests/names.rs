//! Questions by name (the AuthZEN mapping).

use super::records::*;
use super::scene::Scene;
use crate::access::{Model, ReasonCode, Resolved, Target};
use crate::change::Change;
use crate::grant;
use crate::user::User;
use crate::worker::Worker;

fn scene() -> Scene {
    let mut scene = Scene::new();
    scene
        .with(user(1))
        .with(Worker { user_id: Some(user_id(1)), ..worker(1) })
        .with(worker(2))
        .with(object_type(2, "errand", "task"))
        .with(object(1, "task"))
        .with(module(9, "areas", grant::Target::Area, &["read"]));
    scene
}

fn ask(model: &Model, subject: (&str, &str), resource: (&str, &str), action: &str) -> Result<Resolved, ReasonCode> {
    model.resolve(subject.0, subject.1, resource.0, resource.1, action)
}

#[test]
fn subjects_are_users_or_linked_workers() {
    let scene = scene();
    let model = &scene.model;
    let module = ("module", "system");
    let first = model.user(user_id(1)).unwrap();
    let by_id = user_id(1).to_string();
    for subject in [("user", "u1"), ("user", by_id.as_str()), ("worker", "w1")] {
        assert_eq!(ask(model, subject, module, "user.read").unwrap().user, first);
    }
    assert_eq!(ask(model, ("worker", "w2"), module, "user.read"), Err(ReasonCode::SubjectNotLinked));
    for subject in [("user", "w1"), ("worker", "u1"), ("task", "o1"), ("user", "")] {
        assert_eq!(ask(model, subject, module, "user.read"), Err(ReasonCode::UnknownSubject));
    }
}

#[test]
fn resources_are_workers_modules_without_target_and_objects_of_their_type() {
    let scene = scene();
    let model = &scene.model;
    let user = ("user", "u1");
    let target = |resource, action| ask(model, user, resource, action).map(|resolved| resolved.target);
    assert_eq!(target(("worker", "w2"), "hr:read"), Ok(Target::Worker(model.worker(worker_id(2)).unwrap())));
    assert_eq!(target(("task", "o1"), "read"), Ok(Target::Object(model.object(object_id(1)).unwrap())));
    assert_eq!(target(("module", "system"), "system:user.read"), Ok(Target::None));
    for resource in [
        ("module", "hr"),
        ("module", "none"),
        ("area", "a1"),
        ("user", "u1"),
        ("errand", "o1"),
        ("none", "o1"),
        ("task", "o2"),
    ] {
        assert_eq!(target(resource, "task:read"), Err(ReasonCode::UnknownResource), "{resource:?}");
    }
}

#[test]
fn an_action_names_its_module_unless_the_resource_settles_it() {
    let scene = scene();
    let model = &scene.model;
    let code = |resource, action| ask(model, ("user", "u1"), resource, action).err();
    for (resource, action) in [
        (("task", "o1"), "read"),
        (("task", "o1"), "task:read"),
        (("module", "system"), "role.edit"),
        (("worker", "w1"), "time:record"),
        (("worker", "w1"), "hr:contracts.read"),
    ] {
        assert_eq!(code(resource, action), None, "{action}");
    }
    for (resource, action) in [
        (("worker", "w1"), "read"),
        (("worker", "w1"), "task:read"),
        (("worker", "w1"), "hr:record"),
        (("task", "o1"), "hr:read"),
        (("task", "o1"), ":read"),
        (("task", "o1"), ""),
        (("task", "o1"), "task:"),
        (("module", "system"), "hr:read"),
        (("module", "system"), "no.such"),
        (("worker", "w1"), "areas:read"),
    ] {
        assert_eq!(code(resource, action), Some(ReasonCode::UnknownAction), "{action}");
    }
}

#[test]
fn a_remit_id_wins_over_an_external_id() {
    let mut scene = scene();
    scene.with(User { external_id: Some(user_id(1).to_string()), ..user(2) });
    let found = scene.model.find_user(&user_id(1).to_string()).unwrap();
    assert_eq!(scene.model.user_id(found), user_id(1));
}

#[test]
fn external_ids_follow_their_record_also_when_two_change_places() {
    let mut scene = scene();
    scene.with(user(2));
    let swap = [
        Change::updated(user(1), User { external_id: Some("u2".into()), ..user(1) }),
        Change::updated(user(2), User { external_id: Some("u1".into()), ..user(2) }),
    ];
    scene.model.apply(&swap);
    let found = |name| scene.model.find_user(name).map(|ix| scene.model.user_id(ix));
    assert_eq!((found("u1"), found("u2")), (Some(user_id(2)), Some(user_id(1))));
    let first = scene.model.user(user_id(1)).unwrap();
    assert_eq!(scene.model.user_external_id(first), Some("u2"));
    scene.model.apply(&[Change::removed(user(2))]);
    assert_eq!(scene.model.find_user("u1"), None);
}
