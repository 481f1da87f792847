//! Invitations (U-15), and what an account is by its kind and state (U-02, U-10, U-11).

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{Answer, PASSWORD, TestApp, on_every_database};

fn person(app: &TestApp, login: &str, state: &str) -> String {
    let names =
        json!({"login": login, "first_name": "F", "last_name": login, "email": "f@example.org", "state": state});
    app.company().make("users", names)
}

fn other(app: &TestApp, name: &str, kind: &str) -> String {
    match kind {
        "external_administrator" => app.company().make(
            "users",
            json!({"kind": kind, "login": name, "first_name": "F", "last_name": name, "email": "f@example.org"}),
        ),
        kind => app.company().make("users", json!({"kind": kind, "display_name": name, "external_id": name})),
    }
}

/// The token of the link that an invitation gives.
fn token(invited: &Answer) -> String {
    let link = invited.json["invitation_link"].as_str().unwrap();
    let (page, token) = link.split_once('#').unwrap();
    assert!(page.ends_with("/auth/invitation"), "{page}");
    token.to_owned()
}

fn accept(app: &TestApp, token: &str, password: &str) -> Answer {
    app.anonymous().post("/auth/invitation", json!({"token": token, "password": password}))
}

fn state(app: &TestApp, user: &str) -> Value {
    app.admin().get(&format!("/api/v1/users/{user}")).expect(200).json["state"].clone()
}

fn capability(app: &TestApp, user: &str, name: &str) -> Value {
    let told = app.admin().get(&format!("/api/v1/users/{user}/capabilities")).expect(200);
    let mut all = told.json["capabilities"].as_array().unwrap().iter();
    all.find(|one| one["name"] == name).unwrap().clone()
}

on_every_database! {
    // U-03, U-15: accepting sets the password and makes the account active.
    fn an_invitation_is_accepted_by_setting_a_password(app: &TestApp) {
        let user = person(app, "eva", "invited");
        let invited = app.admin().verb(&format!("/api/v1/users/{user}/invite")).expect(200);
        assert_eq!(invited.json["user"]["state"], "invited");
        let token = token(&invited);
        accept(app, &token, "short").expect(422);
        assert_eq!(state(app, &user), "invited", "a refused password leaves the link good");
        accept(app, &token, PASSWORD).expect(204);
        assert_eq!(state(app, &user), "active");
        app.anonymous().post("/auth/login", json!({"login": "eva", "password": PASSWORD})).expect(200);
        accept(app, &token, PASSWORD).expect_problem(401, "unauthenticated");
    }

    // U-15: 48 hours; after that the user stays invited and must be invited anew.
    fn an_invitation_is_good_for_48_hours(app: &TestApp) {
        let user = person(app, "eva", "invited");
        let path = format!("/api/v1/users/{user}/invite");
        let late = app.admin().verb(&path).expect(200);
        let until: chrono::DateTime<chrono::Utc> = late.json["expires_at"].as_str().unwrap().parse().unwrap();
        assert_eq!(until - app.clock.now(), TimeDelta::hours(48));
        app.clock.advance(TimeDelta::hours(48));
        let admin = app.as_user(app.admin_id);
        accept(app, &token(&late), PASSWORD).expect_problem(401, "unauthenticated");
        assert_eq!(admin.get(&format!("/api/v1/users/{user}")).expect(200).json["state"], "invited");
        let anew = admin.verb(&path).expect(200);
        app.clock.advance(TimeDelta::hours(47));
        accept(app, &token(&anew), PASSWORD).expect(204);
    }

    // U-15: inviting again voids the earlier link.
    fn a_newer_invitation_voids_the_earlier(app: &TestApp) {
        let user = person(app, "eva", "invited");
        let path = format!("/api/v1/users/{user}/invite");
        let (first, second) = (app.admin().verb(&path).expect(200), app.admin().verb(&path).expect(200));
        accept(app, &token(&first), PASSWORD).expect_problem(401, "unauthenticated");
        accept(app, &token(&second), PASSWORD).expect(204);
    }

    // U-03, U-15: only who is invited is invited anew, and who was blocked meanwhile can't accept.
    fn only_who_waits_for_it_is_invited(app: &TestApp) {
        for (login, state) in [("active", "active"), ("blocked", "blocked")] {
            let user = person(app, login, state);
            let refused = app.admin().verb(&format!("/api/v1/users/{user}/invite"));
            assert!(refused.expect_problem(409, "not_invited").expect_rule("U-15").text.contains(state));
        }
        let user = person(app, "eva", "invited");
        let invited = app.admin().verb(&format!("/api/v1/users/{user}/invite")).expect(200);
        app.admin().post(&format!("/api/v1/users/{user}/block"), json!({})).expect(200);
        accept(app, &token(&invited), PASSWORD).expect_problem(409, "not_invited");
        let gone = person(app, "ota", "invited");
        let invited = app.admin().verb(&format!("/api/v1/users/{gone}/invite")).expect(200);
        app.admin().delete(&format!("/api/v1/users/{gone}")).expect(204);
        accept(app, &token(&invited), PASSWORD).expect_problem(401, "unauthenticated");
    }

    // U-15: a link is shown once, also when the request is sent again with its key.
    fn a_repeated_answer_shows_no_link(app: &TestApp) {
        let users = json!({"user_ids": [person(app, "eva", "invited")]});
        let send = || {
            let headers = [("content-type", "application/json"), ("idempotency-key", "k1")];
            app.admin().send("POST", "/api/v1/users/invite", &headers, Some(users.to_string().as_bytes())).expect(200)
        };
        assert!(send().json["results"][0]["invitation_link"].is_string());
        assert_eq!(send().json["results"][0]["invitation_link"], Value::Null);
    }

    // U-10: the table is served, each no with its reason.
    fn the_capabilities_of_an_account_are_told_with_reasons(app: &TestApp) {
        let blocked = person(app, "eva", "blocked");
        let log_in = capability(app, &blocked, "log_in");
        assert_eq!((&log_in["capable"], &log_in["reason"]), (&json!(false), &json!("state")));
        assert_eq!(log_in["needs_state"], json!(["active"]));
        let task = capability(app, &blocked, "bear_task");
        assert_eq!((&task["capable"], &task["warning"]), (&json!(true), &json!("bearer_not_active")));
        let filler = other(app, "Bricklayers", "external_filler");
        assert_eq!(capability(app, &filler, "log_in")["reason"], "kind");
        assert_eq!(capability(app, &filler, "attend_meeting")["warning"], "prefer_external_contact");
        assert_eq!(capability(app, &filler, "be_author")["capable"], false);
        let outside = other(app, "outside", "external_administrator");
        assert_eq!(capability(app, &outside, "reach_protected")["reason"], "kind");
        // Oneself may ask without a right.
        let active = person(app, "ota", "active");
        app.company().client(&active).get(&format!("/api/v1/users/{active}/capabilities")).expect(200);
        app.company().client(&active).get(&format!("/api/v1/users/{blocked}/capabilities")).expect(403);
    }

    // U-11: external administrators are marked where users are listed.
    fn external_administrators_are_marked(app: &TestApp) {
        let outside = other(app, "outside", "external_administrator");
        let marks = |path: &str| {
            let page = app.admin().get(path).expect(200);
            let entry = page.items().iter().find(|item| item["id"] == outside).unwrap().clone();
            entry["marks"].clone()
        };
        assert_eq!(marks("/api/v1/users"), json!(["external"]));
        assert_eq!(marks("/api/v1/directory"), json!(["external"]));
        assert_eq!(app.admin().get(&format!("/api/v1/users/{outside}")).expect(200).json["marks"], json!(["external"]));
        assert_eq!(app.admin().get("/api/v1/me").expect(200).json["user"]["marks"], json!([]));
    }

    // U-02: a service names a virtual user as author, and both are recorded.
    fn a_service_acts_as_a_virtual_user_and_both_are_recorded(app: &TestApp) {
        let company = app.company();
        let customer = other(app, "portal-customer", "virtual");
        let service = other(app, "portal", "service");
        let role = company.role("portal", 0);
        company.grant(&role, "system", json!({"type": "all"}), &["object.create"], &[]);
        company.member(&role, &service);
        let portal = company.client_for(&service);
        let task = |client: &tests::Client, name: Option<&str>| {
            let mut headers = vec![("content-type", "application/json")];
            headers.extend(name.map(|name| ("remit-acting-as", name)));
            client.send("POST", "/api/v1/objects", &headers, Some(br#"{"type": "task", "title": "A complaint"}"#))
        };
        for name in [customer.as_str(), "portal-customer"] {
            let made = task(&portal, Some(name)).expect(201);
            assert_eq!(made.json["author_id"], customer);
            let logged = app.admin().get(&format!("/api/v1/audit?entity_id={}", made.id())).expect(200);
            assert_eq!((&logged.items()[0]["actor_id"], &logged.items()[0]["acting_as"]), (&json!(service), &json!(customer)));
        }
        assert_eq!(task(&portal, None).expect(201).json["author_id"], service);
        // Its own rights count, not those of whom it names.
        let nobody = company.client_for(&other(app, "other", "service"));
        task(&nobody, Some(&customer)).expect_missing("system", "object.create");
        // Nobody but a service, and as nobody but an active virtual user.
        task(&app.admin(), Some(&customer)).expect_problem(409, "acting_as_refused").expect_rule("U-02");
        for refused in [service.as_str(), "nobody", &app.admin_id.0.to_string()] {
            task(&portal, Some(refused)).expect_problem(409, "acting_as_refused");
        }
        for no_name in ["", " ", &"x".repeat(101)] {
            task(&portal, Some(no_name)).expect_problem(400, "bad_header");
        }
        app.admin().delete(&format!("/api/v1/users/{customer}")).expect(204);
        task(&portal, Some(&customer)).expect_problem(409, "acting_as_refused");
    }
}
