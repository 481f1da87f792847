//! Personal notes: what users write down for themselves (U-13). No right brings those of another, and no answer
//! that holds one is kept.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, web};
use chrono::{DateTime, Utc};
use domain::note;
use domain::rule::verdict;
use domain::user::{User, UserState};
use persistence::{NewNote, Note, Tx, Written};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::{App, Caller, Id};
use crate::commands::Refusal;
use crate::demo::ids;
use crate::http::body::{Json, Patch, merge, parse};
use crate::http::etag::{IfMatch, IfNoneMatch, tag};
use crate::http::page::Page;
use crate::http::params::{NoParams, Params, hyphenated};
use crate::http::plain_page::Limit;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::rest::crud::Answer;

/// What to write down.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"title": "Monday", "text": "Ask Greta about the invoices of March."}))]
pub struct NoteInput {
    /// A heading.
    #[schema(min_length = 1, max_length = 200)]
    pub title: Option<String>,
    /// The note.
    #[schema(min_length = 1, max_length = 20000)]
    pub text: String,
}

/// A note, as nobody but its user sees it.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": ids::note("monday"), "title": "Monday", "text": "Ask Greta about the invoices of March.",
    "created_at": "2026-01-05T08:00:00Z", "updated_at": "2026-01-05T08:00:00Z"
}))]
pub struct NoteView {
    /// The note's id.
    id: Uuid,
    /// A heading.
    #[schema(required = true, max_length = 200)]
    title: Option<String>,
    /// The note.
    #[schema(max_length = 20000)]
    text: String,
    /// When it was made (UTC).
    created_at: DateTime<Utc>,
    /// When it last changed (UTC).
    updated_at: DateTime<Utc>,
}

impl From<Note> for NoteView {
    fn from(note: Note) -> Self {
        let Note { id, title, text, created_at, updated_at, .. } = note;
        Self { id, title, text, created_at, updated_at }
    }
}

impl NoteInput {
    fn check(&self) -> Result<(), Refusal> {
        Ok(verdict(note::check(self.title.as_deref(), &self.text))?)
    }

    fn note(self, id: Uuid) -> NewNote {
        NewNote { id, title: self.title, text: self.text }
    }
}

/// Notes are between a user and themself: a token that was given for less knows of none.
///
/// # Errors
/// The caller's token is limited.
fn may_use(caller: &Caller) -> Result<(), Refusal> {
    if caller.authority.is_limited() { Err(Refusal::NotFound) } else { Ok(()) }
}

/// Writes notes of the caller. They are beside the log, so this makes no revision.
fn write<T>(app: &App, caller: &Caller, work: impl FnOnce(&mut Tx<'_>) -> Result<T, Refusal>) -> Result<T, Refusal> {
    may_use(caller)?;
    let written: Written<T> = app.store().write(&caller.authority.author(None), |tx| {
        // Looked at once more: an account that went to the trash meanwhile leaves none behind (U-06).
        let user = tx.get::<User>(caller.user_id().0)?;
        if user.is_none_or(|user| user.value.state != UserState::Active) {
            return Err(Problem::bad_token("the account is not active").into());
        }
        work(tx)
    })?;
    app.activity().act(caller.user_id(), written.at);
    Ok(written.value)
}

fn answer(note: Note, status: StatusCode) -> Reply {
    let reply = Reply::new(status).header(header::ETAG, tag(note.version));
    let reply = match status {
        StatusCode::CREATED => reply.header(header::LOCATION, format!("/api/v1/me/notes/{}", note.id)),
        _ => reply,
    };
    reply.json(NoteView::from(note))
}

/// Lists the caller's own notes, the newest first. Tokens with scopes reach no notes.
#[utoipa::path(get, path = "/api/v1/me/notes", tag = "me", operation_id = "listNotes",
    params(
        ("limit" = Option<i32>, Query, minimum = 1, maximum = 200, description = "Items of a page; 50 when absent"),
        ("cursor" = Option<Uuid>, Query, description = "`next_cursor` of the page before")),
    responses((status = 200, description = "A page", body = Page<NoteView>)))]
pub async fn list(app: web::Data<App>, caller: Caller, request: HttpRequest) -> Answer {
    let mut params = Params::parse(request.query_string());
    let limit = Limit::read(&mut params, &request);
    let after = params.parsed("cursor", "the next_cursor of the page before", hyphenated);
    params.done()?;
    let page = app
        .run(move |app| {
            may_use(&caller)?;
            let found = app.store().read(|reader| reader.notes_of(caller.user_id(), after, limit.sought()))?;
            Ok(limit.page(found, |note| note.id.to_string(), NoteView::from))
        })
        .await?;
    Ok(page.respond(&request))
}

/// Reads one of the caller's own notes.
#[utoipa::path(get, path = "/api/v1/me/notes/{id}", tag = "me", operation_id = "getNote",
    params(("id" = Uuid, Path, description = "The note's id")),
    responses((status = 200, description = "The note", body = NoteView), (status = 304, description = "Not changed")))]
pub async fn get(app: web::Data<App>, caller: Caller, id: Id, _none: NoParams, known: IfNoneMatch) -> Answer {
    app.run(move |app| {
        may_use(&caller)?;
        let note = app.store().read(|reader| reader.note(caller.user_id(), id.0))?.ok_or(Refusal::NotFound)?;
        if known.has(note.version) {
            return Ok(Reply::new(StatusCode::NOT_MODIFIED).header(header::ETAG, tag(note.version)));
        }
        Ok(answer(note, StatusCode::OK))
    })
    .await
}

/// Writes down a note of the caller. It knows no idempotency key: sent twice it makes two notes, since nothing
/// but the note itself may hold its text.
#[utoipa::path(post, path = "/api/v1/me/notes", tag = "me", operation_id = "createNote", request_body = NoteInput,
    responses((status = 201, description = "Created", body = NoteView)))]
pub async fn create(app: web::Data<App>, caller: Caller, _none: NoParams, body: Json<NoteInput>) -> Answer {
    let input = body.0;
    app.run(move |app| {
        input.check()?;
        let note = write(app, &caller, |tx| {
            note::check_count(tx.reader().count_notes(caller.user_id())?)?;
            Ok(tx.create_note(caller.user_id(), input.note(Uuid::now_v7()))?)
        })?;
        Ok(answer(note, StatusCode::CREATED).may_be_minimal())
    })
    .await
}

/// Changes one of the caller's own notes.
#[utoipa::path(patch, path = "/api/v1/me/notes/{id}", tag = "me", operation_id = "updateNote",
    params(("id" = Uuid, Path, description = "The note's id")),
    request_body(content = NoteInput, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "Changed", body = NoteView)))]
pub async fn update(
    app: web::Data<App>,
    caller: Caller,
    id: Id,
    _none: NoParams,
    expected: IfMatch,
    body: Patch<NoteInput>,
) -> Answer {
    app.run(move |app| {
        let note = write(app, &caller, |tx| {
            let before = tx.reader().note(caller.user_id(), id.0)?.ok_or(Refusal::NotFound)?;
            expected.0.check(before.version)?;
            let mut value = serde_json::json!({"title": before.title, "text": before.text});
            if let serde_json::Value::Object(map) = &mut value {
                merge(map, body.0);
            }
            let input: NoteInput = parse(value)?;
            input.check()?;
            tx.update_note(caller.user_id(), input.note(id.0))?.ok_or(Refusal::NotFound)
        })?;
        Ok(answer(note, StatusCode::OK).may_be_minimal())
    })
    .await
}

/// Erases one of the caller's own notes for good.
#[utoipa::path(delete, path = "/api/v1/me/notes/{id}", tag = "me", operation_id = "deleteNote",
    params(("id" = Uuid, Path, description = "The note's id")), responses((status = 204, description = "Erased")))]
pub async fn remove(app: web::Data<App>, caller: Caller, id: Id, _none: NoParams, expected: IfMatch) -> Answer {
    app.run(move |app| {
        write(app, &caller, |tx| {
            let before = tx.reader().note(caller.user_id(), id.0)?.ok_or(Refusal::NotFound)?;
            expected.0.check(before.version)?;
            Ok(tx.delete_note(caller.user_id(), id.0)?)
        })?;
        Ok(Reply::no_content())
    })
    .await
}
