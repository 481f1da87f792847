//! Failed log-ins (U-04): slowed down, noted, and at last the account is blocked.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{Answer, PASSWORD, TestApp, on_every_database};

use crate::api::common;

const ATTEMPTS: &str = "/api/v1/log-in-attempts";

/// Behind the proxy of the tests, from that address.
fn try_from(app: &TestApp, address: &str, login: &str, password: &str) -> Answer {
    let headers = [("content-type", "application/json"), ("x-forwarded-for", address)];
    let body = json!({"login": login, "password": password}).to_string();
    app.anonymous().send("POST", "/auth/login", &headers, Some(body.as_bytes()))
}

fn behind_a_proxy(database: persistence::testing::Database) -> TestApp {
    TestApp::start_with(database, |config| config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()])
}

/// A test of a service behind a proxy, on both databases.
macro_rules! behind_a_proxy {
    ($($(#[$meta:meta])* fn $name:ident($app:ident: &TestApp) $body:block)*) => {$(
        $(#[$meta])*
        mod $name {
            use super::*;

            fn check($app: &TestApp) $body

            #[test]
            fn sqlite() {
                check(&behind_a_proxy(persistence::testing::sqlite()));
            }

            #[test]
            fn postgresql() {
                if let Some(database) = persistence::testing::postgresql() {
                    check(&behind_a_proxy(database));
                }
            }
        }
    )*};
}

/// An active account with the password of everybody.
fn account(app: &TestApp, login: &str) -> String {
    let user = app.company().user(login);
    app.set_password(user.parse::<uuid::Uuid>().unwrap().into());
    user
}

/// Fails so often, each time from another address, as soon as the login may be tried again.
fn fail(app: &TestApp, login: &str, times: u32) {
    for n in 1..=times {
        app.clock.advance(TimeDelta::seconds(61));
        let answer = try_from(app, &format!("198.51.100.{n}"), login, "something wrong");
        answer.expect_problem(401, "invalid_credentials");
    }
}

/// The account, once every attempt until now is stored.
fn state(app: &TestApp, user: &str) -> Value {
    app.admin().get(ATTEMPTS).expect(200);
    app.admin().get(&format!("/api/v1/users/{user}")).expect(200).json
}

behind_a_proxy! {
    // U-04: by default 10 within 15 minutes; the cause is security, by the service, with a note.
    fn an_account_is_blocked_after_too_many_failures(app: &TestApp) {
        let anna = account(app, "anna");
        let session = app.log_in(&app.anonymous(), "anna");
        fail(app, "anna", 9);
        assert_eq!(state(app, &anna)["state"], "active");
        fail(app, "anna", 1);
        let blocked = state(app, &anna);
        assert_eq!(blocked["state"], "blocked");
        let cause = &blocked["block_causes"][0];
        assert_eq!((&cause["cause"], &cause["by"]), (&json!("security"), &json!(null)));
        assert_eq!(cause["note"], "10 failed log-ins within 15 minutes");
        // Out at once, and not let in with the right password.
        app.in_session(&session).get("/api/v1/me").expect_problem(401, "unauthenticated");
        app.clock.advance(TimeDelta::minutes(2));
        try_from(app, "203.0.113.9", "anna", PASSWORD).expect_problem(401, "unauthenticated");
        let outcomes = app.admin().column(&format!("{ATTEMPTS}?user_id={anna}&limit=3"), "outcome");
        assert_eq!(outcomes, ["not_allowed", "locked", "wrong_password"]);
        // U-05: unblocked, and what failed before no longer counts.
        app.admin().verb(&format!("/api/v1/users/{anna}/unblock")).expect(200);
        fail(app, "anna", 9);
        assert_eq!(state(app, &anna)["state"], "active");
        app.clock.advance(TimeDelta::minutes(2));
        try_from(app, "203.0.113.9", "anna", PASSWORD).expect(200);
    }

    fn a_success_and_time_end_the_count(app: &TestApp) {
        let anna = account(app, "anna");
        fail(app, "anna", 9);
        app.clock.advance(TimeDelta::minutes(2));
        try_from(app, "203.0.113.9", "anna", PASSWORD).expect(200);
        fail(app, "anna", 9);
        app.clock.advance(TimeDelta::minutes(15));
        fail(app, "anna", 2);
        assert_eq!(state(app, &anna)["state"], "active");
    }

    // U-04: never the last active system administrator.
    fn the_last_administrator_is_never_blocked(app: &TestApp) {
        fail(app, "admin", 10);
        assert_eq!(state(app, &app.admin_id.to_string())["state"], "active");
        let outcomes = app.admin().column(&format!("{ATTEMPTS}?limit=2"), "outcome");
        assert_eq!(outcomes, ["spared", "wrong_password"]);
        // With a second one it is like everybody.
        let second = app.company().user("second");
        app.company().member(&app.company().id_of("roles", "system-administrator"), &second);
        fail(app, "admin", 10);
        let admin = app.company().client(&second);
        admin.get("/api/v1/me").expect(200);
        let path = format!("{ATTEMPTS}?limit=1");
        let stored = || admin.get(&path).expect(200).items()[0]["outcome"] == "locked";
        assert!(stored() || stored(), "the administrator is not blocked");
        assert_eq!(admin.get(&format!("/api/v1/users/{}", app.admin_id)).expect(200).json["state"], "blocked");
    }

    // U-04: strangers at one address are slowed so much that they don't bring about a block.
    fn one_address_alone_locks_nobody_out(app: &TestApp) {
        let anna = account(app, "anna");
        let (start, mut failed) = (app.clock.now(), 0);
        while app.clock.now() - start < TimeDelta::hours(2) {
            let answer = try_from(app, "198.51.100.7", "anna", "something wrong");
            if answer.status == 401 {
                failed += 1;
                continue;
            }
            let wait = answer.expect_problem(429, "too_many_requests").header("retry-after").unwrap().to_owned();
            app.clock.advance(TimeDelta::seconds(wait.parse().unwrap()));
        }
        assert!(failed > 10, "{failed}");
        assert_eq!(state(app, &anna)["state"], "active");
        // Its owner elsewhere is let in.
        try_from(app, "203.0.113.9", "anna", PASSWORD).expect(200);
    }

    fn an_address_that_tries_many_logins_is_slowed(app: &TestApp) {
        account(app, "anna");
        for n in 0..20 {
            try_from(app, "198.51.100.7", &format!("nobody-{n}"), "something wrong").expect_problem(401, "invalid_credentials");
        }
        let slowed = try_from(app, "198.51.100.7", "anna", PASSWORD).expect_problem(429, "too_many_requests");
        assert_eq!(slowed.header("retry-after"), Some("1"));
        try_from(app, "203.0.113.9", "anna", PASSWORD).expect(200);
        app.clock.advance(TimeDelta::seconds(1));
        try_from(app, "198.51.100.7", "anna", PASSWORD).expect(200);
    }

    // The same answers, in the same order, for a login that there is and one that there is none of.
    fn an_unknown_login_is_slowed_like_a_known_one(app: &TestApp) {
        account(app, "anna");
        let told = |login: &str| {
            let answers = (0..6).map(|_| {
                let mut answer = try_from(app, "198.51.100.7", login, "something wrong");
                answer.json["request_id"] = Value::Null;
                app.clock.advance(TimeDelta::seconds(3));
                (answer.status, answer.header("retry-after").map(str::to_owned), answer.json)
            });
            answers.collect::<Vec<_>>()
        };
        let (known, unknown) = (told("anna"), told("nobody"));
        assert_eq!(known, unknown);
        assert!(known.iter().any(|(status, ..)| *status == 429));
    }

    // N-01: the service's own block is told of as any other.
    fn the_block_is_told_to_who_wants_to_know(app: &TestApp) {
        let company = app.company();
        let keeper = company.with_rights("keeper", "system", &["user.read"]);
        let role = company.id_of("roles", "keeper");
        company.make("notification-subscriptions", json!({"role_id": role, "type": "account_blocked"}));
        let anna = account(app, "anna");
        fail(app, "anna", 10);
        assert_eq!(state(app, &anna)["state"], "blocked");
        assert_eq!(keeper.column("/api/v1/me/notifications", "subject_id"), [anna]);
    }

    // The settings decide, from the next log-in on.
    fn how_many_and_how_long_are_settings(app: &TestApp) {
        let anna = account(app, "anna");
        let settings = json!({"lock_after_failures": 3, "lock_window_minutes": 60});
        let changed = app.admin().patch_with("/api/v1/settings", &[], settings).expect(200);
        assert_eq!(changed.json["lock_after_failures"], 3);
        assert_eq!(app.admin().get("/api/v1/settings").expect(200).json, changed.json);
        fail(app, "anna", 2);
        assert_eq!(state(app, &anna)["state"], "active");
        app.clock.advance(TimeDelta::minutes(30));
        fail(app, "anna", 1);
        let blocked = state(app, &anna);
        assert_eq!(blocked["block_causes"][0]["note"], "3 failed log-ins within 60 minutes");
        for (name, value) in [("lock_after_failures", 1), ("lock_window_minutes", 1_441), ("log_in_attempts_days", 0)] {
            let refused = app.admin().patch_with("/api/v1/settings", &[], json!({name: value}));
            refused.expect_fault(422, "out_of_range", &format!("/{name}"));
        }
    }

    // Who got the link is the owner: guesses of others no longer keep them waiting.
    fn a_password_set_by_link_frees_the_login(app: &TestApp) {
        let anna = account(app, "anna");
        let link = app.admin().verb(&format!("/api/v1/users/{anna}/password-link")).expect(200);
        let token = link.json["password_link"].as_str().unwrap().rsplit('#').next().unwrap().to_owned();
        fail(app, "anna", 8);
        try_from(app, "203.0.113.9", "anna", PASSWORD).expect_problem(429, "too_many_requests");
        app.anonymous().post("/auth/password", json!({"token": token, "password": PASSWORD})).expect(204);
        try_from(app, "203.0.113.9", "anna", PASSWORD).expect(200);
    }
}

on_every_database! {
    // U-04: attempts have a table of their own; the log knows nothing of them.
    fn attempts_are_noted_and_not_logged(app: &TestApp) {
        let anna = account(app, "anna");
        let before = app.admin().get("/api/v1/audit?limit=1").expect(200).items()[0]["revision"].clone();
        let post = |login: &str, password: &str| app.anonymous().post("/auth/login", json!({"login": login, "password": password}));
        // A password in the wrong field.
        post("my-secret-passphrase", "x").expect(401);
        post("Anna", "something wrong").expect(401);
        app.clock.advance(TimeDelta::seconds(2));
        post("anna", PASSWORD).expect(200);
        let listed = app.admin().get(ATTEMPTS).expect(200);
        let outcomes: Vec<_> = listed.items().iter().map(|one| one["outcome"].as_str().unwrap()).collect();
        assert_eq!(outcomes, ["succeeded", "wrong_password", "unknown_login"]);
        assert!(!listed.text.contains("passphrase") && !listed.text.to_lowercase().contains("anna"));
        let [success, _, unknown] = listed.items().as_slice() else { panic!() };
        assert_eq!((&success["user_id"], &success["login_hash"]), (&json!(anna), &json!(null)));
        assert_eq!((&success["address"], &success["at"]), (&json!("127.0.0.1"), &json!("2026-06-15T12:00:02Z")));
        assert_eq!(unknown["user_id"], Value::Null);
        assert_eq!(unknown["login_hash"].as_str().unwrap().len(), 8);
        let after = app.admin().get("/api/v1/audit?limit=1").expect(200).items()[0]["revision"].clone();
        assert_eq!(before, after);
    }

    fn attempts_are_read_by_auditors_in_pages(app: &TestApp) {
        let company = app.company();
        let anna = account(app, "anna");
        for n in 0..5 {
            app.anonymous().post("/auth/login", json!({"login": format!("nobody-{n}"), "password": "x"})).expect(401);
        }
        app.clock.advance(TimeDelta::hours(1));
        app.log_in(&app.anonymous(), "anna");
        let auditor = company.caller("auditor", &["auditor"]);
        assert_eq!(common::walk(&auditor, &format!("{ATTEMPTS}?limit=2"), |_, _| ()).len(), 6);
        let count = |query: &str| auditor.get(&format!("{ATTEMPTS}?{query}")).expect(200).items().len();
        assert_eq!(count(&format!("user_id={anna}")), 1);
        assert_eq!(count("outcome=unknown_login"), 5);
        assert_eq!(count("since=2026-06-15T13:00:00Z"), 1);
        auditor.get(&format!("{ATTEMPTS}?outcome=guessed")).expect_fault(400, "bad_parameter", "outcome");
        auditor.get(&format!("{ATTEMPTS}?frob=1")).expect_fault(400, "unknown_parameter", "frob");
        company.outsider().get(ATTEMPTS).expect_missing("system", "audit.read");
    }

    fn attempts_are_kept_for_a_set_time(app: &TestApp) {
        let post = || app.anonymous().post("/auth/login", json!({"login": "nobody", "password": "x"}));
        post().expect(401);
        let count = || app.admin().get(ATTEMPTS).expect(200).items().len();
        let tidy = || {
            let author = app.app.service().author(None);
            app.app.store().write(&author, |tx| api::jobs::remove_expired(&app.app, tx)).unwrap();
        };
        assert_eq!(count(), 1);
        app.clock.advance(TimeDelta::days(90));
        tidy();
        assert_eq!(count(), 1);
        app.admin().patch_with("/api/v1/settings", &[], json!({"log_in_attempts_days": 89})).expect(200);
        tidy();
        assert_eq!(count(), 0);
    }
}
