//! Accounts: fields, blocks, the trash (U-01, U-04 to U-07).

use serde_json::{Value, json};
use tests::{PASSWORD, TestApp, on_every_database};

fn person(login: &str, more: Value) -> Value {
    let mut body = json!({"login": login, "first_name": "Eva", "last_name": "Nová", "email": "eva@example.org"});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

fn log_in(app: &TestApp, login: &str, password: &str) -> tests::Answer {
    app.anonymous().post("/auth/login", json!({"login": login, "password": password}))
}

on_every_database! {
    // U-01: the login is unique, case-insensitive.
    fn a_login_is_unique_without_regard_to_case(app: &TestApp) {
        let admin = app.admin();
        let made = admin.post("/api/v1/users", person("Eva.Nová", json!({}))).expect(201);
        let refused =
            admin.post("/api/v1/users", person("EVA.NOVA\u{301}", json!({}))).expect_problem(409, "login_taken");
        assert_eq!((refused.pointers(), &refused.json["rule"]), (vec!["/login"], &json!("U-01")));
        admin.post("/api/v1/users", person("eva.nova", json!({}))).expect(201);
        admin
            .patch(&format!("/api/v1/users/{}", made.id()), json!({"login": "eva.nova"}))
            .expect_problem(409, "login_taken");
        // One in the trash keeps its login: it can be restored.
        admin.delete(&format!("/api/v1/users/{}", made.id())).expect(204);
        admin.post("/api/v1/users", person("eva.nová", json!({}))).expect_problem(409, "login_taken");
    }

    // U-01: login, names and email of a person; a display name of virtual users, services, fillers.
    fn each_kind_needs_its_names(app: &TestApp) {
        let post = |body: Value| app.admin().post("/api/v1/users", body);
        for kind in ["person", "external_administrator"] {
            let refused = post(json!({"kind": kind})).expect(422);
            assert_eq!(refused.pointers(), ["/login", "/first_name", "/last_name", "/email"], "{kind}");
        }
        for kind in ["virtual", "service", "external_filler"] {
            let refused = post(json!({"kind": kind, "first_name": "A", "last_name": "B"})).expect(422);
            assert_eq!(refused.pointers(), ["/display_name"], "{kind}");
            let made = post(json!({"kind": kind, "display_name": "Portal customers"})).expect(201);
            assert_eq!(made.json["display_name"], "Portal customers");
        }
        let both = post(json!({"login": "a b", "first_name": "F", "last_name": "L", "email": "nowhere"})).expect(422);
        assert_eq!(both.pointers(), ["/login", "/email"]);
        assert_eq!(post(person("eva", json!({}))).expect(201).json["display_name"], "Eva Nová");
    }

    // U-02: the kind of an account stays.
    fn the_kind_of_an_account_stays(app: &TestApp) {
        let user = app.company().user("anna");
        let refused =
            app.admin().patch(&format!("/api/v1/users/{user}"), json!({"kind": "service", "display_name": "x"}));
        assert_eq!(refused.expect(422).pointers()[0], "/kind");
    }

    // U-04: a block has causes, each with by whom, when and a note; all must be lifted.
    fn all_causes_of_a_block_must_be_lifted(app: &TestApp) {
        let made = app.admin().post("/api/v1/users", person("eva", json!({}))).expect(201);
        let path = format!("/api/v1/users/{}", made.id());
        let block = |body: Value| app.admin().post(&format!("{path}/block"), body).expect(200);
        block(json!({"note": "on leave"}));
        let blocked = block(json!({"cause": "security", "note": "lost phone"}));
        let causes = blocked.json["block_causes"].as_array().unwrap();
        let told: Vec<_> = causes.iter().map(|cause| (cause["cause"].as_str().unwrap(), &cause["note"])).collect();
        let expected = [
            ("awaiting_release", &json!(null)),
            ("administrator", &json!("on leave")),
            ("security", &json!("lost phone")),
        ];
        assert_eq!(told, expected);
        for cause in causes {
            assert_eq!((&cause["by"], &cause["at"]), (&json!(app.admin_id.0), &json!("2026-06-15T12:00:00Z")));
        }
        let lifted = app.admin().verb(&format!("{path}/unblock")).expect(200);
        assert_eq!(lifted.json["state"], "blocked");
        assert_eq!(lifted.json["block_causes"][0]["cause"], "awaiting_release");
        assert_eq!(lifted.json["warnings"][0]["code"], "still_awaiting_release");
        app.admin().verb(&format!("{path}/unblock")).expect_problem(409, "block_cause_absent");
        let released = app.admin().verb(&format!("{path}/release")).expect(200);
        assert_eq!(released.json["user"]["state"], "active");
        assert_eq!(released.json["user"]["block_causes"], json!([]));
    }

    // U-05: only user.unblock lifts administrator and security, user.release awaiting_release.
    fn unblocking_and_releasing_are_rights_of_their_own(app: &TestApp) {
        let company = app.company();
        let anna = company.person("anna");
        let (unblocker, releaser) = (company.user("unblocker"), company.user("releaser"));
        for (user, action) in [(&unblocker, "user.unblock"), (&releaser, "user.release")] {
            company.personal_grant(user, "system", json!({"type": "all"}), &[action], &[]);
        }
        let (unblocker, releaser) = (company.client_for(&unblocker), company.client_for(&releaser));
        let officer = company.caller("officer", &["hr-officer"]);
        let path = format!("/api/v1/users/{}", anna.user);
        officer.post(&format!("{path}/block"), json!({})).expect(200);
        for caller in [&officer, &releaser] {
            let refused = caller.verb(&format!("{path}/unblock")).expect_problem(403, "forbidden");
            assert_eq!(refused.json["missing"], json!({"module": "system", "action": "user.unblock"}));
        }
        unblocker.verb(&format!("{path}/release")).expect_problem(403, "forbidden");
        releaser.verb(&format!("{path}/release")).expect_problem(409, "block_cause_absent");
        assert_eq!(unblocker.verb(&format!("{path}/unblock")).expect(200).json["state"], "active");
    }

    // U-05: nobody lifts their own block: who is blocked does not get in.
    fn nobody_lifts_their_own_block(app: &TestApp) {
        let company = app.company();
        let second = company.caller("second", &["system-administrator"]);
        let own = second.get("/api/v1/me").expect(200).json["user"]["id"].as_str().unwrap().to_owned();
        app.admin().post(&format!("/api/v1/users/{own}/block"), json!({})).expect(200);
        second.verb(&format!("/api/v1/users/{own}/unblock")).expect_problem(401, "unauthenticated");
    }

    // U-05: an account without a password gets a link to set one; the link works once.
    fn a_release_gives_a_link_to_set_a_password_where_there_is_none(app: &TestApp) {
        let admin = app.admin();
        let made = admin.post("/api/v1/users", person("eva", json!({}))).expect(201);
        assert_eq!(made.json["block_causes"][0]["cause"], "awaiting_release");
        let path = format!("/api/v1/users/{}", made.id());
        let link =
            admin.verb(&format!("{path}/release")).expect(200).json["password_link"].as_str().unwrap().to_owned();
        let (page, token) = link.split_once('#').unwrap();
        assert!(page.ends_with("/auth/password") && !token.is_empty());
        let set = || app.anonymous().post("/auth/password", json!({"token": token, "password": PASSWORD}));
        set().expect(204);
        assert_eq!(set().status, 401);
        log_in(app, "EVA", PASSWORD).expect(200);
        admin.post(&format!("{path}/block"), json!({})).expect(200);
        assert_eq!(log_in(app, "eva", PASSWORD).status, 401);
        admin.verb(&format!("{path}/unblock")).expect(200);
        log_in(app, "eva", PASSWORD).expect(200);
    }

    // U-06: it can do nothing; sessions and tokens end at once; memberships set by hand, personal
    // grants and the worker link end; its real name still shows.
    fn deleting_ends_everything_but_the_name(app: &TestApp) {
        let company = app.company();
        let anna = company.person("anna");
        let role = company.role("role", 0);
        let membership = company.member(&role, &anna.user);
        let grant = company.personal_grant(&anna.user, "time", json!({"type": "all"}), &["record"], &[]);
        company.contract(&anna.worker, &company.department("d", None), &company.position("p"), None, None);
        let done = json!({"type": "task", "title": "t", "state": "done", "assignee_id": anna.user});
        let task = company.make("objects", done);
        app.set_password(anna.user_id());
        let tokens = log_in(app, "anna", PASSWORD).expect(200);
        let session = app.with_token(tokens.json["access_token"].as_str().unwrap());
        let token = company.client_of(&anna);
        for caller in [&session, &token] {
            caller.get("/api/v1/me").expect(200);
        }
        company.remove("users", &anna.user);
        for caller in [&session, &token] {
            assert_eq!(caller.get("/api/v1/me").status, 401);
        }
        let refresh = json!({"refresh_token": tokens.json["refresh_token"]});
        assert_eq!(app.anonymous().post("/auth/refresh", refresh).status, 401);
        assert_eq!(log_in(app, "anna", PASSWORD).status, 401);
        let admin = app.admin();
        for gone in [format!("memberships/{membership}"), format!("grants/{grant}")] {
            admin.get(&format!("/api/v1/{gone}")).expect_problem(404, "not_found");
        }
        assert!(admin.get(&format!("/api/v1/users/{}/roles", anna.user)).expect(200).items().is_empty());
        assert!(admin.get(&format!("/api/v1/api-tokens?user_id={}", anna.user)).expect(200).items().is_empty());
        assert!(admin.get(&format!("/api/v1/workers/{}", anna.worker)).expect(200).json["user_id"].is_null());
        let read = admin.get(&format!("/api/v1/users/{}", anna.user)).expect(200);
        assert_eq!((&read.json["state"], &read.json["display_name"]), (&json!("deleted"), &json!("First Last-anna")));
        assert_eq!(admin.get(&format!("/api/v1/objects/{task}")).expect(200).json["assignee_id"], anna.user.as_str());
        // U-03: what ended with the deletion stays ended.
        let restored = admin.verb(&format!("/api/v1/users/{}/restore", anna.user)).expect(200);
        assert_eq!(restored.json["block_causes"][0]["cause"], "administrator");
        admin.verb(&format!("/api/v1/users/{}/unblock", anna.user)).expect(200);
        assert_eq!(token.get("/api/v1/me").status, 401);
        assert!(admin.get(&format!("/api/v1/users/{}/roles", anna.user)).expect(200).items().is_empty());
        assert_eq!(app.faults(), Vec::<String>::new());
    }

    // U-07: a user who still has responsibilities can't be deleted; the answer lists them.
    fn responsibilities_keep_a_user_from_being_deleted(app: &TestApp) {
        let company = app.company();
        let (anna, bert) = (company.person("anna"), company.person("bert"));
        let (department, position) = (company.department("d", None), company.position("p"));
        let task = company.make("objects", json!({"type": "task", "title": "t", "assignee_id": anna.user}));
        let role = company.make("roles", json!({"code": "r", "name": "R", "manager_ids": [anna.user]}));
        company.change("departments", &department, json!({"head_id": anna.worker}));
        let contract = company.contract(&bert.worker, &department, &position, None, None);
        company.change("contracts", &contract, json!({"supervisor_id": anna.worker}));
        company.personal_grant(&anna.user, "time", json!({"type": "all"}), &["record"], &[]);
        let path = format!("/api/v1/users/{}", anna.user);
        let listed = ["open objects assigned", "roles managed", "departments headed", "contracts supervised"];
        let handed_over: [&dyn Fn(); 4] = [
            &|| drop(company.change("objects", &task, json!({"assignee_id": bert.user}))),
            &|| drop(company.change("roles", &role, json!({"manager_ids": []}))),
            &|| drop(company.change("departments", &department, json!({"head_id": bert.worker}))),
            &|| drop(company.change("contracts", &contract, json!({"supervisor_id": null}))),
        ];
        for (n, hand_over) in handed_over.iter().enumerate() {
            let refused = app.admin().delete(&path).expect_problem(409, "user_has_responsibilities");
            let detail = refused.json["detail"].as_str().unwrap();
            for (m, what) in listed.iter().enumerate() {
                assert_eq!(detail.contains(&format!("{what}: 1")), m >= n, "{detail}");
            }
            hand_over();
        }
        // Personal grants are none of them.
        app.admin().delete(&path).expect(204);
    }

    // U-12: a filler never has credentials; whoever may edit users looks after it, as the owners of its areas do.
    fn a_filler_is_looked_after_and_never_lets_anybody_in(app: &TestApp) {
        let company = app.company();
        let filler = company.make("users", json!({"kind": "external_filler", "display_name": "Bricklayers"}));
        let path = format!("/api/v1/users/{filler}");
        let editor = company.with_rights("editor", "system", &["user.read", "user.edit"]);
        let changed = editor.patch(&path, json!({"display_name": "Masons", "login": "masons"})).expect(200);
        assert_eq!(changed.json["display_name"], "Masons");
        app.admin().verb(&format!("{path}/password-link")).expect_problem(409, "capability_missing");
        app.admin().verb(&format!("{path}/invite")).expect_problem(409, "not_invited");
        let token = json!({"user_id": filler, "name": "x"});
        app.admin().post("/api/v1/api-tokens", token).expect_fault(409, "service_only", "/user_id");
        log_in(app, "masons", PASSWORD).expect_problem(401, "invalid_credentials");
        let denied = app.admin().get(&format!("{path}/capabilities")).expect(200).text;
        assert!(denied.contains("\"log_in\""), "{denied}");
    }
}
