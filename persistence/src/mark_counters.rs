//! How far the counters of mark patterns have come. They stand beside the records; a number is taken in the
//! transaction that creates the object, under the writers' lock: none is given twice, and one that is not used is not
//! taken.

use diesel::prelude::*;
use domain::id::{AreaId, MarkPatternId};
use uuid::Uuid;

use crate::column::ColumnType;
use crate::error::StoreError;
use crate::reader::Reader;
use crate::schema::mark_counters;
use crate::sql_types::Id;
use crate::statement::Statement;
use crate::tx::Tx;

/// What is counted: the objects that a pattern marks in an area, or in none, in a period.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct MarkCounter {
    /// The pattern.
    pub pattern: MarkPatternId,
    /// The area.
    pub area: Option<AreaId>,
    /// The period, as [`domain::area::Reset::period`] names it.
    pub period: String,
}

impl MarkCounter {
    fn area_id(&self) -> Uuid {
        self.area.map_or(Uuid::nil(), |area| area.0)
    }
}

impl Tx<'_> {
    /// The number of a counter that was taken last, in this write or before; 0 when none was. It is read from the
    /// database once. `true`: just now.
    ///
    /// # Errors
    /// The database fails.
    pub fn last_mark_number(&mut self, counter: &MarkCounter) -> Result<(i64, bool), StoreError> {
        if let Some((number, _)) = self.numbers.get(counter) {
            return Ok((*number, false));
        }
        let number = self.reader().last_mark_number(counter)?;
        self.numbers.insert(counter.clone(), (number, false));
        Ok((number, true))
    }

    /// Takes a number of a counter, and all before. It is written when the write ends.
    pub fn take_mark_number(&mut self, counter: &MarkCounter, number: i64) {
        self.numbers.insert(counter.clone(), (number, true));
    }

    /// Writes the numbers that were taken.
    pub(crate) fn flush_mark_numbers(&mut self) -> Result<(), StoreError> {
        for (counter, (number, _)) in self.numbers.iter().filter(|(_, (_, taken))| *taken) {
            let mut statement = Statement::cached();
            statement.sql("INSERT INTO mark_counters (pattern_id, area_id, period, value) VALUES (");
            statement.bind(ColumnType::Uuid, counter.pattern.0.into()).sql(", ");
            statement.bind(ColumnType::Uuid, counter.area_id().into()).sql(", ");
            statement.bind(ColumnType::Text, counter.period.as_str().into()).sql(", ");
            statement.bind(ColumnType::Integer, (*number).into());
            statement.sql(") ON CONFLICT (pattern_id, area_id, period) DO UPDATE SET value = excluded.value");
            statement.execute(self.connection)?;
        }
        Ok(())
    }
}

impl Reader<'_> {
    /// The number of a counter that was taken last; 0 when none was.
    ///
    /// # Errors
    /// The database fails.
    pub fn last_mark_number(&mut self, counter: &MarkCounter) -> Result<i64, StoreError> {
        let key = (Id(counter.pattern.0), Id(counter.area_id()), counter.period.as_str());
        let found: Option<i64> =
            mark_counters::table.find(key).select(mark_counters::value).first(self.connection).optional()?;
        Ok(found.unwrap_or(0))
    }
}
