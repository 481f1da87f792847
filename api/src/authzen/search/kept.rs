//! What searches found, kept for the pages to come: a few minutes, so many of them, in so many bytes.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use domain::window::Day;
use parking_lot::Mutex;

use crate::authzen::search::found::Found;

/// How long a search is kept after its last page was asked for.
pub const LIFE: TimeDelta = TimeDelta::minutes(5);

/// How many searches are kept.
pub const AT_MOST: usize = 256;

/// Which search: what was asked by whom, the revision, the day.
pub type Key = ([u8; 16], i64, Day);

struct Entry {
    found: Arc<Found>,
    asked_at: DateTime<Utc>,
    turn: u64,
}

#[derive(Default)]
struct Searches {
    entries: HashMap<Key, Entry>,
    bytes: usize,
    turn: u64,
}

impl Searches {
    fn drop_old(&mut self, now: DateTime<Utc>) {
        self.entries.retain(|_, entry| now - entry.asked_at <= LIFE);
        self.count();
    }

    fn count(&mut self) {
        self.bytes = self.entries.values().map(|entry| entry.found.bytes()).sum();
    }

    fn drop_oldest(&mut self) {
        let oldest = self.entries.iter().min_by_key(|(_, entry)| entry.turn).map(|(key, _)| *key);
        oldest.map(|key| self.entries.remove(&key));
        self.count();
    }
}

/// The searches that are kept.
pub struct Kept {
    searches: Mutex<Searches>,
    most_bytes: usize,
}

impl Kept {
    /// None yet; in so many bytes.
    pub fn new(most_bytes: usize) -> Self {
        Self { searches: Mutex::default(), most_bytes }
    }

    /// What a search found, if it is kept.
    pub fn get(&self, key: &Key, now: DateTime<Utc>) -> Option<Arc<Found>> {
        let mut searches = self.searches.lock();
        searches.drop_old(now);
        searches.turn += 1;
        let turn = searches.turn;
        let entry = searches.entries.get_mut(key)?;
        (entry.asked_at, entry.turn) = (now, turn);
        Some(Arc::clone(&entry.found))
    }

    /// Keeps what a search found; what was not asked for longest goes. What is too large alone is not kept.
    pub fn put(&self, key: Key, found: &Arc<Found>, now: DateTime<Utc>) {
        let bytes = found.bytes();
        if bytes > self.most_bytes {
            return;
        }
        let mut searches = self.searches.lock();
        searches.drop_old(now);
        searches.entries.remove(&key);
        searches.count();
        while searches.entries.len() >= AT_MOST || searches.bytes + bytes > self.most_bytes {
            searches.drop_oldest();
        }
        searches.turn += 1;
        let turn = searches.turn;
        searches.entries.insert(key, Entry { found: Arc::clone(found), asked_at: now, turn });
        searches.count();
    }

    /// How many are kept, and in how many bytes.
    pub fn size(&self, now: DateTime<Utc>) -> (usize, usize) {
        let mut searches = self.searches.lock();
        searches.drop_old(now);
        (searches.entries.len(), searches.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(names: usize) -> Arc<Found> {
        let mut found = Found::new(None, 1, 0);
        (0..names).for_each(|_| found.push("time:record"));
        Arc::new(found)
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    fn key(number: u8) -> Key {
        ([number; 16], 1, 0)
    }

    #[test]
    fn a_search_is_kept_some_minutes_after_it_was_last_asked_for() {
        let kept = Kept::new(1_000_000);
        kept.put(key(1), &found(1), at(0));
        assert!(kept.get(&key(1), at(300)).is_some() && kept.get(&key(2), at(300)).is_none());
        assert!(kept.get(&([1; 16], 2, 0), at(300)).is_none() && kept.get(&([1; 16], 1, 1), at(300)).is_none());
        assert!(kept.get(&key(1), at(600)).is_some());
        assert!(kept.get(&key(1), at(901)).is_none());
        assert_eq!(kept.size(at(901)), (0, 0));
    }

    #[test]
    fn the_oldest_go_when_there_are_too_many_or_they_are_too_large() {
        let one = found(10);
        let kept = Kept::new(one.bytes() * 3);
        for number in 1..=3 {
            kept.put(key(number), &one, at(0));
        }
        assert!(kept.get(&key(1), at(1)).is_some());
        kept.put(key(4), &one, at(2));
        let there = |number| kept.get(&key(number), at(3)).is_some();
        assert_eq!([1, 2, 3, 4].map(there), [true, false, true, true]);
        kept.put(key(5), &found(1_000), at(4));
        assert!(!there(5) && there(4), "too large alone");
        assert_eq!(kept.size(at(4)), (3, one.bytes() * 3));
        let many = Kept::new(usize::MAX);
        for number in 0..=AT_MOST {
            many.put(([0; 16], number as i64, 0), &one, at(0));
        }
        assert_eq!(many.size(at(0)).0, AT_MOST);
        assert!(many.get(&([0; 16], 0, 0), at(0)).is_none());
    }
}
