//! Settings that are a time of day, in the organisation's time zone: `HH:MM`.

use chrono::NaiveTime;
use domain::rule::{Violation, code};
use domain::setting::Setting;
use persistence::{Key, Reader};

use crate::commands::{Refusal, Work, settings};
use crate::openapi::patterns::TIME;

/// How a time of day is written.
const FORM: &str = "%H:%M";

/// A setting that is a time of day. Its form stands in the schema of [`settings::SettingsInput`].
#[derive(PartialEq, Eq, Debug)]
pub struct TimeOfDay {
    /// Its key.
    pub key: &'static str,
    /// What holds while nobody has set it.
    pub usual: &'static str,
}

/// When what is done every night begins.
pub const NIGHTLY_AT: TimeOfDay = TimeOfDay { key: "nightly_at", usual: "02:00" };
/// When daily notifications are delivered (N-01).
pub const DAILY_NOTIFICATIONS_AT: TimeOfDay = TimeOfDay { key: "daily_notifications_at", usual: "07:00" };

impl TimeOfDay {
    /// What holds, as it is written.
    ///
    /// # Errors
    /// The database can't be read.
    pub fn text(&self, reader: &mut Reader<'_>) -> Result<String, Refusal> {
        let found = reader.find::<Setting>(&Key::SettingKey(self.key.to_owned()))?;
        let set = found.first().and_then(|found| found.value.value.as_str());
        Ok(set.unwrap_or(self.usual).to_owned())
    }

    /// What holds.
    ///
    /// # Errors
    /// The database can't be read.
    pub fn read(&self, reader: &mut Reader<'_>) -> Result<NaiveTime, Refusal> {
        let text = self.text(reader)?;
        NaiveTime::parse_from_str(&text, FORM)
            .map_err(|_| Refusal::internal(format!("the setting {} is no time of day", self.key)))
    }

    /// Sets it, if there is something to set; what then holds.
    ///
    /// # Errors
    /// It is no time of day, or the database can't take it.
    pub fn change(&self, work: &mut Work<'_, '_>, to: Option<&str>) -> Result<String, Refusal> {
        match to {
            Some(to) => {
                // Five characters: `2:00` is a time to the parser, but not one of the published form.
                if to.len() != 5 || NaiveTime::parse_from_str(to, FORM).is_err() {
                    let violation = Violation::new(code::BAD_VALUE, TIME.detail).at(format!("/{}", self.key));
                    return Err(violation.into());
                }
                settings::set(work, self.key, to.into())?;
                Ok(to.to_owned())
            }
            None => self.text(&mut work.tx.reader()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_times_are_times() {
        for time in [NIGHTLY_AT, DAILY_NOTIFICATIONS_AT] {
            assert!(NaiveTime::parse_from_str(time.usual, FORM).is_ok(), "{}", time.key);
        }
    }
}
