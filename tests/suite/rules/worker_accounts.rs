//! The account of a worker: who may be linked, the ledger, a new account (W-04 to W-07).

use serde_json::{Value, json};
use tests::{TestApp, on_every_database};

fn user(app: &TestApp, login: &str, first: &str, last: &str) -> String {
    let body = json!({
        "login": login, "first_name": first, "last_name": last, "email": format!("{login}@example.org"), "state": "active"
    });
    app.company().make("users", body)
}

fn worker(app: &TestApp, number: &str, first: &str, last: &str) -> String {
    app.company().make("workers", json!({"personal_number": number, "first_name": first, "last_name": last}))
}

on_every_database! {
    // W-05: the accounts that may be linked; near misses with their reasons for who administers users.
    fn candidates_are_the_free_accounts_and_near_misses_say_why(app: &TestApp) {
        let company = app.company();
        let jana = worker(app, "1", "Jana", "Nováková");
        let hr = company.with_rights("hr", "hr", &["read", "account.link"]);
        let free = user(app, "a-free", "Jana", "NOVÁKOVÁ");
        let other = user(app, "b-first", "Eva", "Nováková");
        let typo = user(app, "c-typo", "Jana", "Novákova");
        let gone = user(app, "d-gone", "Jana", "Nováková");
        company.remove("users", &gone);
        let taken = user(app, "e-taken", "Jana", "Nováková");
        let twin = worker(app, "2", "Jana", "Nováková");
        app.admin().put(&format!("/api/v1/workers/{twin}/account"), json!({"user_id": taken})).expect(200);
        company.make("users", json!({"kind": "service", "display_name": "f-robot", "last_name": "Nováková"}));
        user(app, "g-far", "Jana", "Svobodová");
        let path = format!("/api/v1/workers/{jana}/account-candidates");
        let logins = |answer: &tests::Answer| -> Vec<String> {
            answer.items().iter().map(|item| item["login"].as_str().unwrap_or("-").to_owned()).collect()
        };
        let found = hr.get(&path).expect(200);
        let mut names = logins(&found);
        names.sort();
        assert_eq!(names, ["a-free", "b-first"], "{}", found.text);
        assert!(found.items().iter().all(|item| item["free"] == json!(true) && item["reasons"] == json!([])));
        hr.get(&format!("{path}?include=excluded")).expect_missing("system", "user.read");
        let both = company.with_rights("both", "hr", &["read", "account.link"]);
        let id = both.get("/api/v1/me").expect(200).json["user"]["id"].as_str().unwrap().to_owned();
        company.personal_grant(&id, "system", json!({"type": "all"}), &["user.read"], &[]);
        let all = both.get(&format!("{path}?include=excluded&limit=50")).expect(200);
        let reasons = |user: &str| -> Vec<String> {
            let item = all.items().iter().find(|item| item["user_id"] == json!(user)).unwrap();
            assert_eq!(item["free"], json!(item["reasons"] == json!([])));
            item["reasons"].as_array().unwrap().iter().map(|reason| reason["code"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(reasons(&free), [""; 0]);
        assert_eq!(reasons(&other), [""; 0]);
        assert_eq!(reasons(&typo), ["last_name_differs"]);
        assert_eq!(reasons(&gone), ["account_not_free"]);
        assert_eq!(reasons(&taken), ["user_linked"]);
        assert!(!all.text.contains("g-far"), "{}", all.text);
        assert_eq!(both.get(&format!("{path}?include=excluded&limit=2")).expect(200).items().len(), 2);
    }

    // W-03, W-07: accounts and roles are named by one's own ids as well, the login or code included.
    fn accounts_and_roles_are_named_by_external_ids_as_well(app: &TestApp) {
        let company = app.company();
        let jana = worker(app, "1", "Jana", "Nováková");
        let (first, other) = (user(app, "first", "Jana", "Nováková"), user(app, "other", "Eva", "Svobodová"));
        let account = format!("/api/v1/workers/{jana}/account");
        let link = |body: Value| app.admin().put(&account, body);
        link(json!({"user_id": first, "user_external_id": "first"})).expect_fault(422, "bad_value", "/user_external_id");
        link(json!({"user_external_id": "nobody"})).expect_fault(422, "unknown_reference", "/user_external_id");
        link(json!({"user_external_id": "other"})).expect_fault(409, "last_name_differs", "/user_external_id");
        link(json!({"user_id": other})).expect_fault(409, "last_name_differs", "/user_id");
        link(json!({"reason": "hired"})).expect_fault(422, "required", "/user_id");
        // Who may not link does not learn which accounts there are.
        let hr = company.with_rights("hr", "hr", &["read"]);
        for name in ["first", "nobody"] {
            hr.put(&account, json!({"user_external_id": name})).expect_missing("hr", "account.link");
        }
        assert_eq!(link(json!({"user_external_id": "first"})).expect(200).json["user_id"], json!(first));

        let eva = worker(app, "2", "Eva", "Malá");
        let role = company.role("desk", 0);
        let account = format!("/api/v1/workers/{eva}/account");
        let new = |more: Value| {
            let mut body = json!({"login": "eva", "email": "eva@example.org", "start": "blocked"});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            app.admin().post(&account, body)
        };
        new(json!({"role_ids": [role], "role_external_ids": ["desk"]})).expect_fault(422, "bad_value", "/role_external_ids");
        new(json!({"role_external_ids": ["desk", "none"]})).expect_fault(422, "unknown_reference", "/role_external_ids/1");
        new(json!({"role_external_ids": ["desk", "desk"]})).expect_fault(422, "duplicate_item", "/role_external_ids/1");
        let made = new(json!({"role_external_ids": ["desk"]})).expect(201).json;
        assert_eq!(made["warnings"], json!([]));
        let roles = format!("/api/v1/users/{}/roles", made["user"]["id"].as_str().unwrap());
        assert_eq!(app.admin().column(&roles, "role_id"), [role]);
    }

    // W-06: once linked, only an account of the same first and last name; the folder keeps the ledger.
    fn a_folder_keeps_its_ledger_and_stays_the_same_person(app: &TestApp) {
        let jana = worker(app, "1", "Jana", "Nováková");
        let (first, second, wrong) = (
            user(app, "first", "J.", "Nováková"),
            user(app, "second", "jana", "Nováková"),
            user(app, "wrong", "Eva", "Nováková"),
        );
        let account = format!("/api/v1/workers/{jana}/account");
        let link = |user: &str, why: Value| app.admin().put(&account, json!({"user_id": user, "reason": why}));
        link(&first, json!("hired")).expect(200);
        link(&first, json!("again")).expect(200);
        app.admin().send("DELETE", &format!("{account}?reason=%20"), &[], None).expect_problem(400, "bad_parameter");
        app.admin().send("DELETE", &format!("{account}?reason=moved%20on"), &[], None).expect(200);
        link(&wrong, Value::Null).expect_fault(409, "first_name_differs", "/user_id").expect_rule("W-06");
        link(&first, Value::Null).expect_problem(409, "first_name_differs");
        link(&second, json!(" ")).expect_fault(422, "bad_character", "/reason");
        link(&second, Value::Null).expect(200);
        let ledger = app.admin().get(&format!("/api/v1/workers/{jana}/account-links")).expect(200);
        let admin = json!(app.admin_id.to_string());
        let at = json!("2026-06-15T12:00:00Z");
        let expected = json!([
            {"user_id": first, "from": at, "to": at, "by": admin, "ended_by": admin, "reason": "hired", "ended_reason": "moved on"},
            {"user_id": second, "from": at, "to": null, "by": admin, "ended_by": null, "reason": null, "ended_reason": null},
        ]);
        assert_eq!(ledger.items(), expected.as_array().unwrap());
        // Candidates follow the same rule.
        app.admin().send("DELETE", &account, &[], None).expect(200);
        let found = app.admin().get(&format!("/api/v1/workers/{jana}/account-candidates")).expect(200);
        assert_eq!(found.items().iter().map(|item| &item["user_id"]).collect::<Vec<_>>(), [&json!(second)]);
        // Deleting a linked account ends its link as well, and closing the folder leaves the ledger.
        link(&second, Value::Null).expect(200);
        app.admin().delete(&format!("/api/v1/users/{second}")).expect(204);
        app.admin().post(&format!("/api/v1/workers/{jana}/close"), json!({})).expect(200);
        app.admin().post(&format!("/api/v1/workers/{jana}/reopen"), json!({})).expect(200);
        let ledger = app.admin().get(&format!("/api/v1/workers/{jana}/account-links")).expect(200);
        assert_eq!((ledger.items().len(), &ledger.items()[2]["ended_reason"]), (3, &json!("the account was deleted")));
        assert_eq!(app.faults(), Vec::<String>::new());
    }

    // W-06: linking never copies a field of one onto the other, and later changes stay on their side.
    fn nothing_bleeds_from_one_side_to_the_other(app: &TestApp) {
        let jana = worker(app, "1", "Jana", "Nováková");
        let account = user(app, "jana", "Jana", "nováková");
        let (of_worker, of_user) = (format!("/api/v1/workers/{jana}"), format!("/api/v1/users/{account}"));
        let (admin, fields) = (app.admin(), ["first_name", "last_name", "email", "phone"]);
        let taken = |path: &str| -> Vec<Value> {
            let read = admin.get(path).expect(200).json;
            fields.iter().map(|field| read[field].clone()).collect()
        };
        let before = (taken(&of_worker), taken(&of_user));
        admin.put(&format!("{of_worker}/account"), json!({"user_id": account})).expect(200);
        assert_eq!((taken(&of_worker), taken(&of_user)), before);
        admin.patch(&of_worker, json!({"phone": "1", "email": "w@example.org"})).expect(200);
        assert_eq!(taken(&of_user), before.1);
        admin.patch(&of_user, json!({"phone": "2", "last_name": "Malá"})).expect(200);
        assert_eq!(taken(&of_worker)[2..], [json!("w@example.org"), json!("1")]);
        // W-04: the check is made at linking; a later change of a name breaks no link.
        assert_eq!(admin.get(&of_worker).expect(200).json["user_id"], json!(account));
        admin.send("DELETE", &format!("{of_worker}/account"), &[], None).expect(200);
        assert_eq!(taken(&of_user)[1..], [json!("Malá"), before.1[2].clone(), json!("2")]);
    }

    // W-07: the names are taken over; invited by default, with the roles named.
    fn an_account_is_made_from_the_folder(app: &TestApp) {
        let company = app.company();
        let jana = worker(app, "1", "Jana", "Nováková");
        let role = company.role("team", 0);
        let path = format!("/api/v1/workers/{jana}/account");
        let body = json!({"login": "jana", "email": "jana@example.org", "external_id": "u-1", "role_ids": [role]});
        let made = app.admin().post(&path, body).expect(201);
        let (user, worker) = (&made.json["user"], &made.json["worker"]);
        assert_eq!((&user["first_name"], &user["last_name"], &user["state"]), (&json!("Jana"), &json!("Nováková"), &json!("invited")));
        assert_eq!((&worker["user_id"], &made.json["warnings"]), (&user["id"], &json!([])));
        let link = made.json["invitation_link"].as_str().unwrap();
        let token = link.split_once('#').unwrap().1;
        app.anonymous().post("/auth/invitation", json!({"token": token, "password": tests::PASSWORD})).expect(204);
        app.log_in(&app.anonymous(), "jana").expect(200);
        let user = user["id"].as_str().unwrap();
        assert_eq!(app.admin().column(&format!("/api/v1/users/{user}/roles"), "role_id"), [role]);
        let ledger = app.admin().get(&format!("/api/v1/workers/{jana}/account-links")).expect(200);
        assert_eq!(ledger.items()[0]["user_id"], json!(user));
        app.admin().post(&path, json!({"login": "j2", "email": "x@example.org"})).expect_problem(409, "worker_linked");
    }

    // W-07: a setting, overridable by request, picks how it starts; without any role there is a warning.
    fn a_setting_says_how_it_starts(app: &TestApp) {
        let admin = app.admin();
        let make = |number: &str, more: Value| {
            let worker = worker(app, number, "Jana", "Nováková");
            let mut body = json!({"login": format!("jana{number}"), "email": "j@example.org"});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            admin.post(&format!("/api/v1/workers/{worker}/account"), body).expect(201).json
        };
        assert_eq!(make("1", json!({}))["user"]["state"], "invited");
        let settings = |start: &str| admin.send("PATCH", "/api/v1/settings", &[("content-type", "application/json")],
            Some(json!({"worker_account_start": start}).to_string().as_bytes()));
        assert_eq!(settings("blocked").expect(200).json["worker_account_start"], "blocked");
        assert_eq!(admin.get("/api/v1/settings").expect(200).json["worker_account_start"], "blocked");
        let blocked = make("2", json!({}));
        assert_eq!(blocked["user"]["block_causes"][0]["cause"], "awaiting_release");
        assert_eq!((&blocked["invitation_link"], &blocked["expires_at"]), (&Value::Null, &Value::Null));
        assert_eq!(blocked["warnings"][0]["code"], "no_roles");
        assert_eq!(make("3", json!({"start": "invite"}))["user"]["state"], "invited");
        settings("later").expect_problem(400, "invalid_body");
    }

    // W-07: all faults at once, in the caller's own words, and nothing is half made.
    fn a_bad_account_is_refused_whole(app: &TestApp) {
        let company = app.company();
        let jana = worker(app, "1", "Jana", "Nováková");
        company.user("taken");
        let path = format!("/api/v1/workers/{jana}/account");
        let bad = json!({"login": "taken"});
        assert_eq!(app.admin().post(&path, bad).expect(409).pointers(), ["/email", "/login"]);
        app.admin().post(&path, json!({"login": "jana"})).expect_fault(422, "user_fields_missing", "/email");
        let automatic = company.automatic_role("auto");
        let body = json!({"login": "jana", "email": "j@example.org", "role_ids": [uuid::Uuid::nil(), automatic]});
        assert_eq!(app.admin().post(&path, body).expect(409).pointers(), ["/role_ids/0", "/role_ids/1"]);
        assert!(app.admin().ids("/api/v1/users?q=nov").is_empty(), "no account was made");
        let role = company.role("team", 0);
        let hr = company.with_rights("hr", "hr", &["read", "account.create"]);
        let body = json!({"login": "jana", "email": "j@example.org", "role_ids": [role]});
        hr.post(&path, body).expect_missing("system", "role.assign");
        hr.post(&path, json!({"login": "jana", "email": "j@example.org"})).expect(201);
        let closed = worker(app, "2", "Eva", "Malá");
        app.admin().post(&format!("/api/v1/workers/{closed}/close"), json!({})).expect(200);
        let body = json!({"login": "eva", "email": "e@example.org"});
        app.admin().post(&format!("/api/v1/workers/{closed}/account"), body).expect_problem(409, "worker_closed");
    }
}
