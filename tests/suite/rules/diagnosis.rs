//! Why a worker can't get at something.

use serde_json::{Value, json};
use tests::{Client, on_every_database};

fn diagnose(client: &Client, worker: &str) -> Value {
    client.get(&format!("/api/v1/workers/{worker}/access-diagnosis")).expect(200).json
}

/// What a check found: whether all is right, its code, and the code of the remedy.
fn found<'a>(told: &'a Value, check: &str) -> (&'a Value, &'a Value, &'a Value) {
    let checks = told["checks"].as_array().unwrap();
    let one = checks.iter().find(|one| one["check"] == check).unwrap();
    (&one["ok"], &one["code"], &one["remedy"]["code"])
}

fn wrong<'a>(code: &'a Value, remedy: &'a Value) -> (&'a Value, &'a Value, &'a Value) {
    (&Value::Bool(false), code, remedy)
}

const RIGHT: (&Value, &Value, &Value) = (&Value::Bool(true), &Value::Null, &Value::Null);

on_every_database! {
    // the checks come in the order in which a helper makes them; the last names whom to ask.
    fn the_checks_come_in_the_order_of_a_helper(app: &TestApp) {
        let company = app.company();
        let anna = company.person("anna");
        let (d, p) = (company.department("d", None), company.position("p"));
        let contract = company.contract(&anna.worker, &d, &p, Some("2026-01-01"), None);
        let role = company.automatic_role("linked");
        app.admin().send("PUT", &format!("/api/v1/departments/{d}/roles/{role}"), &[], None).expect(200);
        let told = diagnose(&app.admin(), &anna.worker);
        let names: Vec<_> = told["checks"].as_array().unwrap().iter().map(|one| one["check"].as_str().unwrap()).collect();
        let expected =
            ["linked", "account_state", "contracts", "department_roles", "role_sync", "ask_system_administrator"];
        assert_eq!(names, expected);
        for check in &expected[..5] {
            assert_eq!(found(&told, check), RIGHT, "{check}");
        }
        assert_eq!(found(&told, expected[5]).2, "ask_system_administrator");
        assert_eq!((&told["day"], &told["user_id"]), (&json!("2026-06-15"), &json!(anna.user)));
        assert_eq!(told["contracts"][0]["contract_id"], contract.as_str());
        let linked = told["roles"].as_array().unwrap().iter().find(|one| one["role_id"] == role.as_str()).unwrap();
        assert_eq!(linked["department_link"], true);
        assert_eq!((&told["sync"]["added"], &told["sync"]["kept"]), (&json!([]), &json!(2)));
    }

    // each with ok or a problem and its remedy.
    fn each_problem_has_its_remedy(app: &TestApp) {
        let company = app.company();
        let worker = company.worker("anna");
        let told = diagnose(&app.admin(), &worker);
        assert_eq!(found(&told, "linked"), wrong(&json!("not_linked"), &json!("link_account")));
        assert_eq!(found(&told, "contracts"), wrong(&json!("no_contract"), &json!("sign_contract")));
        assert_eq!(told["checks"][0]["remedy"]["path"], format!("/api/v1/workers/{worker}/account"));
        assert_eq!((&told["user_id"], &told["sync"]), (&json!(null), &json!(null)));
        let user = company.user("anna");
        app.admin().put(&format!("/api/v1/workers/{worker}/account"), json!({"user_id": user})).expect(200);
        app.admin().post(&format!("/api/v1/users/{user}/block"), json!({})).expect(200);
        let (d, p) = (company.department("d", None), company.position("p"));
        let contract = company.contract(&worker, &d, &p, Some("2026-07-01"), None);
        let told = diagnose(&app.admin(), &worker);
        assert_eq!(found(&told, "linked"), RIGHT);
        assert_eq!(found(&told, "account_state"), wrong(&json!("blocked"), &json!("unblock")));
        assert_eq!(told["checks"][1]["remedy"]["path"], format!("/api/v1/users/{user}/unblock"));
        assert_eq!(found(&told, "contracts"), wrong(&json!("contract_to_come"), &json!("wait")));
        app.clock.set("2026-07-01T09:00:00Z".parse().unwrap());
        // The role that all workers have says nothing of the contract.
        let told = diagnose(&app.admin(), &worker);
        assert_eq!(found(&told, "contracts"), RIGHT);
        assert_eq!(found(&told, "department_roles"), wrong(&json!("no_role"), &json!("link_role")));
        let path = format!("/api/v1/departments/{d}/roles/{{role_id}}");
        assert_eq!((&told["checks"][3]["remedy"]["method"], &told["checks"][3]["remedy"]["path"]), (&json!("PUT"), &json!(path)));
        app.admin().verb(&format!("/api/v1/contracts/{contract}/cancel")).expect(200);
        app.admin().verb(&format!("/api/v1/workers/{worker}/close")).expect(200);
        let told = diagnose(&app.admin(), &worker);
        assert_eq!(found(&told, "contracts"), wrong(&json!("folder_closed"), &json!("reopen")));
    }

    // what a role sync would change now is computed, and nothing is written.
    fn what_a_sync_would_change_is_only_told(app: &TestApp) {
        let company = app.company();
        let anna = company.person("anna");
        let (d, p) = (company.department("d", None), company.position("p"));
        let contract = company.contract(&anna.worker, &d, &p, None, None);
        let lost = app.admin().get(&format!("/api/v1/users/{}/roles", anna.user)).expect(200).items()[0].clone();
        // As a restored backup of an older day could leave it.
        let id = lost["id"].as_str().unwrap().parse().unwrap();
        let store = app.app.store();
        let written = store.write(&app.app.service().author(None), |tx| tx.remove::<domain::role::Membership>(id));
        app.app.live().follow(&written.unwrap());
        for _ in 0..2 {
            let told = diagnose(&app.admin(), &anna.worker);
            assert_eq!(found(&told, "role_sync"), wrong(&json!("out_of_step"), &json!("sync_roles")));
            let added = json!([{"role_id": lost["role_id"], "contract_id": contract, "rule_id": lost["rule_id"],
                "valid_from": null, "valid_to": null, "reason": "rule_matches"}]);
            assert_eq!(told["sync"]["added"], added);
        }
        app.admin().verb(&format!("/api/v1/workers/{}/role-sync", anna.worker)).expect(200);
        assert_eq!(found(&diagnose(&app.admin(), &anna.worker), "role_sync"), RIGHT);
    }

    // what the caller may not see is told as such.
    fn what_the_caller_may_not_see_is_told_as_such(app: &TestApp) {
        let company = app.company();
        let made = json!({"login": "new", "first_name": "First", "last_name": "Last-anna", "email": "a@example.org"});
        let (worker, user) = (company.worker("anna"), company.make("users", made));
        app.admin().put(&format!("/api/v1/workers/{worker}/account"), json!({"user_id": user})).expect(200);
        let (d, p) = (company.department("d", None), company.position("p"));
        company.contract(&worker, &d, &p, None, None);
        let reader = company.with_rights("reader", "hr", &["read"]);
        let told = diagnose(&reader, &worker);
        for check in ["contracts", "department_roles", "role_sync"] {
            assert_eq!(found(&told, check), (&Value::Null, &json!("not_visible"), &Value::Null), "{check}");
        }
        assert_eq!((&told["contracts"], &told["roles"], &told["sync"]), (&json!(null), &json!(null), &json!(null)));
        // Why an account is blocked is told to those only who may read accounts, or look after this one.
        assert_eq!(found(&told, "account_state"), wrong(&json!("blocked"), &json!("unblock")));
        let officer = diagnose(&company.caller("officer", &["hr-officer"]), &worker);
        assert_eq!(found(&officer, "account_state"), wrong(&json!("awaiting_release"), &json!("release")));
        assert_eq!(found(&officer, "contracts"), RIGHT);
        let outsider = company.outsider();
        outsider.get(&format!("/api/v1/workers/{worker}/access-diagnosis")).expect_problem(404, "not_found");
    }
}
