use serde_json::json;
use tests::on_every_database;

const ALL: &str = "/api/v1/audit";

on_every_database! {
    // H-01
    fn every_change_tells_who_when_from_which_request_and_what(app: &TestApp) {
        let admin = app.admin();
        let id = app.company().position("clerk");
        let path = format!("/api/v1/positions/{id}");
        let tag = admin.get(&path).etag();
        let headers = [("if-match", tag.as_str()), ("x-request-id", "req-42")];
        let changed = admin.patch_with(&path, &headers, json!({"name": "Chief"})).expect(200);
        assert_eq!(changed.header("x-request-id"), Some("req-42"));
        admin.delete(&path).expect(204);

        let log = admin.get(&format!("{ALL}?entity_id={id}&sort=revision")).expect(200);
        let [made, changed_entry, removed] = log.items().as_slice() else { panic!("{}", log.text) };
        let wanted = json!({
            "revision": changed.json["revision"], "ordinal": 0, "at": "2026-06-15T12:00:00Z", "actor_type": "user",
            "actor_id": app.admin_id, "acting_as": null, "request_id": "req-42", "cause": null, "entity": "position",
            "entity_id": id,
        });
        for (name, value) in wanted.as_object().unwrap() {
            assert_eq!(&changed_entry[name], value, "{name}");
        }
        assert_eq!((&changed_entry["before"]["name"], &changed_entry["after"]["name"]), (&json!("clerk"), &json!("Chief")));
        assert_eq!((&made["before"], &made["after"]["code"]), (&json!(null), &json!("clerk")));
        assert_eq!((&removed["before"]["name"], &removed["after"]), (&json!("Chief"), &json!(null)));
    }

    // H-01
    fn nothing_is_recorded_that_did_not_happen(app: &TestApp) {
        let admin = app.admin();
        let path = format!("/api/v1/positions/{}", app.company().position("clerk"));
        let newest = || admin.get(&format!("{ALL}?limit=1")).expect(200).items()[0]["revision"].as_i64().unwrap();
        let before = newest();
        let same = admin.patch(&path, json!({"name": "clerk"})).expect(200);
        assert_eq!(same.header("remit-revision"), Some(before.to_string().as_str()));
        admin.patch(&path, json!({"name": ""})).expect(422);
        admin.post("/api/v1/positions", json!({"code": "clerk", "name": "x"})).expect(409);
        admin.send("DELETE", &path, &[("if-match", "\"0\"")], None).expect(412);
        assert_eq!(newest(), before);
        // Revisions are dense.
        let next = admin.patch(&path, json!({"name": "Chief"})).expect(200);
        assert_eq!(next.json["revision"], json!(before + 1));
    }

    fn filters_are_typed_and_combine(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let jana = company.with_rights("jana", "system", &["position.edit"]);
        app.clock.set("2026-06-15T13:00:00Z".parse().unwrap());
        let made = jana.post("/api/v1/positions", json!({"code": "p", "name": "P"})).expect(201);
        let revision = made.json["revision"].as_i64().unwrap();
        let actor = admin.ids("/api/v1/users?external_id=jana")[0].clone();
        let found = |query: &str| admin.column(&format!("{ALL}?{query}"), "revision");
        let wanted = [revision.to_string()];
        let queries = [
            format!("actor_id={actor}"), "entity=position".to_owned(), "from=2026-06-15T13:00:00Z".to_owned(),
            format!("after_revision={}", revision - 1), format!("entity_id={}&before_revision={}", made.id(), revision + 1),
        ];
        for query in queries {
            assert_eq!(found(&query), wanted, "{query}");
        }
        assert!(found("entity=position&to=2026-06-15T13:00:00Z").is_empty());
        let bad = admin.get(&format!("{ALL}?entity=moon&actor_id=x&from=now&sort=at&cursor=7&limit=0&frob=1")).expect_problem(400, "bad_parameter");
        for name in ["entity", "actor_id", "from", "sort", "cursor", "limit", "frob"] {
            assert!(bad.pointers().contains(&name), "{name}: {}", bad.text);
        }
    }

    fn pages_go_on_where_the_last_one_ended(app: &TestApp) {
        let admin = app.admin();
        let company = app.company();
        for number in 0..5 {
            company.position(&format!("p{number}"));
        }
        let (mut seen, mut path) = (Vec::new(), format!("{ALL}?entity=position&limit=2"));
        loop {
            let page = admin.get(&path).expect(200);
            seen.extend(page.items().iter().map(|item| item["after"]["code"].as_str().unwrap().to_owned()));
            company.position(&format!("late{}", seen.len()));
            let Some(cursor) = page.json["next_cursor"].as_str() else { break };
            path = format!("{ALL}?entity=position&limit=2&cursor={cursor}");
        }
        assert_eq!(seen, ["p4", "p3", "p2", "p1", "p0"]);
    }

    fn it_needs_audit_read(app: &TestApp) {
        let company = app.company();
        company.outsider().get(ALL).expect_missing("system", "audit.read");
        company.with_rights("auditor-1", "system", &["audit.read"]).get(ALL).expect(200);
    }
}
