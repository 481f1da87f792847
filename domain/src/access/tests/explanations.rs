//! P-04: what is told about a decision.

use super::records::*;
use super::scene::{On, Scene};
use crate::access::{
    Language, Needed, ReasonCode, Relation, Remedy, SetAsideReason, WindowState, Windowed, reason_user,
};
use crate::grant::{Grant, Holder, Scope};
use crate::id::{ContractId, Kind, RoleRuleId};
use crate::role::{Membership, Role, Source};
use crate::user::{User, UserState};
use crate::worker::Worker;

/// User 1 is in role 1 by contract, role 1 in role 2, which records time and has priority 5.
fn scene() -> Scene {
    let mut scene = Scene::new();
    scene
        .with(user(1))
        .with(worker(1))
        .with(role(1, 10))
        .with(role(2, 5))
        .with(Membership {
            source: Source::Automatic,
            contract_id: Some(ContractId(id(Kind::Contract, 7))),
            rule_id: Some(RoleRuleId(id(Kind::RoleRule, 8))),
            window: window(0, 30),
            ..in_role(1, 1, 1)
        })
        .with(nested(2, 1, 2))
        .with(to_role(1, 2, "time", Scope::All, &["record"]));
    scene
}

#[test]
fn an_allow_names_its_grants_and_the_path_with_contract_and_rule() {
    // P-04, R-05
    let explained = scene().explain_on(3, 1, "time:record", On::Worker(1));
    assert_eq!(explained.decision.code, ReasonCode::RoleAllow);
    assert_eq!(explained.decided_by.len(), 1);
    assert_eq!(explained.decided_by[0].holder, Holder::Role(role_id(2)));
    assert_eq!(explained.decided_by[0].priority, Some(5));
    assert!(explained.missing.is_none() && explained.inactive.is_empty());
    let path = &explained.paths[0];
    assert_eq!(path.role, role_id(2));
    assert_eq!(path.steps.iter().map(|step| step.role).collect::<Vec<_>>(), [role_id(1), role_id(2)]);
    assert_eq!(path.steps[0].contract, Some(ContractId(id(Kind::Contract, 7))));
    assert_eq!(path.steps[0].rule, Some(RoleRuleId(id(Kind::RoleRule, 8))));
    assert_eq!(path.steps[0].window, window(0, 30));
    assert_eq!((path.steps[1].contract, path.steps[1].source), (None, Source::Manual));
}

#[test]
fn grants_that_lost_are_told_with_the_reason() {
    // P-04
    let mut scene = scene();
    scene.with(denying(to_role(2, 1, "time", Scope::All, &[]), &["record"])).with(to_role(
        3,
        1,
        "time",
        Scope::All,
        &["schedule"],
    ));
    let explained = scene.explain_on(3, 1, "time:record", On::Worker(1));
    assert_eq!(explained.decision.code, ReasonCode::RoleDeny);
    assert_eq!(explained.decided_by[0].grant, grant_id(2));
    let lost: Vec<_> = explained.set_aside.iter().map(|lost| (lost.grant, lost.reason)).collect();
    assert_eq!(lost, [(grant_id(3), SetAsideReason::NoOpinion), (grant_id(1), SetAsideReason::LowerPriority)]);

    scene.with(to_user(4, 1, "time", on_worker(1), &["schedule"]));
    let explained = scene.explain_on(3, 1, "time:record", On::Worker(1));
    assert_eq!(explained.decision.code, ReasonCode::PersonalWithoutAction);
    assert_eq!(explained.decided_by.len(), 1);
    assert_eq!(explained.decided_by[0].grant, grant_id(4));
    assert!(explained.set_aside.iter().all(|lost| lost.reason == SetAsideReason::PersonalTakesPrecedence));
    assert_eq!(explained.set_aside.len(), 3);
    assert_eq!(explained.missing.unwrap().roles, []);
}

#[test]
fn what_is_expired_or_to_come_is_told_with_its_days() {
    // P-04
    let mut scene = scene();
    let explained = scene.explain_on(31, 1, "time:record", On::Worker(1));
    assert_eq!(explained.decision.code, ReasonCode::NoGrant);
    assert_eq!(explained.inactive.len(), 1);
    let expired =
        Needed { what: Windowed::Membership(membership_id(1)), window: window(0, 30), state: WindowState::Expired };
    assert_eq!(explained.inactive[0].because, [expired]);

    scene
        .edit::<Role>(role_id(2), |role| role.window = window(50, None))
        .edit::<Grant>(grant_id(1), |grant| grant.window = window(40, None));
    let explained = scene.explain_on(20, 1, "time:record", On::Worker(1));
    let because: Vec<_> = explained.inactive[0].because.iter().map(|needed| (needed.what, needed.state)).collect();
    let membership = (Windowed::Membership(membership_id(1)), WindowState::InForce);
    let [grant, role] = [Windowed::Grant(grant_id(1)), Windowed::Role(role_id(2))].map(|of| (of, WindowState::ToCome));
    assert_eq!(because, [grant, membership, role], "the membership ends before they begin");
}

#[test]
fn a_personal_grant_to_come_that_leaves_the_action_out_is_told() {
    // P-03, P-04: it sets the role aside from that day on.
    let mut scene = scene();
    scene.with(Grant { window: window(20, None), ..to_user(2, 1, "time", on_worker(1), &["schedule"]) });
    let explained = scene.explain_on(10, 1, "time:record", On::Worker(1));
    assert_eq!(explained.decision.code, ReasonCode::RoleAllow);
    let told: Vec<_> = explained.inactive.iter().map(|of| (of.grant, of.allows, of.counts_on)).collect();
    assert_eq!(told, [(Some(grant_id(2)), false, Some(day(20)))]);
    assert_eq!(scene.ask_on(20, 1, "time:record", On::Worker(1)), ReasonCode::PersonalWithoutAction);
}

#[test]
fn what_never_meets_is_told_with_every_window() {
    // P-04: the grant ends before the membership begins, and the other way round.
    let mut scene = scene();
    scene.edit::<Membership>(membership_id(1), |membership| membership.window = window(40, None));
    scene.edit::<Grant>(grant_id(1), |grant| grant.window = window(10, 20));
    let told = |scene: &Scene, on: i32| -> Vec<_> {
        let inactive = scene.explain_on(on, 1, "time:record", On::Worker(1)).inactive.into_iter();
        let told = inactive.map(|of| {
            assert_eq!((of.counts_on, of.prevails), (None, false));
            of.because.iter().map(|needed| (needed.what, needed.state)).collect::<Vec<_>>()
        });
        told.collect()
    };
    let both = |grant, membership| {
        vec![vec![(Windowed::Grant(grant_id(1)), grant), (Windowed::Membership(membership_id(1)), membership)]]
    };
    use WindowState::{Expired, InForce, ToCome};
    assert_eq!(told(&scene, 5), both(ToCome, ToCome));
    assert_eq!(told(&scene, 15), both(InForce, ToCome));
    assert_eq!(told(&scene, 30), both(Expired, ToCome));
    assert_eq!(told(&scene, 45), both(Expired, InForce));

    scene.edit::<Grant>(grant_id(1), |grant| grant.window = window(60, None));
    scene.edit::<Membership>(membership_id(1), |membership| membership.window = window(0, 30));
    assert_eq!(told(&scene, 20), both(ToCome, InForce));
    let explained = scene.explain_on(20, 1, "time:record", On::Worker(1));
    let sentence = scene.model.reason_admin(&explained, "time:record", Language::English);
    assert!(!sentence.contains(&date(60).to_string()) && !sentence.contains(&date(30).to_string()), "{sentence}");
}

#[test]
fn of_several_ways_to_a_role_the_nearest_days_are_told() {
    // P-04: directly, and through another role.
    let mut scene = Scene::new();
    scene.with(user(1)).with(worker(1)).with(role(1, 10)).with(role(2, 10));
    scene.with(to_role(1, 1, "time", Scope::All, &["record"]));
    let ways =
        [(in_role(1, 1, 1), window(0, 5)), (in_role(2, 1, 1), window(60, 70)), (in_role(3, 1, 2), window(10, 50))];
    for (membership, window) in
        ways.into_iter().chain([(nested(4, 2, 1), window(20, 25)), (nested(5, 2, 1), window(40, 80))])
    {
        scene.with(Membership { window, ..membership });
    }
    let told = |scene: &Scene, on: i32| -> Vec<_> {
        let inactive = scene.explain_on(on, 1, "time:record", On::Worker(1)).inactive.into_iter();
        let days =
            inactive.filter(|of| of.allows).map(|of| (of.counts_on.map(|then| then - day(0)), of.prevails, of.because));
        days.map(|(then, prevails, because)| (then, prevails, because.iter().map(|out| out.what).collect::<Vec<_>>()))
            .collect()
    };
    let by = |number| vec![Windowed::Membership(membership_id(number))];
    assert_eq!(told(&scene, 30), [(Some(25), true, by(4)), (Some(40), true, by(5))]);
    assert_eq!(told(&scene, 55), [(Some(50), true, by(3)), (Some(60), true, by(2))]);
    assert_eq!(told(&scene, 75), [(Some(70), true, by(2))]);
    let sentence = |scene: &Scene, on| {
        let explained = scene.explain_on(on, 1, "time:record", On::Worker(1));
        scene.model.reason_admin(&explained, "time:record", Language::English)
    };
    let (ended, begins) = (date(25).to_string(), date(40).to_string());
    assert!(sentence(&scene, 30).contains(&ended) && sentence(&scene, 30).contains(&begins));

    // P-03: what a personal grant will set aside by then is no right to hope for.
    scene.with(Grant { window: window(35, None), ..to_user(2, 1, "time", Scope::All, &["schedule"]) });
    assert_eq!(told(&scene, 30), [(Some(25), true, by(4)), (Some(40), false, by(5))]);
    assert!(sentence(&scene, 30).contains(&ended) && !sentence(&scene, 30).contains(&begins));
}

#[test]
fn only_what_was_missing_is_told_of_a_thing_of_another_day() {
    // P-04: of two direct ways one holds still; the grant alone is over.
    let mut scene = Scene::new();
    scene.with(user(1)).with(worker(1)).with(role(1, 10)).with(department(1, None));
    scene.with(Membership { window: window(0, 10), ..in_role(1, 1, 1) }).with(in_role(2, 1, 1));
    scene.with(Grant { window: window(0, 8), ..to_role(1, 1, "time", Scope::All, &["record"]) });
    let told = scene.explain_on(20, 1, "time:record", On::Worker(1)).inactive;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].because.iter().map(|out| out.what).collect::<Vec<_>>(), [Windowed::Grant(grant_id(1))]);

    // The worker is in the department now and will be again, but not when the grant begins.
    scene.with(contract(1, 1, 1, window(20, 30))).with(contract(2, 1, 1, window(50, None)));
    scene.with(Grant { window: window(40, None), ..to_role(2, 1, "time", on_department(1, false), &["record"]) });
    let told = scene.explain_on(25, 1, "time:record", On::Worker(1)).inactive;
    let to_come: Vec<_> = told.iter().filter(|of| of.grant == Some(grant_id(2))).collect();
    assert_eq!(to_come.len(), 1);
    assert_eq!((to_come[0].counts_on, to_come[0].prevails), (Some(day(50)), true));
    let because: Vec<_> = to_come[0].because.iter().map(|out| out.what).collect();
    assert_eq!(because, [Windowed::Grant(grant_id(2)), Windowed::Contract(ContractId(id(Kind::Contract, 2)))]);
}

#[test]
fn a_deny_names_the_roles_that_would_allow() {
    // P-04
    let mut scene = scene();
    scene
        .with(user(2))
        .with(role(3, 4))
        .with(role(4, 6))
        .with(in_role(5, 2, 3))
        .with(denying(to_role(5, 3, "time", Scope::All, &[]), &["record"]))
        .with(to_role(6, 4, "time", on_worker(1), &["record"]))
        .with(Role { window: window(9, None), ..role(5, 9) })
        .with(to_role(7, 5, "time", Scope::All, &["record"]));
    let missing = scene.explain_on(3, 2, "time:record", On::Worker(1)).missing.unwrap();
    assert_eq!((missing.module.as_str(), missing.action.as_str()), ("time", "record"));
    // Best priority first; role 5 does not hold yet.
    assert_eq!(missing.roles, [role_id(4), role_id(2)]);
    // With a deny of priority 6 none but a higher one would help.
    scene.edit::<Role>(role_id(3), |role| role.priority = 6);
    assert_eq!(scene.explain_on(3, 2, "time:record", On::Worker(1)).missing.unwrap().roles, []);
    assert_eq!(scene.explain_on(9, 2, "time:record", On::Worker(1)).missing.unwrap().roles, [role_id(5)]);
}

#[test]
fn relation_and_guard_are_named() {
    // P-04, G-1
    let mut scene = scene();
    scene.edit::<Worker>(worker_id(1), |worker| worker.user_id = Some(user_id(1))).with(to_role(
        2,
        1,
        "hr",
        Scope::All,
        &["read"],
    ));
    let explained = scene.explain_on(0, 1, "hr:read", On::Worker(1));
    assert_eq!(explained.relation, Some(Relation::OwnFolder));
    assert_eq!(explained.set_aside[0].reason, SetAsideReason::RelationTakesPrecedence);
    scene.edit::<User>(user_id(1), |user| user.state = UserState::Blocked);
    let explained = scene.explain_on(0, 1, "hr:read", On::Worker(1));
    assert_eq!(explained.decision.code, ReasonCode::GuardState);
    assert_eq!(explained.account.unwrap().1, UserState::Blocked);
    assert!(explained.decided_by.is_empty() && explained.relation.is_none());
}

#[test]
fn every_code_has_a_sentence_that_shows_no_policy() {
    // P-04
    for code in ReasonCode::ALL {
        let sentence = reason_user(*code, Language::English);
        assert!(sentence.ends_with('.') && !sentence.contains("priority") && !sentence.contains("grant"));
    }
}

#[test]
fn a_right_over_a_department_that_the_worker_has_left_is_told_with_the_contracts_last_day() {
    // P-04
    let mut scene = scene();
    scene.without(Kind::Grant, 1).with(department(1, None)).with(contract(9, 1, 1, window(0, 10)));
    scene.with(to_role(1, 2, "time", on_department(1, true), &["record"]));
    assert_eq!(scene.ask_on(10, 1, "time:record", On::Worker(1)), ReasonCode::RoleAllow);
    let explained = scene.explain_on(11, 1, "time:record", On::Worker(1));
    assert_eq!(explained.decision.code, ReasonCode::NoGrant);
    let what = Windowed::Contract(ContractId(id(Kind::Contract, 9)));
    assert_eq!(explained.inactive[0].because, [Needed { what, window: window(0, 10), state: WindowState::Expired }]);
}

#[test]
fn the_smallest_things_that_would_allow_are_told() {
    // P-04: a role that has the right, the user's own role, the user in person.
    let mut scene = scene();
    scene.with(role(3, 7)).with(to_role(9, 3, "time", Scope::All, &["schedule"]));
    let explained = scene.explain_on(3, 1, "time:schedule", On::Worker(1));
    let scope = on_worker(1);
    assert_eq!(
        explained.would_allow,
        [
            Remedy::Membership { role: role_id(3), member: user_id(1) },
            Remedy::Grant { holder: Holder::Role(role_id(1)), scope: scope.clone() },
            Remedy::Grant { holder: Holder::Role(role_id(2)), scope: scope.clone() },
            Remedy::Grant { holder: Holder::User(user_id(1)), scope },
        ]
    );
    // Where the user's roles are outvoted, a right of theirs would not help.
    scene.with(denying(to_role(8, 1, "time", Scope::All, &[]), &["schedule"]));
    let explained = scene.explain_on(3, 1, "time:schedule", On::Worker(1));
    assert_eq!(explained.would_allow, [Remedy::Grant { holder: Holder::User(user_id(1)), scope: on_worker(1) }]);
    scene.edit::<User>(user_id(1), |user| user.state = UserState::Blocked);
    assert_eq!(scene.explain_on(3, 1, "time:schedule", On::Worker(1)).would_allow, []);
}
