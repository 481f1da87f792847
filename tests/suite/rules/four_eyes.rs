//! No one widens their own rights (G-5).

use serde_json::{Value, json};
use tests::on_every_database;
use tests::{Client, Company};

/// Somebody who may do these things in `system`, and their account.
fn somebody(company: &Company<'_>, login: &str, actions: &[&str]) -> (Client, String) {
    let client = company.with_rights(login, "system", actions);
    let id = client.get("/api/v1/me").expect(200).json["user"]["id"].as_str().unwrap().to_owned();
    (client, id)
}

fn membership(role: &str, user: &str) -> Value {
    json!({"role_id": role, "member_type": "user", "member_id": user})
}

on_every_database! {
    // G-5: directly.
    fn nobody_gives_themselves_a_role_that_gives_more(app: &TestApp) {
        let company = app.company();
        let (officer, own) = somebody(&company, "officer", &["role.assign", "role.read"]);
        let (strong, weak) = (company.role("strong", 1), company.role("weak", 1));
        for worker in ["w", "x"] {
            company.grant(&strong, "hr", json!({"type": "worker", "id": company.worker(worker)}), &["read"], &[]);
        }
        let refused = officer.post("/api/v1/memberships", membership(&strong, &own));
        let refused = refused.expect_problem(409, "own_rights_widened").expect_rule("G-5");
        // What would be gained in two places is named once.
        assert_eq!(refused.json["detail"], "you would gain hr:read; a second person must do it");
        officer.post("/api/v1/memberships", membership(&weak, &own)).expect(201);
        officer.post("/api/v1/memberships", membership(&strong, &company.user("other"))).expect(201);
        // By a role within a role.
        let nested = json!({"role_id": strong, "member_type": "role", "member_id": weak});
        officer.post("/api/v1/memberships", nested).expect_problem(409, "own_rights_widened");
    }

    // G-5: by a grant, to themselves or to a role of theirs; by taking away what stands in the way.
    fn nobody_grants_themselves_more(app: &TestApp) {
        let company = app.company();
        let (editor, own) = somebody(&company, "editor", &["grant.edit", "grant.read", "role.edit", "role.read"]);
        let grant = |holder_type: &str, holder: &str, allow: &[&str], deny: &[&str]| {
            json!({"holder_type": holder_type, "holder_id": holder, "module": "hr", "scope": {"type": "all"},
                "allow": allow, "deny": deny})
        };
        editor.post("/api/v1/grants", grant("user", &own, &["read"], &[])).expect_problem(409, "own_rights_widened");
        let (team, other) = (company.role("team", 1), company.role("other", 1));
        company.member(&team, &own);
        editor.post("/api/v1/grants", grant("role", &team, &["read"], &[])).expect_problem(409, "own_rights_widened");
        editor.post("/api/v1/grants", grant("role", &other, &["read"], &[])).expect(201);
        // A deny over what a weaker role allows: neither it nor the priority goes by the hand of whom it holds back.
        company.grant(&team, "time", json!({"type": "all"}), &["record"], &[]);
        let strict = company.role("strict", 9);
        company.member(&strict, &own);
        let deny = company.grant(&strict, "time", json!({"type": "all"}), &[], &["record"]);
        let etag = |path: &str| app.admin().get(path).expect(200).etag();
        let path = format!("/api/v1/grants/{deny}");
        editor.send("DELETE", &path, &[("if-match", &etag(&path))], None).expect_problem(409, "own_rights_widened");
        let path = format!("/api/v1/roles/{team}");
        editor.patch_with(&path, &[("if-match", &etag(&path))], json!({"priority": 10})).expect_problem(409, "own_rights_widened");
        editor.patch_with(&path, &[("if-match", &etag(&path))], json!({"priority": 8})).expect(200);
    }

    // G-5: by a rule or a contract of theirs.
    fn nobody_comes_to_more_by_a_rule_or_a_contract_of_their_own(app: &TestApp) {
        let company = app.company();
        let person = company.person("officer");
        let (department, position) = (company.department("d", None), company.position("p"));
        let role = company.automatic_role("auto");
        company.grant(&role, "time", json!({"type": "all"}), &["record"], &[]);
        company.rule(&role, json!({"departments": [{"id": department, "include_subtree": false}]}));
        let manual = company.role("hr", 1);
        company.grant(&manual, "hr", json!({"type": "all"}), &["read", "contracts.read", "contracts.edit"], &[]);
        company.grant(&manual, "system", json!({"type": "all"}), &["role.edit", "department.edit"], &[]);
        company.member(&manual, &person.user);
        let client = company.client_of(&person);
        let contract = |worker: &str| {
            json!({"worker_id": worker, "department_id": department, "position_id": position, "state": "signed",
                "valid_from": "2026-01-01"})
        };
        client.post("/api/v1/contracts", contract(&person.worker)).expect_problem(409, "own_rights_widened");
        client.post("/api/v1/contracts", contract(&company.person("other").worker)).expect(201);
        let elsewhere = company.department("e", None);
        company.contract(&person.worker, &elsewhere, &position, Some("2026-01-01"), None);
        let rule = json!({"role_id": role, "departments": [{"id": elsewhere, "include_subtree": false}]});
        client.post("/api/v1/role-rules", rule).expect_problem(409, "own_rights_widened");
    }

    // G-5: by moving a part of the company under their rights.
    fn nobody_moves_departments_under_their_own_rights(app: &TestApp) {
        let company = app.company();
        let (top, other) = (company.department("top", None), company.department("other", None));
        let (editor, own) = somebody(&company, "editor", &["department.edit"]);
        let role = company.role("chiefs", 1);
        company.grant(&role, "hr", json!({"type": "department", "id": top, "include_subtree": true}), &["read"], &[]);
        company.member(&role, &own);
        let path = format!("/api/v1/departments/{other}");
        let etag = app.admin().get(&path).expect(200).etag();
        let moved = editor.patch_with(&path, &[("if-match", &etag)], json!({"parent_id": top}));
        moved.expect_problem(409, "own_rights_widened");
    }

    // G-5: by a service whose token they hold; or with a service's token for themselves.
    fn a_service_is_no_way_around(app: &TestApp) {
        let company = app.company();
        let (officer, own) = somebody(&company, "officer", &["role.assign", "role.read", "token.manage"]);
        let service = company.make("users", json!({"kind": "service", "display_name": "ERP"}));
        let helpers = company.role("helpers", 1);
        company.grant(&helpers, "system", json!({"type": "all"}), &["role.assign", "role.read"], &[]);
        company.member(&helpers, &service);
        let token = officer.post("/api/v1/api-tokens", json!({"user_id": service, "name": "mine"})).expect(201);
        let strong = company.role("strong", 1);
        company.grant(&strong, "hr", json!({"type": "all"}), &["read"], &[]);
        officer.post("/api/v1/memberships", membership(&strong, &service)).expect_problem(409, "own_rights_widened");
        // What the officer may do in any case is no gain.
        let like = company.role("like", 1);
        company.grant(&like, "system", json!({"type": "all"}), &["token.manage"], &[]);
        officer.post("/api/v1/memberships", membership(&like, &service)).expect(201);
        let program = app.with_token(token.json["token"].as_str().unwrap());
        program.post("/api/v1/memberships", membership(&strong, &own)).expect_problem(409, "own_rights_widened");
        program.post("/api/v1/memberships", membership(&strong, &company.user("other"))).expect(201);
    }

    // G-5: a second person makes the change: kept as a plan, and applied by another.
    fn what_is_refused_can_be_kept_for_a_second_person(app: &TestApp) {
        let company = app.company();
        let (officer, own) = somebody(&company, "officer", &["role.assign", "role.read", "plan.make", "plan.apply"]);
        let (second, _) = somebody(&company, "second", &["role.assign", "role.read", "plan.apply"]);
        let (strong, worker) = (company.role("strong", 1), company.worker("w"));
        company.grant(&strong, "hr", json!({"type": "all"}), &["read"], &[]);
        let made = officer.post("/api/v1/memberships?plan=true", membership(&strong, &own)).expect(202).json;
        assert_eq!(made["broken"][0]["code"], json!("own_rights_widened"));
        let path = format!("/api/v1/plans/{}/apply", made["id"].as_str().unwrap());
        let refused = officer.verb(&path).expect_problem(409, "plan_refused");
        assert_eq!(refused.json["errors"][0]["code"], json!("own_rights_widened"));
        second.verb(&path).expect(200);
        assert!(company.decide(&own, "hr:read", &worker, None).0);
    }

    // G-5: imports are no way around either.
    fn an_import_is_refused_like_a_single_change(app: &TestApp) {
        let company = app.company();
        let (officer, _) = somebody(&company, "officer", &["role.assign", "role.read", "import.run"]);
        company.grant(&company.role("strong", 1), "hr", json!({"type": "all"}), &["read"], &[]);
        let own = officer.get("/api/v1/me").expect(200).json["user"]["id"].as_str().unwrap().to_owned();
        app.admin().patch(&format!("/api/v1/users/{own}"), json!({"external_id": "officer"})).expect(200);
        let rows = "external_id,role_external_id,member_type,member_external_id\nm,strong,user,officer\n";
        let done = officer.import_csv("memberships", "per_row", rows);
        let errors = officer.get(&format!("/api/v1/operations/{}/errors", done.id())).expect(200);
        assert!(errors.text.contains("own_rights_widened"), "{}", errors.text);
    }

    // G-5: a company of one can do without, and its settings show it.
    fn the_guard_can_be_switched_off(app: &TestApp) {
        let company = app.company();
        let (officer, own) = somebody(&company, "officer", &["role.assign", "role.read"]);
        let strong = company.role("strong", 1);
        company.grant(&strong, "hr", json!({"type": "all"}), &["read"], &[]);
        assert_eq!(app.admin().get("/api/v1/settings").expect(200).json["four_eyes"], json!(true));
        app.admin().patch_with("/api/v1/settings", &[], json!({"four_eyes": false})).expect(200);
        assert_eq!(app.admin().get("/api/v1/settings").expect(200).json["four_eyes"], json!(false));
        officer.post("/api/v1/memberships", membership(&strong, &own)).expect(201);
    }
}
