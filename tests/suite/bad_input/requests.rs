use serde_json::json;
use tests::on_every_database;

use super::revision;

const ALL: &str = "/api/v1/departments";

on_every_database! {
    fn unknown_paths(app: &TestApp) {
        for path in ["/docs/nothing", "/docs/problems//", "/api", "/api/v1", "/api/v1/", "/api/v2/users", "/api/v1/users/", "/api/v1//users", "/api/v1/User", "/x", "/api/v1/users%00"] {
            for client in [app.admin(), app.anonymous()] {
                let answer = client.get(path).expect_problem(404, "not_found");
                assert_eq!(answer.json["instance"], path);
            }
        }
        app.admin().post("/api/v1/nothing", json!({})).expect_problem(404, "not_found");
    }

    fn odd_methods(app: &TestApp) {
        let answer = app.admin().send("TRACE", ALL, &[], None).expect_problem(405, "method_not_allowed");
        assert_eq!(answer.header("allow"), Some("GET, HEAD, POST"));
        assert_eq!(app.anonymous().send("OPTIONS", ALL, &[], None).expect(204).header("allow"), Some("GET, HEAD, POST"));
    }

    fn nul_and_invalid_utf_8_in_queries(app: &TestApp) {
        for query in ["q=a%00b", "code=%00", "external_id=a%00", "%00=1", "q=%ff", "code=%c3%28", "q=%f0%28%8c%28"] {
            let answer = app.admin().get(&format!("{ALL}?{query}")).expect_problem(400, "bad_parameter");
            assert!(!answer.json["errors"].as_array().unwrap().is_empty(), "{query}");
        }
    }

    fn nul_and_invalid_utf_8_in_paths(app: &TestApp) {
        let before = revision(app);
        for id in ["a%00b", "%00", "%ff", "a%c3%28", &"x".repeat(101)] {
            let answer = app.admin().put(&format!("{ALL}/by-external-id/{id}"), json!({"code": "a", "name": "A"}));
            answer.expect_problem(404, "not_found");
        }
        assert_eq!(revision(app), before);
    }

    fn days_and_instants_beyond_all_time(app: &TestApp) {
        for at in ["-4800-01-01", "%2B262142-12-31", "10000-01-01", "2026-02-30", "2026-6-1x", ""] {
            app.admin().get(&format!("{ALL}?at={at}")).expect_fault(400, "bad_parameter", "at");
        }
        for at in ["99999-01-01T00:00:00Z", "2026-06-15", "2026-06-15T12:00:00", "2026-06-15T25:00:00Z"] {
            app.admin().get(&format!("{ALL}?updated_since={at}")).expect_fault(400, "bad_parameter", "updated_since");
        }
        for at in ["0000-01-01", "0001-01-01", "9999-12-31"] {
            app.admin().get(&format!("{ALL}?at={at}")).expect(200);
            app.admin().get(&format!("{ALL}?updated_since={at}T23:59:59.999999999Z")).expect(200);
        }
        for day in ["0000-01-01", "9999-12-31"] {
            let code = format!("d{day}");
            let body = json!({"code": code, "name": "x", "valid_from": day, "valid_to": day});
            let made = app.admin().post(ALL, body).expect(201);
            assert_eq!(made.json["valid_from"], day);
        }
    }

    fn tags_that_are_none(app: &TestApp) {
        let path = format!("{ALL}/{}", app.company().department("a", None));
        let before = revision(app);
        for tag in ["", "x", "\"", "\"1\" \"2\"", "\"1\",", "*, \"1\"", "\"1\"x"] {
            let patch = app.admin().patch_with(&path, &[("if-match", tag)], json!({"name": "B"}));
            assert!(matches!(patch.status, 400 | 412), "{tag}: {}", patch.text);
            let read = app.admin().send("GET", &path, &[("if-none-match", tag)], None);
            assert!(matches!(read.status, 200 | 400), "{tag}: {}", read.text);
        }
        assert_eq!(revision(app), before);
    }

    fn odd_request_ids_are_replaced(app: &TestApp) {
        let get = |id: &str| {
            let answer = app.admin().send("GET", &format!("{ALL}/x"), &[("x-request-id", id)], None);
            let told = answer.json["request_id"].as_str().unwrap().to_owned();
            assert_eq!(answer.header("x-request-id"), Some(told.as_str()));
            told
        };
        assert_eq!(get("a-B_1.2:3"), "a-B_1.2:3");
        for odd in ["", "a b", "<script>", "žluť", &"x".repeat(101)] {
            assert_ne!(get(odd), odd);
        }
    }

    fn tokens_that_are_none(app: &TestApp) {
        let long = format!("Bearer {}", "x".repeat(9_000));
        for header in ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer a b", "Bearer rmt_x", "Bearer a.b.c", &long] {
            let answer = app.anonymous().send("GET", ALL, &[("authorization", header)], None);
            answer.expect_problem(401, "unauthenticated");
        }
    }
}
