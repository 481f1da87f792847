//! Leaving and coming back (L-03, L-04).

use api::commands::leaving::{self, LeavingReport};
use api::jobs::schedule::run_due;
use serde_json::{Value, json};
use tests::{Company, Person, TestApp, on_every_database};

/// Follows those whose day of leaving lies in the span.
fn run(app: &TestApp, since: &str, until: &str) -> LeavingReport {
    leaving::run(&app.app, since.parse().unwrap(), until.parse().unwrap()).unwrap()
}

fn set(app: &TestApp, settings: Value) {
    app.admin().patch_with("/api/v1/settings", &[], settings).expect(200);
}

/// What is done in the night of a day.
fn night(app: &TestApp, day: &str) {
    app.clock.set(format!("{day}T20:00:00Z").parse().unwrap());
    run_due(&app.app);
}

fn account(app: &TestApp, person: &Person) -> Value {
    app.admin().get(&format!("/api/v1/users/{}", person.user)).expect(200).json
}

/// A person under a contract from the beginning of 2026 until that day.
fn placed(company: &Company<'_>, name: &str, to: Option<&str>) -> (Person, String) {
    let person = company.person(name);
    let department = company.department(&format!("d-{name}"), None);
    let contract =
        company.contract(&person.worker, &department, &company.position(&format!("p-{name}")), Some("2026-01-01"), to);
    (person, contract)
}

const BLOCK: &str = "block";

on_every_database! {
    // L-04: the setting adds what happens to the account on the day after: nothing by default.
    fn by_default_the_account_stays(app: &TestApp) {
        let company = app.company();
        let (anna, _) = placed(&company, "anna", Some("2026-06-14"));
        let read = app.admin().get("/api/v1/settings").expect(200).json;
        assert_eq!((&read["account_on_leaving"], &read["transfer_on_leaving"]), (&json!("keep"), &json!(false)));
        assert_eq!(run(app, "2026-06-10", "2026-06-14"), LeavingReport::default());
        assert_eq!(account(app, &anna)["state"], "active");
        app.admin().patch_with("/api/v1/settings", &[], json!({"account_on_leaving": "drop"})).expect(400);
    }

    // L-04: on the day after the last one the account is blocked, by the service itself, once.
    fn the_account_is_blocked_on_the_day_after(app: &TestApp) {
        let company = app.company();
        set(app, json!({"account_on_leaving": BLOCK}));
        let (anna, _) = placed(&company, "anna", Some("2026-06-14"));
        let (stays, _) = placed(&company, "stays", Some("2026-06-15"));
        let (goes_on, _) = placed(&company, "goes-on", Some("2026-06-14"));
        let (d, p) = (company.department("d", None), company.position("p"));
        company.contract(&goes_on.worker, &d, &p, Some("2026-09-01"), None);
        assert_eq!(run(app, "2026-06-10", "2026-06-13"), LeavingReport::default());
        let done = LeavingReport { left: 1, blocked: 1, ..LeavingReport::default() };
        assert_eq!(run(app, "2026-06-14", "2026-06-14"), done);
        let read = account(app, &anna);
        assert_eq!(read["state"], "blocked");
        let block = &read["block_causes"][0];
        assert_eq!((&block["cause"], &block["by"]), (&json!("administrator"), &json!(null)));
        let note = "The last contract ended on 2026-06-14; the setting account_on_leaving blocks the account.";
        assert_eq!(block["note"], note);
        for person in [&stays, &goes_on] {
            assert_eq!(account(app, person)["state"], "active");
        }
        let log = app.admin().get("/api/v1/audit?limit=1").expect(200);
        assert_eq!(log.items()[0]["cause"], "leaving");
        // Doing it twice changes nothing, and an account that somebody unblocked stays so on the next day.
        let revision = log.items()[0]["revision"].clone();
        assert_eq!(run(app, "2026-06-14", "2026-06-14").blocked, 0);
        assert_eq!(app.admin().get("/api/v1/audit?limit=1").expect(200).items()[0]["revision"], revision);
        app.admin().verb(&format!("/api/v1/users/{}/unblock", anna.user)).expect(200);
        run(app, "2026-06-15", "2026-06-15");
        assert_eq!(account(app, &anna)["state"], "active");
        assert_eq!(account(app, &stays)["state"], "blocked");
        assert_eq!(app.faults(), Vec::<String>::new());
    }

    // L-04: nobody has to call it: it is done every night, and days on which the service stood still are made up for.
    fn the_night_looks_for_those_who_left(app: &TestApp) {
        let company = app.company();
        set(app, json!({"account_on_leaving": "block"}));
        app.clock.set("2026-06-15T20:00:00Z".parse().unwrap());
        run_due(&app.app);
        let (person, _) = placed(&company, "p", Some("2026-06-16"));
        app.clock.set("2026-06-16T20:00:00Z".parse().unwrap());
        run_due(&app.app);
        assert_eq!(account(app, &person)["state"], "active");
        app.clock.set("2026-06-20T20:00:00Z".parse().unwrap());
        run_due(&app.app);
        assert_eq!(account(app, &person)["state"], "blocked");
    }

    // L-04: a contract that is cancelled, or ended as of an earlier day, counts on the day when that was done.
    fn what_is_ended_as_of_earlier_counts_at_once(app: &TestApp) {
        let company = app.company();
        set(app, json!({"account_on_leaving": BLOCK}));
        let (anna, ended) = placed(&company, "anna", None);
        let (bert, cancelled) = placed(&company, "bert", None);
        app.clock.set("2026-06-20T09:00:00Z".parse().unwrap());
        let admin = app.admin();
        admin.post(&format!("/api/v1/contracts/{ended}/end"), json!({"valid_to": "2026-03-31"})).expect(200);
        admin.verb(&format!("/api/v1/contracts/{cancelled}/cancel")).expect(200);
        assert_eq!(run(app, "2026-06-15", "2026-06-19"), LeavingReport::default());
        assert_eq!(run(app, "2026-06-20", "2026-06-20").blocked, 2);
        for (person, why) in [(&anna, "ended on 2026-03-31"), (&bert, "was cancelled")] {
            let read = account(app, person);
            assert_eq!(read["state"], "blocked");
            assert!(read["block_causes"][0]["note"].as_str().unwrap().contains(why), "{read}");
        }
        // What is told later of contracts that are over touches nobody.
        admin.verb(&format!("/api/v1/users/{}/unblock", anna.user)).expect(200);
        app.clock.set("2026-06-22T09:00:00Z".parse().unwrap());
        company.change("contracts", &ended, json!({"external_id": "told-later"}));
        assert_eq!(run(app, "2026-06-21", "2026-06-22"), LeavingReport::default());
        assert_eq!(account(app, &anna)["state"], "active");
    }

    // L-04: once: a contract that is ended after midnight, with yesterday as its last day, is seen by two nights.
    fn what_was_followed_is_not_followed_again(app: &TestApp) {
        let company = app.company();
        set(app, json!({"account_on_leaving": BLOCK, "transfer_on_leaving": true}));
        night(app, "2026-06-15");
        let (chief, _) = placed(&company, "chief", None);
        let (anna, contract) = placed(&company, "anna", None);
        company.change("contracts", &contract, json!({"supervisor_id": chief.worker}));
        let end = |day: &str| {
            app.admin().post(&format!("/api/v1/contracts/{contract}/end"), json!({"valid_to": day})).expect(200);
        };
        let unblock = || app.admin().verb(&format!("/api/v1/users/{}/unblock", anna.user)).expect(200);
        app.clock.set("2026-06-16T00:30:00Z".parse().unwrap());
        end("2026-06-15");
        night(app, "2026-06-16");
        assert_eq!(account(app, &anna)["state"], "blocked");
        unblock();
        let task = company.object("task", "What is left to do", Some(&anna.user));
        night(app, "2026-06-17");
        assert_eq!(account(app, &anna)["state"], "active");
        let read = app.admin().get(&format!("/api/v1/objects/{task}")).expect(200).json;
        assert_eq!(read["assignee_id"], anna.user.as_str());
        // Who goes on after all, and leaves later, has left anew; so has whose last day is set back to what it was.
        end("2026-06-18");
        night(app, "2026-06-18");
        assert_eq!(account(app, &anna)["state"], "active");
        night(app, "2026-06-19");
        assert_eq!(account(app, &anna)["state"], "blocked");
        unblock();
        end("2026-12-31");
        night(app, "2026-06-20");
        end("2026-06-18");
        night(app, "2026-06-21");
        assert_eq!(account(app, &anna)["state"], "blocked");
    }

    // L-04: who has left already when the last contract is entered is found in the next night, also if that one is late.
    fn a_contract_that_was_over_when_it_was_entered_counts(app: &TestApp) {
        let company = app.company();
        let over = |person: &Person, to: &str| {
            let (d, p) = (company.department(&format!("{to}-{}", person.user), None), company.position(&format!("{to}-{}", person.user)));
            company.contract(&person.worker, &d, &p, Some("2020-01-01"), Some(to))
        };
        let before = company.person("before");
        over(&before, "2024-12-31");
        night(app, "2026-06-15");
        night(app, "2026-06-16");
        set(app, json!({"account_on_leaving": BLOCK}));
        let (late, signed, serves) = (company.person("late"), company.person("signed"), placed(&company, "serves", None).0);
        over(&late, "2026-03-31");
        let (d, p) = (company.department("d", None), company.position("p"));
        let draft = company.draft(&signed.worker, &d, &p, Some("2026-01-01"), Some("2026-05-31"));
        app.admin().verb(&format!("/api/v1/contracts/{draft}/sign")).expect(200);
        over(&serves, "2026-03-31");
        // What is told of earlier years makes nobody leave who had left before.
        over(&before, "2022-12-31");
        // The service stands still for some nights.
        night(app, "2026-06-20");
        for (person, state) in [(&late, "blocked"), (&signed, "blocked"), (&serves, "active"), (&before, "active")] {
            assert_eq!(account(app, person)["state"], state);
        }
        let note = "The last contract ended on 2026-03-31; the setting account_on_leaving blocks the account.";
        assert_eq!(account(app, &late)["block_causes"][0]["note"], note);
        app.admin().verb(&format!("/api/v1/users/{}/unblock", late.user)).expect(200);
        over(&late, "2025-12-31");
        night(app, "2026-06-21");
        night(app, "2026-06-22");
        assert_eq!(account(app, &late)["state"], "active");
    }

    // L-03: of those who leave in one night each has a supervisor of their own.
    fn each_hands_over_to_the_own_supervisor(app: &TestApp) {
        let company = app.company();
        let chiefs = ["chief-a", "chief-b"].map(|name| placed(&company, name, None).0);
        let leavers = ["anna", "bert"].map(|name| placed(&company, name, Some("2026-06-14")));
        let all: Vec<_> = leavers.iter().map(|(person, _)| person.user.clone()).collect();
        let role = company.make("roles", json!({"code": "both", "name": "Both", "manager_ids": all}));
        let mut tasks = Vec::new();
        for ((person, contract), chief) in leavers.iter().zip(&chiefs) {
            company.change("contracts", contract, json!({"supervisor_id": chief.worker}));
            tasks.push(company.object("task", &format!("Of {}", person.user), Some(&person.user)));
            let department = company.department(&format!("led-{}", person.user), None);
            company.change("departments", &department, json!({"head_id": person.worker}));
            company.change("contracts", &placed(&company, &format!("under-{}", person.user), None).1, json!({"supervisor_id": person.worker}));
        }
        set(app, json!({"transfer_on_leaving": true}));
        let done = run(app, "2026-06-14", "2026-06-14");
        assert_eq!(done, LeavingReport { left: 2, blocked: 0, handed_over: 8, kept: 0 });
        let get = |path: String| app.admin().get(&format!("/api/v1/{path}")).expect(200).json;
        let mut managers = vec![json!(chiefs[0].user), json!(chiefs[1].user)];
        managers.sort_by_key(ToString::to_string);
        let mut found = get(format!("roles/{role}"))["manager_ids"].as_array().unwrap().clone();
        found.sort_by_key(ToString::to_string);
        assert_eq!(found, managers);
        for ((task, chief), (person, _)) in tasks.iter().zip(&chiefs).zip(&leavers) {
            assert_eq!(get(format!("objects/{task}"))["assignee_id"], chief.user.as_str());
            let held = get(format!("users/{}/responsibilities", chief.user));
            assert_eq!(held["items"].as_array().unwrap().len(), 4);
            assert_eq!(get(format!("users/{}/responsibilities", person.user))["items"], json!([]));
        }
        assert_eq!(app.faults(), Vec::<String>::new());
    }

    // L-04, U-04, R-09: never the last active administrator.
    fn the_last_administrator_is_not_blocked(app: &TestApp) {
        let company = app.company();
        set(app, json!({"account_on_leaving": BLOCK}));
        let body = json!({"personal_number": "1", "first_name": "Ada", "last_name": "Admin"});
        let worker = company.make("workers", body);
        let link = json!({"user_id": app.admin_id.0});
        app.admin().put(&format!("/api/v1/workers/{worker}/account"), link).expect(200);
        let (d, p) = (company.department("d", None), company.position("p"));
        company.contract(&worker, &d, &p, Some("2026-01-01"), Some("2026-06-14"));
        let (anna, _) = placed(&company, "anna", Some("2026-06-14"));
        assert_eq!(run(app, "2026-06-14", "2026-06-14"), LeavingReport { left: 2, blocked: 1, ..LeavingReport::default() });
        assert_eq!(account(app, &anna)["state"], "blocked");
        assert_eq!(app.admin().get("/api/v1/me").expect(200).json["user"]["state"], "active");
    }

    // L-03: a setting hands over to the supervisor of the contract that ended last; what can't go stays.
    fn the_supervisor_takes_over_when_the_setting_says_so(app: &TestApp) {
        let company = app.company();
        let (chief, _) = placed(&company, "chief", None);
        let (anna, contract) = placed(&company, "anna", Some("2026-06-14"));
        company.change("contracts", &contract, json!({"supervisor_id": chief.worker}));
        let task = company.object("task", "A task", Some(&anna.user));
        let department = company.department("led", None);
        company.change("departments", &department, json!({"head_id": anna.worker}));
        let grant = company.personal_grant(&anna.user, "time", json!({"type": "all"}), &["record"], &[]);
        // The chief's own contract can't be supervised by the chief.
        let (d, p) = (company.department("board", None), company.position("chief"));
        let own = company.contract(&chief.worker, &d, &p, Some("2026-02-01"), None);
        company.change("contracts", &own, json!({"supervisor_id": anna.worker}));
        set(app, json!({"transfer_on_leaving": true}));
        let done = run(app, "2026-06-14", "2026-06-14");
        assert_eq!(done, LeavingReport { left: 1, blocked: 0, handed_over: 2, kept: 1 });
        let get = |path: String| app.admin().get(&format!("/api/v1/{path}")).expect(200).json;
        assert_eq!(get(format!("objects/{task}"))["assignee_id"], chief.user.as_str());
        assert_eq!(get(format!("departments/{department}"))["head_id"], chief.worker.as_str());
        assert_eq!(get(format!("contracts/{own}"))["supervisor_id"], anna.worker.as_str());
        assert_eq!(get(format!("grants/{grant}"))["holder_id"], anna.user.as_str());
        assert_eq!(account(app, &anna)["state"], "active");
        assert_eq!(run(app, "2026-06-14", "2026-06-14").handed_over, 0);
    }

    // L-03: a supervisor who is not in service takes nothing over.
    fn a_supervisor_who_left_takes_nothing_over(app: &TestApp) {
        let company = app.company();
        let (chief, _) = placed(&company, "chief", Some("2026-06-14"));
        let (anna, contract) = placed(&company, "anna", Some("2026-06-14"));
        company.change("contracts", &contract, json!({"supervisor_id": chief.worker}));
        let task = company.object("task", "A task", Some(&anna.user));
        set(app, json!({"transfer_on_leaving": true, "account_on_leaving": BLOCK}));
        let done = run(app, "2026-06-14", "2026-06-14");
        assert_eq!(done, LeavingReport { left: 2, blocked: 2, handed_over: 0, kept: 1 });
        let read = app.admin().get(&format!("/api/v1/objects/{task}")).expect(200).json;
        assert_eq!(read["assignee_id"], anna.user.as_str());
    }

    // L-04, W-02: coming back reopens the folder and revives no manual rights by itself.
    fn coming_back_revives_no_manual_rights(app: &TestApp) {
        let company = app.company();
        set(app, json!({"account_on_leaving": BLOCK}));
        let (anna, _) = placed(&company, "anna", Some("2026-06-14"));
        let (manual, automatic) = (company.role("manual", 0), company.automatic_role("automatic"));
        company.rule(&automatic, json!({"all_workers": true}));
        company.member(&manual, &anna.user);
        company.personal_grant(&anna.user, "time", json!({"type": "all"}), &["record"], &[]);
        run(app, "2026-06-14", "2026-06-14");
        let admin = app.admin();
        admin.verb(&format!("/api/v1/workers/{}/close", anna.worker)).expect(200);
        company.remove("users", &anna.user);
        app.clock.set("2026-08-01T09:00:00Z".parse().unwrap());
        admin.verb(&format!("/api/v1/workers/{}/reopen", anna.worker)).expect(200);
        admin.verb(&format!("/api/v1/users/{}/restore", anna.user)).expect(200);
        admin
            .put(&format!("/api/v1/workers/{}/account", anna.worker), json!({"user_id": anna.user}))
            .expect(200);
        let (d, p) = (company.department("back", None), company.position("back"));
        company.contract(&anna.worker, &d, &p, Some("2026-08-01"), None);
        // Blocked until somebody unblocks; then the automatic roles of the new contract, and no other.
        assert_eq!(account(app, &anna)["state"], "blocked");
        run(app, "2026-07-31", "2026-07-31");
        admin.verb(&format!("/api/v1/users/{}/unblock", anna.user)).expect(200);
        let client = company.client_of(&anna);
        assert_eq!(client.get("/api/v1/me").expect(200).json["roles"], json!(["automatic", "employee"]));
        let held = admin.get(&format!("/api/v1/users/{}/responsibilities", anna.user)).expect(200).json;
        assert_eq!(held["items"], json!([]));
        assert_eq!(app.faults(), Vec::<String>::new());
    }

    // L-04: somebody who comes back stays blocked until somebody lifts it.
    fn who_comes_back_stays_blocked_until_somebody_lifts_it(app: &TestApp) {
        let company = app.company();
        set(app, json!({"account_on_leaving": BLOCK}));
        let (anna, _) = placed(&company, "anna", Some("2026-06-14"));
        run(app, "2026-06-14", "2026-06-14");
        let (d, p) = (company.department("back", None), company.position("back"));
        company.contract(&anna.worker, &d, &p, Some("2026-06-15"), None);
        run(app, "2026-06-15", "2026-06-20");
        assert_eq!(account(app, &anna)["state"], "blocked");
        app.admin().verb(&format!("/api/v1/users/{}/unblock", anna.user)).expect(200);
        run(app, "2026-06-14", "2026-06-20");
        assert_eq!(account(app, &anna)["state"], "active");
    }
}
