//! Attempts to log in, kept for a set time. They stand beside the records and are never logged, so
//! that a flood of them does not touch the log.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::id::UserId;
use domain::log_in::LogInOutcome;
use uuid::Uuid;

use crate::connection::MultiBackend;
use crate::error::StoreError;
use crate::reader::Reader;
use crate::schema::log_in_attempts;
use crate::sql_types::{At, Id};
use crate::tx::Tx;

/// An attempt to log in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LogInAttempt {
    /// Its id, in the order of time.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// The account, where there is one of that login.
    pub user_id: Option<UserId>,
    /// A part of the hash of what was typed, where there is no such account.
    pub login_hash: Option<String>,
    /// The address that it came from; of IPv6 the network.
    pub address: Option<String>,
    /// How it ended.
    pub outcome: LogInOutcome,
    /// The program that it was made with.
    pub user_agent: Option<String>,
}

/// Which attempts to show. What is `None` lets everything through.
#[derive(Clone, Debug, Default)]
pub struct LogInAttemptQuery {
    /// Of that account.
    pub user_id: Option<UserId>,
    /// That ended so.
    pub outcome: Option<LogInOutcome>,
    /// From that instant on.
    pub since: Option<DateTime<Utc>>,
    /// Go on after this one.
    pub after: Option<Uuid>,
    /// At most so many.
    pub limit: i64,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = log_in_attempts, treat_none_as_default_value = false)]
struct Row {
    id: Id,
    at: At,
    user_id: Option<Id>,
    login_hash: Option<String>,
    address: Option<String>,
    outcome: String,
    user_agent: Option<String>,
}

impl TryFrom<Row> for LogInAttempt {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let outcome = LogInOutcome::parse(&row.outcome);
        Ok(Self {
            id: row.id.0,
            at: row.at.0,
            user_id: row.user_id.map(|id| UserId(id.0)),
            login_hash: row.login_hash,
            address: row.address,
            outcome: outcome.ok_or_else(|| StoreError::Corrupt("an attempt to log in".to_owned()))?,
            user_agent: row.user_agent,
        })
    }
}

impl Tx<'_> {
    /// Adds attempts.
    ///
    /// # Errors
    /// The database fails.
    pub fn add_log_in_attempts(&mut self, attempts: &[LogInAttempt]) -> Result<(), StoreError> {
        for attempt in attempts.iter().cloned() {
            let row = Row {
                id: Id(attempt.id),
                at: At(attempt.at),
                user_id: attempt.user_id.map(Id::from),
                login_hash: attempt.login_hash,
                address: attempt.address,
                outcome: attempt.outcome.as_str().to_owned(),
                user_agent: attempt.user_agent,
            };
            diesel::insert_into(log_in_attempts::table).values(row).execute(self.connection)?;
        }
        Ok(())
    }

    /// Says of an attempt what followed from it. Whether there is such an attempt.
    ///
    /// # Errors
    /// The database fails.
    pub fn judge_log_in_attempt(&mut self, id: Uuid, outcome: LogInOutcome) -> Result<bool, StoreError> {
        let judged = diesel::update(log_in_attempts::table.find(Id(id)))
            .set(log_in_attempts::outcome.eq(outcome.as_str()))
            .execute(self.connection)?;
        Ok(judged > 0)
    }

    /// Removes the attempts that were made before that instant. Says how many.
    ///
    /// # Errors
    /// The database fails.
    pub fn delete_log_in_attempts(&mut self, before: DateTime<Utc>) -> Result<usize, StoreError> {
        let old = log_in_attempts::table.filter(log_in_attempts::at.lt(At(before)));
        Ok(diesel::delete(old).execute(self.connection)?)
    }
}

impl Reader<'_> {
    /// The failed attempts of an account since that instant, of those after the last one that ended
    /// a row ([`LogInOutcome::ends_a_row`]); the newest first, at most so many.
    ///
    /// # Errors
    /// The database fails.
    pub fn failed_log_ins(&mut self, user: UserId, since: DateTime<Utc>, limit: i64) -> Result<Vec<Uuid>, StoreError> {
        let ends: Vec<&str> =
            LogInOutcome::ALL.iter().filter(|outcome| outcome.ends_a_row()).map(|outcome| outcome.as_str()).collect();
        let of_user = log_in_attempts::user_id.eq(Id::from(user));
        let end: Option<Id> = log_in_attempts::table
            .filter(of_user.and(log_in_attempts::outcome.eq_any(ends)))
            .order(log_in_attempts::id.desc())
            .select(log_in_attempts::id)
            .first(self.connection)
            .optional()?;
        let failed: Vec<Id> = log_in_attempts::table
            .filter(of_user)
            .filter(log_in_attempts::outcome.eq(LogInOutcome::WrongPassword.as_str()))
            .filter(log_in_attempts::at.ge(At(since)))
            .filter(log_in_attempts::id.gt(end.unwrap_or(Id(Uuid::nil()))))
            .order(log_in_attempts::id.desc())
            .select(log_in_attempts::id)
            .limit(limit)
            .load(self.connection)?;
        Ok(failed.into_iter().map(|id| id.0).collect())
    }

    /// Attempts, the newest first, see [`LogInAttemptQuery`].
    ///
    /// # Errors
    /// The database fails, or an attempt can't be read.
    pub fn log_in_attempts(&mut self, query: &LogInAttemptQuery) -> Result<Vec<LogInAttempt>, StoreError> {
        let mut found = log_in_attempts::table
            .select(Row::as_select())
            .order(log_in_attempts::id.desc())
            .limit(query.limit.max(0))
            .into_boxed::<MultiBackend>();
        if let Some(user) = query.user_id {
            found = found.filter(log_in_attempts::user_id.eq(Id::from(user)));
        }
        if let Some(outcome) = query.outcome {
            found = found.filter(log_in_attempts::outcome.eq(outcome.as_str()));
        }
        if let Some(since) = query.since {
            found = found.filter(log_in_attempts::at.ge(At(since)));
        }
        if let Some(after) = query.after {
            found = found.filter(log_in_attempts::id.lt(Id(after)));
        }
        let rows: Vec<Row> = found.load(self.connection)?;
        rows.into_iter().map(LogInAttempt::try_from).collect()
    }
}
