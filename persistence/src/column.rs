//! What the columns of a table are, taken from `schema.rs`.

use diesel::pg::CopyTarget;
use diesel::sql_types::{BigInt, Bool, Date, Nullable, SmallInt, Text};
use diesel::{Column as DieselColumn, Expression};

use crate::sql_types::{Instant, Uuid};

/// The type of a column's values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ColumnType {
    /// Text, compared byte by byte.
    Text,
    /// A whole number.
    Integer,
    /// Yes or no.
    Bool,
    /// A day.
    Date,
    /// An instant in microseconds.
    Instant,
    /// An id.
    Uuid,
}

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// The type of its values.
    pub sort: ColumnType,
    /// Whether a value may be missing.
    pub nullable: bool,
}

impl Column {
    /// Whether it is computed from others: written for sorting and searching, never read back.
    /// Such columns end in `_key`.
    pub fn derived(&self) -> bool {
        self.name.ends_with("_key")
    }
}

/// A table that this crate reads and writes by lists of values.
pub trait Schema: diesel::Table + CopyTarget<Table = Self> + Default + 'static {
    /// Its name.
    const NAME: &'static str;
    /// Its columns, in the order of `schema.rs`.
    const COLUMNS: &'static [Column];

    /// The column of that name.
    fn column(name: &str) -> Option<&'static Column> {
        Self::COLUMNS.iter().find(|column| column.name == name)
    }
}

/// SQL types that columns can have.
pub trait Typed {
    /// The type of the values.
    const SORT: ColumnType;
    /// Whether a value may be missing.
    const NULLABLE: bool = false;
}

macro_rules! typed {
    ($($sql:ty => $sort:ident),* $(,)?) => {$(
        impl Typed for $sql {
            const SORT: ColumnType = ColumnType::$sort;
        }
    )*};
}

typed! {
    Text => Text,
    SmallInt => Integer,
    BigInt => Integer,
    Bool => Bool,
    Date => Date,
    Instant => Instant,
    Uuid => Uuid,
}

impl<T: Typed + diesel::sql_types::SqlType<IsNull = diesel::sql_types::is_nullable::NotNull>> Typed for Nullable<T> {
    const SORT: ColumnType = T::SORT;
    const NULLABLE: bool = true;
}

/// The columns of a tuple of diesel's column types.
pub trait ColumnList {
    /// In their order.
    const COLUMNS: &'static [Column];
}

macro_rules! column_lists {
    () => {};
    ($first:ident $($rest:ident)*) => {
        impl<$first: DieselColumn, $($rest: DieselColumn),*> ColumnList for ($first, $($rest,)*)
        where
            <$first as Expression>::SqlType: Typed,
            $(<$rest as Expression>::SqlType: Typed),*
        {
            const COLUMNS: &'static [Column] = &[
                column_lists!(@column $first),
                $(column_lists!(@column $rest)),*
            ];
        }
        column_lists!($($rest)*);
    };
    (@column $column:ident) => {
        Column {
            name: <$column as DieselColumn>::NAME,
            sort: <<$column as Expression>::SqlType as Typed>::SORT,
            nullable: <<$column as Expression>::SqlType as Typed>::NULLABLE,
        }
    };
}

column_lists!(A B C D E F G H I J K L M N O P Q R S T U V W X Y Z);
