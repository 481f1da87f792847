use serde_json::json;
use tests::on_every_database;

use super::ALL;

on_every_database! {
    fn a_token_is_shown_once_and_works(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let jana = company.user("jana");
        let caller = company.client(&jana);
        let made = caller.post(ALL, json!({"name": "laptop"})).expect(201);
        assert_eq!((&made.json["user_id"], &made.json["name"]), (&json!(jana), &json!("laptop")));
        assert!(made.header("remit-revision").is_some());
        let secret = made.json["token"].as_str().unwrap();
        assert!(secret.starts_with("rmt_"));
        assert_eq!(app.with_token(secret).get("/api/v1/me").expect(200).json["user"]["id"], json!(jana));
        let read = caller.get(made.header("location").unwrap()).expect(200);
        assert!(!read.text.contains(secret) && read.json.get("token").is_none());
        // H-01: secrets are never recorded.
        let log = admin.get("/api/v1/audit?limit=5").expect(200);
        assert!(!log.text.contains(secret) && log.text.contains("laptop"));
    }

    fn scopes_only_narrow(app: &TestApp) {
        let company = app.company();
        let make = |scopes| app.admin().post(ALL, json!({"name": "n", "scopes": scopes})).expect(201);
        let token = make(json!(["system:user.read", "hr:*"]));
        let narrow = app.with_token(token.json["token"].as_str().unwrap());
        narrow.get("/api/v1/users").expect(200);
        narrow.get("/api/v1/roles").expect_missing("system", "role.read");
        // A narrow token makes no wide one.
        narrow.post(ALL, json!({"name": "wide"})).expect_missing("system", "token.manage");
        let token = company.outsider().post(ALL, json!({"name": "n", "scopes": ["system:*"]})).expect(201);
        app.with_token(token.json["token"].as_str().unwrap()).get("/api/v1/users").expect_missing("system", "user.read");
    }

    fn after_its_time_it_is_refused(app: &TestApp) {
        let made = app.admin().post(ALL, json!({"name": "n", "expires_at": "2026-06-15T13:00:00Z"})).expect(201);
        let client = app.with_token(made.json["token"].as_str().unwrap());
        client.get("/api/v1/me").expect(200);
        app.clock.set("2026-06-15T13:00:00Z".parse().unwrap());
        client.get("/api/v1/me").expect_problem(401, "unauthenticated");
    }

    fn bad_values_are_refused(app: &TestApp) {
        let post = |body| app.admin().post(ALL, body);
        post(json!({})).expect_fault(422, "required", "/name");
        post(json!({"name": "n", "scopes": []})).expect_fault(422, "out_of_range", "/scopes");
        post(json!({"name": "n", "scopes": ["everything"]})).expect_fault(422, "bad_value", "/scopes/0");
        post(json!({"name": "n", "scopes": ["hr:reed"]})).expect_fault(422, "unknown_action", "/scopes/0");
        let twice = post(json!({"name": "n", "scopes": ["h:*", "hr:read", "hr:reed"]})).expect(422);
        assert_eq!(twice.pointers(), ["/scopes/0", "/scopes/2"]);
        post(json!({"name": "n", "scopes": ["hr:*", "hr:*"]})).expect_fault(422, "duplicate_item", "/scopes/1");
        post(json!({"name": "n", "expires_at": "2026-06-15T12:00:00Z"})).expect_fault(422, "out_of_range", "/expires_at");
        post(json!({"name": "n", "expires_at": "tomorrow"})).expect_fault(422, "bad_format", "/expires_at");
        post(json!({"name": "n", "user_id": uuid::Uuid::now_v7()})).expect_fault(422, "unknown_reference", "/user_id");
        post(json!({"name": "n", "token": "mine"})).expect_fault(400, "unknown_field", "/token");
    }

    // U-10
    fn only_who_may_call_gets_one(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let robot = admin.post("/api/v1/users", json!({"kind": "service", "display_name": "ERP"})).expect(201).id();
        let token = admin.post(ALL, json!({"name": "n", "user_id": robot})).expect(201);
        app.with_token(token.json["token"].as_str().unwrap()).get("/api/v1/me").expect(200);
        for kind in ["virtual", "external_filler"] {
            let user = admin.post("/api/v1/users", json!({"kind": kind, "display_name": "x"})).expect(201).id();
            admin.post(ALL, json!({"name": "n", "user_id": user})).expect_fault(409, "service_only", "/user_id").expect_rule("U-10");
        }
        company.outsider().post(ALL, json!({"name": "n", "user_id": robot})).expect_missing("system", "token.manage");
    }
}
