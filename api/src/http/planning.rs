//! Requests of which a plan is made (`?plan=true`), and plans that are applied (H-03).

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, Uri};
use actix_web::middleware::Next;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use uuid::Uuid;

use crate::app::App;
use crate::http::params::{Params, hyphenated};
use crate::http::problem::Problem;
use crate::plans::{PlannedRequest, Planning, Sketch};

/// The parameter.
pub const PARAMETER: &str = "plan";

/// For operations of which a plan can be made, and that take no other parameters.
pub struct MayPlan;

impl FromRequest for MayPlan {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut params = Params::parse(request.query_string());
        params.flag(PARAMETER);
        ready(params.done().map(|()| MayPlan))
    }
}

/// The path that was asked for, where the request of a plan took the place of the one that applies it.
pub struct AskedPath(pub String);

/// What a request that wants a plan asks for. Whether it can have one says its handler.
pub fn sketch(request: &ServiceRequest) -> Option<Planning> {
    // Nearly all requests end here, and each of them is asked.
    if request.method() == Method::GET || request.query_string().is_empty() {
        return None;
    }
    if Params::parse(request.query_string()).flag(PARAMETER) != Some(true) {
        return None;
    }
    let others = request.query_string().split('&').filter(|pair| pair.split('=').next() != Some(PARAMETER));
    let text = |name: HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    Some(Planning::Make(Arc::new(Sketch::new(PlannedRequest {
        method: request.method().as_str().to_owned(),
        path: request.path().to_owned(),
        query: others.collect::<Vec<_>>().join("&"),
        content_type: text(header::CONTENT_TYPE),
        if_match: text(header::IF_MATCH),
        body: None,
    }))))
}

/// The plan that a request wants to apply.
fn to_apply(request: &ServiceRequest) -> Option<Uuid> {
    let path = request.path().strip_prefix("/api/v1/plans/")?.strip_suffix("/apply")?;
    hyphenated(path).filter(|_| request.method() == Method::POST && request.query_string().is_empty())
}

/// Puts the request of a plan in the place of the one that wants to apply it. From here on it is like any other:
/// the same handler reads it, with the token of whoever applies it. A plan that is unknown is left to its own handler.
///
/// # Errors
/// None of its own.
pub async fn apply(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    if let Some(id) = to_apply(&request)
        && let Some(app) = request.app_data::<web::Data<App>>().cloned()
    {
        let found = app.run(move |app| Ok(app.store().read(|reader| reader.plan(id))?)).await;
        let planned = found.ok().flatten().and_then(|plan| serde_json::from_str::<PlannedRequest>(&plan.request).ok());
        if let Some(planned) = planned {
            let asked = AskedPath(request.path().to_owned());
            turn_into(&mut request, planned);
            request.extensions_mut().insert(asked);
            request.extensions_mut().insert(Planning::Apply(id));
        }
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

/// Replaces method, address, body and what belongs to the body.
fn turn_into(request: &mut ServiceRequest, planned: PlannedRequest) {
    let address = if planned.query.is_empty() { planned.path } else { format!("{}?{}", planned.path, planned.query) };
    let (Ok(uri), Ok(method)) = (address.parse::<Uri>(), planned.method.parse::<Method>()) else { return };
    request.match_info_mut().get_mut().update(&uri);
    let head = request.head_mut();
    head.uri = uri;
    head.method = method;
    put(&mut head.headers, header::CONTENT_TYPE, planned.content_type);
    put(&mut head.headers, header::IF_MATCH, planned.if_match);
    for gone in [header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::CONTENT_ENCODING] {
        head.headers.remove(gone);
    }
    request.set_payload(Payload::from(web::Bytes::from(planned.body.unwrap_or_default())));
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: Option<String>) {
    match value.and_then(|value| HeaderValue::from_str(&value).ok()) {
        Some(value) => drop(headers.insert(name, value)),
        None => drop(headers.remove(name)),
    }
}
