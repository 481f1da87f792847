//! What an account does just now, of which two instants are kept and nothing else (U-20 to U-22).

use chrono::{DateTime, TimeDelta, Utc};

use crate::named_values;

/// The two instants (UTC).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Instants {
    /// The last real action (U-21).
    pub action: Option<DateTime<Utc>>,
    /// The last sign of life (U-21).
    pub sign: Option<DateTime<Utc>>,
}

impl Instants {
    /// The later ones of two that were noted at different places.
    #[must_use]
    pub fn latest(self, other: Self) -> Self {
        Self { action: self.action.max(other.action), sign: self.sign.max(other.sign) }
    }
}

named_values! {
    /// How busy an account is, the first that fits (U-22).
    pub enum Level {
        /// No sign of life for days.
        Away = "away",
        /// No session.
        SignedOut = "signed_out",
        /// A real action some minutes ago at most.
        Working = "working",
        /// A real action within the hour.
        Online = "online",
        /// A session, and nothing done in it lately.
        Idle = "idle",
    }
}

named_values! {
    /// Whether somebody is there (U-22).
    pub enum Presence {
        /// At work.
        Active = "active",
        /// A session lives, but nobody works in it.
        Unknown = "unknown",
        /// No session.
        Unavailable = "unavailable",
    }
}

/// Where the levels begin; settings (U-22).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Thresholds {
    /// Without a sign of life for longer than this an account is away.
    pub away: TimeDelta,
    /// After a real action it is working for so long,
    pub working: TimeDelta,
    /// and online for so long.
    pub online: TimeDelta,
}

impl Thresholds {
    /// How busy an account is, and whether it is there.
    pub fn judge(self, instants: Instants, has_session: bool, now: DateTime<Utc>) -> (Level, Presence) {
        let within = |at: Option<DateTime<Utc>>, time: TimeDelta| at.is_some_and(|at| now - at <= time);
        let level = if !within(instants.sign, self.away) {
            Level::Away
        } else if !has_session {
            Level::SignedOut
        } else if within(instants.action, self.working) {
            Level::Working
        } else if within(instants.action, self.online) {
            Level::Online
        } else {
            Level::Idle
        };
        let presence = match level {
            Level::Working => Presence::Active,
            _ if has_session => Presence::Unknown,
            _ => Presence::Unavailable,
        };
        (level, presence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USUAL: Thresholds =
        Thresholds { away: TimeDelta::days(2), working: TimeDelta::minutes(10), online: TimeDelta::minutes(60) };

    /// The level some time after the last action and the last sign of life.
    fn after(action: Option<TimeDelta>, sign: Option<TimeDelta>, has_session: bool) -> (Level, Presence) {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(10_000);
        let instants = Instants { action: action.map(|ago| now - ago), sign: sign.map(|ago| now - ago) };
        USUAL.judge(instants, has_session, now)
    }

    #[test]
    fn the_first_level_that_fits_is_told() {
        // U-22
        let (minutes, days) = (TimeDelta::minutes, TimeDelta::days);
        let second = TimeDelta::seconds(1);
        let here = Some(TimeDelta::zero());
        assert_eq!(after(None, None, true), (Level::Away, Presence::Unknown));
        assert_eq!(after(here, Some(days(2) + second), true).0, Level::Away);
        assert_eq!(after(here, Some(days(2)), false), (Level::SignedOut, Presence::Unavailable));
        assert_eq!(after(Some(minutes(10)), here, true), (Level::Working, Presence::Active));
        assert_eq!(after(Some(minutes(10) + second), here, true), (Level::Online, Presence::Unknown));
        assert_eq!(after(Some(minutes(60)), here, true).0, Level::Online);
        assert_eq!(after(Some(minutes(60) + second), here, true), (Level::Idle, Presence::Unknown));
        assert_eq!(after(None, here, true), (Level::Idle, Presence::Unknown));
        assert_eq!(after(here, None, false), (Level::Away, Presence::Unavailable));
    }

    #[test]
    fn of_two_places_the_later_instant_counts() {
        // U-20
        let at = |seconds| Some(DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds));
        let (one, other) = (Instants { action: at(1), sign: at(5) }, Instants { action: None, sign: at(7) });
        assert_eq!(one.latest(other), Instants { action: at(1), sign: at(7) });
    }
}
