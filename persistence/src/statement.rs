//! Statements whose shape is known at run time only: lists, bulk writes. Values are always bound,
//! names always come from `schema.rs`.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::query_dsl::RunQueryDsl;
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Bool, Date, HasSqlType, Nullable, Text, Untyped};

use crate::column::ColumnType;
use crate::connection::{AnyConnection, MultiBackend};
use crate::sql_types::{self, Instant};
use crate::value::Value;

/// Most values that one list of a kept statement holds; callers with more ask in chunks.
pub const LIST_MAX: usize = 1_024;

enum Part {
    Sql(Cow<'static, str>),
    Name(&'static str),
    Bind(ColumnType, Value),
}

/// A statement under construction.
pub struct Statement {
    parts: Vec<Part>,
    cached: bool,
}

impl Statement {
    /// An empty statement whose prepared form is kept: for texts of which there are few.
    pub fn cached() -> Self {
        Self { parts: Vec::new(), cached: true }
    }

    /// An empty statement that is prepared anew each time: for texts of which there are many.
    pub fn uncached() -> Self {
        Self { parts: Vec::new(), cached: false }
    }

    /// The same, but prepared anew each time.
    pub fn prepared_anew(mut self) -> Self {
        self.cached = false;
        self
    }

    /// Adds SQL.
    pub fn sql(&mut self, sql: impl Into<Cow<'static, str>>) -> &mut Self {
        self.parts.push(Part::Sql(sql.into()));
        self
    }

    /// Adds the name of a table or column, quoted.
    pub fn name(&mut self, name: &'static str) -> &mut Self {
        self.parts.push(Part::Name(name));
        self
    }

    /// Adds names, separated by commas.
    pub fn names(&mut self, names: impl Iterator<Item = &'static str>) -> &mut Self {
        for (index, name) in names.enumerate() {
            if index > 0 {
                self.sql(", ");
            }
            self.name(name);
        }
        self
    }

    /// Adds a value, bound.
    pub fn bind(&mut self, sort: ColumnType, value: Value) -> &mut Self {
        self.parts.push(Part::Bind(sort, value));
        self
    }

    /// Adds `name IN (...)`. Up to [`LIST_MAX`] the list is filled up to the next power of two with
    /// its last value, so that there are few different texts to prepare.
    pub fn is_in(&mut self, name: &'static str, sort: ColumnType, values: &[Value]) -> &mut Self {
        let Some(last) = values.last() else {
            return self.sql("1 = 0");
        };
        let length = if values.len() <= LIST_MAX { values.len().next_power_of_two() } else { values.len() };
        let padding = length - values.len();
        self.name(name).sql(" IN (");
        let padded = values.iter().chain(std::iter::repeat_n(last, padding));
        for (index, value) in padded.enumerate() {
            if index > 0 {
                self.sql(", ");
            }
            self.bind(sort, value.clone());
        }
        self.sql(")")
    }
}

impl QueryId for Statement {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Statement {
    type SqlType = Untyped;
}

impl RunQueryDsl<AnyConnection> for Statement {}

impl QueryFragment<MultiBackend> for Statement {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        if !self.cached {
            pass.unsafe_to_cache_prepared();
        }
        for part in &self.parts {
            match part {
                Part::Sql(sql) => pass.push_sql(sql),
                Part::Name(name) => pass.push_identifier(name)?,
                Part::Bind(sort, value) => bind(&mut pass, *sort, value)?,
            }
        }
        Ok(())
    }
}

/// Binds a value, for one of the databases or for either.
pub fn bind<'b, DB>(pass: &mut AstPass<'_, 'b, DB>, sort: ColumnType, value: &'b Value) -> QueryResult<()>
where
    DB: Backend + HasSqlType<Text> + HasSqlType<BigInt> + HasSqlType<Bool> + HasSqlType<Date>,
    DB: HasSqlType<Instant> + HasSqlType<sql_types::Uuid>,
    str: ToSql<Text, DB>,
    String: ToSql<Text, DB>,
    i64: ToSql<BigInt, DB>,
    bool: ToSql<Bool, DB>,
    NaiveDate: ToSql<Date, DB>,
    DateTime<Utc>: ToSql<Instant, DB>,
    uuid::Uuid: ToSql<sql_types::Uuid, DB>,
{
    match (value, sort) {
        (Value::Text(text), _) => pass.push_bind_param::<Text, str>(text),
        (Value::Integer(number), _) => pass.push_bind_param::<BigInt, i64>(number),
        (Value::Bool(flag), _) => pass.push_bind_param::<Bool, bool>(flag),
        (Value::Date(date), _) => pass.push_bind_param::<Date, NaiveDate>(date),
        (Value::Instant(instant), _) => pass.push_bind_param::<Instant, DateTime<Utc>>(instant),
        (Value::Uuid(id), _) => pass.push_bind_param::<sql_types::Uuid, uuid::Uuid>(id),
        // PostgreSQL wants to know of what type a missing value is.
        (Value::Null, ColumnType::Text) => pass.push_bind_param::<Nullable<Text>, Option<String>>(&None),
        (Value::Null, ColumnType::Integer) => pass.push_bind_param::<Nullable<BigInt>, Option<i64>>(&None),
        (Value::Null, ColumnType::Bool) => pass.push_bind_param::<Nullable<Bool>, Option<bool>>(&None),
        (Value::Null, ColumnType::Date) => pass.push_bind_param::<Nullable<Date>, Option<NaiveDate>>(&None),
        (Value::Null, ColumnType::Instant) => pass.push_bind_param::<Nullable<Instant>, Option<DateTime<Utc>>>(&None),
        (Value::Null, ColumnType::Uuid) => pass.push_bind_param::<Nullable<sql_types::Uuid>, Option<uuid::Uuid>>(&None),
    }
}
