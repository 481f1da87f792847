//! Log-in, refresh, log-out; being out at once.

use serde_json::json;
use tests::{PASSWORD, on_every_database};

on_every_database! {
    fn a_password_gives_tokens_that_work_until_log_out(app: &TestApp) {
        let anonymous = app.anonymous();
        let tokens = anonymous.post("/auth/login", json!({"login": "ADMIN", "password": PASSWORD})).expect(200);
        let caller = app.with_token(tokens.json["access_token"].as_str().unwrap());
        assert_eq!(caller.get("/api/v1/me").expect(200).json["user"]["login"], "admin");
        caller.verb("/auth/logout").expect(204);
        caller.get("/api/v1/me").expect_problem(401, "unauthenticated");
        let refreshed = anonymous.post("/auth/refresh", json!({"refresh_token": tokens.json["refresh_token"]}));
        assert_eq!(refreshed.status, 401);
    }

    fn unknown_login_and_wrong_password_are_answered_alike(app: &TestApp) {
        let anonymous = app.anonymous();
        let mut answers: Vec<_> = [("admin", "wrong password"), ("nobody", "wrong password")]
            .into_iter()
            .map(|(login, password)| anonymous.post("/auth/login", json!({"login": login, "password": password})))
            .map(|answer| answer.expect_problem(401, "invalid_credentials").json)
            .collect();
        for answer in &mut answers {
            answer["request_id"] = json!(null);
        }
        assert_eq!(answers[0], answers[1]);
    }

    fn a_refresh_token_used_twice_ends_the_session(app: &TestApp) {
        let anonymous = app.anonymous();
        let first = anonymous.post("/auth/login", json!({"login": "admin", "password": PASSWORD})).expect(200);
        let second = anonymous.post("/auth/refresh", json!({"refresh_token": first.json["refresh_token"]})).expect(200);
        let caller = app.with_token(second.json["access_token"].as_str().unwrap());
        caller.get("/api/v1/me").expect(200);
        assert_eq!(anonymous.post("/auth/refresh", json!({"refresh_token": first.json["refresh_token"]})).status, 401);
        assert_eq!(caller.get("/api/v1/me").status, 401);
        assert_eq!(anonymous.post("/auth/refresh", json!({"refresh_token": second.json["refresh_token"]})).status, 401);
    }

    // G-1
    fn a_blocked_user_is_out_at_once(app: &TestApp) {
        let company = app.company();
        let anna = company.person("anna");
        let caller = company.client_of(&anna);
        caller.get("/api/v1/me").expect(200);
        app.admin().post(&format!("/api/v1/users/{}/block", anna.user), json!({})).expect(200);
        assert_eq!(caller.get("/api/v1/me").status, 401);
        app.admin().verb(&format!("/api/v1/users/{}/unblock", anna.user)).expect(200);
        caller.get("/api/v1/me").expect(200);
    }
}
