//! Reading records: by id, by key, as lists, all of them.

use std::collections::{BTreeMap, HashMap};

use diesel::connection::DefaultLoadingMode;
use diesel::deserialize::{self, QueryableByName};
use diesel::query_dsl::RunQueryDsl;
use diesel::row::NamedRow;
use diesel::sql_types::BigInt;
use uuid::Uuid;

use crate::column::{ColumnType, Schema};
use crate::condition;
use crate::connection::{AnyConnection, MultiBackend};
use crate::dialect;
use crate::error::StoreError;
use crate::key::Key;
use crate::list::{Filter, ListQuery};
use crate::sql_types;
use crate::statement::{LIST_MAX, Statement};
use crate::tables::{self, Loaded, Lookup, Stored, Table};
use crate::value::Value;

/// So many rows are fetched at a time when all are read.
const BATCH: i64 = 10_000;

/// Reads within a transaction: everything it returns comes from one state of the database.
pub struct Reader<'c> {
    pub(crate) connection: &'c mut AnyConnection,
}

impl<'c> Reader<'c> {
    pub(crate) fn new(connection: &'c mut AnyConnection) -> Self {
        Self { connection }
    }

    /// Has what follows in this snapshot looked up by index, as all writes do ([`crate::Store::write`]): for long work that looks
    /// up many keys at a time, which must not depend on what the server knows of a table that was filled a moment ago.
    ///
    /// # Errors
    /// The database fails.
    pub fn look_up_by_index(&mut self) -> Result<(), StoreError> {
        Ok(dialect::look_up_by_index(self.connection)?)
    }

    /// The record of that id.
    ///
    /// # Errors
    /// The database fails.
    pub fn get<T: Table>(&mut self, id: Uuid) -> Result<Option<Stored<T>>, StoreError> {
        Ok(self.get_many(&[id])?.pop())
    }

    /// The records of those ids that exist, in the order of the ids.
    ///
    /// # Errors
    /// The database fails.
    pub fn get_many<T: Table>(&mut self, ids: &[Uuid]) -> Result<Vec<Stored<T>>, StoreError> {
        let mut found = HashMap::with_capacity(ids.len());
        let values: Vec<_> = ids.iter().map(|id| Value::Uuid(*id)).collect();
        for stored in self.load_by::<T>("id", &values)? {
            found.insert(stored.value.uuid(), stored);
        }
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }

    /// The records that have a key, the oldest first.
    ///
    /// # Errors
    /// The database fails, or the key is not one of that kind.
    pub fn find<T: Table>(&mut self, key: &Key) -> Result<Vec<Stored<T>>, StoreError> {
        self.find_many(std::slice::from_ref(key))
    }

    /// The records that have any of the keys, each once, the oldest first. One query (in chunks)
    /// for all keys of one sort.
    ///
    /// # Errors
    /// The database fails, or a key is not one of that kind.
    pub fn find_many<T: Table>(&mut self, keys: &[Key]) -> Result<Vec<Stored<T>>, StoreError> {
        let mut equals: BTreeMap<&'static str, Vec<Value>> = BTreeMap::new();
        let mut found = Vec::new();
        let mut keep = |rows: Vec<Stored<T>>| found.extend(rows);
        for key in keys {
            match tables::lookup::<T>(key)? {
                Lookup::Equals(column, value) => equals.entry(column).or_default().push(value),
                Lookup::Given(column) => keep(self.load(|statement| {
                    statement.sql(" WHERE ").name(column).sql(" IS NOT NULL");
                })?),
                Lookup::All => keep(self.load(|_| {})?),
            }
        }
        for (column, values) in equals {
            keep(self.load_by(column, &values)?);
        }
        let place = |row: &Stored<T>| (row.created_at, row.value.uuid());
        found.sort_unstable_by_key(place);
        found.dedup_by_key(|row| row.value.uuid());
        Ok(found)
    }

    /// Calls `f` with every record of a kind, in the order of their ids, without holding more
    /// than a batch of them.
    ///
    /// # Errors
    /// The database fails, or `f` does, which ends it.
    pub fn for_each<T: Table, E: From<StoreError>>(
        &mut self,
        mut f: impl FnMut(Stored<T>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut last = None;
        loop {
            let mut statement = select::<T>();
            if let Some(id) = last {
                statement.sql(" WHERE id > ").bind(ColumnType::Uuid, Value::Uuid(id));
            }
            statement.sql(" ORDER BY id LIMIT ").bind(ColumnType::Integer, Value::Integer(BATCH));
            let rows =
                statement.load_iter::<Loaded<T>, DefaultLoadingMode>(self.connection).map_err(StoreError::from)?;
            let mut count = 0;
            for row in rows {
                let Loaded(stored) = row.map_err(StoreError::from)?;
                last = Some(stored.value.uuid());
                count += 1;
                f(stored)?;
            }
            if count < BATCH {
                return Ok(());
            }
        }
    }

    /// A page of a list, see [`ListQuery`].
    ///
    /// # Errors
    /// A column is unknown, or the database fails.
    pub fn list<T: Table>(&mut self, query: &ListQuery) -> Result<Vec<Stored<T>>, StoreError> {
        let mut statement = Statement::uncached();
        select_into::<T>(&mut statement);
        page_into::<T>(&mut statement, query)?;
        self.run(statement)
    }

    /// The ids of the rows of the same page, in the same order, each with the id that `column`
    /// holds. No more is read of a row than that and what the query compares, which an index can
    /// hold: so it is found out which of many rows are to be loaded.
    ///
    /// # Errors
    /// A column is unknown, `column` does not always hold an id, or the database fails.
    pub fn list_ids<T: Table>(
        &mut self,
        query: &ListQuery,
        column: &'static str,
    ) -> Result<Vec<(Uuid, Uuid)>, StoreError> {
        let known = T::Schema::column(column).ok_or_else(|| crate::list::unknown(column))?;
        if known.sort != ColumnType::Uuid || known.nullable {
            return Err(StoreError::Misuse(format!("column {column} does not always hold an id")));
        }
        let mut statement = Statement::uncached();
        statement.sql("SELECT ").names(["id", column].into_iter()).sql(" FROM ").name(T::Schema::NAME);
        page_into::<T>(&mut statement, query)?;
        let rows = statement.load_iter::<Ids, DefaultLoadingMode>(self.connection)?;
        rows.map(|row| row.map(|Ids(id, other)| (id, other)).map_err(StoreError::from)).collect()
    }

    /// How many records all filters let through.
    ///
    /// # Errors
    /// A column is unknown, or the database fails.
    pub fn count<T: Table>(&mut self, filters: &[Filter]) -> Result<i64, StoreError> {
        let mut statement = Statement::uncached();
        statement.sql("SELECT COUNT(*) FROM ").name(T::Schema::NAME).sql(" WHERE ");
        condition::all::<T::Schema>(&mut statement, filters)?;
        let Count(count) = statement.get_result(self.connection)?;
        Ok(count)
    }

    /// The records whose column holds one of the values.
    fn load_by<T: Table>(&mut self, column: &'static str, values: &[Value]) -> Result<Vec<Stored<T>>, StoreError> {
        let sort = match T::Schema::column(column) {
            Some(column) => column.sort,
            None => return Err(crate::list::unknown(column)),
        };
        let values: Vec<_> = values.iter().filter(|v| !v.unstorable()).cloned().collect();
        let mut found = Vec::new();
        for values in values.chunks(LIST_MAX) {
            found.extend(self.load(|statement| {
                statement.sql(" WHERE ").is_in(column, sort, values);
            })?);
        }
        Ok(found)
    }

    fn load<T: Table>(&mut self, condition: impl FnOnce(&mut Statement)) -> Result<Vec<Stored<T>>, StoreError> {
        let mut statement = select::<T>();
        condition(&mut statement);
        self.run(statement)
    }

    fn run<T: Table>(&mut self, statement: Statement) -> Result<Vec<Stored<T>>, StoreError> {
        let rows = statement.load_iter::<Loaded<T>, DefaultLoadingMode>(self.connection)?;
        rows.map(|row| Ok(row?.0)).collect()
    }
}

fn select<T: Table>() -> Statement {
    let mut statement = Statement::cached();
    select_into::<T>(&mut statement);
    statement
}

fn select_into<T: Table>(statement: &mut Statement) {
    statement.sql("SELECT ").names(tables::read_columns::<T>());
    statement.sql(" FROM ").name(T::Schema::NAME);
}

/// Adds which rows a page has, and their order.
fn page_into<T: Table>(statement: &mut Statement, query: &ListQuery) -> Result<(), StoreError> {
    statement.sql(" WHERE ");
    condition::all::<T::Schema>(statement, &query.filters)?;
    if let Some(values) = &query.after {
        statement.sql(" AND ");
        condition::after::<T::Schema>(statement, query, values)?;
    }
    condition::order::<T::Schema>(statement, query)?;
    let limit = Value::Integer(query.limit.max(0));
    statement.sql(" LIMIT ").bind(ColumnType::Integer, limit);
    Ok(())
}

struct Ids(Uuid, Uuid);

impl QueryableByName<MultiBackend> for Ids {
    fn build<'a>(row: &impl NamedRow<'a, MultiBackend>) -> deserialize::Result<Self> {
        let id = |index| row.get_value::<sql_types::Uuid, Uuid, usize>(index);
        Ok(Ids(id(0)?, id(1)?))
    }
}

struct Count(i64);

impl QueryableByName<MultiBackend> for Count {
    fn build<'a>(row: &impl NamedRow<'a, MultiBackend>) -> deserialize::Result<Self> {
        Ok(Count(row.get_value::<BigInt, i64, usize>(0)?))
    }
}
