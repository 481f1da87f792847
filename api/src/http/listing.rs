//! What a list can be asked: its parameters. A resource only says what can be filtered, sorted and
//! searched; [`crate::http::page`] finds the rows.

use actix_web::HttpRequest;
use persistence::{Filter, Sort, Value};
use uuid::Uuid;

use crate::http::cursor::{decode, encode, fingerprint};
use crate::http::params::{self, Params};
use crate::http::problem::Problem;

/// What a list can be asked.
pub struct ListSpec {
    /// Typed filters named after fields.
    pub filters: &'static [FilterSpec],
    /// Sort keys: name in the API, column.
    pub sorts: &'static [(&'static str, &'static str)],
    /// Key columns that `q` searches by prefix; empty when there is no `q`.
    pub search: &'static [&'static str],
    /// What `expand` may name.
    pub expand: &'static [Expansion],
}

/// What `expand` adds to an item: a record that it refers to, or the list of those that refer to it.
pub struct Expansion {
    /// What the caller names, and the field under which it comes.
    pub name: &'static str,
    /// The schema of what comes.
    pub view: &'static str,
    /// Whether it is a list.
    pub many: bool,
}

impl Expansion {
    /// The record that an item refers to.
    pub const fn one(name: &'static str, view: &'static str) -> Self {
        Self { name, view, many: false }
    }

    /// The records that refer to an item.
    pub const fn many(name: &'static str, view: &'static str) -> Self {
        Self { name, view, many: true }
    }

    /// The names of some.
    pub fn names(all: &[Self]) -> Vec<&'static str> {
        all.iter().map(|one| one.name).collect()
    }
}

/// Longest text that a filter compares with.
const TEXT_MAX: usize = 200;

/// Items of a page when nobody says how many, where `most` are allowed.
pub fn usual_page(most: i64) -> i64 {
    50.min(most)
}

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
    /// The column holds a day before that one.
    Before(&'static str),
    /// The column holds that day or a later one.
    From(&'static str),
    /// The day lies in the row's window.
    ValidOn,
    /// No column is compared: the resource itself knows which rows it leaves.
    Chosen(ChosenKind),
}

/// How a value is read that no column is compared with.
#[derive(Clone, Copy)]
pub enum ChosenKind {
    /// An id.
    Id,
    /// A boolean.
    Flag,
    /// One of these words.
    Word(&'static [&'static str]),
}

/// What was asked of a list that no column answers.
#[derive(Clone, Debug, Default)]
pub struct Chosen(Vec<(&'static str, Value)>);

impl Chosen {
    /// An id that was asked for.
    pub fn id(&self, name: &str) -> Option<Uuid> {
        match self.value(name) {
            Some(Value::Uuid(id)) => Some(*id),
            _ => None,
        }
    }

    /// A boolean that was asked for.
    pub fn flag(&self, name: &str) -> Option<bool> {
        match self.value(name) {
            Some(Value::Bool(flag)) => Some(*flag),
            _ => None,
        }
    }

    /// A word that was asked for.
    pub fn word(&self, name: &str) -> Option<&str> {
        match self.value(name) {
            Some(Value::Text(word)) => Some(word),
            _ => None,
        }
    }

    fn value(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }
}

/// Everything that was asked, one after the other; of nothing, nothing.
impl std::fmt::Display for Chosen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|(name, value)| write!(f, "{name}={value:?};"))
    }
}

/// Which rows of a list were asked for, and in which order.
#[derive(Debug)]
pub struct Rows {
    /// Conditions on columns.
    pub filters: Vec<Filter>,
    /// What no column answers.
    pub chosen: Chosen,
    /// Order; the id breaks ties.
    pub sort: Vec<Sort>,
}

/// A list that was asked for.
#[derive(Debug)]
pub struct ListRequest {
    /// Conditions on columns.
    pub filters: Vec<Filter>,
    /// What no column answers.
    pub chosen: Chosen,
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
    /// Tells cursors of this list and order from others.
    pub fingerprint: String,
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
        let limit = params.number("limit", 1, most).unwrap_or(usual_page(most));
        let total = params.flag("total").unwrap_or(false);
        let Rows { mut filters, chosen, sort } = read_rows(&mut params, spec);
        more(&mut params, &mut filters);
        let expand = read_expand(&mut params, spec);
        let fingerprint = fingerprint(&filters, &chosen, &sort);
        let cursor = params.text("cursor");
        params.done()?;
        let after = match cursor {
            None => None,
            Some(text) => Some(decode(&text, &fingerprint, sort.len() + 1)?),
        };
        #[allow(clippy::cast_sign_loss, clippy::cast_possible_truncation, reason = "1 to 200")]
        Ok(Self { filters, chosen, sort, after, limit: limit as usize, total, expand, fingerprint })
    }

    /// Reads the parameters of a request for all rows at once; `more` reads those of its own.
    ///
    /// # Errors
    /// 400 with every fault.
    pub fn read_all(request: &HttpRequest, spec: &ListSpec, more: impl FnOnce(&mut Params)) -> Result<Rows, Problem> {
        let mut params = Params::parse(request.query_string());
        let rows = read_rows(&mut params, spec);
        more(&mut params);
        params.done()?;
        Ok(rows)
    }
}

impl FilterSpec {
    fn read(&self, params: &mut Params, out: &mut Vec<Filter>, chosen: &mut Chosen) {
        match self.kind {
            FilterKind::Text(column) => {
                let short = |text: &str| (text.chars().count() <= TEXT_MAX).then(|| text.to_owned());
                if let Some(text) = params.parsed(self.name, "at most 200 characters", short) {
                    out.push(Filter::Equals(column, Value::Text(text)));
                }
            }
            FilterKind::Word(column, words) => {
                if let Some(given) = params.words(self.name, words) {
                    out.push(Filter::AnyOf(column, given.into_iter().map(Value::Text).collect()));
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
            FilterKind::Before(column) => {
                if let Some(last) = params.date(self.name).and_then(|day| day.pred_opt()) {
                    out.push(Filter::AtMost(column, Value::Date(last)));
                }
            }
            FilterKind::From(column) => {
                if let Some(day) = params.date(self.name) {
                    out.push(Filter::AtLeast(column, Value::Date(day)));
                }
            }
            FilterKind::ValidOn => {
                if let Some(day) = params.date(self.name) {
                    out.push(Filter::ValidOn(day));
                }
            }
            FilterKind::Chosen(kind) => {
                let value = match kind {
                    ChosenKind::Id => params.uuid(self.name).map(Value::Uuid),
                    ChosenKind::Flag => params.flag(self.name).map(Value::Bool),
                    ChosenKind::Word(words) => params.word(self.name, words).map(Value::Text),
                };
                chosen.0.extend(value.map(|value| (self.name, value)));
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
    let names = Expansion::names(spec.expand);
    let (known, unknown): (Vec<&str>, Vec<&str>) = text.split(',').partition(|name| names.contains(name));
    for _ in unknown {
        params.fault("expand", "bad_parameter", &format!("may name {}", names.join(", ")));
    }
    known.into_iter().map(str::to_owned).collect()
}

/// Which rows, and in which order.
fn read_rows(params: &mut Params, spec: &ListSpec) -> Rows {
    let (mut filters, mut chosen) = (Vec::new(), Chosen::default());
    for filter in spec.filters {
        filter.read(params, &mut filters, &mut chosen);
    }
    if let Some(since) = params.instant("updated_since") {
        filters.push(Filter::AtLeast("updated_at", Value::Instant(since)));
    }
    if !spec.search.is_empty()
        && let Some(q) = params.text("q")
        // A field for searching that is empty looks for nothing in particular.
        && !q.trim().is_empty()
    {
        if q.chars().count() > 200 {
            params.fault("q", "bad_parameter", "must be at most 200 characters");
        } else {
            filters.push(Filter::Prefix(spec.search.to_vec(), domain::name::key(&q)));
        }
    }
    Rows { filters, chosen, sort: read_sort(params, spec) }
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
    encode(&fingerprint(&[], &Chosen::default(), &sort), vec![Value::Null, Value::Uuid(Uuid::nil())]).ok()
}
