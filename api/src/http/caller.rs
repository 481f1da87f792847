//! What a handler is told of its request before it begins: who calls, and what the path names.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use domain::id::UserId;
use domain::user::{Capability, capable};
use uuid::Uuid;

use crate::app::App;
use crate::http::observe::{Asked, RequestId};
use crate::http::params::{hyphenated, is_utf8};
use crate::http::problem::{self, Problem};
use crate::http::rate_limit::Left;
use crate::plans::Planning;
use crate::rights::{Authority, Identity};

/// A verified caller whose account is active now (G-1).
pub struct Caller {
    /// On whose authority the request is made.
    pub authority: Authority,
    /// Who it is.
    pub identity: Identity,
}

impl Caller {
    /// The account.
    pub fn user_id(&self) -> UserId {
        self.identity.user_id
    }
}

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let app = request.app_data::<web::Data<App>>().ok_or_else(|| Problem::new(problem::INTERNAL))?;
            let identity = match identify(app, &request).await {
                // Whoever shows no good token is known by the address alone.
                Err(problem) if problem.status == problem::UNAUTHENTICATED.status => {
                    let left = app.limits().of_address(&request)?;
                    note(&request, left);
                    return Err(problem);
                }
                other => other?,
            };
            app.activity().sign(identity.user_id, app.clock().now());
            let left = app.limits().of_caller(identity.user_id)?;
            note(&request, left);
            if let Some(revision) = min_revision(&request)? {
                app.reach(revision).await?;
            }
            let extensions = request.extensions();
            let request_id = extensions.get::<RequestId>().map(|id| id.0.clone());
            let idempotency = extensions.get::<Asked>().map(|asked| asked.0.clone()).transpose()?;
            let planning = extensions.get::<Planning>().cloned();
            let authority = app.authority_of(identity.clone(), request_id).once(idempotency).planned(planning);
            let authority = match acting_as(&request)? {
                None => authority,
                Some(name) => authority.acting_as(name)?,
            };
            Ok(Caller { authority, identity })
        })
    }
}

/// Whose token the request shows, of an account that is active now.
async fn identify(app: &App, request: &HttpRequest) -> Result<Identity, Problem> {
    let token = bearer(request)?;
    let identity = match app.auth().verifier().remembered(token, app.clock().now()) {
        Some(answer) => answer.map_err(Problem::from)?,
        None => {
            let token = token.to_owned();
            app.run(move |app| Ok(app.auth().verify(&token)?)).await?
        }
    };
    let model = app.live().model();
    let (kind, state) = model
        .user(identity.user_id)
        .map(|user| model.user_state(user))
        .ok_or_else(|| Problem::bad_token("the account is gone"))?;
    if !capable(kind, state, Capability::CallWithToken) {
        return Err(Problem::bad_token("the account is not active"));
    }
    Ok(identity)
}

/// Leaves the state of a quota for the answer.
fn note(request: &HttpRequest, left: Option<Left>) {
    if let Some(left) = left {
        request.extensions_mut().insert(left);
    }
}

/// Whom a service names as author, by Remit's id or the external one (U-02).
fn acting_as(request: &HttpRequest) -> Result<Option<&str>, Problem> {
    let Some(given) = request.headers().get("remit-acting-as") else {
        return Ok(None);
    };
    let bad = || Problem::new(problem::BAD_HEADER).detail("Remit-Acting-As must be the id or external id of a user");
    let sane = |name: &&str| (1..=100).contains(&name.len()) && name.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    given.to_str().ok().map(str::trim).filter(sane).map(Some).ok_or_else(bad)
}

/// The revision that the caller has seen already.
fn min_revision(request: &HttpRequest) -> Result<Option<i64>, Problem> {
    let Some(given) = request.headers().get("remit-min-revision") else {
        return Ok(None);
    };
    let revision = given.to_str().ok().and_then(|text| text.trim().parse().ok()).filter(|revision| *revision >= 0);
    revision
        .map(Some)
        .ok_or_else(|| Problem::new(problem::BAD_HEADER).detail("Remit-Min-Revision must be a whole number"))
}

fn bearer(request: &HttpRequest) -> Result<&str, Problem> {
    let header = request
        .headers()
        .get(actix_web::http::header::AUTHORIZATION)
        .ok_or_else(|| Problem::unauthenticated("send Authorization: Bearer <token>"))?;
    let text = header.to_str().map_err(|_| Problem::bad_token("the token can't be read"))?;
    let (scheme, token) = text.split_once(' ').unwrap_or((text, ""));
    if !scheme.eq_ignore_ascii_case("bearer") || token.trim().is_empty() || token.len() > 8_192 {
        return Err(Problem::unauthenticated("send Authorization: Bearer <token>"));
    }
    Ok(token.trim())
}

/// The `{id}` of a path: what is no UUID names nothing.
pub struct Id(pub Uuid);

/// Two ids of a path, in their order.
pub struct PathIds {
    /// `{id}`.
    pub first: Uuid,
    /// The second.
    pub second: Uuid,
}

/// The `{external_id}` of a path.
pub struct ExternalId(pub String);

fn path_id(request: &HttpRequest, name: &str) -> Result<Uuid, Problem> {
    request.match_info().get(name).and_then(hyphenated).ok_or_else(Problem::not_found)
}

impl FromRequest for Id {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(path_id(request, "id").map(Id))
    }
}

impl FromRequest for PathIds {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let ids = path_id(request, "id")
            .and_then(|first| path_id(request, "role_id").map(|second| PathIds { first, second }));
        std::future::ready(ids)
    }
}

impl FromRequest for ExternalId {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = web::Path::<String>::extract(request).into_inner();
        std::future::ready(match id {
            Ok(_) if !is_utf8(request.uri().path()) => Err(Problem::not_found()),
            Ok(id) if !id.contains('\0') && id.chars().count() <= 100 => Ok(ExternalId(id.into_inner())),
            _ => Err(Problem::not_found()),
        })
    }
}
