//! Modules and what a grant may say (P-01, P-02, P-09).

use serde_json::{Value, json};
use tests::on_every_database;

use super::{no, yes};

on_every_database! {
    // P-02: a scope that does not fit the module is a 422.
    fn the_scope_must_fit_the_module(app: &TestApp) {
        let company = app.company();
        let (role, x, department) = (company.role("role", 0), company.worker("x"), company.department("d", None));
        let task = company.make("objects", json!({"type": "task", "title": "t"}));
        let refused = |module: &str, scope: Value, action: &str| {
            let body = json!({"holder_id": role, "module": module, "scope": scope, "allow": [action]});
            let refused = app.admin().post("/api/v1/grants", body).expect_problem(422, "scope_does_not_fit");
            assert_eq!((refused.pointers(), &refused.json["rule"]), (vec!["/scope"], &json!("P-02")));
        };
        refused("system", json!({"type": "worker", "id": x}), "user.read");
        refused("system", json!({"type": "department", "id": department}), "user.read");
        refused("hr", json!({"type": "object", "id": task}), "read");
        refused("time", json!({"type": "object_type", "id": "task"}), "record");
        refused("task", json!({"type": "worker", "id": x}), "use");
        refused("quote", json!({"type": "object", "id": task}), "use");
        refused("quote", json!({"type": "object_type", "id": "task"}), "use");
        assert!(app.admin().get(&format!("/api/v1/grants?role_id={role}")).expect(200).items().is_empty());
    }

    // P-02: it lists allowed and denied actions, disjoint, at least one, all of the module.
    fn allowed_and_denied_are_disjoint_and_known(app: &TestApp) {
        let company = app.company();
        let role = company.role("role", 0);
        let post = |allow: Value, deny: Value| {
            let all = json!({"type": "all"});
            let body = json!({"holder_id": role, "module": "time", "scope": all, "allow": allow, "deny": deny});
            app.admin().post("/api/v1/grants", body)
        };
        post(json!(["record"]), json!(["schedule", "record"])).expect_problem(422, "grant_not_disjoint");
        post(json!([]), json!([])).expect_problem(422, "grant_empty");
        let unknown = post(json!(["record", "fly"]), json!([])).expect_problem(422, "unknown_action");
        assert_eq!(unknown.pointers(), ["/allow/1"]);
        post(json!(["record"]), json!(["schedule"])).expect(201);
        post(json!(["report.check"]), json!([])).expect_problem(409, "grant_exists");
    }

    // P-02: holder, module and scope stay; actions and window change.
    fn a_grant_changes_its_actions_and_window_only(app: &TestApp) {
        let company = app.company();
        let (anna, x) = (company.user("anna"), company.worker("x"));
        let grant = company.personal_grant(&anna, "time", json!({"type": "worker", "id": x}), &["record"], &[]);
        let path = format!("/api/v1/grants/{grant}");
        for fields in [json!({"module": "hr"}), json!({"scope": {"type": "worker", "id": company.worker("y")}})] {
            assert_eq!(app.admin().patch(&path, fields).status, 422);
        }
        app.admin().patch(&path, json!({"holder_id": company.user("bert")})).expect_problem(422, "grant_fixed");
        company.change("grants", &grant, json!({"allow": ["schedule"], "valid_to": "2026-06-30"}));
        assert_eq!(company.decide(&anna, "time:schedule", &x, None), yes("personal_allow"));
        assert_eq!(company.decide(&anna, "time:record", &x, None), no("personal_without_action"));
        assert_eq!(company.decide(&anna, "time:schedule", &x, Some("2026-07-01")), no("no_grant"));
    }

    // P-03: a personal grant in `system` sets the roles' `system` rights aside; making one draws a
    // warning.
    fn a_personal_system_grant_warns_and_sets_roles_aside(app: &TestApp) {
        let company = app.company();
        let anna = company.user("anna");
        company.member(&company.id_of("roles", "auditor"), &anna);
        assert_eq!(company.decide_on(&anna, "audit.read", ("module", "system"), None), yes("role_allow"));
        let body = json!({
            "holder_type": "user", "holder_id": anna, "module": "system", "scope": {"type": "all"},
            "allow": ["user.read"],
        });
        let made = app.admin().post("/api/v1/grants", body).expect(201);
        assert_eq!(made.json["warnings"][0]["code"], "personal_system_grant");
        assert_eq!(company.decide_on(&anna, "audit.read", ("module", "system"), None), no("personal_without_action"));
        assert_eq!(company.decide_on(&anna, "user.read", ("module", "system"), None), yes("personal_allow"));
        let role = company.role("role", 0);
        let body = json!({"holder_id": role, "module": "system", "scope": {"type": "all"}, "allow": ["user.read"]});
        assert!(app.admin().post("/api/v1/grants", body).expect(201).json.get("warnings").is_none());
    }

    // P-02: a switched-off module grants nothing.
    fn a_switched_off_module_grants_nothing(app: &TestApp) {
        let company = app.company();
        let (anna, x) = (company.user("anna"), company.worker("x"));
        company.personal_grant(&anna, "time", json!({"type": "all"}), &["record"], &[]);
        company.personal_grant(&anna, "hr", json!({"type": "all"}), &["read"], &[]);
        let time = company.id_of("modules", "time");
        company.change("modules", &time, json!({"active": false}));
        assert_eq!(company.decide(&anna, "time:record", &x, None), no("module_off"));
        assert_eq!(company.decide(&anna, "hr:read", &x, None), yes("personal_allow"));
        company.change("modules", &time, json!({"active": true}));
        assert_eq!(company.decide(&anna, "time:record", &x, None), yes("personal_allow"));
    }

    // P-01: `system` can't be switched off, and what is built in keeps its shape.
    fn built_in_modules_keep_their_shape(app: &TestApp) {
        let company = app.company();
        let (system, time) = (company.id_of("modules", "system"), company.id_of("modules", "time"));
        let admin = app.admin();
        let patch = |id: &str, fields: Value| admin.patch(&format!("/api/v1/modules/{id}"), fields);
        patch(&system, json!({"active": false})).expect_problem(409, "module_built_in");
        patch(&time, json!({"actions": ["record"]})).expect_problem(409, "module_built_in");
        assert_eq!(patch(&time, json!({"code": "hours"})).expect(422).pointers(), ["/code"]);
        assert_eq!(patch(&time, json!({"target": "none"})).expect(422).pointers(), ["/target"]);
        admin.delete(&format!("/api/v1/modules/{time}")).expect_problem(409, "module_built_in");
        let task = company.id_of("object-types", "task");
        admin.delete(&format!("/api/v1/object-types/{task}")).expect_problem(409, "module_built_in");
    }

    // P-01: customers define further modules for their programs.
    fn a_customers_module_is_asked_about_like_a_built_in_one(app: &TestApp) {
        let company = app.company();
        let anna = company.user("anna");
        let made = json!({"code": "reports", "name": "Reports", "actions": ["print", "archive"]});
        let module = company.make("modules", made);
        company.personal_grant(&anna, "reports", json!({"type": "all"}), &["print"], &["archive"]);
        assert_eq!(company.decide_on(&anna, "print", ("module", "reports"), None), yes("personal_allow"));
        assert_eq!(company.decide_on(&anna, "reports:archive", ("module", "reports"), None), no("personal_deny"));
        let admin = app.admin();
        let path = format!("/api/v1/modules/{module}");
        admin.patch(&path, json!({"actions": ["archive"]})).expect_problem(409, "action_in_use");
        admin.patch(&path, json!({"actions": ["print", "archive", "send"]})).expect(200);
        admin.delete(&path).expect_problem(409, "in_use");
    }

    // P-09: to be allowed one of the six rights over objects allows `read`; a deny does not deny it.
    fn any_right_over_objects_brings_read(app: &TestApp) {
        let company = app.company();
        let task = company.make("objects", json!({"type": "task", "title": "t"}));
        let all = || json!({"type": "all"});
        let asked = |user: &str| company.decide_on(user, "read", ("task", &task), None);
        for action in ["use", "edit", "record_hours", "order", "rebook", "report_finished"] {
            let user = company.user(&format!("user-{action}"));
            let grant = company.personal_grant(&user, "task", all(), &[action], &[]);
            assert_eq!(asked(&user), yes("personal_allow"), "{action}");
            let stored = app.admin().get(&format!("/api/v1/grants/{grant}")).expect(200);
            assert!(stored.json["allow"].as_array().unwrap().contains(&json!("read")), "{action}");
        }
        let (anna, bert) = (company.user("anna"), company.user("bert"));
        company.personal_grant(&anna, "task", all(), &[], &["edit"]);
        assert_eq!(asked(&anna), no("personal_without_action"));
        company.personal_grant(&bert, "task", all(), &["edit"], &["read"]);
        assert_eq!(asked(&bert), no("personal_deny"));
        assert_eq!(company.decide_on(&bert, "edit", ("task", &task), None), yes("personal_allow"));
    }

    // P-02: what a grant names must exist, and a removed worker, object or role leaves none behind.
    fn grants_name_what_exists(app: &TestApp) {
        let company = app.company();
        let (role, nothing) = (company.role("role", 0), uuid::Uuid::now_v7());
        for scope in [json!({"type": "worker", "id": nothing}), json!({"type": "department", "id": nothing})] {
            let body = json!({"holder_id": role, "module": "hr", "scope": scope, "allow": ["read"]});
            let refused = app.admin().post("/api/v1/grants", body).expect_problem(422, "unknown_reference");
            assert_eq!(refused.pointers(), ["/scope/id"]);
        }
        let body = json!({"holder_id": nothing, "module": "hr", "scope": {"type": "all"}, "allow": ["read"]});
        assert_eq!(app.admin().post("/api/v1/grants", body).expect(422).pointers(), ["/holder_id"]);
        let task = company.make("objects", json!({"type": "task", "title": "t"}));
        let grant = company.grant(&role, "task", json!({"type": "object", "id": task}), &["use"], &[]);
        company.remove("objects", &task);
        app.admin().get(&format!("/api/v1/grants/{grant}")).expect_problem(404, "not_found");
        assert_eq!(app.faults(), Vec::<String>::new());
    }
}
