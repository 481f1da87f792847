//! Who runs an operation: one at a time, until it has ended or nothing more is heard of them.

use chrono::{DateTime, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::error::StoreError;
use crate::operations::{Operation, OperationState, Progress, Row};
use crate::schema::operations;
use crate::sql_types::{At, Id};
use crate::store::Store;
use crate::tx::Tx;

impl Store {
    /// Gives a sign of life of whoever runs an operation, so that nobody else takes it on: beside the writes, since one
    /// of them may take longer than is waited for such a sign.
    ///
    /// # Errors
    /// The database fails.
    pub fn keep_operation(&self, operation: &Operation) -> Result<(), StoreError> {
        let mut keeper = self.inner.keeper.lock();
        let connection = self.connected(&mut keeper)?;
        let mine = operations::table
            .find(Id(operation.id))
            .filter(operations::finished_at.is_null())
            .filter(operations::attempt.eq(operation.attempt));
        let kept = diesel::update(mine).set(operations::heartbeat.eq(At(self.now()))).execute(connection);
        if kept.is_err() {
            // Whatever state the connection is in, the next sign does not inherit it.
            *keeper = None;
        }
        Ok(kept.map(|_| ())?)
    }
}

impl Tx<'_> {
    /// Takes on the oldest operation that is queued, or that is running but whose runner has
    /// given no sign of life since `stale_before`: it is then running, and nobody else gets it.
    ///
    /// # Errors
    /// The database fails.
    pub fn start_next_operation(&mut self, stale_before: DateTime<Utc>) -> Result<Option<Operation>, StoreError> {
        let interrupted = operations::state
            .eq(OperationState::Running.as_str())
            .and(operations::heartbeat.assume_not_null().lt(At(stale_before)));
        let next: Option<Row> = operations::table
            .filter(operations::state.eq(OperationState::Queued.as_str()).or(interrupted))
            .order((operations::created_at, operations::id))
            .select(Row::as_select())
            .first(self.connection)
            .optional()?;
        let Some(mut row) = next else { return Ok(None) };
        row.state = OperationState::Running.as_str().to_owned();
        row.started_at = row.started_at.or(Some(At(self.now())));
        row.heartbeat = Some(At(self.now()));
        row.attempt += 1;
        diesel::update(operations::table.find(row.id))
            .set((
                operations::state.eq(&row.state),
                operations::started_at.eq(row.started_at),
                operations::heartbeat.eq(row.heartbeat),
                operations::attempt.eq(row.attempt),
            ))
            .execute(self.connection)?;
        Operation::try_from(row).map(Some)
    }

    /// Whether an operation has not ended, and nobody else has taken it on since it was read.
    ///
    /// # Errors
    /// The database fails.
    pub fn has_operation(&mut self, operation: &Operation) -> Result<bool, StoreError> {
        let mine = operations::table
            .find(Id(operation.id))
            .filter(operations::finished_at.is_null())
            .filter(operations::attempt.eq(operation.attempt));
        Ok(diesel::select(exists(mine)).get_result(self.connection)?)
    }

    /// Notes how far a running operation has come; also a sign of life. Says whether it is to go on: not when it is
    /// to be cancelled, has ended, or somebody else has taken it on.
    ///
    /// # Errors
    /// The database fails.
    pub fn progress_operation(&mut self, operation: &Operation, progress: Progress) -> Result<bool, StoreError> {
        if !self.has_operation(operation)? {
            return Ok(false);
        }
        let row = operations::table.find(Id(operation.id));
        diesel::update(row)
            .set((
                operations::done.eq(progress.done),
                operations::total.eq(progress.total),
                operations::heartbeat.eq(At(self.now())),
            ))
            .execute(self.connection)?;
        Ok(!row.select(operations::cancel_requested).first::<bool>(self.connection)?)
    }

    /// Notes what has come of a running operation so far, for whoever goes on with it.
    ///
    /// # Errors
    /// The database fails.
    pub fn note_operation_result(&mut self, id: Uuid, result: &Json) -> Result<(), StoreError> {
        let operation = operations::table.find(Id(id));
        diesel::update(operation).set(operations::result.eq(Some(result.to_string()))).execute(self.connection)?;
        Ok(())
    }

    /// Ends an operation. Says whether that was still to do: not when it has ended, or somebody else has taken it on.
    ///
    /// # Errors
    /// The database fails.
    pub fn finish_operation(
        &mut self,
        operation: &Operation,
        state: OperationState,
        result: Option<&Json>,
    ) -> Result<bool, StoreError> {
        if !self.has_operation(operation)? {
            return Ok(false);
        }
        diesel::update(operations::table.find(Id(operation.id)))
            .set((
                operations::state.eq(state.as_str()),
                operations::finished_at.eq(At(self.now())),
                operations::result.eq(result.map(Json::to_string)),
            ))
            .execute(self.connection)?;
        Ok(true)
    }
}
