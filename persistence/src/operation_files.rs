//! The files that operations work on, in parts.

use diesel::dsl::max;
use diesel::prelude::*;
use uuid::Uuid;

use crate::error::StoreError;
use crate::reader::Reader;
use crate::schema::operation_files;
use crate::sql_types::Id;
use crate::tx::Tx;

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

    /// Removes an operation's file. Says how many parts it had.
    ///
    /// # Errors
    /// The database fails.
    pub fn delete_operation_file(&mut self, operation: Uuid) -> Result<usize, StoreError> {
        let parts = operation_files::table.filter(operation_files::operation_id.eq(Id(operation)));
        Ok(diesel::delete(parts).execute(self.connection)?)
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
}
