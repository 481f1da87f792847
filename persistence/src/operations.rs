//! Long work: its state, its progress, its errors.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::id::UserId;
use domain::named_values;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::connection::MultiBackend;
use crate::dialect;
use crate::error::StoreError;
use crate::reader::Reader;
use crate::schema::{operation_errors, operations};
use crate::sql_types::{At, Id};
use crate::tx::Tx;

named_values! {
    /// Where an operation stands.
    pub enum OperationState {
        /// Waits for its turn.
        Queued = "queued",
        /// Under way.
        Running = "running",
        /// Done.
        Succeeded = "succeeded",
        /// Given up.
        Failed = "failed",
        /// Stopped on request.
        Cancelled = "cancelled",
    }
}

/// An operation to queue.
#[derive(Clone, PartialEq, Debug)]
pub struct NewOperation {
    /// Its id.
    pub id: Uuid,
    /// What sort of work it is.
    pub kind: String,
    /// What to do.
    pub parameters: Json,
    /// Who wants it; `None` for the service itself.
    pub created_by: Option<UserId>,
    /// How much there is to do, if that is known.
    pub total: Option<i64>,
}

/// A piece of long work.
#[derive(Clone, PartialEq, Debug)]
pub struct Operation {
    /// Its id.
    pub id: Uuid,
    /// What sort of work it is.
    pub kind: String,
    /// Where it stands.
    pub state: OperationState,
    /// What to do.
    pub parameters: Json,
    /// Who wants it; `None` for the service itself.
    pub created_by: Option<UserId>,
    /// When it was queued.
    pub created_at: DateTime<Utc>,
    /// When it was first begun.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// How much is done.
    pub done: i64,
    /// How much there is to do, if that is known.
    pub total: Option<i64>,
    /// How many errors were found.
    pub errors_count: i64,
    /// What came of it.
    pub result: Option<Json>,
    /// Whether somebody wants it stopped.
    pub cancel_requested: bool,
    /// When whoever runs it last gave a sign of life.
    pub heartbeat: Option<DateTime<Utc>>,
    /// How often it was taken on; the last one to do so has it.
    pub attempt: i64,
}

/// How far an operation has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Progress {
    /// How much is done.
    pub done: i64,
    /// How much there is to do, if that is known.
    pub total: Option<i64>,
}

/// Something that is wrong with a line of an import.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OperationError {
    /// The line, from 1.
    pub line: i64,
    /// The stable code.
    pub code: String,
    /// JSON pointer to the field, where one is to blame.
    pub pointer: Option<String>,
    /// What exactly is wrong.
    pub detail: String,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = operations, treat_none_as_default_value = false)]
pub(crate) struct Row {
    pub(crate) id: Id,
    kind: String,
    pub(crate) state: String,
    parameters: String,
    created_by: Option<Id>,
    created_at: At,
    pub(crate) started_at: Option<At>,
    finished_at: Option<At>,
    done: i64,
    total: Option<i64>,
    errors_count: i64,
    result: Option<String>,
    cancel_requested: bool,
    pub(crate) heartbeat: Option<At>,
    pub(crate) attempt: i64,
}

impl TryFrom<Row> for Operation {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let corrupt = || StoreError::Corrupt(format!("operation {}", row.id.0));
        let json = |text: &str| serde_json::from_str(text).map_err(|_| corrupt());
        Ok(Self {
            state: OperationState::parse(&row.state).ok_or_else(corrupt)?,
            parameters: json(&row.parameters)?,
            result: row.result.as_deref().map(json).transpose()?,
            id: row.id.0,
            kind: row.kind,
            created_by: row.created_by.map(|id| UserId(id.0)),
            created_at: row.created_at.0,
            started_at: row.started_at.map(|at| at.0),
            finished_at: row.finished_at.map(|at| at.0),
            done: row.done,
            total: row.total,
            errors_count: row.errors_count,
            cancel_requested: row.cancel_requested,
            heartbeat: row.heartbeat.map(|at| at.0),
            attempt: row.attempt,
        })
    }
}

impl Tx<'_> {
    /// Queues an operation.
    ///
    /// # Errors
    /// The database fails.
    pub fn create_operation(&mut self, new: NewOperation) -> Result<(), StoreError> {
        let row = Row {
            id: Id(new.id),
            kind: new.kind,
            state: OperationState::Queued.as_str().to_owned(),
            parameters: new.parameters.to_string(),
            created_by: new.created_by.map(Id::from),
            created_at: At(self.now()),
            started_at: None,
            finished_at: None,
            done: 0,
            total: new.total,
            errors_count: 0,
            result: None,
            cancel_requested: false,
            heartbeat: None,
            attempt: 0,
        };
        diesel::insert_into(operations::table).values(row).execute(self.connection)?;
        Ok(())
    }

    /// Asks for an operation to be stopped: one that is queued is cancelled at once, one that is
    /// running when its runner next notes its progress. Says whether there was one to stop.
    ///
    /// # Errors
    /// The database fails.
    pub fn request_cancel(&mut self, id: Uuid) -> Result<bool, StoreError> {
        let queued = operations::table.find(Id(id)).filter(operations::state.eq(OperationState::Queued.as_str()));
        let cancelled = diesel::update(queued)
            .set((
                operations::state.eq(OperationState::Cancelled.as_str()),
                operations::finished_at.eq(At(self.now())),
                operations::cancel_requested.eq(true),
            ))
            .execute(self.connection)?;
        let running = operations::table.find(Id(id)).filter(operations::state.eq(OperationState::Running.as_str()));
        let asked = diesel::update(running).set(operations::cancel_requested.eq(true)).execute(self.connection)?;
        Ok(cancelled + asked > 0)
    }

    /// Deletes the operations that ended before that instant, with their errors and reports. Says how many.
    ///
    /// # Errors
    /// The database fails.
    pub fn delete_operations(&mut self, before: DateTime<Utc>) -> Result<usize, StoreError> {
        let old = operations::table.filter(operations::finished_at.assume_not_null().lt(At(before)));
        Ok(diesel::delete(old.filter(operations::finished_at.is_not_null())).execute(self.connection)?)
    }

    /// Adds errors to an operation, after those that it has.
    ///
    /// # Errors
    /// The database fails.
    pub fn add_operation_errors(&mut self, id: Uuid, errors: &[OperationError]) -> Result<(), StoreError> {
        let operation = operations::table.find(Id(id));
        let first: i64 = operation.select(operations::errors_count).first(self.connection)?;
        let rows = errors.iter().zip(first..).map(|(error, ordinal)| {
            Ok(vec![
                id.into(),
                ordinal.into(),
                error.line.into(),
                error.code.as_str().into(),
                error.pointer.as_deref().into(),
                error.detail.as_str().into(),
            ])
        });
        let count = first + i64::try_from(errors.len()).unwrap_or(0);
        dialect::insert::<operation_errors::table>(self.connection, rows)?;
        diesel::update(operation).set(operations::errors_count.eq(count)).execute(self.connection)?;
        Ok(())
    }
}

impl Reader<'_> {
    /// Whether an operation is queued or running, so that there may be something to take on.
    ///
    /// # Errors
    /// The database fails.
    pub fn has_open_operation(&mut self) -> Result<bool, StoreError> {
        let (queued, running) = (OperationState::Queued.as_str(), OperationState::Running.as_str());
        let found: Option<String> = operations::table
            .filter(operations::state.eq(queued).or(operations::state.eq(running)))
            .select(operations::kind)
            .first(self.connection)
            .optional()?;
        Ok(found.is_some())
    }

    /// The operation of that id.
    ///
    /// # Errors
    /// The database fails.
    pub fn operation(&mut self, id: Uuid) -> Result<Option<Operation>, StoreError> {
        let row = operations::table.find(Id(id)).select(Row::as_select());
        row.first(self.connection).optional()?.map(Operation::try_from).transpose()
    }

    /// Operations, of one account or of all, of one kind or of all, in some states or, where none is named, in any; the
    /// newest first, from after the one that was created then and has that id.
    ///
    /// # Errors
    /// The database fails.
    pub fn operations(
        &mut self,
        created_by: Option<UserId>,
        kind: Option<&str>,
        states: &[OperationState],
        after: Option<(DateTime<Utc>, Uuid)>,
        limit: i64,
    ) -> Result<Vec<Operation>, StoreError> {
        let mut found = operations::table
            .order((operations::created_at.desc(), operations::id.desc()))
            .limit(limit.max(0))
            .select(Row::as_select())
            .into_boxed::<MultiBackend>();
        if let Some(user) = created_by {
            found = found.filter(operations::created_by.eq(Id::from(user)));
        }
        if let Some(kind) = kind {
            found = found.filter(operations::kind.eq(kind));
        }
        if !states.is_empty() {
            found = found.filter(operations::state.eq_any(states.iter().map(|state| state.as_str())));
        }
        if let Some((created_at, id)) = after {
            let (created_at, id) = (At(created_at), Id(id));
            let earlier = operations::created_at.lt(created_at).or(operations::id.lt(id));
            found = found.filter(operations::created_at.le(created_at)).filter(earlier);
        }
        let rows: Vec<Row> = found.load(self.connection)?;
        rows.into_iter().map(Operation::try_from).collect()
    }

    /// Errors of an operation with their numbers, in the order in which they were added, from
    /// after that number (-1: from the first).
    ///
    /// # Errors
    /// The database fails.
    pub fn operation_errors(
        &mut self,
        id: Uuid,
        after: i64,
        limit: i64,
    ) -> Result<Vec<(i64, OperationError)>, StoreError> {
        type Row = (i64, i64, String, Option<String>, String);
        let rows: Vec<Row> = operation_errors::table
            .filter(operation_errors::operation_id.eq(Id(id)))
            .filter(operation_errors::ordinal.gt(after))
            .order(operation_errors::ordinal)
            .limit(limit.max(0))
            .select((
                operation_errors::ordinal,
                operation_errors::line,
                operation_errors::code,
                operation_errors::pointer,
                operation_errors::detail,
            ))
            .load(self.connection)?;
        let error = |(ordinal, line, code, pointer, detail)| (ordinal, OperationError { line, code, pointer, detail });
        Ok(rows.into_iter().map(error).collect())
    }
}
