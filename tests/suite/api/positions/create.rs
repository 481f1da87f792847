use serde_json::json;
use tests::on_every_database;

use super::ALL;

on_every_database! {
    // D-03
    fn a_position_is_created(app: &TestApp) {
        let body = json!({"code": "clerk", "name": "Clerk", "valid_from": "2026-01-01"});
        let made = app.admin().post(ALL, body).expect(201);
        assert_eq!(app.admin().get(made.header("location").unwrap()).expect(200).json, made.json);
        assert_eq!((&made.json["code"], &made.json["external_id"]), (&json!("clerk"), &json!(null)));
    }

    fn code_and_external_id_are_unique(app: &TestApp) {
        app.company().position("clerk");
        app.admin().post(ALL, json!({"code": "clerk", "name": "x", "external_id": "clerk"}))
            .expect_fault(409, "code_taken", "/code")
            .expect_fault(409, "duplicate", "/external_id");
        // External ids are unique per kind only.
        app.admin().post("/api/v1/departments", json!({"code": "clerk", "name": "x", "external_id": "clerk"})).expect(201);
    }

    fn bad_values_are_refused(app: &TestApp) {
        let post = |body| app.admin().post(ALL, body);
        assert_eq!(post(json!({})).expect_problem(422, "invalid_values").pointers(), ["/code", "/name"]);
        post(json!({"code": "a", "name": "x".repeat(201)})).expect_fault(422, "too_long", "/name");
        post(json!({"code": "a", "name": "x\u{7}"})).expect_fault(422, "bad_character", "/name");
        post(json!({"code": "a", "name": "x", "valid_from": "2026-01-02", "valid_to": "2026-01-01"}))
            .expect_fault(422, "window_reversed", "/valid_to");
    }

    fn it_needs_position_edit(app: &TestApp) {
        app.company().outsider().post(ALL, json!({"code": "a", "name": "A"})).expect_missing("system", "position.edit");
    }
}
