use serde_json::json;
use tests::on_every_database;

use super::{ALL, body};

on_every_database! {
    // P-09
    fn everything_is_named_by_ones_own_ids(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (role, department) = (company.role("r", 0), company.department("d", None));
        let made = admin.post(ALL, json!({
            "external_id": "t", "name": "Documents", "department_external_ids": ["d"],
            "rights": [{"object_type": "document", "role_external_id": "r", "allow": ["use", "edit", "use"]}],
        })).expect(201);
        assert_eq!(admin.get(made.header("location").unwrap()).expect(200).json, made.json);
        assert_eq!(made.json["department_ids"], json!([department]));
        // An allow of any of the six brings `read`.
        let right = json!({"object_type": "document", "role_id": role, "allow": ["edit", "read", "use"]});
        assert_eq!(made.json["rights"], json!([right]));
    }

    // P-09: all that is wrong at once, each where it stands.
    fn every_fault_is_named_at_its_place(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (role, department) = (company.role("r", 0), company.department("d", None));
        let right = |of: &str, allow: &[&str]| json!({"object_type": of, "role_id": role, "allow": allow});
        let bad = json!({
            "name": "T", "department_ids": [department, role, department],
            "rights": [
                right("document", &["fly"]), right("nothing", &["read"]),
                {"object_type": "task", "role_id": department, "allow": ["read"]},
                {"object_type": "task", "allow": ["read"]}, right("document", &["read"]),
            ],
        });
        let mut found: Vec<String> = admin.post(ALL, bad).expect(422).pointers().iter().map(|at| (*at).to_owned()).collect();
        found.sort();
        let wanted = [
            "/department_ids/1", "/department_ids/2", "/rights/0/allow/0", "/rights/1/object_type",
            "/rights/2/role_id", "/rights/3/role_id", "/rights/4",
        ];
        assert_eq!(found, wanted);
        admin.post(ALL, body(&department, "document", &role, &["fly"])).expect_fault(422, "unknown_action", "/rights/0/allow/0");
        let named = json!({
            "name": "T", "department_external_ids": ["d", "none"],
            "rights": [{"object_type": "task", "role_external_id": "none", "allow": ["read"]}],
        });
        let refused = admin.post(ALL, named).expect_fault(422, "unknown_reference", "/department_external_ids/1");
        refused.expect_fault(422, "unknown_reference", "/rights/0/role_external_id");
        let twice = json!({
            "name": "T", "department_ids": [department],
            "rights": [{"object_type": "task", "role_id": role, "role_external_id": "r", "allow": ["read"]}],
        });
        admin.post(ALL, twice).expect_fault(422, "bad_value", "/rights/0/role_external_id");
        let none = json!({"name": "T", "rights": [right("task", &["read"])]});
        admin.post(ALL, none).expect_fault(422, "required", "/department_ids");
        let unknown = json!({"name": "T", "department_ids": [department], "rights": [{"object_type": "task", "frob": 1, "allow": ["read"]}]});
        admin.post(ALL, unknown).expect_fault(400, "unknown_field", "/rights/0/frob");
        assert!(admin.ids(ALL).is_empty());
    }

    // P-09: types of switched-off modules are not offered.
    fn types_of_modules_that_are_off_are_not_offered(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (role, department) = (company.role("r", 0), company.department("d", None));
        let equipment = company.id_of("modules", "equipment");
        let id = company.make("templates", body(&department, "equipment", &role, &["use"]));
        company.change("modules", &equipment, json!({"active": false}));
        let refused = admin.post(ALL, body(&department, "equipment", &role, &["use"]));
        refused.expect_fault(409, "type_not_offered", "/rights/0/object_type").expect_rule("P-09");
        // What a template has already stays, and may be changed.
        let right = json!({"object_type": "equipment", "role_id": role, "allow": ["edit"]});
        company.change("templates", &id, json!({"rights": [right]}));
        let another = json!({"object_type": "equipment", "role_id": company.role("other", 0), "allow": ["edit"]});
        admin.patch(&format!("{ALL}/{id}"), json!({"rights": [right, another]}))
            .expect_fault(409, "type_not_offered", "/rights/1/object_type");
        assert!(!admin.column("/api/v1/object-types?active=true&limit=200", "code").contains(&"equipment".to_owned()));
        assert_eq!(admin.column("/api/v1/object-types?active=false", "code"), ["equipment"]);
    }

    fn it_needs_template_edit(app: &TestApp) {
        let company = app.company();
        let body = body(&company.department("d", None), "task", &company.role("r", 0), &["read"]);
        let reader = company.with_rights("reader", "system", &["grant.read"]);
        reader.post(ALL, body.clone()).expect_missing("system", "template.edit");
        let editor = company.with_rights("editor", "system", &["template.edit"]);
        let made = editor.post(ALL, body).expect(201);
        for client in [&editor, &reader] {
            client.get(&format!("{ALL}/{}", made.id())).expect(200);
        }
    }
}
