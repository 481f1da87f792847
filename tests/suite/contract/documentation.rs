//! Swagger UI.

use super::*;

/// What follows a text in a page, up to a quote.
fn quoted<'a>(page: &'a str, before: &str) -> Vec<&'a str> {
    page.match_indices(before).filter_map(|(at, _)| page[at + before.len()..].split(['"', '\'']).next()).collect()
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

// Whoever opens the bare address is led to what can be done here.
#[test]
fn the_bare_address_leads_to_the_page() {
    let app = service();
    let page = app.anonymous().get("/").expect(200);
    assert!(page.text.contains("swagger-ui"));
    let refused = app.anonymous().send("POST", "/", &[], None).expect_problem(405, "method_not_allowed");
    assert_eq!(refused.header("allow"), Some("GET, HEAD"));
}

#[test]
fn docs_without_a_slash_leads_to_the_page() {
    let app = service();
    let page = app.anonymous().get("/docs").expect(200);
    assert!(page.text.contains("swagger-ui"));
}
