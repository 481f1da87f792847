//! Settings of the organisation: few, typed, logged.

use std::collections::BTreeMap;

use domain::area::AreaKind;
use domain::change::{Change, Record};
use domain::rule::{Violation, code, verdict};
use domain::setting::Setting;
use domain::worker::{AccountOnLeaving, AccountStart, OnLeaving};
use persistence::{Key, Reader};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::commands::areas::{AreaKindName, kinds};
use crate::commands::leaving::{self, AccountOnLeavingName};
use crate::commands::times::{DAILY_NOTIFICATIONS_AT, NIGHTLY_AT};
use crate::commands::worker_accounts::{self, AccountStartName};
use crate::commands::{Refusal, Work};
use crate::rights::{Allowed, SettingsEdit};

/// The key of the organisation's time zone.
pub const TIME_ZONE: &str = "time_zone";

/// A setting that is a whole number. Its bounds stand in the schema of [`SettingsInput`].
#[derive(Debug)]
pub struct Number {
    /// Its key.
    pub key: &'static str,
    /// What holds while nobody has set it.
    pub usual: i64,
}

/// After so many failed log-ins an account is blocked (U-04),
pub const LOCK_AFTER_FAILURES: Number = Number { key: "lock_after_failures", usual: 10 };
/// when they lie within so many minutes.
pub const LOCK_WINDOW_MINUTES: Number = Number { key: "lock_window_minutes", usual: 15 };
/// For so many days attempts to log in are kept.
pub const LOG_IN_ATTEMPTS_DAYS: Number = Number { key: "log_in_attempts_days", usual: 90 };

/// Without a sign of life for so many hours somebody is away (U-22).
pub const ACTIVITY_AWAY_HOURS: Number = Number { key: "activity_away_hours", usual: 48 };
/// For so many minutes after a real action somebody is working (U-22).
pub const ACTIVITY_WORKING_MINUTES: Number = Number { key: "activity_working_minutes", usual: 10 };
/// For so many minutes after a real action somebody is online (U-22).
pub const ACTIVITY_ONLINE_MINUTES: Number = Number { key: "activity_online_minutes", usual: 60 };
/// For so many days notifications are kept (N-02).
pub const NOTIFICATIONS_DAYS: Number = Number { key: "notifications_days", usual: 90 };
/// For so many days operations that ended are kept, with their reports and errors.
pub const OPERATIONS_DAYS: Number = Number { key: "operations_days", usual: 90 };
/// So many days ahead it is told that a contract ends (N-01).
pub const CONTRACT_ENDING_DAYS: Number = Number { key: "contract_ending_days", usual: 30 };
/// So many days ahead it is told that a role ends (N-01).
pub const ROLE_WINDOW_ENDING_DAYS: Number = Number { key: "role_window_ending_days", usual: 30 };
/// For so many hours an invitation is good (U-15).
pub const INVITATION_HOURS: Number = Number { key: "invitation_hours", usual: 48 };

/// Whether a change that widens the rights of who makes it is refused (G-5): 1, or 0 for a company of one.
pub const FOUR_EYES: Number = Number { key: "four_eyes", usual: 1 };

/// Whether people may close requests of their own (P-08): 1 or 0.
pub const CLOSE_OWN_REQUESTS: Number = Number { key: domain::setting::CLOSE_OWN_REQUESTS, usual: 0 };

/// A role sync that would remove more than so many percent of the automatic memberships is stopped.
pub const ROLE_SYNC_BREAKER_PERCENT: Number = Number { key: "role_sync_breaker_percent", usual: 20 };

/// Every setting that is a number.
const NUMBERS: [&Number; 14] = [
    &LOCK_AFTER_FAILURES, &LOCK_WINDOW_MINUTES, &LOG_IN_ATTEMPTS_DAYS, &INVITATION_HOURS, &ACTIVITY_AWAY_HOURS,
    &ACTIVITY_WORKING_MINUTES, &ACTIVITY_ONLINE_MINUTES, &FOUR_EYES, &ROLE_SYNC_BREAKER_PERCENT, &NOTIFICATIONS_DAYS,
    &OPERATIONS_DAYS, &CONTRACT_ENDING_DAYS, &ROLE_WINDOW_ENDING_DAYS, &CLOSE_OWN_REQUESTS,
];

/// The numbers that were set, kept in memory.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Numbers(BTreeMap<&'static str, i64>);

impl Numbers {
    /// The numbers as stored.
    ///
    /// # Errors
    /// The database can't be read.
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, Refusal> {
        let mut numbers = Self::default();
        for number in NUMBERS {
            let found = reader.find::<Setting>(&Key::SettingKey(number.key.to_owned()))?;
            found.iter().for_each(|found| numbers.take(&found.value));
        }
        Ok(numbers)
    }

    /// Takes the settings that changed; whether a number is among them.
    pub fn follow(&mut self, changes: &[Change]) -> bool {
        let before = self.clone();
        for change in changes {
            if let Some(Record::Setting(setting)) = &change.after {
                self.take(setting);
            }
        }
        *self != before
    }

    fn take(&mut self, setting: &Setting) {
        if let Some(number) = NUMBERS.into_iter().find(|number| number.key == setting.key)
            && let Some(value) = setting.value.as_i64()
        {
            self.0.insert(number.key, value);
        }
    }

    /// What holds of a setting.
    pub fn get(&self, number: &Number) -> i64 {
        self.0.get(number.key).copied().unwrap_or(number.usual)
    }
}

/// What a caller says about the settings; what is absent stays.
#[derive(Serialize, Deserialize, ToSchema, Default)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"time_zone": "Europe/Prague", "lock_after_failures": 8}))]
pub struct SettingsInput {
    /// The organisation's time zone, an IANA name: its days begin at 00:00 there.
    #[schema(min_length = 1, max_length = 64, nullable = false)]
    pub time_zone: Option<String>,
    /// After so many failed log-ins the service blocks an account.
    #[schema(minimum = 2, maximum = 1000, nullable = false)]
    pub lock_after_failures: Option<i64>,
    /// Only failures within so many minutes count towards a block.
    #[schema(minimum = 1, maximum = 1440, nullable = false)]
    pub lock_window_minutes: Option<i64>,
    /// For so many days attempts to log in are kept.
    #[schema(minimum = 1, maximum = 3650, nullable = false)]
    pub log_in_attempts_days: Option<i64>,
    /// For so many hours an invitation is good.
    #[schema(minimum = 1, maximum = 8760, nullable = false)]
    pub invitation_hours: Option<i64>,
    /// Without a sign of life for so many hours somebody is `away`.
    #[schema(minimum = 1, maximum = 8760, nullable = false)]
    pub activity_away_hours: Option<i64>,
    /// For so many minutes after a real action somebody is `working`.
    #[schema(minimum = 1, maximum = 1440, nullable = false)]
    pub activity_working_minutes: Option<i64>,
    /// For so many minutes after a real action somebody is `online`.
    #[schema(minimum = 1, maximum = 1440, nullable = false)]
    pub activity_online_minutes: Option<i64>,
    /// A role sync that would remove at least 10 and more than so many percent of the automatic memberships applies
    /// nothing and leaves a plan to be confirmed.
    #[schema(minimum = 0, maximum = 100, nullable = false)]
    pub role_sync_breaker_percent: Option<i64>,
    /// Whether changes that would give more rights to who makes them are refused. Only a company of one does without.
    #[schema(nullable = false)]
    pub four_eyes: Option<bool>,
    /// Whether people may close requests of their own; nobody may, while it is off.
    #[schema(nullable = false)]
    pub close_own_requests: Option<bool>,
    /// When what is done every night begins, in the organisation's time zone.
    #[schema(min_length = 5, max_length = 5, nullable = false)]
    pub nightly_at: Option<String>,
    /// When daily notifications are delivered, in the organisation's time zone.
    #[schema(min_length = 5, max_length = 5, nullable = false)]
    pub daily_notifications_at: Option<String>,
    /// For so many days notifications are kept.
    #[schema(minimum = 1, maximum = 3650, nullable = false)]
    pub notifications_days: Option<i64>,
    /// For so many days operations that ended are kept, with their errors, and runs of the role sync with their reports.
    #[schema(minimum = 1, maximum = 3650, nullable = false)]
    pub operations_days: Option<i64>,
    /// So many days ahead it is told that a contract ends.
    #[schema(minimum = 1, maximum = 365, nullable = false)]
    pub contract_ending_days: Option<i64>,
    /// So many days ahead it is told that a role ends.
    #[schema(minimum = 1, maximum = 365, nullable = false)]
    pub role_window_ending_days: Option<i64>,
    /// How accounts that are made for workers start, unless the request says otherwise.
    #[schema(inline, nullable = false)]
    pub worker_account_start: Option<AccountStartName>,
    /// What becomes of the account of a worker who leaves; it is blocked on the day after the last one.
    #[schema(inline, nullable = false)]
    pub account_on_leaving: Option<AccountOnLeavingName>,
    /// Whether the supervisor of a worker who leaves takes over what the account answers for, where that one can.
    #[schema(nullable = false)]
    pub transfer_on_leaving: Option<bool>,
    /// Which kinds of areas may be created. Those that there are stay.
    #[schema(min_items = 1, max_items = 3, inline, nullable = false)]
    pub area_kinds: Option<Vec<AreaKindName>>,
}

/// The settings that hold.
pub struct Held {
    /// The time zone's name.
    pub time_zone: String,
    /// The numbers.
    pub numbers: Numbers,
    /// When what is done every night begins.
    pub nightly_at: String,
    /// When daily notifications are delivered.
    pub daily_notifications_at: String,
    /// How accounts of workers start.
    pub worker_account_start: AccountStart,
    /// What is done when a worker leaves.
    pub on_leaving: OnLeaving,
    /// The kinds of areas that may be created.
    pub area_kinds: Vec<AreaKind>,
}

impl Held {
    /// What holds at present.
    ///
    /// # Errors
    /// The database can't be read.
    pub fn read(app: &App, reader: &mut Reader<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            time_zone: app.zone().name().to_owned(),
            numbers: Numbers::clone(&app.numbers()),
            nightly_at: NIGHTLY_AT.text(reader)?,
            daily_notifications_at: DAILY_NOTIFICATIONS_AT.text(reader)?,
            worker_account_start: worker_accounts::usual_start(reader)?,
            on_leaving: leaving::wanted(reader)?,
            area_kinds: kinds::in_use(reader)?,
        })
    }
}

/// The organisation's time zone as stored.
///
/// # Errors
/// The database can't be read.
pub fn time_zone(reader: &mut Reader<'_>) -> Result<Option<String>, Refusal> {
    let found = reader.find::<Setting>(&Key::SettingKey(TIME_ZONE.to_owned()))?;
    Ok(found.first().and_then(|found| found.value.value.as_str().map(str::to_owned)))
}

/// Changes settings; those that then hold.
///
/// # Errors
/// A value makes no sense.
pub fn change(
    work: &mut Work<'_, '_>,
    _allowed: &Allowed<SettingsEdit>,
    input: &SettingsInput,
) -> Result<Held, Refusal> {
    let mut time_zone = work.app.zone().name().to_owned();
    if let Some(zone) = &input.time_zone {
        if zone.parse::<chrono_tz::Tz>().is_err() {
            let violation = Violation::new(code::BAD_TIME_ZONE, "give an IANA name, such as Europe/Prague");
            verdict(vec![violation.at("/time_zone")])?;
        }
        set(work, TIME_ZONE, serde_json::Value::String(zone.clone()))?;
        time_zone.clone_from(zone);
    }
    let numbers = [
        (&LOCK_AFTER_FAILURES, input.lock_after_failures),
        (&LOCK_WINDOW_MINUTES, input.lock_window_minutes),
        (&LOG_IN_ATTEMPTS_DAYS, input.log_in_attempts_days),
        (&INVITATION_HOURS, input.invitation_hours),
        (&ACTIVITY_AWAY_HOURS, input.activity_away_hours),
        (&ACTIVITY_WORKING_MINUTES, input.activity_working_minutes),
        (&ACTIVITY_ONLINE_MINUTES, input.activity_online_minutes),
        (&FOUR_EYES, input.four_eyes.map(i64::from)),
        (&CLOSE_OWN_REQUESTS, input.close_own_requests.map(i64::from)),
        (&ROLE_SYNC_BREAKER_PERCENT, input.role_sync_breaker_percent),
        (&NOTIFICATIONS_DAYS, input.notifications_days),
        (&OPERATIONS_DAYS, input.operations_days),
        (&CONTRACT_ENDING_DAYS, input.contract_ending_days),
        (&ROLE_WINDOW_ENDING_DAYS, input.role_window_ending_days),
    ];
    for (number, value) in numbers {
        if let Some(value) = value {
            set(work, number.key, value.into())?;
        }
    }
    let nightly_at = NIGHTLY_AT.change(work, input.nightly_at.as_deref())?;
    let daily_notifications_at = DAILY_NOTIFICATIONS_AT.change(work, input.daily_notifications_at.as_deref())?;
    let worker_account_start = match input.worker_account_start.map(AccountStart::from) {
        Some(start) => {
            worker_accounts::set_usual_start(work, start)?;
            start
        }
        None => worker_accounts::usual_start(&mut work.tx.reader())?,
    };
    let mut numbers = Numbers::read(&mut work.tx.reader())?;
    numbers.follow(&work.tx.changes());
    let (working, online) = (numbers.get(&ACTIVITY_WORKING_MINUTES), numbers.get(&ACTIVITY_ONLINE_MINUTES));
    if online < working {
        let detail = format!("must be at least activity_working_minutes, {working}: else nobody is ever online");
        verdict(vec![Violation::new(code::THRESHOLDS_CROSSED, detail).at("/activity_online_minutes")])?;
    }
    let account = input.account_on_leaving.map(AccountOnLeaving::from);
    let on_leaving = leaving::change(work, account, input.transfer_on_leaving)?;
    let area_kinds = input.area_kinds.as_ref().map(|kinds| kinds.iter().copied().map(AreaKind::from).collect());
    let area_kinds = kinds::change(work, area_kinds)?;
    Ok(Held { time_zone, numbers, nightly_at, daily_notifications_at, worker_account_start, on_leaving, area_kinds })
}

/// Stores one setting.
///
/// # Errors
/// The database can't take it.
pub fn set(work: &mut Work<'_, '_>, key: &str, value: serde_json::Value) -> Result<(), Refusal> {
    match work.tx.find::<Setting>(&Key::SettingKey(key.to_owned()))?.pop() {
        Some(found) => work.tx.update(Setting { value, ..found.value })?,
        None => work.tx.create(Setting::new(key, value))?,
    }
    Ok(())
}
