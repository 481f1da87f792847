use serde_json::json;
use tests::on_every_database;

use super::{ALL, folder};

on_every_database! {
    // W-01
    fn a_worker_needs_no_account(app: &TestApp) {
        let made = app.admin().post(ALL, folder("1")).expect(201);
        assert_eq!((&made.json["kind"], &made.json["state"]), (&json!("employee"), &json!("active")));
        assert!(made.json["user_id"].is_null());
        assert_eq!(app.admin().get(made.header("location").unwrap()).expect(200).json, made.json);
        for kind in ["contractor", "cooperating"] {
            let mut body = folder(kind);
            body["kind"] = json!(kind);
            assert_eq!(app.admin().post(ALL, body).expect(201).json["kind"], kind);
        }
    }

    // W-01
    fn the_personal_number_is_unique(app: &TestApp) {
        app.company().worker("1");
        let twin = app.admin().post(ALL, folder("1"));
        twin.expect_problem(409, "personal_number_taken").expect_fault(409, "personal_number_taken", "/personal_number").expect_rule("W-01");
        let mut twin = folder("2");
        twin["external_id"] = json!("1");
        app.admin().post(ALL, twin).expect_fault(409, "duplicate", "/external_id");
    }

    fn bad_values_are_refused(app: &TestApp) {
        let missing = app.admin().post(ALL, json!({})).expect_problem(422, "invalid_values");
        assert_eq!(missing.pointers(), ["/personal_number", "/first_name", "/last_name"]);
        let mut body = folder("1");
        body["birth_date"] = json!("2026-06-16");
        app.admin().post(ALL, body.clone()).expect_fault(422, "out_of_range", "/birth_date");
        body["birth_date"] = json!("2026-06-15");
        app.admin().post(ALL, body.clone()).expect(201);
        body["kind"] = json!("boss");
        app.admin().post(ALL, body).expect_fault(400, "unknown_value", "/kind");
    }

    // W-03, W-04
    fn it_may_be_linked_at_once(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let jana = company.user("jana");
        let mut body = folder("1");
        body["user_external_id"] = json!("jana");
        admin.post(ALL, body.clone()).expect_fault(409, "last_name_differs", "/user_external_id").expect_rule("W-04");
        assert!(admin.ids(ALL).is_empty());
        body["last_name"] = json!("LAST-JANA");
        assert_eq!(admin.post(ALL, body).expect(201).json["user_id"], json!(jana));
    }

    fn it_needs_worker_create(app: &TestApp) {
        let company = app.company();
        let hr = company.with_rights("hr", "hr", &["read", "edit"]);
        hr.post(ALL, folder("1")).expect_missing("system", "worker.create");
    }
}
