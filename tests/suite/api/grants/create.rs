use serde_json::{Value, json};
use tests::on_every_database;

use super::ALL;

on_every_database! {
    // P-02
    fn holder_and_scope_are_named_by_id_external_id_or_code(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (role, department, jana, worker) =
            (company.role("r", 0), company.department("d", None), company.user("jana"), company.worker("w"));
        let body = json!({
            "holder_external_id": "r", "module": "hr", "allow": ["read", "edit", "read"],
            "scope": {"type": "department", "external_id": "d", "include_subtree": true},
        });
        let made = admin.post(ALL, body).expect(201);
        assert_eq!(admin.get(made.header("location").unwrap()).expect(200).json, made.json);
        let wanted = json!({
            "holder_type": "role", "holder_id": role, "source": "manual", "allow": ["edit", "read"], "deny": [],
            "scope": {"type": "department", "id": department, "include_subtree": true},
        });
        for (name, value) in wanted.as_object().unwrap() {
            assert_eq!(&made.json[name], value, "{name}");
        }
        let personal = json!({
            "holder_type": "user", "holder_external_id": "jana", "module": "time", "deny": ["record"],
            "scope": {"type": "worker", "external_id": "w"},
        });
        let made = admin.post(ALL, personal).expect(201);
        assert_eq!((&made.json["holder_id"], &made.json["scope"]["id"]), (&json!(jana), &json!(worker)));
    }

    // P-09
    fn an_allow_of_an_object_right_brings_read(app: &TestApp) {
        let company = app.company();
        let role = company.role("r", 0);
        let post = |scope: Value, allow: Value, deny: Value| {
            let body = json!({"holder_id": role, "module": "task", "scope": scope, "allow": allow, "deny": deny});
            app.admin().post(ALL, body).expect(201).json["allow"].clone()
        };
        assert_eq!(post(json!({"type": "all"}), json!(["use"]), json!([])), json!(["read", "use"]));
        assert_eq!(post(json!({"type": "object_type", "id": "task"}), json!([]), json!(["use"])), json!([]));
        let denied = post(json!({"type": "department", "id": company.department("d", None)}), json!(["use"]), json!(["read"]));
        assert_eq!(denied, json!(["use"]));
    }

    // P-02
    fn a_scope_fits_its_module(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (role, department, worker) = (company.role("r", 0), company.department("d", None), company.worker("w"));
        let task = company.object("task", "t", None);
        let post = |module: &str, action: &str, scope: Value| {
            admin.post(ALL, json!({"holder_id": role, "module": module, "scope": scope, "allow": [action]}))
        };
        let unfit = [
            ("system", "user.read", json!({"type": "department", "id": department})),
            ("areas", "read", json!({"type": "department", "id": department})),
            ("task", "read", json!({"type": "worker", "id": worker})),
            ("hr", "read", json!({"type": "object_type", "id": "task"})),
            ("document", "read", json!({"type": "object", "id": task})),
            ("document", "read", json!({"type": "object_type", "id": "task"})),
        ];
        for (module, action, scope) in unfit {
            post(module, action, scope).expect_fault(422, "scope_does_not_fit", "/scope").expect_rule("P-02");
        }
        post("hr", "read", json!({"type": "worker"})).expect_fault(422, "required", "/scope/id");
        post("hr", "read", json!({"type": "worker", "id": "x"})).expect_fault(422, "bad_value", "/scope/id");
        post("hr", "read", json!({"type": "worker", "id": role})).expect_fault(422, "unknown_reference", "/scope/id");
        post("hr", "read", json!({"type": "worker", "external_id": "none"})).expect_fault(422, "unknown_reference", "/scope/external_id");
        post("hr", "read", json!({"type": "worker", "id": worker, "external_id": "w"})).expect_fault(422, "bad_value", "/scope/external_id");
        post("hr", "read", json!({"type": "worker", "id": worker, "include_subtree": true})).expect_fault(422, "bad_value", "/scope/include_subtree");
        post("hr", "read", json!({"type": "all", "id": worker})).expect_fault(422, "bad_value", "/scope/id");
        post("hr", "read", json!({"type": "moon"})).expect_fault(400, "unknown_value", "/scope/type");
        post("task", "read", json!({"type": "object_type", "id": "moon"})).expect_fault(422, "unknown_reference", "/scope/id");
        assert!(admin.ids(&format!("{ALL}?role_id={role}")).is_empty());
    }

    // P-02
    fn actions_are_known_disjoint_and_some(app: &TestApp) {
        let role = app.company().role("r", 0);
        let post = |module: &str, allow: Value, deny: Value| {
            let body = json!({"holder_id": role, "module": module, "scope": {"type": "all"}, "allow": allow, "deny": deny});
            app.admin().post(ALL, body)
        };
        post("hr", json!([]), json!([])).expect_problem(422, "grant_empty").expect_rule("P-02");
        post("hr", json!(["read"]), json!(["read"])).expect_fault(422, "grant_not_disjoint", "/deny").expect_rule("P-02");
        post("hr", json!(["fly"]), json!(["swim"]))
            .expect_fault(422, "unknown_action", "/allow/0")
            .expect_fault(422, "unknown_action", "/deny/0");
        post("moon", json!(["read"]), json!([])).expect_fault(422, "unknown_reference", "/module");
        app.admin().post(ALL, json!({"module": "hr", "scope": {"type": "all"}})).expect_fault(422, "required", "/holder_id");
        assert_eq!(app.admin().post(ALL, json!({})).expect(422).pointers(), ["/module", "/scope"]);
    }

    // P-02
    fn the_same_grant_is_refused_another_window_is_not(app: &TestApp) {
        let company = app.company();
        let role = company.role("r", 0);
        company.grant(&role, "hr", json!({"type": "all"}), &["read"], &[]);
        let body = |to: Value| json!({"holder_id": role, "module": "hr", "scope": {"type": "all"}, "allow": ["edit"], "valid_to": to});
        app.admin().post(ALL, body(json!(null))).expect_problem(409, "grant_exists").expect_rule("P-02");
        app.admin().post(ALL, body(json!("2026-12-31"))).expect(201);
    }

    // P-03
    fn a_personal_grant_in_system_draws_a_warning(app: &TestApp) {
        let company = app.company();
        let body = json!({
            "holder_type": "user", "holder_id": company.user("jana"), "module": "system", "scope": {"type": "all"},
            "allow": ["user.read"],
        });
        assert_eq!(app.admin().post(ALL, body.clone()).expect(201).warnings(), ["personal_system_grant"]);
        // It would set aside all that the administrator may.
        let mut own = body;
        own["holder_id"] = json!(app.admin_id);
        app.admin().post(ALL, own).expect_problem(409, "last_administrator").expect_rule("R-09");
    }

    fn it_needs_grant_edit(app: &TestApp) {
        let company = app.company();
        let body = json!({"holder_id": company.role("r", 0), "module": "hr", "scope": {"type": "all"}, "allow": ["read"]});
        company.with_rights("reader", "system", &["grant.read"]).post(ALL, body).expect_missing("system", "grant.edit");
    }
}
