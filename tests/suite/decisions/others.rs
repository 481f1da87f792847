//! Who may ask what; discovery; what a user may do.

use super::*;

on_every_database! {
    // Asking about others needs access.check; oneself always.
    fn asking_about_others_needs_access_check(app: &TestApp) {
        let scene = Scene::new(app);
        let company = &scene.company;
        let (anna, bert) = (company.client_of(&scene.anna), company.person("bert"));
        let body = scene.question();
        assert_eq!(anna.post(ONE, body.clone()).expect(200).text, r#"{"decision":true}"#);
        for subject in [json!({"type": "user", "id": "anna"}), json!({"type": "worker", "id": scene.anna.worker})] {
            assert_eq!(anna.post(ONE, with(body.clone(), "subject", subject)).expect(200).json["decision"], true);
        }
        for subject in [
            json!({"type": "user", "id": bert.user}),
            json!({"type": "worker", "id": bert.worker}),
            json!({"type": "worker", "id": "x"}),
            json!({"type": "user", "id": "nobody"}),
        ] {
            let refused = anna.post(ONE, with(body.clone(), "subject", subject)).expect_problem(403, "forbidden");
            assert_eq!(refused.json["missing"], json!({"module": "system", "action": "access.check"}));
        }
        company.personal_grant(&bert.user, "system", json!({"type": "all"}), &["access.check"], &[]);
        assert_eq!(company.client_of(&bert).post(ONE, body).expect(200).text, r#"{"decision":true}"#);
        app.anonymous().post(ONE, scene.question()).expect_problem(401, "unauthenticated");
    }

    // Traces show policy: they need access.explain, also about oneself.
    fn a_trace_needs_access_explain(app: &TestApp) {
        let scene = Scene::new(app);
        let anna = scene.company.client_of(&scene.anna);
        let trace = with(scene.question(), "options", json!({"explain": "trace"}));
        let refused = anna.post(ONE, trace.clone()).expect_problem(403, "forbidden");
        assert_eq!(refused.json["missing"], json!({"module": "system", "action": "access.explain"}));
        anna.post(ONE, with(scene.question(), "options", json!({"explain": "reason"}))).expect(200);
        scene.company.personal_grant(&scene.anna.user, "system", json!({"type": "all"}), &["access.explain"], &[]);
        let told = anna.post(ONE, trace).expect(200);
        for part in ["code", "reason_user", "reason_admin", "decided_by", "set_aside", "inactive", "path"] {
            assert!(told.json["context"].get(part).is_some(), "no {part}: {}", told.text);
        }
    }

    // A token's scopes narrow what may be asked.
    fn the_scopes_of_a_token_narrow_what_may_be_asked(app: &TestApp) {
        let scene = Scene::new(app);
        let token = |scopes: Value| {
            let made = app.admin().post("/api/v1/api-tokens", json!({"name": "t", "scopes": scopes})).expect(201);
            app.with_token(made.json["token"].as_str().unwrap())
        };
        token(json!(["system:access.check"])).post(ONE, scene.question()).expect(200);
        token(json!(["hr:*"])).post(ONE, scene.question()).expect_problem(403, "forbidden");
    }

    // What may a user do: all or one module, now or on a day.
    fn the_rights_of_a_user_by_day_and_module(app: &TestApp) {
        let scene = Scene::new(app);
        let (company, anna) = (&scene.company, &scene.anna);
        company.make("grants", json!({
            "holder_type": "user", "holder_id": anna.user, "module": "task", "scope": {"type": "all"}, "allow": ["use"],
            "valid_from": "2026-07-01",
        }));
        let path = format!("/api/v1/users/{}/permissions", anna.user);
        let modules = |client: &Client, path: &str| {
            let answer = client.get(path).expect(200);
            let items = answer.json["items"].as_array().unwrap().clone();
            let mut modules: Vec<_> = items.iter().map(|item| item["module"].as_str().unwrap().to_owned()).collect();
            modules.sort();
            (answer.json["day"].as_str().unwrap().to_owned(), modules)
        };
        let own = company.client_of(anna);
        for (client, path) in [(&app.admin(), path.as_str()), (&own, path.as_str()), (&own, "/api/v1/me/permissions")] {
            assert_eq!(modules(client, path), ("2026-06-15".to_owned(), vec!["hr".to_owned(), "time".to_owned()]));
            for at in ["2026-07-01", "2026-07-01T00:00:00Z", "2026-07-01T00:00Z"] {
                let (day, found) = modules(client, &format!("{path}?at={at}"));
                assert_eq!((day.as_str(), found.join(" ").as_str()), ("2026-07-01", "hr task time"));
            }
            assert_eq!(modules(client, &format!("{path}?module=time")).1, ["time"]);
            assert_eq!(modules(client, &format!("{path}?module=task")).1, Vec::<String>::new());
            assert_eq!(modules(client, &format!("{path}?module=task&at=2026-07-01")).1, ["task"]);
            client.get(&format!("{path}?at=soon")).expect_problem(400, "bad_parameter");
            client.get(&format!("{path}?frob=1")).expect_problem(400, "bad_parameter");
            assert!(client.get(path).header("remit-revision").is_some());
        }
        let bert = company.person("bert");
        let refused = company.client_of(&bert).get(&path).expect_problem(403, "forbidden");
        assert_eq!(refused.json["missing"]["action"], "access.check");
        app.admin()
            .get(&format!("/api/v1/users/{}/permissions", uuid::Uuid::now_v7()))
            .expect_problem(404, "not_found");
        app.anonymous().get("/api/v1/me/permissions").expect_problem(401, "unauthenticated");
    }

    // A switched-off module is listed as such.
    fn a_switched_off_module_is_shown_as_off(app: &TestApp) {
        let scene = Scene::new(app);
        scene.company.change("modules", &scene.company.id_of("modules", "time"), json!({"active": false}));
        let rights = app.admin().get(&format!("/api/v1/users/{}/permissions?module=time", scene.anna.user)).expect(200);
        assert_eq!(rights.json["items"][0]["module_active"], false);
    }
}

// Discovery is built from the configured public URL only, never from the Host header.
#[test]
fn discovery_tells_the_configured_address() {
    let app = TestApp::start_with(persistence::testing::sqlite(), |config| {
        config.public_url = Some("https://remit.example.org/base/".to_owned());
    });
    let headers = [("host", "evil.example.org"), ("x-forwarded-host", "evil.example.org")];
    let answer = app.anonymous().send("GET", "/.well-known/authzen-configuration", &headers, None).expect(200);
    let base = "https://remit.example.org/base";
    assert_eq!(
        answer.json,
        json!({
            "policy_decision_point": base, "access_evaluation_endpoint": format!("{base}/access/v1/evaluation"),
            "access_evaluations_endpoint": format!("{base}/access/v1/evaluations"),
            "search_subject_endpoint": format!("{base}/access/v1/search/subject"),
            "search_resource_endpoint": format!("{base}/access/v1/search/resource"),
            "search_action_endpoint": format!("{base}/access/v1/search/action"),
        })
    );
    assert_eq!(answer.header("content-type"), Some("application/json"));
}
