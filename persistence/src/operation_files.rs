//! The files that operations work on, in parts. They are there before the operation, and go after it.

use chrono::{DateTime, Utc};
use diesel::dsl::{exists, max, not};
use diesel::prelude::*;
use uuid::{Builder, Uuid};

use crate::error::StoreError;
use crate::reader::Reader;
use crate::schema::{operation_files, operations};
use crate::sql_types::Id;
use crate::tx::Tx;

/// So many left over files are told of at a time.
const SOME: i64 = 100;

impl Tx<'_> {
    /// Adds the next part of an operation's file and says its number, from 0.
    ///
    /// # Errors
    /// The database fails.
    pub fn append_operation_file(&mut self, operation: Uuid, data: &[u8]) -> Result<i64, StoreError> {
        let last: Option<i64> = operation_files::table
            .filter(operation_files::operation_id.eq(Id(operation)))
            .select(max(operation_files::part))
            .first(self.connection)?;
        let part = last.map_or(0, |last| last + 1);
        diesel::insert_into(operation_files::table)
            .values((
                operation_files::operation_id.eq(Id(operation)),
                operation_files::part.eq(part),
                operation_files::data.eq(data),
            ))
            .execute(self.connection)?;
        Ok(part)
    }

    /// Removes the last part of an operation's file, unless the operation is yet to end. Says whether there was one to remove.
    ///
    /// # Errors
    /// The database fails.
    pub fn delete_operation_file_part(&mut self, operation: Uuid) -> Result<bool, StoreError> {
        let of_operation = operation_files::table.filter(operation_files::operation_id.eq(Id(operation)));
        let last: Option<i64> = of_operation.select(max(operation_files::part)).first(self.connection)?;
        let Some(last) = last else { return Ok(false) };
        // Whoever clears may not know that the operation was queued: the connection was lost while it committed.
        let needed = operations::table.find(Id(operation)).filter(operations::finished_at.is_null());
        if diesel::select(exists(needed)).get_result(self.connection)? {
            return Ok(false);
        }
        Ok(diesel::delete(operation_files::table.find((Id(operation), last))).execute(self.connection)? > 0)
    }
}

impl Reader<'_> {
    /// A part of an operation's file, if there is one of that number.
    ///
    /// # Errors
    /// The database fails.
    pub fn operation_file(&mut self, operation: Uuid, part: i64) -> Result<Option<Vec<u8>>, StoreError> {
        let data = operation_files::table.find((Id(operation), part)).select(operation_files::data);
        Ok(data.first(self.connection).optional()?)
    }

    /// The operations of which a file is left over: those that have ended, and those that never began, since the file came
    /// before that instant and there is no operation yet. Some at a time.
    ///
    /// # Errors
    /// The database fails.
    pub fn left_over_files(&mut self, before: DateTime<Utc>) -> Result<Vec<Uuid>, StoreError> {
        // An operation's id tells when it was made.
        let millis = u64::try_from(before.timestamp_millis()).unwrap_or(0);
        let first_later = Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid();
        let same = operations::table.filter(operations::id.eq(operation_files::operation_id));
        let ended = exists(same.filter(operations::finished_at.is_not_null()));
        let never_began = not(exists(same)).and(operation_files::operation_id.lt(Id(first_later)));
        let files = operation_files::table.filter(ended.or(never_began)).select(operation_files::operation_id);
        let found: Vec<Id> = files.distinct().limit(SOME).load(self.connection)?;
        Ok(found.into_iter().map(|id| id.0).collect())
    }
}
