//! What every answer carries; health and metrics.

use super::*;

on_every_database! {
    // Security headers on every answer, good or bad.
    fn every_answer_carries_the_security_headers(app: &TestApp) {
        let (admin, anonymous) = (app.admin(), app.anonymous());
        for answer in [
            admin.get("/api/v1/me").expect(200),
            admin.get("/api/v1/departments").expect(200),
            admin.post("/api/v1/positions", json!({"code": "p", "name": "P"})).expect(201),
            admin.post("/access/v1/evaluations", json!({})).expect(400),
            anonymous.get("/api/v1/me").expect(401),
            anonymous.get("/nowhere").expect(404),
            anonymous.send("PUT", "/livez", &[], None).expect(405),
            anonymous.get("/openapi.json").expect(200),
            anonymous.get("/docs/").expect(200),
            anonymous.get("/docs/problems/forbidden").expect(200),
        ] {
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
            assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
            assert_eq!(answer.header("x-frame-options"), Some("DENY"));
            assert!(answer.header("cache-control").is_some());
        }
        assert_eq!(admin.get("/api/v1/me").header("cache-control"), Some("no-store"));
    }

    // X-Request-Id is taken if sane, else made; echoed, and told in problems.
    fn a_request_id_is_taken_or_made_and_echoed(app: &TestApp) {
        let ask = |id: &str| app.anonymous().send("GET", "/api/v1/me", &[("x-request-id", id)], None).expect(401);
        for sane in ["a", "req-1", "A.b:c_d-9", &"x".repeat(100)] {
            let answer = ask(sane);
            assert_eq!(answer.header("x-request-id"), Some(sane));
            assert_eq!(answer.json["request_id"], sane);
        }
        for odd in ["a b", "<script>", "a,b", &"x".repeat(101)] {
            let answer = ask(odd);
            let made = answer.header("x-request-id").unwrap();
            assert!(made != odd && made.len() >= 16, "{made}");
            assert_eq!(answer.json["request_id"], made);
        }
        let ids = [(); 3].map(|()| app.anonymous().get("/livez").header("x-request-id").unwrap().to_owned());
        assert!(ids[0] != ids[1] && ids[1] != ids[2]);
    }

    // Another method than those listed: 405 with `Allow`, on every path.
    fn an_undeclared_method_is_a_405_that_names_the_others(app: &TestApp) {
        let document = api::openapi::document_value();
        let id = uuid::Uuid::now_v7().to_string();
        for (path, methods) in document["paths"].as_object().unwrap() {
            let declared: Vec<_> = methods.as_object().unwrap().keys().map(|method| method.to_uppercase()).collect();
            let filled = path
                .split(['{', '}'])
                .enumerate()
                .map(|(n, part)| if n % 2 == 1 { &id } else { part })
                .collect::<String>();
            for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
                if declared.iter().any(|known| known == method) {
                    continue;
                }
                let answer = app.admin().send(method, &filled, &[], None).expect_problem(405, "method_not_allowed");
                let mut allowed: Vec<_> = answer.header("allow").unwrap().split(", ").collect();
                let mut expected: Vec<_> = declared.iter().map(String::as_str).collect();
                // HEAD goes wherever GET does.
                expected.extend(expected.contains(&"GET").then_some("HEAD"));
                allowed.sort_unstable();
                expected.sort_unstable();
                assert_eq!(allowed, expected, "{method} {path}");
            }
        }
    }

    // HEAD answers as GET does, without the body.
    fn head_answers_as_get_does_without_the_body(app: &TestApp) {
        let position = app.company().position("p");
        let item = format!("/api/v1/positions/{position}");
        for path in ["/livez", "/metrics", "/openapi.json", "/api/v1/positions", &item, "/.well-known/authzen-configuration"] {
            let (got, head) = (app.admin().get(path).expect(200), app.admin().send("HEAD", path, &[], None).expect(200));
            assert!(head.text.is_empty() && !got.text.is_empty(), "{path}");
            assert_eq!(head.header("content-type"), got.header("content-type"), "{path}");
            assert_eq!(head.header("etag"), got.header("etag"), "{path}");
        }
        app.anonymous().send("HEAD", &item, &[], None).expect(401);
        app.admin().send("HEAD", &format!("{item}0"), &[], None).expect(404);
        app.admin().send("HEAD", "/auth/login", &[], None).expect(405);
    }

    // /livez depends on nothing, /readyz on database, migrations and model.
    fn health_is_told(app: &TestApp) {
        for path in ["/livez", "/readyz"] {
            let answer = app.anonymous().get(path).expect(200);
            assert_eq!(answer.text, r#"{"status":"ok"}"#);
        }
    }

    // Prometheus text, labelled by route template.
    fn metrics_count_requests_by_route_template(app: &TestApp) {
        let company = app.company();
        let department = company.department("d", None);
        let metrics = || app.anonymous().get("/metrics").expect(200);
        let value = |name: &str| {
            let text = metrics().text;
            let line = text.lines().find(|line| line.starts_with(name)).map(str::to_owned);
            line.map_or(0.0, |line| line.rsplit(' ').next().unwrap().parse::<f64>().unwrap())
        };
        let found = r#"remit_http_requests_total{method="GET",route="/api/v1/departments/{id}",status="200"}"#;
        let missing = r#"remit_http_requests_total{method="GET",route="/api/v1/departments/{id}",status="404"}"#;
        let before = (value(found), value(missing), value("remit_decisions_total"));
        app.admin().get(&format!("/api/v1/departments/{department}")).expect(200);
        for _ in 0..2 {
            app.admin().get(&format!("/api/v1/departments/{}", uuid::Uuid::now_v7())).expect(404);
        }
        let item = json!({
            "subject": {"type": "user", "id": "u"}, "action": {"name": "hr:read"},
            "resource": {"type": "worker", "id": "w"},
        });
        app.admin().post("/access/v1/evaluations", json!({"evaluations": [item, item, item]})).expect(200);
        assert_eq!(value(found), before.0 + 1.0);
        assert_eq!(value(missing), before.1 + 2.0);
        assert_eq!(value("remit_decisions_total"), before.2 + 3.0);
        app.anonymous().get("/some/secret/path").expect(404);
        let answer = metrics();
        assert!(!answer.text.contains(&department) && !answer.text.contains("secret"), "a path is a label");
        assert!(answer.text.contains(r#"route="unmatched""#));
        for name in [
            "remit_http_request_seconds_bucket",
            "remit_model_revision",
            "remit_model_records",
            "remit_database_connections",
        ] {
            assert!(answer.text.contains(name), "no {name}");
        }
        assert!(value("remit_model_records{kind=\"department\"}") >= 1.0);
        assert!(answer.header("content-type").is_some_and(|kind| kind.contains("text")));
    }
}
