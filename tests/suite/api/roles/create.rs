use serde_json::json;
use tests::on_every_database;

use super::ALL;

on_every_database! {
    // R-01
    fn a_role_is_created_with_its_defaults(app: &TestApp) {
        let made = app.admin().post(ALL, json!({"code": "clerks", "name": "Clerks"})).expect(201);
        assert_eq!(app.admin().get(made.header("location").unwrap()).expect(200).json, made.json);
        let wanted = json!({"purpose": "permission", "mode": "manual", "priority": 0, "manager_ids": [], "protected": false, "note": null});
        for (name, value) in wanted.as_object().unwrap() {
            assert_eq!(&made.json[name], value, "{name}");
        }
        let jana = app.company().user("jana");
        let body = json!({
            "code": "board", "name": "Board", "purpose": "people_list", "priority": 1_000_000, "protected": true,
            "manager_external_ids": ["jana"], "note": "two\nlines", "valid_from": "2026-01-01",
        });
        assert_eq!(app.admin().post(ALL, body).expect(201).json["manager_ids"], json!([jana]));
    }

    // R-01
    fn bad_values_are_refused(app: &TestApp) {
        let jana = app.company().user("jana");
        let post = |more: serde_json::Value| {
            let mut body = json!({"code": "r", "name": "R"});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            app.admin().post(ALL, body)
        };
        post(json!({"code": "employee"})).expect_fault(409, "code_taken", "/code");
        for priority in [-1, 1_000_001] {
            post(json!({"priority": priority})).expect_fault(422, "out_of_range", "/priority");
        }
        post(json!({"priority": 1.5})).expect_fault(400, "wrong_type", "/priority");
        post(json!({"mode": "magic"})).expect_fault(400, "unknown_value", "/mode");
        post(json!({"manager_ids": [jana, jana]})).expect_fault(422, "duplicate_item", "/manager_ids");
        post(json!({"manager_external_ids": ["jana", "nobody"]})).expect_fault(422, "unknown_reference", "/manager_external_ids/1");
        // U-10
        let robot = app.admin().post("/api/v1/users", json!({"kind": "virtual", "display_name": "V"})).expect(201).id();
        post(json!({"manager_ids": [robot]})).expect_fault(409, "capability_missing", "/manager_ids/0").expect_rule("U-10");
        post(json!({"valid_from": "2026-02-01", "valid_to": "2026-01-01"})).expect_fault(422, "window_reversed", "/valid_to");
        assert!(app.admin().ids(&format!("{ALL}?code=r")).is_empty());
    }

    fn it_needs_role_edit(app: &TestApp) {
        let reader = app.company().with_rights("reader", "system", &["role.read"]);
        reader.post(ALL, json!({"code": "r", "name": "R"})).expect_missing("system", "role.edit");
    }
}
