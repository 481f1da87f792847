//! A walk through a list of which the caller may see some rows only: their ids are found first, and
//! only those rows are loaded.

use std::marker::PhantomData;

use persistence::{ListQuery, Reader, Table, Value};
use uuid::Uuid;

use crate::commands::Refusal;
use crate::http::page::most;

/// Most rows that are looked at for one page. Then it ends, however few are on it; the cursor goes
/// on from there.
const SCAN_MAX: usize = 20_000;

/// So many rows are looked at first for each that is wanted: enough for who may see a tenth.
const FIRST: usize = 12;

/// A place in a list, and how to go on from there.
pub struct Walk<'v, T> {
    query: ListQuery,
    column: &'static str,
    may: &'v dyn Fn(Uuid) -> bool,
    /// The row that was looked at last.
    last: Option<Uuid>,
    ended: bool,
    rows: PhantomData<T>,
}

impl<'v, T: Table> Walk<'v, T> {
    /// Begins where the query does. Rows are visible whose id in `column` passes `may`.
    pub fn new(query: ListQuery, column: &'static str, may: &'v dyn Fn(Uuid) -> bool) -> Self {
        Self { query, column, may, last: None, ended: false, rows: PhantomData }
    }

    /// Whether all rows were looked at.
    pub fn ended(&self) -> bool {
        self.ended
    }

    /// Looks at so many further rows; the ids of those that are visible.
    ///
    /// # Errors
    /// The database can't be read.
    pub fn next(&mut self, reader: &mut Reader<'_>, rows: usize) -> Result<Vec<Uuid>, Refusal> {
        if let Some(place) = self.place(reader)? {
            self.query.after = Some(place);
        }
        self.query.limit = most(rows);
        let found = reader.list_ids::<T>(&self.query, self.column)?;
        self.ended = found.len() < rows;
        self.last = found.last().map(|(id, _)| *id);
        Ok(found.into_iter().filter(|(_, checked)| (self.may)(*checked)).map(|(id, _)| id).collect())
    }

    /// The ids of that many visible rows: fewer only at the end of the list, or after so many rows
    /// that the caller had better ask again.
    ///
    /// # Errors
    /// The database can't be read.
    pub fn find(&mut self, reader: &mut Reader<'_>, wanted: usize) -> Result<Vec<Uuid>, Refusal> {
        let (mut ids, mut scanned, mut rows) = (Vec::new(), 0, wanted * FIRST);
        loop {
            ids.extend(self.next(reader, rows)?);
            scanned += rows;
            if self.ended || ids.len() >= wanted || scanned >= SCAN_MAX {
                ids.truncate(wanted);
                return Ok(ids);
            }
            // As many as will do if the rest of the list is like what was seen, and some more.
            let missing = (wanted - ids.len()) * scanned / ids.len().max(1);
            rows = (missing + missing / 4).clamp(wanted, SCAN_MAX);
        }
    }

    /// Where the walk goes on; `None` at the end, and before it began.
    ///
    /// # Errors
    /// The database can't be read.
    pub fn place(&self, reader: &mut Reader<'_>) -> Result<Option<Vec<Value>>, Refusal> {
        let Some(last) = self.last.filter(|_| !self.ended) else { return Ok(None) };
        let stored = reader.get::<T>(last)?;
        Ok(stored.map(|stored| self.query.cursor(&stored)).transpose()?)
    }
}
