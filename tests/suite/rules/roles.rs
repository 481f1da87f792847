//! Roles: windows, managers, automatic rows that are locked.

use serde_json::json;
use tests::on_every_database;

use super::{no, yes};

on_every_database! {
    // outside its window a role gives nothing to anybody.
    fn outside_its_window_a_role_gives_nothing(app: &TestApp) {
        let company = app.company();
        let (anna, x) = (company.user("anna"), company.worker("x"));
        let role = company.role("role", 0);
        company.member(&role, &anna);
        company.grant(&role, "time", json!({"type": "all"}), &["record"], &[]);
        company.change("roles", &role, json!({"valid_from": "2026-06-01", "valid_to": "2026-06-30"}));
        for (day, expected) in [
            ("2026-05-31", no("no_grant")),
            ("2026-06-01", yes("role_allow")),
            ("2026-06-30", yes("role_allow")),
            ("2026-07-01", no("no_grant")),
        ] {
            assert_eq!(company.decide(&anna, "time:record", &x, Some(day)), expected, "{day}");
        }
        assert_eq!(company.decide(&anna, "time:record", &x, None), yes("role_allow"));
        app.clock.set("2026-07-01T00:00:00Z".parse().unwrap());
        assert_eq!(company.decide(&anna, "time:record", &x, None), no("no_grant"));
    }

    // managers may add and remove manual members, and nothing else.
    fn a_manager_adds_and_removes_members_and_nothing_else(app: &TestApp) {
        let company = app.company();
        let (mona, anna) = (company.user("mona"), company.user("anna"));
        let managed = company.make("roles", json!({"code": "managed", "name": "Managed", "manager_ids": [mona]}));
        let other = company.role("other", 0);
        let manager = company.client_for(&mona);
        let join = |role: &str| json!({"role_id": role, "member_id": anna});
        let made = manager.post("/api/v1/memberships", join(&managed)).expect(201);
        let tag = made.etag();
        let path = format!("/api/v1/memberships/{}", made.id());
        let refused = manager.post("/api/v1/memberships", join(&other)).expect_problem(403, "forbidden");
        assert_eq!(refused.json["missing"], json!({"module": "system", "action": "role.assign"}));
        let renamed =
            manager.patch_with(&format!("/api/v1/roles/{managed}"), &[("if-match", "*")], json!({"name": "Mine"}));
        assert_eq!(renamed.status, 403);
        let rights = json!({"holder_id": managed, "module": "hr", "scope": {"type": "all"}, "allow": ["read"]});
        manager.post("/api/v1/grants", rights).expect_problem(403, "forbidden");
        manager.send("DELETE", &path, &[("if-match", &tag)], None).expect(204);
    }

    // codes are unique, priorities lie between 0 and 1,000,000.
    fn codes_are_unique_and_priorities_have_bounds(app: &TestApp) {
        let company = app.company();
        company.role("role", 1_000_000);
        let admin = app.admin();
        let body = |code: &str, priority: i64| json!({"code": code, "name": "Role", "priority": priority});
        admin.post("/api/v1/roles", body("role", 0)).expect_problem(409, "code_taken");
        for priority in [-1, 1_000_001] {
            let refused = admin.post("/api/v1/roles", body("other", priority)).expect(422);
            assert_eq!(refused.pointers(), ["/priority"]);
        }
        admin.post("/api/v1/roles", body("other", 0)).expect(201);
    }

    // adding or removing a member by hand is refused; listings carry `locked` and the
    // remark `Auto-Add`.
    fn the_members_of_an_automatic_role_are_locked(app: &TestApp) {
        let company = app.company();
        let anna = company.person("anna");
        let role = company.automatic_role("auto");
        company.rule(&role, json!({"all_workers": true}));
        company.contract(&anna.worker, &company.department("d", None), &company.position("p"), None, None);
        let admin = app.admin();
        let rows = admin.get(&format!("/api/v1/roles/{role}/members")).expect(200);
        assert_eq!(rows.items().len(), 1);
        let row = &rows.items()[0];
        assert_eq!(
            (&row["locked"], &row["remark"], &row["source"]),
            (&json!(true), &json!("Auto-Add"), &json!("automatic"))
        );
        let path = format!("/api/v1/memberships/{}", row["id"].as_str().unwrap());
        admin.delete(&path).expect_problem(409, "role_is_automatic");
        let refused = admin.patch(&path, json!({"valid_to": "2030-01-01"})).expect_problem(409, "role_is_automatic");
        assert_eq!(refused.json["rule"], "R-03");
        for member in [
            json!({"role_id": role, "member_id": company.user("bert")}),
            json!({"role_id": role, "member_type": "role", "member_id": company.role("role", 0)}),
        ] {
            admin.post("/api/v1/memberships", member).expect_problem(409, "role_is_automatic");
        }
        assert_eq!(admin.get(&format!("/api/v1/roles/{role}/members")).items(), rows.items());
    }

    // an automatic role may be a member of others, whose members its people then are.
    fn an_automatic_role_can_be_nested_in_a_manual_one(app: &TestApp) {
        let company = app.company();
        let anna = company.person("anna");
        let (auto, manual, x) = (company.automatic_role("auto"), company.role("manual", 0), company.worker("x"));
        company.rule(&auto, json!({"all_workers": true}));
        company.nest(&auto, &manual);
        company.grant(&manual, "time", json!({"type": "all"}), &["record"], &[]);
        assert_eq!(company.decide(&anna.user, "time:record", &x, None), no("no_grant"));
        company.contract(&anna.worker, &company.department("d", None), &company.position("p"), None, None);
        assert_eq!(company.decide(&anna.user, "time:record", &x, None), yes("role_allow"));
    }

    // the mode stays while there are members or rules of the other mode; only an
    // automatic role has rules.
    fn the_mode_is_fixed_while_it_is_in_use(app: &TestApp) {
        let company = app.company();
        let (manual, auto) = (company.role("manual", 0), company.automatic_role("auto"));
        company.member(&manual, &company.user("anna"));
        company.rule(&auto, json!({"all_workers": true}));
        let mode = |role: &str, mode: &str| app.admin().patch(&format!("/api/v1/roles/{role}"), json!({"mode": mode}));
        mode(&manual, "automatic").expect_problem(409, "role_mode_fixed");
        mode(&auto, "manual").expect_problem(409, "role_mode_fixed");
        let rule = json!({"role_id": manual, "all_workers": true});
        app.admin().post("/api/v1/role-rules", rule).expect_problem(409, "role_not_automatic");
    }
}
