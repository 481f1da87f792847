//! Which daily jobs have run. They stand beside the records and are never logged; a run is claimed within a
//! write, so that of several nodes one does it.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

use crate::error::StoreError;
use crate::reader::Reader;
use crate::schema::daily_runs;
use crate::sql_types::At;
use crate::tx::Tx;

/// A run of a daily job.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DailyRun {
    /// For which day.
    pub day: NaiveDate,
    /// When it began (UTC), the last time that it was tried.
    pub started_at: DateTime<Utc>,
    /// When it was done (UTC).
    pub finished_at: Option<DateTime<Utc>>,
}

impl DailyRun {
    /// Whether the job is to be run for a day, this being its latest run: not when it was done for that day or
    /// a later one, nor while somebody is at it, who was given up if he began before that instant.
    #[must_use]
    pub fn leaves(&self, day: NaiveDate, given_up: DateTime<Utc>) -> bool {
        self.day < day || (self.day == day && self.finished_at.is_none() && self.started_at < given_up)
    }
}

impl Tx<'_> {
    /// Takes on the run of a job for a day. `false`: it was done, or somebody is at it who began after
    /// `given_up`.
    ///
    /// # Errors
    /// The database fails.
    pub fn claim_daily_run(&mut self, job: &str, day: NaiveDate, given_up: DateTime<Utc>) -> Result<bool, StoreError> {
        let last = self.reader().last_daily_run(job)?;
        if last.as_ref().is_some_and(|last| !last.leaves(day, given_up)) {
            return Ok(false);
        }
        let now = At(self.now());
        if last.is_some_and(|last| last.day == day) {
            diesel::update(daily_runs::table.find((job, day)))
                .set(daily_runs::started_at.eq(now))
                .execute(self.connection)?;
        } else {
            diesel::insert_into(daily_runs::table)
                .values((daily_runs::job.eq(job), daily_runs::day.eq(day), daily_runs::started_at.eq(now)))
                .execute(self.connection)?;
        }
        Ok(true)
    }

    /// Says that a run is done; earlier ones of the job are forgotten.
    ///
    /// # Errors
    /// The database fails.
    pub fn finish_daily_run(&mut self, job: &str, day: NaiveDate) -> Result<(), StoreError> {
        let earlier = daily_runs::table.filter(daily_runs::job.eq(job).and(daily_runs::day.lt(day)));
        diesel::delete(earlier).execute(self.connection)?;
        diesel::update(daily_runs::table.find((job, day)))
            .set(daily_runs::finished_at.eq(Some(At(self.now()))))
            .execute(self.connection)?;
        Ok(())
    }
}

impl Reader<'_> {
    /// The latest day before that one for which a job was done.
    ///
    /// # Errors
    /// The database fails.
    pub fn last_finished_daily_run(&mut self, job: &str, before: NaiveDate) -> Result<Option<NaiveDate>, StoreError> {
        Ok(daily_runs::table
            .filter(daily_runs::job.eq(job).and(daily_runs::day.lt(before)))
            .filter(daily_runs::finished_at.is_not_null())
            .order(daily_runs::day.desc())
            .select(daily_runs::day)
            .first(self.connection)
            .optional()?)
    }

    /// The latest run of a job.
    ///
    /// # Errors
    /// The database fails.
    pub fn last_daily_run(&mut self, job: &str) -> Result<Option<DailyRun>, StoreError> {
        let row: Option<(NaiveDate, At, Option<At>)> = daily_runs::table
            .filter(daily_runs::job.eq(job))
            .order(daily_runs::day.desc())
            .select((daily_runs::day, daily_runs::started_at, daily_runs::finished_at))
            .first(self.connection)
            .optional()?;
        Ok(row.map(|(day, started, finished)| DailyRun {
            day,
            started_at: started.0,
            finished_at: finished.map(|at| at.0),
        }))
    }
}
