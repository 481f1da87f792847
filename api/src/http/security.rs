//! Headers that keep browsers from doing more with an answer than they should.

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};

/// What every answer carries, unless it says otherwise itself. Answers of the API are data: no
/// page may run or frame them, and no cache may keep them.
const ALWAYS: [(HeaderName, &str); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::CROSS_ORIGIN_OPENER_POLICY, "same-origin"),
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    (header::CACHE_CONTROL, "no-store"),
];

/// What pages of the documentation may load: their own parts. Swagger UI styles itself, and draws
/// its icons from `data:` addresses.
const DOCUMENTATION: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Adds them to the answer of a path; `secure`: the service is reached by `https`, and never
/// otherwise.
pub fn add(headers: &mut HeaderMap, path: &str, secure: bool) {
    if path.starts_with("/docs/") && !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(DOCUMENTATION));
    }
    for (name, value) in ALWAYS {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    if secure {
        // Of this host alone: what else lies below a company's domain is not for Remit to say.
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
}
