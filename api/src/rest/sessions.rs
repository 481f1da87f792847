//! Log-in sessions: seen and ended by their owner, or by who may end those of others.

use actix_web::{HttpRequest, web};
use chrono::{DateTime, Utc};
use domain::id::{SessionId, UserId};
use persistence::Session;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::{App, Caller, Id};
use crate::commands::{Refusal, Work};
use crate::demo::ids;
use crate::http::body::Json;
use crate::http::page::Page;
use crate::http::params::{NoParams, Params, hyphenated};
use crate::http::plain_page::Limit;
use crate::http::reply::Reply;
use crate::rest::crud::{self, Answer};
use crate::rights::SessionEnd;

/// A session that lives.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "019c2a4e-7d30-7a4f-b8c7-cf95cf65b0f3", "user_id": ids::user("anna.keller"),
    "created_at": "2026-06-15T08:00:00Z", "last_used_at": "2026-06-15T11:50:00Z",
    "expires_at": "2026-07-15T11:50:00Z", "user_agent": "Mozilla/5.0", "current": true
}))]
pub struct SessionView {
    /// The session's id.
    id: Uuid,
    /// Whose session.
    user_id: Uuid,
    /// When it began (UTC).
    created_at: DateTime<Utc>,
    /// When it last got new tokens (UTC).
    last_used_at: DateTime<Utc>,
    /// When it ends, unless it gets new tokens before (UTC).
    expires_at: DateTime<Utc>,
    /// The program that it was begun with.
    #[schema(required = true, max_length = 200)]
    user_agent: Option<String>,
    /// Whether the request was made in this session.
    current: bool,
}

impl SessionView {
    /// The plain form of a session; `current` is the one that the request was made in.
    pub fn of(session: Session, current: Option<SessionId>) -> Self {
        Self {
            id: session.id.0,
            user_id: session.user_id.0,
            created_at: session.created_at,
            last_used_at: session.last_used_at,
            expires_at: session.expires_at,
            user_agent: session.user_agent,
            current: current == Some(session.id),
        }
    }
}

/// Lists the caller's own sessions that live, the newest first. Those of another account need
/// `system:session.end`.
#[utoipa::path(get, path = "/api/v1/sessions", tag = "sessions", operation_id = "listSessions",
    params(
        ("user_id" = Option<Uuid>, Query, description = "Of this account; the caller's own when absent"),
        ("limit" = Option<i32>, Query, minimum = 1, maximum = 200, description = "Items of a page; 50 when absent"),
        ("cursor" = Option<Uuid>, Query, description = "`next_cursor` of the page before")),
    responses((status = 200, description = "A page", body = Page<SessionView>)))]
pub async fn list(app: web::Data<App>, caller: Caller, request: HttpRequest) -> Answer {
    let mut params = Params::parse(request.query_string());
    let limit = Limit::read(&mut params, &request);
    let after = params.parsed("cursor", "the next_cursor of the page before", hyphenated).map(SessionId);
    let user = params.uuid("user_id").map_or(caller.user_id(), UserId);
    params.done()?;
    if user != caller.user_id() {
        caller.authority.allow::<SessionEnd>()?;
    }
    let current = caller.identity.session;
    let page = app
        .run(move |app| {
            let now = app.clock().now();
            let found = app.store().read(|reader| reader.live_sessions_of(user, now, after, limit.sought()))?;
            Ok(limit.page(found, |session| session.id.to_string(), |session| SessionView::of(session, current)))
        })
        .await?;
    Ok(page.respond(&request))
}

/// Ends a session at once: its tokens are refused from now on. The caller's own, or any with
/// `system:session.end`.
#[utoipa::path(delete, path = "/api/v1/sessions/{id}", tag = "sessions", operation_id = "endSession",
    params(("id" = Uuid, Path, description = "The session's id")),
    responses((status = 204, description = "Ended")))]
pub async fn end(app: web::Data<App>, caller: Caller, id: Id, _none: NoParams) -> Answer {
    crud::take_away(app, caller, move |work| {
        let session = work.tx.reader().session(SessionId(id.0))?.ok_or(Refusal::NotFound)?;
        if work.authority.user_id() != Some(session.user_id) {
            work.authority.allow::<SessionEnd>().map_err(|_| Refusal::NotFound)?;
        }
        may_end(work, session.user_id)?;
        work.app.auth().end_session(work.tx, session.id)?;
        Ok(())
    })
    .await
}

/// Whether the caller may end sessions of an account. A token that is limited ends none, not even those
/// of its own account, without that right.
fn may_end(work: &Work<'_, '_>, user: UserId) -> Result<(), Refusal> {
    if work.authority.user_id() != Some(user) || work.authority.is_limited() {
        work.authority.allow::<SessionEnd>()?;
    }
    Ok(())
}

/// Whose sessions to end.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"user_id": ids::user("anna.keller")}))]
pub struct EndSessionsRequest {
    /// All sessions of this account. When absent, all of the caller's own but the present one.
    user_id: Option<Uuid>,
}

/// How many sessions were ended.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"ended": 2}))]
pub struct EndedSessionsView {
    /// How many.
    #[schema(minimum = 0)]
    ended: usize,
}

/// Ends sessions at once: all of the caller's own but the present one, or all of one account, which needs
/// `system:session.end` where it is another's.
#[utoipa::path(post, path = "/api/v1/sessions/end", tag = "sessions", operation_id = "endSessions",
    request_body = EndSessionsRequest, responses((status = 200, description = "Ended", body = EndedSessionsView)))]
pub async fn end_all(app: web::Data<App>, caller: Caller, _none: NoParams, body: Json<EndSessionsRequest>) -> Answer {
    let (named, own) = (body.0.user_id.map(UserId), caller.user_id());
    let kept = caller.identity.session.filter(|_| named.is_none());
    app.run(move |app| {
        app.answer(
            &caller.authority,
            None,
            |work| {
                let user = named.unwrap_or(own);
                may_end(work, user)?;
                let auth = app.auth();
                Ok(match kept {
                    Some(kept) => auth.end_sessions_but(work.tx, user, kept)?,
                    None => auth.end_sessions_of(work.tx, user)?,
                })
            },
            |_, ended| Ok(Reply::ok().json(EndedSessionsView { ended })),
        )
    })
    .await
}
