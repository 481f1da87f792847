use serde_json::json;
use tests::on_every_database;

on_every_database! {
    // P-05: what somebody may do with objects as assignee or in the team is told like any other right.
    fn objects_that_one_works_on_are_told(app: &TestApp) {
        let company = app.company();
        let (anna, bert) = (company.person("anna"), company.user("bert"));
        let own = company.object("task", "own", Some(&anna.user));
        let team = company.make("objects", json!({"type": "task", "title": "t", "assignee_id": bert, "team_ids": [anna.user]}));
        company.object("task", "other", Some(&bert));
        let client = company.client_of(&anna);
        let told = client.get("/api/v1/me/permissions?module=task").expect(200);
        let mut found: Vec<_> = told.items().iter().map(|item| (item["scope"].clone(), item["relation"].clone())).collect();
        found.sort_by_key(|(scope, _)| scope["id"].to_string());
        let mut expected = vec![
            (json!({"type": "object", "id": own, "external_id": "own"}), json!("assignee")),
            (json!({"type": "object", "id": team}), json!("team")),
        ];
        expected.sort_by_key(|(scope, _)| scope["id"].to_string());
        assert_eq!(found, expected);
        // All of it is so.
        for item in told.items() {
            for action in item["allow"].as_array().unwrap() {
                let asked = client.post("/access/v1/evaluation", json!({
                    "subject": {"type": "user", "id": anna.user}, "action": {"name": action},
                    "resource": {"type": "task", "id": item["scope"]["id"]},
                }));
                assert_eq!(asked.expect(200).json["decision"], true, "{item}");
            }
        }
        // Page by page.
        let first = client.get("/api/v1/me/permissions?module=task&limit=1&total=true").expect(200);
        let next = first.json["next_cursor"].as_str().unwrap();
        let second = client.get(&format!("/api/v1/me/permissions?module=task&limit=1&cursor={next}")).expect(200);
        assert_eq!((first.json["total"].as_i64(), second.items().len()), (Some(2), 1));
        assert_ne!(first.items()[0]["scope"], second.items()[0]["scope"]);
        assert!(second.json["next_cursor"].is_null());
    }

    // P-05: a name that is longer than any is refused where it stands.
    fn a_name_has_an_end(app: &TestApp) {
        let long = "x".repeat(202);
        for (path, name) in [
            (format!("/api/v1/me/permissions?module={long}"), "module"),
            (format!("/api/v1/me/wage-types?for_worker={long}"), "for_worker"),
            (format!("/api/v1/access/holders?module=time&action={long}"), "action"),
        ] {
            app.admin().get(&path).expect_fault(400, "bad_parameter", name);
        }
    }
}
