//! The one clock of the application, and the organisation's time zone.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use arc_swap::ArcSwap;
use chrono::{DateTime, Days, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, Offset, SubsecRound};
use chrono::{TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use domain::window::{Day, day_number};

/// Tells the time. Everything asks this clock and no other, so that tests can set it.
#[derive(Clone)]
pub struct Clock {
    /// Microseconds since 1970 of a clock that stands still; `None`: the system's clock.
    fixed: Option<Arc<AtomicI64>>,
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self { fixed: None }
    }

    /// A clock that stands still until it is set. Clones show the same time.
    pub fn fixed(now: DateTime<Utc>) -> Self {
        Self { fixed: Some(Arc::new(AtomicI64::new(now.timestamp_micros()))) }
    }

    /// The present instant, in whole microseconds: what the databases can hold.
    pub fn now(&self) -> DateTime<Utc> {
        match &self.fixed {
            None => Utc::now().trunc_subsecs(6),
            Some(micros) => {
                DateTime::from_timestamp_micros(micros.load(Ordering::SeqCst)).unwrap_or(DateTime::UNIX_EPOCH)
            }
        }
    }

    /// The same clock in the form in which the store wants it.
    pub fn source(&self) -> Arc<dyn Fn() -> DateTime<Utc> + Send + Sync> {
        let clock = self.clone();
        Arc::new(move || clock.now())
    }

    /// Sets a fixed clock. The system's clock goes on as it was.
    pub fn set(&self, now: DateTime<Utc>) {
        if let Some(micros) = &self.fixed {
            micros.store(now.timestamp_micros(), Ordering::SeqCst);
        }
    }

    /// Moves a fixed clock on. The system's clock goes on as it was.
    pub fn advance(&self, by: TimeDelta) {
        if let (Some(micros), Some(by)) = (&self.fixed, by.num_microseconds()) {
            micros.fetch_add(by, Ordering::SeqCst);
        }
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.fixed {
            None => f.write_str("Clock(system)"),
            Some(_) => write!(f, "Clock({})", self.now()),
        }
    }
}

/// A day as RFC 3339 writes it, `YYYY-MM-DD`; nothing looser, so that a question takes what a body takes.
pub fn day(text: &str) -> Option<NaiveDate> {
    let form = |(at, byte): (usize, u8)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() };
    let formed = text.len() == "YYYY-MM-DD".len() && text.bytes().enumerate().all(form);
    if formed { text.parse().ok() } else { None }
}

/// The organisation's time zone: which day an instant belongs to.
///
/// A day begins the first time that its 00:00 strikes and lasts until the next day begins, so
/// days never go back, even where clocks are set back over midnight. Where 00:00 is skipped,
/// the day begins with the first instant that carries its date.
#[derive(Clone)]
pub struct Zone {
    zone: Tz,
    /// The day that was asked for last, which nearly always is today. Clones share it.
    last: Arc<ArcSwap<Span>>,
}

#[derive(Clone, Copy)]
struct Span {
    /// Inclusive, in microseconds since 1970.
    from: i64,
    /// Exclusive.
    to: i64,
    day: Day,
}

impl Zone {
    /// A zone.
    pub fn new(zone: Tz) -> Self {
        Self { zone, last: Arc::new(ArcSwap::from_pointee(Span { from: 0, to: 0, day: 0 })) }
    }

    /// The zone of that IANA name.
    pub fn parse(name: &str) -> Option<Self> {
        name.parse().ok().map(Self::new)
    }

    /// The zone's IANA name.
    pub fn name(&self) -> &'static str {
        self.zone.name()
    }

    /// The day that the instant belongs to.
    pub fn day(&self, instant: DateTime<Utc>) -> NaiveDate {
        let shown = self.local(instant).date();
        // Only where clocks were set back over midnight can the next day have begun already.
        match shown.succ_opt() {
            Some(next) if self.start_of_day(next) <= instant => next,
            _ => shown,
        }
    }

    /// The instant at which a day begins.
    pub fn start_of_day(&self, date: NaiveDate) -> DateTime<Utc> {
        self.instant(date, NaiveTime::MIN)
    }

    /// The instant at which a time of day comes on a day: the first time where clocks show it twice; where it
    /// is skipped, with the first instant after the gap.
    pub fn instant(&self, date: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
        let sought = date.and_time(time);
        match self.zone.from_local_datetime(&sought) {
            MappedLocalTime::Single(instant) => instant.to_utc(),
            MappedLocalTime::Ambiguous(first, _) => first.to_utc(),
            MappedLocalTime::None => self.after_gap(sought),
        }
    }

    /// The day of an instant as a number; fast when asked about the same day again and again.
    pub fn day_number(&self, instant: DateTime<Utc>) -> Day {
        let micros = instant.timestamp_micros();
        let last = self.last.load();
        if last.from <= micros && micros < last.to {
            return last.day;
        }
        let date = self.day(instant);
        let to = date.checked_add_days(Days::new(1)).map(|next| self.start_of_day(next));
        let span = Span {
            from: self.start_of_day(date).timestamp_micros(),
            to: to.map_or(i64::MAX, |to| to.timestamp_micros()),
            day: day_number(date),
        };
        self.last.store(Arc::new(span));
        span.day
    }

    fn local(&self, instant: DateTime<Utc>) -> chrono::NaiveDateTime {
        let utc = instant.naive_utc();
        let offset = self.zone.offset_from_utc_datetime(&utc).fix();
        utc.checked_add_offset(offset).unwrap_or(utc)
    }

    /// The first instant at which clocks show a time or a later one, when they skip it.
    fn after_gap(&self, skipped: NaiveDateTime) -> DateTime<Utc> {
        let around = skipped.and_utc();
        // No zone is further than 26 hours from UTC and none has two such jumps so close.
        let (mut before, mut after) = (-26 * 3600_i64, 26 * 3600_i64);
        let at = |seconds| around.checked_add_signed(TimeDelta::seconds(seconds)).unwrap_or(around);
        while after - before > 1 {
            let middle = before + (after - before) / 2;
            if self.local(at(middle)) >= skipped { after = middle } else { before = middle }
        }
        at(after)
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({})", self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_clock_shows_whole_microseconds() {
        assert_eq!(Clock::system().now().timestamp_subsec_nanos() % 1_000, 0);
        let clock = Clock::fixed(instant("2026-03-01T12:00:00.123456789Z"));
        let same = clock.clone();
        assert_eq!(clock.now(), instant("2026-03-01T12:00:00.123456Z"));
        clock.advance(TimeDelta::hours(1));
        assert_eq!(same.now(), instant("2026-03-01T13:00:00.123456Z"));
        same.set(instant("2026-01-01T00:00:00Z"));
        assert_eq!(clock.now(), instant("2026-01-01T00:00:00Z"));
    }

    #[test]
    fn days_have_23_or_25_hours_when_the_clocks_change() {
        let prague = Zone::parse("Europe/Prague").unwrap();
        assert_eq!(prague.start_of_day(date("2026-03-29")), instant("2026-03-28T23:00:00Z"));
        assert_eq!(prague.start_of_day(date("2026-03-30")), instant("2026-03-29T22:00:00Z"));
        assert_eq!(prague.start_of_day(date("2026-10-25")), instant("2026-10-24T22:00:00Z"));
        assert_eq!(prague.start_of_day(date("2026-10-26")), instant("2026-10-25T23:00:00Z"));
        assert_eq!(prague.day(instant("2026-03-29T21:59:59.999999Z")), date("2026-03-29"));
        assert_eq!(prague.day(instant("2026-03-29T22:00:00Z")), date("2026-03-30"));
    }

    #[test]
    fn a_day_whose_midnight_is_skipped_begins_with_its_first_instant() {
        let sao_paulo = Zone::parse("America/Sao_Paulo").unwrap();
        let start = sao_paulo.start_of_day(date("2018-11-04"));
        assert_eq!(start, instant("2018-11-04T03:00:00Z"));
        assert_eq!(sao_paulo.day(start), date("2018-11-04"));
        assert_eq!(sao_paulo.day(start - TimeDelta::microseconds(1)), date("2018-11-03"));
    }

    #[test]
    fn a_day_that_was_skipped_is_empty() {
        let apia = Zone::parse("Pacific/Apia").unwrap();
        let next = apia.start_of_day(date("2011-12-31"));
        assert_eq!(apia.start_of_day(date("2011-12-30")), next);
        assert_eq!(apia.day(next), date("2011-12-31"));
        assert_eq!(apia.day(next - TimeDelta::seconds(1)), date("2011-12-29"));
    }

    #[test]
    fn days_never_go_back_where_clocks_are_set_back_over_midnight() {
        // At 00:01 of 29 October the clocks were set back to 23:01 of the 28th.
        let st_johns = Zone::parse("America/St_Johns").unwrap();
        let start = st_johns.start_of_day(date("2006-10-29"));
        assert_eq!(start, instant("2006-10-29T02:30:00Z"));
        assert_eq!(st_johns.day(start - TimeDelta::seconds(1)), date("2006-10-28"));
        for minutes in [0, 1, 30, 60, 61, 600] {
            assert_eq!(st_johns.day(start + TimeDelta::minutes(minutes)), date("2006-10-29"));
        }
    }

    #[test]
    fn the_remembered_day_gives_the_same_numbers() {
        for name in ["UTC", "Europe/Prague", "America/Sao_Paulo", "America/St_Johns"] {
            let zone = Zone::parse(name).unwrap();
            let mut now = instant("2006-10-20T00:07:00Z");
            for _ in 0..2_000 {
                assert_eq!(zone.day_number(now), day_number(zone.day(now)), "{name} {now}");
                now += TimeDelta::minutes(17);
            }
            let before = instant("1999-12-31T23:59:59Z");
            assert_eq!(zone.day_number(before), day_number(zone.day(before)));
        }
        assert!(Zone::parse("Mars/Base").is_none());
    }

    #[test]
    fn the_ends_of_the_calendar_do_no_harm() {
        let zone = Zone::parse("Asia/Tokyo").unwrap();
        for date in [NaiveDate::MIN, NaiveDate::MAX] {
            let _ = zone.start_of_day(date);
        }
        for instant in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
            let _ = zone.day_number(instant);
        }
    }
}
