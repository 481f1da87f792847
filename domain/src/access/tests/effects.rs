//! What changes do to people's rights (H-03, G-5).

use super::records::*;
use super::scene::Scene;
use crate::access::ReasonCode;
use crate::access::effect::{Effect, EffectGroup, RightChange, concerns, effect, gains};
use crate::change::Change;
use crate::grant::{GrantSource, Holder, Scope};
use crate::id::{Kind, UserId};
use crate::user::{User, UserState};

/// What a change of a record does.
fn of(scene: &mut Scene, record: impl Into<crate::change::Record>) -> Effect {
    let change = scene.change(record);
    let before = scene.model.clone();
    scene.model.apply(std::slice::from_ref(&change));
    effect(&before, &scene.model, &[change], day(0))
}

fn without(scene: &mut Scene, kind: Kind, number: u32) -> Effect {
    let before = scene.model.clone();
    let record = scene.records.get(&(kind, id(kind, number))).cloned().unwrap();
    scene.without(kind, number);
    effect(&before, &scene.model, &[Change { before: Some(record), after: None }], day(0))
}

/// Who gains (`+`) or loses (`-`) what, in words.
fn told(effect: &Effect) -> Vec<String> {
    let words = |group: &EffectGroup, user: &UserId, right: &RightChange| {
        let when = if group.once_active { "once active " } else { "" };
        let sign = if right.gained { '+' } else { '-' };
        let number = (0..20).find(|number| user_id(*number) == *user).unwrap();
        format!("{number} {when}{sign}{}:{} on {}", right.module, right.actions.join(","), right.scope.len())
    };
    let mut said: Vec<_> = effect
        .groups
        .iter()
        .flat_map(|group| {
            group.users.iter().flat_map(|user| group.rights.iter().map(|right| words(group, user, right)))
        })
        .collect();
    said.sort();
    said
}

#[test]
fn an_object_brings_its_people_what_the_relation_gives() {
    let mut scene = company();
    let made = crate::grant::Object { assignee_id: Some(user_id(1)), ..object(1, "task") };
    let found = of(&mut scene, made);
    assert_eq!(told(&found), ["1 +task:edit,read,record_hours,report_finished,use on 1"]);
}

fn company() -> Scene {
    let mut scene = Scene::new();
    scene
        .with(department(1, None))
        .with(department(2, Some(1)))
        .with(user(1))
        .with(user(2))
        .with(worker(1))
        .with(contract(1, 1, 2, window(None, None)))
        .with(role(1, 1))
        .with(role(2, 2))
        .with(to_role(1, 1, "hr", Scope::All, &["read"]));
    scene
}

#[test]
fn a_membership_gives_what_its_role_has_and_says_by_which_way() {
    // H-03
    let mut scene = company();
    let found = of(&mut scene, in_role(1, 1, 1));
    assert_eq!(told(&found), ["1 +hr:read on 1"]);
    let right = &found.groups[0].rights[0];
    assert_eq!((right.before, right.after), (ReasonCode::NoGrant, ReasonCode::RoleAllow));
    assert_eq!(right.scope, [Scope::All]);
    assert_eq!(right.via[0].through, [role_id(1)]);
    assert_eq!(right.via[0].holder, Holder::Role(role_id(1)));
}

#[test]
fn who_has_a_right_already_gains_nothing_and_loses_nothing_with_the_first_of_two_ways() {
    let mut scene = company();
    scene.with(in_role(1, 1, 1)).with(to_role(2, 2, "hr", Scope::All, &["read", "edit"]));
    let found = of(&mut scene, in_role(2, 1, 2));
    assert_eq!(told(&found), ["1 +hr:edit on 1"]);
    assert_eq!(told(&without(&mut scene, Kind::Membership, 1)), Vec::<String>::new());
    assert_eq!(told(&without(&mut scene, Kind::Membership, 2)), ["1 -hr:edit,read on 1"]);
}

#[test]
fn a_deleted_personal_grant_brings_back_what_roles_give() {
    // P-06: taking something away may give.
    let mut scene = company();
    scene.with(in_role(1, 1, 1)).with(to_user(2, 1, "hr", on_worker(1), &["edit"]));
    let found = without(&mut scene, Kind::Grant, 2);
    assert_eq!(told(&found), ["1 +hr:read on 1", "1 -hr:edit on 1"]);
    assert!(found.groups[0].rights.iter().all(|right| right.scope == [on_worker(1)]));
}

#[test]
fn a_removed_deny_gives_where_two_departments_meet() {
    let mut scene = company();
    scene
        .with(department(3, None))
        .with(role(3, 5))
        .with(to_role(2, 2, "time", on_department(2, false), &["record"]))
        .with(denying(to_role(3, 3, "time", on_department(3, false), &[]), &["record"]))
        .with(in_role(1, 1, 2))
        .with(in_role(2, 1, 3));
    let found = without(&mut scene, Kind::Grant, 3);
    assert_eq!(told(&found), ["1 +time:record on 2"]);
}

#[test]
fn a_department_of_its_own_deny_is_no_example_of_what_is_below_it() {
    let mut scene = company();
    scene
        .with(denying(to_role(3, 1, "time", on_department(1, false), &[]), &["record"]))
        .with(in_role(1, 1, 1))
        .with(in_role(2, 1, 2));
    // The role of lower priority denies at the department alone; of the same priority it would be a tie.
    scene.with(role(2, 1));
    let found = of(&mut scene, to_role(2, 2, "time", on_department(1, true), &["record"]));
    assert_eq!(told(&found), ["1 +time:record on 1"]);
}

#[test]
fn what_is_had_in_parts_of_a_subtree_hides_no_gain_in_the_rest_of_it() {
    // G-5, H-03: of the department alone the user has the action, and of all parts below but one.
    let mut scene = company();
    scene
        .with(department(50, Some(1)))
        .with(department(51, Some(50)))
        .with(department(52, Some(1)))
        .with(department(53, Some(1)))
        .with(department(54, Some(53)))
        .with(in_role(1, 1, 1))
        .with(to_role(30, 1, "time", on_department(1, false), &["record"]))
        .with(to_role(31, 1, "time", on_department(50, true), &["record"]))
        .with(to_role(32, 1, "time", on_department(2, true), &["record"]))
        .with(to_role(33, 1, "time", on_department(53, true), &["record"]));
    let found = of(&mut scene, to_role(2, 1, "time", on_department(1, true), &["record"]));
    assert_eq!(told(&found), ["1 +time:record on 1"], "in the department 52");

    // Where every part below is named, each is looked at.
    scene.without(Kind::Grant, 2);
    for (grant, part) in [(31, 50), (32, 2), (33, 53), (34, 52), (35, 51), (36, 54)] {
        scene.with(to_role(grant, 1, "time", on_department(part, true), &["schedule"]));
    }
    let found = of(&mut scene, to_role(2, 1, "time", on_department(1, true), &["record"]));
    assert!(!told(&found).is_empty(), "below the department 1");
}

#[test]
fn who_is_invited_or_blocked_gains_and_loses_once_active() {
    // H-03
    let mut scene = company();
    let in_state = |state| User { state, ..user(1) };
    for state in [UserState::Invited, UserState::Blocked] {
        scene.with(in_state(state));
        let found = of(&mut scene, in_role(1, 1, 1));
        assert_eq!(told(&found), ["1 once active +hr:read on 1"]);
        let right = &found.groups[0].rights[0];
        assert_eq!((right.before, right.after), (ReasonCode::NoGrant, ReasonCode::RoleAllow));
        assert_eq!(told(&without(&mut scene, Kind::Membership, 1)), ["1 once active -hr:read on 1"]);
    }
    for state in [UserState::Deleted, UserState::Forgotten] {
        scene.with(in_state(state));
        assert_eq!(told(&of(&mut scene, in_role(1, 1, 1))), Vec::<String>::new());
        scene.without(Kind::Membership, 1);
    }
}

#[test]
fn a_block_takes_what_there_is_now_and_nothing_more_once_active() {
    // H-03
    let mut scene = company();
    scene.with(in_role(1, 1, 1));
    let in_state = |state| User { state, ..user(1) };
    assert_eq!(told(&of(&mut scene, in_state(UserState::Blocked))), ["1 -hr:read on 1"]);
    assert_eq!(told(&of(&mut scene, in_state(UserState::Active))), ["1 +hr:read on 1"]);
    // Into the trash, and out of it.
    assert_eq!(told(&of(&mut scene, in_state(UserState::Deleted))), ["1 -hr:read on 1"]);
    scene.with(crate::grant::Object { assignee_id: Some(user_id(1)), ..object(1, "task") });
    assert_eq!(
        told(&of(&mut scene, in_state(UserState::Blocked))),
        ["1 once active +hr:read on 1", "1 once active +task:edit,read,record_hours,report_finished,use on 1",]
    );
}

#[test]
fn an_account_that_is_made_with_a_role_gains_once_active() {
    // H-03, W-07
    let mut scene = company();
    let before = scene.model.clone();
    let invited = User { state: UserState::Invited, ..user(3) };
    let changes = [scene.change(invited), scene.change(in_role(1, 3, 1))];
    scene.model.apply(&changes);
    assert_eq!(told(&effect(&before, &scene.model, &changes, day(0))), ["3 once active +hr:read on 1"]);
}

#[test]
fn days_that_are_past_do_not_count_and_those_to_come_are_named() {
    let mut scene = company();
    let found = of(&mut scene, crate::role::Membership { window: window(Some(-9), Some(-1)), ..in_role(1, 1, 1) });
    assert_eq!(told(&found), Vec::<String>::new());
    let found = of(&mut scene, crate::role::Membership { window: window(Some(3), Some(4)), ..in_role(2, 2, 1) });
    assert_eq!(told(&found), ["2 +hr:read on 1"]);
    assert_eq!(found.groups[0].rights[0].window, window(Some(3), Some(4)));
}

#[test]
fn a_department_that_moves_brings_rights_over_it_with_it() {
    let mut scene = company();
    scene.with(department(3, None)).with(to_role(2, 2, "hr", on_department(3, true), &["edit"])).with(in_role(1, 1, 2));
    let found = of(&mut scene, department(1, Some(3)));
    assert_eq!(told(&found), ["1 +hr:edit on 1"]);
    assert_eq!(found.groups[0].rights[0].scope, [on_department(1, true)]);
    // The same as a question of the guard: the one who moves it gains by it.
    let before = scene.model.clone();
    let change = scene.change(department(1, None));
    scene.model.apply(std::slice::from_ref(&change));
    assert_eq!(gains(&scene.model, &before, &[change], &[user_id(1)], day(0)).len(), 1);
}

#[test]
fn what_templates_give_on_a_new_object_is_no_gain() {
    // P-09, G-5
    let mut scene = company();
    scene.with(in_role(1, 1, 1)).with(object(1, "task"));
    let given = |number, on| crate::grant::Grant {
        source: GrantSource::Template,
        ..to_role(number, 1, "task", on_object(on), &["edit"])
    };
    let mut gained = |records: Vec<crate::change::Record>| {
        let before = scene.model.clone();
        let changes: Vec<Change> = records.into_iter().map(|record| scene.change(record)).collect();
        let mut after = before.clone();
        after.apply(&changes);
        let asked = concerns(&before, &changes, &[user_id(1)], day(0));
        (asked, gains(&before, &after, &changes, &[user_id(1)], day(0)).len())
    };
    assert_eq!(gained(vec![object(2, "task").into(), given(2, 2).into()]), (false, 0));
    // On an object that was there, or by hand, it is one.
    assert_eq!(gained(vec![given(3, 1).into()]), (true, 1));
    let by_hand = to_role(4, 1, "task", on_object(3), &["edit"]);
    assert_eq!(gained(vec![object(3, "task").into(), by_hand.into()]), (true, 1));
    // So is what comes beside it.
    let beside = to_role(5, 1, "time", Scope::All, &["record"]);
    assert_eq!(gained(vec![object(4, "task").into(), given(6, 4).into(), beside.into()]), (true, 1));
}

#[test]
fn a_department_that_is_made_is_no_gain_of_those_over_what_it_is_made_in() {
    // H-03
    let mut scene = company();
    scene.with(to_role(2, 2, "hr", on_department(1, true), &["edit"])).with(in_role(1, 1, 2));
    assert_eq!(told(&of(&mut scene, department(3, Some(2)))), [] as [String; 0]);
}

#[test]
fn of_very_many_departments_that_move_it_is_not_told_in_full() {
    // H-03
    let mut scene = company();
    scene.with(department(3, None)).with(to_role(2, 2, "hr", on_department(3, true), &["edit"]));
    scene.with(in_role(1, 1, 2)).with(in_role(2, 2, 2));
    for number in 10..310 {
        scene.with(department(number, None));
    }
    let before = scene.model.clone();
    let changes: Vec<Change> = (10..310).map(|number| scene.change(department(number, Some(3)))).collect();
    scene.model.apply(&changes);
    let found = effect(&before, &scene.model, &changes, day(0));
    assert!(found.cut_short);
    assert_eq!((found.groups.len(), found.groups[0].rights.len()), (1, 200));
    assert_eq!(found.groups[0].users, [user_id(1), user_id(2)]);
    let few = effect(&before, &scene.model, &changes[..200], day(0));
    assert!(!few.cut_short);
}

#[test]
fn a_contract_brings_the_worker_under_the_rights_over_the_department() {
    let mut scene = company();
    scene.with(to_role(2, 2, "hr", on_department(1, true), &["edit"])).with(in_role(1, 1, 2));
    scene.with(worker(2));
    let found = of(&mut scene, contract(2, 2, 2, window(Some(2), None)));
    assert_eq!(told(&found), ["1 +hr:edit on 1"]);
    let right = &found.groups[0].rights[0];
    assert_eq!((&right.scope[..], right.window), (&[on_worker(2)][..], window(Some(2), None)));
}

#[test]
fn people_with_the_same_gain_are_told_together() {
    let mut scene = company();
    scene.with(in_role(1, 1, 2)).with(in_role(2, 2, 2));
    let found = of(&mut scene, to_role(2, 2, "hr", Scope::All, &["edit"]));
    assert_eq!(found.groups.len(), 1);
    assert_eq!(found.groups[0].users.len(), 2);
}
