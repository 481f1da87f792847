//! Exports: all rows of a kind that the caller may see, from one snapshot, in the form in which
//! imports take them.

mod left_out;
mod stream;
mod write;

use persistence::{Reader, Stored};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::app::App;
use crate::commands::Refusal;
use crate::http::fields::Fields;
use crate::http::listing::Rows;
use crate::http::page;
use crate::imports::ImportKind;
use crate::imports::kinds::{self, flatten_scope};
use crate::rest::crud::Shown;
use crate::rights::Authority;

pub use left_out::usual;
pub use stream::{Sender, Started, start};
pub use write::Writer;

/// How an export is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// With a header line.
    Csv,
    /// One JSON object a line.
    Ndjson,
}

impl Format {
    /// The content type.
    pub const fn content_type(self) -> &'static str {
        match self {
            Format::Csv => "text/csv; charset=utf-8",
            Format::Ndjson => "application/x-ndjson",
        }
    }

    /// The ending of a file's name.
    pub const fn ending(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Ndjson => "ndjson",
        }
    }
}

/// What is to be exported.
pub struct Request {
    /// Which rows, and in which order: as of a list.
    pub rows: Rows,
    /// Which columns.
    pub fields: Fields,
    /// Written how.
    pub format: Format,
}

/// The columns that rows of a kind may have: what imports take, and what else an item shows.
///
/// # Errors
/// The contract lacks a schema.
pub fn columns<R: Shown>(app: &App, kind: ImportKind) -> Result<Map<String, Value>, Refusal> {
    let mut columns = kinds::properties(app, kind)?;
    for (name, schema) in app.schemas().fields(&R::View::name()).into_iter().flatten() {
        columns.entry(name.clone()).or_insert_with(|| schema.clone());
    }
    Ok(columns)
}

/// Sends all visible rows; how many.
///
/// # Errors
/// The caller may see none, the database can't be read, or nobody takes them.
pub fn run<R: Shown>(
    app: &App,
    authority: &Authority,
    kind: ImportKind,
    request: Request,
    sender: &mut Sender,
) -> Result<usize, Refusal> {
    let Request { rows: Rows { mut filters, chosen, sort }, fields, format } = request;
    let visible = R::chosen(app, authority, &chosen, &mut filters)?;
    let visible = left_out::visible(app, authority, kind, &filters, visible);
    // What nobody asks for by name is what imports take, and not said twice.
    let (names, shown) = match fields.names() {
        Some(names) => (names.to_vec(), true),
        None => (taken(app, kind, format)?, false),
    };
    let flat = kind == ImportKind::Grants && format == Format::Csv;
    let mut writer = Writer::new(format, names)?;
    let mut count = 0;
    app.store().read(|reader| {
        sender.begin(page::count::<R>(reader, &filters, &sort, &visible)?)?;
        page::batches::<R>(reader, filters, sort, &visible, |reader, stored| {
            for row in written::<R>(reader, &stored, kinds::of_verbs(kind), flat, shown)? {
                writer.write(&row)?;
            }
            count += stored.len();
            app.metrics().exported(stored.len());
            sender.send(writer.take()?)
        })
    })?;
    Ok(count)
}

/// The columns that imports of a kind take. A grant's scope is an object in NDJSON, and columns in
/// CSV.
fn taken(app: &App, kind: ImportKind, format: Format) -> Result<Vec<String>, Refusal> {
    let columns = kinds::properties(app, kind)?;
    let scope = |name: &str| matches!(name, "scope_type" | "scope_id" | "scope_external_id" | "include_subtree");
    let left_out = |name: &str| match (kind, format) {
        // Areas need accounts first: which are those of a filler comes after both.
        (ImportKind::Users, _) => name.starts_with("managed_in"),
        (ImportKind::Grants, Format::Csv) => name == "scope",
        (ImportKind::Grants, Format::Ndjson) => scope(name),
        _ => false,
    };
    Ok(columns.keys().filter(|name| !left_out(name)).cloned().collect())
}

/// The rows of a batch, as imports take them, with what of an item changes by verbs; `shown`: with
/// everything else that it shows.
fn written<R: Shown>(
    reader: &mut Reader<'_>,
    stored: &[Stored<R>],
    of_verbs: &[&str],
    flat: bool,
    shown: bool,
) -> Result<Vec<Map<String, Value>>, Refusal> {
    let unwritable = || Refusal::internal("a row can't be written");
    let object = |value: serde_json::Result<Value>| match value {
        Ok(Value::Object(map)) => Ok(map),
        _ => Err(unwritable()),
    };
    let mut rows = Vec::with_capacity(stored.len());
    for stored in stored {
        let mut row = object(serde_json::to_value(stored.value.input()))?;
        if !of_verbs.is_empty() {
            let item = object(serde_json::to_value(R::view(stored)))?;
            row.extend(item.into_iter().filter(|(name, _)| of_verbs.contains(&name.as_str())));
        }
        rows.push(row);
    }
    R::name(reader, &mut rows)?;
    if shown {
        let mut views: Vec<R::View> = stored.iter().map(R::view).collect();
        R::complete(reader, &mut views)?;
        for (row, view) in rows.iter_mut().zip(views) {
            for (name, value) in object(serde_json::to_value(view))? {
                row.entry(name).or_insert(value);
            }
        }
    }
    if flat {
        rows.iter_mut().for_each(flatten_scope);
    }
    Ok(rows)
}
