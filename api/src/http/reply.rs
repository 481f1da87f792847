//! Answers that can cross threads, so that they are written where the work is done.

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName};
use actix_web::{HttpRequest, HttpResponse, Responder};
use serde::Serialize;

use crate::http::problem::{self, Problem};

/// An answer: status, headers, body.
#[derive(Debug)]
pub struct Reply {
    status: StatusCode,
    headers: Vec<(HeaderName, String)>,
    body: Vec<u8>,
}

impl Reply {
    /// An empty answer of that status.
    pub fn new(status: StatusCode) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
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

    /// The same with a header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The same with a body of that content type.
    #[must_use]
    pub fn body(self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let mut reply = self.header(header::CONTENT_TYPE, content_type);
        reply.body = body.into();
        reply
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

impl Responder for Reply {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse<BoxBody> {
        let mut response = HttpResponse::build(self.status);
        for (name, value) in self.headers {
            response.insert_header((name, value));
        }
        if self.body.is_empty() { response.finish() } else { response.body(self.body) }
    }
}
