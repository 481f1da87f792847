//! Which passwords are taken, and how they are changed.

use serde_json::{Value, json};
use tests::{Answer, PASSWORD, TestApp, on_every_database};

const PATH: &str = "/api/v1/me/password";
const NEW: &str = "three bright umbrellas";

fn change(app: &TestApp, tokens: &Answer, current: &str, password: &str) -> Answer {
    app.in_session(tokens).put(PATH, json!({"current_password": current, "password": password}))
}

fn try_log_in(app: &TestApp, password: &str) -> u16 {
    app.anonymous().post("/auth/login", json!({"login": "admin", "password": password})).status
}

on_every_database! {
    fn a_change_ends_all_other_sessions_and_not_the_present_one(app: &TestApp) {
        let anonymous = app.anonymous();
        let (present, other) = (app.log_in(&anonymous, "admin"), app.log_in(&anonymous, "admin"));
        change(app, &present, PASSWORD, NEW).expect(204);
        app.in_session(&present).get("/api/v1/me").expect(200);
        app.in_session(&other).get("/api/v1/me").expect_problem(401, "unauthenticated");
        for (tokens, status) in [(&present, 200), (&other, 401)] {
            let body = json!({"refresh_token": tokens.json["refresh_token"]});
            assert_eq!(anonymous.post("/auth/refresh", body).status, status);
        }
        assert_eq!((try_log_in(app, NEW), try_log_in(app, PASSWORD)), (200, 401));
        // H-01: no password is in the log, whatever its form.
        let log = app.admin().get("/api/v1/audit?limit=20").expect(200);
        assert!(!log.text.contains(NEW) && !log.text.contains("argon2"));
    }

    fn a_change_voids_links_to_set_the_password(app: &TestApp) {
        let company = app.company();
        let anna = company.user("anna");
        let link = app.admin().verb(&format!("/api/v1/users/{anna}/password-link")).expect(200);
        let token = link.json["password_link"].as_str().unwrap().rsplit('#').next().unwrap().to_owned();
        app.set_password(anna.parse::<uuid::Uuid>().unwrap().into());
        let tokens = app.log_in(&app.anonymous(), "anna");
        change(app, &tokens, PASSWORD, NEW).expect(204);
        let late = app.anonymous().post("/auth/password", json!({"token": token, "password": "by an older link"}));
        late.expect_problem(401, "unauthenticated");
    }

    fn the_present_password_is_needed_and_a_session(app: &TestApp) {
        let tokens = app.log_in(&app.anonymous(), "admin");
        let wrong = change(app, &tokens, "something else", NEW);
        wrong.expect_problem(422, "wrong_password").expect_fault(422, "wrong_password", "/current_password");
        // U-04: it counts as a failed log-in, so after some more the next attempt has to wait.
        for _ in 0..3 {
            app.clock.advance(chrono::TimeDelta::seconds(1));
            change(app, &tokens, "something else", NEW).expect_problem(422, "wrong_password");
        }
        let slowed = change(app, &tokens, PASSWORD, NEW).expect_problem(429, "too_many_requests");
        assert_eq!(slowed.header("retry-after"), Some("15"));
        app.clock.advance(chrono::TimeDelta::seconds(15));
        change(app, &tokens, PASSWORD, NEW).expect(204);
        let attempts = app.admin().column("/api/v1/log-in-attempts", "outcome");
        let wrong = ["wrong_password"; 4];
        assert_eq!(attempts, [&["succeeded"][..], &wrong, &["succeeded"]].concat());
        // A program changes no password.
        let body = json!({"current_password": NEW, "password": PASSWORD});
        app.admin().put(PATH, body.clone()).expect_problem(403, "session_required");
        app.anonymous().put(PATH, body).expect_problem(401, "unauthenticated");
    }

    // One policy, wherever a password is set.
    fn weak_passwords_are_refused_with_the_reason(app: &TestApp) {
        let company = app.company();
        let weak = [
            ("qwertyuiop", "too_common"), ("Password123!", "too_common"), ("my vera.long 1", "holds_login"),
            ("Vera.Long@Example.org", "is_email"),
        ];
        let user = company.user("vera.long");
        let path = format!("/api/v1/users/{user}/password-link");
        let link = app.admin().verb(&path).expect(200).json["password_link"].clone();
        let token = link.as_str().unwrap().rsplit('#').next().unwrap().to_owned();
        let set = |password: &str| app.anonymous().post("/auth/password", json!({"token": token, "password": password}));
        for (password, code) in weak {
            set(password).expect_problem(422, "weak_password").expect_fault(422, code, "/password");
        }
        set("short").expect_fault(422, "too_short", "/password");
        set(&"x".repeat(1_025)).expect_fault(422, "too_long", "/password");
        // The link stays good for a better one.
        set(PASSWORD).expect(204);
        let tokens = app.log_in(&app.anonymous(), "vera.long");
        for (password, code) in weak {
            change(app, &tokens, PASSWORD, password).expect_fault(422, code, "/password");
        }
        change(app, &tokens, PASSWORD, NEW).expect(204);
        let me: Value = app.in_session(&tokens).get("/api/v1/me").expect(200).json;
        assert_eq!(me["user"]["login"], "vera.long");
    }
}
