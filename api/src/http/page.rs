//! Pages: the rows of a list that the caller may see, from a cursor on.

use actix_web::HttpRequest;
use persistence::{Filter, ListQuery, Reader, Sort, Stored, Table};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::commands::Refusal;
use crate::http::cursor::{bad_cursor, encode, fits};
use crate::http::listing::ListRequest;
use crate::http::reply::Reply;
use crate::http::walk::Walk;

/// Rows that are taken at a time when all are.
const BATCH: usize = 2_000;

/// Rows of which only ids are looked at, at a time.
const COUNTED: usize = 10_000;

/// Which rows the caller may see.
pub enum Visible<'a> {
    /// Every row.
    All,
    /// These only: few enough for the query.
    Only(Filter),
    /// Those whose id in this column passes.
    Check {
        /// The column, which always holds an id.
        column: &'static str,
        /// Whether rows with that id may be seen.
        may: Box<dyn Fn(Uuid) -> bool + 'a>,
    },
}

impl ListRequest {
    /// The page that was asked for, of what is visible.
    ///
    /// # Errors
    /// The database can't be read.
    pub fn page<T: Table>(self, reader: &mut Reader<'_>, visible: &Visible<'_>) -> Result<PageOf<T>, Refusal> {
        let ListRequest { filters, sort, after, limit, total, fingerprint, .. } = self;
        if after.as_ref().is_some_and(|after| !fits::<T>(after, &sort)) {
            return Err(bad_cursor().into());
        }
        let total = if total { Some(count::<T>(reader, &filters, &sort, visible)?) } else { None };
        // One more than is shown tells whether there is another page.
        let mut query = ListQuery { filters, sort, after, limit: most(limit + 1) };
        let (mut items, stopped_at) = match visible {
            Visible::Check { column, may } => {
                let mut walk = Walk::<T>::new(query.clone(), column, may);
                let ids = walk.find(reader, limit + 1)?;
                let stopped_at = if ids.len() > limit { None } else { walk.place(reader)? };
                (reader.get_many::<T>(&ids)?, stopped_at)
            }
            Visible::Only(filter) => {
                query.filters.push(filter.clone());
                (reader.list::<T>(&query)?, None)
            }
            Visible::All => (reader.list::<T>(&query)?, None),
        };
        let more = items.len() > limit;
        items.truncate(limit);
        let next = match items.last() {
            Some(last) if more => Some(query.cursor(last)?),
            _ => stopped_at,
        };
        let next_cursor = next.map(|place| encode(&fingerprint, place)).transpose()?;
        Ok(PageOf { items, next_cursor, total })
    }
}

/// A page of stored rows.
pub struct PageOf<T> {
    /// The rows.
    pub items: Vec<Stored<T>>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
    /// How many there are in all, when asked for.
    pub total: Option<i64>,
}

/// A page of a list.
#[derive(Serialize, ToSchema)]
pub struct Page<V> {
    /// The items.
    #[schema(max_items = 200)]
    pub items: Vec<V>,
    /// Give it as `cursor` to get the next page; null at the end.
    #[schema(required, max_length = 4000)]
    pub next_cursor: Option<String>,
    /// How many there are in all; only with `total=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0)]
    pub total: Option<i64>,
}

impl<V: Serialize> Page<V> {
    /// Turns rows into their plain form.
    pub fn of<T>(page: PageOf<T>, view: impl FnMut(Stored<T>) -> V) -> Self {
        Self { items: page.items.into_iter().map(view).collect(), next_cursor: page.next_cursor, total: page.total }
    }

    /// The answer, with the link to the next page (RFC 8288).
    pub fn respond(self, request: &HttpRequest) -> Reply {
        let response = Reply::ok().linked(request, self.next_cursor.as_deref());
        response.json(self)
    }
}

/// How many rows are visible; `sort` is the order in which they are looked at where each has to be.
///
/// # Errors
/// The database can't be read.
pub fn count<T: Table>(
    reader: &mut Reader<'_>,
    filters: &[Filter],
    sort: &[Sort],
    visible: &Visible<'_>,
) -> Result<i64, Refusal> {
    let mut filters = filters.to_vec();
    match visible {
        Visible::All => {}
        Visible::Only(filter) => filters.push(filter.clone()),
        Visible::Check { column, may } => {
            let query = ListQuery { filters, sort: sort.to_vec(), ..ListQuery::default() };
            let mut walk = Walk::<T>::new(query, column, may);
            let mut count = 0;
            while !walk.ended() {
                count += walk.next(reader, COUNTED)?.len();
            }
            return Ok(most(count));
        }
    }
    Ok(reader.count::<T>(&filters)?)
}

/// Calls `take` with all visible rows, batch by batch.
///
/// # Errors
/// The database can't be read, or `take` fails, which ends it.
pub fn batches<T: Table>(
    reader: &mut Reader<'_>,
    filters: Vec<Filter>,
    sort: Vec<Sort>,
    visible: &Visible<'_>,
    mut take: impl FnMut(&mut Reader<'_>, Vec<Stored<T>>) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let mut query = ListQuery { filters, sort, after: None, limit: most(BATCH) };
    match visible {
        Visible::All => {}
        Visible::Only(filter) => query.filters.push(filter.clone()),
        Visible::Check { column, may } => {
            let mut walk = Walk::<T>::new(query, column, may);
            while !walk.ended() {
                let ids = walk.next(reader, BATCH)?;
                let rows = reader.get_many(&ids)?;
                take(reader, rows)?;
            }
            return Ok(());
        }
    }
    loop {
        let rows = reader.list::<T>(&query)?;
        if let Some(last) = rows.last() {
            query.after = Some(query.cursor(last)?);
        }
        let full = rows.len() == BATCH;
        take(reader, rows)?;
        if !full {
            return Ok(());
        }
    }
}

/// A number of rows as the database takes it.
pub(super) fn most(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}
