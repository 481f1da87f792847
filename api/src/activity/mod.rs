//! What active accounts do just now (U-20 to U-23): two instants for each, in memory and, once a minute, in a
//! table of their own. They are in no log, and nobody but the account itself is ever told them.

pub mod circle;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use domain::activity::{Instants, Level, Presence, Thresholds};
use domain::change::{Change, Record};
use domain::id::UserId;
use domain::user::UserState;
use parking_lot::RwLock;
use persistence::{Actor, Author, Reader, Store, StoreError};

use crate::app::App;
use crate::commands::Refusal;
use crate::commands::settings::{ACTIVITY_AWAY_HOURS, ACTIVITY_ONLINE_MINUTES, ACTIVITY_WORKING_MINUTES};

/// An instant that never was.
const NEVER: i64 = i64::MIN;

/// The instants of one account, in microseconds since 1970.
struct Marks {
    action: AtomicI64,
    sign: AtomicI64,
    /// Whether they changed since they were stored.
    fresh: AtomicBool,
}

impl Marks {
    fn new() -> Self {
        Self { action: AtomicI64::new(NEVER), sign: AtomicI64::new(NEVER), fresh: AtomicBool::new(false) }
    }

    fn note(&self, now: DateTime<Utc>, action: bool) {
        let now = now.timestamp_micros();
        self.sign.fetch_max(now, Ordering::Relaxed);
        if action {
            self.action.fetch_max(now, Ordering::Relaxed);
        }
        self.fresh.store(true, Ordering::Relaxed);
    }

    fn instants(&self) -> Instants {
        let at = |micros: &AtomicI64| {
            Some(micros.load(Ordering::Relaxed))
                .filter(|micros| *micros != NEVER)
                .and_then(DateTime::from_timestamp_micros)
        };
        Instants { action: at(&self.action), sign: at(&self.sign) }
    }
}

/// What accounts did last, as far as this node knows.
#[derive(Default)]
pub struct Activity(RwLock<HashMap<UserId, Marks>>);

impl Activity {
    /// Notes a sign of life: any call but a refresh of tokens (U-21).
    pub fn sign(&self, user: UserId, now: DateTime<Utc>) {
        self.note(user, now, false);
    }

    /// Notes a real action: a successful change, or work that a frontend reports (U-21).
    pub fn act(&self, user: UserId, now: DateTime<Utc>) {
        self.note(user, now, true);
    }

    fn note(&self, user: UserId, now: DateTime<Utc>, action: bool) {
        if let Some(marks) = self.0.read().get(&user) {
            marks.note(now, action);
            return;
        }
        self.0.write().entry(user).or_insert_with(Marks::new).note(now, action);
    }

    /// Forgets accounts that are not active any more (U-20).
    pub fn follow(&self, changes: &[Change]) {
        for change in changes {
            if let Some(Record::User(user)) = &change.after
                && user.state != UserState::Active
            {
                self.0.write().remove(&user.id);
            }
        }
    }

    /// Stores what is new. To be done once a minute, and when the process stops.
    ///
    /// # Errors
    /// The database can't do it; nothing is lost by trying again later.
    pub fn store(&self, store: &Store) -> Result<(), StoreError> {
        let fresh = |(user, marks): (&UserId, &Marks)| {
            marks.fresh.swap(false, Ordering::Relaxed).then(|| (*user, marks.instants()))
        };
        let seen: Vec<(UserId, Instants)> = self.0.read().iter().filter_map(fresh).collect();
        if seen.is_empty() {
            return Ok(());
        }
        let stored = store.write(&Author::new(Actor::Service), |tx| tx.note_activity(&seen));
        if stored.is_err() {
            let known = self.0.read();
            let marks = seen.iter().filter_map(|(user, _)| known.get(user));
            marks.for_each(|marks| marks.fresh.store(true, Ordering::Relaxed));
        }
        stored.map(|_| ())
    }

    fn of(&self, user: UserId) -> Instants {
        self.0.read().get(&user).map(Marks::instants).unwrap_or_default()
    }
}

/// How busy an account is, and whether it is there (U-22).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Status {
    /// How busy.
    pub level: Level,
    /// Whether it is there.
    pub presence: Presence,
}

/// What is kept of an account's activity: for itself alone (U-20).
///
/// # Errors
/// The database can't be read.
pub fn instants(app: &App, reader: &mut Reader<'_>, user: UserId) -> Result<Instants, Refusal> {
    let stored = reader.activity(&[user])?.remove(&user).unwrap_or_default();
    Ok(stored.latest(app.activity().of(user)))
}

/// What these accounts do just now.
///
/// # Errors
/// The database can't be read.
pub fn statuses(app: &App, reader: &mut Reader<'_>, users: &[UserId]) -> Result<HashMap<UserId, Status>, Refusal> {
    let now = app.clock().now();
    let (stored, signed_in) = (reader.activity(users)?, reader.signed_in(users, now)?);
    let thresholds = Thresholds {
        away: TimeDelta::hours(app.setting(&ACTIVITY_AWAY_HOURS)),
        working: TimeDelta::minutes(app.setting(&ACTIVITY_WORKING_MINUTES)),
        online: TimeDelta::minutes(app.setting(&ACTIVITY_ONLINE_MINUTES)),
    };
    let status = |user: &UserId| {
        let instants = stored.get(user).copied().unwrap_or_default().latest(app.activity().of(*user));
        let (level, presence) = thresholds.judge(instants, signed_in.contains(user), now);
        (*user, Status { level, presence })
    };
    Ok(users.iter().map(status).collect())
}
