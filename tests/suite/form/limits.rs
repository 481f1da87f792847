//! How much and how often one may ask: all of it settings.

use super::*;

/// A service with limits of its own; no database is asked about them.
fn limited(change: impl FnOnce(&mut api::config::Config)) -> TestApp {
    TestApp::start_with(persistence::testing::sqlite(), change)
}

// Every answer tells what is left; beyond it a 429 says when to come again.
#[test]
fn a_caller_has_a_quota() {
    let app = limited(|config| config.rate_limit = 5);
    let admin = app.admin();
    for left in (0..5).rev() {
        let answer = admin.get("/api/v1/me").expect(200);
        assert_eq!(answer.header("ratelimit-policy"), Some("\"caller\";q=5;w=60"));
        let limit = answer.header("ratelimit").unwrap();
        assert!(limit.starts_with(&format!("\"caller\";r={left};t=")), "{limit}");
    }
    for path in ["/api/v1/me", "/api/v1/users", "/nowhere"] {
        let refused = admin.get(path);
        if path == "/nowhere" {
            refused.expect(404);
            continue;
        }
        let refused = refused.expect_problem(429, "too_many_requests");
        let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=12).contains(&wait), "{wait}");
        assert!(refused.header("ratelimit").unwrap().starts_with("\"caller\";r=0;t="));
    }
    // Nobody else is held up, and neither is whoever looks whether the service lives.
    app.as_user(app.admin_id).get("/api/v1/me").expect(429);
    app.anonymous().get("/livez").expect(200);
    app.anonymous().get("/api/v1/me").expect(401);
}

// Who shows no valid token is known by the address: guessing passwords and tokens is slowed down.
#[test]
fn who_shows_no_token_has_the_quota_of_an_address() {
    let app = limited(|config| config.rate_limit_address = 4);
    // Another login each time: the same one would have to wait for a reason of its own.
    let guess = |login: &str| app.anonymous().post("/auth/login", json!({"login": login, "password": "wrong"}));
    let first = guess("admin").expect_problem(401, "invalid_credentials");
    assert!(first.header("ratelimit").unwrap().starts_with("\"address\";r=3;"));
    app.with_token("rmt_guess").get("/api/v1/me").expect(401);
    app.anonymous().get("/api/v1/me").expect(401);
    guess("root").expect(401);
    let refused = guess("boss").expect_problem(429, "too_many_requests");
    assert!(refused.header("ratelimit").is_some());
    app.with_token("rmt_guess").get("/api/v1/me").expect_problem(429, "too_many_requests");
    // Whoever has a token goes on.
    app.admin().get("/api/v1/me").expect(200);
}

#[test]
fn zero_is_no_limit() {
    let app = limited(|config| {
        config.rate_limit = 0;
        config.rate_limit_address = 0;
    });
    for _ in 0..20 {
        assert_eq!(app.admin().get("/api/v1/me").expect(200).header("ratelimit"), None);
        app.anonymous().get("/api/v1/me").expect(401);
    }
}

#[test]
fn pages_batches_bodies_and_depth_are_settings() {
    let app = limited(|config| {
        config.page_limit = 2;
        config.batch_limit = 2;
        config.body_limit = 1_024;
        config.json_depth = 4;
    });
    let admin = app.admin();
    assert_eq!(admin.get("/api/v1/modules").expect(200).items().len(), 2);
    for path in ["/api/v1/modules", "/api/v1/operations", "/api/v1/audit"] {
        admin.get(&format!("{path}?limit=2")).expect(200);
        admin.get(&format!("{path}?limit=3")).expect_fault(400, "bad_parameter", "limit");
    }
    let item = json!({"action": {"name": "system:user.read"}, "resource": {"type": "module", "id": "system"}});
    let batch = |count: usize| {
        let subject = json!({"type": "user", "id": app.admin_id.to_string()});
        json!({"subject": subject, "evaluations": vec![item.clone(); count]})
    };
    admin.post("/access/v1/evaluations", batch(2)).expect(200);
    admin.post("/access/v1/evaluations", batch(3)).expect(400);
    // The contract that this service publishes says so.
    let contract = admin.get("/openapi.json").expect(200).json;
    for path in ["/api/v1/modules", "/api/v1/operations", "/api/v1/audit"] {
        let parameters = contract["paths"][path]["get"]["parameters"].as_array().unwrap();
        let limit = parameters.iter().find(|one| one["name"] == "limit").unwrap();
        assert_eq!((&limit["schema"]["maximum"], &limit["schema"]["examples"]), (&json!(2), &json!([2])), "{path}");
        assert_eq!(limit["description"], "Items of a page; 2 when absent");
    }
    let batch = &contract["components"]["schemas"]["EvaluationsBody"]["properties"]["evaluations"];
    assert_eq!(batch["maxItems"], 2);
    admin
        .post("/api/v1/positions", json!({"code": "p", "name": "x".repeat(2_000)}))
        .expect_problem(413, "body_too_large");
    admin.post("/api/v1/positions", json!({"code": [[[["deep"]]]]})).expect_problem(400, "malformed_body");
}
