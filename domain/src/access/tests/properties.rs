//! The compiled model answers as the plain evaluator does, whatever the company and however it
//! came to be what it is.

use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::explanations_property::makes_sense;
use super::random::{AREAS, DAYS, MODULES, OBJECTS, Step, USERS, WORKERS, fits, steps};
use super::records::*;
use super::scene::Scene;
use crate::access::slow::SlowTarget;
use crate::access::{Fact, Model, Question, ReasonCode};
use crate::change::Change;
use crate::grant::{self, Scope};

/// Cases per property; `REMIT_LONG_PROPERTIES` (a number, or anything) runs far more.
fn cases() -> u32 {
    match std::env::var("REMIT_LONG_PROPERTIES") {
        Ok(number) => number.parse().unwrap_or(5_000),
        Err(_) => 200,
    }
}

/// The same over so many times as many companies.
fn check_times(times: u32, property: impl Fn(Vec<Step>, i32, u64) -> Result<(), TestCaseError>) {
    check_with(TestRunner::new(Config { cases: times * cases(), ..config() }), property);
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

pub(super) fn config() -> Config {
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
pub(super) fn questions(scene: &Scene, on_day: i32) -> Vec<(Question, ReasonCode)> {
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
    // P-03: at least a million of them, on days before, within and after all windows.
    let asked = AtomicUsize::new(0);
    check_times(2, |steps, on_day, _| {
        let scene = play(steps, |_, _| {});
        for day in -1..=DAYS {
            let all = questions(&scene, day);
            asked.fetch_add(all.len(), Ordering::Relaxed);
            for (question, plain) in all {
                prop_assert_eq!(scene.model.decide(&question).code, plain, "{:?}", question);
                if day == on_day {
                    let explained = scene.model.explain(&question);
                    prop_assert_eq!(explained.decision.code, plain);
                    makes_sense(&explained)?;
                }
            }
        }
        Ok(())
    });
    let asked = asked.into_inner();
    assert!(asked >= 1_000_000, "{asked} decisions are too few");
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
fn unrelated_people_and_roles_never_change_an_answer() {
    // P-03
    check(|steps, on_day, _| {
        let scene = play(steps, |_, _| {});
        let mut crowded = scene.clone();
        for number in 100..110 {
            let module = MODULES[number as usize % MODULES.len()].1;
            let actions = MODULES[number as usize % MODULES.len()].3;
            crowded.with(user(number)).with(role(number, 1_000_000)).with(in_role(number, number, number));
            crowded.with(to_role(number, number, module, Scope::All, actions));
            crowded.with(denying(to_user(number + 50, number, module, Scope::All, &[]), actions));
            crowded.with(worker(number)).with(contract(number, number, 0, window(None, None)));
        }
        for (question, plain) in questions(&scene, on_day) {
            prop_assert_eq!(crowded.model.decide(&question).code, plain);
        }
        Ok(())
    });
}

#[test]
fn threads_that_ask_while_the_model_goes_on_get_the_answers_of_their_snapshot() {
    // P-03
    let share = std::sync::Mutex::new(Vec::new());
    check_with(TestRunner::new(Config { cases: 30, ..config() }), |steps, on_day, _| {
        let (sender, receiver) = std::sync::mpsc::sync_channel::<(Scene, Vec<(Question, ReasonCode)>)>(4);
        let receiver = std::sync::Mutex::new(receiver);
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    loop {
                        let next = receiver.lock().unwrap().recv();
                        let Ok((snapshot, answers)) = next else { break };
                        for (question, plain) in answers {
                            let found = snapshot.model.decide(&question).code;
                            if found != plain {
                                share.lock().unwrap().push((question, found, plain));
                            }
                        }
                    }
                });
            }
            // The model takes its changes in while the others ask.
            play(steps, |_, after| {
                let answers = questions(after, on_day);
                sender.send((after.clone(), answers)).unwrap();
            });
            drop(sender);
        });
        prop_assert_eq!(share.lock().unwrap().pop(), None);
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
