use serde_json::json;
use tests::on_every_database;

use super::ALL;

on_every_database! {
    // R-02
    fn users_and_roles_join_roles_by_id_external_id_or_code(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (inner, outer, jana) = (company.role("inner", 0), company.role("outer", 0), company.user("jana"));
        let made = admin.post(ALL, json!({"role_external_id": "outer", "member_external_id": "jana", "valid_to": "2026-12-31"})).expect(201);
        assert_eq!(admin.get(made.header("location").unwrap()).expect(200).json, made.json);
        let wanted = json!({"role_id": outer, "member_type": "user", "member_id": jana, "source": "manual", "locked": false, "remark": null});
        for (name, value) in wanted.as_object().unwrap() {
            assert_eq!(&made.json[name], value, "{name}");
        }
        let nested = json!({"role_id": outer, "member_type": "role", "member_external_id": "inner"});
        assert_eq!(admin.post(ALL, nested).expect(201).json["member_id"], json!(inner));
        let wrong = json!({"role_external_id": "none", "member_external_id": "inner"});
        admin.post(ALL, wrong)
            .expect_fault(422, "unknown_reference", "/role_external_id")
            .expect_fault(422, "unknown_reference", "/member_external_id");
        assert_eq!(admin.post(ALL, json!({})).expect(422).pointers(), ["/role_id", "/member_id"]);
    }

    // R-02
    fn cycles_of_any_length_are_refused(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let roles = ["a", "b", "c"].map(|code| company.role(code, 0));
        company.nest(&roles[0], &roles[1]);
        company.nest(&roles[1], &roles[2]);
        for role in &roles {
            let body = json!({"role_id": roles[0], "member_type": "role", "member_id": role});
            admin.post(ALL, body).expect_fault(409, "role_cycle", "/member_id").expect_rule("R-02");
        }
        // Several ways into a role are no cycle.
        company.nest(&roles[0], &roles[2]);
    }

    // R-02
    fn a_list_of_people_holds_users_only(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let role = company.role("r", 0);
        let list = admin.post("/api/v1/roles", json!({"code": "l", "name": "L", "purpose": "people_list"})).expect(201).id();
        let body = json!({"role_id": list, "member_type": "role", "member_id": role});
        admin.post(ALL, body).expect_fault(409, "people_list_holds_users", "/member_id").expect_rule("R-02");
        company.member(&list, &company.user("jana"));
    }

    // R-02
    fn the_same_membership_is_refused_another_window_is_not(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (role, jana) = (company.role("r", 0), company.user("jana"));
        company.member(&role, &jana);
        let body = |to| json!({"role_id": role, "member_id": jana, "valid_to": to});
        admin.post(ALL, body(json!(null))).expect_problem(409, "membership_exists").expect_rule("R-02");
        admin.post(ALL, body(json!("2026-12-31"))).expect(201);
    }

    // R-03
    fn nobody_joins_an_automatic_role_by_hand(app: &TestApp) {
        let company = app.company();
        let body = json!({"role_id": company.automatic_role("a"), "member_id": company.user("jana")});
        app.admin().post(ALL, body).expect_fault(409, "role_is_automatic", "/role_id").expect_rule("R-03");
    }

    // U-06, U-10
    fn nobody_joins_from_the_trash(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let jana = company.user("jana");
        admin.delete(&format!("/api/v1/users/{jana}")).expect(204);
        let body = json!({"role_id": company.role("r", 0), "member_id": jana});
        admin.post(ALL, body).expect_fault(409, "capability_missing", "/member_id");
    }

    // R-01
    fn managers_add_members_to_their_role_and_no_other(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (own, other, boss, jana) = (company.role("own", 0), company.role("other", 0), company.user("boss"), company.user("jana"));
        admin.patch(&format!("/api/v1/roles/{own}"), json!({"manager_ids": [boss]})).expect(200);
        let manager = company.client(&boss);
        manager.post(ALL, json!({"role_id": own, "member_id": jana})).expect(201);
        manager.post(ALL, json!({"role_id": other, "member_id": jana})).expect_missing("system", "role.assign");
        company.with_rights("editor", "system", &["role.edit", "role.read"])
            .post(ALL, json!({"role_id": own, "member_id": boss})).expect_missing("system", "role.assign");
    }
}
