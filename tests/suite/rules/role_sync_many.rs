//! A change that touches more than some hundred workers is worked off by an operation.

use std::fmt::Write;

use persistence::StoreError;
use serde_json::json;
use tests::{Client, Company, on_every_database};

/// Linked workers with a contract each, all in one department.
fn hire(company: &Company<'_>, count: usize) {
    company.department("d", None);
    company.position("p");
    let (mut users, mut workers, mut contracts) = (
        "external_id,login,first_name,last_name,email,state\n".to_owned(),
        "external_id,personal_number,first_name,last_name,user_external_id\n".to_owned(),
        "external_id,worker_external_id,department_external_id,position_external_id,state\n".to_owned(),
    );
    for n in 0..count {
        writeln!(users, "u{n},u{n},F,Last,u{n}@example.org,active").unwrap();
        writeln!(workers, "w{n},w{n},F,Last,u{n}").unwrap();
        writeln!(contracts, "c{n},w{n},d,p,signed").unwrap();
    }
    for (kind, file) in [("users", users), ("workers", workers), ("contracts", contracts)] {
        let done = company.admin().import_csv(kind, "atomic", &file);
        assert_eq!(done.json["state"], "succeeded", "{}", done.text);
    }
}

/// How many members a role has.
fn members(admin: &Client, role: &str) -> u64 {
    let page = admin.get(&format!("/api/v1/roles/{role}/members?total=true&limit=1")).expect(200);
    page.json["total"].as_u64().unwrap()
}

on_every_database! {
    // beyond some hundred workers as an operation with progress.
    fn a_rule_for_very_many_is_an_operation(app: &TestApp) {
        let company = app.company();
        let count = 301;
        hire(&company, count);
        let role = company.automatic_role("auto");
        let admin = app.admin();
        let members = || members(&admin, &role);
        let operation_of = |answer: &tests::Answer| {
            let warning = &answer.json["warnings"][0];
            assert_eq!(warning["code"], "role_sync_queued", "{}", answer.text);
            warning["detail"].as_str().unwrap().rsplit(' ').next().unwrap().to_owned()
        };
        let finish = |id: &str| {
            let until = std::time::Instant::now() + std::time::Duration::from_secs(60);
            loop {
                let operation = admin.get(&format!("/api/v1/operations/{id}")).expect(200);
                assert_eq!(operation.json["kind"], "role_sync");
                match operation.json["state"].as_str() {
                    Some("queued" | "running") => assert!(std::time::Instant::now() < until, "{}", operation.text),
                    state => {
                        assert_eq!(state, Some("succeeded"), "{}", operation.text);
                        break operation;
                    }
                }
                std::thread::sleep(std::time::Duration::from_millis(20));
            }
        };
        let made = admin.post("/api/v1/role-rules", json!({"role_id": role, "all_workers": true})).expect(201);
        let done = finish(&operation_of(&made));
        assert_eq!((&done.json["done"], &done.json["total"]), (&json!(count), &json!(count)));
        assert_eq!(done.json["result"]["added"], json!(count));
        assert_eq!(members(), count as u64);
        let removed = admin
            .patch(
                &format!("/api/v1/role-rules/{}", made.id()),
                json!({
                    "all_workers": false, "contract_types": ["service"],
                }),
            )
            .expect(200);
        let done = finish(&operation_of(&removed));
        // that is everybody, so somebody has to confirm it.
        let result = &done.json["result"];
        assert_eq!((&result["stopped"], &result["removed"], members()), (&json!(true), &json!(count), count as u64));
        let plan = result["plan_id"].as_str().unwrap();
        let confirmed = admin.finished(&admin.verb(&format!("/api/v1/plans/{plan}/apply")).expect(202));
        assert_eq!((&confirmed.json["result"]["removed"], members()), (&json!(count), 0));
        assert_eq!(app.faults(), Vec::<String>::new());
    }

    // a run can be cancelled: what was applied stays, the rest is untouched, and the next run finishes the work.
    fn a_run_that_is_cancelled_leaves_the_rest_to_the_next(app: &TestApp) {
        let company = app.company();
        let count = 1_001;
        hire(&company, count);
        let role = company.automatic_role("auto");
        let admin = app.admin();
        let members = || members(&admin, &role);
        let made = admin.post("/api/v1/role-rules", json!({"role_id": role, "all_workers": true})).expect(201);
        let id = made.json["warnings"][0]["detail"].as_str().unwrap().rsplit(' ').next().unwrap().to_owned();
        let path = format!("/api/v1/operations/{id}");
        // Writes take turns. In the first turn after the run's first one nothing of the run goes on, and it is cancelled.
        let (operation, author) = (id.parse().unwrap(), app.app.service().author(None));
        let at_first = loop {
            let turn = app.app.store().write(&author, |tx| {
                let done = tx.reader().operation(operation)?.unwrap().done;
                if done > 0 {
                    let asked = admin.verb(&format!("{path}/cancel")).expect(202);
                    assert_eq!(asked.json["state"], "running");
                }
                Ok::<_, StoreError>(done)
            });
            match turn.unwrap().value {
                0 => {}
                done => break done,
            }
        };
        let ended = admin.send("GET", &path, &[("prefer", "wait=60")], None).expect(200).json;
        assert_eq!(ended["state"], "cancelled");
        let done = ended["done"].as_u64().unwrap();
        // The chunk that had its turn already is done to its end.
        let at_first = u64::try_from(at_first).unwrap();
        assert!(at_first <= done && done <= 2 * at_first + 50 && done < 1_001, "{at_first}: {ended}");
        let run = admin.get(&format!("/api/v1/role-sync-runs/{id}")).expect(200).json;
        assert_eq!((&run["state"], &run["added"], &run["changed"]), (&json!("cancelled"), &json!(done), &json!(done)));
        assert_eq!(members(), done);
        admin.verb(&format!("{path}/cancel")).expect_problem(409, "operation_finished");

        let rest = count as u64 - done;
        for (left, all) in [(rest, count as u64), (0, count as u64)] {
            let next = admin.finished(&admin.verb("/api/v1/role-sync-runs").expect(202));
            assert_eq!((&next.json["state"], &next.json["result"]["added"]), (&json!("succeeded"), &json!(left)));
            assert_eq!(members(), all);
        }
        assert_eq!(app.faults(), Vec::<String>::new());
    }

    // what a rule made goes with it at once, however many they are.
    fn a_rule_takes_its_memberships_along(app: &TestApp) {
        let company = app.company();
        hire(&company, 301);
        let role = company.automatic_role("auto");
        let made = app.admin().post("/api/v1/role-rules", json!({"role_id": role, "all_workers": true})).expect(201);
        let operation = made.json["warnings"][0]["detail"].as_str().unwrap().rsplit(' ').next().unwrap().to_owned();
        let path = format!("/api/v1/operations/{operation}");
        let headers = [("prefer", "wait=60")];
        let done = app.admin().send("GET", &path, &headers, None).expect(200);
        assert_eq!(done.json["state"], "succeeded", "{}", done.text);
        app.admin().delete(&format!("/api/v1/role-rules/{}", made.id())).expect(204);
        let page = app.admin().get(&format!("/api/v1/roles/{role}/members?total=true&limit=1")).expect(200);
        assert_eq!(page.json["total"], 0);
        assert_eq!(app.faults(), Vec::<String>::new());
    }

    // up to three hundred follow at once, before the answer.
    fn three_hundred_follow_before_the_answer(app: &TestApp) {
        let company = app.company();
        hire(&company, 300);
        let role = company.automatic_role("auto");
        let made = app.admin().post("/api/v1/role-rules", json!({"role_id": role, "all_workers": true})).expect(201);
        assert!(made.json.get("warnings").is_none(), "{}", made.text);
        let page = app.admin().get(&format!("/api/v1/roles/{role}/members?total=true&limit=1")).expect(200);
        assert_eq!(page.json["total"], 300);
    }
}
