//! API tokens of programs and people.

use std::collections::HashMap;

use actix_web::{HttpRequest, web};
use chrono::{DateTime, Utc};
use domain::access::Model;
use domain::id::{ApiTokenId, UserId};
use domain::rule::{Violation, code};
use domain::token::ApiToken;
use domain::user::User;
use persistence::{Filter, Reader, Stored, Value};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::{App, Caller, Id};
use crate::auth::AuthError;
use crate::commands::Refusal;
use crate::demo::ids;
use crate::http::body::Json;
use crate::http::listing::{FilterKind, FilterSpec, ListRequest, ListSpec};
use crate::http::page::{Page, Visible};
use crate::http::params::NoParams;
use crate::http::reply::Reply;
use crate::rest::crud::{self, Answer};
use crate::rights::TokenManage;

/// What a caller says about a token.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "payroll nightly", "scopes": ["hr:read", "system:access.check"]}))]
pub struct ApiTokenRequest {
    /// Whose token; the caller's own when absent. Others need `system:token.manage`.
    user_id: Option<Uuid>,
    /// What it is for.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// `module:action` or `module:*`, to which it is limited; no limit when absent.
    #[schema(min_items = 1, max_items = 200)]
    scopes: Option<Vec<String>>,
    /// From this instant on it is refused.
    expires_at: Option<DateTime<Utc>>,
}

/// A token, without its secret.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": ids::api_token("payroll"), "user_id": ids::user("admin"), "name": "payroll", "scopes": ["hr:read",
    "hr:contracts.read"], "expires_at": null, "last_used_at": null, "created_at": "2026-01-05T08:00:00Z", "revision": 26
}))]
pub struct ApiTokenView {
    /// The token's id.
    id: Uuid,
    /// Whose token.
    user_id: Uuid,
    /// What it is for.
    #[schema(max_length = 200)]
    name: String,
    /// To which it is limited.
    #[schema(required = true, max_items = 100)]
    scopes: Option<Vec<String>>,
    /// From this instant on it is refused.
    #[schema(required = true)]
    expires_at: Option<DateTime<Utc>>,
    /// When it was last used, to the minute (UTC); null when never.
    #[schema(required = true)]
    last_used_at: Option<DateTime<Utc>>,
    /// When it was made (UTC).
    created_at: DateTime<Utc>,
    /// The revision that made it.
    #[schema(minimum = 1)]
    revision: i64,
}

/// A new token, with its secret, which is shown this once.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "019c2a4e-7d30-7a4f-b8c7-cf95cf65b0f3", "user_id": ids::user("admin"), "name": "payroll nightly",
    "token": "rmt_pDmNV7Zq0o3Yb6gC2kX9wT1sR4uJ8hL5fE7aQ0vB2nM_4fK2Xa"
}))]
pub struct NewApiTokenView {
    /// The token's id.
    id: Uuid,
    /// Whose token.
    user_id: Uuid,
    /// What it is for.
    #[schema(max_length = 200)]
    name: String,
    /// The token itself, for `Authorization: Bearer`. Shown once: null when the answer is repeated
    /// for an idempotency key.
    #[schema(required = true, max_length = 200)]
    token: Option<String>,
}

const LIST: ListSpec = ListSpec {
    filters: &[FilterSpec { name: "user_id", kind: FilterKind::Id("user_id"), what: "Of this account" }],
    sorts: &[("created_at", "created_at")],
    search: &[],
    expand: &[],
};

/// What the list of tokens can be asked.
pub fn list_spec() -> &'static ListSpec {
    &LIST
}

/// When each of these tokens was last used, as stored and as noted since on this node.
fn uses(
    app: &App,
    reader: &mut Reader<'_>,
    tokens: &[ApiTokenId],
) -> Result<HashMap<ApiTokenId, DateTime<Utc>>, Refusal> {
    let mut uses = reader.token_uses(tokens)?;
    for token in tokens {
        let lately = app.auth().verifier().used_lately(*token);
        let latest = lately.max(uses.get(token).copied());
        uses.extend(latest.map(|at| (*token, at)));
    }
    Ok(uses)
}

/// The plain form of a token; `uses` says when tokens were last used.
pub fn view(stored: &Stored<ApiToken>, uses: &HashMap<ApiTokenId, DateTime<Utc>>) -> ApiTokenView {
    ApiTokenView {
        id: stored.value.id.0,
        user_id: stored.value.user_id.0,
        name: stored.value.name.clone(),
        scopes: stored.value.scopes.clone(),
        expires_at: stored.value.expires_at,
        last_used_at: uses.get(&stored.value.id).copied(),
        created_at: stored.created_at,
        revision: stored.revision,
    }
}

/// Lists API tokens: the caller's own, or all with `system:token.manage`.
#[utoipa::path(get, path = "/api/v1/api-tokens", tag = "api-tokens", operation_id = "listApiTokens",
    responses((status = 200, description = "A page", body = Page<ApiTokenView>)))]
pub async fn list(app: web::Data<App>, caller: Caller, request: HttpRequest) -> Answer {
    let own = match caller.authority.allow::<TokenManage>() {
        Ok(_) => vec![],
        Err(_) => vec![Filter::Equals("user_id", Value::Uuid(caller.user_id().0))],
    };
    let asked = ListRequest::read(&request, &LIST, |_, filters| filters.extend(own))?;
    let page = app
        .run(move |app| {
            app.store().read(|reader| {
                let page = asked.page::<ApiToken>(reader, &Visible::All)?;
                let ids: Vec<ApiTokenId> = page.items.iter().map(|stored| stored.value.id).collect();
                let uses = uses(app, reader, &ids)?;
                Ok::<_, Refusal>(Page::of(page, |stored| view(&stored, &uses)))
            })
        })
        .await?;
    Ok(page.respond(&request))
}

/// Makes an API token; its secret is shown this once.
#[utoipa::path(post, path = "/api/v1/api-tokens", tag = "api-tokens", operation_id = "createApiToken",
    request_body = ApiTokenRequest, responses((status = 201, description = "The token", body = NewApiTokenView)))]
pub async fn create(app: web::Data<App>, caller: Caller, _none: NoParams, body: Json<ApiTokenRequest>) -> Answer {
    let ApiTokenRequest { user_id, name, scopes, expires_at } = body.0;
    app.run(move |app| {
        let user = user_id.map_or(caller.user_id(), UserId);
        // A token that is limited must not make one that is not, nor see that one was made.
        if user != caller.user_id() || caller.identity.scopes.is_some() {
            caller.authority.allow::<TokenManage>()?;
        }
        app.answer(
            &caller.authority,
            None,
            |work| {
                let mut out = Vec::new();
                work.referred::<User>(Some(user.0), "/user_id", &mut out)?;
                domain::rule::verdict(out)?;
                let mut faults = unknown_scopes(&app.live().model(), scopes.as_deref().unwrap_or_default());
                match app.auth().create_api_token(work.tx, user, &name, scopes, expires_at, work.authority.user_id()) {
                    Err(AuthError::Refused(more)) => {
                        faults.extend(more);
                        Err(faults.into())
                    }
                    made => {
                        domain::rule::verdict(faults)?;
                        Ok(made?)
                    }
                }
            },
            |_, (token, secret)| {
                Ok(Reply::created()
                    .header(actix_web::http::header::LOCATION, format!("/api/v1/api-tokens/{}", token.id))
                    .secret("token")
                    .json(NewApiTokenView {
                        id: token.id.0,
                        user_id: token.user_id.0,
                        name: token.name,
                        token: Some(secret.into_exposed()),
                    }))
            },
        )
    })
    .await
}

/// Scopes that name no action that there is: a typing error would show only when a call is refused.
fn unknown_scopes(model: &Model, scopes: &[String]) -> Vec<Violation> {
    let known = |module: &str, action: &str| {
        model.module(module).is_some_and(|module| action == "*" || model.action(module, action).is_some())
    };
    let parts = scopes.iter().enumerate().filter_map(|(at, scope)| Some((at, scope.split_once(':')?)));
    parts
        .filter(|(_, (module, action))| !known(module, action))
        .map(|(at, (module, action))| {
            Violation::new(code::UNKNOWN_ACTION, format!("there is no {module}:{action}")).at(format!("/scopes/{at}"))
        })
        .collect()
}

/// Reads an API token's data; its secret is never shown again.
#[utoipa::path(get, path = "/api/v1/api-tokens/{id}", tag = "api-tokens", operation_id = "getApiToken",
    params(("id" = Uuid, Path, description = "The token's id")),
    responses((status = 200, description = "The token", body = ApiTokenView)))]
pub async fn get(app: web::Data<App>, caller: Caller, id: Id, _none: NoParams) -> Answer {
    app.run(move |app| {
        let stored = app.store().read(|reader| reader.get::<ApiToken>(id.0))?.ok_or(Refusal::NotFound)?;
        if stored.value.user_id != caller.user_id() {
            caller.authority.allow::<TokenManage>().map_err(|_| Refusal::NotFound)?;
        }
        let uses = app.store().read(|reader| uses(app, reader, &[stored.value.id]))?;
        Ok(Reply::ok().json(view(&stored, &uses)))
    })
    .await
}

/// Revokes an API token at once: the caller's own, or any with `system:token.manage`.
#[utoipa::path(delete, path = "/api/v1/api-tokens/{id}", tag = "api-tokens", operation_id = "revokeApiToken",
    params(("id" = Uuid, Path, description = "The token's id")),
    responses((status = 204, description = "Revoked")))]
pub async fn revoke(app: web::Data<App>, caller: Caller, id: Id, _none: NoParams) -> Answer {
    let user = caller.user_id();
    crud::take_away(app, caller, move |work| {
        let stored = work.get::<ApiToken>(id.0)?;
        if stored.value.user_id != user {
            work.authority.allow::<TokenManage>().map_err(|_| Refusal::NotFound)?;
        }
        Ok(work.tx.remove::<ApiToken>(ApiTokenId(id.0).0)?)
    })
    .await
}
