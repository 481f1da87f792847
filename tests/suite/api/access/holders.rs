use serde_json::json;
use tests::on_every_database;

const ALL: &str = "/api/v1/access/holders";

on_every_database! {
    // P-05
    fn it_tells_over_what_and_by_what(app: &TestApp) {
        let company = app.company();
        let (anna, bert) = (company.user("anna"), company.user("bert"));
        let role = company.role("clerks", 4);
        company.member(&role, &anna);
        company.member(&role, &bert);
        let worker = company.worker("w");
        let by_role = company.grant(&role, "hr", json!({"type": "all"}), &["contracts.edit"], &[]);
        let own = company.personal_grant(&bert, "hr", json!({"type": "worker", "id": worker}), &["contracts.edit"], &[]);
        let path = format!("{ALL}?module=hr&action=contracts.edit&limit=200");
        let told = app.admin().get(&path).expect(200);
        let of = |user: &str| told.items().iter().find(|item| item["user"]["id"] == *user).unwrap().clone();
        let anna = of(&anna);
        assert_eq!((&anna["set_aside_in_part"], &anna["cut_short"]), (&json!(false), &json!(false)));
        assert_eq!(anna["scopes"].as_array().unwrap().len(), 1);
        let scope = &anna["scopes"][0];
        assert_eq!((&scope["scope"], &scope["via"]), (&json!({"type": "all"}), &json!("role")));
        assert_eq!((&scope["grant_id"], &scope["role_id"], &scope["priority"]), (&json!(by_role), &json!(role), &json!(4)));
        let bert = of(&bert);
        assert_eq!(bert["set_aside_in_part"], true);
        let grants: Vec<_> = bert["scopes"].as_array().unwrap().iter().map(|scope| (&scope["grant_id"], &scope["via"])).collect();
        assert_eq!(grants, [(&json!(own), &json!("personal")), (&json!(by_role), &json!("role"))]);
        assert!(told.header("remit-revision").is_some());
    }

    // P-05: relations need no grant.
    fn whoever_has_it_by_a_relation_holds_it_too(app: &TestApp) {
        let company = app.company();
        let (anna, processor) = (company.user("anna"), company.user("processor"));
        let role = company.role("workers", 0);
        company.member(&role, &processor);
        let area = crate::places::area(app, "Area", &company.user("owner"), &[&role], &[]);
        let document = company.make("objects", json!({"type": "document", "title": "t", "team_ids": [anna], "area_id": area}));
        let told = app.admin().get(&format!("{ALL}?module=document&action=edit")).expect(200);
        let of = |user: &str| told.items().iter().find(|item| item["user"]["id"] == *user).unwrap()["scopes"][0].clone();
        let (team, work) = (of(&anna), of(&processor));
        assert_eq!((&team["relation"], &team["scope"]), (&json!("team"), &json!({"type": "object", "id": document})));
        assert_eq!((&work["relation"], &work["scope"]), (&json!("processor"), &json!({"type": "area", "id": area, "external_id": "area"})));
    }

    fn what_makes_no_sense_is_refused(app: &TestApp) {
        let get = |query: &str| app.admin().get(&format!("{ALL}?{query}"));
        assert_eq!(get("at=never").expect_problem(400, "bad_parameter").pointers(), ["at", "module", "action"]);
        assert_eq!(get("module=moon&action=read").expect_problem(422, "unknown_reference").pointers(), ["module"]);
        get("module=hr&action=fly").expect_problem(422, "unknown_action");
        get("module=hr&action=read&cursor=x").expect_problem(400, "bad_cursor");
        let outsider = app.company().outsider().get(&format!("{ALL}?module=hr&action=read"));
        outsider.expect_problem(403, "forbidden").expect_missing("system", "access.check");
    }
}
