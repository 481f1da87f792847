//! What is told about a decision holds, whatever the company (P-04).

use proptest::prelude::*;

use super::properties::{check, check_steadily, play, questions};
use super::random::DAYS;
use super::records::*;
use super::scene::Scene;
use crate::access::{
    Decision, Explanation, Needed, Question, ReasonCode, Remedy, SetAsideReason, WindowState, Windowed,
};
use crate::change::{Change, Record};
use crate::grant::{Grant, Holder};
use crate::id::Kind;
use crate::role::{Member, Membership};
use crate::window::{Day, day_number};

#[test]
fn what_would_allow_does_allow() {
    // P-04
    check(|steps, on_day, seed| {
        let scene = play(steps, |_, _| {});
        let denied = questions(&scene, on_day).into_iter().filter(|(_, plain)| !Decision::of(*plain).allowed);
        for (question, plain) in denied.skip(seed as usize % 11).step_by(11) {
            for remedy in scene.model.explain(&question).would_allow {
                let mut model = scene.model.clone();
                model.apply(&[remedied(&scene, &question, &remedy)]);
                prop_assert!(
                    model.decide(&question).allowed,
                    "{:?} is no remedy for {} of {:?}",
                    remedy,
                    plain,
                    question
                );
            }
        }
        Ok(())
    });
}

#[test]
fn what_counts_on_another_day_does_so_and_what_never_does_does_not() {
    // P-04: of grants that do not hold on the day asked about.
    let [nearest, never] = [0, 0].map(std::cell::Cell::new);
    check_steadily(|steps, on_day, seed| {
        let scene = play(steps, |_, _| {});
        for (question, _) in questions(&scene, on_day).into_iter().skip(seed as usize % 5).step_by(5) {
            let told = scene.model.explain(&question);
            for inactive in told.inactive.iter().filter(|inactive| inactive.grant.is_some()) {
                let on = |day: Day| scene.model.explain(&Question { day, ..question });
                let counts = |day: Day| {
                    let explained = on(day);
                    let lost = explained.set_aside.iter();
                    let lost = lost.filter(|lost| lost.reason != SetAsideReason::GuardExternalAdministrator);
                    let mut named = explained.decided_by.iter().map(|by| by.grant).chain(lost.map(|lost| lost.grant));
                    named.any(|grant| Some(grant) == inactive.grant)
                };
                prop_assert!(!counts(question.day), "{:?} counts, {:?}", inactive, question);
                let states: Vec<WindowState> = inactive.because.iter().map(|needed| needed.state).collect();
                if let Some(day) = inactive.counts_on {
                    nearest.set(nearest.get() + 1);
                    // Who is barred as a whole then, by a protection rule, has no grants that are looked at.
                    let barred = on(day).decision.code == ReasonCode::GuardProtectionRule;
                    prop_assert!(counts(day) != barred, "{:?} does not count, {:?}", inactive, question);
                    let wanted = if day < question.day { WindowState::Expired } else { WindowState::ToCome };
                    prop_assert!(states.iter().all(|state| *state == wanted), "{:?}, {:?}", inactive, question);
                } else {
                    never.set(never.get() + 1);
                    let day = (-1..=DAYS).map(|day| day_number(date(day))).find(|day| counts(*day));
                    prop_assert_eq!(day, None, "{:?}, {:?}", inactive, question);
                    // What is told shows it: no day lies in all of the windows, of contracts in that of one.
                    prop_assert!(!meet(&inactive.because), "{:?}, {:?}", inactive, question);
                }
            }
        }
        Ok(())
    });
    assert!(nearest.get() > 100 && never.get() > 10, "{nearest:?}, {never:?}");
}

/// Whether a day lies in every window, of those of contracts in one.
fn meet(because: &[Needed]) -> bool {
    let of_contracts = |needed: &&Needed| matches!(needed.what, Windowed::Contract(_));
    let (contracts, others): (Vec<&Needed>, Vec<&Needed>) = because.iter().partition(of_contracts);
    (-1..=DAYS).map(date).any(|day| {
        others.iter().all(|needed| needed.window.contains(day))
            && (contracts.is_empty() || contracts.iter().any(|needed| needed.window.contains(day)))
    })
}

/// The change that a remedy is.
fn remedied(scene: &Scene, question: &Question, remedy: &Remedy) -> Change {
    let code = scene.model.module_code(question.module);
    match remedy {
        Remedy::Membership { role, member } => {
            Change::created(Membership { role_id: *role, member: Member::User(*member), ..in_role(99, 0, 0) })
        }
        Remedy::Extend { grant, allow, .. } => {
            let Some(Record::Grant(before)) = scene.records.get(&(Kind::Grant, grant.0)) else {
                panic!("{grant} is no grant")
            };
            let after = Grant { allow: allow.clone(), ..before.clone() };
            Change { before: Some(before.clone().into()), after: Some(after.into()) }
        }
        Remedy::Grant { holder, scope } => {
            let action = scene.model.action_name(question.module, question.action);
            Change::created(Grant { holder: *holder, ..to_role(99, 0, code, scope.clone(), &[action]) })
        }
    }
}

/// What is told fits the answer (P-04).
pub(super) fn makes_sense(explained: &Explanation) -> Result<(), TestCaseError> {
    let code = explained.decision.code;
    let decided = &explained.decided_by;
    let personal = |holder: &Holder| matches!(holder, Holder::User(_));
    match code {
        ReasonCode::RoleAllow | ReasonCode::PersonalAllow => prop_assert!(decided.iter().all(|grant| grant.allows)),
        ReasonCode::RoleDeny | ReasonCode::PersonalDeny | ReasonCode::PersonalWithoutAction => {
            prop_assert!(decided.iter().all(|grant| !grant.allows));
        }
        // A grant that both allows and denies, which P-02 refuses, is a tie by itself.
        _ => {}
    }
    let by_grants = matches!(
        code,
        ReasonCode::RoleAllow
            | ReasonCode::RoleDeny
            | ReasonCode::TieDeny
            | ReasonCode::PersonalAllow
            | ReasonCode::PersonalDeny
            | ReasonCode::PersonalWithoutAction
    );
    prop_assert_eq!(!decided.is_empty(), by_grants);
    let in_person = code.as_str().starts_with("personal");
    prop_assert!(decided.iter().all(|grant| personal(&grant.holder) == in_person));
    prop_assert_eq!(explained.relation.is_some(), code == ReasonCode::RelationAllow);
    prop_assert_eq!(explained.missing.is_some(), !explained.decision.allowed);
    prop_assert!(explained.inactive.iter().all(|inactive| !inactive.because.is_empty()));
    for lost in &explained.set_aside {
        let reason = lost.reason;
        // G-3: who is kept out of a role has none of its grants, whatever decides.
        if reason == SetAsideReason::GuardExternalAdministrator {
            continue;
        }
        prop_assert_eq!(reason == SetAsideReason::RelationTakesPrecedence, code == ReasonCode::RelationAllow);
        if reason == SetAsideReason::NoOpinion {
            prop_assert_eq!(lost.allows, None);
        }
    }
    for path in &explained.paths {
        prop_assert_eq!(path.steps.last().map(|step| step.role), Some(path.role));
    }
    Ok(())
}
