//! What a list may ask for: filters, sort columns, a place to go on from.

use chrono::NaiveDate;
use domain::name;
use uuid::Uuid;

use crate::column::ColumnType;
use crate::error::StoreError;
use crate::tables::{self, Stored, Table};
use crate::value::Value;

/// A page of a list. Lists are sorted by `sort` and then by id, in the direction of the last sort
/// column; values that are missing come first in ascending order, on both databases. Pages that
/// go on `after` the last row of the page before are stable: whatever is inserted or removed
/// meanwhile, a row that stays is shown exactly once.
#[derive(Clone, Debug, Default)]
pub struct ListQuery {
    /// All of them must hold.
    pub filters: Vec<Filter>,
    /// Columns to sort by, the most important first.
    pub sort: Vec<Sort>,
    /// Go on after the row with these values of the sort columns and, last, this id
    /// ([`ListQuery::cursor`]).
    pub after: Option<Vec<Value>>,
    /// At most so many rows.
    pub limit: i64,
}

/// A column to sort by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sort {
    /// Its name.
    pub column: &'static str,
    /// From large to small.
    pub descending: bool,
}

/// A condition on rows. Columns are those of [`columns`]; others are refused, never sent.
#[derive(Clone, Debug)]
pub enum Filter {
    /// The column holds that value; with [`Value::Null`], none.
    Equals(&'static str, Value),
    /// The column holds one of these values.
    AnyOf(&'static str, Vec<Value>),
    /// The column holds no value (or, with `false`, some value).
    IsNull(&'static str, bool),
    /// The column holds that value or a larger one.
    AtLeast(&'static str, Value),
    /// The column holds that value or a smaller one.
    AtMost(&'static str, Value),
    /// One of the columns begins so. The text must be a key already ([`domain::name::key`]), the
    /// columns `..._key` ones. No character in it means anything but itself.
    Prefix(Vec<&'static str>, String),
    /// The row has one of these ids.
    Ids(Vec<Uuid>),
    /// The row's window holds that day.
    ValidOn(NaiveDate),
    /// At least one holds.
    Or(Vec<Filter>),
    /// All hold.
    And(Vec<Filter>),
}

impl Filter {
    /// Names in one of these columns begin with the text, compared as names are.
    pub fn begins(columns: &[&'static str], text: &str) -> Self {
        Self::Prefix(columns.to_vec(), name::key(text))
    }
}

impl ListQuery {
    /// The place of a row in this list: where the next page goes on.
    ///
    /// # Errors
    /// A sort column is unknown.
    pub fn cursor<T: Table>(&self, stored: &Stored<T>) -> Result<Vec<Value>, StoreError> {
        let row = tables::values(stored)?;
        let columns = tables::table_columns::<T>();
        let value = |name: &str| {
            let found = columns.iter().zip(&row).find(|(column, _)| column.name == name);
            found.map(|(_, value)| value.clone()).ok_or_else(|| unknown(name))
        };
        self.sort.iter().map(|sort| sort.column).chain(["id"]).map(value).collect()
    }
}

/// The columns by which records of a kind can be filtered and sorted.
pub fn columns<T: Table>() -> Vec<(&'static str, ColumnType)> {
    tables::table_columns::<T>().iter().map(|column| (column.name, column.sort)).collect()
}

pub fn unknown(column: &str) -> StoreError {
    StoreError::Misuse(format!("there is no column {column:?} here"))
}
