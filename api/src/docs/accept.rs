//! Which of two forms of a page the caller would rather have.

use actix_web::http::header::HeaderMap;

use crate::http::accept::{accepted, wish};

/// Whether JSON is preferred to HTML: by weight, at the same weight by who is named more exactly.
/// Who is content with both gets the page.
pub fn prefers_json(headers: &HeaderMap) -> bool {
    let accepted = accepted(headers);
    wish(&accepted, "application", "json") > wish(&accepted, "text", "html")
}

/// Whether HTML is preferred to JSON, as a browser does. Who is content with both does not.
pub fn prefers_html(headers: &HeaderMap) -> bool {
    let accepted = accepted(headers);
    wish(&accepted, "text", "html") > wish(&accepted, "application", "json")
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::{self, HeaderValue};

    #[test]
    fn who_asks_for_json_gets_it_and_everybody_else_the_page() {
        let json = |accept: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
            prefers_json(&headers)
        };
        for wants in [
            "application/json",
            "Application/JSON",
            "application/*",
            "application/json, text/plain, */*",
            "text/html;q=0.5, application/json",
            "text/html;q=0, */*",
            "application/json; charset=utf-8; q=0.9, text/html; q=0.8",
        ] {
            assert!(json(wants), "{wants}");
        }
        for other in [
            "",
            "*/*",
            "text/html",
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "text/html, application/json",
            "application/json;q=0, text/html",
            "application/json;q=0",
            "text/html, application/json;q=0.9",
            "image/png",
        ] {
            assert!(!json(other), "{other}");
        }
        assert!(!prefers_json(&HeaderMap::new()));
    }

    #[test]
    fn only_who_asks_for_html_prefers_it() {
        let html = |accept: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
            prefers_html(&headers)
        };
        assert!(html("text/html") && html("text/html,application/xml;q=0.9,*/*;q=0.8"));
        assert!(!html("*/*") && !html("application/json") && !html("text/html, application/json"));
        assert!(!prefers_html(&HeaderMap::new()));
    }
}
