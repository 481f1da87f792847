//! Lists: parameters, cursors, pages. A resource only says what can be filtered, sorted and
//! searched.

use actix_web::HttpRequest;
use actix_web::http::header;
use persistence::{Filter, ListQuery, Reader, Sort, Stored, Table, Value};
use serde::Serialize;
use utoipa::ToSchema;

use crate::commands::Refusal;
use crate::http::cursor::{bad_cursor, decode, encode, fingerprint, fits};
use crate::http::params::{self, Params};
use crate::http::problem::Problem;
use crate::http::reply::Reply;

/// What a list can be asked.
pub struct ListSpec {
    /// Typed filters named after fields.
    pub filters: &'static [FilterSpec],
    /// Sort keys: name in the API, column.
    pub sorts: &'static [(&'static str, &'static str)],
    /// Key columns that `q` searches by prefix; empty when there is no `q`.
    pub search: &'static [&'static str],
    /// What `expand` may name.
    pub expand: &'static [&'static str],
}

/// Most rows that are looked at for one page.
const SCAN_MAX: usize = 20_000;

/// Longest text that a filter compares with.
const TEXT_MAX: usize = 200;

/// A filter of a list.
pub struct FilterSpec {
    /// Name of the parameter.
    pub name: &'static str,
    /// What it is compared with.
    pub kind: FilterKind,
    /// What it does, for the contract.
    pub what: &'static str,
}

/// How a filter's value is read and compared.
pub enum FilterKind {
    /// Equal to a column's text.
    Text(&'static str),
    /// Equal to one of these words; several are separated by commas.
    Word(&'static str, &'static [&'static str]),
    /// Equal to an id.
    Id(&'static str),
    /// A boolean column.
    Flag(&'static str),
    /// Whether the column is set.
    Present(&'static str),
    /// The day lies in the row's window.
    ValidOn,
}

/// A list that was asked for.
#[derive(Debug)]
pub struct ListRequest {
    /// Conditions on columns.
    pub filters: Vec<Filter>,
    /// Order; the id breaks ties.
    pub sort: Vec<Sort>,
    /// Where the last page ended.
    pub after: Option<Vec<Value>>,
    /// Items of a page.
    pub limit: usize,
    /// Whether the count is wanted.
    pub total: bool,
    /// What to expand.
    pub expand: Vec<String>,
    fingerprint: String,
}

/// Whether a row may be seen.
pub type MaySee<'a, T> = Box<dyn Fn(&Stored<T>) -> bool + 'a>;

/// Which rows the caller may see.
pub enum Visible<'a, T> {
    /// Every row.
    All,
    /// These only: few enough for the query.
    Only(Filter),
    /// Row by row.
    Check(MaySee<'a, T>),
}

impl ListRequest {
    /// Reads the parameters of a list; `more` reads those that only this list has.
    ///
    /// # Errors
    /// 400 with every fault.
    pub fn read(
        request: &HttpRequest,
        spec: &ListSpec,
        more: impl FnOnce(&mut Params, &mut Vec<Filter>),
    ) -> Result<Self, Problem> {
        let mut params = Params::parse(request.query_string());
        let most = params::page_limit(request);
        let limit = params.number("limit", 1, most).unwrap_or(50.min(most));
        let total = params.flag("total").unwrap_or(false);
        let (mut filters, sort) = read_rows(&mut params, spec);
        more(&mut params, &mut filters);
        let expand = read_expand(&mut params, spec);
        let fingerprint = fingerprint(&filters, &sort);
        let cursor = params.text("cursor");
        params.done()?;
        let after = match cursor {
            None => None,
            Some(text) => Some(decode(&text, &fingerprint, sort.len() + 1)?),
        };
        #[allow(clippy::cast_sign_loss, clippy::cast_possible_truncation, reason = "1 to 200")]
        Ok(Self { filters, sort, after, limit: limit as usize, total, expand, fingerprint })
    }

    /// Reads the parameters of a request for all rows at once; `more` reads those of its own.
    ///
    /// # Errors
    /// 400 with every fault.
    pub fn read_all(
        request: &HttpRequest,
        spec: &ListSpec,
        more: impl FnOnce(&mut Params),
    ) -> Result<(Vec<Filter>, Vec<Sort>), Problem> {
        let mut params = Params::parse(request.query_string());
        let rows = read_rows(&mut params, spec);
        more(&mut params);
        params.done()?;
        Ok(rows)
    }

    /// The page that was asked for, of what is visible.
    ///
    /// # Errors
    /// The database can't be read.
    pub fn page<T: Table>(self, reader: &mut Reader<'_>, visible: &Visible<'_, T>) -> Result<PageOf<T>, Refusal> {
        let ListRequest { mut filters, sort, mut after, limit, total, fingerprint, .. } = self;
        if after.as_ref().is_some_and(|after| !fits::<T>(after, &sort)) {
            return Err(bad_cursor().into());
        }
        let total = if total { Some(count(reader, &filters, visible)?) } else { None };
        if let Visible::Only(filter) = visible {
            filters.push(filter.clone());
        }
        let mut items: Vec<Stored<T>> = Vec::new();
        // A caller who sees a part of many rows gets them batch by batch. After so many rows the
        // page ends, however few are on it; the cursor goes on from there.
        let (mut batch, mut scanned, mut stopped_at) = (limit + 1, 0, None);
        loop {
            let query = ListQuery {
                filters: filters.clone(),
                sort: sort.clone(),
                after: after.take(),
                limit: i64::try_from(batch).unwrap_or(i64::MAX),
            };
            let rows = reader.list::<T>(&query)?;
            let full = rows.len() == batch;
            scanned += rows.len();
            let last = rows.last().map(|row| position(row, &sort));
            match visible {
                Visible::Check(may) => items.extend(rows.into_iter().filter(|row| may(row))),
                _ => items.extend(rows),
            }
            if !full || items.len() > limit {
                break;
            }
            if scanned >= SCAN_MAX {
                stopped_at = last;
                break;
            }
            after = last;
            batch = 1_000;
        }
        let more = items.len() > limit;
        items.truncate(limit);
        let next_cursor = match items.last() {
            Some(last) if more => Some(encode(&fingerprint, position(last, &sort))?),
            _ => stopped_at.map(|position| encode(&fingerprint, position)).transpose()?,
        };
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
        let mut response = Reply::ok();
        if let Some(cursor) = &self.next_cursor {
            let kept: String = request
                .query_string()
                .split('&')
                .filter(|part| !part.is_empty() && !part.starts_with("cursor="))
                .map(|part| format!("{part}&"))
                .collect();
            response =
                response.header(header::LINK, format!("<{}?{kept}cursor={cursor}>; rel=\"next\"", request.path()));
        }
        response.json(self)
    }
}

impl FilterSpec {
    fn read(&self, params: &mut Params, out: &mut Vec<Filter>) {
        match self.kind {
            FilterKind::Text(column) => {
                let short = |text: &str| (text.chars().count() <= TEXT_MAX).then(|| text.to_owned());
                if let Some(text) = params.parsed(self.name, "at most 200 characters", short) {
                    out.push(Filter::Equals(column, Value::Text(text)));
                }
            }
            FilterKind::Word(column, words) => {
                let what = format!("one or more of {}", words.join(", "));
                let given = params.parsed(self.name, &what, |text| {
                    let given: Vec<_> = text.split(',').collect();
                    given
                        .iter()
                        .all(|word| words.contains(word))
                        .then(|| given.into_iter().map(|word| Value::Text(word.to_owned())).collect())
                });
                if let Some(given) = given {
                    out.push(Filter::AnyOf(column, given));
                }
            }
            FilterKind::Id(column) => {
                if let Some(id) = params.uuid(self.name) {
                    out.push(Filter::Equals(column, Value::Uuid(id)));
                }
            }
            FilterKind::Flag(column) => {
                if let Some(flag) = params.flag(self.name) {
                    out.push(Filter::Equals(column, Value::Bool(flag)));
                }
            }
            FilterKind::Present(column) => {
                if let Some(flag) = params.flag(self.name) {
                    out.push(Filter::IsNull(column, !flag));
                }
            }
            FilterKind::ValidOn => {
                if let Some(day) = params.date(self.name) {
                    out.push(Filter::ValidOn(day));
                }
            }
        }
    }
}

/// What is to be expanded: names of those that the items know.
pub fn read_expand(params: &mut Params, spec: &ListSpec) -> Vec<String> {
    if spec.expand.is_empty() {
        return Vec::new();
    }
    let Some(text) = params.text("expand") else { return Vec::new() };
    let (known, unknown): (Vec<&str>, Vec<&str>) = text.split(',').partition(|name| spec.expand.contains(name));
    for _ in unknown {
        params.fault("expand", "bad_parameter", &format!("may name {}", spec.expand.join(", ")));
    }
    known.into_iter().map(str::to_owned).collect()
}

/// Which rows, and in which order.
fn read_rows(params: &mut Params, spec: &ListSpec) -> (Vec<Filter>, Vec<Sort>) {
    let mut filters = Vec::new();
    for filter in spec.filters {
        filter.read(params, &mut filters);
    }
    if let Some(since) = params.instant("updated_since") {
        filters.push(Filter::AtLeast("updated_at", Value::Instant(since)));
    }
    if !spec.search.is_empty()
        && let Some(q) = params.text("q")
    {
        if q.trim().is_empty() || q.chars().count() > 200 {
            params.fault("q", "bad_parameter", "must be 1 to 200 characters");
        } else {
            filters.push(Filter::Prefix(spec.search.to_vec(), domain::name::key(&q)));
        }
    }
    (filters, read_sort(params, spec))
}

fn read_sort(params: &mut Params, spec: &ListSpec) -> Vec<Sort> {
    let Some(text) = params.text("sort") else {
        return spec.sorts.first().map(|(_, column)| Sort { column, descending: false }).into_iter().collect();
    };
    let mut out: Vec<Sort> = Vec::new();
    for part in text.split(',') {
        let (name, descending) = part.strip_prefix('-').map_or((part, false), |name| (name, true));
        match spec.sorts.iter().find(|(known, _)| *known == name) {
            Some((_, column)) if !out.iter().any(|sort| sort.column == *column) => {
                out.push(Sort { column, descending });
            }
            _ => {
                let names: Vec<_> = spec.sorts.iter().map(|(name, _)| *name).collect();
                params.fault("sort", "bad_parameter", &format!("each once: {}", names.join(", ")));
            }
        }
    }
    out
}

/// A cursor of a list in its usual order, before its first item: an example that can be sent.
pub fn first_cursor(spec: &ListSpec) -> Option<String> {
    let sort: Vec<Sort> =
        spec.sorts.first().map(|(_, column)| Sort { column, descending: false }).into_iter().collect();
    encode(&fingerprint(&[], &sort), vec![Value::Null, Value::Uuid(uuid::Uuid::nil())]).ok()
}

fn position<T: Table>(row: &Stored<T>, sort: &[Sort]) -> Vec<Value> {
    let mut values: Vec<Value> =
        sort.iter().map(|sort| persistence::value_of(row, sort.column).unwrap_or(Value::Null)).collect();
    values.push(Value::Uuid(row.value.uuid()));
    values
}

/// How many rows are visible.
///
/// # Errors
/// The database can't be read.
pub fn count<T: Table>(reader: &mut Reader<'_>, filters: &[Filter], visible: &Visible<'_, T>) -> Result<i64, Refusal> {
    let mut filters = filters.to_vec();
    match visible {
        Visible::All => {}
        Visible::Only(filter) => filters.push(filter.clone()),
        Visible::Check(_) => {
            let mut count = 0;
            batches(reader, filters, &[], visible, |_, rows| {
                count += i64::try_from(rows.len()).unwrap_or(0);
                Ok(())
            })?;
            return Ok(count);
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
    mut filters: Vec<Filter>,
    sort: &[Sort],
    visible: &Visible<'_, T>,
    mut take: impl FnMut(&mut Reader<'_>, Vec<Stored<T>>) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    if let Visible::Only(filter) = visible {
        filters.push(filter.clone());
    }
    let mut after = None;
    loop {
        let query = ListQuery { filters: filters.clone(), sort: sort.to_vec(), after, limit: 2_000 };
        let mut rows = reader.list::<T>(&query)?;
        let full = rows.len() == 2_000;
        after = rows.last().map(|last| position(last, sort));
        if let Visible::Check(may) = visible {
            rows.retain(|row| may(row));
        }
        take(reader, rows)?;
        if !full {
            return Ok(());
        }
    }
}
