//! Settings of the organisation.

use actix_web::web;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::{App, Caller};
use crate::commands::areas::AreaKindName;
use crate::commands::leaving::AccountOnLeavingName;
use crate::commands::settings::{self, Held, SettingsInput};
use crate::commands::worker_accounts::AccountStartName;
use crate::http::body::Patch;
use crate::http::params::NoParams;
use crate::http::reply::Reply;
use crate::rest::crud::Answer;
use crate::rights::SettingsEdit;

/// The settings.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "time_zone": "Europe/Prague", "lock_after_failures": 10, "lock_window_minutes": 15, "log_in_attempts_days": 90,
    "invitation_hours": 48, "activity_away_hours": 48, "activity_working_minutes": 10, "activity_online_minutes": 60,
    "role_sync_breaker_percent": 20, "four_eyes": true, "close_own_requests": false, "nightly_at": "02:00", "daily_notifications_at": "07:00",
    "notifications_days": 90, "operations_days": 90, "contract_ending_days": 30, "role_window_ending_days": 30,
    "worker_account_start": "invite", "account_on_leaving": "keep", "transfer_on_leaving": false,
    "area_kinds": ["area", "project", "calendar"]
}))]
pub struct SettingsView {
    /// The organisation's time zone, an IANA name: its days begin at 00:00 there.
    #[schema(max_length = 64)]
    time_zone: String,
    /// After so many failed log-ins the service blocks an account.
    lock_after_failures: i64,
    /// Only failures within so many minutes count towards a block.
    lock_window_minutes: i64,
    /// For so many days attempts to log in are kept.
    log_in_attempts_days: i64,
    /// For so many hours an invitation is good.
    invitation_hours: i64,
    /// Without a sign of life for so many hours somebody is `away`.
    activity_away_hours: i64,
    /// For so many minutes after a real action somebody is `working`.
    activity_working_minutes: i64,
    /// For so many minutes after a real action somebody is `online`.
    activity_online_minutes: i64,
    /// A role sync that would remove at least 10 and more than so many percent of the automatic memberships is stopped.
    role_sync_breaker_percent: i64,
    /// Whether changes that would give more rights to who makes them are refused.
    four_eyes: bool,
    /// Whether people may close requests of their own.
    close_own_requests: bool,
    /// When what is done every night begins, in the organisation's time zone.
    #[schema(max_length = 5)]
    nightly_at: String,
    /// When daily notifications are delivered, in the organisation's time zone.
    #[schema(max_length = 5)]
    daily_notifications_at: String,
    /// For so many days notifications are kept.
    notifications_days: i64,
    /// For so many days operations that ended are kept, with their errors, and runs of the role sync with their reports.
    operations_days: i64,
    /// So many days ahead it is told that a contract ends.
    contract_ending_days: i64,
    /// So many days ahead it is told that a role ends.
    role_window_ending_days: i64,
    /// How accounts that are made for workers start.
    #[schema(inline)]
    worker_account_start: AccountStartName,
    /// What becomes of the account of a worker who leaves; it is blocked on the day after the last one.
    #[schema(inline)]
    account_on_leaving: AccountOnLeavingName,
    /// Whether the supervisor of a worker who leaves takes over what the account answers for, where that one can.
    transfer_on_leaving: bool,
    /// Which kinds of areas may be created.
    #[schema(max_items = 3, inline)]
    area_kinds: Vec<AreaKindName>,
}

impl From<Held> for SettingsView {
    fn from(held: Held) -> Self {
        let numbers = &held.numbers;
        Self {
            time_zone: held.time_zone,
            lock_after_failures: numbers.get(&settings::LOCK_AFTER_FAILURES),
            lock_window_minutes: numbers.get(&settings::LOCK_WINDOW_MINUTES),
            log_in_attempts_days: numbers.get(&settings::LOG_IN_ATTEMPTS_DAYS),
            invitation_hours: numbers.get(&settings::INVITATION_HOURS),
            activity_away_hours: numbers.get(&settings::ACTIVITY_AWAY_HOURS),
            activity_working_minutes: numbers.get(&settings::ACTIVITY_WORKING_MINUTES),
            activity_online_minutes: numbers.get(&settings::ACTIVITY_ONLINE_MINUTES),
            role_sync_breaker_percent: numbers.get(&settings::ROLE_SYNC_BREAKER_PERCENT),
            four_eyes: numbers.get(&settings::FOUR_EYES) != 0,
            close_own_requests: numbers.get(&settings::CLOSE_OWN_REQUESTS) != 0,
            notifications_days: numbers.get(&settings::NOTIFICATIONS_DAYS),
            operations_days: numbers.get(&settings::OPERATIONS_DAYS),
            contract_ending_days: numbers.get(&settings::CONTRACT_ENDING_DAYS),
            role_window_ending_days: numbers.get(&settings::ROLE_WINDOW_ENDING_DAYS),
            nightly_at: held.nightly_at,
            daily_notifications_at: held.daily_notifications_at,
            worker_account_start: held.worker_account_start.into(),
            account_on_leaving: held.on_leaving.account.into(),
            transfer_on_leaving: held.on_leaving.transfer,
            area_kinds: held.area_kinds.into_iter().map(AreaKindName::from).collect(),
        }
    }
}

/// Reads the settings. Needs `system:settings.edit`.
#[utoipa::path(get, path = "/api/v1/settings", tag = "settings", operation_id = "getSettings",
    responses((status = 200, description = "The settings", body = SettingsView)))]
pub async fn get(app: web::Data<App>, caller: Caller, _none: NoParams) -> Answer {
    caller.authority.allow::<SettingsEdit>()?;
    app.run(move |app| {
        let held = app.store().read(|reader| Held::read(app, reader))?;
        Ok(Reply::ok().json(SettingsView::from(held)))
    })
    .await
}

/// Changes settings; what is absent stays. They are no item, so there is no entity tag to send. Needs `system:settings.edit`.
#[utoipa::path(patch, path = "/api/v1/settings", tag = "settings", operation_id = "updateSettings",
    request_body(content = SettingsInput, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "The settings", body = SettingsView)))]
pub async fn update(app: web::Data<App>, caller: Caller, _none: NoParams, body: Patch<SettingsInput>) -> Answer {
    let input: SettingsInput = crate::http::body::parse(serde_json::Value::Object(body.0))?;
    app.run(move |app| {
        app.answer(
            &caller.authority,
            None,
            |work| {
                let allowed = work.authority.allow::<SettingsEdit>()?;
                settings::change(work, &allowed, &input)
            },
            |_, held| Ok(Reply::ok().json(SettingsView::from(held))),
        )
    })
    .await
}
