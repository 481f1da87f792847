use serde_json::{Value, json};
use tests::{Answer, TestApp, on_every_database};

use super::revision;

const JSON: &str = "application/json";
const ROLES: &str = "/api/v1/roles";

fn post(app: &TestApp, content_type: &str, body: &[u8]) -> Answer {
    app.admin().send("POST", ROLES, &[("content-type", content_type)], Some(body))
}

on_every_database! {
    fn broken_json(app: &TestApp) {
        let bodies: [&[u8]; 12] = [
            b"", b" ", b"{", b"{\"code\":}", b"{\"code\":\"a\",}", b"{'code':1}", b"{\"a\":1}{\"b\":2}", b"nul", b"{\"a\":01}",
            b"{\"a\":\"\\ud800\"}", b"{\"a\":\"\\x\"}", b"\xef\xbb\xbf{}",
        ];
        for body in bodies {
            let answer = post(app, JSON, body).expect_problem(400, "malformed_body");
            assert!(answer.json["detail"].is_string(), "{}", answer.text);
        }
    }

    fn invalid_utf_8(app: &TestApp) {
        for body in [&b"{\"code\":\"a\xff\",\"name\":\"x\"}"[..], b"\xc3\x28", b"{\"\xf0\x28\x8c\x28\":1}", b"\xff\xfe{\0}\0"] {
            post(app, JSON, body).expect_problem(400, "malformed_body");
        }
    }

    fn nul_bytes(app: &TestApp) {
        let bodies: [&[u8]; 5] = [
            b"{\"code\":\"a\\u0000b\",\"name\":\"x\"}", b"{\"code\":\"a\0b\",\"name\":\"x\"}", b"{\"co\\u0000de\":1}", b"\0",
            b"{\"code\":\"a\",\"name\":\"x\",\"manager_external_ids\":[\"\\u0000\"]}",
        ];
        for body in bodies {
            post(app, JSON, body).expect_problem(400, "malformed_body");
        }
    }

    fn something_else_than_an_object(app: &TestApp) {
        for body in ["[]", "[{\"code\":\"a\",\"name\":\"x\"}]", "null", "true", "7", "\"code\""] {
            post(app, JSON, body.as_bytes()).expect_problem(400, "invalid_body");
        }
    }

    fn wrong_types_and_unknown_fields_are_told_at_once(app: &TestApp) {
        let before = revision(app);
        let body = json!({
            "code": ["a"], "name": {"de": "x"}, "priority": "7", "protected": 1, "manager_ids": "x", "mode": "auto",
            "valid_from": 20260101, "frob": null, "ID": 1,
        });
        let answer = app.admin().post(ROLES, body).expect_problem(400, "invalid_body");
        for pointer in ["/code", "/name", "/priority", "/protected", "/manager_ids", "/valid_from"] {
            find(&answer, pointer, "wrong_type");
        }
        find(&answer, "/mode", "unknown_value");
        find(&answer, "/frob", "unknown_field");
        find(&answer, "/ID", "unknown_field");
        assert_eq!(revision(app), before);
    }

    fn values_out_of_range_are_told_at_once(app: &TestApp) {
        let body = json!({
            "code": "x".repeat(101), "name": "x".repeat(201), "external_id": "", "note": "x".repeat(2001), "priority": 1_000_001,
            "valid_from": "2026-13-01", "manager_ids": ["no-uuid"],
        });
        let answer = app.admin().post(ROLES, body).expect_problem(422, "invalid_values");
        for (pointer, code) in [
            ("/code", "too_long"), ("/name", "too_long"), ("/external_id", "required"), ("/note", "too_long"),
            ("/priority", "out_of_range"), ("/valid_from", "bad_format"), ("/manager_ids/0", "bad_format"),
        ] {
            find(&answer, pointer, code);
        }
    }

    fn a_refused_value_is_not_repeated(app: &TestApp) {
        let body = json!({"code": "secret value", "name": 7, "mode": "secret value", "secret value": "secret value"});
        let answer = app.admin().post(ROLES, body).expect_problem(400, "invalid_body");
        assert!(!answer.text.replace("/secret value", "").contains("secret value"), "{}", answer.text);
    }

    fn huge_numbers(app: &TestApp) {
        for number in ["1e999", "-1e999"] {
            let body = format!("{{\"code\":\"a\",\"name\":\"x\",\"priority\":{number}}}");
            post(app, JSON, body.as_bytes()).expect_problem(400, "malformed_body");
        }
        for number in ["99999999999999999999999999", "9223372036854775808", "-9223372036854775809", "2147483648", "1e30"] {
            let body = format!("{{\"code\":\"a\",\"name\":\"x\",\"priority\":{number}}}");
            let status = post(app, JSON, body.as_bytes()).status;
            assert!(matches!(status, 400 | 422), "{number}: {status}");
        }
        for number in ["1.5", "0.1"] {
            let body = format!("{{\"code\":\"a\",\"name\":\"x\",\"priority\":{number}}}");
            post(app, JSON, body.as_bytes()).expect_fault(400, "wrong_type", "/priority");
        }
        assert!(app.admin().ids(&format!("{ROLES}?code=a")).is_empty());
    }

    fn wrong_content_types(app: &TestApp) {
        let body = b"{\"code\":\"a\",\"name\":\"x\"}";
        for content_type in ["text/plain", "application/xml", "application/x-www-form-urlencoded", "application/jsonx", "*/*"] {
            let answer = post(app, content_type, body).expect_problem(415, "unsupported_media_type");
            assert_eq!(answer.header("accept"), Some("application/json"));
        }
        app.admin().send("POST", ROLES, &[], Some(body)).expect_problem(415, "unsupported_media_type");
        post(app, "application/merge-patch+json", body).expect_problem(415, "unsupported_media_type");
        let path = format!("{ROLES}/{}", app.company().role("r", 0));
        let headers = [("content-type", "text/plain"), ("if-match", "*")];
        let answer = app.admin().send("PATCH", &path, &headers, Some(b"{}")).expect_problem(415, "unsupported_media_type");
        assert_eq!(answer.header("accept"), Some("application/merge-patch+json, application/json"));
        post(app, "application/json; charset=utf-8", body).expect(201);
    }

    fn too_deep(app: &TestApp) {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            for levels in [33, 5_000] {
                let body = format!("{}1{}", open.repeat(levels), close.repeat(levels));
                let answer = post(app, JSON, body.as_bytes()).expect_problem(400, "malformed_body");
                assert!(answer.json["detail"].as_str().unwrap().contains("32"), "{}", answer.text);
            }
        }
        let unclosed = "[".repeat(100_000);
        post(app, JSON, unclosed.as_bytes()).expect_problem(400, "malformed_body");
    }

    fn too_large(app: &TestApp) {
        let before = revision(app);
        let whole = format!("{{\"code\":\"a\",\"name\":\"x\",\"note\":\"{}\"}}", "n".repeat(4_194_304));
        post(app, JSON, whole.as_bytes()).expect_problem(413, "body_too_large");
        let just = format!("{{\"code\":\"a\",\"name\":\"x\",\"note\":\"{}\"}}", "n".repeat(1_000_000));
        post(app, JSON, just.as_bytes()).expect_fault(422, "too_long", "/note");
        let path = format!("{ROLES}/{}", uuid::Uuid::now_v7());
        let headers = [("content-type", JSON), ("if-match", "*")];
        app.admin().send("PATCH", &path, &headers, Some(whole.as_bytes())).expect_problem(413, "body_too_large");
        assert_eq!(revision(app), before);
    }

    // D-01, D-06, R-02, U-01
    fn a_broken_rule_changes_nothing_and_is_named(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (a, position, worker, role) = (company.department("a", None), company.position("p"), company.worker("w"), company.role("r", 0));
        let b = company.department("b", Some(&a));
        company.contract(&worker, &a, &position, None, None);
        let before = revision(app);
        let check = |answer: Answer, code: &str, rule: Value, pointer: &str| {
            let answer = answer.expect_problem(409, code).expect_fault(409, code, pointer);
            assert_eq!(answer.json.get("rule").cloned().unwrap_or(Value::Null), rule, "{}", answer.text);
        };
        let overlap = json!({"worker_id": worker, "department_id": a, "position_id": position, "state": "signed"});
        check(admin.post("/api/v1/contracts", overlap), "contract_overlap", json!("D-06"), "/valid_from");
        check(admin.patch(&format!("/api/v1/departments/{a}"), json!({"parent_id": b})), "department_cycle", json!("D-01"), "/parent_id");
        let cycle = json!({"role_id": role, "member_type": "role", "member_id": role});
        check(admin.post("/api/v1/memberships", cycle), "role_cycle", json!("R-02"), "/member_id");
        check(admin.post("/api/v1/departments", json!({"code": "a", "name": "x"})), "code_taken", json!(null), "/code");
        let login = json!({"login": "ADMIN", "first_name": "x", "last_name": "x", "email": "x@example.org"});
        check(admin.post("/api/v1/users", login), "login_taken", json!("U-01"), "/login");
        assert_eq!(revision(app), before);
    }
}

#[track_caller]
fn find(answer: &Answer, pointer: &str, code: &str) {
    let errors = answer.json["errors"].as_array().unwrap();
    let found = errors.iter().any(|error| error["pointer"] == pointer && error["code"] == code);
    assert!(found, "no {code} at {pointer}: {}", answer.text);
}
