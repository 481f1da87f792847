//! The same bad things for every route of the contract.

use std::collections::BTreeMap;

use api::rest::routes::ROUTES;
use tests::{Answer, on_every_database};

use super::revision;

/// A path with every parameter filled in by something that there is none of.
fn filled(path: &str) -> String {
    let id = "019aa0b2-7a51-7c04-9d6a-7a3f0c1f5e11";
    path.replace("{id}", id).replace("{role_id}", id).replace("{external_id}", "nothing").replace("{number}", "U-99")
}

#[track_caller]
fn is_refused(answer: &Answer, what: &str) {
    assert!((400..500).contains(&answer.status), "{what}: {} {}", answer.status, answer.text);
    assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{what}");
    assert_eq!(answer.json["status"], answer.status, "{what}");
    for field in ["type", "title", "code", "instance", "request_id"] {
        assert!(answer.json[field].is_string(), "{what}: no {field} in {}", answer.text);
    }
}

on_every_database! {
    fn wrong_methods(app: &TestApp) {
        let mut methods: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (path, method) in ROUTES {
            methods.entry(path).or_default().push(method.to_uppercase());
        }
        for (path, known) in methods {
            for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
                if known.iter().any(|known| known == method) {
                    continue;
                }
                let answer = app.anonymous().send(method, &filled(path), &[], None);
                let answer = answer.expect_problem(405, "method_not_allowed");
                // HEAD goes wherever GET does.
                let allowed = known.join(", ").replace("GET", "GET, HEAD");
                assert_eq!(answer.header("allow"), Some(allowed.as_str()), "{method} {path}");
            }
        }
    }

    fn bad_bodies(app: &TestApp) {
        let before = revision(app);
        let deep = "[".repeat(10_000);
        let bodies: [&[u8]; 11] = [
            b"", b"{", b"[]", b"null", b"7", b"\xff\xfe", b"{\"a\":\"\0\"}", b"{\"frob\\u0000\":1}", b"{\"frob\":1}", b"1e999",
            deep.as_bytes(),
        ];
        // These take no body; here there is nothing to do it to either.
        let bodiless = ["/auth/logout", "/api/v1/role-sync-runs"];
        for (path, method) in ROUTES.iter().filter(|(path, method)| *method != "get" && !bodiless.contains(path)) {
            for body in bodies {
                let headers = [("content-type", "application/json"), ("if-match", "*")];
                let answer = app.admin().send(&method.to_uppercase(), &filled(path), &headers, Some(body));
                is_refused(&answer, &format!("{method} {path} {}", String::from_utf8_lossy(body.get(..20).unwrap_or(body))));
            }
        }
        assert_eq!(revision(app), before);
    }

    fn bad_queries(app: &TestApp) {
        let queries = ["frob=1", "%00=1", "frob=%00", "%ff=1", "frob=%ff", "frob=1&frob=1", "=", "&&x", "limit=99999999999999999999"];
        let open = ["/livez", "/readyz", "/metrics"];
        for (path, method) in ROUTES.iter().filter(|(path, _)| !open.contains(path) && *path != "/auth/logout") {
            for query in queries {
                let body = (*method != "get").then_some(&b"{}"[..]);
                let headers = [("content-type", "application/json"), ("if-match", "*")];
                let answer = app.admin().send(&method.to_uppercase(), &format!("{}?{query}", filled(path)), &headers, body);
                is_refused(&answer, &format!("{method} {path}?{query}"));
            }
        }
    }

    fn bad_ids(app: &TestApp) {
        let ids = ["x", "0", "019aa0b2-7a51-7c04-9d6a-7a3f0c1f5e1", "%00", "%ff", "..%2f..", "%27%20or%201=1", &"9".repeat(2_000)];
        for (path, method) in ROUTES.iter().filter(|(path, _)| path.contains("{id}")) {
            for id in ids {
                let path = path.replace("{id}", id).replace("{role_id}", id);
                let headers = [("content-type", "application/json"), ("if-match", "*")];
                let body = (*method != "get").then_some(&b"{}"[..]);
                app.admin().send(&method.to_uppercase(), &path, &headers, body).expect_problem(404, "not_found");
            }
        }
    }

    fn nobody_gets_in_without_a_token(app: &TestApp) {
        let open = [
            "/livez", "/readyz", "/metrics", "/auth/login", "/auth/refresh", "/auth/jwks.json", "/auth/setup", "/auth/password",
            "/auth/password-reset", "/auth/invitation",
        ];
        for (path, method) in ROUTES.iter().filter(|(path, _)| !open.contains(path)) {
            let headers = [("content-type", "application/json"), ("if-match", "*")];
            let body = (*method != "get").then_some(&b"{}"[..]);
            let answer = app.anonymous().send(&method.to_uppercase(), &filled(path), &headers, body);
            let answer = answer.expect_problem(401, "unauthenticated");
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{method} {path}");
        }
    }
}
