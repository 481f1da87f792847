//! What two may do compared: as single decisions about the one and the other tell it.

use proptest::prelude::*;

use super::properties::{check_steadily, play};
use super::random::{MODULES, USERS};
use super::records::*;
use super::scene::Scene;
use crate::access::effect::likeness::{Likened, Likeness, of_roles, of_users};
use crate::access::{Model, Question, ReasonCode, Target};
use crate::grant::{Holder, Scope};

/// Two users over two departments, one below the other, and three workers.
fn scene() -> Scene {
    let mut scene = Scene::new();
    scene
        .with(user(1))
        .with(user(2))
        .with(department(1, None))
        .with(department(2, Some(1)))
        .with(worker(1))
        .with(worker(2))
        .with(worker(3))
        .with(contract(1, 1, 1, window(None, None)))
        .with(contract(2, 2, 2, window(None, None)))
        .with(role(1, 0))
        .with(role(2, 5))
        .with(role(3, 9));
    scene
}

fn compared(scene: &Scene) -> Likeness {
    let [one, other] = [1, 2].map(|number| scene.model.user(user_id(number)).unwrap());
    of_users(&scene.model, one, other, day(0))
}

fn told(rights: &[Likened]) -> Vec<(String, Vec<Scope>, usize)> {
    rights
        .iter()
        .map(|right| (format!("{}:{}", right.module, right.actions.join(",")), right.scope.clone(), right.except.len()))
        .collect()
}

#[test]
fn what_one_has_and_the_other_not_is_told_with_the_grants_and_roles() {
    let mut scene = scene();
    scene
        .with(in_role(1, 1, 1))
        .with(in_role(2, 2, 2))
        .with(nested(3, 1, 3))
        .with(to_role(1, 3, "time", Scope::All, &["record", "schedule"]))
        .with(to_role(2, 2, "time", on_worker(1), &["record"]));
    let found = compared(&scene);
    assert_eq!(told(&found.only_first), [("time:record,schedule".into(), vec![Scope::All], 1)]);
    assert_eq!(told(&found.only_second), []);
    assert_eq!(told(&found.both), [("time:record".into(), vec![on_worker(1)], 0)]);
    assert!(!found.cut_short);
    let all = &found.only_first[0];
    // On that worker both may record.
    assert_eq!((&all.except[0].scope, &all.except[0].actions), (&vec![on_worker(1)], &vec!["record".to_owned()]));
    assert_eq!(all.codes, [ReasonCode::RoleAllow, ReasonCode::NoGrant]);
    let source = &all.via[0][0];
    assert_eq!((source.grant, source.holder), (grant_id(1), Holder::Role(role_id(3))));
    assert_eq!(source.through, [role_id(1), role_id(3)]);
    assert!(all.via[1].is_empty());
    assert_eq!(found.both[0].via[1][0].grant, grant_id(2));
}

#[test]
fn denies_and_personal_grants_count_as_they_do_in_decisions() {
    // P-03
    let mut scene = scene();
    scene
        .with(in_role(1, 1, 1))
        .with(in_role(2, 2, 1))
        .with(in_role(3, 2, 2))
        .with(to_role(1, 1, "time", Scope::All, &["record"]))
        .with(denying(to_role(2, 2, "time", on_department(1, true), &[]), &["record"]));
    let found = compared(&scene);
    assert_eq!(told(&found.only_first), [("time:record".into(), vec![on_department(1, true)], 0)]);
    assert_eq!(told(&found.both), [("time:record".into(), vec![Scope::All], 1)]);
    assert_eq!(found.only_first[0].codes, [ReasonCode::RoleAllow, ReasonCode::RoleDeny]);
    // A personal grant sets what the other has by roles aside.
    let personal = to_role(3, 1, "time", on_worker(3), &["schedule"]);
    scene.with(crate::grant::Grant { holder: Holder::User(user_id(2)), ..personal });
    let found = compared(&scene);
    let on_three = found.only_first.iter().find(|right| right.scope == [on_worker(3)]).unwrap();
    assert_eq!(on_three.actions, ["record"]);
    assert_eq!(on_three.codes, [ReasonCode::RoleAllow, ReasonCode::PersonalWithoutAction]);
    assert_eq!(told(&found.only_second), [("time:schedule".into(), vec![on_worker(3)], 0)]);
}

#[test]
fn what_lies_in_an_exception_and_is_again_as_around_it_is_told() {
    // P-03: allowed everywhere, denied in a department and all below, allowed by a higher role in one of those below.
    let mut scene = scene();
    scene
        .with(in_role(1, 1, 1))
        .with(in_role(2, 1, 2))
        .with(in_role(3, 1, 3))
        .with(to_role(1, 1, "time", Scope::All, &["record"]))
        .with(denying(to_role(2, 2, "time", on_department(1, true), &[]), &["record"]))
        .with(to_role(3, 3, "time", on_department(2, false), &["record"]));
    let record = || "time:record".to_owned();
    let found = compared(&scene);
    let expected = [(record(), vec![Scope::All], 1), (record(), vec![on_department(2, false)], 0)];
    assert_eq!(told(&found.only_first), expected);
    // The other may record in that department as well, but for one worker.
    scene
        .with(in_role(4, 2, 4))
        .with(role(4, 20))
        .with(to_role(4, 4, "time", on_department(2, false), &["record"]))
        .with(denying(to_role(5, 4, "time", on_worker(2), &[]), &["record"]));
    let found = compared(&scene);
    assert_eq!(told(&found.both), [(record(), vec![on_department(2, false)], 1)]);
    let expected = [(record(), vec![Scope::All], 1), (record(), vec![on_worker(2)], 0)];
    assert_eq!(told(&found.only_first), expected);
}

#[test]
fn a_department_alone_and_with_what_is_below_it_are_told_apart() {
    let mut scene = scene();
    scene
        .with(in_role(1, 1, 1))
        .with(in_role(2, 2, 2))
        .with(to_role(1, 1, "time", on_department(1, true), &["record"]))
        .with(to_role(2, 2, "time", on_department(1, false), &["record"]));
    let record = || "time:record".to_owned();
    let found = compared(&scene);
    assert_eq!(told(&found.only_first), [(record(), vec![on_department(1, true)], 1)]);
    assert_eq!(found.only_first[0].except[0].scope, [on_department(1, false)]);
    assert_eq!(told(&found.both), [(record(), vec![on_department(1, false)], 0)]);
    assert_eq!(told(&found.only_second), []);
    // Of other actions nothing is told of both.
    scene.with(to_role(2, 2, "time", on_department(1, false), &["schedule"]));
    let found = compared(&scene);
    assert_eq!(told(&found.only_first), [(record(), vec![on_department(1, true)], 0)]);
    assert_eq!(told(&found.only_second), [("time:schedule".into(), vec![on_department(1, false)], 0)]);
}

#[test]
fn two_roles_are_compared_as_a_member_of_each_would_be() {
    let mut scene = scene();
    scene.with(nested(1, 1, 3)).with(to_role(1, 3, "hr", Scope::All, &["read"])).with(to_role(
        2,
        2,
        "hr",
        on_department(1, false),
        &["read", "edit"],
    ));
    let [one, other] = [1, 2].map(|number| scene.model.role(role_id(number)).unwrap());
    let found = of_roles(&scene.model, one, other, day(0));
    assert_eq!(told(&found.only_first), [("hr:read".into(), vec![Scope::All], 1)]);
    assert_eq!(told(&found.only_second), [("hr:edit".into(), vec![on_department(1, false)], 0)]);
    assert_eq!(told(&found.both), [("hr:read".into(), vec![on_department(1, false)], 0)]);
    assert_eq!(found.only_first[0].via[0][0].through, [role_id(1), role_id(3)]);
    // The model itself knows nothing of the two.
    assert_eq!(scene.model.counts().users, 2);
    assert_eq!(told(&of_roles(&scene.model, one, one, day(0)).only_first), []);
}

#[test]
fn what_is_told_of_two_is_what_single_decisions_say() {
    // Of a worker in three departments nothing is looked at: among very many companies of chance one may show it.
    check_steadily(|steps, on_day, seed| {
        let scene = play(steps, |_, _| {});
        let pair = [seed % u64::from(USERS), (seed / 7) % u64::from(USERS)].map(|number| number as u32);
        let [Some(one), Some(other)] = pair.map(|number| scene.model.user(user_id(number))) else { return Ok(()) };
        let found = of_users(&scene.model, one, other, day(on_day));
        prop_assert!(!found.cut_short);
        let model = &scene.model;
        let targets = std::iter::once(Target::None)
            .chain(model.workers().map(Target::Worker))
            .chain(model.objects().map(Target::Object))
            .chain(model.areas().map(Target::Area));
        for target in targets {
            for (_, code, _, actions) in MODULES {
                let Some(module) = model.module(code) else { continue };
                for name in actions {
                    let Some(action) = model.action(module, name) else { continue };
                    let may = [one, other]
                        .map(|user| model.decide(&Question { user, module, action, target, day: day(on_day) }).allowed);
                    let told = |rights: &[Likened]| says(model, rights, code, name, target, on_day);
                    let said = [told(&found.only_first), told(&found.only_second), told(&found.both)];
                    let expected = [may == [true, false], may == [false, true], may == [true, true]];
                    prop_assert_eq!(said, expected, "{}:{} on {:?}: {:?}", code, name, target, found);
                }
            }
        }
        Ok(())
    });
}

/// Whether rights that are told give an action to a target.
pub(super) fn says(model: &Model, rights: &[Likened], module: &str, action: &str, target: Target, on_day: i32) -> bool {
    let covered = |scopes: &[Scope]| scopes.iter().all(|scope| lies_in(model, scope, module, target, on_day));
    rights.iter().filter(|right| right.module == module && right.actions.iter().any(|name| name == action)).any(
        |right| {
            covered(&right.scope)
                && !right
                    .except
                    .iter()
                    .any(|except| except.actions.iter().any(|name| name == action) && covered(&except.scope))
        },
    )
}

/// Whether a target lies in a scope: whether somebody with that grant alone could get at it.
fn lies_in(model: &Model, scope: &Scope, module: &str, target: Target, on_day: i32) -> bool {
    let nobody = user(90);
    let Some(action) = model.module(module).and_then(|ix| Some(model.actions(ix).first()?.1.to_owned())) else {
        return false;
    };
    let mut fork = model.clone();
    let grant = to_role(90, 90, module, scope.clone(), &[&action]);
    let grant = crate::grant::Grant { holder: Holder::User(nobody.id), ..grant };
    let records: [crate::change::Record; 2] = [nobody.into(), grant.into()];
    fork.apply(&records.map(crate::change::Change::created));
    let (Some(user), Some(module)) = (fork.user(user_id(90)), fork.module(module)) else { return false };
    let Some(action) = fork.action(module, &action) else { return false };
    fork.decide(&Question { user, module, action, target, day: day(on_day) }).allowed
}
