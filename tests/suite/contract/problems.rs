//! The pages of problems.

use std::collections::BTreeSet;

use sha2::Digest;

use super::*;

/// Every code that a problem can carry: name, status, title, rule.
fn catalogue() -> Vec<(&'static str, u16, &'static str, Option<&'static str>)> {
    let catalogue = api::http::problem::catalogue();
    assert!(catalogue.len() > 60);
    let names: BTreeSet<_> = catalogue.iter().map(|(name, ..)| *name).collect();
    assert_eq!(names.len(), catalogue.len(), "a code stands twice");
    catalogue
}

/// A text as it stands in a page.
fn in_html(text: &str) -> String {
    text.replace('&', "&amp;").replace('\'', "&#39;")
}

/// What lies between the first two texts of a page.
fn between<'a>(page: &'a str, before: &str, after: &str) -> &'a str {
    page.split_once(before).and_then(|(_, rest)| rest.split_once(after)).map(|(inside, _)| inside).unwrap()
}

/// A page stands alone: no script, nothing loaded, no way out of the service.
#[track_caller]
fn stands_alone(page: &Answer) {
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(page.header("cache-control"), Some("public, max-age=3600"));
    assert_eq!(page.header("vary"), Some("accept"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    let text = &page.text;
    for outside in ["http://", "https://", "//", "<script", "<img", "<link", "<iframe", "@import", "url(", " style="] {
        assert!(!text.contains(outside), "{outside} in {text}");
    }
    for (at, _) in text.match_indices("href=\"") {
        assert!(text[at..].starts_with("href=\"/docs/"), "{}", &text[at..at + 60]);
    }
    for needed in ["<!doctype html>", "<html lang=\"en\">", "<meta name=\"viewport\"", "</title>", "<main>", "<h1>"] {
        assert!(text.contains(needed), "no {needed}");
    }
}

#[test]
fn every_problem_code_has_its_page() {
    let app = service();
    for (name, status, title, rule) in catalogue() {
        assert!(name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'), "{name}");
        let path = format!("/docs/problems/{name}");
        let page = app.anonymous().get(&path).expect(200);
        stands_alone(&page);
        for told in [format!("<h1><code>{name}</code></h1>"), format!("HTTP status {status} "), in_html(title)] {
            assert!(page.text.contains(&told), "{name} does not tell {told}");
        }
        let rule = rule.map(|number| domain::rule_text::find(number).unwrap());
        assert_eq!(page.text.contains("The rule behind it"), rule.is_some(), "{name}");
        assert!(rule.is_none_or(|rule| page.text.contains(&in_html(rule.sentence))), "{name} does not tell its rule");
    }
}

// A program gets the same as data.
#[test]
fn every_problem_code_is_explained_as_json() {
    let app = service();
    let as_json = |path: &str| app.anonymous().send("GET", path, &[("accept", "application/json")], None).expect(200);
    let whole = as_json("/docs/problems");
    assert!(whole.json["next_cursor"].is_null());
    assert_eq!(whole.items().len(), catalogue().len());
    for (name, status, title, rule) in catalogue() {
        let one = as_json(&format!("/docs/problems/{name}"));
        assert_eq!(one.header("content-type"), Some("application/json"));
        assert_eq!((one.header("vary"), one.header("cache-control")), (Some("accept"), Some("public, max-age=3600")));
        assert_eq!(one.json["code"], name);
        assert_eq!(one.json["status"], status);
        assert_eq!(one.json["title"], title);
        assert_eq!(one.json["rule"]["number"].as_str(), rule);
        assert_eq!(one.json["example"]["code"], name);
        for text in ["means", "remedy"] {
            assert!(one.json[text].as_str().is_some_and(|text| !text.is_empty()), "{name}");
        }
        assert!(whole.items().contains(&one.json), "{name}");
    }
}

#[test]
fn the_index_leads_to_every_page_by_status() {
    let app = service();
    let page = app.anonymous().get("/docs/problems").expect(200);
    stands_alone(&page);
    for (name, status, ..) in catalogue() {
        let group = between(&page.text, &format!("<h2 id=\"s{status}\">"), "</dl>");
        assert!(group.contains(&format!("<a href=\"/docs/problems/{name}\">")), "{name} is not below {status}");
    }
}

// What stands in `errors` only has a row in the index, and a way there; the tests' client holds each code that
// it meets against these rows.
#[test]
fn the_codes_of_fields_have_a_row_in_the_index() {
    let app = service();
    let anonymous = app.anonymous();
    let page = anonymous.get("/docs/problems").expect(200);
    let json = anonymous.send("GET", "/docs/problems", &[("accept", "application/json")], None).expect(200);
    for code in [
        "bad_format", "bad_query", "duplicate_parameter", "too_short", "unknown_field", "unknown_parameter",
        "unknown_value", "wrong_form", "wrong_type",
    ] {
        assert!(page.text.contains(&format!("<dt id=\"{code}\">")), "{code}");
        assert!(json.json["field_codes"].as_array().unwrap().iter().any(|row| row["code"] == code), "{code}");
        // Its own address leads there too, and so does that of the index with a slash.
        assert_eq!(anonymous.get(&format!("/docs/problems/{code}")).expect(200).text, page.text);
    }
    assert_eq!(anonymous.get("/docs/problems/").expect(200).text, page.text);
}

// Whoever follows a link in a browser gets a page, also where there is nothing.
#[test]
fn a_browser_gets_a_page_for_a_code_that_there_is_none_of() {
    let app = service();
    let page = app.anonymous().send("GET", "/docs/problems/no_such_code", &[("accept", "text/html,*/*;q=0.8")], None);
    assert_eq!((page.status, page.header("cache-control")), (404, Some("no-store")));
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(page.text.contains("<a href=\"/docs/problems\">"));
}

// The policy names the style by its hash; with another one the page would be bare.
#[test]
fn the_policy_allows_the_style_of_the_page() {
    use base64::Engine;
    let app = service();
    let page = app.anonymous().get("/docs/problems/busy").expect(200);
    let style = between(&page.text, "<style>", "</style>");
    let hash = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(style));
    assert!(page.header("content-security-policy").unwrap().contains(&format!("'sha256-{hash}'")));
}

#[test]
fn a_code_that_there_is_none_of_has_no_page() {
    let app = service();
    for code in ["no_such_code", "Forbidden", "%ff", "%3Cscript%3E"] {
        let answer = app.anonymous().get(&format!("/docs/problems/{code}")).expect_problem(404, "not_found");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
    for path in ["/docs/problems", "/docs/problems/forbidden"] {
        let refused = app.anonymous().send("POST", path, &[], None).expect_problem(405, "method_not_allowed");
        assert_eq!(refused.header("allow"), Some("GET, HEAD"));
    }
}

// A problem's `type` leads to its page.
#[test]
fn the_type_of_a_problem_leads_to_its_page() {
    let app = service();
    let (admin, anonymous) = (app.admin(), app.anonymous());
    let body = json!({"code": "d", "name": "D"});
    admin.post("/api/v1/departments", body.clone()).expect(201);
    for problem in [
        anonymous.get("/api/v1/me"),
        admin.get("/nowhere"),
        admin.get("/api/v1/departments?frob=1"),
        admin.post("/api/v1/departments", body),
        admin.post("/api/v1/departments", json!({})),
        admin.post("/api/v1/departments", json!({"frob": 1})),
        admin.send("POST", "/livez", &[], None),
        admin.send("POST", "/api/v1/departments", &[("content-type", "text/plain")], Some(b"x")),
    ] {
        assert_eq!(problem.header("content-type"), Some("application/problem+json"), "{}", problem.text);
        assert_eq!(problem.json["status"], problem.status);
        let page = anonymous.get(problem.json["type"].as_str().unwrap()).expect(200);
        assert!(page.text.contains(problem.json["code"].as_str().unwrap()));
        assert!(problem.json["instance"].as_str().is_some_and(|path| path.starts_with('/')), "{}", problem.text);
    }
}
