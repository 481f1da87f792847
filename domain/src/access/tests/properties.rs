//! The compiled model answers as the plain evaluator does, whatever the company and however it
//! came to be what it is.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::random::{AREAS, DAYS, MODULES, OBJECTS, ROLES, Step, USERS, WORKERS, fits, nobody, steps};
use super::records::*;
use super::scene::{Scene, slow_target};
use crate::access::slow::{Company, SlowTarget};
use crate::access::{Explanation, Fact, Model, ModuleIx, Question, Reach, ReasonCode, SetAsideReason, Target, UserIx};
use crate::change::Change;
use crate::grant::{self, Holder};

/// Cases per property; `REMIT_LONG_PROPERTIES` (a number, or anything) runs far more.
fn cases() -> u32 {
    match std::env::var("REMIT_LONG_PROPERTIES") {
        Ok(number) => number.parse().unwrap_or(5_000),
        Err(_) => 200,
    }
}

pub(super) fn check(property: impl Fn(Vec<Step>, i32, u64) -> Result<(), TestCaseError>) {
    check_with(TestRunner::new(config()), property);
}

/// The same with cases that are the same each time, unless a long run is wanted.
pub(super) fn check_steadily(property: impl Fn(Vec<Step>, i32, u64) -> Result<(), TestCaseError>) {
    let long = std::env::var("REMIT_LONG_PROPERTIES").is_ok();
    let seed = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let runner = if long { TestRunner::new(config()) } else { TestRunner::new_with_rng(config(), seed) };
    check_with(runner, property);
}

fn config() -> Config {
    Config { cases: cases(), failure_persistence: None, ..Config::default() }
}

fn check_with(mut runner: TestRunner, property: impl Fn(Vec<Step>, i32, u64) -> Result<(), TestCaseError>) {
    let input = (steps(), -1..=DAYS, any::<u64>());
    runner.run(&input, |(steps, on_day, seed)| property(steps, on_day, seed)).unwrap();
}

/// Plays the steps: what the records are, and the model that followed them batch by batch.
pub(super) fn play(steps: Vec<Step>, mut after_batch: impl FnMut(&Scene, &Scene)) -> Scene {
    let mut scene = Scene::default();
    let mut batch: Vec<Change> = Vec::new();
    for step in steps {
        match step {
            Step::Put(record) if fits(&record, scene.records.values()) => {
                let change = scene.change(*record);
                batch.push(change);
            }
            Step::Put(_) => {}
            Step::Remove(kind, which) => {
                let keys: Vec<_> = scene.records.keys().filter(|(of, _)| *of == kind).copied().collect();
                if !keys.is_empty() {
                    let before = scene.records.remove(which.get(&keys));
                    batch.push(Change { before, after: None });
                }
            }
            Step::Apply => {
                let snapshot = scene.clone();
                scene.model.apply(&batch);
                batch.clear();
                after_batch(&snapshot, &scene);
            }
        }
    }
    scene.model.apply(&batch);
    scene
}

fn targets() -> Vec<SlowTarget> {
    let workers = (0..=WORKERS).map(|number| SlowTarget::Worker(worker_id(number)));
    let objects = (0..=OBJECTS).map(|number| SlowTarget::Object(object_id(number)));
    let areas = (0..=AREAS).map(|number| SlowTarget::Area(area_id(number)));
    std::iter::once(SlowTarget::None).chain(workers).chain(objects).chain(areas).collect()
}

fn kind_of(target: SlowTarget) -> grant::Target {
    match target {
        SlowTarget::None => grant::Target::None,
        SlowTarget::Worker(_) => grant::Target::Worker,
        SlowTarget::Object(_) => grant::Target::Object,
        SlowTarget::Area(_) => grant::Target::Area,
    }
}

/// Every question about a company on one day, with the plain answer, as far as the model can be
/// asked: parts that are not known have no dense id.
fn questions(scene: &Scene, on_day: i32) -> Vec<(Question, ReasonCode)> {
    let company = scene.company();
    let mut all = Vec::new();
    for user in 0..USERS {
        for (_, module, kind, actions) in MODULES {
            for (number, action) in actions.iter().enumerate() {
                // One action each is asked for everywhere, the others only where they make sense.
                for target in targets().into_iter().filter(|target| number == 0 || kind_of(*target) == kind) {
                    let plain = company.decide(user_id(user), module, action, target, date(on_day)).code;
                    match scene.question(user_id(user), module, action, target, on_day) {
                        Some(question) => all.push((question, plain)),
                        None => assert!(
                            matches!(
                                plain,
                                ReasonCode::UnknownSubject | ReasonCode::UnknownResource | ReasonCode::UnknownAction
                            ),
                            "{plain} about something that the model does not know"
                        ),
                    }
                }
            }
        }
    }
    all
}

#[test]
fn decisions_are_those_of_the_plain_evaluator() {
    // P-03
    check(|steps, on_day, _| {
        let scene = play(steps, |_, _| {});
        for (question, plain) in questions(&scene, on_day) {
            prop_assert_eq!(scene.model.decide(&question).code, plain, "{:?}", question);
            let explained = scene.model.explain(&question);
            prop_assert_eq!(explained.decision.code, plain);
            makes_sense(&explained)?;
        }
        Ok(())
    });
}

#[test]
fn the_order_of_rows_never_changes_an_answer() {
    // P-03: the same records, shuffled: applied at once or in pieces, or loaded.
    check(|steps, on_day, seed| {
        let scene = play(steps, |_, _| {});
        let mut rows: Vec<Change> = scene.records.values().cloned().map(Change::created).collect();
        let mut random = seed;
        for last in (1..rows.len()).rev() {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            rows.swap(last, (random >> 33) as usize % (last + 1));
        }
        let mut pieces = Model::new();
        for piece in rows.chunks(1 + seed as usize % 40) {
            pieces.apply(piece);
        }
        let loaded = Model::load(rows.into_iter().filter_map(|change| change.after).map(Fact::from));
        for model in [pieces, loaded] {
            let fresh = Scene { records: scene.records.clone(), model };
            prop_assert_eq!(fresh.model.counts(), scene.model.counts());
            let (ours, theirs) = (questions(&scene, on_day), questions(&fresh, on_day));
            prop_assert_eq!(ours.len(), theirs.len());
            for ((question, _), (shuffled, plain)) in ours.into_iter().zip(theirs) {
                prop_assert_eq!(fresh.model.decide(&shuffled).code, plain);
                prop_assert_eq!(fresh.model.explain(&shuffled), scene.model.explain(&question));
            }
        }
        Ok(())
    });
}

#[test]
fn snapshots_keep_their_answers_while_the_model_goes_on() {
    check(|steps, on_day, _| {
        let mut kept: Vec<(Scene, Vec<(Question, ReasonCode)>)> = Vec::new();
        let scene = play(steps, |_, after| {
            if kept.len() < 3 {
                let answers = questions(after, on_day).into_iter().step_by(7);
                kept.push((after.clone(), answers.collect()));
            }
        });
        drop(scene);
        for (snapshot, answers) in kept {
            for (question, plain) in answers {
                prop_assert_eq!(snapshot.model.decide(&question).code, plain);
            }
        }
        Ok(())
    });
}

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

/// What is told fits the answer (P-04).
fn makes_sense(explained: &Explanation) -> Result<(), TestCaseError> {
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
