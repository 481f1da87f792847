use serde_json::json;
use tests::on_every_database;

use super::ALL;

on_every_database! {
    // P-10
    fn customers_add_types_to_modules_of_objects(app: &TestApp) {
        let admin = app.admin();
        let made = admin.post(ALL, json!({"code": "ticket", "name": "Ticket", "module": "task"})).expect(201);
        assert_eq!(admin.get(made.header("location").unwrap()).expect(200).json, made.json);
        assert_eq!(made.json["built_in"], false);
        admin.post("/api/v1/objects", json!({"type": "ticket", "title": "t"})).expect(201);
    }

    // P-10
    fn bad_values_are_refused(app: &TestApp) {
        let post = |code: &str, module: &str| app.admin().post(ALL, json!({"code": code, "name": "x", "module": module}));
        for word in ["user", "worker", "area", "module"] {
            post(word, "task").expect_fault(422, "object_type_reserved", "/code").expect_rule("P-10");
        }
        post("x", "hr").expect_fault(422, "module_target_not_object", "/module").expect_rule("P-10");
        post("x", "none").expect_fault(422, "unknown_reference", "/module");
        post("task", "task").expect_fault(409, "code_taken", "/code");
        assert_eq!(app.admin().post(ALL, json!({})).expect(422).pointers(), ["/code", "/name", "/module"]);
        app.company().outsider().post(ALL, json!({"code": "x", "name": "x", "module": "task"})).expect_missing("system", "module.edit");
    }
}
