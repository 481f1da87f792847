//! How much of long work one transaction takes: much as long as nobody else changes anything, and once somebody does, so
//! little that nobody waits long for it.

use std::time::Duration;

/// How long a transaction is to take once others change something.
const SHORT: Duration = Duration::from_millis(40);

/// Items of the first transaction: others may be there already.
const FIRST: usize = 50;

/// The fewest items of a transaction; fewer would cost more in commits than they spare others in waiting.
const LEAST: usize = 10;

/// The turns at writing that a piece of long work takes.
pub struct Turns {
    alone: usize,
    size: usize,
    shared: bool,
    known: Option<i64>,
}

impl Turns {
    /// Turns of up to so many items as long as nobody else changes anything; small ones at first.
    pub fn new(alone: usize) -> Self {
        Self { alone, size: FIRST.min(alone), shared: false, known: None }
    }

    /// How many items the next transaction is to take.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Notes a transaction of so many items, the newest revision after it, whether that is its own, and how long it took.
    /// If revisions came between it and the one before, others change something as well.
    pub fn taken(&mut self, items: usize, revision: i64, changed: bool, took: Duration) {
        self.shared |= self.known.is_some_and(|known| revision > known + i64::from(changed));
        self.known = Some(revision);
        if self.shared {
            let fits = SHORT.as_micros() * items as u128 / took.as_micros().max(1);
            // A quick one among slow ones promises little.
            let fits = usize::try_from(fits).unwrap_or(self.alone).min(items * 2);
            self.size = fits.clamp(LEAST.min(self.alone), self.alone);
        } else {
            self.size = (self.size * 2).min(self.alone);
        }
    }

    /// Notes that other transactions of the same work came in between: their revisions are no others'.
    pub fn passed(&mut self) {
        self.known = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn millis(many: u64) -> Duration {
        Duration::from_millis(many)
    }

    #[test]
    fn alone_each_turn_is_long() {
        let mut turns = Turns::new(500);
        let mut sizes = Vec::new();
        for revision in 1..9 {
            sizes.push(turns.size());
            turns.taken(turns.size(), revision, true, millis(400));
        }
        assert_eq!(sizes, [50, 100, 200, 400, 500, 500, 500, 500]);
        // Nothing was changed this time, so there is no new revision.
        turns.taken(500, 8, false, millis(400));
        // Rows one by one, each with a revision of its own.
        turns.passed();
        turns.taken(500, 99, true, millis(400));
        assert_eq!(turns.size(), 500);
    }

    #[test]
    fn others_are_seen_also_by_work_that_changes_nothing() {
        let mut turns = Turns::new(500);
        turns.taken(500, 1, false, millis(400));
        turns.taken(500, 2, false, millis(400));
        assert_eq!(turns.size(), 50);
    }

    #[test]
    fn once_others_write_turns_become_as_short_as_is_fair_to_them() {
        let mut turns = Turns::new(500);
        turns.taken(500, 1, true, millis(400));
        turns.taken(500, 3, true, millis(400));
        assert_eq!(turns.size(), 50);
        turns.taken(50, 5, true, millis(80));
        assert_eq!(turns.size(), 25);
        turns.taken(25, 6, true, millis(4_000));
        assert_eq!(turns.size(), LEAST, "never so few that commits are all it does");
    }

    #[test]
    fn turns_grow_again_step_by_step_where_there_is_time() {
        let mut turns = Turns::new(100);
        turns.taken(100, 1, true, millis(400));
        turns.taken(100, 3, true, millis(400));
        let mut sizes = Vec::new();
        for revision in 4..9 {
            turns.taken(turns.size(), revision, true, millis(1));
            sizes.push(turns.size());
        }
        assert_eq!(sizes, [20, 40, 80, 100, 100]);
    }

    #[test]
    fn short_work_stays_as_short_as_it_is() {
        let mut turns = Turns::new(1);
        turns.taken(1, 1, true, millis(400));
        turns.taken(1, 9, true, millis(400));
        assert_eq!(turns.size(), 1);
    }
}
