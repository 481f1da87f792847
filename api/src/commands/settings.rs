//! Settings of the organisation: few, typed, logged.

use domain::rule::{Violation, code, verdict};
use domain::setting::Setting;
use persistence::{Key, Reader};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::commands::{Refusal, Work};
use crate::rights::{Allowed, SettingsEdit};

/// The key of the organisation's time zone.
pub const TIME_ZONE: &str = "time_zone";

/// What a caller says about the settings; what is absent stays.
#[derive(Serialize, Deserialize, ToSchema, Default)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"time_zone": "Europe/Prague"}))]
pub struct SettingsInput {
    /// The organisation's time zone, an IANA name: its days begin at 00:00 there.
    #[schema(min_length = 1, max_length = 64, nullable = false)]
    pub time_zone: Option<String>,
}

/// The organisation's time zone as stored.
///
/// # Errors
/// The database can't be read.
pub fn time_zone(reader: &mut Reader<'_>) -> Result<Option<String>, Refusal> {
    let found = reader.find::<Setting>(&Key::SettingKey(TIME_ZONE.to_owned()))?;
    Ok(found.first().and_then(|found| found.value.value.as_str().map(str::to_owned)))
}

/// Changes settings; the time zone that then holds.
///
/// # Errors
/// A value makes no sense.
pub fn change(
    work: &mut Work<'_, '_>,
    _allowed: &Allowed<SettingsEdit>,
    input: &SettingsInput,
) -> Result<String, Refusal> {
    if let Some(zone) = &input.time_zone {
        if zone.parse::<chrono_tz::Tz>().is_err() {
            let violation = Violation::new(code::BAD_TIME_ZONE, "give an IANA name, such as Europe/Prague");
            verdict(vec![violation.at("/time_zone")])?;
        }
        set(work, TIME_ZONE, serde_json::Value::String(zone.clone()))?;
        return Ok(zone.clone());
    }
    Ok(work.app.zone().name().to_owned())
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
