//! What happens around every request: request id, log line, metrics, security headers, and the
//! request's data in problems.

use std::future::{Ready, ready};
use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{FromRequest, HttpMessage, HttpRequest, ResponseError, web};
use serde_json::json;
use uuid::Uuid;

use crate::app::App;
use crate::config::LogFormat;
use crate::http::deprecation;
use crate::http::idempotency::Idempotency;
use crate::http::planning::{self, AskedPath};
use crate::http::problem::{self, Problem};
use crate::http::rate_limit::{self, Left};
use crate::http::security;

/// The id of a request: as given, if sane, or made.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

impl FromRequest for RequestId {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = request.extensions().get::<RequestId>().cloned();
        ready(id.ok_or_else(|| Problem::new(problem::INTERNAL)))
    }
}

/// The idempotency key of a request that has one, or what is wrong with it.
#[derive(Clone)]
pub struct Asked(pub Result<Idempotency, Problem>);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

fn request_id(headers: &HeaderMap) -> String {
    let sane = |text: &&str| {
        (1..=100).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':'))
    };
    headers
        .get(REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .filter(sane)
        .map_or_else(|| new_id().simple().to_string(), str::to_owned)
}

/// Of the chance of this process: that of the system would cost each request a call.
fn new_id() -> Uuid {
    uuid::Builder::from_random_bytes(rand::random()).into_uuid()
}

/// The middleware.
///
/// # Errors
/// None: faults become problems here.
pub async fn observe(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let started = Instant::now();
    let id = request_id(request.headers());
    request.extensions_mut().insert(RequestId(id.clone()));
    let asked_for = request.uri().path_and_query().map_or(request.path(), |asked| asked.as_str());
    if let Some(asked) = Idempotency::of(request.method(), asked_for, request.headers()).transpose() {
        request.extensions_mut().insert(Asked(asked));
    }
    if let Some(planning) = planning::sketch(&request) {
        request.extensions_mut().insert(planning);
    }
    let app = request.app_data::<web::Data<App>>().cloned();
    let response = match let_in(app.as_ref().map(|app| &***app), &request) {
        // Handlers' and extractors' faults are answers by now.
        Ok(()) => next.call(request).await?.map_into_boxed_body(),
        Err(problem) => request.error_response(problem),
    };
    let request = response.request().clone();
    let asked = request.extensions().get::<AskedPath>().map(|asked| asked.0.clone());
    let (method, path) = (request.method().as_str(), asked.as_deref().unwrap_or(request.path()));
    let mut response = render_problem(response, path, &id);
    let left = request.extensions().get::<Left>().cloned();
    let route = request.match_pattern().unwrap_or_else(|| "unmatched".to_owned());
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, value);
    }
    security::add(headers, path, app.as_ref().is_some_and(|app| app.config().is_secure()));
    deprecation::tell(deprecation::DEPRECATED, method, &route, headers);
    if let Some(left) = left {
        for (name, value) in [(rate_limit::LIMIT, left.limit), (rate_limit::POLICY, left.policy)] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        }
    }
    let status = response.status().as_u16();
    let elapsed = started.elapsed();
    if let Some(app) = app {
        let micros = elapsed.as_micros();
        match app.config().log_format {
            LogFormat::Json => log::info!(
                target: "remit::request", "{}",
                json!({"request_id": id, "method": method, "route": route, "status": status, "micros": micros})
            ),
            LogFormat::Text => {
                log::info!(target: "remit::request", "{id} {method} {route} {status} {micros}us");
            }
        }
        app.metrics().request(method, route, status, elapsed);
    }
    Ok(response)
}

/// Turns away who takes no JSON, and who asks too often without a token.
fn let_in(app: Option<&App>, request: &ServiceRequest) -> Result<(), Problem> {
    let path = request.path();
    if !takes_json(request.headers(), path) {
        return Err(Problem::new(problem::NOT_ACCEPTABLE).detail("accept application/json"));
    }
    // Log-in and links: nobody is known yet. Log-out and the keys are no place to try things.
    let open = path.starts_with("/auth/") && request.method() == Method::POST && path != "/auth/logout";
    if let Some(app) = app.filter(|_| open) {
        let left = app.limits().of_address(request.request())?;
        if let Some(left) = left {
            request.extensions_mut().insert(left);
        }
    }
    Ok(())
}

/// Whether the caller takes the JSON that the API answers with. What is no part of it has types of
/// its own.
fn takes_json(headers: &HeaderMap, path: &str) -> bool {
    // An export is CSV or NDJSON, and says itself what it can't be.
    let api = !path.starts_with("/api/v1/exports/")
        && ["/api/", "/access/", "/auth/"].iter().any(|prefix| path.starts_with(prefix));
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    !api || accepted.is_none_or(|accepted| {
        accepted.trim().is_empty()
            || accepted.split(',').any(|range| {
                let range = range.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
                matches!(range.as_str(), "*/*" | "application/*") || range.ends_with("json")
            })
    })
}

/// Gives problems their request, and turns every other error answer into a problem, but for a page that
/// a browser asked for.
fn render_problem(response: ServiceResponse<BoxBody>, path: &str, id: &str) -> ServiceResponse<BoxBody> {
    let status = response.status();
    let known = response.response().error().and_then(|error| error.as_error::<Problem>().cloned());
    let problem = match known {
        Some(problem) => Some(problem),
        None if (status.is_client_error() || status.is_server_error())
            && response.headers().get(header::CONTENT_TYPE).is_none_or(|kind| {
                kind.to_str().is_ok_and(|kind| !kind.contains("json") && !kind.contains("html"))
            }) =>
        {
            Some(Problem::new(match status.as_u16() {
                400 => problem::MALFORMED_BODY,
                404 => problem::NOT_FOUND,
                405 => problem::METHOD_NOT_ALLOWED,
                406 => problem::NOT_ACCEPTABLE,
                413 => problem::TOO_LARGE,
                415 => problem::UNSUPPORTED_MEDIA,
                _ => problem::INTERNAL,
            }))
        }
        None => None,
    };
    let Some(mut problem) = problem else {
        return response;
    };
    problem.instance = Some(path.to_owned());
    problem.request_id = Some(id.to_owned());
    let rendered = problem.error_response();
    response.into_response(rendered)
}
