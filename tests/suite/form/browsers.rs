//! What browsers are told: other origins by a list, and what a page may load.

use super::*;

fn service(change: impl FnOnce(&mut api::config::Config)) -> TestApp {
    TestApp::start_with(persistence::testing::sqlite(), change)
}

const APP: &str = "https://app.example.org";

#[test]
fn pages_of_listed_origins_may_call_and_read_the_headers() {
    let app = service(|config| config.cors_origins = vec![APP.to_owned()]);
    let wanted = "authorization,content-type,if-match,idempotency-key,prefer,remit-min-revision";
    let preflight = |origin: &str, method: &str| {
        let headers =
            [("origin", origin), ("access-control-request-method", method), ("access-control-request-headers", wanted)];
        app.anonymous().send("OPTIONS", "/api/v1/positions", &headers, None)
    };
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
        let answer = preflight(APP, method).expect(200);
        assert_eq!(answer.header("access-control-allow-origin"), Some(APP), "{method}");
        let allowed = answer.header("access-control-allow-headers").unwrap().to_lowercase();
        assert!(wanted.split(',').all(|name| allowed.contains(name)), "{allowed}");
    }
    let answer = app.admin().send("GET", "/api/v1/me", &[("origin", APP)], None).expect(200);
    assert_eq!(answer.header("access-control-allow-origin"), Some(APP));
    let exposed = answer.header("access-control-expose-headers").unwrap().to_lowercase();
    for name in ["etag", "link", "location", "remit-revision", "ratelimit", "retry-after", "idempotent-replayed"] {
        assert!(exposed.contains(name), "{name} in {exposed}");
    }
    let other = app.admin().send("GET", "/api/v1/me", &[("origin", "https://evil.example.org")], None);
    assert_eq!(other.header("access-control-allow-origin"), None);
    assert_eq!(preflight("https://evil.example.org", "GET").header("access-control-allow-origin"), None);
}

// A page has to read why it was refused: to log in again, to show faults, to wait.
#[test]
fn pages_of_listed_origins_may_read_refusals() {
    let app = service(|config| {
        config.cors_origins = vec![APP.to_owned()];
        config.rate_limit_address = 5;
    });
    let origin = ("origin", APP);
    let json = ("content-type", "application/json");
    let (admin, nobody) = (app.admin(), app.anonymous());
    let answers = [
        (admin.send("GET", "/api/v1/users?frob=1", &[origin], None), 400),
        (nobody.send("GET", "/api/v1/me", &[origin], None), 401),
        (nobody.send("POST", "/auth/login", &[origin, json], Some(br#"{"login":"x","password":"y"}"#)), 401),
        (admin.send("GET", "/api/v1/nothing", &[origin], None), 404),
        (admin.send("PUT", "/api/v1/me", &[origin, json], Some(b"{}")), 405),
        (admin.send("GET", "/api/v1/me", &[origin, ("accept", "text/csv")], None), 406),
        (admin.send("POST", "/api/v1/positions", &[origin, ("content-type", "text/plain")], Some(b"x")), 415),
        (admin.send("POST", "/api/v1/positions", &[origin, json], Some(br#"{"code":"c","name":" "}"#)), 422),
    ];
    for (answer, status) in answers {
        assert_eq!(answer.status, status, "{}", answer.text);
        assert_eq!(answer.header("access-control-allow-origin"), Some(APP), "{status}");
        assert!(answer.header("access-control-expose-headers").is_some(), "{status}");
    }
    let limited = std::iter::repeat_with(|| nobody.send("GET", "/api/v1/me", &[origin], None))
        .take(10)
        .find(|answer| answer.status == 429)
        .expect("the quota ends");
    assert_eq!(limited.header("access-control-allow-origin"), Some(APP));
}

#[test]
fn without_a_list_no_other_origin_may() {
    let app = service(|_| {});
    let answer = app.admin().send("GET", "/api/v1/me", &[("origin", APP)], None).expect(200);
    assert_eq!(answer.header("access-control-allow-origin"), None);
}

// Data is not to be run, framed or kept; the documentation loads its own parts only.
#[test]
fn answers_say_what_a_page_may_load() {
    let app = service(|config| config.public_url = Some("https://remit.example.org".to_owned()));
    let data = app.admin().get("/api/v1/me").expect(200);
    assert_eq!(data.header("content-security-policy"), Some("default-src 'none'; frame-ancestors 'none'"));
    assert_eq!(data.header("strict-transport-security"), Some("max-age=31536000"));
    let page = app.anonymous().get("/docs/").expect(200);
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("script-src 'self'") && !policy.contains("http"), "{policy}");
    assert!(!policy.split(';').any(|part| part.contains("script-src") && part.contains("unsafe")), "{policy}");
    let plain = service(|_| {});
    assert_eq!(plain.anonymous().get("/livez").header("strict-transport-security"), None);
}
