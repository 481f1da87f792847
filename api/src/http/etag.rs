//! Entity tags and optimistic locking. The tag of an item is its revision.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};

use crate::http::problem::{self, Problem};

/// The strong entity tag of a revision.
pub fn tag(revision: i64) -> String {
    format!("\"{revision}\"")
}

/// What a caller expects an item to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Anything.
    Any,
    /// One of these tags.
    Tags(Vec<String>),
}

impl Expected {
    /// Whether an item of that revision is what was expected.
    ///
    /// # Errors
    /// 412 when it is not.
    pub fn check(&self, revision: i64) -> Result<(), Problem> {
        match self {
            Expected::Any => Ok(()),
            Expected::Tags(tags) if tags.contains(&tag(revision)) => Ok(()),
            Expected::Tags(tags) => {
                let weak =
                    tags.iter().any(|given| given.strip_prefix("W/").is_some_and(|strong| strong == tag(revision)));
                Err(Problem::new(problem::STALE).detail(if weak {
                    "a weak entity tag (W/) never matches (RFC 9110, section 13.1.1): send it without W/"
                } else {
                    "read it again, then send its present ETag"
                }))
            }
        }
    }
}

/// `If-Match`, required: 428 without it.
pub struct IfMatch(pub Expected);

/// `If-Match`, as verbs take it: absent means anything.
pub struct MayMatch(pub Expected);

/// `If-None-Match` of a read.
pub struct IfNoneMatch(Option<Expected>);

impl IfNoneMatch {
    /// Whether the caller already has this revision.
    pub fn has(&self, revision: i64) -> bool {
        self.0.as_ref().is_some_and(|expected| match expected {
            Expected::Any => true,
            Expected::Tags(tags) => tags.iter().any(|given| given.trim_start_matches("W/") == tag(revision)),
        })
    }
}

fn read(request: &HttpRequest, name: header::HeaderName) -> Result<Option<Expected>, Problem> {
    let Some(value) = request.headers().get(&name) else {
        return Ok(None);
    };
    let bad = || Problem::new(problem::BAD_HEADER).detail(format!("{name} must be * or a list of entity tags"));
    let text = value.to_str().map_err(|_| bad())?.trim();
    if text == "*" {
        return Ok(Some(Expected::Any));
    }
    let tags: Vec<String> = text.split(',').map(|tag| tag.trim().to_owned()).collect();
    let quoted = |tag: &String| {
        let bare = tag.strip_prefix("W/").unwrap_or(tag);
        bare.len() >= 2 && bare.starts_with('"') && bare.ends_with('"')
    };
    if tags.iter().all(quoted) { Ok(Some(Expected::Tags(tags))) } else { Err(bad()) }
}

impl FromRequest for IfMatch {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read(request, header::IF_MATCH).and_then(|expected| {
            expected.map(IfMatch).ok_or_else(|| {
                Problem::new(problem::PRECONDITION_REQUIRED).detail("send the ETag that you read as If-Match")
            })
        }))
    }
}

impl FromRequest for MayMatch {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read(request, header::IF_MATCH).map(|expected| MayMatch(expected.unwrap_or(Expected::Any))))
    }
}

impl FromRequest for IfNoneMatch {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read(request, header::IF_NONE_MATCH).map(IfNoneMatch))
    }
}
