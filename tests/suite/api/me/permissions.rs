use serde_json::json;
use tests::on_every_database;

on_every_database! {
    // P-05
    fn it_tells_what_the_caller_may_do_and_by_what(app: &TestApp) {
        let company = app.company();
        let anna = company.person("anna");
        let role = company.role("r", 7);
        let membership = company.member(&role, &anna.user);
        let grant = company.grant(&role, "hr", json!({"type": "all"}), &["read"], &["edit"]);
        let caller = company.client_of(&anna);
        let told = caller.get("/api/v1/me/permissions?module=hr").expect(200);
        assert_eq!((&told.json["day"], &told.json["active"]), (&json!("2026-06-15"), &json!(true)));
        let by_role = told.items().iter().find(|item| item["via"] == "role").unwrap();
        assert_eq!((&by_role["grant_id"], &by_role["allow"], &by_role["deny"]), (&json!(grant), &json!(["read"]), &json!(["edit"])));
        assert_eq!((&by_role["path"][0]["membership_id"], &by_role["priority"]), (&json!(membership), &json!(7)));
        // W-09
        let relation = told.items().iter().find(|item| item["via"] == "relation").unwrap();
        assert_eq!(relation["scope"]["id"], json!(anna.worker));
        assert!(caller.get("/api/v1/me/permissions?module=system").expect(200).items().is_empty());
        let unknown = caller.get("/api/v1/me/permissions?module=moon");
        assert_eq!(unknown.expect_problem(422, "unknown_reference").pointers(), ["module"]);
        let bad = caller.get("/api/v1/me/permissions?at=never&frob=1").expect_problem(400, "bad_parameter");
        assert_eq!(bad.pointers(), ["at", "frob"]);
    }

    fn at_moves_windows(app: &TestApp) {
        let company = app.company();
        let (role, jana) = (company.role("r", 0), company.user("jana"));
        company.grant(&role, "hr", json!({"type": "all"}), &["read"], &[]);
        let body = json!({"role_id": role, "member_id": jana, "valid_from": "2026-07-01"});
        app.admin().post("/api/v1/memberships", body).expect(201);
        let count = |at: &str| company.client(&jana).get(&format!("/api/v1/me/permissions?at={at}")).expect(200).items().len();
        assert_eq!((count("2026-06-30"), count("2026-07-01"), count("2026-06-30T23:59:59Z")), (0, 1, 0));
    }
}
