//! Answers that can cross threads, so that they are written where the work is done.

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName};
use actix_web::{HttpRequest, HttpResponse, Responder};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::commands::Refusal;
use crate::http::prefer::{self, Prefer};
use crate::http::problem::{self, Problem};

/// The header with the newest revision.
pub const REVISION: HeaderName = HeaderName::from_static("remit-revision");

/// An answer: status, headers, body.
#[derive(Debug)]
pub struct Reply {
    status: StatusCode,
    headers: Vec<(HeaderName, String)>,
    body: Vec<u8>,
    /// Fields of the body, or of what it holds, that are shown this once.
    secrets: Vec<&'static str>,
    /// Whether a caller may do without the body.
    minimal: bool,
}

/// An answer as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
    minimal: bool,
}

impl Reply {
    /// An empty answer of that status.
    pub fn new(status: StatusCode) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new(), secrets: Vec::new(), minimal: false }
    }

    /// 200.
    pub fn ok() -> Self {
        Self::new(StatusCode::OK)
    }

    /// 201.
    pub fn created() -> Self {
        Self::new(StatusCode::CREATED)
    }

    /// 202.
    pub fn accepted() -> Self {
        Self::new(StatusCode::ACCEPTED)
    }

    /// 204.
    pub fn no_content() -> Self {
        Self::new(StatusCode::NO_CONTENT)
    }

    /// The value of a header.
    pub fn get(&self, name: &HeaderName) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The same with a header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The same with the link to the next page, if there is one (RFC 8288).
    #[must_use]
    pub fn linked(self, request: &HttpRequest, next_cursor: Option<&str>) -> Self {
        let Some(cursor) = next_cursor else { return self };
        let kept: String = request
            .query_string()
            .split('&')
            .filter(|part| !part.is_empty() && !part.starts_with("cursor="))
            .map(|part| format!("{part}&"))
            .collect();
        self.header(header::LINK, format!("<{}?{kept}cursor={cursor}>; rel=\"next\"", request.path()))
    }

    /// The same, with a field of its JSON body, or of objects within, that is shown this once: never
    /// kept, and never left out.
    #[must_use]
    pub fn secret(mut self, field: &'static str) -> Self {
        self.secrets.push(field);
        self
    }

    /// The same, as the answer to a write: who prefers `return=minimal` gets no body.
    #[must_use]
    pub fn may_be_minimal(mut self) -> Self {
        self.minimal = true;
        self
    }

    /// Status, location and JSON body.
    pub fn parts(&self) -> (u16, Option<String>, Option<Value>) {
        let location = self.get(&header::LOCATION).map(str::to_owned);
        (self.status.as_u16(), location, serde_json::from_slice(&self.body).ok())
    }

    /// A 200 with a JSON body that holds the body of this one, and so what is secret in it.
    #[must_use]
    pub fn json_around(self, value: impl Serialize) -> Self {
        Self { secrets: self.secrets, ..Self::ok().json(value) }
    }

    /// The answer as text to be kept, without its secrets.
    ///
    /// # Errors
    /// The body is no JSON.
    pub fn kept(&self) -> Result<String, Refusal> {
        let unwritable = |_| Refusal::internal("an answer can't be kept");
        let body = if self.secrets.is_empty() {
            String::from_utf8(self.body.clone()).map_err(|_| Refusal::internal("an answer to be kept is no text"))?
        } else {
            let mut body: Value = serde_json::from_slice(&self.body).map_err(unwritable)?;
            hide(&mut body, &self.secrets);
            body.to_string()
        };
        let headers = self.headers.iter().map(|(name, value)| (name.as_str().to_owned(), value.clone())).collect();
        let minimal = self.minimal && self.secrets.is_empty();
        serde_json::to_string(&Kept { status: self.status.as_u16(), headers, body, minimal }).map_err(unwritable)
    }

    /// An answer that was kept.
    ///
    /// # Errors
    /// It can't be read.
    pub fn restored(kept: &str) -> Result<Self, Refusal> {
        let unreadable = || Refusal::internal("a kept answer can't be read");
        let Kept { status, headers, body, minimal } = serde_json::from_str(kept).map_err(|_| unreadable())?;
        let headers = headers
            .into_iter()
            .map(|(name, value)| Some((HeaderName::try_from(name).ok()?, value)))
            .collect::<Option<_>>()
            .ok_or_else(unreadable)?;
        let status = StatusCode::from_u16(status).map_err(|_| unreadable())?;
        Ok(Self { headers, body: body.into_bytes(), minimal, ..Self::new(status) })
    }

    /// The same with a body of that content type.
    #[must_use]
    pub fn body(self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let mut reply = self.header(header::CONTENT_TYPE, content_type);
        reply.body = body.into();
        reply
    }

    /// The same with another JSON body in place of the one that it has.
    #[must_use]
    pub fn json_instead(mut self, value: impl Serialize) -> Self {
        self.headers.retain(|(name, _)| name != header::CONTENT_TYPE);
        self.json(value)
    }

    /// The same with a JSON body.
    #[must_use]
    pub fn json(self, value: impl Serialize) -> Self {
        match serde_json::to_vec(&value) {
            Ok(body) => self.body("application/json", body),
            Err(error) => {
                log::error!("an answer can't be written: {error}");
                let body = serde_json::to_vec(&Problem::new(problem::INTERNAL)).unwrap_or_default();
                Self::new(StatusCode::INTERNAL_SERVER_ERROR).body("application/problem+json", body)
            }
        }
    }
}

/// Takes the values of these fields away, wherever they stand.
fn hide(body: &mut Value, fields: &[&'static str]) {
    match body {
        Value::Object(map) => {
            for (name, value) in map {
                if fields.contains(&name.as_str()) { *value = Value::Null } else { hide(value, fields) }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| hide(item, fields)),
        _ => {}
    }
}

impl Responder for Reply {
    type Body = BoxBody;

    fn respond_to(mut self, request: &HttpRequest) -> HttpResponse<BoxBody> {
        if self.minimal && self.secrets.is_empty() && Prefer::of(request).minimal {
            self.status = StatusCode::NO_CONTENT;
            self.body.clear();
            self.headers.retain(|(name, _)| name != header::CONTENT_TYPE);
            self = self.header(prefer::APPLIED, "return=minimal");
        }
        let mut response = HttpResponse::build(self.status);
        for (name, value) in self.headers {
            response.insert_header((name, value));
        }
        if self.body.is_empty() { response.finish() } else { response.body(self.body) }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_kept_answer_is_the_same_but_for_its_secrets() {
        let reply = Reply::created()
            .header(header::ETAG, "\"7\"")
            .secret("token")
            .json(json!({"id": 1, "token": "s", "each": [{"token": "s"}]}));
        let kept = reply.kept().unwrap();
        assert!(!kept.contains("\"s\""));
        let again = Reply::restored(&kept).unwrap();
        assert_eq!((again.status, &again.headers), (reply.status, &reply.headers));
        assert_eq!(
            serde_json::from_slice::<Value>(&again.body).unwrap(),
            json!({"id": 1, "token": null, "each": [{"token": null}]})
        );
    }
}
