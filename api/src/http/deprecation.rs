//! Operations that will go: told in the contract and on each of their answers (RFC 9745,
//! RFC 8594).
//!
//! Within a version of the API things are only added. An operation that has been replaced gets a
//! row in [`DEPRECATED`] and goes with the next version at the earliest.

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use chrono::NaiveDate;
use serde_json::{Map, Value};

const DEPRECATION: HeaderName = HeaderName::from_static("deprecation");
const SUNSET: HeaderName = HeaderName::from_static("sunset");

/// An operation that has been replaced.
#[derive(Clone, Copy, Debug)]
pub struct Deprecated {
    /// Its method, in capitals.
    pub method: &'static str,
    /// Its path, as in the contract.
    pub path: &'static str,
    /// The day since when (UTC).
    pub since: NaiveDate,
    /// The day after which it may be gone (UTC), once that is decided.
    pub until: Option<NaiveDate>,
    /// What to do instead: an address.
    pub instead: &'static str,
}

/// Every deprecated operation. There is none at present.
pub const DEPRECATED: &[Deprecated] = &[];

/// Tells it on an answer.
pub fn tell(table: &[Deprecated], method: &str, path: &str, headers: &mut HeaderMap) {
    let Some(found) = table.iter().find(|row| row.method == method && row.path == path) else {
        return;
    };
    let mut add = |name: HeaderName, text: String| {
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.append(name, value);
        }
    };
    let start = |day: NaiveDate| day.and_time(chrono::NaiveTime::MIN).and_utc();
    add(DEPRECATION, format!("@{}", start(found.since).timestamp()));
    if let Some(until) = found.until {
        add(SUNSET, start(until).format("%a, %d %b %Y %H:%M:%S GMT").to_string());
    }
    add(header::LINK, format!("<{}>; rel=\"deprecation\"", found.instead));
}

/// Tells it in the contract.
pub fn mark(table: &[Deprecated], paths: &mut Map<String, Value>) {
    for row in table {
        let operation = paths.get_mut(row.path).and_then(|item| item.get_mut(row.method.to_lowercase()));
        if let Some(Value::Object(operation)) = operation {
            operation.insert("deprecated".to_owned(), Value::Bool(true));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn table() -> [Deprecated; 1] {
        let day = |text: &str| text.parse().unwrap();
        [Deprecated {
            method: "GET",
            path: "/api/v1/old/{id}",
            since: day("2026-01-01"),
            until: Some(day("2027-01-01")),
            instead: "/docs/#/new",
        }]
    }

    #[test]
    fn an_answer_of_a_deprecated_operation_says_so() {
        let mut headers = HeaderMap::new();
        tell(&table(), "GET", "/api/v1/old/{id}", &mut headers);
        let value = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        assert_eq!(value("deprecation"), Some("@1767225600"));
        assert_eq!(value("sunset"), Some("Fri, 01 Jan 2027 00:00:00 GMT"));
        assert_eq!(value("link"), Some("</docs/#/new>; rel=\"deprecation\""));
        let mut others = HeaderMap::new();
        tell(&table(), "POST", "/api/v1/old/{id}", &mut others);
        assert!(others.is_empty());
    }

    #[test]
    fn the_contract_marks_it() {
        let mut paths = json!({"/api/v1/old/{id}": {"get": {}, "post": {}}});
        mark(&table(), paths.as_object_mut().unwrap());
        assert_eq!(paths, json!({"/api/v1/old/{id}": {"get": {"deprecated": true}, "post": {}}}));
    }

    #[test]
    fn every_row_names_an_operation() {
        for row in DEPRECATED {
            let known = crate::openapi::routes()
                .any(|(path, method)| *path == row.path && method.eq_ignore_ascii_case(row.method));
            assert!(known, "{} {}", row.method, row.path);
        }
    }
}
