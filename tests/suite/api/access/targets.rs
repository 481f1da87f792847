use serde_json::json;
use tests::on_every_database;
use uuid::Uuid;

on_every_database! {
    // P-05: at moves windows.
    fn it_is_told_for_a_day(app: &TestApp) {
        let company = app.company();
        let (worker, anna) = (company.worker("w"), company.user("anna"));
        company.make("grants", json!({
            "holder_type": "user", "holder_id": anna, "module": "time", "scope": {"type": "all"}, "allow": ["record"],
            "valid_from": "2026-07-01",
        }));
        let on = |at: &str| {
            let path = format!("/api/v1/workers/{worker}/access?user_id={anna}&at={at}");
            app.admin().get(&path).expect(200).items().len()
        };
        assert_eq!((on("2026-06-30"), on("2026-07-01"), on("2026-06-30T23:59:59Z")), (0, 1, 0));
    }

    // P-05: a person may ask about their own folder; that there is another's object or area is told to nobody who may not
    // know of it.
    fn who_may_not_ask_is_told_no_more_than_they_know(app: &TestApp) {
        let company = app.company();
        let (anna, other) = (company.person("anna"), company.worker("other"));
        let object = company.object("document", "o", None);
        let team = company.make("objects", json!({"type": "document", "title": "t", "team_ids": [anna.user]}));
        let area = crate::places::area(app, "Area", &company.user("owner"), &[&company.role("workers", 0)], &[]);
        let client = company.client_of(&anna);
        let own = client.get(&format!("/api/v1/workers/{}/access", anna.worker)).expect(200);
        assert!(own.items().iter().any(|item| item["user"]["id"] == json!(anna.user)), "{}", own.text);
        for path in [format!("workers/{other}"), format!("objects/{object}"), format!("areas/{area}")] {
            client.get(&format!("/api/v1/{path}/access")).expect_problem(404, "not_found");
        }
        let known = client.get(&format!("/api/v1/objects/{team}/access"));
        known.expect_problem(403, "forbidden").expect_missing("system", "access.check");
        let checker = company.with_rights("checker", "system", &["access.check"]);
        for path in [format!("workers/{other}"), format!("objects/{object}"), format!("areas/{area}")] {
            checker.get(&format!("/api/v1/{path}/access")).expect(200);
        }
        for resource in ["workers", "objects", "areas"] {
            app.admin().get(&format!("/api/v1/{resource}/{}/access", Uuid::now_v7())).expect_problem(404, "not_found");
        }
    }

    fn what_makes_no_sense_is_refused(app: &TestApp) {
        let company = app.company();
        let worker = company.worker("w");
        let path = format!("/api/v1/workers/{worker}/access");
        let get = |query: &str| app.admin().get(&format!("{path}?{query}"));
        assert_eq!(get("module=moon").expect_problem(422, "unknown_reference").pointers(), ["module"]);
        get("module=document").expect_problem(422, "scope_does_not_fit");
        get("module=time&action=fly").expect_problem(422, "unknown_action");
        get("action=fly").expect_problem(422, "unknown_action");
        get("action=read").expect(200);
        get("cursor=x").expect_problem(400, "bad_cursor");
        assert_eq!(get("limit=0&frob=1&at=never").expect_problem(400, "bad_parameter").pointers(), ["at", "limit", "frob"]);
        // A cursor belongs to what was asked.
        for login in ["a", "b"] {
            company.personal_grant(&company.user(login), "time", json!({"type": "all"}), &["record"], &[]);
        }
        let page = get("limit=1&module=time").expect(200);
        let cursor = page.json["next_cursor"].as_str().unwrap();
        get(&format!("limit=5&module=time&cursor={cursor}")).expect(200);
        get(&format!("limit=1&cursor={cursor}")).expect_problem(400, "bad_cursor");
    }

    // P-05: a customer's module over workers counts like the built-in ones, and nothing of a module that is off (P-02).
    fn modules_of_customers_count(app: &TestApp) {
        let company = app.company();
        let (worker, anna) = (company.worker("w"), company.user("anna"));
        let module = company.make("modules", json!({"code": "lockers", "name": "L", "target": "worker", "actions": ["open"]}));
        company.personal_grant(&anna, "lockers", json!({"type": "worker", "id": worker}), &["open"], &[]);
        let path = format!("/api/v1/workers/{worker}/access?user_id={anna}");
        let told = app.admin().get(&path).expect(200);
        assert_eq!(told.items()[0]["actions"][0]["module"], "lockers");
        company.change("modules", &module, json!({"active": false}));
        assert!(app.admin().get(&path).expect(200).items().is_empty());
        // Over areas likewise, though there `areas` may be left out.
        company.make("modules", json!({"code": "rooms", "name": "R", "target": "area", "actions": ["book", "read"]}));
        let area = crate::places::area(app, "Area", &company.user("owner"), &[&company.role("workers", 0)], &[]);
        company.personal_grant(&anna, "rooms", json!({"type": "area", "id": area}), &["book", "read"], &[]);
        let told = app.admin().get(&format!("/api/v1/areas/{area}/access?user_id={anna}")).expect(200);
        assert_eq!(told.items()[0]["actions"][0]["module"], "rooms");
        let (subject, resource) = (json!({"type": "user", "id": anna}), json!({"type": "area", "id": area}));
        for (name, expected) in [("rooms:book", true), ("rooms:read", true), ("read", false), ("book", false)] {
            let body = json!({"subject": subject, "action": {"name": name}, "resource": resource});
            assert_eq!(app.admin().post("/access/v1/evaluation", body).expect(200).json["decision"], expected, "{name}");
        }
        let post = |path: &str, body| app.admin().post(&format!("/access/v1/search/{path}"), body).expect(200).json["results"].clone();
        let actions = post("action", json!({"subject": subject, "resource": resource}));
        assert_eq!(actions, json!([{"name": "rooms:book"}, {"name": "rooms:read"}]));
        let who = json!({"subject": {"type": "user"}, "action": {"name": "rooms:book"}, "resource": resource});
        assert!(post("subject", who).as_array().unwrap().contains(&json!({"type": "user", "id": "anna"})));
        let areas = post("resource", json!({"subject": subject, "action": {"name": "rooms:book"}, "resource": {"type": "area"}}));
        assert_eq!(areas, json!([{"type": "area", "id": "area"}]));
    }
}
