//! Whatever changes, in whatever company: what it does to people's rights is told (H-03, G-5).

use proptest::prelude::*;

use super::properties::{check_steadily, play};
use super::random::{DAYS, MODULES, Step, USERS, fits};
use super::records::*;
use super::scene::Scene;
use crate::access::effect::{RightChange, effect, gains};
use crate::access::{Model, ObjectIx, Question, Target};
use crate::change::Change;
use crate::id::{Kind, UserId};
use crate::user::{User, UserState};

#[test]
fn every_change_of_an_answer_is_told() {
    // H-03, G-5: whatever a user may do after and not before is a gain, and the other way round a loss. Where three
    // scopes meet is not looked at: among very many companies of chance one may show it.
    check_steadily(|mut steps, _, seed| {
        let some = 1 + usize::try_from(seed % 6).unwrap();
        let last = steps.split_off(steps.len().saturating_sub(some));
        let mut scene = play(steps, |_, _| {});
        let before = scene.model.clone();
        let states_before = states(&scene);
        let mut changes = Vec::new();
        for step in last {
            match step {
                // What lies in a department can't be there before it.
                Step::Put(record) if is_new_department(&scene, &record) => {}
                Step::Put(record) if fits(&record, scene.records.values()) => changes.push(scene.change(*record)),
                Step::Remove(kind, which) => {
                    let keys: Vec<_> = scene.records.keys().filter(|(of, _)| *of == kind).copied().collect();
                    if !keys.is_empty() {
                        let before = scene.records.remove(which.get(&keys));
                        changes.push(Change { before, after: None });
                    }
                }
                _ => {}
            }
        }
        scene.model.apply(&changes);
        let found = effect(&before, &scene.model, &changes, day(0));
        prop_assert!(!found.cut_short);
        let states_after = states(&scene);
        for user in (0..USERS).map(user_id) {
            let own = |once_active: bool| -> Vec<_> {
                let groups = found.groups.iter().filter(|group| group.once_active == once_active);
                groups.filter(|group| group.users.contains(&user)).flat_map(|group| &group.rights).collect()
            };
            let gained = gains(&before, &scene.model, &changes, &[user], day(0));
            let asleep = |states: &[User]| states.iter().find(|one| one.id == user && is_asleep(one)).cloned();
            let (was, is) = (asleep(&states_before), asleep(&states_after));
            let woken = |model: &Model, user: &Option<User>| {
                let mut model = model.clone();
                if let Some(user) = user {
                    let active = User { state: UserState::Active, ..user.clone() };
                    model.apply(&[Change::updated(user.clone(), active)]);
                }
                model
            };
            let once = is.is_some().then(|| (woken(&before, &was), woken(&scene.model, &is)));
            prop_assert!(once.is_some() || own(true).is_empty());
            prop_assert!(was.is_some() || own(true).iter().all(|right| right.gained));
            for on_day in 0..=DAYS {
                complete(&before, &scene.model, user, on_day, &own(false), Some(&gained), true)
                    .map_err(|fault| TestCaseError::fail(format!("{fault}, of {changes:?}")))?;
                if let Some((before, after)) = &once {
                    complete(before, after, user, on_day, &own(true), None, was.is_some())
                        .map_err(|fault| TestCaseError::fail(format!("once active: {fault}, of {changes:?}")))?;
                }
            }
        }
        Ok(())
    });
}

fn is_new_department(scene: &Scene, record: &crate::change::Record) -> bool {
    record.kind() == Kind::Department && !scene.records.contains_key(&(Kind::Department, record.uuid()))
}

fn states(scene: &Scene) -> Vec<User> {
    let users = scene.records.values().filter_map(|record| match record {
        crate::change::Record::User(user) => Some(user.clone()),
        _ => None,
    });
    users.collect()
}

fn is_asleep(user: &User) -> bool {
    matches!(user.state, UserState::Invited | UserState::Blocked)
}

fn complete(
    before: &Model,
    after: &Model,
    user: UserId,
    on_day: i32,
    own: &[&RightChange],
    gained: Option<&[RightChange]>,
    losses: bool,
) -> Result<(), TestCaseError> {
    // Those that there were before and still are: rights over a department include what is made there.
    let targets = std::iter::once(Target::None)
        .chain(after.workers().filter(|ix| before.worker(before.worker_id(*ix)).is_some()).map(Target::Worker))
        .chain(after.objects().filter(|ix| same_type(before, after, *ix)).map(Target::Object))
        .chain(after.areas().filter(|ix| before.area(after.area_id(*ix)).is_some()).map(Target::Area));
    for target in targets {
        for (_, code, _, actions) in MODULES {
            for action in actions {
                let may = |model: &Model| {
                    let module = model.module(code)?;
                    let action = model.action(module, action)?;
                    let question = Question { user: model.user(user)?, module, action, target, day: day(on_day) };
                    Some(model.decide(&question).allowed)
                };
                let (was, is) = (may(before) == Some(true), may(after) == Some(true));
                if was == is || (was && !losses) {
                    continue;
                }
                let names = |right: &RightChange| {
                    right.gained == is
                        && right.wage_type.is_none()
                        && right.module == code
                        && right.actions.iter().any(|name| name == action)
                        && right.window.contains(date(on_day))
                };
                let what = format!("{code}:{action} on {target:?}, day {on_day}: {was} -> {is}; told {own:?}");
                prop_assert!(own.iter().any(|right| names(right)), "{}", what);
                // What moves under somebody's rights, or is given to them, is no widening of their rights.
                if let Some(gained) = gained.filter(|_| target == Target::None && is) {
                    prop_assert!(gained.iter().any(names), "guard: {}", what);
                }
            }
        }
    }
    Ok(())
}

/// Whether an object was there before, of the type that it has now: an object keeps its type, and a type its objects.
fn same_type(before: &Model, after: &Model, object: ObjectIx) -> bool {
    let known = |model: &Model| model.object(after.object_id(object)).is_some();
    let lives = |model: &Model| model.object_type(model.object_type_code(object)).is_some();
    known(before) && lives(before) && lives(after) && before.object_type_code(object) == after.object_type_code(object)
}
