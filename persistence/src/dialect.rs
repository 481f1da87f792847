//! Where the two databases differ: transactions, locks, bulk writes.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use diesel::connection::{AnsiTransactionManager, DefaultLoadingMode, SimpleConnection, TransactionManager};
use diesel::deserialize::QueryableByName;
use diesel::pg::CopyFormat;
use diesel::query_dsl::RunQueryDsl;
use diesel::sql_types::Integer;
use diesel::{ExecuteCopyFromDsl, PgConnection, QueryResult};

use crate::column::{ColumnType, Schema};
use crate::connection::{AnyConnection, MultiBackend, milliseconds};
use crate::error::StoreError;
use crate::insertion::Insertion;
use crate::statement::{LIST_MAX, Statement};
use crate::value::Value;

/// Up to so many rows go in one prepared `INSERT`; more are copied. Both take as many round
/// trips, but the prepared statement is kept.
const COPY_FROM: usize = 9;

/// So many new rows are there at a time.
const INSERT_CHUNK: usize = 4_096;

/// So many rows are changed by one statement.
const UPDATE_CHUNK: usize = 256;

/// Takes the next batch of rows of a scan.
const SCANNED: &str = "FETCH 10000 FROM scan";

/// Begins a transaction that holds the writer's lock: nobody else writes until it ends, here or
/// on another node.
///
/// # Errors
/// [`StoreError::Busy`] when the lock did not come within the deadline.
pub fn begin_write(connection: &mut AnyConnection, deadline: Duration) -> Result<(), StoreError> {
    let wait = milliseconds(deadline);
    match connection {
        AnyConnection::Postgresql(connection) => {
            let began = Instant::now();
            // One round trip. READ COMMITTED, whatever the server's default is: each statement
            // sees what was committed before it began, so those after the lock see the last write.
            let sql = format!(
                "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET LOCAL lock_timeout = {wait}; \
                 SELECT id FROM write_lock WHERE id = 1 FOR UPDATE"
            );
            AnsiTransactionManager::begin_transaction_sql(connection, &sql).map_err(|error| {
                let error = StoreError::from(error);
                // The server waits for whole milliseconds.
                let timed_out = matches!(error, StoreError::Other(_)) && began.elapsed().as_millis() >= wait;
                match connection.batch_execute("ROLLBACK") {
                    Ok(()) if timed_out => StoreError::Busy,
                    Ok(()) => error,
                    Err(lost) => StoreError::unavailable(lost),
                }
            })
        }
        AnyConnection::Sqlite(connection) => {
            connection.batch_execute(&format!("PRAGMA busy_timeout = {wait}"))?;
            // Not deferred: a read that turns into a write fails when another one wrote meanwhile.
            Ok(AnsiTransactionManager::begin_transaction_sql(connection, "BEGIN IMMEDIATE")?)
        }
    }
}

/// How far SQLite's journal is copied back.
#[derive(QueryableByName, Clone, Copy, Debug)]
pub struct Journal {
    /// Not 0 when somebody who reads or writes was in the way.
    #[diesel(sql_type = Integer)]
    pub busy: i32,
    /// Pages in it.
    #[diesel(sql_type = Integer)]
    #[diesel(column_name = "log")]
    pub pages: i32,
    /// Those of them that are in the database's own file.
    #[diesel(sql_type = Integer)]
    #[diesel(column_name = "checkpointed")]
    pub copied: i32,
}

/// How far the journal is copied back; on PostgreSQL, which does it by itself, nothing is said.
pub fn journal(connection: &mut AnyConnection) -> QueryResult<Option<Journal>> {
    checkpoint(connection, "PRAGMA wal_checkpoint(NOOP)")
}

/// Copies the journal back as far as nobody is in the way, and says how far that was. Nobody waits for it.
pub fn copy_back(connection: &mut AnyConnection) -> QueryResult<Option<Journal>> {
    checkpoint(connection, "PRAGMA wal_checkpoint(PASSIVE)")
}

/// Empties the journal, all of which is copied back first. Waits so long for those who still read out of it.
pub fn empty_journal(connection: &mut AnyConnection, wait: Duration) -> QueryResult<Option<Journal>> {
    if let AnyConnection::Sqlite(connection) = connection {
        connection.batch_execute(&format!("PRAGMA busy_timeout = {}", wait.as_millis()))?;
    }
    checkpoint(connection, "PRAGMA wal_checkpoint(TRUNCATE)")
}

fn checkpoint(connection: &mut AnyConnection, pragma: &str) -> QueryResult<Option<Journal>> {
    match connection {
        AnyConnection::Postgresql(_) => Ok(None),
        AnyConnection::Sqlite(connection) => diesel::sql_query(pragma).get_result(connection).map(Some),
    }
}

/// Begins a transaction that reads one snapshot.
pub fn begin_read(connection: &mut AnyConnection) -> QueryResult<()> {
    match connection {
        AnyConnection::Postgresql(connection) => {
            AnsiTransactionManager::begin_transaction_sql(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        }
        AnyConnection::Sqlite(connection) => {
            AnsiTransactionManager::begin_transaction_sql(connection, "BEGIN DEFERRED")
        }
    }
}

/// Looks up by index until the transaction ends, also where PostgreSQL knows too little of a table to do so by itself
/// ([`crate::connection`]). SQLite always does.
pub fn look_up_by_index(connection: &mut AnyConnection) -> QueryResult<()> {
    match connection {
        AnyConnection::Postgresql(connection) => connection.batch_execute("SET LOCAL enable_seqscan = off"),
        AnyConnection::Sqlite(_) => Ok(()),
    }
}

/// Fails when an earlier error has doomed the transaction: PostgreSQL would answer a commit of it
/// with success and write nothing.
pub fn refuse_aborted(connection: &mut AnyConnection) -> QueryResult<()> {
    match connection {
        AnyConnection::Postgresql(connection) => connection.batch_execute("SELECT 1"),
        AnyConnection::Sqlite(_) => Ok(()),
    }
}

/// Ends a transaction for good. Deferred foreign keys are checked here.
pub fn commit(connection: &mut AnyConnection) -> QueryResult<()> {
    <AnyConnection as TransactionManager<AnyConnection>>::commit_transaction(connection)
}

/// Ends a transaction without a trace.
pub fn rollback(connection: &mut AnyConnection) -> QueryResult<()> {
    <AnyConnection as TransactionManager<AnyConnection>>::rollback_transaction(connection)
}

/// Calls `f` with every row of a query, without holding more than a batch of them.
pub fn scan<R, E>(connection: &mut AnyConnection, query: &str, mut f: impl FnMut(R) -> Result<(), E>) -> Result<(), E>
where
    R: QueryableByName<MultiBackend> + 'static,
    E: From<StoreError>,
{
    let mut each = |connection: &mut AnyConnection, sql: &str| {
        let rows = diesel::sql_query(sql).load_iter::<R, DefaultLoadingMode>(connection).map_err(StoreError::from)?;
        let mut count = 0_usize;
        for row in rows {
            f(row.map_err(StoreError::from)?)?;
            count += 1;
        }
        Ok::<_, E>(count)
    };
    match connection {
        // Its client would hold all rows of an answer.
        AnyConnection::Postgresql(_) => {
            let declared = format!("DECLARE scan NO SCROLL CURSOR FOR {query}");
            connection.batch_execute(&declared).map_err(StoreError::from)?;
            while each(connection, SCANNED)? > 0 {}
            Ok(connection.batch_execute("CLOSE scan").map_err(StoreError::from)?)
        }
        AnyConnection::Sqlite(_) => each(connection, query).map(|_| ()),
    }
}

/// Inserts rows, each with a value for every column. They are made while they are inserted, so that
/// few are there at a time.
pub fn insert<S: Schema>(
    connection: &mut AnyConnection,
    mut rows: impl Iterator<Item = Result<Vec<Value>, StoreError>>,
) -> Result<(), StoreError> {
    loop {
        let some: Vec<_> = rows.by_ref().take(INSERT_CHUNK).collect::<Result<_, _>>()?;
        if some.is_empty() {
            return Ok(());
        }
        insert_some::<S>(connection, some)?;
    }
}

fn insert_some<S: Schema>(connection: &mut AnyConnection, rows: Vec<Vec<Value>>) -> Result<(), StoreError> {
    refuse_unstorable(&rows)?;
    match connection {
        AnyConnection::Postgresql(connection) if rows.len() >= COPY_FROM => {
            copy::<S>(connection, &rows)?;
        }
        AnyConnection::Postgresql(_) => {
            insertion::<S>(rows).execute(connection)?;
        }
        AnyConnection::Sqlite(connection) => {
            for row in &rows {
                Insertion::<S>::of(row).execute(connection)?;
            }
        }
    }
    Ok(())
}

/// Changes rows that exist, each given with a value for every column; `changed` names the columns
/// in which any of them differs from what is stored.
pub fn update<S: Schema>(
    connection: &mut AnyConnection,
    rows: Vec<Vec<Value>>,
    changed: &BTreeSet<&'static str>,
) -> Result<(), StoreError> {
    refuse_unstorable(&rows)?;
    if let (AnyConnection::Sqlite(_), [row]) = (&*connection, &*rows) {
        update_one::<S>(row, changed).execute(connection)?;
        return Ok(());
    }
    let mut rows = rows.into_iter();
    loop {
        let some: Vec<_> = rows.by_ref().take(UPDATE_CHUNK).collect();
        if some.is_empty() {
            return Ok(());
        }
        // Rows are known to exist, under the lock: an upsert is the one way to change many of
        // them, each to values of its own, that both databases understand.
        let (mut statement, all) = match connection {
            // One text for all changes, kept prepared. Indexes of unchanged values stay anyway.
            AnyConnection::Postgresql(_) => (insertion::<S>(some), true),
            // Rewrites the indexes of all columns that are named.
            AnyConnection::Sqlite(_) => (insertion::<S>(some).prepared_anew(), false),
        };
        statement.sql(" ON CONFLICT (\"id\") DO UPDATE SET ");
        let names = S::COLUMNS.iter().map(|column| column.name);
        let names = names.filter(|name| *name != "id" && (all || changed.contains(name)));
        for (index, name) in names.enumerate() {
            if index > 0 {
                statement.sql(", ");
            }
            statement.name(name).sql(" = excluded.").name(name);
        }
        statement.execute(connection)?;
    }
}

/// Changes one row. Verbs change the same few columns each, so the statement is worth keeping.
fn update_one<S: Schema>(row: &[Value], changed: &BTreeSet<&'static str>) -> Statement {
    let mut statement = Statement::cached();
    statement.sql("UPDATE ").name(S::NAME).sql(" SET ");
    let cells = || S::COLUMNS.iter().zip(row);
    for (index, (column, value)) in cells().filter(|(column, _)| changed.contains(column.name)).enumerate() {
        statement.sql(if index > 0 { ", " } else { "" });
        statement.name(column.name).sql(" = ").bind(column.sort, value.clone());
    }
    for (column, value) in cells().filter(|(column, _)| column.name == "id") {
        statement.sql(" WHERE ").name(column.name).sql(" = ").bind(column.sort, value.clone());
    }
    statement
}

/// Removes the rows of those ids.
pub fn delete<S: Schema>(connection: &mut AnyConnection, ids: &[uuid::Uuid]) -> Result<(), StoreError> {
    for ids in ids.chunks(LIST_MAX) {
        let ids: Vec<_> = ids.iter().map(|id| Value::Uuid(*id)).collect();
        let mut statement = Statement::cached();
        statement.sql("DELETE FROM ").name(S::NAME).sql(" WHERE ");
        statement.is_in("id", ColumnType::Uuid, &ids);
        statement.execute(connection)?;
    }
    Ok(())
}

fn refuse_unstorable(rows: &[Vec<Value>]) -> Result<(), StoreError> {
    match rows.iter().flatten().any(Value::unstorable) {
        true => Err(StoreError::Conflict { constraint: crate::Constraint::Check, name: None }),
        false => Ok(()),
    }
}

fn insertion<S: Schema>(rows: Vec<Vec<Value>>) -> Statement {
    let few = rows.len() < COPY_FROM || rows.len() == UPDATE_CHUNK;
    let mut statement = if few { Statement::cached() } else { Statement::uncached() };
    statement.sql("INSERT INTO ").name(S::NAME).sql(" (");
    statement.names(S::COLUMNS.iter().map(|column| column.name)).sql(") VALUES ");
    for (index, row) in rows.into_iter().enumerate() {
        statement.sql(if index > 0 { ", (" } else { "(" });
        for (index, (column, value)) in S::COLUMNS.iter().zip(row).enumerate() {
            if index > 0 {
                statement.sql(", ");
            }
            statement.bind(column.sort, value);
        }
        statement.sql(")");
    }
    statement
}

fn copy<S: Schema>(connection: &mut PgConnection, rows: &[Vec<Value>]) -> QueryResult<()> {
    diesel::copy_from(S::default())
        .from_raw_data(S::default(), |copy| {
            let mut buffer = String::new();
            for rows in rows.chunks(500) {
                buffer.clear();
                for row in rows {
                    copy_line(&mut buffer, row);
                }
                let written = copy.write_all(buffer.as_bytes());
                written.map_err(|e| diesel::result::Error::SerializationError(Box::new(e)))?;
            }
            QueryResult::Ok(())
        })
        .with_format(CopyFormat::Text)
        .execute(connection)?;
    Ok(())
}

/// A row in PostgreSQL's text format of `COPY`.
fn copy_line(out: &mut String, row: &[Value]) {
    for (index, value) in row.iter().enumerate() {
        if index > 0 {
            out.push('\t');
        }
        // Writing to a string does not fail.
        let _ = match value {
            Value::Null => out.write_str("\\N"),
            Value::Bool(flag) => out.write_str(if *flag { "t" } else { "f" }),
            Value::Integer(number) => write!(out, "{number}"),
            Value::Date(date) => write!(out, "{date}"),
            Value::Instant(instant) => write!(out, "{}", instant.format("%Y-%m-%dT%H:%M:%S%.6fZ")),
            Value::Uuid(id) => write!(out, "{id}"),
            Value::Text(text) => {
                for character in text.chars() {
                    match character {
                        '\\' => out.push_str("\\\\"),
                        '\n' => out.push_str("\\n"),
                        '\r' => out.push_str("\\r"),
                        '\t' => out.push_str("\\t"),
                        other => out.push(other),
                    }
                }
                Ok(())
            }
        };
    }
    out.push('\n');
}
