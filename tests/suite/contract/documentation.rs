//! Swagger UI and the pages of problems.

use super::*;

/// What follows a text in a page, up to a quote.
fn quoted<'a>(page: &'a str, before: &str) -> Vec<&'a str> {
    page.match_indices(before).filter_map(|(at, _)| page[at + before.len()..].split(['"', '\'']).next()).collect()
}

// Every code that a problem can carry has its page.
#[test]
fn every_problem_code_has_its_page() {
    let app = service();
    let catalogue = api::http::problem::catalogue();
    assert!(catalogue.len() > 60);
    let mut names: Vec<_> = catalogue.iter().map(|(name, ..)| *name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), catalogue.len(), "a code stands twice");
    for (name, status, title, rule) in catalogue {
        let page = app.anonymous().get(&format!("/docs/problems/{name}")).expect(200);
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
        assert!(
            page.text.contains(name) && page.text.contains(&status.to_string()) && page.text.contains(title),
            "{name}"
        );
        assert!(rule.is_none_or(|rule| page.text.contains(rule)), "{name} does not name its rule");
        assert!(name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'), "{name}");
    }
    app.anonymous().get("/docs/problems/no_such_code").expect_problem(404, "not_found");
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

// Swagger UI is embedded: it needs nothing from elsewhere.
#[test]
fn swagger_ui_is_served_whole_and_asks_nothing_elsewhere() {
    let app = service();
    let client = app.anonymous();
    let page = client.get("/docs/").expect(200);
    assert!(page.header("content-type").is_some_and(|kind| kind.starts_with("text/html")));
    let mut assets = quoted(&page.text, "src=\"");
    assets.extend(quoted(&page.text, "href=\""));
    assert!(assets.len() >= 4, "{}", page.text);
    let mut initializer = None;
    for asset in assets {
        assert!(!asset.contains("//"), "{asset} lies elsewhere");
        let path = format!("/docs/{}", asset.trim_start_matches("./").trim_start_matches("/docs/"));
        let answer = client.send("GET", &path, &[], None);
        assert_eq!(answer.status, 200, "{path}");
        if asset.contains("initializer") {
            initializer = Some(answer.text);
        }
    }
    let initializer = initializer.expect("an initializer");
    for text in [&page.text, &initializer] {
        assert!(!text.contains("http://") && !text.contains("https://"), "{text}");
    }
    assert!(initializer.contains("\"/openapi.json\""), "{initializer}");
    assert!(initializer.contains("persistAuthorization"), "{initializer}");
    // The online validator is off.
    assert!(initializer.contains("\"validatorUrl\": \"none\""), "{initializer}");
}

#[test]
fn docs_without_a_slash_leads_to_the_page() {
    let app = service();
    let page = app.anonymous().get("/docs").expect(200);
    assert!(page.text.contains("swagger-ui"));
}
