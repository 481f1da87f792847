//! All that is kept about a person, as one document (U-16).

use serde_json::{Value, json};
use tests::on_every_database;

const MINE: &str = "/api/v1/me/personal-data";

on_every_database! {
    // U-16: all that is kept about the caller.
    fn a_person_gets_all_that_is_kept(app: &TestApp) {
        let company = app.company();
        let person = company.person("anna");
        let user = &person.user;
        let (department, position) = (company.department("d", None), company.position("clerk"));
        company.contract(&person.worker, &department, &position, Some("2026-01-01"), None);
        let role = company.role("team", 0);
        let membership = company.member(&role, user);
        company.change("roles", &role, json!({"manager_ids": [user]}));
        let grant = company.personal_grant(user, "time", json!({"type": "all"}), &["record"], &[]);
        let overtime = json!({"code": "overtime", "name": "Overtime", "unit": "hour", "request_group": 2});
        let overtime = company.make("wage-types", overtime);
        let offer = json!({"holder_type": "user", "holder_id": user, "wage_type_id": overtime, "max_per_day": 2.5});
        let offer = company.make("wage-offers", offer);
        let qualification = company.make("qualifications", json!({"user_id": user, "name": "Welding"}));
        let task = company.object("task", "A task", Some(user));
        app.admin().post("/api/v1/api-tokens", json!({"user_id": user, "name": "laptop"})).expect(201);
        app.admin().verb(&format!("/api/v1/users/{user}/password-link")).expect(200);
        app.set_password(domain::id::UserId(user.parse().unwrap()));
        let tokens = app.log_in(&app.anonymous(), "anna");
        app.admin().get("/api/v1/log-in-attempts").expect(200);
        let client = app.in_session(&tokens);
        let headers = [("content-type", "application/json"), ("idempotency-key", "mine-1")];
        client.send("POST", "/api/v1/sessions/end", &headers, Some(b"{\"keep_current\": true}"));
        let note = client.post("/api/v1/me/notes", json!({"text": "mine"})).expect(201).id();
        client.post("/api/v1/me/activity", json!({"kind": "work"})).expect(204);

        let document = client.get(MINE).expect(200).json;
        assert_eq!((&document["user"]["id"], &document["user"]["login"]), (&json!(user), &json!("anna")));
        assert_eq!(document["worker"]["id"], json!(person.worker));
        assert_eq!(document["contracts"][0]["department_id"], json!(department));
        let memberships = document["memberships"].as_array().unwrap();
        assert!(memberships.iter().any(|one| one["id"] == json!(membership)), "{document}");
        assert_eq!(document["grants"][0]["id"], json!(grant));
        let offered = (&document["wage_offers"][0]["id"], &document["wage_offers"][0]["max_per_day"]);
        assert_eq!(offered, (&json!(offer), &json!(2.5)));
        assert_eq!(document["qualifications"][0]["id"], json!(qualification));
        assert_eq!(document["assigned_object_ids"], json!([task]));
        assert_eq!(document["managed_role_ids"], json!([role]));
        assert_eq!((&document["notes"][0]["id"], &document["notes"][0]["text"]), (&json!(note), &json!("mine")));
        assert_eq!(document["activity"]["last_action_at"], "2026-06-15T12:00:00Z");
        assert_eq!(document["api_tokens"][0]["name"], "laptop");
        assert_eq!(document["links"][0]["purpose"], "password");
        assert_eq!(document["log_in_attempts"][0]["outcome"], "succeeded");
        assert_eq!(document["sessions"].as_array().unwrap().len(), 1);
        assert_eq!(document["history"][0]["entity_id"], json!(user));
        assert!(document["password_set_at"].is_string(), "{document}");
        assert_eq!((&document["left_out"], &document["cut_short"]), (&json!([]), &json!([])));
        // Secrets are no personal data.
        let text = document.to_string();
        for secret in ["argon2", "password_hash", "refresh_hash", "rmt_"] {
            assert!(!text.contains(secret), "{secret}");
        }
    }

    // U-16: for another with `user.personal_data`, without that person's notes.
    fn another_gets_it_without_the_notes(app: &TestApp) {
        let company = app.company();
        let person = company.person("anna");
        let path = format!("/api/v1/users/{}/personal-data", person.user);
        let client = company.client(&person.user);
        client.post("/api/v1/me/notes", json!({"text": "xyzzy"})).expect(201);
        client.get(&path).expect_missing("system", "user.personal_data");
        let officer = company.with_rights("officer", "system", &["user.personal_data"]);
        let document = officer.get(&path).expect(200);
        assert!(!document.text.contains("xyzzy"), "{}", document.text);
        assert_eq!((&document.json["notes"], &document.json["activity"]), (&json!([]), &Value::Null));
        // U-20: nobody else ever sees the instants. The folder takes the rights in `hr`.
        assert_eq!(document.json["left_out"], json!(["contracts", "worker", "notes", "activity"]));
        assert_eq!(document.json["worker"], Value::Null);
        let hr = company.with_rights("hr", "hr", &["read", "contracts.read"]);
        let id = hr.get("/api/v1/me").expect(200).json["user"]["id"].as_str().unwrap().to_owned();
        company.personal_grant(&id, "system", json!({"type": "all"}), &["user.personal_data"], &[]);
        let document = hr.get(&path).expect(200).json;
        assert_eq!((&document["worker"]["id"], &document["left_out"]), (&json!(person.worker), &json!(["notes", "activity"])));
        officer.get(&format!("/api/v1/users/{}/personal-data", uuid::Uuid::nil())).expect_problem(404, "not_found");
    }

    // U-16: a token that was given for less does not get all.
    fn a_token_with_scopes_does_not_get_it(app: &TestApp) {
        let user = app.company().user("anna");
        let body = json!({"user_id": user, "name": "narrow", "scopes": ["system:role.read"]});
        let token = app.admin().post("/api/v1/api-tokens", body).expect(201).json["token"].as_str().unwrap().to_owned();
        app.with_token(&token).get(MINE).expect_problem(404, "not_found");
    }

    // U-08, U-16: of a forgotten person there is nothing but the pseudonym.
    fn of_a_forgotten_person_there_is_a_pseudonym(app: &TestApp) {
        let company = app.company();
        let user = company.user("anna");
        company.remove("users", &user);
        app.admin().verb(&format!("/api/v1/users/{user}/forget")).expect(200);
        let document = app.admin().get(&format!("/api/v1/users/{user}/personal-data")).expect(200);
        assert!(!document.text.to_lowercase().contains("anna"), "{}", document.text);
        assert_eq!(document.json["user"]["state"], "forgotten");
    }
}
