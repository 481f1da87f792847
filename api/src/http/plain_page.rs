//! Pages of what is kept beside the records, which is only ever listed newest first: no filters by column, no
//! choice of order, a cursor that names the last item.

use actix_web::HttpRequest;

use crate::http::listing::usual_page;
use crate::http::page::Page;
use crate::http::params::{Params, page_limit};

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
    pub fn page<T, V>(self, mut found: Vec<T>, cursor: impl Fn(&T) -> String, view: impl FnMut(T) -> V) -> Page<V> {
        let size = usize::try_from(self.0).unwrap_or(0);
        let more = found.len() > size;
        found.truncate(size);
        let next_cursor = found.last().filter(|_| more).map(cursor);
        Page { items: found.into_iter().map(view).collect(), next_cursor, total: None }
    }
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
