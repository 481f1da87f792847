//! One question over a span of days (P-04, P-05).

use super::properties::{check, play, questions};
use super::random::DAYS;
use super::records::*;
use super::scene::Scene;
use crate::access::slow::SlowTarget;
use crate::access::{Explanation, Question, ReasonCode, Span, Turn, Windowed};
use crate::grant::{Grant, Scope};
use crate::id::{ContractId, Kind};
use crate::role::Membership;
use proptest::prelude::*;

fn spans(scene: &Scene, to: i32) -> Vec<(i32, i32, ReasonCode, Vec<Turn>)> {
    let target = SlowTarget::Worker(worker_id(1));
    let question = scene.question(user_id(1), "time", "record", target, 0).unwrap();
    let told =
        |span: Span<Explanation>| (span.from - day(0), span.to - day(0), span.explanation.decision.code, span.turns);
    scene.model.timeline(&question, day(to), true).spans.into_iter().map(told).collect()
}

#[test]
fn each_border_tells_what_begins_and_what_has_ended() {
    // P-04
    let mut scene = Scene::new();
    scene.with(user(1)).with(worker(1)).with(role(1, 10)).with(department(1, None));
    scene.with(Membership { window: window(5, None), ..in_role(1, 1, 1) });
    scene.with(to_role(1, 1, "time", on_department(1, false), &["record"]));
    scene.with(contract(1, 1, 1, window(2, 20)));
    scene.with(Grant { window: window(10, 12), ..to_user(2, 1, "time", Scope::All, &["schedule"]) });
    let turn = |what, begins| vec![Turn { what, begins }];
    let personal = Windowed::Grant(grant_id(2));
    assert_eq!(
        spans(&scene, 30),
        [
            (0, 4, ReasonCode::NoGrant, vec![]),
            (5, 9, ReasonCode::RoleAllow, turn(Windowed::Membership(membership_id(1)), true)),
            (10, 12, ReasonCode::PersonalWithoutAction, turn(personal, true)),
            (13, 20, ReasonCode::RoleAllow, turn(personal, false)),
            (21, 30, ReasonCode::NoGrant, turn(Windowed::Contract(ContractId(id(Kind::Contract, 1))), false)),
        ]
    );
    assert_eq!(spans(&scene, 3), [(0, 3, ReasonCode::NoGrant, vec![])]);
}

#[test]
fn a_border_leaves_out_what_leads_nowhere() {
    // P-04: at the end of the year everything ends, and one thing of it is why.
    let mut scene = Scene::new();
    scene.with(user(1)).with(worker(1)).with(role(1, 10)).with(role(2, 10)).with(role(3, 10)).with(role(4, 10));
    scene.with(Membership { window: window(0, 9), ..in_role(1, 1, 1) });
    scene.with(Membership { window: window(0, 9), ..in_role(2, 2, 1) });
    scene.with(Membership { window: window(0, 9), ..nested(3, 1, 3) });
    scene.with(Membership { window: window(0, 5), ..nested(4, 2, 4) });
    // What leads to it counts, whatever gives rights over something else does not.
    scene.with(to_role(1, 3, "time", Scope::All, &["record"]));
    scene.with(to_role(2, 2, "hr", Scope::All, &["read"])).with(to_role(3, 4, "time", Scope::All, &["schedule"]));
    let ended = |number| Turn { what: Windowed::Membership(membership_id(number)), begins: false };
    let mut expected = vec![ended(1), ended(3)];
    expected.sort_unstable();
    assert_eq!(spans(&scene, 30), [(0, 9, ReasonCode::RoleAllow, vec![]), (10, 30, ReasonCode::NoGrant, expected)]);
}

#[test]
fn a_timeline_gives_each_day_the_answer_that_the_day_has() {
    // P-04: without a gap, and no border where nothing changes.
    check(|steps, _, seed| {
        let scene = play(steps, |_, _| {});
        for (question, _) in questions(&scene, -1).into_iter().skip(seed as usize % 13).step_by(13) {
            let line = scene.model.timeline(&question, day(DAYS), true);
            let mut next = question.day;
            for span in &line.spans {
                prop_assert_eq!(span.from, next);
                prop_assert!(span.from <= span.to);
                for day in span.from..=span.to {
                    let code = scene.model.decide(&Question { day, ..question }).code;
                    prop_assert_eq!(code, span.explanation.decision.code, "{:?} on {}", question, day);
                }
                prop_assert_eq!(span.turns.is_empty(), span.from == question.day);
                next = span.to + 1;
            }
            prop_assert_eq!(next, day(DAYS) + 1);
        }
        Ok(())
    });
}
