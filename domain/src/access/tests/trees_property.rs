//! Rights over a tree of departments, many of them named alone and with what is below, and for objects over types and areas
//! as well: what a change brings, and in what two differ, is told as single decisions about every target tell it (H-03,
//! G-5, R-10).

use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};

use super::likeness::says;
use super::properties::config;
use super::records::*;
use super::scene::{On, Scene};
use crate::access::effect::{effect, gains, likeness};
use crate::access::{Question, Target};
use crate::grant::{self, Grant, Object, Scope};

const DEPARTMENTS: u32 = 7;

/// A module, two actions of it, and what they may be done to.
struct Realm {
    module: &'static str,
    actions: [&'static str; 2],
    targets: Vec<On>,
}

/// A grant to one of two users, by a role of some priority or in person; the actions by their numbers.
#[derive(Clone, Debug)]
struct Draw {
    user: u32,
    priority: Option<i32>,
    scope: Scope,
    allow: &'static [usize],
    deny: &'static [usize],
}

impl Draw {
    /// With the role, if there is one, and its only member.
    fn add(&self, number: u32, realm: &Realm, scene: &mut Scene) -> Grant {
        let names = |numbers: &[usize]| numbers.iter().map(|ix| realm.actions[*ix]).collect::<Vec<_>>();
        let (scope, allow) = (self.scope.clone(), names(self.allow));
        let grant = match self.priority {
            None => to_user(number, self.user, realm.module, scope, &allow),
            Some(priority) => {
                scene.with(role(number, priority)).with(in_role(number, self.user, number));
                to_role(number, number, realm.module, scope, &allow)
            }
        };
        denying(grant, &names(self.deny))
    }
}

fn departments() -> impl Strategy<Value = Scope> {
    (1..=DEPARTMENTS, any::<bool>()).prop_map(|(number, deep)| on_department(number, deep))
}

fn draws(scopes: impl Strategy<Value = Scope>) -> impl Strategy<Value = Vec<Draw>> {
    let says = prop_oneof![
        6 => Just((&[0][..], &[][..])),
        2 => Just((&[1][..], &[][..])),
        2 => Just((&[0, 1][..], &[][..])),
        2 => Just((&[][..], &[0][..])),
        1 => Just((&[1][..], &[0][..])),
    ];
    let priorities = prop_oneof![6 => (0..3).prop_map(Some), 1 => Just(None)];
    let draw = (1..=2_u32, priorities, scopes, says).prop_map(|(user, priority, scope, (allow, deny))| Draw {
        user,
        priority,
        scope,
        allow,
        deny,
    });
    proptest::collection::vec(draw, 1..9)
}

/// Two users, and a tree of departments.
fn company(parents: &[u32]) -> Scene {
    let mut scene = Scene::new();
    scene.with(user(1)).with(user(2));
    for number in 1..=DEPARTMENTS {
        let parent = parents.get(number as usize - 1).map(|parent| parent % number).filter(|parent| *parent > 0);
        scene.with(department(number, parent));
    }
    scene
}

/// What is told of the last grant and of the two users is what single decisions say.
fn agrees(mut scene: Scene, realm: &Realm, draws: &[Draw]) -> Result<(), TestCaseError> {
    let Some((last, earlier)) = draws.split_last() else { return Ok(()) };
    for (number, draw) in (1..).zip(earlier) {
        let grant = draw.add(number, realm, &mut scene);
        scene.with(grant);
    }
    let grant = last.add(90, realm, &mut scene);
    let before = scene.clone();
    let changes = [scene.change(grant)];
    scene.model.apply(&changes);
    let may = |scene: &Scene, user: u32, action: &str, on: On| {
        scene.ask(user, &format!("{}:{action}", realm.module), on).as_str().ends_with("_allow")
    };

    // H-03, G-5: every gain and loss is told, in the right direction.
    let effect = effect(&before.model, &scene.model, &changes, day(0));
    for person in 1..=2 {
        let gained = gains(&before.model, &scene.model, &changes, &[user_id(person)], day(0));
        let groups = effect.groups.iter().filter(|group| group.users.contains(&user_id(person)));
        let told: Vec<_> = groups.flat_map(|group| &group.rights).collect();
        for (on, action) in realm.targets.iter().flat_map(|on| realm.actions.map(|action| (*on, action))) {
            let [was, is] = [&before, &scene].map(|scene| may(scene, person, action, on));
            let names = |actions: &[String]| actions.iter().any(|name| name == action);
            let named = told.iter().any(|right| right.gained == is && names(&right.actions));
            prop_assert!(was == is || named, "user {person}, {action} on {on:?}: {told:?}");
            let guarded = gained.iter().any(|right| names(&right.actions));
            prop_assert!(was || !is || guarded, "user {person} gains {action} on {on:?}: {gained:?}");
        }
    }

    // the two compared.
    let model = &scene.model;
    let [one, other] = [1, 2].map(|number| model.user(user_id(number)).unwrap());
    let found = likeness::of_users(model, one, other, day(0));
    let module = model.module(realm.module).unwrap();
    for on in &realm.targets {
        let target = match on {
            On::Worker(number) => Target::Worker(model.worker(worker_id(*number)).unwrap()),
            On::Object(number) => Target::Object(model.object(object_id(*number)).unwrap()),
            _ => continue,
        };
        for name in realm.actions {
            let action = model.action(module, name).unwrap();
            let may =
                [one, other].map(|user| model.decide(&Question { user, module, action, target, day: day(0) }).allowed);
            let told = [&found.only_first, &found.only_second, &found.both]
                .map(|rights| says(model, rights, realm.module, name, target, 0));
            let expected = [may == [true, false], may == [false, true], may == [true, true]];
            prop_assert_eq!(told, expected, "{} on {:?}: {:?}", name, on, found);
        }
    }
    let lists = [&found.only_first, &found.only_second, &found.both];
    for right in lists.into_iter().flatten() {
        prop_assert!(right.except.iter().all(|except| except.scope != right.scope), "{:?}", right);
    }
    Ok(())
}

fn parents() -> impl Strategy<Value = Vec<u32>> {
    proptest::collection::vec(any::<u32>(), DEPARTMENTS as usize)
}

#[test]
fn what_is_told_of_workers_in_a_tree_is_what_single_decisions_say() {
    let scopes = prop_oneof![1 => Just(Scope::All), 12 => departments(), 2 => (1..=DEPARTMENTS).prop_map(on_worker)];
    let property = |(parents, draws): (Vec<u32>, Vec<Draw>)| {
        let mut scene = company(&parents);
        for number in 1..=DEPARTMENTS {
            scene.with(worker(number)).with(contract(number, number, number, window(None, None)));
        }
        let targets = (1..=DEPARTMENTS).map(On::Worker).collect();
        agrees(scene, &Realm { module: "time", actions: ["record", "schedule"], targets }, &draws)
    };
    TestRunner::new(config()).run(&(parents(), draws(scopes)), property).unwrap();
}

#[test]
fn what_is_told_of_objects_in_a_tree_is_what_single_decisions_say() {
    let scopes = prop_oneof![
        1 => Just(Scope::All),
        6 => departments(),
        3 => prop_oneof![Just("car"), Just("van")].prop_map(on_type),
        3 => (1..=2_u32).prop_map(on_area),
        1 => (1..=24_u32).prop_map(on_object),
    ];
    let property = |(parents, draws): (Vec<u32>, Vec<Draw>)| {
        let mut scene = company(&parents);
        scene.with(module(5, "fleet", grant::Target::Object, &["drive", "wash"]));
        scene.with(user(0)).with(area(1, &[], &[])).with(area(2, &[], &[]));
        for (number, code) in [(7, "car"), (8, "van")] {
            scene.with(object_type(number, code, "fleet"));
        }
        // One of each sort in four of the departments.
        let sorts = (1..=4).flat_map(|department| {
            ["car", "van"].into_iter().flat_map(move |code| (0..3).map(move |area| (department, code, area)))
        });
        for (number, (department, code, area)) in (1..).zip(sorts) {
            let area_id = Some(area).filter(|area| *area > 0).map(area_id);
            scene.with(Object { department_id: Some(department_id(department)), area_id, ..object(number, code) });
        }
        let targets = (1..=24).map(On::Object).collect();
        agrees(scene, &Realm { module: "fleet", actions: ["drive", "wash"], targets }, &draws)
    };
    TestRunner::new(config()).run(&(parents(), draws(scopes)), property).unwrap();
}
