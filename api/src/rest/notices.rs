//! Notices on objects.

use actix_web::{HttpRequest, web};
use chrono::{DateTime, Utc};
use domain::area::Notice;
use domain::grant::Object;
use domain::id::ObjectId;
use persistence::{Filter, Key, Stored, Value};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::{App, Caller, Id};
use crate::commands::{Refusal, notices};
use crate::demo::ids;
use crate::http::body::Json;
use crate::http::listing::{FilterKind, FilterSpec, ListRequest, ListSpec};
use crate::http::page::{Page, Visible};
use crate::http::params::NoParams;
use crate::http::reply::Reply;
use crate::rest::crud::Answer;

/// What is to be said about an object.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"text": "The invoice of the canteen is missing."}))]
pub struct NoticeInput {
    /// The text; several lines are fine.
    #[schema(min_length = 1, max_length = 2000)]
    pub text: String,
}

/// A notice on an object. It never changes.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": ids::notice("canteen"), "object_id": ids::object("task-check"), "area_id": ids::area("bookkeeping"),
    "author_id": ids::user("clara.weiss"), "recipient_id": ids::user("anna.keller"),
    "text": "The invoice of the canteen is missing.", "created_at": "2026-01-05T08:00:00Z", "revision": 26
}))]
pub struct NoticeView {
    /// The notice's id.
    id: Uuid,
    /// The object.
    object_id: Uuid,
    /// The area in which the object was then.
    area_id: Uuid,
    /// Who sent it.
    author_id: Uuid,
    /// Who owned the area then, and so got it.
    recipient_id: Uuid,
    /// What they have to say.
    #[schema(max_length = 2000)]
    text: String,
    /// When it was sent (UTC).
    created_at: DateTime<Utc>,
    /// The revision that made it.
    #[schema(minimum = 1)]
    revision: i64,
}

const LIST: ListSpec = ListSpec {
    filters: &[FilterSpec { name: "author_id", kind: FilterKind::Id("author_id"), what: "Sent by this user" }],
    sorts: &[("created_at", "created_at")],
    search: &[],
    expand: &[],
};

/// What the list of notices can be asked.
pub fn list_spec() -> &'static ListSpec {
    &LIST
}

/// The plain form of a notice.
pub fn view(stored: &Stored<Notice>) -> NoticeView {
    let notice = &stored.value;
    NoticeView {
        id: notice.id.0,
        object_id: notice.object_id.0,
        area_id: notice.area_id.0,
        author_id: notice.author_id.0,
        recipient_id: notice.recipient_id.0,
        text: notice.text.clone(),
        created_at: stored.created_at,
        revision: stored.revision,
    }
}

/// Sends a notice on an object to the owner of its area. Needs `areas:notice` there: readers have it.
#[utoipa::path(post, path = "/api/v1/objects/{id}/notices", tag = "objects", operation_id = "sendNotice",
    params(("id" = Uuid, Path, description = "The object's id")),
    request_body = NoticeInput, responses((status = 200, description = "Sent", body = NoticeView)))]
pub async fn send(app: web::Data<App>, caller: Caller, id: Id, _none: NoParams, body: Json<NoticeInput>) -> Answer {
    app.run(move |app| {
        app.answer(
            &caller.authority,
            None,
            |work| notices::send(work, ObjectId(id.0), body.0.text),
            |work, notice| Ok(Reply::ok().json(view(&work.get::<Notice>(notice.id.0)?))),
        )
    })
    .await
}

/// Lists the notices on an object that the caller may see: the owner and the processors of the area where each was
/// sent all, others those that they sent or got.
#[utoipa::path(get, path = "/api/v1/objects/{id}/notices", tag = "objects", operation_id = "listObjectNotices",
    params(("id" = Uuid, Path, description = "The object's id")),
    responses((status = 200, description = "A page", body = Page<NoticeView>)))]
pub async fn list(app: web::Data<App>, caller: Caller, request: HttpRequest, id: Id) -> Answer {
    let of_object = Filter::Equals("object_id", Value::Uuid(id.0));
    let asked = ListRequest::read(&request, &LIST, |_, filters| filters.push(of_object))?;
    let page = app
        .run(move |app| {
            app.store().read(|reader| {
                let object = reader.get::<Object>(id.0)?.ok_or(Refusal::NotFound)?.value;
                let all = reader.find::<Notice>(&Key::NoticesOn(object.id))?;
                let seen: Vec<Uuid> = all
                    .iter()
                    .filter(|notice| notices::may_see(&caller.authority, notice))
                    .map(|notice| notice.value.id.0)
                    .collect();
                let in_own = object.area_id.is_some_and(|area| notices::may_see_all(&caller.authority, area));
                if seen.is_empty() && !in_own && !notices::may_read(&caller.authority, object.id) {
                    return Err(Refusal::NotFound);
                }
                let page = asked.page::<Notice>(reader, &Visible::Only(Filter::Ids(seen)))?;
                Ok(Page::of(page, |stored| view(&stored)))
            })
        })
        .await?;
    Ok(page.respond(&request))
}
