//! Pages of what is kept beside the records, which is only ever listed newest first: no filters by column, no
//! choice of order, a cursor that names the last item.

use std::convert::Infallible;

use actix_web::HttpRequest;
use chrono::{DateTime, Datelike, Utc};
use uuid::Uuid;

use crate::http::listing::usual_page;
use crate::http::page::Page;
use crate::http::params::{Params, YEARS, page_limit};

/// How many items a page has.
#[derive(Clone, Copy, Debug)]
pub struct Limit(i64);

impl Limit {
    /// The parameter `limit`.
    pub fn read(params: &mut Params, request: &HttpRequest) -> Self {
        let most = page_limit(request);
        Self(params.number("limit", 1, most).unwrap_or(usual_page(most)))
    }

    /// How many to look for: one more than is shown tells whether there is another page.
    pub fn sought(self) -> i64 {
        self.0 + 1
    }

    /// The page of what was found.
    pub fn page<T, V>(self, found: Vec<T>, cursor: impl Fn(&T) -> String, mut view: impl FnMut(T) -> V) -> Page<V> {
        let Ok(page) = self.try_page(found, cursor, |item| Ok::<_, Infallible>(view(item)));
        page
    }

    /// The same of what may not be readable.
    ///
    /// # Errors
    /// An item can't be read.
    pub fn try_page<T, V, E>(
        self,
        mut found: Vec<T>,
        cursor: impl Fn(&T) -> String,
        view: impl FnMut(T) -> Result<V, E>,
    ) -> Result<Page<V>, E> {
        let size = usize::try_from(self.0).unwrap_or(0);
        let more = found.len() > size;
        found.truncate(size);
        let next_cursor = found.last().filter(|_| more).map(cursor);
        Ok(Page { items: found.into_iter().map(view).collect::<Result<_, E>>()?, next_cursor, total: None })
    }
}

/// The place of an item among those that come newest first: when it was made, and its id.
pub type Moment = (DateTime<Utc>, Uuid);

/// The parameter `cursor` of a list that comes newest first.
pub fn after(params: &mut Params) -> Option<Moment> {
    params.parsed("cursor", "the next_cursor of the page before", |text| {
        let (at, id) = text.split_once('_')?;
        let at = DateTime::from_timestamp_micros(at.parse().ok()?).filter(|at| YEARS.contains(&at.year()))?;
        Some((at, id.parse().ok()?))
    })
}

/// The cursor that names an item by its place.
pub fn cursor((at, id): Moment) -> String {
    format!("{}_{id}", at.timestamp_micros())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_more_than_is_shown_means_another_page() {
        let page = |found: &[i32]| Limit(2).page(found.to_vec(), ToString::to_string, |item| item * 10);
        let (last, more) = (page(&[1, 2]), page(&[1, 2, 3]));
        assert_eq!((last.items, last.next_cursor), (vec![10, 20], None));
        assert_eq!((more.items, more.next_cursor.as_deref()), (vec![10, 20], Some("2")));
    }
}
