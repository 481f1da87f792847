//! What a caller prefers (RFC 7240): `wait=N` for long work, `return=minimal` for writes.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::http::header::{HeaderMap, HeaderName};

/// The request header.
pub const PREFER: HeaderName = HeaderName::from_static("prefer");

/// Names the preferences that were followed.
pub const APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// Longest wait in seconds.
pub const WAIT_MAX: u64 = 60;

/// What the caller prefers. What is not understood is passed over, as the standard says.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Prefer {
    /// To have the answer when the work has ended, or after so long.
    pub wait: Option<Duration>,
    /// Not to be sent what it knows.
    pub minimal: bool,
}

impl Prefer {
    /// The preferences of a request.
    pub fn of(request: &HttpRequest) -> Self {
        Self::read(request.headers())
    }

    fn read(headers: &HeaderMap) -> Self {
        let mut out = Self::default();
        let given = headers.get_all(PREFER).filter_map(|value| value.to_str().ok());
        for preference in given.flat_map(|text| text.split(',')) {
            let preference = preference.split(';').next().unwrap_or_default();
            let (name, value) = preference.split_once('=').unwrap_or((preference, ""));
            let value = value.trim().trim_matches('"');
            match name.trim().to_ascii_lowercase().as_str() {
                // The first of several counts.
                "wait" if out.wait.is_none() => {
                    out.wait = value.parse().ok().map(|seconds: u64| Duration::from_secs(seconds.min(WAIT_MAX)));
                }
                "return" => out.minimal |= value == "minimal",
                _ => {}
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn read(lines: &[&str]) -> Prefer {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(PREFER, HeaderValue::from_str(line).unwrap());
        }
        Prefer::read(&headers)
    }

    #[test]
    fn known_preferences_are_read_and_others_passed_over() {
        let both = Prefer { wait: Some(Duration::from_secs(10)), minimal: true };
        assert_eq!(read(&["return=minimal, wait=10"]), both);
        assert_eq!(read(&["respond-async; x=y, Wait = \"10\"", "RETURN=minimal"]), both);
        assert_eq!(read(&["wait=5, wait=9"]).wait, Some(Duration::from_secs(5)));
        assert_eq!(read(&["wait=99999"]).wait, Some(Duration::from_secs(WAIT_MAX)));
        assert_eq!(read(&["wait=soon, return=representation, frob"]), Prefer::default());
    }
}
