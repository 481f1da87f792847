//! The language that a caller wants sentences in (RFC 9110, section 12.5.4).

use actix_web::HttpRequest;
use actix_web::http::header::{ACCEPT_LANGUAGE, AcceptLanguage, Header as _, HeaderName, Preference, Quality};
use domain::access::Language;

/// Tells the language of what was answered.
pub const CONTENT_LANGUAGE: HeaderName = actix_web::http::header::CONTENT_LANGUAGE;

/// The first language of `Accept-Language`, by its weights, that there are sentences in; else English.
pub fn asked(request: &HttpRequest) -> Language {
    // Nearly no program sends it.
    if !request.headers().contains_key(ACCEPT_LANGUAGE) {
        return Language::English;
    }
    let Ok(mut accepted) = AcceptLanguage::parse(request) else { return Language::English };
    accepted.0.retain(|item| item.quality > Quality::ZERO);
    let known = accepted.ranked().into_iter().find_map(|preference| match preference {
        Preference::Any => Some(Language::English),
        Preference::Specific(tag) => Language::parse(&tag.primary_language().to_ascii_lowercase()),
    });
    known.unwrap_or(Language::English)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn the_best_known_language_is_taken() {
        for (header, language) in [
            ("de", Language::German),
            ("cs-CZ, en;q=0.5", Language::Czech),
            ("fr, en;q=0.3, de;q=0.7", Language::German),
            ("fr", Language::English),
            ("fr, *;q=0.1", Language::English),
            ("de;q=0, cs;q=0.2", Language::Czech),
            (";;;", Language::English),
        ] {
            let request = TestRequest::default().insert_header((ACCEPT_LANGUAGE, header)).to_http_request();
            assert_eq!(asked(&request), language, "{header}");
        }
        assert_eq!(asked(&TestRequest::default().to_http_request()), Language::English);
    }
}
