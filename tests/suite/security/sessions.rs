//! Sessions: seen, ended, and signed by keys that change.

use chrono::TimeDelta;
use serde_json::json;
use tests::{PASSWORD, on_every_database};

use crate::api::common;

const ALL: &str = "/api/v1/sessions";

on_every_database! {
    fn each_sees_their_own_sessions(app: &TestApp) {
        let anonymous = app.anonymous();
        let headers = [("content-type", "application/json"), ("user-agent", "Phone/1.0")];
        let body = json!({"login": "admin", "password": PASSWORD}).to_string();
        let phone = anonymous.send("POST", "/auth/login", &headers, Some(body.as_bytes())).expect(200);
        app.clock.advance(TimeDelta::minutes(5));
        let laptop = app.log_in(&anonymous, "admin");
        app.clock.advance(TimeDelta::minutes(1));
        anonymous.post("/auth/refresh", json!({"refresh_token": laptop.json["refresh_token"]})).expect(200);
        let listed = app.in_session(&phone).get(ALL).expect(200);
        let [newest, oldest] = listed.items().as_slice() else { panic!("{}", listed.text) };
        assert_eq!((&newest["current"], &oldest["current"]), (&json!(false), &json!(true)));
        assert_eq!(oldest["user_agent"], "Phone/1.0");
        assert_eq!(oldest["user_id"], app.admin_id.to_string());
        let instants = |session: &serde_json::Value| ["created_at", "last_used_at", "expires_at"].map(|name| session[name].as_str().unwrap().to_owned());
        assert_eq!(instants(oldest), ["2026-06-15T12:00:00Z", "2026-06-15T12:00:00Z", "2026-07-15T12:00:00Z"]);
        assert_eq!(instants(newest), ["2026-06-15T12:05:00Z", "2026-06-15T12:06:00Z", "2026-07-15T12:06:00Z"]);
        for secret in ["access_token", "refresh_token"] {
            assert!(!listed.text.contains(phone.json[secret].as_str().unwrap()));
        }
        // What has expired is gone.
        app.clock.advance(TimeDelta::days(30) - TimeDelta::minutes(6));
        assert_eq!(app.admin().get(ALL).expect(200).items().len(), 1);
    }

    fn those_of_others_are_seen_by_who_may_end_them(app: &TestApp) {
        let company = app.company();
        let anna = company.user("anna");
        app.set_password(anna.parse::<uuid::Uuid>().unwrap().into());
        for _ in 0..5 {
            app.log_in(&app.anonymous(), "anna");
        }
        let path = format!("{ALL}?user_id={anna}");
        assert!(app.admin().ids(ALL).is_empty());
        assert_eq!(common::walk(&app.admin(), &format!("{path}&limit=2"), |_, _| ()).len(), 5);
        company.outsider().get(&path).expect_missing("system", "session.end");
        company.client(&anna).get(&path).expect(200);
        app.admin().get(&format!("{ALL}?frob=1&cursor=x")).expect_fault(400, "unknown_parameter", "frob");
    }

    fn an_ended_session_is_refused_in_the_next_request(app: &TestApp) {
        let company = app.company();
        let anonymous = app.anonymous();
        let (present, other) = (app.log_in(&anonymous, "admin"), app.log_in(&anonymous, "admin"));
        app.in_session(&other).get("/api/v1/me").expect(200);
        let path = format!("{ALL}/{}", app.session_of(&other));
        let delete = |client: &tests::Client| client.send("DELETE", &path, &[], None);
        delete(&company.outsider()).expect_problem(404, "not_found");
        app.in_session(&other).get("/api/v1/me").expect(200);
        delete(&app.in_session(&present)).expect(204);
        app.in_session(&other).get("/api/v1/me").expect_problem(401, "unauthenticated");
        anonymous.post("/auth/refresh", json!({"refresh_token": other.json["refresh_token"]})).expect_problem(401, "unauthenticated");
        delete(&app.in_session(&present)).expect_problem(404, "not_found");
        let ends = company.with_rights("guard", "system", &["session.end"]);
        ends.send("DELETE", &format!("{ALL}/{}", app.session_of(&present)), &[], None).expect(204);
        app.in_session(&present).get("/api/v1/me").expect_problem(401, "unauthenticated");
    }

    fn all_but_the_present_one_end_or_all_of_somebody(app: &TestApp) {
        let company = app.company();
        let anonymous = app.anonymous();
        let anna = company.user("anna");
        app.set_password(anna.parse::<uuid::Uuid>().unwrap().into());
        let end = |client: &tests::Client, body| client.post(&format!("{ALL}/end"), body);
        let [one, two, three] = [(); 3].map(|()| app.log_in(&anonymous, "anna"));
        assert_eq!(end(&app.in_session(&two), json!({})).expect(200).json["ended"], 2);
        app.in_session(&two).get("/api/v1/me").expect(200);
        for ended in [&one, &three] {
            app.in_session(ended).get("/api/v1/me").expect_problem(401, "unauthenticated");
        }
        let whose = json!({"user_id": anna});
        end(&company.outsider(), whose.clone()).expect_missing("system", "session.end");
        app.in_session(&two).get("/api/v1/me").expect(200);
        assert_eq!(end(&app.admin(), whose.clone()).expect(200).json["ended"], 1);
        app.in_session(&two).get("/api/v1/me").expect_problem(401, "unauthenticated");
        // One's own, the present one too.
        let last = app.log_in(&anonymous, "anna");
        assert_eq!(end(&app.in_session(&last), whose).expect(200).json["ended"], 1);
        app.in_session(&last).get("/api/v1/me").expect_problem(401, "unauthenticated");
    }

    fn a_limited_token_ends_no_session(app: &TestApp) {
        let tokens = app.log_in(&app.anonymous(), "admin");
        let made = app.admin().post("/api/v1/api-tokens", json!({"name": "n", "scopes": ["hr:read"]})).expect(201);
        let narrow = app.with_token(made.json["token"].as_str().unwrap());
        narrow.post(&format!("{ALL}/end"), json!({})).expect_missing("system", "session.end");
        let path = format!("{ALL}/{}", app.session_of(&tokens));
        narrow.send("DELETE", &path, &[], None).expect_missing("system", "session.end");
        app.in_session(&tokens).get("/api/v1/me").expect(200);
    }

    fn keys_rotate_without_anyone_being_logged_out(app: &TestApp) {
        let anonymous = app.anonymous();
        let before = app.log_in(&anonymous, "admin");
        app.app.auth().rotate_keys().unwrap();
        app.app.auth().rotate_keys().unwrap();
        let after = app.log_in(&anonymous, "admin");
        let kid = |tokens: &tests::Answer| tokens.json["access_token"].as_str().unwrap().split('.').next().unwrap().to_owned();
        assert_ne!(kid(&before), kid(&after));
        app.clock.advance(TimeDelta::minutes(9));
        for tokens in [&before, &after] {
            app.in_session(tokens).get("/api/v1/me").expect(200);
        }
        assert_eq!(anonymous.get("/auth/jwks.json").expect(200).json["keys"].as_array().unwrap().len(), 3);
        app.clock.advance(TimeDelta::minutes(2));
        app.in_session(&before).get("/api/v1/me").expect_problem(401, "unauthenticated");
        anonymous.post("/auth/refresh", json!({"refresh_token": before.json["refresh_token"]})).expect(200);
    }
}
