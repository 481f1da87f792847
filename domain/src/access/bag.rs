//! Large unordered collections in shared pages: the members of a role, the contracts of a
//! department. One is added or taken at the price of a page; walking through them is walking
//! through memory.

use std::sync::Arc;

/// Items of a page.
const PAGE: usize = 512;

/// Items, each at a place that its owner keeps in mind.
#[derive(Clone, Debug)]
pub(crate) struct Bag<T> {
    /// All pages but the last are full. Most bags are empty and own nothing.
    pages: Option<Arc<Vec<Arc<Vec<T>>>>>,
}

impl<T> Default for Bag<T> {
    fn default() -> Self {
        Self { pages: None }
    }
}

impl<T: Copy> Bag<T> {
    fn pages(&self) -> &[Arc<Vec<T>>] {
        self.pages.as_ref().map_or(&[], |pages| pages)
    }

    /// How many items there are.
    pub(crate) fn len(&self) -> usize {
        let pages = self.pages();
        pages.last().map_or(0, |last| (pages.len() - 1) * PAGE + last.len())
    }

    /// All items.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> + '_ {
        self.pages().iter().flat_map(|page| page.iter())
    }

    /// Adds an item and tells its place.
    pub(crate) fn push(&mut self, item: T) -> u32 {
        let at = self.len();
        let pages = Arc::make_mut(self.pages.get_or_insert_default());
        match pages.last_mut().filter(|page| page.len() < PAGE) {
            Some(page) => Arc::make_mut(page).push(item),
            None => pages.push(Arc::new(vec![item])),
        }
        at as u32
    }

    /// Takes the item at a place. The last item moves there and is told, so that its owner can
    /// be told.
    pub(crate) fn take(&mut self, at: u32) -> Option<T> {
        let (page, place) = (at as usize / PAGE, at as usize % PAGE);
        let pages = Arc::make_mut(self.pages.as_mut()?);
        let last = pages.last_mut()?;
        let moved = Arc::make_mut(last).pop();
        if last.is_empty() {
            pages.pop();
        }
        let hole = pages.get_mut(page).filter(|page| place < page.len());
        let moved = hole.zip(moved).and_then(|(page, moved)| {
            *Arc::make_mut(page).get_mut(place)? = moved;
            Some(moved)
        });
        if pages.is_empty() {
            self.pages = None;
        }
        moved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_item_fills_the_hole() {
        let mut bag = Bag::default();
        for number in 0..1_200_u32 {
            assert_eq!(bag.push(number), number);
        }
        let snapshot = bag.clone();
        assert_eq!(bag.take(3), Some(1_199));
        assert_eq!(bag.take(1_198), None);
        assert_eq!(bag.iter().nth(3), Some(&1_199));
        for left in (0..1_198).rev() {
            bag.take(0);
            assert_eq!(bag.len(), left);
        }
        assert!(bag.pages.is_none() && bag.take(0).is_none());
        assert!(snapshot.iter().copied().eq(0..1_200));
    }
}
