//! Who may do something, and by what, as everybody tells it who is asked one by one (P-05).

use proptest::prelude::*;

use super::properties::{check, play};
use super::random::MODULES;
use super::records::*;
use crate::access::{ActionIx, Model, ModuleIx, Question, Reach, ReasonCode, RoleIx, Target, UserIx, Way};
use crate::grant::Holder;

#[test]
fn nobody_is_missed_who_may_do_it() {
    // P-05
    check(|steps, on_day, _| {
        let scene = play(steps, |_, _| {});
        let model = &scene.model;
        let targets: Vec<Target> = std::iter::once(Target::None)
            .chain(model.workers().map(Target::Worker))
            .chain(model.objects().map(Target::Object))
            .chain(model.areas().map(Target::Area))
            .collect();
        for module in MODULES.iter().filter_map(|(_, code, ..)| model.module(code)) {
            let actions: Vec<ActionIx> = model.actions(module).into_iter().map(|(action, _)| action).collect();
            for target in &targets {
                to_one(model, module, &actions, *target, on_day)?;
            }
            for action in actions {
                anywhere(model, module, action, on_day)?;
            }
        }
        Ok(())
    });
}

/// The candidates for one target hold all who may, and each way is the one that the explained decision tells.
fn to_one(
    model: &Model,
    module: ModuleIx,
    actions: &[ActionIx],
    target: Target,
    on_day: i32,
) -> Result<(), TestCaseError> {
    let candidates = model.candidates(module, actions, target, day(on_day));
    prop_assert!(candidates.is_sorted_by_key(|user| model.user_id(*user)));
    let ask = |user, action| model.explain(&Question { user, module, action, target, day: day(on_day) });
    let ways = model.ways(&candidates, module, actions, target, day(on_day));
    for user in model.users() {
        let found = candidates.iter().position(|other| *other == user).map(|at| &ways[at]);
        for action in actions {
            let explained = ask(user, *action);
            let way = found.and_then(|ways| ways.iter().find(|way| way.action == *action));
            prop_assert_eq!(way.is_some(), explained.decision.allowed);
            let Some(way) = way else { continue };
            prop_assert_eq!(way.code, explained.decision.code);
            prop_assert_eq!(way.relation, explained.relation.filter(|_| way.code == ReasonCode::RelationAllow));
            prop_assert_eq!(told(model, way), expected(model, way, &explained)?);
        }
    }
    Ok(())
}

type By = (Vec<crate::id::GrantId>, Vec<crate::id::RoleId>);

fn told(model: &Model, way: &Way) -> By {
    let mut grants: Vec<_> = way.grants.iter().map(|grant| model.grant_id(*grant)).collect();
    let mut roles: Vec<_> = way.roles.iter().map(|role| model.role_id(*role)).collect();
    grants.sort_unstable();
    roles.sort_unstable();
    (grants, roles)
}

fn expected(model: &Model, way: &Way, explained: &crate::access::Explanation) -> Result<By, TestCaseError> {
    let mut grants: Vec<_> = explained.decided_by.iter().map(|grant| grant.grant).collect();
    let holders = explained.decided_by.iter().filter_map(|grant| match grant.holder {
        Holder::Role(role) => Some(role),
        Holder::User(_) => None,
    });
    let mut roles: Vec<_> = holders.collect();
    if way.code == ReasonCode::RelationAllow {
        let there = |role: &RoleIx| explained.paths.iter().any(|path| path.role == model.role_id(*role));
        prop_assert!(way.roles.iter().all(there), "a relation by a role to which no path is told");
        roles = way.roles.iter().map(|role| model.role_id(*role)).collect();
    }
    grants.sort_unstable();
    roles.sort_unstable();
    roles.dedup();
    Ok((grants, roles))
}

/// The candidates hold exactly those who reach something, once each was asked.
fn anywhere(model: &Model, module: ModuleIx, action: ActionIx, on_day: i32) -> Result<(), TestCaseError> {
    let reaches = |user: &UserIx| model.reach(*user, module, action, day(on_day), usize::MAX / 4) != Reach::None;
    let mut plain: Vec<UserIx> = model.users().filter(reaches).collect();
    plain.sort_by_key(|user| model.user_id(*user));
    let mut found = model.candidates_anywhere(module, action, day(on_day));
    found.retain(|user| model.anywhere(*user, module, action, day(on_day)).is_some());
    prop_assert_eq!(found, plain);
    Ok(())
}
