//! P-03 step 2, G-2, G-3, G-4, U-11: relations to areas, and what no grant brings about there.

use super::records::*;
use super::scene::{On, Scene};
use crate::access::effect::{effect, gains};
use crate::access::{Needed, Reach, ReasonCode, Relation, Remedy, Target, Via, WindowState, Windowed};
use crate::area::{Area, AreaClass, ProtectionRule};
use crate::change::Change;
use crate::grant::{Object, Scope};
use crate::id::Kind;
use crate::organisation::Contract;
use crate::role::{Membership, Purpose, Role};
use crate::user::{User, UserKind};

/// Area 1: role 1 works there, role 2 reads. User 1 is in role 1, user 2 in role 2 by role 3, user 3 in none. Object 1
/// lies there, object 2 nowhere.
fn scene() -> Scene {
    let mut scene = Scene::new();
    scene
        .with(module(1, "system", crate::grant::Target::None, &["user.read", "area.administer"]))
        .with(module(5, "areas", crate::grant::Target::Area, &["read", "work", "notice"]))
        .with(user(1))
        .with(user(2))
        .with(user(3))
        .with(role(1, 1))
        .with(role(2, 1))
        .with(role(3, 1))
        .with(in_role(1, 1, 1))
        .with(in_role(2, 2, 3))
        .with(nested(3, 3, 2))
        .with(area(1, &[1], &[2]))
        .with(area(2, &[1], &[]))
        .with(Object { area_id: Some(area_id(1)), ..object(1, "task") })
        .with(object(2, "task"));
    scene
}

#[test]
fn processors_work_and_readers_read() {
    // P-03 step 2, A-03
    let scene = scene();
    let allowed = ReasonCode::RelationAllow;
    for action in ["areas:read", "areas:work"] {
        assert_eq!(scene.ask(1, action, On::Area(1)), allowed);
    }
    assert_eq!(scene.ask(1, "areas:notice", On::Area(1)), ReasonCode::NoGrant);
    for action in ["areas:read", "areas:notice"] {
        assert_eq!(scene.ask(2, action, On::Area(1)), allowed);
    }
    assert_eq!(scene.ask(2, "areas:work", On::Area(1)), ReasonCode::NoGrant);
    // Every action of its objects; a reader reads them.
    for action in crate::grant::built_in::OBJECT_ACTIONS {
        let asked = format!("task:{action}");
        assert_eq!(scene.ask(1, &asked, On::Object(1)), allowed, "{action}");
        let read = if *action == "read" { allowed } else { ReasonCode::NoGrant };
        assert_eq!(scene.ask(2, &asked, On::Object(1)), read, "{action}");
        assert_eq!(scene.ask(3, &asked, On::Object(1)), ReasonCode::NoGrant);
        assert_eq!(scene.ask(1, &asked, On::Object(2)), ReasonCode::NoGrant);
    }
    assert_eq!(scene.ask(2, "areas:read", On::Area(2)), ReasonCode::NoGrant);
    // The owner has the settings, not the content.
    let mut scene = scene;
    scene.with(user(0));
    assert_eq!(scene.ask(0, "areas:read", On::Area(1)), ReasonCode::NoGrant);
}

#[test]
fn a_relation_is_explained_and_found_from_both_ends() {
    // P-04, P-05
    let scene = scene();
    let explained = |user, action, on| scene.explain_on(0, user, action, on).relation;
    assert_eq!(explained(1, "task:order", On::Object(1)), Some(Relation::Processor));
    assert_eq!(explained(2, "areas:notice", On::Area(1)), Some(Relation::Reader));
    // By which roles, and how they come there; and which would help those who have none.
    let roles = |user, action, on| -> Vec<_> {
        let paths = scene.explain_on(0, user, action, on).paths;
        paths.into_iter().map(|path| (path.role, path.steps.len())).collect()
    };
    assert_eq!(roles(1, "task:order", On::Object(1)), [(role_id(1), 1)]);
    assert_eq!(roles(2, "areas:notice", On::Area(1)), [(role_id(2), 2)]);
    let would = |action, on| scene.explain_on(0, 3, action, on).missing.unwrap().roles;
    assert_eq!(would("areas:read", On::Area(1)), [role_id(1), role_id(2)]);
    assert_eq!(would("task:edit", On::Object(1)), [role_id(1)]);
    // P-03: a relation comes before personal grants, so it helps against these too.
    for deny in [true, false] {
        let (allow, deny) = if deny { (&[][..], &["work"][..]) } else { (&["notice"][..], &[][..]) };
        let mut scene = scene.clone();
        scene.with(denying(to_user(90, 3, "areas", on_area(1), allow), deny));
        let explained = scene.explain_on(0, 3, "areas:work", On::Area(1));
        assert_eq!(explained.missing.unwrap().roles, [role_id(1)]);
        let membership = Remedy::Membership { role: role_id(1), member: user_id(3) };
        assert_eq!(explained.would_allow[0], membership);
        scene.with(in_role(90, 3, 1));
        assert_eq!(scene.ask(3, "areas:work", On::Area(1)), ReasonCode::RelationAllow);
    }
    // On another day it ends with the membership (expired and to come, each with its day).
    let mut ended = scene.clone();
    ended.edit::<Membership>(membership_id(1), |membership| membership.window = window(None, -1));
    let told = ended.explain_on(0, 1, "areas:work", On::Area(1)).inactive;
    assert_eq!((told.len(), told[0].grant, told[0].relation), (1, None, Some(Relation::Processor)));
    let what = Windowed::Membership(membership_id(1));
    assert_eq!(told[0].because, [Needed { what, window: window(None, -1), state: WindowState::Expired }]);
    let model = &scene.model;
    let [one, two] = [1, 2].map(|number| model.user(user_id(number)).unwrap());
    let (areas, task) = (model.module("areas").unwrap(), model.module("task").unwrap());
    let (read, order) = (model.action(areas, "read").unwrap(), model.action(task, "order").unwrap());
    let area = |number| Target::Area(model.area(area_id(number)).unwrap());
    let object = Target::Object(model.object(object_id(1)).unwrap());
    assert_eq!(model.reach(one, areas, read, day(0), 9), Reach::Some(vec![area(1), area(2)]));
    assert_eq!(model.reach(two, areas, read, day(0), 9), Reach::Some(vec![area(1)]));
    assert_eq!(model.reach(one, task, order, day(0), 9), Reach::Some(vec![object]));
    assert_eq!(model.subjects(areas, read, area(1), day(0)), [one, two]);
    assert_eq!(model.subjects(task, order, object, day(0)), [one]);
    let told: Vec<_> = model.permissions(two, day(0), None).into_iter().map(|one| (one.scope, one.via)).collect();
    let reader = (Scope::Area { id: area_id(1) }, Via::Relation(Relation::Reader));
    assert_eq!(told, vec![reader; 2], "in areas and in tasks");
}

#[test]
fn a_new_member_of_a_role_sees_its_areas_the_moment_they_are_in_it() {
    //
    let mut scene = scene();
    scene.with(crate::role::Membership { window: window(2, 4), ..in_role(9, 3, 1) });
    let on = |day| scene.ask_on(day, 3, "areas:work", On::Area(1));
    assert_eq!([1, 2, 4, 5].map(on).map(|code| code == ReasonCode::RelationAllow), [false, true, true, false]);
}

#[test]
fn a_grant_over_an_area_covers_it_and_its_objects_and_nothing_below() {
    // P-02
    let mut scene = scene();
    scene
        .with(Area { parent_id: Some(area_id(1)), ..area(2, &[1], &[]) })
        .with(Object { area_id: Some(area_id(2)), ..object(3, "task") })
        .with(role(4, 1))
        .with(in_role(9, 3, 4))
        .with(to_role(1, 4, "task", on_area(1), &["edit"]))
        .with(to_role(2, 4, "areas", on_area(1), &["notice"]));
    assert_eq!(scene.ask(3, "task:edit", On::Object(1)), ReasonCode::RoleAllow);
    assert_eq!(scene.ask(3, "task:edit", On::Object(3)), ReasonCode::NoGrant);
    assert_eq!(scene.ask(3, "areas:notice", On::Area(1)), ReasonCode::RoleAllow);
    assert_eq!(scene.ask(3, "areas:notice", On::Area(2)), ReasonCode::NoGrant);
    // An object that moves takes its rights along.
    scene.edit::<Object>(object_id(1), |object| object.area_id = Some(area_id(2)));
    assert_eq!(scene.ask(3, "task:edit", On::Object(1)), ReasonCode::NoGrant);
}

#[test]
fn administering_areas_gives_no_right_to_their_content() {
    // G-2
    let mut scene = scene();
    scene.with(role(4, 9)).with(in_role(9, 3, 4)).with(to_role(1, 4, "system", Scope::All, &["area.administer"]));
    for (action, on) in [("areas:read", On::Area(1)), ("areas:work", On::Area(1)), ("task:read", On::Object(1))] {
        assert_eq!(scene.ask(3, action, on), ReasonCode::GuardAreaAdministrator);
    }
    // Elsewhere it says nothing; and a right from elsewhere is a right.
    assert_eq!(scene.ask(3, "task:read", On::Object(2)), ReasonCode::NoGrant);
    scene.with(in_role(10, 3, 2));
    assert_eq!(scene.ask(3, "areas:read", On::Area(1)), ReasonCode::RelationAllow);
}

#[test]
fn an_outside_administrator_reaches_only_ordinary_areas_whose_owner_allows_it() {
    // G-3, U-11
    let mut scene = scene();
    scene.with(User { kind: UserKind::ExternalAdministrator, ..user(1) });
    scene.with(to_role(1, 1, "areas", Scope::All, &["read"]));
    let shut = ReasonCode::GuardExternalAdministrator;
    let asked = [("areas:read", On::Area(1)), ("task:read", On::Object(1))];
    assert_eq!(asked.map(|(action, on)| scene.ask(1, action, on)), [shut; 2]);
    scene.edit::<Area>(area_id(1), |area| area.allowed_external_administrator_ids = vec![user_id(1)]);
    assert_eq!(asked.map(|(action, on)| scene.ask(1, action, on)), [ReasonCode::RelationAllow; 2]);
    assert_eq!(scene.ask(1, "areas:read", On::Area(2)), shut);
    for class in [AreaClass::Protected, AreaClass::PersonalFolders] {
        scene.edit::<Area>(area_id(1), |area| area.class = class);
        assert_eq!(asked.map(|(action, on)| scene.ask(1, action, on)), [shut; 2]);
    }
    // Assigned to a task there all the same.
    scene.edit::<Object>(object_id(1), |object| object.assignee_id = Some(user_id(1)));
    assert_eq!(scene.ask(1, "task:read", On::Object(1)), shut);
}

/// The same with area 1 of personal folders, and the members of role 3 kept out.
fn guarded() -> Scene {
    let mut scene = scene();
    scene.edit::<Area>(area_id(1), |area| area.class = AreaClass::PersonalFolders);
    scene.with(protection_rule(1, 3));
    scene
}

#[test]
fn a_protection_rule_bars_from_areas_of_its_class() {
    // G-4: whatever other roles say.
    let mut scene = guarded();
    let barred = ReasonCode::GuardProtectionRule;
    scene.with(in_role(9, 2, 1)).with(to_user(1, 2, "areas", on_area(1), &["read"]));
    assert_eq!(scene.ask(2, "areas:read", On::Area(1)), barred);
    assert_eq!(scene.ask(2, "task:edit", On::Object(1)), barred);
    let explained = scene.explain_on(0, 2, "areas:read", On::Area(1));
    assert_eq!(explained.protection_rule, Some(protection_rule(1, 3).id));
    // Others, and other areas, are not concerned.
    assert_eq!(scene.ask(1, "areas:work", On::Area(1)), ReasonCode::RelationAllow);
    assert_eq!(scene.ask(2, "areas:work", On::Area(2)), ReasonCode::RelationAllow);
    scene.without(Kind::ProtectionRule, 1);
    assert_eq!(scene.ask(2, "areas:work", On::Area(1)), ReasonCode::RelationAllow);
}

#[test]
fn what_the_owner_gives_by_name_and_what_is_assigned_is_their_own() {
    // G-4: save as owner's processor by name, assignee or team member.
    let mut scene = guarded();
    scene.with(in_role(9, 2, 1));
    scene.edit::<Object>(object_id(1), |object| object.team_ids = vec![user_id(2)]);
    assert_eq!(scene.ask(2, "task:edit", On::Object(1)), ReasonCode::RelationAllow);
    assert_eq!(scene.ask(2, "areas:read", On::Area(1)), ReasonCode::GuardProtectionRule);
    scene.edit::<Role>(role_id(1), |role| role.purpose = Purpose::PeopleList);
    assert_eq!(scene.ask(2, "areas:read", On::Area(1)), ReasonCode::RelationAllow);
}

#[test]
fn a_rule_over_folders_leaves_the_own_one() {
    // G-4: by role and by position, on the days of the contract.
    let mut scene = scene();
    scene
        .with(crate::worker::Worker { user_id: Some(user_id(3)), ..worker(1) })
        .with(worker(2))
        .with(department(1, None))
        .with(Contract { position_id: position_id(7), ..contract(1, 1, 1, window(2, 4)) })
        .with(role(4, 1))
        .with(in_role(9, 3, 4))
        .with(to_role(1, 4, "hr", Scope::All, &["read", "edit"]));
    assert_eq!(scene.ask_on(3, 3, "hr:edit", On::Worker(2)), ReasonCode::RoleAllow);
    let rule = protection_rule(1, 9);
    scene.with(ProtectionRule {
        class: None,
        module: Some("hr".into()),
        role_ids: vec![],
        position_ids: vec![position_id(7)],
        ..rule
    });
    let on = |scene: &Scene, day, worker| scene.ask_on(day, 3, "hr:edit", On::Worker(worker));
    let barred = [1, 2, 4, 5].map(|day| on(&scene, day, 2) == ReasonCode::GuardProtectionRule);
    assert_eq!(barred, [false, true, true, false]);
    assert_eq!(on(&scene, 3, 1), ReasonCode::RoleAllow, "the own folder");
    scene.edit::<Contract>(contract(1, 1, 1, window(2, 4)).id.0, |contract| contract.position_id = position_id(8));
    assert_eq!(on(&scene, 3, 2), ReasonCode::RoleAllow);
    scene.edit::<Contract>(contract(1, 1, 1, window(2, 4)).id.0, |contract| contract.position_id = position_id(7));
    assert_eq!(on(&scene, 3, 2), ReasonCode::GuardProtectionRule);
}

#[test]
fn what_a_change_of_an_area_brings_is_told() {
    // H-03, G-5
    let change = |scene: &mut Scene, change: Change, user: u32| {
        let before = scene.model.clone();
        scene.model.apply(std::slice::from_ref(&change));
        let found = gains(&before, &scene.model, std::slice::from_ref(&change), &[user_id(user)], day(0));
        let told = effect(&before, &scene.model, &[change], day(0));
        let mut said = Vec::new();
        for group in told.groups {
            for right in group.rights {
                said.push((group.users.clone(), right.gained, right.module, right.actions.join(",")));
            }
        }
        (found.len(), said)
    };
    let all = crate::grant::built_in::OBJECT_ACTIONS;
    let mut sorted: Vec<&str> = all.to_vec();
    sorted.sort_unstable();
    let one = |user: u32, gained, module: &str, actions: &str| {
        (vec![user_id(user)], gained, module.to_owned(), actions.to_owned())
    };
    // Whom the owner lets in.
    let mut scene = scene();
    let wider = scene.change(area(1, &[1, 4], &[2]));
    scene.with(role(4, 1)).with(in_role(9, 3, 4));
    let (own, told) = change(&mut scene, wider, 3);
    assert_eq!(own, 2);
    assert_eq!(told, [one(3, true, "task", &sorted.join(",")), one(3, true, "areas", "read,work")]);
    // Who leaves the role of an area loses it; nobody else is told of.
    let gone = scene.records.remove(&(Kind::Membership, membership_id(9).0));
    let (own, told) = change(&mut scene, Change { before: gone, after: None }, 3);
    assert_eq!((own, told.len(), told[0].1), (0, 2, false));
    // A rule that no longer bars.
    let mut scene = guarded();
    let gone = scene.records.remove(&(Kind::ProtectionRule, id(Kind::ProtectionRule, 1)));
    let (own, told) = change(&mut scene, Change { before: gone, after: None }, 2);
    assert_eq!((own, told), (2, vec![one(2, true, "task", "read"), one(2, true, "areas", "notice,read")]));
}
