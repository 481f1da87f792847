//! The insertion of one row into SQLite.
//!
//! Its text follows from the table alone. So diesel keeps the prepared statement by the type of the
//! table, and no text is put together for each of many rows.

use std::marker::PhantomData;

use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::query_dsl::RunQueryDsl;
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, SqliteConnection};

use crate::column::Schema;
use crate::statement::bind;
use crate::value::Value;

/// A row with a value for every column of its table.
pub struct Insertion<'r, S> {
    row: &'r [Value],
    table: PhantomData<S>,
}

impl<'r, S> Insertion<'r, S> {
    pub fn of(row: &'r [Value]) -> Self {
        Self { row, table: PhantomData }
    }
}

impl<S: Schema> QueryId for Insertion<'_, S> {
    type QueryId = Insertion<'static, S>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<S> RunQueryDsl<SqliteConnection> for Insertion<'_, S> {}

impl<S: Schema> QueryFragment<Sqlite> for Insertion<'_, S> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        pass.push_sql("INSERT INTO ");
        pass.push_identifier(S::NAME)?;
        for (index, column) in S::COLUMNS.iter().enumerate() {
            pass.push_sql(if index == 0 { " (" } else { ", " });
            pass.push_identifier(column.name)?;
        }
        pass.push_sql(") VALUES ");
        for (index, (column, value)) in S::COLUMNS.iter().zip(self.row).enumerate() {
            pass.push_sql(if index == 0 { "(" } else { ", " });
            bind(&mut pass, column.sort, value)?;
        }
        pass.push_sql(")");
        Ok(())
    }
}
