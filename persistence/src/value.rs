//! Values of columns.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::column::ColumnType;

/// A value of a column: in filters, in cursors, in rows.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// No value.
    Null,
    /// Text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// Yes or no.
    Bool(bool),
    /// A day.
    Date(NaiveDate),
    /// An instant, in microseconds.
    Instant(DateTime<Utc>),
    /// An id.
    Uuid(Uuid),
}

impl Value {
    /// Whether a column of that type can hold it. Every type can hold `Null`.
    pub(crate) fn fits(&self, column: ColumnType) -> bool {
        match self {
            Value::Null => true,
            Value::Text(_) => column == ColumnType::Text,
            Value::Integer(_) => column == ColumnType::Integer,
            Value::Bool(_) => column == ColumnType::Bool,
            Value::Date(_) => column == ColumnType::Date,
            Value::Instant(_) => column == ColumnType::Instant,
            Value::Uuid(_) => column == ColumnType::Uuid,
        }
    }

    /// Whether no row can hold it: PostgreSQL has no NUL in texts, so neither has SQLite here.
    pub(crate) fn unstorable(&self) -> bool {
        matches!(self, Value::Text(text) if text.contains('\0'))
    }
}

macro_rules! from {
    ($($from:ty => $variant:ident),* $(,)?) => {$(
        impl From<$from> for Value {
            fn from(value: $from) -> Self {
                Value::$variant(value.into())
            }
        }
    )*};
}

from! {
    String => Text,
    &str => Text,
    i64 => Integer,
    i32 => Integer,
    bool => Bool,
    NaiveDate => Date,
    DateTime<Utc> => Instant,
    Uuid => Uuid,
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}
