//! Why a wage type may be recorded, or not, and what would help (P-04, P-07).

use proptest::prelude::*;

use super::properties::{check, play};
use super::records::*;
use super::scene::Scene;
use super::wages::{by_role, hours, scene};
use crate::access::{Decision, Language, ReasonCode, Remedy, WageClaim, WageExplanation, WageQuestion, WageRemedy};
use crate::change::{Change, Record};
use crate::grant::{Grant, Holder, Scope};
use crate::id::{Kind, WageTypeId};
use crate::role::{Member, Membership, Mode, Role};
use crate::wage::{Limits, Recorded, WageMode, WageOffer};
use crate::window::Window;

fn told(scene: &Scene, question: &WageQuestion) -> (WageExplanation, String) {
    let explained = scene.model.explain_wage(question);
    assert_eq!(explained.decision.code, scene.model.decide_wage(question));
    let text = scene.model.reason_admin_wage(&explained, "time:record", Language::English);
    (explained, text)
}

/// `amount` hours of wage type 0, of which `already` were recorded that day, by user 0 for themselves.
fn so_many(scene: &Scene, amount: i64, already: i64) -> WageQuestion {
    let mut question = scene.claim(0, 0, 0, false);
    let in_day = hours(already).unwrap();
    question.claim.amount = hours(amount);
    question.claim.recorded = Recorded::of(in_day, in_day, in_day);
    question
}

#[test]
fn too_much_tells_the_limit_what_is_left_of_it_and_who_set_it() {
    // P-04, P-07
    let mut scene = scene();
    scene.with(in_role(0, 0, 0));
    let limits = Limits { max_per_day: hours(4), ..Limits::NONE };
    scene.with(WageOffer { limits, ..wage_offer(0, by_role(0), 0) });
    assert_eq!(scene.model.decide_wage(&so_many(&scene, 2, 2)), ReasonCode::WageTypeAllow);
    let (explained, text) = told(&scene, &so_many(&scene, 3, 2));
    assert_eq!(explained.decision.code, ReasonCode::WageLimitExceeded);
    assert_eq!(
        text,
        "Denied: the amount goes beyond a limit of the offer. It is offered by role r0. At most 4 on one day, of which 2 is left."
    );
    let person = Holder::User(user_id(0));
    assert_eq!(explained.would_allow, [WageRemedy::Offer { holder: person, mode: WageMode::Record }]);
    assert_eq!(explained.paths[0].role, role_id(0));
    assert!(explained.recording.is_none(), "nobody needs a right for their own folder");
}

#[test]
fn what_is_not_offered_tells_the_roles_that_offer_it_and_the_days_of_old_and_new_offers() {
    // P-04, P-07
    let mut scene = scene();
    scene.with(in_role(0, 0, 0));
    scene.with(WageOffer { window: window(None, -1), ..wage_offer(0, by_role(0), 0) });
    scene.with(WageOffer { window: Window::new(Some(date(9)), None), ..wage_offer(1, by_role(0), 0) });
    scene.with(wage_offer(2, by_role(1), 0));
    let (explained, text) = told(&scene, &scene.claim(0, 0, 0, false));
    assert_eq!(explained.inactive.len(), 2);
    assert_eq!(explained.roles, [role_id(1)]);
    let member = user_id(0);
    assert_eq!(explained.would_allow[0], WageRemedy::Membership { role: role_id(1), own: false, member });
    let (old, new) = (date(-1), date(9));
    assert_eq!(
        text,
        format!(
            "Denied: no role and no personal setting offers the wage type to the worker. It was offered by role r0 \
             until {old}. It will be offered by role r0 from {new} on. If the worker were in role r1, it would \
             be allowed."
        )
    );
}

#[test]
fn nobody_is_proposed_as_a_member_of_a_role_that_fills_itself() {
    // P-04, R-05
    let mut scene = scene();
    scene.with(in_role(0, 0, 0));
    scene.with(wage_offer(0, by_role(1), 0));
    let joining = |scene: &Scene| {
        let (explained, _) = told(scene, &scene.claim(0, 0, 0, false));
        let joins = explained.would_allow.iter().any(|remedy| matches!(remedy, WageRemedy::Membership { .. }));
        (explained.roles, joins)
    };
    assert_eq!(joining(&scene), (vec![role_id(1)], true));
    scene.edit::<Role>(role_id(1), |role| role.mode = Mode::Automatic);
    assert_eq!(joining(&scene), (vec![role_id(1)], false), "it offers the wage type all the same");
}

#[test]
fn for_another_it_tells_the_grant_that_lets_record_there_beside_the_offer() {
    // P-04, P-07
    let mut scene = scene();
    scene.with(in_role(0, 0, 0)).with(in_role(1, 1, 1));
    scene.with(wage_offer(0, by_role(1), 0));
    let (explained, _) = told(&scene, &scene.claim(0, 1, 0, false));
    assert_eq!(explained.decision.code, ReasonCode::NoGrant);
    let own_grant = |remedy: &WageRemedy| matches!(remedy, WageRemedy::Recording(Remedy::Grant { .. }));
    assert!(explained.would_allow.iter().any(own_grant), "{:?}", explained.would_allow);
    scene.with(to_role(0, 0, "time", Scope::All, &["record"]));
    let (explained, text) = told(&scene, &scene.claim(0, 1, 0, false));
    assert_eq!(explained.recording.unwrap().decided_by[0].grant, grant_id(0));
    assert_eq!(
        text,
        "Allowed: the wage type is offered to the worker. It is offered by role r1. Recording for the worker: \
         Allowed: time:record by role r0 (priority 10)."
    );
    // Where nothing is offered, a right to record alone would not help.
    let (explained, _) = told(&scene, &scene.claim(2, 0, 0, false));
    assert_eq!(explained.decision.code, ReasonCode::NoGrant);
    assert!(explained.would_allow.is_empty() && explained.roles.is_empty(), "{:?}", explained.would_allow);
}

#[test]
fn a_worker_without_an_account_is_offered_nothing_and_an_own_wage_type_helps() {
    // P-04, P-07
    let mut scene = scene();
    scene.with(in_role(0, 0, 0)).with(worker(3));
    scene.with(to_role(0, 0, "time", Scope::All, &["record"]));
    scene.with(WageOffer { own: true, ..wage_offer(0, by_role(1), 0) });
    let (explained, text) = told(&scene, &scene.claim(0, 3, 0, false));
    assert_eq!(explained.decision.code, ReasonCode::WageTypeNotOffered);
    assert_eq!(explained.would_allow, [WageRemedy::Membership { role: role_id(1), own: true, member: user_id(0) }]);
    assert!(text.contains("The worker is not linked to an account"), "{text}");
    assert!(text.contains("Members of role r1 would be allowed."), "{text}");
}

#[test]
fn a_role_that_helps_in_two_ways_is_proposed_once() {
    // P-04, P-07
    let mut scene = scene();
    scene.with(wage_offer(0, by_role(1), 0)).with(WageOffer { own: true, ..wage_offer(1, by_role(1), 0) });
    let (explained, text) = told(&scene, &scene.claim(0, 0, 0, false));
    let memberships = explained.would_allow.iter().filter(|remedy| matches!(remedy, WageRemedy::Membership { .. }));
    assert_eq!(memberships.count(), 1);
    assert_eq!(text.matches("r1").count(), 1, "{text}");
}

#[test]
fn an_own_wage_type_that_ended_is_told_as_a_right_of_who_records() {
    // P-04, P-07
    let mut scene = scene();
    scene.with(Membership { window: window(None, -1), ..in_role(0, 0, 0) });
    scene.with(WageOffer { own: true, ..wage_offer(0, by_role(0), 0) });
    let (explained, text) = told(&scene, &scene.claim(0, 1, 0, false));
    assert_eq!((explained.decision.code, explained.lacks_both()), (ReasonCode::NoGrant, true));
    assert!(explained.inactive[0].own);
    let ended = format!("A right to it by role r0 ended on {}.", date(-1));
    assert!(text.contains(&ended) && text.contains("Besides: Denied: no role"), "{text}");
    // While it held, the way there was the recorder's.
    scene.with(in_role(1, 1, 1)).with(wage_offer(1, by_role(1), 0)).with(in_role(2, 0, 0));
    let (explained, _) = told(&scene, &scene.claim(0, 1, 0, false));
    assert_eq!(explained.decision.code, ReasonCode::OwnWageTypeAllow);
    assert_eq!(explained.paths.iter().map(|path| path.role).collect::<Vec<_>>(), [role_id(0)]);
}

#[test]
fn what_would_let_record_does() {
    // P-04, P-07: whatever the company.
    check(|steps, on_day, seed| {
        let scene = play(steps, |_, _| {});
        let model = &scene.model;
        let types = (0..super::random::WAGE_TYPES).filter_map(|number| model.wage_type(wage_type_id(number)));
        let mut count = 0;
        for wage_type in types {
            for (user, worker) in model.users().flat_map(|user| model.workers().map(move |worker| (user, worker))) {
                count += 1;
                if count % 7 != seed as usize % 7 {
                    continue;
                }
                let mut claim = WageClaim::some(wage_type, seed % 2 == 0);
                claim.amount = hours(seed as i64 % 9);
                let question = WageQuestion { user, worker, claim, day: day(on_day) };
                let explained = model.explain_wage(&question);
                prop_assert_eq!(explained.decision, Decision::of(model.decide_wage(&question)));
                prop_assert!(explained.inactive.iter().all(|inactive| !inactive.because.is_empty()));
                prop_assert!(!explained.decision.allowed || explained.would_allow.is_empty());
                for (at, remedy) in explained.would_allow.iter().enumerate() {
                    prop_assert!(!explained.would_allow[..at].contains(remedy), "{:?} twice", remedy);
                    let mut after = model.clone();
                    after.apply(&[remedied(&scene, &question, remedy)]);
                    prop_assert!(
                        Decision::of(after.decide_wage(&question)).allowed,
                        "{:?} is no remedy for {} of {:?}",
                        remedy,
                        explained.decision.code,
                        question
                    );
                }
            }
        }
        Ok(())
    });
}

/// The change that a remedy is.
fn remedied(scene: &Scene, question: &WageQuestion, remedy: &WageRemedy) -> Change {
    let wage_type_id: WageTypeId = scene.model.wage_type_id(question.claim.wage_type);
    match remedy {
        WageRemedy::Membership { role, member, .. } | WageRemedy::Recording(Remedy::Membership { role, member }) => {
            Change::created(Membership { role_id: *role, member: Member::User(*member), ..in_role(99, 0, 0) })
        }
        WageRemedy::Recording(Remedy::Extend { grant, allow, .. }) => {
            let Some(Record::Grant(before)) = scene.records.get(&(Kind::Grant, grant.0)) else {
                panic!("{grant} is no grant")
            };
            let after = Grant { allow: allow.clone(), ..before.clone() };
            Change { before: Some(before.clone().into()), after: Some(after.into()) }
        }
        WageRemedy::Recording(Remedy::Grant { holder, scope }) => {
            Change::created(Grant { holder: *holder, ..to_role(99, 0, "time", scope.clone(), &["record"]) })
        }
        WageRemedy::Offer { holder, mode } => {
            Change::created(WageOffer { wage_type_id, mode: *mode, ..wage_offer(99, *holder, 0) })
        }
    }
}

#[test]
fn a_timeline_of_a_wage_type_tells_each_days_answer() {
    // P-04, P-07
    check(|steps, _, seed| {
        let scene = play(steps, |_, _| {});
        let model = &scene.model;
        let last = super::random::DAYS;
        for number in 0..super::random::WAGE_TYPES {
            let Some(wage_type) = model.wage_type(wage_type_id(number)) else { continue };
            for (user, worker) in model.users().flat_map(|user| model.workers().map(move |worker| (user, worker))) {
                if (user.0 + worker.0) % 5 != seed as u32 % 5 {
                    continue;
                }
                let claim = WageClaim::some(wage_type, false);
                let question = WageQuestion { user, worker, claim, day: day(0) };
                let line = model.wage_timeline(&question, day(last), seed % 2 == 0);
                prop_assert!(!line.cut_short);
                for on_day in 0..=last {
                    let day = day(on_day);
                    let span = line.spans.iter().find(|span| span.from <= day && day <= span.to);
                    let found = span.map(|span| span.explanation.decision.code);
                    prop_assert_eq!(found, Some(model.decide_wage(&WageQuestion { day, ..question })));
                }
            }
        }
        Ok(())
    });
}
