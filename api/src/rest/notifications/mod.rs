//! The inbox (N-02): what the caller was notified of, as far as the caller may see it now.

mod sentences;

use actix_web::{HttpRequest, web};
use chrono::{DateTime, NaiveDate, Utc};
use domain::id::UserId;
use persistence::{Notification, NotificationQuery};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::{App, Caller, Id};
use crate::commands::notifications::sight::{Sight, Subject};
use crate::commands::notifications::{Details, RaiseInput, SubjectKindName, raise_own};
use crate::commands::{Refusal, Work};
use crate::demo::ids;
use crate::http::body::Json;
use crate::http::page::Page;
use crate::http::params::{NoParams, Params};
use crate::http::plain_page::{self, Limit};
use crate::http::reply::Reply;
use crate::rest::crud::Answer;
use crate::rights::NotificationEdit;

/// So many notifications are looked at at a time.
const BATCH: i64 = 200;

/// A notification, as its reader sees it now.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": ids::notification("blocked"), "type": "account_blocked", "sentence": "Olga Fiala was blocked.",
    "subject_kind": "user", "subject_id": ids::user("olga.fiala"), "text": null, "worker_id": null, "last_day": null, "object_id": null,
    "created_at": "2026-01-05T08:00:00Z", "delivered_at": "2026-01-05T08:00:00Z", "read_at": null
}))]
pub struct NotificationView {
    /// The notification's id.
    id: Uuid,
    /// Its type.
    #[serde(rename = "type")]
    #[schema(max_length = 100)]
    kind: String,
    /// What it says, with names as they are now.
    #[schema(max_length = 1000)]
    sentence: String,
    /// What it is about.
    #[schema(inline)]
    subject_kind: SubjectKindName,
    /// Which one.
    subject_id: Uuid,
    /// What a customer's module said, who asks for help, or what a notice says.
    #[schema(required = true, max_length = 2000)]
    text: Option<String>,
    /// The worker whom a call for help is about.
    #[schema(required = true)]
    worker_id: Option<Uuid>,
    /// The last day of what ends.
    #[schema(required = true)]
    last_day: Option<NaiveDate>,
    /// The object that a notice is about, for who may read it.
    #[schema(required = true)]
    object_id: Option<Uuid>,
    /// When what it tells of happened, or was found (UTC).
    created_at: DateTime<Utc>,
    /// When it came into the inbox (UTC).
    delivered_at: DateTime<Utc>,
    /// When it was read (UTC).
    #[schema(required = true)]
    read_at: Option<DateTime<Utc>>,
}

/// How many notifications are unread.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"unread": 1}))]
pub struct UnreadView {
    /// Those that the caller may see.
    #[schema(minimum = 0)]
    unread: i64,
}

/// Which notifications are read.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"until": "2026-06-15T12:00:00Z"}))]
pub struct ReadAllInput {
    /// Those that came until this instant, such as `delivered_at` of the newest that was shown; all when absent.
    pub until: Option<DateTime<Utc>>,
}

/// How many notifications were made.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"raised": 1}))]
pub struct RaisedView {
    /// One for each person who is told.
    #[schema(minimum = 0)]
    raised: usize,
}

/// An inbox is between Remit and a user: a token that was given for less has none.
fn own(caller: &Caller) -> Result<UserId, Refusal> {
    if caller.authority.is_limited() { Err(Refusal::NotFound) } else { Ok(caller.user_id()) }
}

fn subject(notification: &Notification) -> Subject {
    Subject { kind: notification.subject_kind, id: notification.subject_id }
}

/// What the caller may see of the inbox, with what it says.
fn collect(app: &App, caller: &Caller, mut query: NotificationQuery) -> Result<Vec<NotificationView>, Refusal> {
    let (user, now) = (own(caller)?, app.clock().now());
    let sought = usize::try_from(query.limit).unwrap_or(0);
    query.limit = BATCH;
    app.store().read(|reader| {
        let mut views = Vec::new();
        loop {
            let found = reader.notifications(user, now, &query)?;
            let whole = i64::try_from(found.len()) == Ok(BATCH);
            query.after = found.last().map(|last| (last.due_at, last.id));
            let sight = Sight::of_read(app, reader, found.iter().map(subject))?;
            let seen = |one: &Notification| sight.may(&caller.authority, subject(one));
            let seen: Vec<Notification> = found.into_iter().filter(seen).take(sought - views.len()).collect();
            let names = sentences::Names::read(reader, &caller.authority, app, &sight, &seen)?;
            views.extend(seen.into_iter().map(|one| view(one, &names)));
            if views.len() >= sought || !whole {
                return Ok(views);
            }
        }
    })
}

/// What a notification says besides what it is about.
fn details(notification: &Notification) -> Details {
    serde_json::from_str(&notification.data).unwrap_or_default()
}

fn view(notification: Notification, names: &sentences::Names) -> NotificationView {
    let details = names.visible(&notification);
    NotificationView {
        id: notification.id,
        sentence: names.sentence(&notification, &details),
        kind: notification.kind,
        subject_kind: notification.subject_kind.into(),
        subject_id: notification.subject_id,
        text: details.text,
        worker_id: details.worker_id,
        last_day: details.last_day,
        object_id: details.object_id,
        created_at: notification.created_at,
        delivered_at: notification.due_at,
        read_at: notification.read_at,
    }
}

/// Lists what the caller was notified of, the newest first. Tokens with scopes reach no inbox.
#[utoipa::path(get, path = "/api/v1/me/notifications", tag = "me", operation_id = "listNotifications",
    params(
        ("unread" = Option<bool>, Query, description = "Those that were not read, or those that were"),
        ("type" = Option<String>, Query, max_length = 100, description = "Of this type"),
        ("limit" = Option<i32>, Query, minimum = 1, maximum = 200, description = "Items of a page; 50 when absent"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before")),
    responses((status = 200, description = "A page", body = Page<NotificationView>)))]
pub async fn list(app: web::Data<App>, caller: Caller, request: HttpRequest) -> Answer {
    let mut params = Params::parse(request.query_string());
    let limit = Limit::read(&mut params, &request);
    let query = NotificationQuery {
        read: params.flag("unread").map(|unread| !unread),
        kind: params
            .parsed("type", "at most 100 characters", |text| (text.chars().count() <= 100).then(|| text.to_owned())),
        after: plain_page::after(&mut params),
        limit: limit.sought(),
    };
    params.done()?;
    let page = app
        .run(move |app| {
            let cursor = |last: &NotificationView| plain_page::cursor((last.delivered_at, last.id));
            Ok(limit.page(collect(app, &caller, query)?, cursor, |view| view))
        })
        .await?;
    Ok(page.respond(&request))
}

/// Counts the notifications of the caller that are unread, as far as the caller may see them.
#[utoipa::path(get, path = "/api/v1/me/notifications/unread-count", tag = "me", operation_id = "countUnreadNotifications",
    responses((status = 200, description = "How many", body = UnreadView)))]
pub async fn unread(app: web::Data<App>, caller: Caller, _none: NoParams) -> Answer {
    app.run(move |app| {
        let (user, now) = (own(&caller)?, app.clock().now());
        let unread = app.store().read(|reader| {
            let found = reader.unread_notifications(user, now)?;
            let subjects = found.iter().map(|one| Subject { kind: one.kind, id: one.id });
            let sight = Sight::of_read(app, reader, subjects)?;
            let seen = found.iter().filter(|one| sight.may(&caller.authority, Subject { kind: one.kind, id: one.id }));
            Ok::<_, Refusal>(seen.map(|one| one.count).sum())
        })?;
        Ok(Reply::ok().json(UnreadView { unread }))
    })
    .await
}

/// Marks one of the caller's notifications as read.
#[utoipa::path(post, path = "/api/v1/me/notifications/{id}/read", tag = "me", operation_id = "readNotification",
    params(("id" = Uuid, Path, description = "The notification's id")),
    responses((status = 204, description = "It is read")))]
pub async fn read(app: web::Data<App>, caller: Caller, id: Id, _none: NoParams) -> Answer {
    app.run(move |app| {
        let user = own(&caller)?;
        let author = caller.authority.author(None);
        app.store().write(&author, |tx| {
            let now = tx.now();
            let found = tx.reader().notification(user, id.0)?.filter(|found| found.due_at <= now);
            let found = found.ok_or(Refusal::NotFound)?;
            let sight = Sight::of_read(app, &mut tx.reader(), [subject(&found)].into_iter())?;
            if !sight.may(&caller.authority, subject(&found)) {
                return Err(Refusal::NotFound);
            }
            Ok(tx.read_notification(user, id.0)?)
        })?;
        Ok(Reply::no_content())
    })
    .await
}

/// Marks the caller's notifications as read, all or those that came until an instant.
#[utoipa::path(post, path = "/api/v1/me/notifications/read-all", tag = "me", operation_id = "readNotifications",
    request_body = ReadAllInput, responses((status = 204, description = "They are read")))]
pub async fn read_all(app: web::Data<App>, caller: Caller, _none: NoParams, body: Json<ReadAllInput>) -> Answer {
    app.run(move |app| {
        let user = own(&caller)?;
        let author = caller.authority.author(None);
        app.store().write(&author, |tx| {
            let until = body.0.until.unwrap_or_else(|| tx.now());
            Ok::<_, Refusal>(tx.read_notifications(user, until)?)
        })?;
        Ok(Reply::no_content())
    })
    .await
}

/// Tells the subscribers of a type that one of your modules has. Needs `system:notification.edit`, and the right
/// to see what it is about.
#[utoipa::path(post, path = "/api/v1/notifications", tag = "notifications", operation_id = "raiseNotification",
    request_body = RaiseInput, responses((status = 200, description = "They are told", body = RaisedView)))]
pub async fn raise(app: web::Data<App>, caller: Caller, _none: NoParams, body: Json<RaiseInput>) -> Answer {
    app.run(move |app| {
        let command = |work: &mut Work<'_, '_>| {
            let allowed = work.authority.allow::<NotificationEdit>()?;
            raise_own(work, &allowed, body.0)
        };
        app.answer(&caller.authority, None, command, |_, raised| Ok(Reply::ok().json(RaisedView { raised })))
    })
    .await
}
