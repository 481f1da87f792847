//! List, read, create, change, upsert: the same for every resource. A resource says what it
//! looks like and who may see it; the macros of `handlers.rs` give it its handlers.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, web};
use persistence::{Filter, Reader, Stored};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::{App, Caller};
use crate::commands::save::{self, Resource};
use crate::commands::{Refusal, Work};
use crate::http::etag::{Expected, IfNoneMatch, tag};
use crate::http::fields::Fields;
use crate::http::listing::{Chosen, ListRequest, ListSpec, read_expand};
use crate::http::page::{Page, Visible};
use crate::http::params::Params;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::rights::Authority;

/// What a handler gives.
pub type Answer = Result<Reply, Problem>;

pub use crate::http::reply::REVISION;

/// A resource that can be shown.
pub trait Shown: Resource {
    /// Its plain form.
    type View: Serialize + ToSchema + Send + 'static;

    /// What its list can be asked.
    const LIST: ListSpec;

    /// The plural in its path: `departments`.
    const PLURAL: &'static str;

    /// The plain form of a stored record.
    fn view(stored: &Stored<Self>) -> Self::View;

    /// Takes out of a plain form what not everybody sees who sees the record.
    fn veil(_app: &App, _authority: &Authority, _stored: &Stored<Self>, _view: &mut Self::View) {}

    /// The plain form of a stored record for the caller.
    fn shown(app: &App, authority: &Authority, stored: &Stored<Self>) -> Self::View {
        let mut view = Self::view(stored);
        Self::veil(app, authority, stored, &mut view);
        view
    }

    /// Adds to plain forms what stands in other records: one query for the whole page.
    ///
    /// # Errors
    /// The database can't be read.
    fn complete(_reader: &mut Reader<'_>, _views: &mut [Self::View]) -> Result<(), Refusal> {
        Ok(())
    }

    /// Which rows the caller may see in a list.
    ///
    /// # Errors
    /// The caller may see none at all.
    fn visible<'a>(app: &'a App, authority: &'a Authority) -> Result<Visible<'a>, Refusal>;

    /// Which of those rows are left by what was asked that no column answers; it may also change conditions on columns.
    /// Lists and exports both ask it.
    ///
    /// # Errors
    /// The caller may see none at all, or not ask that.
    fn chosen<'a>(
        app: &'a App,
        authority: &'a Authority,
        _chosen: &Chosen,
        _filters: &mut Vec<Filter>,
    ) -> Result<Visible<'a>, Refusal> {
        Self::visible(app, authority)
    }

    /// Whether the caller may see one record.
    ///
    /// # Errors
    /// It may not.
    fn readable(app: &App, authority: &Authority, stored: &Stored<Self>) -> Result<(), Refusal>;

    /// Adds what `expand` names to plain forms, in one query each.
    ///
    /// # Errors
    /// The database can't be read.
    fn expand(
        _app: &App,
        _authority: &Authority,
        _reader: &mut Reader<'_>,
        _names: &[String],
        _items: &mut [(Stored<Self>, Value)],
    ) -> Result<(), Refusal> {
        Ok(())
    }
}

/// Answers with a list.
///
/// # Errors
/// Bad parameters, or a missing permission.
pub async fn list<R: Shown>(app: web::Data<App>, caller: Caller, request: HttpRequest) -> Answer {
    list_where::<R>(app, caller, request, vec![]).await
}

/// Answers with a list of the rows that meet conditions of the path.
///
/// # Errors
/// Bad parameters, or a missing permission.
pub async fn list_where<R: Shown>(
    app: web::Data<App>,
    caller: Caller,
    request: HttpRequest,
    conditions: Vec<Filter>,
) -> Answer {
    list_seen::<R>(app, caller, request, conditions, R::chosen).await
}

/// The same of those that `seen` leaves.
///
/// # Errors
/// Bad parameters, or a missing permission.
pub async fn list_seen<R: Shown>(
    app: web::Data<App>,
    caller: Caller,
    request: HttpRequest,
    conditions: Vec<Filter>,
    seen: impl for<'a> FnOnce(&'a App, &'a Authority, &Chosen, &mut Vec<Filter>) -> Result<Visible<'a>, Refusal>
    + Send
    + 'static,
) -> Answer {
    let known = fields_of::<R>(&app)?;
    let mut fields = Fields::default();
    let mut asked = ListRequest::read(&request, &R::LIST, |params, filters| {
        filters.extend(conditions);
        fields = Fields::read(params, known);
    })?;
    let page = app
        .run(move |app| {
            let visible = seen(app, &caller.authority, &asked.chosen, &mut asked.filters)?;
            app.store().read(|reader| {
                let expand = asked.expand.clone();
                let page = asked.page::<R>(reader, &visible)?;
                let shown = |stored| R::shown(app, &caller.authority, stored);
                let mut views: Vec<R::View> = page.items.iter().map(shown).collect();
                R::complete(reader, &mut views)?;
                let (next_cursor, total) = (page.next_cursor, page.total);
                if expand.is_empty() && fields.all() {
                    return Ok(Page { items: views.into_iter().map(Item::Whole).collect(), next_cursor, total });
                }
                let mut items = Vec::new();
                for (stored, view) in page.items.into_iter().zip(views) {
                    items.push((stored, json(&view)?));
                }
                R::expand(app, &caller.authority, reader, &expand, &mut items)?;
                let shaped = |(_, mut view): (Stored<R>, Value)| {
                    fields.narrow(&mut view, &expand);
                    Item::Shaped(view)
                };
                Ok::<_, Refusal>(Page { items: items.into_iter().map(shaped).collect(), next_cursor, total })
            })
        })
        .await?;
    Ok(page.respond(&request))
}

/// An item of a page.
#[derive(Serialize)]
#[serde(untagged)]
enum Item<V> {
    /// As it is shown.
    Whole(V),
    /// With what was expanded, and without what was not asked for.
    Shaped(Value),
}

/// The published fields of an item.
fn fields_of<R: Shown>(app: &App) -> Result<&Map<String, Value>, Refusal> {
    let name = R::View::name();
    app.schemas().fields(&name).ok_or_else(|| Refusal::internal(format!("the contract lacks {name}")))
}

fn json(value: &impl Serialize) -> Result<Value, Refusal> {
    serde_json::to_value(value).map_err(|error| Refusal::internal(format!("a view can't be written: {error}")))
}

/// Answers with one item, with its entity tag unless something is expanded.
///
/// # Errors
/// There is none, or the caller may not see it.
pub async fn get<R: Shown>(
    app: web::Data<App>,
    caller: Caller,
    request: HttpRequest,
    id: Uuid,
    known: IfNoneMatch,
) -> Answer {
    let mut params = Params::parse(request.query_string());
    let expand = read_expand(&mut params, &R::LIST);
    let fields = Fields::read(&mut params, fields_of::<R>(&app)?);
    params.done()?;
    let plain = expand.is_empty() && fields.all();
    let (revision, view) = app
        .run(move |app| {
            let (stored, [view]) = app.store().read(|reader| {
                let found = reader.get::<R>(id)?;
                let stored = seen(app, &caller.authority, found)?;
                let mut views = [R::shown(app, &caller.authority, &stored)];
                R::complete(reader, &mut views)?;
                Ok::<_, Refusal>((stored, views))
            })?;
            let view = json(&view)?;
            let revision = stored.revision;
            let mut items = [(stored, view)];
            if !expand.is_empty() {
                app.store().read(|reader| R::expand(app, &caller.authority, reader, &expand, &mut items))?;
            }
            let [(_, mut view)] = items;
            fields.narrow(&mut view, &expand);
            Ok((revision, view))
        })
        .await?;
    if plain && known.has(revision) {
        return Ok(Reply::new(StatusCode::NOT_MODIFIED).header(header::ETAG, tag(revision)));
    }
    let mut response = Reply::ok();
    if plain {
        response = response.header(header::ETAG, tag(revision));
    }
    Ok(response.json(view))
}

/// What was found, for who may see it. Who may see none at all does not learn whether there is one.
///
/// # Errors
/// There is none, or the caller may not see it.
pub fn seen<R: Shown>(app: &App, authority: &Authority, found: Option<Stored<R>>) -> Result<Stored<R>, Refusal> {
    let Some(stored) = found else {
        R::visible(app, authority)?;
        return Err(Refusal::NotFound);
    };
    R::readable(app, authority, &stored)?;
    Ok(stored)
}

/// A body with the warnings of the write that made it.
pub fn with_warnings(mut body: Value, work: &Work<'_, '_>) -> Value {
    if !work.warnings.is_empty()
        && let (Value::Object(map), Ok(warnings)) = (&mut body, serde_json::to_value(&work.warnings))
    {
        map.insert("warnings".to_owned(), warnings);
    }
    body
}

/// Answers a write with the item as it will be stored.
///
/// # Errors
/// It can't be read.
pub fn written<R: Shown>(work: &mut Work<'_, '_>, id: Uuid, status: StatusCode) -> Result<Reply, Refusal> {
    let stored = work.get::<R>(id)?;
    let mut reply = Reply::new(status).header(header::ETAG, tag(stored.revision));
    if status == StatusCode::CREATED {
        reply = reply.header(header::LOCATION, format!("/api/v1/{}/{id}", R::PLURAL));
    }
    let mut views = [R::shown(work.app, work.authority, &stored)];
    R::complete(&mut work.tx.reader(), &mut views)?;
    let [view] = views;
    Ok(reply.json(with_warnings(json(&view)?, work)))
}

/// Runs a command on one item and answers with the item as it then is.
///
/// # Errors
/// What the command refused.
pub async fn act<R: Shown>(
    app: web::Data<App>,
    caller: Caller,
    cause: Option<String>,
    command: impl FnOnce(&mut Work<'_, '_>) -> Result<R, Refusal> + Send + 'static,
) -> Answer {
    app.run(move |app| {
        app.answer(&caller.authority, cause, command, |work, item| written::<R>(work, item.uuid(), StatusCode::OK))
    })
    .await
}

/// Runs a removal.
///
/// # Errors
/// What the command refused.
pub async fn take_away(
    app: web::Data<App>,
    caller: Caller,
    command: impl FnOnce(&mut Work<'_, '_>) -> Result<(), Refusal> + Send + 'static,
) -> Answer {
    app.run(move |app| app.answer(&caller.authority, None, command, |_, ()| Ok(Reply::no_content()))).await
}

/// Creates an item.
///
/// # Errors
/// A missing permission, or every violation at once.
pub async fn create<R: Shown>(app: web::Data<App>, caller: Caller, fields: Map<String, Value>) -> Answer {
    app.run(move |app| {
        app.answer(
            &caller.authority,
            None,
            |work| save::create::<R>(work, fields),
            |work, created| written::<R>(work, created.uuid(), StatusCode::CREATED),
        )
    })
    .await
}

/// Lays a merge patch over an item.
///
/// # Errors
/// It does not exist or is stale, a missing permission, or every violation at once.
pub async fn update<R: Shown>(
    app: web::Data<App>,
    caller: Caller,
    id: Uuid,
    expected: Expected,
    fields: Map<String, Value>,
) -> Answer {
    act(app, caller, None, move |work| {
        let found = work.tx.get::<R>(id)?;
        seen(work.app, work.authority, found)?;
        save::patch::<R>(work, id, &expected, fields)
    })
    .await
}

/// Creates or updates the item of an external id.
///
/// # Errors
/// A missing permission, or every violation at once.
pub async fn upsert<R: Shown>(
    app: web::Data<App>,
    caller: Caller,
    external_id: String,
    fields: Map<String, Value>,
) -> Answer {
    app.run(move |app| {
        app.answer(
            &caller.authority,
            None,
            |work| save::upsert::<R>(work, &external_id, fields),
            |work, (item, created)| {
                written::<R>(work, item.uuid(), if created { StatusCode::CREATED } else { StatusCode::OK })
            },
        )
    })
    .await
}
