//! Attempts to log in (U-04), for who reads the audit.

use actix_web::{HttpRequest, web};
use chrono::{DateTime, Utc};
use domain::id::UserId;
use domain::log_in::LogInOutcome;
use persistence::{LogInAttempt, LogInAttemptQuery};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::{App, Caller};
use crate::commands::mirrored::mirrored;
use crate::demo::ids;
use crate::http::page::Page;
use crate::http::params::{Params, hyphenated};
use crate::http::plain_page::Limit;
use crate::rest::crud::Answer;
use crate::rights::AuditRead;

/// An attempt to log in with a password.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "019c2a4e-7d30-7a4f-b8c7-cf95cf65b0f3", "at": "2026-06-15T08:00:00Z",
    "user_id": ids::user("anna.keller"), "login_hash": null, "address": "192.0.2.17",
    "outcome": "wrong_password", "user_agent": "Mozilla/5.0"
}))]
pub struct LogInAttemptView {
    /// The attempt's id.
    id: Uuid,
    /// When (UTC).
    at: DateTime<Utc>,
    /// The account; null where there is none of the login that was typed.
    #[schema(required = true)]
    user_id: Option<Uuid>,
    /// A part of a hash of what was typed, where there is no such account: equal for equal logins.
    #[schema(required = true, max_length = 20)]
    login_hash: Option<String>,
    /// Where it came from; of IPv6 the network.
    #[schema(required = true, max_length = 50)]
    address: Option<String>,
    /// How it ended.
    #[schema(inline)]
    outcome: OutcomeName,
    /// The program that it was made with.
    #[schema(required = true, max_length = 200)]
    user_agent: Option<String>,
}

mirrored! {
    /// How an attempt to log in ended: let in; no such login; another password; the password was right, but
    /// the account may not log in; another password once too often, so that the account was blocked, or
    /// would have been if it were not the last administrator's.
    OutcomeName is LogInOutcome {
        Succeeded = "succeeded", UnknownLogin = "unknown_login", WrongPassword = "wrong_password",
        NotAllowed = "not_allowed", Locked = "locked", Spared = "spared",
    }
}

impl From<LogInAttempt> for LogInAttemptView {
    fn from(attempt: LogInAttempt) -> Self {
        Self {
            id: attempt.id,
            at: attempt.at,
            user_id: attempt.user_id.map(|id| id.0),
            login_hash: attempt.login_hash,
            address: attempt.address,
            outcome: attempt.outcome.into(),
            user_agent: attempt.user_agent,
        }
    }
}

/// Lists attempts to log in with a password, the newest first, for as long as they are kept. Those that
/// were turned away unheard, because their login or address had to wait, are not among them. Needs
/// `system:audit.read`.
#[utoipa::path(get, path = "/api/v1/log-in-attempts", tag = "audit", operation_id = "listLogInAttempts",
    params(
        ("user_id" = Option<Uuid>, Query, description = "Of this account"),
        ("outcome" = Option<String>, Query, description = "That ended so"),
        ("since" = Option<DateTime<Utc>>, Query, description = "From this instant on (RFC 3339)"),
        ("limit" = Option<i32>, Query, minimum = 1, maximum = 200, description = "Items of a page; 50 when absent"),
        ("cursor" = Option<Uuid>, Query, description = "`next_cursor` of the page before")),
    responses((status = 200, description = "A page", body = Page<LogInAttemptView>)))]
pub async fn list(app: web::Data<App>, caller: Caller, request: HttpRequest) -> Answer {
    let mut params = Params::parse(request.query_string());
    let limit = Limit::read(&mut params, &request);
    let outcomes: Vec<&str> = LogInOutcome::ALL.iter().map(|outcome| outcome.as_str()).collect();
    let query = LogInAttemptQuery {
        user_id: params.uuid("user_id").map(UserId),
        outcome: params.word("outcome", &outcomes).and_then(|name| LogInOutcome::parse(&name)),
        since: params.instant("since"),
        after: params.parsed("cursor", "the next_cursor of the page before", hyphenated),
        limit: limit.sought(),
    };
    params.done()?;
    caller.authority.allow::<AuditRead>()?;
    let page = app
        .run(move |app| {
            // What was attempted until now is shown.
            app.attempts().store(app)?;
            let found = app.store().read(|reader| reader.log_in_attempts(&query))?;
            Ok(limit.page(found, |attempt| attempt.id.to_string(), LogInAttemptView::from))
        })
        .await?;
    Ok(page.respond(&request))
}
