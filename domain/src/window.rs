//! Validity windows: both ends are days, both inclusive, either open.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::rule::{Violation, code};

/// A day as a number (days since 0001-01-01, proleptic Gregorian, of the organisation's time
/// zone): what the rights model compares.
pub type Day = i32;

/// The number of a day.
pub fn day_number(date: NaiveDate) -> Day {
    date.num_days_from_ce()
}

/// The day of a number; `None` outside the calendar, as for the ends of an open window.
pub fn date_of(day: Day) -> Option<NaiveDate> {
    NaiveDate::from_num_days_from_ce_opt(day)
}

/// The days on which something holds; a missing end is open.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Window {
    /// First day, inclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<NaiveDate>,
    /// Last day, inclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<NaiveDate>,
}

impl Window {
    /// Open at both ends.
    pub const ALWAYS: Window = Window { valid_from: None, valid_to: None };

    /// A window from one day to another, either open.
    pub const fn new(valid_from: Option<NaiveDate>, valid_to: Option<NaiveDate>) -> Self {
        Self { valid_from, valid_to }
    }

    /// Whether the day lies inside.
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day <= to)
    }

    /// The days that lie in both, if any.
    pub fn intersect(&self, other: &Window) -> Option<Window> {
        let from = self.valid_from.max(other.valid_from);
        let to = match (self.valid_to, other.valid_to) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        match (from, to) {
            (Some(from), Some(to)) if from > to => None,
            _ => Some(Window::new(from, to)),
        }
    }

    /// Whether a day lies in both.
    pub fn overlaps(&self, other: &Window) -> bool {
        self.intersect(other).is_some()
    }

    /// First and last day as numbers; an open end is the smallest or largest number.
    pub fn days(&self) -> (Day, Day) {
        (self.valid_from.map_or(Day::MIN, day_number), self.valid_to.map_or(Day::MAX, day_number))
    }

    /// Adds a violation when the window ends before it begins.
    pub fn check(&self, out: &mut Vec<Violation>) {
        if let (Some(from), Some(to)) = (self.valid_from, self.valid_to)
            && from > to
        {
            out.push(
                Violation::new(code::WINDOW_REVERSED, format!("valid_to {to} is before valid_from {from}"))
                    .at("/valid_to"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn both_ends_are_inclusive() {
        let window = Window::new(Some(day("2026-01-01")), Some(day("2026-01-31")));
        assert!(window.contains(day("2026-01-01")) && window.contains(day("2026-01-31")));
        assert!(!window.contains(day("2025-12-31")) && !window.contains(day("2026-02-01")));
    }

    #[test]
    fn windows_that_touch_overlap_on_one_day_and_neighbours_do_not() {
        let january = Window::new(Some(day("2026-01-01")), Some(day("2026-01-31")));
        let from_31 = Window::new(Some(day("2026-01-31")), None);
        let february = Window::new(Some(day("2026-02-01")), None);
        assert_eq!(january.intersect(&from_31), Some(Window::new(Some(day("2026-01-31")), Some(day("2026-01-31")))));
        assert!(!january.overlaps(&february));
        assert_eq!(january.intersect(&Window::ALWAYS), Some(january));
    }

    #[test]
    fn a_reversed_window_is_a_violation() {
        let mut out = Vec::new();
        Window::new(Some(day("2026-02-01")), Some(day("2026-01-01"))).check(&mut out);
        assert_eq!(out.len(), 1);
        assert_eq!(out[0].pointer.as_deref(), Some("/valid_to"));
    }
}
