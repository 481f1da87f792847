//! Rights over a tree of departments, many of them named alone and with what is below: what a change brings, and in what
//! two differ, is told as single decisions about a worker in each department tell it (H-03, G-5, R-10).

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::likeness::says;
use super::properties::config;
use super::records::*;
use super::scene::{On, Scene};
use crate::access::effect::{effect, gains, likeness};
use crate::access::{Question, Target};
use crate::grant::{Grant, Scope};

const DEPARTMENTS: u32 = 7;
const ACTIONS: [&str; 2] = ["record", "schedule"];

/// A grant to one of two users, by a role of some priority or in person, over a department or a worker.
#[derive(Clone, Debug)]
struct Draw {
    user: u32,
    priority: Option<i32>,
    scope: Scope,
    allow: Vec<&'static str>,
    deny: Vec<&'static str>,
}

impl Draw {
    /// With the role, if there is one, and its only member.
    fn add(&self, number: u32, scene: &mut Scene) -> Grant {
        let grant = match self.priority {
            None => to_user(number, self.user, "time", self.scope.clone(), &self.allow),
            Some(priority) => {
                scene.with(role(number, priority)).with(in_role(number, self.user, number));
                to_role(number, number, "time", self.scope.clone(), &self.allow)
            }
        };
        denying(grant, &self.deny)
    }
}

fn scopes() -> impl Strategy<Value = Scope> {
    prop_oneof![
        1 => Just(Scope::All),
        12 => (1..=DEPARTMENTS, any::<bool>()).prop_map(|(number, deep)| on_department(number, deep)),
        2 => (1..=DEPARTMENTS).prop_map(on_worker),
    ]
}

fn draws() -> impl Strategy<Value = Draw> {
    let says = prop_oneof![
        6 => Just((vec!["record"], vec![])),
        2 => Just((vec!["schedule"], vec![])),
        2 => Just((vec!["record", "schedule"], vec![])),
        2 => Just((vec![], vec!["record"])),
        1 => Just((vec!["schedule"], vec!["record"])),
    ];
    let priorities = prop_oneof![6 => (0..3).prop_map(Some), 1 => Just(None)];
    (1..=2_u32, priorities, scopes(), says).prop_map(|(user, priority, scope, (allow, deny))| Draw {
        user,
        priority,
        scope,
        allow,
        deny,
    })
}

/// Two users, and a tree of departments with a worker in each.
fn company(parents: &[u32]) -> Scene {
    let mut scene = Scene::new();
    scene.with(user(1)).with(user(2));
    for number in 1..=DEPARTMENTS {
        let parent = parents.get(number as usize - 1).map(|parent| parent % number).filter(|parent| *parent > 0);
        scene.with(department(number, parent)).with(worker(number));
        scene.with(contract(number, number, number, window(None, None)));
    }
    scene
}

fn may(scene: &Scene, user: u32, worker: u32, action: &str) -> bool {
    scene.ask(user, &format!("time:{action}"), On::Worker(worker)).as_str().ends_with("_allow")
}

#[test]
fn what_is_told_over_a_tree_of_departments_is_what_single_decisions_say() {
    let parents = proptest::collection::vec(any::<u32>(), DEPARTMENTS as usize);
    let input = (parents, proptest::collection::vec(draws(), 1..9));
    let property = |(parents, draws): (Vec<u32>, Vec<Draw>)| {
        let mut scene = company(&parents);
        let (last, earlier) = draws.split_last().unwrap();
        for (number, draw) in (1..).zip(earlier) {
            let grant = draw.add(number, &mut scene);
            scene.with(grant);
        }
        let grant = last.add(90, &mut scene);
        let before = scene.clone();
        let change = scene.change(grant);
        scene.model.apply(std::slice::from_ref(&change));
        let changes = [change];

        // H-03, G-5: every gain and loss at a worker is told, in the right direction.
        let effect = effect(&before.model, &scene.model, &changes, day(0));
        for person in 1..=2 {
            let gained = gains(&before.model, &scene.model, &changes, &[user_id(person)], day(0));
            let groups = effect.groups.iter().filter(|group| group.users.contains(&user_id(person)));
            let told: Vec<_> = groups.flat_map(|group| &group.rights).collect();
            for (worker, action) in (1..=DEPARTMENTS).flat_map(|worker| ACTIONS.map(|action| (worker, action))) {
                let [was, is] = [&before, &scene].map(|scene| may(scene, person, worker, action));
                let named = |gained: bool| {
                    told.iter().any(|right| right.gained == gained && right.actions.iter().any(|name| name == action))
                };
                prop_assert!(was == is || named(is), "user {person}, {action} on {worker}: {told:?}");
                let guarded = gained.iter().any(|right| right.actions.iter().any(|name| name == action));
                prop_assert!(was || !is || guarded, "user {person} gains {action} on {worker}: {gained:?}");
            }
        }

        // two compared.
        let [one, other] = [1, 2].map(|number| scene.model.user(user_id(number)).unwrap());
        let found = likeness::of_users(&scene.model, one, other, day(0));
        for number in 1..=DEPARTMENTS {
            let target = Target::Worker(scene.model.worker(worker_id(number)).unwrap());
            for name in ACTIONS {
                let module = scene.model.module("time").unwrap();
                let action = scene.model.action(module, name).unwrap();
                let may = [one, other]
                    .map(|user| scene.model.decide(&Question { user, module, action, target, day: day(0) }).allowed);
                let told = [&found.only_first, &found.only_second, &found.both]
                    .map(|rights| says(&scene.model, rights, "time", name, target, 0));
                let expected = [may == [true, false], may == [false, true], may == [true, true]];
                prop_assert_eq!(told, expected, "{} on {}: {:?}", name, number, found);
            }
        }
        let lists = [&found.only_first, &found.only_second, &found.both];
        for right in lists.into_iter().flatten() {
            prop_assert!(right.except.iter().all(|except| except.scope != right.scope), "{:?}", right);
        }
        Ok(())
    };
    TestRunner::new(config()).run(&input, property).unwrap();
}
