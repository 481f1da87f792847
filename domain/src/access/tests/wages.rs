//! Wage types: what is offered, and what may be recorded for whom (P-07); requests (P-08).

use super::records::*;
use super::scene::{On, Scene};
use crate::access::effect::{effect, wage_gains};
use crate::access::{Decision, ReasonCode, SetAsideReason, WageClaim, WageQuestion, WageRight};
use crate::grant::{Holder, Scope, Target};
use crate::user::{User, UserKind};
use crate::wage::{Amount, Limits, WageMode, WageOffer};
use crate::window::Window;

const WITH_REQUESTS: [&str; 6] = ["record", "schedule", "request1.check", "request1.close", "request2.close", "read"];

/// Two people, each linked to a folder of the same number; two roles; two wage types.
pub(super) fn scene() -> Scene {
    let mut scene = Scene::new();
    scene.with(module(3, "time", Target::Worker, &WITH_REQUESTS));
    for number in 0..3 {
        scene.with(user(number));
        scene.with(crate::worker::Worker { user_id: Some(user_id(number)), ..worker(number) });
    }
    scene.with(role(0, 10)).with(role(1, 10)).with(role(2, 5));
    scene.with(wage_type(0)).with(wage_type(1));
    scene
}

pub(super) fn by_role(role: u32) -> Holder {
    Holder::Role(role_id(role))
}

pub(super) fn hours(hours: i64) -> Option<Amount> {
    Some(Amount::thousandths(hours * 1_000))
}

impl Scene {
    fn offered(&self, user: u32, wage_type: u32) -> Option<WageRight> {
        let (user, wage) =
            (self.model.user(user_id(user)).unwrap(), self.model.wage_type(wage_type_id(wage_type)).unwrap());
        let found = self.model.wage_right(user, wage, day(0));
        let plain = self.company().wage_right(user_id_of(self, user), wage_type_id(wage_type), date(0));
        assert_eq!(found.as_ref().map(|right| (right.mode, right.limits)), plain);
        found
    }

    /// The question about some of a wage type.
    pub(super) fn claim(&self, user: u32, worker: u32, wage_type: u32, asking: bool) -> WageQuestion {
        let wage_type = self.model.wage_type(wage_type_id(wage_type)).unwrap();
        WageQuestion {
            user: self.model.user(user_id(user)).unwrap(),
            worker: self.model.worker(worker_id(worker)).unwrap(),
            claim: WageClaim::some(wage_type, asking),
            day: day(0),
        }
    }

    fn wage(&self, user: u32, worker: u32, wage_type: u32, asking: bool) -> ReasonCode {
        let question = self.claim(user, worker, wage_type, asking);
        let found = self.model.decide_wage(&question);
        let company = self.company();
        assert_eq!(
            found,
            company.decide_wage(user_id(user), worker_id(worker), wage_type_id(wage_type), asking, date(0))
        );
        found
    }
}

fn user_id_of(scene: &Scene, user: crate::access::UserIx) -> crate::id::UserId {
    scene.model.user_id(user)
}

#[test]
fn between_roles_different_wage_types_add_up() {
    // P-07
    let mut scene = scene();
    scene.with(in_role(0, 0, 0)).with(in_role(1, 0, 1));
    scene.with(wage_offer(0, by_role(0), 0)).with(wage_offer(1, by_role(1), 1));
    assert!(scene.offered(0, 0).is_some() && scene.offered(0, 1).is_some());
    assert!(scene.offered(1, 0).is_none());
}

#[test]
fn on_one_wage_type_the_highest_priority_decides_and_among_equals_the_stricter() {
    // P-07
    let mut scene = scene();
    scene.with(in_role(0, 0, 0)).with(in_role(1, 0, 1)).with(in_role(2, 0, 2));
    let low = Limits { max_per_year: hours(1), ..Limits::NONE };
    scene.with(WageOffer { limits: low, ..wage_offer(0, by_role(2), 0) });
    let (few, many) = (
        Limits { max_per_day: hours(4), ..Limits::NONE },
        Limits { max_per_day: hours(8), max_per_month: hours(40), ..Limits::NONE },
    );
    scene.with(WageOffer { limits: few, ..wage_offer(1, by_role(0), 0) });
    scene.with(WageOffer { limits: many, mode: WageMode::Workflow, ..wage_offer(2, by_role(1), 0) });
    let right = scene.offered(0, 0).unwrap();
    assert_eq!(right.mode, WageMode::Workflow);
    assert_eq!(right.limits, Limits { max_per_day: hours(4), max_per_month: hours(40), ..Limits::NONE });
    assert_eq!(right.decided_by.len(), 2);
    assert_eq!(right.set_aside.iter().map(|(_, why)| *why).collect::<Vec<_>>(), [SetAsideReason::LowerPriority]);
}

#[test]
fn a_personal_setting_sets_the_roles_settings_of_that_wage_type_aside() {
    // P-07
    let mut scene = scene();
    scene.with(in_role(0, 0, 0));
    scene.with(WageOffer { mode: WageMode::Workflow, ..wage_offer(0, by_role(0), 0) });
    scene.with(wage_offer(1, by_role(0), 1));
    scene.with(wage_offer(2, Holder::User(user_id(0)), 0));
    let right = scene.offered(0, 0).unwrap();
    assert_eq!((right.mode, right.decided_by.len()), (WageMode::Record, 1));
    assert_eq!(right.set_aside[0].1, SetAsideReason::PersonalTakesPrecedence);
    assert!(scene.offered(0, 1).is_some(), "other types stay as they were");
    scene.without(crate::id::Kind::WageOffer, 2);
    assert_eq!(scene.offered(0, 0).unwrap().mode, WageMode::Workflow);
}

#[test]
fn a_wage_type_that_is_to_be_asked_for_is_not_recorded_directly() {
    // P-07
    let mut scene = scene();
    scene.with(in_role(0, 0, 0));
    scene.with(WageOffer { mode: WageMode::Workflow, ..wage_offer(0, by_role(0), 0) });
    assert_eq!(scene.wage(0, 0, 0, false), ReasonCode::WageTypeByRequest);
    assert_eq!(scene.wage(0, 0, 0, true), ReasonCode::WageTypeAllow);
    assert_eq!(scene.wage(0, 0, 1, true), ReasonCode::WageTypeNotOffered);
}

#[test]
fn for_another_it_takes_the_right_to_record_there_and_an_offer_to_that_worker() {
    // P-07
    let mut scene = scene();
    scene.with(in_role(0, 0, 0)).with(in_role(1, 1, 1));
    scene.with(wage_offer(0, by_role(1), 0));
    assert_eq!(scene.wage(0, 1, 0, false), ReasonCode::NoGrant);
    scene.with(to_role(0, 0, "time", Scope::All, &["record"]));
    assert_eq!(scene.wage(0, 1, 0, false), ReasonCode::WageTypeAllow);
    assert_eq!(scene.wage(0, 2, 0, false), ReasonCode::WageTypeNotOffered, "it is not offered to that worker");
    assert_eq!(scene.wage(0, 0, 0, false), ReasonCode::WageTypeNotOffered, "nor to the one who records");
}

#[test]
fn a_roles_own_wage_types_are_recorded_for_every_worker_by_its_members() {
    // P-07: no `time` grant is needed, and none stops it; only guards do.
    let mut scene = scene();
    scene.with(in_role(0, 0, 0)).with(WageOffer { own: true, ..wage_offer(0, by_role(0), 0) });
    scene.with(to_user(0, 0, "time", on_worker(1), &["read"]));
    for worker in 0..3 {
        assert_eq!(scene.wage(0, worker, 0, false), ReasonCode::OwnWageTypeAllow);
    }
    assert_eq!(scene.wage(1, 0, 0, false), ReasonCode::NoGrant);
    scene.edit::<User>(user_id(0), |user| user.kind = UserKind::ExternalAdministrator);
    assert_eq!(scene.wage(0, 1, 0, false), ReasonCode::GuardExternalAdministrator);
}

#[test]
fn an_offer_holds_in_its_window() {
    // P-07
    let mut scene = scene();
    scene.with(in_role(0, 0, 0));
    scene.with(WageOffer { window: Window::new(Some(date(1)), None), ..wage_offer(0, by_role(0), 0) });
    assert!(scene.offered(0, 0).is_none());
    scene.edit::<WageOffer>(wage_offer(0, by_role(0), 0).id.0, |offer| offer.window = window(None, 0));
    assert!(scene.offered(0, 0).is_some());
}

#[test]
fn nobody_closes_their_own_request_unless_a_setting_allows_it() {
    // P-08
    let mut scene = scene();
    scene.with(in_role(0, 0, 0));
    scene.with(to_role(0, 0, "time", Scope::All, &["request1.check", "request1.close", "request2.close"]));
    for action in ["request1.close", "request2.close"] {
        assert_eq!(scene.ask(0, &format!("time:{}", action), On::Worker(0)), ReasonCode::GuardOwnRequest);
        assert_eq!(scene.ask(0, &format!("time:{}", action), On::Worker(1)), ReasonCode::RoleAllow);
    }
    assert_eq!(scene.ask(0, "time:request1.check", On::Worker(0)), ReasonCode::RoleAllow, "checking is another thing");
    scene.with(close_own_requests(true));
    assert_eq!(scene.ask(0, "time:request1.close", On::Worker(0)), ReasonCode::RoleAllow);
    scene.with(close_own_requests(false));
    assert_eq!(scene.ask(0, "time:request1.close", On::Worker(0)), ReasonCode::GuardOwnRequest);
}

#[test]
fn holiday_is_closed_for_two_workers_by_who_closes_group_one_there() {
    // P-08: the worked example. Holiday is of group 1.
    let mut scene = scene();
    scene.with(in_role(0, 0, 0));
    scene.with(to_role(0, 0, "time", on_worker(1), &["request1.close"]));
    scene.with(to_role(1, 0, "time", on_worker(2), &["request1.close"]));
    scene.with(worker(3));
    let holiday = scene.model.find_wage_type("wage-0").unwrap();
    assert_eq!(scene.model.request_group(holiday), 1);
    for worker in [1, 2] {
        assert_eq!(scene.ask(0, "time:request1.close", On::Worker(worker)), ReasonCode::RoleAllow);
        assert_eq!(scene.ask(0, "time:request2.close", On::Worker(worker)), ReasonCode::NoGrant);
    }
    assert_eq!(scene.ask(0, "time:request1.close", On::Worker(3)), ReasonCode::NoGrant);
}

#[test]
fn what_is_recorded_is_found_from_both_sides() {
    // P-05, P-07: against the plain evaluator, whatever the company.
    super::properties::check(|steps, on_day, seed| {
        let scene = super::properties::play(steps, |_, _| {});
        let (company, model, asking) = (scene.company(), &scene.model, seed % 2 == 0);
        for number in 0..super::random::WAGE_TYPES {
            let Some(wage_type) = model.wage_type(wage_type_id(number)) else { continue };
            let (id, claim) = (wage_type_id(number), WageClaim::some(wage_type, asking));
            for user in model.users() {
                let plain = company.wage_right(model.user_id(user), id, date(on_day));
                let found = model.wage_right(user, wage_type, day(on_day));
                proptest::prop_assert_eq!(found.map(|right| (right.mode, right.limits)), plain);
                let mut reached = Vec::new();
                for worker in model.workers() {
                    let question = WageQuestion { user, worker, claim, day: day(on_day) };
                    let found = model.decide_wage(&question);
                    let (who, whose) = (model.user_id(user), model.worker_id(worker));
                    let plain = company.decide_wage(who, whose, id, asking, date(on_day));
                    proptest::prop_assert_eq!(found, plain);
                    reached.extend(Decision::of(found).allowed.then_some(worker));
                }
                if model.module("time").and_then(|module| model.action(module, "record")).is_some() {
                    reached.sort_unstable();
                    proptest::prop_assert_eq!(model.wage_reach(user, claim, day(on_day)), reached);
                }
            }
            for worker in model.workers() {
                let may = |user: &crate::access::UserIx| {
                    let question = WageQuestion { user: *user, worker, claim, day: day(on_day) };
                    Decision::of(model.decide_wage(&question)).allowed
                };
                let plain: Vec<_> = model.users().filter(may).collect();
                proptest::prop_assert_eq!(model.wage_subjects(worker, claim, day(on_day)), plain);
            }
        }
        Ok(())
    });
}

#[test]
fn who_gives_themselves_more_of_a_wage_type_gains() {
    // G-5, P-07
    let mut scene = scene();
    scene.with(in_role(0, 0, 0));
    let limits = Limits { max_per_day: hours(4), ..Limits::NONE };
    scene.with(WageOffer { limits, mode: WageMode::Workflow, ..wage_offer(0, by_role(0), 0) });
    let gains = |change: &dyn Fn(&mut Scene)| {
        let mut after = scene.clone();
        change(&mut after);
        let found = wage_gains(&scene.model, &after.model, &[user_id(0)], day(0));
        found.into_iter().map(|gain| (gain.wage_type, gain.own)).collect::<Vec<_>>()
    };
    let offer = |limits, mode| WageOffer { limits, mode, ..wage_offer(0, by_role(0), 0) };
    let wage_0 = [("wage-0".to_owned(), false)];
    let lower = Limits { max_per_entry: hours(1), max_per_day: hours(3), ..Limits::NONE };
    assert_eq!(
        gains(&|scene| {
            scene.with(offer(lower, WageMode::Workflow));
        }),
        []
    );
    assert_eq!(
        gains(&|scene| {
            scene.with(offer(Limits::NONE, WageMode::Workflow));
        }),
        wage_0
    );
    assert_eq!(
        gains(&|scene| {
            scene.with(offer(limits, WageMode::Record));
        }),
        wage_0
    );
    let later = WageOffer { window: Window::new(Some(date(9)), None), ..wage_offer(1, by_role(0), 1) };
    assert_eq!(
        gains(&|scene| {
            scene.with(later.clone());
        }),
        [("wage-1".to_owned(), false)]
    );
    let own = WageOffer { own: true, ..wage_offer(1, by_role(0), 1) };
    assert_eq!(
        gains(&|scene| {
            scene.with(own.clone());
        }),
        [("wage-1".to_owned(), true)]
    );
    assert_eq!(
        gains(&|scene| {
            scene.with(wage_offer(1, by_role(1), 1));
        }),
        [],
        "of a role of others"
    );
}

#[test]
fn an_offer_that_changes_tells_each_member_what_they_gain_and_lose() {
    // H-03, P-07
    let mut scene = scene();
    scene.with(in_role(0, 0, 0)).with(in_role(1, 1, 0));
    let many = Limits { max_per_day: hours(8), ..Limits::NONE };
    let few = Limits { max_per_day: hours(4), ..Limits::NONE };
    let told = |scene: &Scene, offer: WageOffer| {
        let mut after = scene.clone();
        let change = after.change(offer);
        after.model.apply(std::slice::from_ref(&change));
        let found = effect(&scene.model, &after.model, &[change], day(0));
        let words = found.groups.into_iter().flat_map(|group| {
            let people = group.users.len();
            group.rights.into_iter().map(move |right| {
                let wage_type = right.wage_type.unwrap();
                (people, right.gained, wage_type, right.before, right.after, right.window)
            })
        });
        words.collect::<Vec<_>>()
    };
    let (none, asked, direct) =
        (ReasonCode::WageTypeNotOffered, ReasonCode::WageTypeByRequest, ReasonCode::WageTypeAllow);
    let year = Window::new(Some(date(5)), Some(date(9)));
    let offer = |limits, mode| WageOffer { limits, mode, window: year, ..wage_offer(0, by_role(0), 0) };
    let wage = "wage-0".to_owned();
    let found = told(&scene, offer(many, WageMode::Workflow));
    assert_eq!(found, [(2, true, wage.clone(), none, asked, year)]);
    scene.with(offer(many, WageMode::Workflow));
    assert_eq!(
        told(&scene, offer(few, WageMode::Record)),
        [(2, true, wage.clone(), asked, direct, year), (2, false, wage, asked, direct, year),]
    );
}

#[test]
fn what_is_told_of_wage_types_is_what_changes() {
    // H-03, P-07: whatever the company; who gains may record more on that day, who loses less.
    super::properties::check(|steps, _, _| {
        let mut last: Option<Scene> = None;
        let scene = super::properties::play(steps, |_, after| last = Some(after.clone()));
        let Some(before) = last else { return Ok(()) };
        let changes: Vec<crate::change::Change> = scene
            .records
            .iter()
            .filter(|(key, record)| before.records.get(key) != Some(record))
            .map(|(key, record)| crate::change::Change {
                before: before.records.get(key).cloned(),
                after: Some(record.clone()),
            })
            .collect();
        let mut model = before.model.clone();
        model.apply(&changes);
        let found = effect(&before.model, &model, &changes, day(0));
        for user in before.model.users() {
            let id = before.model.user_id(user);
            let told: Vec<_> =
                found.groups.iter().filter(|group| group.users.contains(&id) && !group.once_active).collect();
            for on_day in 0..=super::random::DAYS {
                for right in before.model.wage_rights(user, day(on_day)) {
                    let is = model.wage_right(user, right.wage_type, day(on_day));
                    let code = before.model.wage_type_code(right.wage_type);
                    let changed = is.as_ref().map(|is| (is.mode, is.limits)) != Some((right.mode, right.limits));
                    let named = told.iter().flat_map(|group| &group.rights).any(|change| {
                        change.wage_type.as_deref() == Some(code)
                            && change.window.contains(date(on_day))
                            && !change.scope.contains(&Scope::All)
                    });
                    proptest::prop_assert_eq!(changed, named, "{} of {} on {}", code, id, on_day);
                }
            }
        }
        Ok(())
    });
}
