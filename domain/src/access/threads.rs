//! Lists that run through the rows of a table, so that a role with 300,000 members or a
//! department with thousands of contracts takes and loses one at the price of three rows.

use super::ids::NONE;
use super::tables::Rows;

/// A row's neighbours in one list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Links {
    prev: u32,
    next: u32,
}

impl Default for Links {
    fn default() -> Self {
        Self { prev: NONE, next: NONE }
    }
}

/// A list through rows of type `T`: where the rows keep their neighbours.
pub(crate) trait Thread<T> {
    /// The neighbours.
    fn links(row: &T) -> &Links;
    /// The neighbours, to be changed.
    fn links_mut(row: &mut T) -> &mut Links;
}

/// Puts a row at the head of a list.
pub(crate) fn link<T: Clone + Default, L: Thread<T>>(rows: &mut Rows<T>, head: &mut u32, ix: u32) {
    if let Some(row) = rows.get_mut(ix) {
        *L::links_mut(row) = Links { prev: NONE, next: *head };
    }
    if *head != NONE
        && let Some(row) = rows.get_mut(*head)
    {
        L::links_mut(row).prev = ix;
    }
    *head = ix;
}

/// Takes a row out of its list.
pub(crate) fn unlink<T: Clone + Default, L: Thread<T>>(rows: &mut Rows<T>, head: &mut u32, ix: u32) {
    let Some(row) = rows.get_mut(ix) else { return };
    let links = std::mem::take(L::links_mut(row));
    if links.prev == NONE {
        if *head == ix {
            *head = links.next;
        }
    } else if let Some(row) = rows.get_mut(links.prev) {
        L::links_mut(row).next = links.next;
    }
    if links.next != NONE
        && let Some(row) = rows.get_mut(links.next)
    {
        L::links_mut(row).prev = links.prev;
    }
}

/// The rows of a list with their numbers.
pub(crate) fn walk<'a, T: Clone + Default, L: Thread<T>>(
    rows: &'a Rows<T>,
    head: u32,
) -> impl Iterator<Item = (u32, &'a T)> + use<'a, T, L> {
    let mut at = head;
    std::iter::from_fn(move || {
        if at == NONE {
            return None;
        }
        let ix = at;
        let row = rows.get(ix)?;
        at = L::links(row).next;
        Some((ix, row))
    })
}
