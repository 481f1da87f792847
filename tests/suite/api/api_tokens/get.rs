use serde_json::json;
use tests::on_every_database;

use super::ALL;

on_every_database! {
    fn the_last_use_is_shown_to_the_minute(app: &TestApp) {
        let made = app.admin().post(ALL, json!({"name": "n"})).expect(201);
        let (path, client) = (format!("{ALL}/{}", made.id()), app.with_token(made.json["token"].as_str().unwrap()));
        let used = || {
            let (one, listed) = (app.admin().get(&path).expect(200).json, app.admin().get(ALL).expect(200));
            assert_eq!(listed.items().iter().find(|token| token["id"] == made.id()), Some(&one));
            one["last_used_at"].clone()
        };
        assert_eq!(used(), json!(null));
        client.get("/api/v1/me").expect(200);
        assert_eq!(used(), json!("2026-06-15T12:00:00Z"));
        app.clock.set("2026-06-15T12:00:59Z".parse().unwrap());
        client.get("/api/v1/me").expect(200);
        assert_eq!(used(), json!("2026-06-15T12:00:00Z"));
        app.clock.set("2026-06-15T12:01:00Z".parse().unwrap());
        client.get("/api/v1/me").expect(200);
        app.app.auth().tidy().unwrap();
        assert_eq!(used(), json!("2026-06-15T12:01:00Z"));
    }

    fn anothers_token_is_as_good_as_none(app: &TestApp) {
        let company = app.company();
        let (jana, ben) = (company.user("jana"), company.user("ben"));
        let body = json!({"name": "n", "scopes": ["hr:read"], "expires_at": "2027-01-01T00:00:00Z"});
        let path = format!("{ALL}/{}", company.client(&jana).post(ALL, body).expect(201).id());
        let read = company.client(&jana).get(&path).expect(200);
        assert_eq!((&read.json["scopes"], &read.json["expires_at"]), (&json!(["hr:read"]), &json!("2027-01-01T00:00:00Z")));
        company.client(&ben).get(&path).expect_problem(404, "not_found");
        app.admin().get(&path).expect(200);
        app.admin().get(&format!("{path}?frob=1")).expect_fault(400, "unknown_parameter", "frob");
    }
}
