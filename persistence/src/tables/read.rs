//! Values of which very many are read, without what the general way costs: days without looking
//! for their form, names of closed sets without a text of their own.

use chrono::NaiveDate;
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql};
use diesel::pg::{Pg, PgValue};
use diesel::sql_types::{Date, Text};
use diesel::sqlite::Sqlite;

use crate::connection::{MultiBackend, MultiRawValue};

/// A day.
pub struct Day(pub NaiveDate);

impl FromSql<Date, Sqlite> for Day {
    fn from_sql(mut value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        match plain_day(value.read_text().as_bytes()) {
            Some(day) => Ok(Day(day)),
            None => <NaiveDate as FromSql<Date, Sqlite>>::from_sql(value).map(Day),
        }
    }
}

impl FromSql<Date, Pg> for Day {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        <NaiveDate as FromSql<Date, Pg>>::from_sql(value).map(Day)
    }
}

impl FromSql<Date, MultiBackend> for Day {
    fn from_sql(value: MultiRawValue<'_>) -> deserialize::Result<Self> {
        value.from_sql::<Self, Date>()
    }
}

/// A day of a year of four digits: `2026-01-31`.
fn plain_day(text: &[u8]) -> Option<NaiveDate> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text else { return None };
    let number = |digits: &[&u8]| {
        digits.iter().try_fold(0_u32, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + u32::from(**digit - b'0')))
    };
    NaiveDate::from_ymd_opt(number(&[y1, y2, y3, y4])?.try_into().ok()?, number(&[m1, m2])?, number(&[d1, d2])?)
}

/// The longest name of a closed set, and more.
const WORD_MAX: usize = 30;

/// A short text.
pub struct Word {
    bytes: [u8; WORD_MAX],
    length: usize,
}

impl Word {
    fn of(text: &[u8]) -> deserialize::Result<Self> {
        let mut bytes = [0; WORD_MAX];
        bytes.get_mut(..text.len()).ok_or("a value is not of the closed set")?.copy_from_slice(text);
        Ok(Self { bytes, length: text.len() })
    }

    pub fn as_str(&self) -> &str {
        self.bytes.get(..self.length).and_then(|text| str::from_utf8(text).ok()).unwrap_or_default()
    }
}

impl FromSql<Text, Sqlite> for Word {
    fn from_sql(mut value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        Word::of(value.read_text().as_bytes())
    }
}

impl FromSql<Text, Pg> for Word {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Word::of(value.as_bytes())
    }
}

impl FromSql<Text, MultiBackend> for Word {
    fn from_sql(value: MultiRawValue<'_>) -> deserialize::Result<Self> {
        value.from_sql::<Self, Text>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_day_is_read_as_chrono_reads_it() {
        for text in ["2026-01-31", "0001-12-01", "9999-12-31", "2024-02-29", "2023-02-29", "2026-13-01", "2026-00-10"] {
            assert_eq!(plain_day(text.as_bytes()), text.parse().ok(), "{text}");
        }
        for other in ["", "2026-1-31", "+12026-01-31", "2026/01/31", "2O26-01-31", "2026-01-31 "] {
            assert_eq!(plain_day(other.as_bytes()), None, "{other}");
        }
    }
}
