//! Pages of what the rights model answers, which has no rows in a table: in an order of its own, each item with a place
//! in it, and an opaque cursor that names the place of the last one and belongs to what was asked.

use actix_web::HttpRequest;
use persistence::Value;
use uuid::Uuid;

use crate::commands::Refusal;
use crate::http::cursor::{bad_cursor, decode, encode, fingerprint_of};
use crate::http::listing::usual_page;
use crate::http::params::{Params, page_limit};
use crate::http::problem::Problem;

/// Which page was asked for.
#[derive(Debug)]
pub struct MemoryPage {
    limit: usize,
    total: bool,
    cursor: Option<String>,
    fingerprint: String,
}

/// A part of what there is.
#[derive(Debug, PartialEq, Eq)]
pub struct Part<T> {
    /// The items.
    pub items: Vec<T>,
    /// Whether there are more.
    pub more: bool,
    /// How many there are in all, when asked for.
    pub total: Option<i64>,
}

impl MemoryPage {
    /// The parameters `limit`, `cursor` and `total`.
    pub fn read(params: &mut Params, request: &HttpRequest) -> Self {
        Self::read_with(params, request, usual_page(page_limit(request)))
    }

    /// The same where a page without `limit` has so many items.
    pub fn read_with(params: &mut Params, request: &HttpRequest, usual: i64) -> Self {
        let total = params.flag("total").unwrap_or(false);
        Self { total, ..Self::read_uncounted(params, request, usual) }
    }

    /// The same without `total`, where all are counted anyway.
    pub fn read_uncounted(params: &mut Params, request: &HttpRequest, usual: i64) -> Self {
        let limit = params.number("limit", 1, page_limit(request)).unwrap_or(usual);
        let cursor = params.text("cursor");
        let fingerprint = asked(request.path(), request.query_string());
        Self { limit: usize::try_from(limit).unwrap_or(1), total: false, cursor, fingerprint }
    }

    /// Where the page before ended: so many values, of which `place` makes the place, if they are one.
    ///
    /// # Errors
    /// 400: the cursor is none, or one of another list.
    pub fn after<P>(&self, values: usize, place: impl FnOnce(&[Value]) -> Option<P>) -> Result<Option<P>, Problem> {
        let Some(text) = &self.cursor else { return Ok(None) };
        let found = decode(text, &self.fingerprint, values)?;
        place(&found).map(Some).ok_or_else(bad_cursor)
    }

    /// The same where an id is the place.
    ///
    /// # Errors
    /// As [`Self::after`].
    pub fn after_id(&self) -> Result<Option<Uuid>, Problem> {
        self.after(1, |values| match values {
            [Value::Uuid(id)] => Some(*id),
            _ => None,
        })
    }

    /// The part of all items, in order, that is on the page: those after the last one before that also pass. Unless the
    /// total is asked for, no more are looked at than are shown.
    pub fn part<T>(
        &self,
        all: impl IntoIterator<Item = T>,
        is_after: impl Fn(&T) -> bool,
        passes: impl Fn(&T) -> bool,
    ) -> Part<T> {
        let mut part = Part { items: Vec::new(), more: false, total: self.total.then_some(0) };
        for item in all {
            let wanted = !part.more && is_after(&item);
            if !wanted && part.total.is_none() {
                if part.more {
                    break;
                }
                continue;
            }
            if !passes(&item) {
                continue;
            }
            if let Some(total) = &mut part.total {
                *total += 1;
            }
            if wanted && part.items.len() == self.limit {
                part.more = true;
            } else if wanted {
                part.items.push(item);
            }
        }
        part
    }

    /// The cursor that names the place of the last item.
    ///
    /// # Errors
    /// It can't be written: a fault of the program.
    pub fn cursor(&self, place: Vec<Value>) -> Result<String, Refusal> {
        encode(&self.fingerprint, place)
    }
}

/// Tells what was asked for from anything else, whatever the page.
fn asked(path: &str, query: &str) -> String {
    let of_page = |pair: &&str| matches!(pair.split('=').next(), Some("" | "limit" | "cursor" | "total") | None);
    let mut pairs: Vec<&str> = query.split('&').filter(|pair| !of_page(pair)).collect();
    pairs.sort_unstable();
    fingerprint_of(&(path, pairs))
}

/// A cursor of what was asked for, as an example for the contract.
pub fn example(path: &str, query: &str, place: Vec<Value>) -> Option<String> {
    encode(&asked(path, query), place).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(limit: usize, total: bool) -> MemoryPage {
        MemoryPage { limit, total, cursor: None, fingerprint: String::new() }
    }

    #[test]
    fn a_part_ends_with_its_limit_and_counts_all_only_when_asked() {
        let even = |number: &i32| number % 2 == 0;
        let part = |limit, total, after| page(limit, total).part(1..=9, move |number| *number > after, even);
        assert_eq!(part(2, false, 0), Part { items: vec![2, 4], more: true, total: None });
        assert_eq!(part(2, true, 4), Part { items: vec![6, 8], more: false, total: Some(4) });
        assert_eq!(part(4, false, 0), Part { items: vec![2, 4, 6, 8], more: false, total: None });
        assert_eq!(part(1, true, 8), Part { items: vec![], more: false, total: Some(4) });
    }

    #[test]
    fn no_more_are_looked_at_than_needed() {
        let looked = std::cell::Cell::new(0);
        let passes = |_: &i32| {
            looked.set(looked.get() + 1);
            true
        };
        page(2, false).part(0..1_000, |number| *number > 9, passes);
        assert_eq!(looked.get(), 3);
    }
}
