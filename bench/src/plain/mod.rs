//! The databases without Remit: plain drivers and plain SQL, to compare with.

mod postgresql;
mod sqlite;

use persistence::BackendName;
use persistence::testing::{self, Database};

use crate::Outcome;

pub use postgresql::Postgresql;
pub use sqlite::Sqlite;

/// Where databases are made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place(BackendName);

/// The databases that can be had here.
pub fn databases() -> Vec<Place> {
    let mut places = vec![Place(BackendName::Sqlite)];
    // It tells loudly when there is none.
    if testing::postgresql().is_some() {
        places.push(Place(BackendName::Postgresql));
    }
    places
}

impl Place {
    /// Its name, for the table.
    pub const fn name(self) -> &'static str {
        match self.0 {
            BackendName::Sqlite => "SQLite",
            BackendName::Postgresql => "PostgreSQL",
        }
    }

    /// A fresh, migrated database.
    pub fn fresh(self) -> Outcome<Database> {
        match self.0 {
            BackendName::Sqlite => Ok(testing::sqlite()),
            BackendName::Postgresql => testing::postgresql().ok_or_else(|| "PostgreSQL went away".into()),
        }
    }

    /// Opens a database without Remit.
    pub fn open(self, url: &str) -> Outcome<Box<dyn Plain>> {
        Ok(match self.0 {
            BackendName::Sqlite => Box::new(Sqlite::open(url)?),
            BackendName::Postgresql => Box::new(Postgresql::open(url)?),
        })
    }
}

/// The rows of a table, in the form in which the database takes them fastest.
pub enum Bulk {
    /// For prepared inserts.
    Rows(Vec<Vec<rusqlite::types::Value>>),
    /// For `COPY`.
    Copy(Vec<u8>),
}

/// One row of a table as the driver has it.
#[derive(Clone, Debug)]
pub enum Cells {
    /// Of SQLite.
    Sqlite(Vec<rusqlite::types::Value>),
    /// Of PostgreSQL: as text.
    Postgresql(Vec<Option<String>>),
}

/// What is done to a row by hand.
pub struct Step {
    /// In which table.
    pub table: &'static str,
    /// The row as it is then. One of the same id is replaced.
    pub row: Cells,
}

/// A database, used by hand.
pub trait Plain {
    /// All rows of a table.
    fn take(&mut self, table: &str) -> Outcome<Bulk>;
    /// Loads the rows of tables in bulk, in one transaction.
    fn load(&mut self, tables: &[(&str, &Bulk)]) -> Outcome;
    /// The rows of a table that a revision wrote.
    fn written(&mut self, table: &str, revision: i64) -> Outcome<Vec<Cells>>;
    /// Writes rows in one transaction, by statements that are prepared.
    fn write(&mut self, steps: &[Step]) -> Outcome;
    /// Runs a query, prepared before, and looks at every value of what comes; how many rows that
    /// were.
    fn query(&mut self, sql: &str) -> Outcome<usize>;
    /// The texts of the first column.
    fn texts(&mut self, sql: &str) -> Outcome<Vec<String>>;
    /// Brings what the planner knows of the tables up to date, and the disk.
    fn settle(&mut self) -> Outcome;
}
