use serde_json::{Value, json};
use tests::on_every_database;

use super::{ALL, body};

on_every_database! {
    // G-4
    fn everything_is_named_by_ones_own_ids(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (role, position) = (company.role("r", 0), company.position("p"));
        let made = admin.post(ALL, json!({
            "name": "Executives", "class": "personal_folders", "role_external_ids": ["r"], "position_external_ids": ["p"],
        })).expect(201);
        assert_eq!(admin.get(made.header("location").unwrap()).expect(200).json, made.json);
        let found = (&made.json["class"], &made.json["module"], &made.json["role_ids"], &made.json["position_ids"]);
        assert_eq!(found, (&json!("personal_folders"), &Value::Null, &json!([role]), &json!([position])));
    }

    // G-4
    fn bad_rules_are_refused(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (role, position) = (company.role("r", 0), company.position("p"));
        let post = |more: Value| {
            let mut body = json!({"name": "R", "role_ids": [role]});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            admin.post(ALL, body)
        };
        post(json!({})).expect_fault(422, "required", "/class");
        post(json!({"class": "protected", "module": "hr"})).expect_fault(422, "bad_value", "/module");
        post(json!({"class": "normal"})).expect_fault(400, "unknown_value", "/class");
        for module in ["system", "areas"] {
            post(json!({"module": module})).expect_fault(422, "bad_value", "/module");
        }
        post(json!({"module": "nothing"})).expect_fault(422, "unknown_reference", "/module");
        post(json!({"module": "hr", "role_ids": []})).expect_fault(422, "required", "/role_ids");
        post(json!({"module": "hr", "role_ids": [role, role]})).expect_fault(422, "duplicate_item", "/role_ids/1");
        let refused = post(json!({"module": "hr", "role_ids": [position], "position_ids": [role]}));
        refused.expect_fault(422, "unknown_reference", "/role_ids/0").expect_fault(422, "unknown_reference", "/position_ids/0");
        let named = json!({"name": "R", "module": "hr", "role_external_ids": ["none"]});
        admin.post(ALL, named).expect_fault(422, "unknown_reference", "/role_external_ids/0");
        assert!(admin.ids(ALL).is_empty());
    }

    fn it_needs_protection_edit(app: &TestApp) {
        let company = app.company();
        let role = company.role("r", 0);
        let reader = company.with_rights("reader", "system", &["role.read"]);
        reader.post(ALL, body("hr", &role)).expect_missing("system", "protection.edit");
        let editor = company.with_rights("editor", "system", &["protection.edit"]);
        let made = editor.post(ALL, body("hr", &role)).expect(201);
        for client in [&editor, &reader] {
            client.get(&format!("{ALL}/{}", made.id())).expect(200);
        }
    }
}
