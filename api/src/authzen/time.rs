//! Instants and days as callers write them.

use chrono::{DateTime, Utc};

use crate::authzen::request::malformed;
use crate::clock::{self, Zone};
use crate::http::problem::Problem;

/// An instant with its offset, with or without seconds, or a day, which stands for its start in
/// the organisation's zone.
pub fn instant(text: &str, zone: &Zone) -> Option<DateTime<Utc>> {
    if let Some(day) = clock::day(text) {
        return Some(zone.start_of_day(day));
    }
    if let Ok(at) = DateTime::parse_from_rfc3339(&text.replace(' ', "+")) {
        return Some(at.to_utc());
    }
    // RFC 3339 without seconds, which some callers send.
    let (minutes, offset) = text.split_at_checked("2026-01-31T08:00".len())?;
    clock::day(minutes.split('T').next()?)?;
    DateTime::parse_from_rfc3339(&format!("{minutes}:00{offset}")).ok().map(|at| at.to_utc())
}

/// `context.time`, see [`instant`].
///
/// # Errors
/// It is no such thing.
pub fn context_time(text: &str, zone: &Zone) -> Result<DateTime<Utc>, Problem> {
    instant(text, zone).ok_or_else(|| malformed("context.time", "must be a day or an instant with its offset"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_instants_and_instants_without_seconds_are_understood() {
        let utc = Zone::new(chrono_tz::UTC);
        let expected: DateTime<Utc> = "2026-06-28T01:03:00Z".parse().unwrap();
        assert_eq!(instant("2026-06-27T18:03-07:00", &utc), Some(expected));
        assert_eq!(instant("2026-06-28T01:03Z", &utc), Some(expected));
        assert_eq!(instant("2026-06-28T01:03:00.000Z", &utc), Some(expected));
        assert_eq!(instant("2026-06-28", &utc), "2026-06-28T00:00:00Z".parse().ok());
        let unclear = [
            "tomorrow", "2026-6-28", " 2026-06-28", "+2026-06-28", "2026- 06-28", "2026-06-28T8:00Z",
            "2026-06-28T01:03",
        ];
        for text in unclear {
            assert_eq!(instant(text, &utc), None, "{text}");
        }
    }
}
