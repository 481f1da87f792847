use serde_json::json;
use tests::on_every_database;

use super::{ALL, person};

on_every_database! {
    // U-04
    fn each_cause_tells_by_whom_when_and_why(app: &TestApp) {
        let admin = app.admin();
        let path = format!("{ALL}/{}", app.company().user("jana"));
        let blocked = admin.post(&format!("{path}/block"), json!({"note": "on leave"})).expect(200);
        assert_eq!(blocked.json["state"], "blocked");
        let both = admin.post(&format!("{path}/block"), json!({"cause": "security"})).expect(200);
        let causes = json!([
            {"cause": "administrator", "by": app.admin_id, "at": "2026-06-15T12:00:00Z", "note": "on leave"},
            {"cause": "security", "by": app.admin_id, "at": "2026-06-15T12:00:00Z", "note": null},
        ]);
        assert_eq!(both.json["block_causes"], causes);
        assert_eq!(admin.get(&path).etag(), both.etag());
    }

    // U-03
    fn the_allowed_moves_are_named(app: &TestApp) {
        let admin = app.admin();
        let path = format!("{ALL}/{}", app.company().user("jana"));
        admin.delete(&path).expect(204);
        let refused = admin.post(&format!("{path}/block"), json!({})).expect_problem(409, "state_move_refused");
        let detail = refused.expect_rule("U-03").json["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains("deleted") && detail.contains("blocked, forgotten"), "{detail}");
        let mut invited = person("ben");
        invited["state"] = json!("invited");
        let ben = admin.post(ALL, invited).expect(201).id();
        admin.post(&format!("{ALL}/{ben}/block"), json!({})).expect(200);
    }

    fn a_tag_is_checked_when_it_is_sent(app: &TestApp) {
        let admin = app.admin();
        let path = format!("{ALL}/{}", app.company().user("jana"));
        let block = |tag: &str| {
            let headers = [("content-type", "application/json"), ("if-match", tag)];
            admin.send("POST", &format!("{path}/block"), &headers, Some(b"{}"))
        };
        block("\"0\"").expect_problem(412, "precondition_failed");
        block("x").expect_problem(400, "bad_header");
        block(&admin.get(&path).etag()).expect(200);
    }

    // U-04
    // U-03: out at once, and a session that somebody took over does not come back with the account.
    fn sessions_are_over_for_good(app: &TestApp) {
        let user = app.company().user("anna");
        app.set_password(domain::id::UserId(user.parse().unwrap()));
        let tokens = app.log_in(&app.anonymous(), "anna");
        let refresh = json!({"refresh_token": tokens.json["refresh_token"]});
        app.admin().post(&format!("/api/v1/users/{user}/block"), json!({})).expect(200);
        app.admin().verb(&format!("/api/v1/users/{user}/unblock")).expect(200);
        app.in_session(&tokens).get("/api/v1/me").expect_problem(401, "unauthenticated");
        app.anonymous().post("/auth/refresh", refresh).expect(401);
        app.log_in(&app.anonymous(), "anna").expect(200);
    }

    fn the_last_administrator_is_never_blocked(app: &TestApp) {
        let path = format!("{ALL}/{}/block", app.admin_id);
        app.admin().post(&path, json!({})).expect_problem(409, "last_administrator");
        app.admin().post(&path, json!({"cause": "security"})).expect_problem(409, "last_administrator");
    }

    fn bad_bodies_are_refused(app: &TestApp) {
        let path = format!("{ALL}/{}/block", app.company().user("jana"));
        let post = |body| app.admin().post(&path, body);
        post(json!({"cause": "awaiting_release"})).expect_fault(400, "unknown_value", "/cause");
        post(json!({"note": "x".repeat(2001)})).expect_fault(422, "too_long", "/note");
        post(json!({"note": "a\u{1}"})).expect_fault(422, "bad_character", "/note");
        post(json!({"frob": 1})).expect_fault(400, "unknown_field", "/frob");
        let unknown = format!("{ALL}/{}/block", uuid::Uuid::now_v7());
        app.admin().post(&unknown, json!({})).expect_problem(404, "not_found");
    }

    fn it_needs_user_block_or_hr_account_block_on_the_worker(app: &TestApp) {
        let company = app.company();
        let (anna, ben) = (company.person("anna"), company.person("ben"));
        let scope = json!({"type": "worker", "id": anna.worker});
        let hr = company.with_rights_over("hr", "hr", scope, &["read", "account.block"]);
        let block = |user: &str| hr.post(&format!("{ALL}/{user}/block"), json!({}));
        block(&ben.user).expect_missing("system", "user.block");
        block(&anna.user).expect(200);
        company.outsider().post(&format!("{ALL}/{}/block", ben.user), json!({})).expect_missing("system", "user.block");
    }
}
