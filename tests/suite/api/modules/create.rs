use serde_json::{Value, json};
use tests::on_every_database;

use super::ALL;

on_every_database! {
    // P-01
    fn customers_define_modules_of_their_own(app: &TestApp) {
        let body = json!({"code": "fleet", "name": "Cars", "target": "object", "actions": ["read", "book"]});
        let made = app.admin().post(ALL, body).expect(201);
        assert_eq!(app.admin().get(made.header("location").unwrap()).expect(200).json, made.json);
        assert_eq!((&made.json["active"], &made.json["built_in"]), (&json!(true), &json!(false)));
        let plain = app.admin().post(ALL, json!({"code": "x", "name": "X", "actions": ["a"]})).expect(201);
        assert_eq!(plain.json["target"], "none");
    }

    // P-01
    fn bad_values_are_refused(app: &TestApp) {
        let post = |more: Value| {
            let mut body = json!({"code": "fleet", "name": "Cars", "actions": ["read"]});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            app.admin().post(ALL, body)
        };
        post(json!({"code": "hr"})).expect_fault(409, "code_taken", "/code");
        post(json!({"actions": []})).expect(422);
        post(json!({"actions": (0..129).map(|n| format!("a{n}")).collect::<Vec<_>>()})).expect(422);
        post(json!({"actions": ["a", "a"]})).expect_fault(422, "duplicate_item", "/actions/1");
        post(json!({"actions": ["a b"]})).expect_fault(422, "bad_code", "/actions/0");
        post(json!({"actions": "read"})).expect_fault(400, "wrong_type", "/actions");
        post(json!({"built_in": true})).expect_fault(400, "unknown_field", "/built_in");
        post(json!({"target": "moon"})).expect_fault(400, "unknown_value", "/target");
        assert!(app.admin().ids(&format!("{ALL}?code=fleet")).is_empty());
        post(json!({"actions": (0..128).map(|n| format!("a{n}")).collect::<Vec<_>>()})).expect(201);
    }

    fn it_needs_module_edit(app: &TestApp) {
        let body = json!({"code": "x", "name": "X", "actions": ["a"]});
        app.company().outsider().post(ALL, body).expect_missing("system", "module.edit");
    }
}
