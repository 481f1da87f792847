//! Two users, or two roles, side by side (P-05).

use proptest::prelude::*;

use super::properties::{check, play};
use super::random::{DAYS, MODULES, ROLES};
use super::records::*;
use super::scene::Scene;
use crate::access::effect::{Likeness, RightChange, compared_roles, compared_users};
use crate::access::{Question, Target};
use crate::grant::{Holder, Scope};
use crate::role::Membership;
use crate::wage::WageOffer;

fn words(rights: &[RightChange]) -> Vec<String> {
    let mut words: Vec<_> = rights
        .iter()
        .map(|right| {
            format!("{}:{} {}", right.module, right.actions.join(","), right.wage_type.as_deref().unwrap_or(""))
        })
        .collect();
    words.sort();
    words
}

fn users(scene: &Scene, first: u32, second: u32) -> Likeness {
    let ix = |number| scene.model.user(user_id(number)).unwrap();
    compared_users(&scene.model, ix(first), ix(second), day(0))
}

#[test]
fn two_users_differ_in_what_their_roles_and_personal_grants_give() {
    // P-05
    let mut scene = Scene::new();
    scene.with(user(1)).with(user(2)).with(worker(1)).with(role(1, 10)).with(role(2, 20)).with(role(3, 5));
    scene.with(in_role(1, 1, 1)).with(in_role(2, 2, 1)).with(in_role(3, 2, 2));
    scene.with(to_role(1, 1, "time", Scope::All, &["record", "schedule"]));
    assert_eq!(users(&scene, 1, 2), Likeness::default(), "the second role gives nothing yet");
    scene.with(to_role(2, 2, "hr", Scope::All, &["read"]));
    scene.with(denying(to_role(3, 2, "time", Scope::All, &[]), &["schedule"]));
    scene.with(to_user(4, 1, "task", Scope::All, &["read"]));
    let found = users(&scene, 1, 2);
    assert_eq!(words(&found.only_first), ["task:read ", "time:schedule "]);
    assert_eq!(words(&found.only_second), ["hr:read "]);
    // It names the grants that there are.
    let via: Vec<_> = found.only_first.iter().flat_map(|right| &right.via).map(|source| source.grant).collect();
    assert!(via.contains(&grant_id(4)) && via.contains(&grant_id(1)), "{via:?}");
    let turned = users(&scene, 2, 1);
    assert_eq!(
        (turned.only_first, turned.only_second),
        (found.only_second.into_iter().map(flipped).collect(), found.only_first.into_iter().map(flipped).collect(),)
    );
}

fn flipped(right: RightChange) -> RightChange {
    RightChange { gained: !right.gained, before: right.after, after: right.before, ..right }
}

#[test]
fn two_roles_differ_in_what_they_and_the_roles_above_give() {
    // P-05
    let mut scene = Scene::new();
    scene.with(role(1, 10)).with(role(2, 20)).with(role(3, 5)).with(nested(1, 1, 3)).with(wage_type(0));
    scene.with(to_role(1, 3, "time", Scope::All, &["record"]));
    scene.with(to_role(2, 2, "time", Scope::All, &["record", "schedule"]));
    scene.with(wage_offer(0, Holder::Role(role_id(3)), 0));
    scene.with(WageOffer { own: true, ..wage_offer(1, Holder::Role(role_id(2)), 0) });
    let ix = |number| scene.model.role(role_id(number)).unwrap();
    let found = compared_roles(&scene.model, ix(1), ix(2), day(0));
    assert_eq!(words(&found.only_first), ["time:record wage-0"]);
    assert_eq!(words(&found.only_second), ["time:record wage-0", "time:schedule "]);
    assert_eq!(compared_roles(&scene.model, ix(1), ix(1), day(0)), Likeness::default());
}

#[test]
fn what_two_roles_differ_in_is_what_their_members_may_do() {
    // P-05: whatever the company. A person in the one role and one in the other are asked about on every day.
    check(|steps, _, seed| {
        let mut scene = play(steps, |_, _| {});
        let known: Vec<u32> = (0..ROLES).filter(|number| scene.model.role(role_id(*number)).is_some()).collect();
        let Some(first) = known.get(seed as usize % known.len().max(1)).copied() else { return Ok(()) };
        let Some(second) = known.get((seed >> 8) as usize % known.len()).copied() else { return Ok(()) };
        let ix = |number| scene.model.role(role_id(number)).unwrap();
        let found = compared_roles(&scene.model, ix(first), ix(second), day(0));
        prop_assert!(!found.cut_short);
        for (number, role) in [(201, first), (202, second)] {
            scene.with(user(number)).with(Membership { ..in_role(number, number, role) });
        }
        let model = &scene.model;
        let targets: Vec<Target> = std::iter::once(Target::None)
            .chain(model.workers().map(Target::Worker))
            .chain(model.objects().map(Target::Object))
            .chain(model.areas().map(Target::Area))
            .collect();
        for on_day in 0..=DAYS {
            for (_, code, _, actions) in MODULES {
                let Some(module) = model.module(code) else { continue };
                for name in actions {
                    let Some(action) = model.action(module, name) else { continue };
                    let named = |rights: &[RightChange]| {
                        rights.iter().any(|right| {
                            right.wage_type.is_none()
                                && right.module == code
                                && right.actions.iter().any(|one| one == name)
                                && right.window.contains(date(on_day))
                        })
                    };
                    for target in &targets {
                        let may = |number| {
                            let user = model.user(user_id(number)).unwrap();
                            let question = Question { user, module, action, target: *target, day: day(on_day) };
                            model.decide(&question).allowed
                        };
                        match (may(201), may(202)) {
                            (true, false) => prop_assert!(named(&found.only_first), "{code}:{name} of the first"),
                            (false, true) => prop_assert!(named(&found.only_second), "{code}:{name} of the second"),
                            _ => {}
                        }
                    }
                }
            }
        }
        Ok(())
    });
}
