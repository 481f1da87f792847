//! Runs of the role sync over all workers (R-06, R-07).

use api::jobs::schedule::run_due;
use domain::id::{MembershipId, RoleRuleId};
use domain::organisation::ContractType;
use domain::role::{Member, Membership, RoleRule, Source};
use domain::window::Window;
use persistence::{Actor, Author, Key, StoreError, Tx};
use serde_json::{Value, json};
use tests::{Client, TestApp, on_every_database};

/// What nobody does through the service: rows that are out of step with the contracts.
fn behind_the_back(app: &TestApp, work: impl FnOnce(&mut Tx<'_>) -> Result<(), StoreError>) {
    let author = Author { actor: Actor::Operator, acting_as: None, request_id: None, cause: None };
    let written = app.app.store().write(&author, work).unwrap();
    assert!(app.app.live().wait_for(written.revision, std::time::Duration::from_secs(5)));
}

/// A rule that nobody's contract meets any more.
fn matches_nobody(tx: &mut Tx<'_>, rule: RoleRuleId) -> Result<(), StoreError> {
    let found = tx.get::<RoleRule>(rule.0)?.unwrap().value;
    tx.update(RoleRule { contract_types: vec![ContractType::Service], ..found })
}

/// Runs the sync of all workers to its end; the run. Its operation counts the workers that were looked at.
fn run(client: &Client, path: &str) -> Value {
    let started = client.verb(path).expect(202);
    let done = client.finished(&started);
    assert_eq!(done.json["state"], "succeeded", "{}", done.text);
    let workers = &done.json["result"]["workers"];
    assert_eq!((&done.json["done"], &done.json["total"]), (workers, workers), "{}", done.text);
    client.get(&format!("/api/v1/role-sync-runs/{}", done.id())).expect(200).json
}

fn reports(client: &Client, run: &Value) -> Vec<Value> {
    let path = format!("/api/v1/role-sync-runs/{}/workers", run["id"].as_str().unwrap());
    client.get(&path).expect(200).items().clone()
}

/// So many linked workers in one department, whose automatic role they are in: the role, and each worker's account.
fn staff(app: &TestApp, count: usize) -> (String, String, Vec<tests::Person>) {
    let company = app.company();
    let (department, position) = (company.department("d", None), company.position("p"));
    let role = company.automatic_role("auto");
    let rule = company.rule(&role, json!({"departments": [{"id": department, "include_subtree": false}]}));
    let people: Vec<_> = (0..count).map(|number| company.person(&format!("p{number}"))).collect();
    for person in &people {
        company.contract(&person.worker, &department, &position, Some("2026-01-01"), None);
    }
    (role, rule, people)
}

fn members(app: &TestApp, role: &str) -> usize {
    app.admin().get(&format!("/api/v1/roles/{role}/members?limit=200")).expect(200).items().len()
}

/// The last of so many nightly runs, when it has ended.
fn nightly(app: &TestApp, count: usize) -> Value {
    let until = std::time::Instant::now() + std::time::Duration::from_secs(60);
    loop {
        let runs = app.admin().get("/api/v1/role-sync-runs").expect(200).items().clone();
        let nightly: Vec<_> = runs.into_iter().filter(|run| run["cause"] == "nightly").collect();
        assert_eq!(nightly.len(), count);
        match nightly[0]["state"].as_str() {
            Some("queued" | "running") => assert!(std::time::Instant::now() < until),
            state => {
                assert_eq!(state, Some("succeeded"));
                return nightly[0].clone();
            }
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

/// The memberships that the set-up's role for all employees adds for each.
fn of_role(report: &Value, list: &str, role: &str) -> Vec<Value> {
    report[list].as_array().unwrap().iter().filter(|one| one["role_id"] == role).cloned().collect()
}

on_every_database! {
    // R-06: what is out of step is brought back, with a report per worker and the reason; the second run finds nothing.
    fn a_run_mends_drift_and_tells_for_each_worker_what_and_why(app: &TestApp) {
        let (role, rule, people) = staff(app, 3);
        let (lost, extra) = (people[0].user_id(), people[1].user_id());
        let contract = app.admin().ids(&format!("/api/v1/workers/{}/contracts", people[0].worker)).remove(0);
        behind_the_back(app, |tx| {
            for membership in tx.find::<Membership>(&Key::MembershipsOf(Member::User(lost)))? {
                if membership.value.role_id.to_string() == role {
                    tx.remove::<Membership>(membership.value.id.0)?;
                }
            }
            tx.create(Membership {
                id: MembershipId(uuid::Uuid::now_v7()),
                external_id: None,
                role_id: role.parse::<uuid::Uuid>().unwrap().into(),
                member: Member::User(extra),
                source: Source::Automatic,
                contract_id: Some(contract.parse::<uuid::Uuid>().unwrap().into()),
                rule_id: Some(rule.parse::<uuid::Uuid>().unwrap().into()),
                window: Window::ALWAYS,
            })
        });
        let done = run(&app.admin(), "/api/v1/role-sync-runs");
        assert_eq!((&done["cause"], &done["stopped"], &done["plan_id"]), (&json!("request"), &json!(false), &Value::Null));
        assert_eq!((&done["workers"], &done["changed"]), (&json!(3), &json!(2)));
        assert_eq!((&done["added"], &done["adjusted"], &done["removed"]), (&json!(1), &json!(0), &json!(1)));
        let told = reports(&app.admin(), &done);
        let of = |worker: &str| told.iter().find(|report| report["worker_id"] == worker).unwrap().clone();
        let added = of_role(&of(&people[0].worker), "added", &role);
        assert_eq!((&added[0]["rule_id"], &added[0]["reason"]), (&json!(rule), &json!("rule_matches")));
        assert_eq!(added[0]["valid_from"], json!("2026-01-01"));
        let removed = of_role(&of(&people[1].worker), "removed", &role);
        assert_eq!(removed[0]["reason"], json!("contract_gone"));
        assert_eq!(members(app, &role), 3);
        let again = run(&app.admin(), "/api/v1/role-sync-runs");
        assert_eq!((&again["changed"], &again["added"], &again["removed"]), (&json!(0), &json!(0), &json!(0)));
        assert_eq!(reports(&app.admin(), &again), Vec::<Value>::new());
        let listed = app.admin().get("/api/v1/role-sync-runs").expect(200).items().clone();
        assert_eq!((&listed[0]["id"], &listed[1]["id"]), (&again["id"], &done["id"]));
    }

    // R-06, H-03: plan first, apply later.
    fn a_run_can_be_planned_and_applied_later(app: &TestApp) {
        let (role, _, people) = staff(app, 2);
        let grant = app.company().grant(&role, "hr", json!({"type": "all"}), &["read"], &[]);
        let lost = people[0].user_id();
        behind_the_back(app, |tx| {
            for membership in tx.find::<Membership>(&Key::MembershipsOf(Member::User(lost)))? {
                tx.remove::<Membership>(membership.value.id.0)?;
            }
            Ok(())
        });
        let planned = run(&app.admin(), "/api/v1/role-sync-runs?plan=true");
        assert_eq!((&planned["plan_only"], &planned["changed"]), (&json!(true), &json!(1)));
        assert_eq!(members(app, &role), 1, "nothing is done");
        assert_eq!(reports(&app.admin(), &planned).len(), 1);
        let plan = format!("/api/v1/plans/{}", planned["plan_id"].as_str().unwrap());
        let shown = app.admin().get(&plan).expect(200).json;
        assert_eq!((&shown["changes"], &shown["gaining"], &shown["state"]), (&planned["added"], &json!(1), &json!("open")));
        let effect = app.admin().get(&format!("{plan}/effects")).expect(200).items()[0].clone();
        assert_eq!((&effect["user_id"], &effect["gains"][0]["via"][0]["grant_id"]), (&json!(people[0].user), &json!(grant)));
        let keyed = || app.admin().send("POST", &format!("{plan}/apply"), &[("idempotency-key", "k")], None).expect(202);
        let started = keyed();
        app.admin().finished(&started);
        assert_eq!(keyed().json["id"], started.json["id"], "a sent key applies it once");
        let applied = app.admin().get(&format!("/api/v1/role-sync-runs/{}", started.id())).expect(200).json;
        assert_eq!((&applied["cause"], &applied["plan_id"]), (&json!("plan"), &planned["plan_id"]));
        assert_eq!(members(app, &role), 2);
        app.admin().verb(&format!("{plan}/apply")).expect_problem(409, "plan_applied");
    }

    // R-07: a run that would remove at least 10 and more than the share applies nothing and leaves its plan to be confirmed.
    fn a_run_that_goes_too_far_is_stopped_and_can_be_confirmed(app: &TestApp) {
        let (role, rule, _) = staff(app, 12);
        let rule = RoleRuleId(rule.parse().unwrap());
        behind_the_back(app, |tx| {
            matches_nobody(tx, rule)
        });
        let stopped = run(&app.admin(), "/api/v1/role-sync-runs");
        assert_eq!((&stopped["stopped"], &stopped["removed"]), (&json!(true), &json!(12)));
        assert_eq!(members(app, &role), 12, "nothing is done");
        // N-01: the system administrators are told, by a subscription that set-up makes.
        let inbox = app.admin().get("/api/v1/me/notifications?type=role_sync_stopped").expect(200);
        assert_eq!(inbox.items()[0]["subject_id"], stopped["id"]);
        assert_eq!(reports(&app.admin(), &stopped)[0]["removed"][0]["reason"], json!("rule_no_longer_matches"));
        // Another share lets it through; so does whoever confirms the plan.
        assert_eq!(app.admin().get("/api/v1/settings").expect(200).json["role_sync_breaker_percent"], json!(20));
        let plan = stopped["plan_id"].as_str().unwrap();
        let applied = run(&app.admin(), &format!("/api/v1/plans/{plan}/apply"));
        assert_eq!((&applied["stopped"], &applied["removed"]), (&json!(false), &json!(12)));
        assert_eq!(members(app, &role), 0);
    }

    // R-06: every night at the set time, once.
    fn the_night_brings_everybody_in_step(app: &TestApp) {
        let (role, _, people) = staff(app, 2);
        let lost = people[0].user_id();
        app.clock.set("2026-06-15T20:00:00Z".parse().unwrap());
        run_due(&app.app);
        nightly(app, 1);
        behind_the_back(app, |tx| {
            for membership in tx.find::<Membership>(&Key::MembershipsOf(Member::User(lost)))? {
                tx.remove::<Membership>(membership.value.id.0)?;
            }
            Ok(())
        });
        app.admin().patch_with("/api/v1/settings", &[], json!({"nightly_at": "03:30"})).expect(200);
        app.clock.set("2026-06-16T03:29:00Z".parse().unwrap());
        run_due(&app.app);
        assert_eq!(members(app, &role), 1, "its time has not come");
        app.clock.set("2026-06-16T03:30:00Z".parse().unwrap());
        run_due(&app.app);
        let run = nightly(app, 2);
        assert_eq!((&run["added"], &run["created_by"]), (&json!(2), &Value::Null));
        assert_eq!(members(app, &role), 2);
        run_due(&app.app);
        nightly(app, 2);
    }

    // R-07: what merely expired is no removal; and the share is a setting.
    fn what_is_over_anyway_does_not_trip_the_breaker(app: &TestApp) {
        let (role, rule, _) = staff(app, 10);
        let rule = RoleRuleId(rule.parse().unwrap());
        behind_the_back(app, |tx| {
            let memberships = tx.find::<Membership>(&Key::MembershipsOfRule(rule))?;
            for one in memberships {
                let over = Window::new(None, Some("2026-03-31".parse().unwrap()));
                tx.update(Membership { window: over, ..one.value })?;
            }
            matches_nobody(tx, rule)
        });
        let done = run(&app.admin(), "/api/v1/role-sync-runs");
        assert_eq!((&done["stopped"], &done["removed"]), (&json!(false), &json!(10)));
        assert_eq!(members(app, &role), 0);
    }

    // R-06: a plan that was confirmed is done only if it is still what would be done.
    fn an_outdated_plan_of_a_run_is_refused(app: &TestApp) {
        let (role, _, people) = staff(app, 2);
        let lost = people[0].user_id();
        let forget = |app: &TestApp| behind_the_back(app, |tx| {
            for membership in tx.find::<Membership>(&Key::MembershipsOf(Member::User(lost)))? {
                tx.remove::<Membership>(membership.value.id.0)?;
            }
            Ok(())
        });
        forget(app);
        let planned = run(&app.admin(), "/api/v1/role-sync-runs?plan=true");
        app.admin().verb(&format!("/api/v1/workers/{}/role-sync", people[0].worker)).expect(200);
        let plan = planned["plan_id"].as_str().unwrap();
        let started = app.admin().verb(&format!("/api/v1/plans/{plan}/apply")).expect(202);
        let failed = app.admin().finished(&started);
        assert_eq!(failed.json["state"], "failed");
        let errors = failed.json["result"]["errors"].as_array().unwrap();
        assert_eq!(errors[0]["code"], "plan_outdated");
        let changed: Vec<_> = errors.iter().filter(|error| error["code"] == "changed_since").collect();
        assert!(!changed.is_empty(), "{}", failed.text);
        for change in changed {
            assert!(change["detail"].as_str().unwrap().starts_with("membership "), "{change}");
        }
        assert_eq!(members(app, &role), 2);
    }

    // R-06: runs and their reports are kept for a set time.
    fn a_run_is_kept_for_a_set_time_with_its_reports(app: &TestApp) {
        let (_, _, people) = staff(app, 1);
        let lost = people[0].user_id();
        behind_the_back(app, |tx| {
            for membership in tx.find::<Membership>(&Key::MembershipsOf(Member::User(lost)))? {
                tx.remove::<Membership>(membership.value.id.0)?;
            }
            Ok(())
        });
        let done = run(&app.admin(), "/api/v1/role-sync-runs");
        let tidy = || {
            let author = app.app.service().author(None);
            app.app.store().write(&author, |tx| api::jobs::remove_expired(&app.app, tx)).unwrap();
        };
        app.clock.advance(chrono::TimeDelta::days(10));
        let young = run(&app.admin(), "/api/v1/role-sync-runs");
        tidy();
        assert_eq!(reports(&app.admin(), &done).len(), 1);
        let read = app.admin().patch_with("/api/v1/settings", &[], json!({"operations_days": 9})).expect(200).json;
        assert_eq!(read["operations_days"], 9);
        tidy();
        let id = done["id"].as_str().unwrap();
        for path in [format!("role-sync-runs/{id}"), format!("role-sync-runs/{id}/workers"), format!("operations/{id}")] {
            app.admin().get(&format!("/api/v1/{path}")).expect_problem(404, "not_found");
        }
        assert_eq!(app.admin().ids("/api/v1/role-sync-runs"), [young["id"].as_str().unwrap()]);
        for bad in [0, 3_651] {
            app.admin().patch_with("/api/v1/settings", &[], json!({"operations_days": bad})).expect_fault(422, "out_of_range", "/operations_days");
        }
    }

    // R-06: runs are listed by where they stand.
    fn runs_are_listed_by_state(app: &TestApp) {
        let done = run(&app.admin(), "/api/v1/role-sync-runs");
        let listed = |states: &str| app.admin().column(&format!("/api/v1/role-sync-runs?state={states}"), "id");
        assert_eq!(listed("succeeded"), [done["id"].as_str().unwrap()]);
        assert_eq!(listed("failed,succeeded"), [done["id"].as_str().unwrap()]);
        assert_eq!(listed("queued,running,failed,cancelled"), Vec::<String>::new());
        app.admin().get("/api/v1/role-sync-runs?state=stopped").expect_fault(400, "bad_parameter", "state");
    }

    // R-06: neither the run of all nor that of one takes a body, so that nobody believes that it is heard.
    fn what_is_said_in_a_body_is_refused(app: &TestApp) {
        let (_, _, people) = staff(app, 1);
        let one = format!("/api/v1/workers/{}/role-sync", people[0].worker);
        for (path, status) in [("/api/v1/role-sync-runs", 202), (one.as_str(), 200)] {
            for said in [r#"{"plan": true}"#, "[]", "null", "{", "all"] {
                let headers = [("content-type", "application/json")];
                let answer = app.admin().send("POST", path, &headers, Some(said.as_bytes()));
                answer.expect_problem(400, "invalid_body");
            }
            app.admin().send("POST", path, &[("content-type", "application/json")], Some(b"{}")).expect(status);
            app.admin().verb(path).expect(status);
        }
    }

    // R-06: who may run it.
    fn runs_are_for_those_who_may_sync(app: &TestApp) {
        let company = app.company();
        let nobody = company.outsider();
        nobody.verb("/api/v1/role-sync-runs").expect_missing("system", "role.sync");
        nobody.get("/api/v1/role-sync-runs").expect_missing("system", "role.sync");
        let officer = company.with_rights("officer", "system", &["role.sync"]);
        officer.verb("/api/v1/role-sync-runs?plan=true").expect_missing("system", "plan.make");
        let done = run(&officer, "/api/v1/role-sync-runs");
        nobody.get(&format!("/api/v1/role-sync-runs/{}", done["id"].as_str().unwrap())).expect_missing("system", "role.sync");
        officer.get(&format!("/api/v1/role-sync-runs/{}", done["created_by"].as_str().unwrap())).expect_problem(404, "not_found");
    }
}
