//! Problems: RFC 9457 answers. One row per code; what is not in the table is a 500 with a fixed
//! text.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use domain::rule::{Class, Code, Violation};
use serde::Serialize;
use utoipa::ToSchema;

/// One code of the HTTP face; the domain's codes stand in [`domain::rule::code`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ProblemCode {
    /// Stable, English `snake_case`.
    pub name: &'static str,
    /// HTTP status.
    pub status: u16,
    /// One sentence.
    pub title: &'static str,
}

macro_rules! problems {
    ($($name:ident = $status:literal $text:literal: $title:literal;)*) => {$(
        #[doc = $title]
        pub const $name: ProblemCode = ProblemCode { name: $text, status: $status, title: $title };
    )*
        /// Every code of the HTTP face.
        pub const ALL: &[ProblemCode] = &[$($name),*];
    };
}

problems! {
    MALFORMED_BODY = 400 "malformed_body": "The body can't be parsed.";
    BODY_NOT_ALLOWED = 400 "invalid_body": "The body has a wrong type, an unknown field or an unknown value.";
    BAD_PARAMETER = 400 "bad_parameter": "A parameter is unknown or can't be parsed.";
    BAD_CURSOR = 400 "bad_cursor": "The cursor is none of this list and order.";
    SEARCH_TOKEN_EXPIRED = 400 "search_token_expired": "The state that the pages of this search show is gone.";
    BAD_HEADER = 400 "bad_header": "A header can't be parsed.";
    UNAUTHENTICATED = 401 "unauthenticated": "A valid access token is needed.";
    INVALID_CREDENTIALS = 401 "invalid_credentials": "Login or password is wrong.";
    FORBIDDEN = 403 "forbidden": "The caller lacks a permission.";
    SESSION_REQUIRED = 403 "session_required": "Only a log-in session may do this, no other token.";
    NOT_FOUND = 404 "not_found": "There is no such thing, or the caller may not know of it.";
    METHOD_NOT_ALLOWED = 405 "method_not_allowed": "The path does not know this method.";
    NOT_ACCEPTABLE = 406 "not_acceptable": "The answer is JSON only.";
    CONFLICT = 409 "conflict": "The change breaks a rule of the database.";
    OWN_ACCOUNT = 409 "own_account": "Nobody does this to their own account.";
    SET_UP_DONE = 409 "set_up_done": "There is an administrator already.";
    IMPORT_STATE = 409 "operation_finished": "The operation has ended.";
    PLAN_APPLIED = 409 "plan_applied": "The plan has been applied already.";
    PLAN_EXPIRED = 409 "plan_expired": "The plan is too old to be applied.";
    PLAN_OUTDATED = 409 "plan_outdated": "What the plan was made from has changed.";
    PLAN_REFUSED = 409 "plan_refused": "What the plan would do breaks a rule.";
    STALE = 412 "precondition_failed": "The thing has changed since it was read.";
    TOO_LARGE = 413 "body_too_large": "The body is larger than allowed.";
    UNSUPPORTED_MEDIA = 415 "unsupported_media_type": "The content type is not one that this operation takes.";
    INVALID_VALUES = 422 "invalid_values": "Values are missing or make no sense.";
    KEY_REUSED = 422 "idempotency_key_reused": "The idempotency key was used for another request.";
    WEAK_PASSWORD = 422 "weak_password": "The password does not meet the rules.";
    WRONG_PASSWORD = 422 "wrong_password": "The present password is wrong.";
    PRECONDITION_REQUIRED = 428 "precondition_required": "If-Match is required.";
    BUSY = 503 "busy": "The service is busy; try again soon.";
    BEHIND = 503 "behind": "This node has not yet reached the revision asked for.";
    UNAVAILABLE = 503 "unavailable": "The database can't be reached.";
    TOO_MANY = 429 "too_many_requests": "Too many requests.";
    INTERNAL = 500 "internal": "Something went wrong inside. The request id helps to find it in the log.";
}

/// One fault of one field.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(example = json!({"pointer": "/last_name", "code": "required", "detail": "must not be empty"}))]
pub struct FieldError {
    /// JSON pointer to the field, or the parameter's name.
    #[schema(max_length = 500)]
    pub pointer: String,
    /// Stable code.
    #[schema(max_length = 100)]
    pub code: String,
    /// What is wrong.
    #[schema(max_length = 1000)]
    pub detail: String,
}

/// The permission that the caller lacks.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Missing {
    /// The module's code.
    #[schema(max_length = 100)]
    pub module: String,
    /// The action.
    #[schema(max_length = 100)]
    pub action: String,
}

/// An answer that says what went wrong (RFC 9457).
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Problem(Box<Members>);

/// The members of a problem.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
#[schema(as = Problem, example = json!({
    "type": "/docs/problems/precondition_required", "title": "If-Match is required.", "status": 428,
    "detail": "send the ETag that you read", "instance": "/api/v1/roles/019a", "code": "precondition_required",
    "request_id": "019a2b3c"
}))]
pub struct Members {
    /// A page that explains the code.
    #[serde(rename = "type")]
    #[schema(max_length = 300)]
    kind: String,
    /// One sentence for the code.
    #[schema(max_length = 300)]
    title: &'static str,
    /// HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// What is wrong in this case.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 2000)]
    pub detail: Option<String>,
    /// The path that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 65536)]
    pub instance: Option<String>,
    /// Stable code.
    #[schema(max_length = 100)]
    pub code: &'static str,
    /// The domain rule's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 10)]
    pub rule: Option<&'static str>,
    /// The request's id, as in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 100)]
    pub request_id: Option<String>,
    /// Every fault of every field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 1000)]
    pub errors: Vec<FieldError>,
    /// The permission that the caller lacks.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub missing: Option<Missing>,
    /// Headers that go with it.
    #[serde(skip)]
    pub headers: Vec<(header::HeaderName, String)>,
}

impl Problem {
    /// A problem of that code.
    pub fn new(code: ProblemCode) -> Self {
        Self(Box::new(Members {
            kind: format!("/docs/problems/{}", code.name),
            title: code.title,
            status: code.status,
            detail: None,
            instance: None,
            code: code.name,
            rule: None,
            request_id: None,
            errors: Vec::new(),
            missing: None,
            headers: Vec::new(),
        }))
    }

    /// The same with what is wrong in this case.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// The same with the fields' faults.
    #[must_use]
    pub fn errors(mut self, errors: Vec<FieldError>) -> Self {
        self.errors = errors;
        self
    }

    /// The same with a header.
    #[must_use]
    pub fn header(mut self, name: header::HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// A 401 that tells how to authenticate (RFC 6750).
    pub fn unauthenticated(detail: &str) -> Self {
        Self::new(UNAUTHENTICATED).detail(detail).header(header::WWW_AUTHENTICATE, "Bearer")
    }

    /// A 401 for who brings a token that is not good (RFC 6750, section 3.1).
    pub fn bad_token(detail: &str) -> Self {
        Self::new(UNAUTHENTICATED).detail(detail).header(header::WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"")
    }

    /// A 403 that names the missing permission.
    pub fn forbidden(module: &str, action: &str) -> Self {
        let mut problem = Self::new(FORBIDDEN).detail(format!("{module}:{action} is needed"));
        problem.missing = Some(Missing { module: module.to_owned(), action: action.to_owned() });
        problem
    }

    /// A 404.
    pub fn not_found() -> Self {
        Self::new(NOT_FOUND)
    }

    /// Violations of domain rules, all at once: 409 when a rule is broken, else 422. A single
    /// violation gives the problem its code, several stand in `errors`.
    pub fn violations(violations: &[Violation]) -> Self {
        let lead =
            violations.iter().find(|violation| violation.code.class == Class::Rule).or_else(|| violations.first());
        let Some(lead) = lead else {
            return Self::new(INTERNAL);
        };
        let status = if lead.code.class == Class::Rule { 409 } else { 422 };
        let several = violations.len() > 1 && status == 422;
        let mut problem = if several { Self::new(INVALID_VALUES) } else { Self::of(lead.code, status) };
        problem.detail = Some(if several { "several values are wrong".to_owned() } else { lead.detail.clone() });
        problem.rule = lead.code.rule;
        problem.errors = violations
            .iter()
            .filter(|violation| violation.pointer.is_some() || violations.len() > 1)
            .map(field_error)
            .collect();
        problem
    }

    fn of(code: Code, status: u16) -> Self {
        let mut problem = Self::new(ProblemCode { name: code.name, status, title: code.title });
        problem.rule = code.rule;
        problem
    }
}

/// A violation as a field's fault.
pub fn field_error(violation: &Violation) -> FieldError {
    FieldError {
        pointer: violation.pointer.clone().unwrap_or_default(),
        code: violation.code.name.to_owned(),
        detail: violation.detail.clone(),
    }
}

/// A code with its status, its title and the number of the rule behind it.
pub type CatalogueRow = (&'static str, u16, &'static str, Option<&'static str>);

/// Every code that can appear: for the problem pages.
pub fn catalogue() -> Vec<CatalogueRow> {
    let http = ALL.iter().map(|code| (code.name, code.status, code.title, None));
    let domain = domain::rule::code::ALL
        .iter()
        .map(|code| (code.name, if code.class == Class::Rule { 409 } else { 422 }, code.title, code.rule));
    http.chain(domain).collect()
}

impl std::ops::Deref for Problem {
    type Target = Members;

    fn deref(&self) -> &Members {
        &self.0
    }
}

impl std::ops::DerefMut for Problem {
    fn deref_mut(&mut self) -> &mut Members {
        &mut self.0
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.status, self.code)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        for (name, value) in &self.headers {
            response.insert_header((name.clone(), value.as_str()));
        }
        if self.status == 503 && !self.headers.iter().any(|(name, _)| name == header::RETRY_AFTER) {
            response.insert_header((header::RETRY_AFTER, "1"));
        }
        response
            .insert_header((header::CONTENT_TYPE, "application/problem+json"))
            .body(serde_json::to_vec(self).unwrap_or_default())
    }
}
