//! Reverse questions agree with single ones, whatever the company (P-05).

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::properties::{check, play};
use super::random::{MODULES, ROLES, USERS, nobody};
use super::records::*;
use super::scene::{Scene, slow_target};
use crate::access::slow::Company;
use crate::access::{ModuleIx, Question, Reach, Target, UserIx};
use crate::grant;

#[test]
fn reverse_questions_agree_with_single_ones() {
    // P-05, R-02
    check(|steps, on_day, seed| {
        let scene = play(steps, |_, _| {});
        let company = scene.company();
        members_agree(&scene, &company, on_day)?;
        for (_, code, _, actions) in MODULES {
            let Some(module) = scene.model.module(code) else { continue };
            for action in actions {
                whom_and_what(&scene, module, action, on_day, seed as usize % 6)?;
            }
        }
        Ok(())
    });
}

fn members_agree(scene: &Scene, company: &Company, on_day: i32) -> Result<(), TestCaseError> {
    let model = &scene.model;
    prop_assert_eq!(model.user(nobody()), None);
    let mut pairs = BTreeSet::new();
    for number in 0..USERS {
        let plain = company.effective_roles(user_id(number), date(on_day));
        let Some(user) = model.user(user_id(number)) else { continue };
        let mut compiled: Vec<_> =
            model.effective_roles(user, day(on_day)).into_iter().map(|role| model.role_id(role)).collect();
        compiled.sort_unstable();
        prop_assert_eq!(&compiled, &plain);
        for role in plain {
            let last = model.path(user, model.role(role).unwrap(), day(on_day)).pop();
            prop_assert_eq!(last.map(|step| step.role), Some(role));
            pairs.insert((role, user_id(number)));
        }
    }
    for role in (0..ROLES).filter_map(|number| model.role(role_id(number))) {
        for user in model.role_members(role, day(on_day)) {
            prop_assert!(pairs.remove(&(model.role_id(role), model.user_id(user))));
        }
    }
    prop_assert!(pairs.is_empty(), "{:?} were not found from the role", pairs);
    Ok(())
}

/// For one action: to what may each user do it, who may do it to each target, does anybody?
fn whom_and_what(
    scene: &Scene,
    module: ModuleIx,
    action: &str,
    on_day: i32,
    limit: usize,
) -> Result<(), TestCaseError> {
    let model = &scene.model;
    let Some(action) = model.action(module, action) else { return Ok(()) };
    let there: Vec<Target> = std::iter::once(Target::None)
        .chain(model.workers().map(Target::Worker))
        .chain(model.objects().map(Target::Object))
        .chain(model.areas().map(Target::Area))
        .collect();
    let may = |user: UserIx, target: &Target| {
        model.decide(&Question { user, module, action, target: *target, day: day(on_day) }).allowed
    };
    let mut anybody = false;
    for user in model.users() {
        let mut plain: Vec<Target> = there.iter().copied().filter(|target| may(user, target)).collect();
        plain.sort_unstable();
        anybody |= plain.contains(&Target::None);
        let whole = match plain.is_empty() {
            true => Reach::None,
            false => Reach::Some(plain.clone()),
        };
        prop_assert_eq!(&model.reach(user, module, action, day(on_day), 1_000), &whole);
        match model.reach(user, module, action, day(on_day), limit) {
            Reach::Broad => {}
            narrow => prop_assert_eq!(narrow, whole),
        }
        let anywhere = model.anywhere(user, module, action, day(on_day));
        prop_assert_eq!(anywhere.is_some(), !plain.is_empty());
        prop_assert!(anywhere.is_none_or(|target| plain.contains(&target)));
        if model.allowed_everywhere(user, module, action, day(on_day)) {
            let fitting = |target: &&Target| {
                let kind = model.module_target(module);
                match target {
                    Target::None => kind == grant::Target::None,
                    Target::Worker(_) => kind == grant::Target::Worker,
                    Target::Area(_) => kind == grant::Target::Area,
                    Target::Object(object) => model.module_of(*object) == Some(module),
                }
            };
            prop_assert!(there.iter().filter(fitting).all(|target| may(user, target)));
        }
    }
    for target in &there {
        let plain: Vec<UserIx> = model.users().filter(|user| may(*user, target)).collect();
        let found = model.subjects(module, action, *target, day(on_day));
        prop_assert_eq!(found, plain, "to {:?}", slow_target(model, *target));
    }
    prop_assert_eq!(model.any_user_may(None, &[(module, action)], day(on_day)), anybody);
    Ok(())
}
