//! What somebody does just now, for those who need it for their own work (U-20 to U-23).

use std::collections::{HashMap, HashSet};

use actix_web::web;
use domain::activity::{Level, Presence};
use domain::id::UserId;
use persistence::Reader;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::activity::{self, Status, circle};
use crate::app::{App, Caller, Id};
use crate::commands::Refusal;
use crate::commands::mirrored::mirrored;
use crate::demo::ids;
use crate::http::body::Json;
use crate::http::params::NoParams;
use crate::http::reply::Reply;
use crate::rest::crud::Answer;

mirrored! {
    /// How busy an account is, the first that fits (U-22).
    LevelName is Level {
        Away = "away", SignedOut = "signed_out", Working = "working", Online = "online", Idle = "idle",
    }
    /// Whether somebody is there: at work; a session lives, but nobody works in it; no session (U-22).
    PresenceName is Presence { Active = "active", Unknown = "unknown", Unavailable = "unavailable" }
}

/// What an account does just now.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[schema(example = json!({"level": "online", "presence": "unknown"}))]
pub struct ActivityStatusView {
    /// How busy it is.
    #[schema(inline)]
    level: LevelName,
    /// Whether it is there.
    #[schema(inline)]
    presence: PresenceName,
}

impl From<Status> for ActivityStatusView {
    fn from(status: Status) -> Self {
        Self { level: status.level.into(), presence: status.presence.into() }
    }
}

/// What an account does just now, and whose it is.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"user_id": ids::user("admin"), "level": "working", "presence": "active"}))]
pub struct ActivityView {
    /// The account.
    user_id: Uuid,
    /// How busy it is.
    #[schema(inline)]
    level: LevelName,
    /// Whether it is there.
    #[schema(inline)]
    presence: PresenceName,
}

/// Tells what a user does just now: for the user, heads of the user's departments, supervisors in the
/// user's contracts, and people who share a team or an open object with the user.
#[utoipa::path(get, path = "/api/v1/users/{id}/activity", tag = "users", operation_id = "getUserActivity",
    params(("id" = Uuid, Path, description = "The user's id")),
    responses((status = 200, description = "The activity", body = ActivityView)))]
pub async fn get(app: web::Data<App>, caller: Caller, id: Id, _none: NoParams) -> Answer {
    app.run(move |app| {
        let user = UserId(id.0);
        let status = app.store().read(|reader| {
            let seen = circle::of(app, reader, caller.user_id())?;
            if !seen.contains(&user) {
                return Err(Refusal::NotFound);
            }
            activity::statuses(app, reader, &[user])?.remove(&user).ok_or(Refusal::NotFound)
        })?;
        let ActivityStatusView { level, presence } = status.into();
        Ok(Reply::ok().json(ActivityView { user_id: id.0, level, presence }))
    })
    .await
}

/// What a frontend reports.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"kind": "work"}))]
pub struct ActivityRequest {
    /// `work`: something was really done; `presence`: somebody is there.
    #[schema(inline)]
    kind: ReportName,
}

/// What a frontend can report.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportName {
    /// Something was really done, such as a text written.
    Work,
    /// Somebody is there, reading for instance.
    Presence,
}

/// Reports what the caller does outside Remit: work, or mere presence (U-21).
#[utoipa::path(post, path = "/api/v1/me/activity", tag = "me", operation_id = "reportActivity",
    request_body = ActivityRequest, responses((status = 204, description = "Noted")))]
pub async fn report(app: web::Data<App>, caller: Caller, _none: NoParams, body: Json<ActivityRequest>) -> Answer {
    let now = app.clock().now();
    match body.0.kind {
        ReportName::Work => app.activity().act(caller.user_id(), now),
        ReportName::Presence => app.activity().sign(caller.user_id(), now),
    }
    Ok(Reply::no_content())
}

/// What those of these users do whose activity the caller sees.
///
/// # Errors
/// The database can't be read.
pub fn shown(
    app: &App,
    reader: &mut Reader<'_>,
    seen: &HashSet<UserId>,
    users: impl Iterator<Item = UserId>,
) -> Result<HashMap<UserId, ActivityStatusView>, Refusal> {
    let users: Vec<UserId> = users.filter(|user| seen.contains(user)).collect();
    let statuses = activity::statuses(app, reader, &users)?;
    Ok(statuses.into_iter().map(|(user, status)| (user, status.into())).collect())
}

/// Those whose activity the caller sees, and who are there in that way.
///
/// # Errors
/// The database can't be read.
pub fn present(
    app: &App,
    reader: &mut Reader<'_>,
    seen: &HashSet<UserId>,
    presence: Presence,
) -> Result<Vec<UserId>, Refusal> {
    let users: Vec<UserId> = seen.iter().copied().collect();
    let statuses = activity::statuses(app, reader, &users)?;
    Ok(statuses.into_iter().filter(|(_, status)| status.presence == presence).map(|(user, _)| user).collect())
}
