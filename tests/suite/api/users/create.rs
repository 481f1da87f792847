use serde_json::{Value, json};
use tests::on_every_database;

use super::{ALL, person};

fn with(mut body: Value, more: Value) -> Value {
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

on_every_database! {
    // U-03
    fn a_person_starts_blocked_and_awaits_release(app: &TestApp) {
        let made = app.admin().post(ALL, person("jana")).expect(201);
        assert_eq!((&made.json["kind"], &made.json["state"]), (&json!("person"), &json!("blocked")));
        let cause = &made.json["block_causes"][0];
        assert_eq!((&cause["cause"], &cause["by"]), (&json!("awaiting_release"), &json!(app.admin_id)));
        assert_eq!(made.json["display_name"], "First Last");
        let invited = app.admin().post(ALL, with(person("ben"), json!({"state": "invited"}))).expect(201);
        assert_eq!((&invited.json["state"], &invited.json["block_causes"]), (&json!("invited"), &json!([])));
    }

    // U-03
    fn starting_active_needs_user_release_too(app: &TestApp) {
        let company = app.company();
        let clerk = company.with_rights("clerk", "system", &["user.create", "user.read"]);
        clerk.post(ALL, with(person("a"), json!({"state": "active"}))).expect_missing("system", "user.release");
        clerk.post(ALL, person("a")).expect(201);
        company.with_rights("chief", "system", &["user.create", "user.release"])
            .post(ALL, with(person("b"), json!({"state": "active"}))).expect(201);
        company.outsider().post(ALL, person("c")).expect_missing("system", "user.create");
    }

    // U-01, U-02
    fn other_kinds_start_active_and_need_only_a_display_name(app: &TestApp) {
        let post = |body| app.admin().post(ALL, body);
        for kind in ["virtual", "external_filler", "service"] {
            let made = post(json!({"kind": kind, "display_name": "The ERP"})).expect(201);
            assert_eq!((&made.json["state"], &made.json["kind"]), (&json!("active"), &json!(kind)));
            post(json!({"kind": kind})).expect_fault(422, "user_fields_missing", "/display_name").expect_rule("U-01");
            // U-03
            post(json!({"kind": kind, "display_name": "x", "state": "invited"})).expect_problem(422, "start_state_refused");
        }
        let admin = post(with(person("outside"), json!({"kind": "external_administrator"}))).expect(201);
        assert_eq!(admin.json["state"], "active");
    }

    // U-01
    fn a_person_needs_login_names_and_email(app: &TestApp) {
        let refused = app.admin().post(ALL, json!({"state": "blocked"}));
        assert_eq!(refused.expect(422).pointers(), ["/login", "/first_name", "/last_name", "/email"]);
        let bad = json!({"login": "a b", "email": "no address", "time_zone": "Mars/Base", "phone": ""});
        app.admin().post(ALL, with(person("x"), bad)).expect_fault(422, "required", "/phone");
        let bad = json!({"login": "a b", "email": "no address", "time_zone": "Mars/Base"});
        app.admin().post(ALL, with(person("x"), bad))
            .expect_fault(422, "bad_value", "/login")
            .expect_fault(422, "bad_email", "/email")
            .expect_fault(422, "bad_time_zone", "/time_zone");
        app.admin().post(ALL, with(person("x"), json!({"state": "deleted"}))).expect_problem(422, "start_state_refused");
        app.admin().post(ALL, with(person("x"), json!({"state": "gone"}))).expect_fault(400, "unknown_value", "/state");
    }

    // U-01
    fn a_login_is_unique_without_regard_to_case_and_width(app: &TestApp) {
        app.admin().post(ALL, person("Jana.Nováková")).expect(201);
        for login in ["jana.nováková", "JANA.NOVÁKOVÁ", "ｊana.nováková", "jana.nova\u{301}kova\u{301}"] {
            app.admin().post(ALL, with(person("x"), json!({"login": login})))
                .expect_fault(409, "login_taken", "/login").expect_rule("U-01");
        }
        app.admin().post(ALL, with(person("x"), json!({"login": "jana.novakova"}))).expect(201);
    }
}
