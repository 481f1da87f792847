//! SQLite by hand.

use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Row, params_from_iter};

use super::{Bulk, Cells, Plain, Step};
use crate::Outcome;

/// A file.
pub struct Sqlite(Connection);

impl Sqlite {
    /// Opens it with the settings of the service.
    pub fn open(url: &str) -> Outcome<Self> {
        let connection = Connection::open(url.strip_prefix("sqlite://").ok_or("no SQLite address")?)?;
        connection.execute_batch(
            "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA cache_size = -32000;
             PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 268435456; PRAGMA journal_size_limit = 67108864;",
        )?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(Self(connection))
    }

    fn rows(&self, sql: &str) -> Outcome<Vec<Vec<Value>>> {
        let mut statement = self.0.prepare(sql)?;
        let columns = statement.column_count();
        let rows = statement.query_map([], |row| values(row, columns))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn insert(&self, table: &str, rows: &[Vec<Value>]) -> Outcome {
        let Some(first) = rows.first() else { return Ok(()) };
        let marks = vec!["?"; first.len()].join(", ");
        let mut statement = self.0.prepare_cached(&format!("INSERT INTO {table} VALUES ({marks})"))?;
        for row in rows {
            statement.execute(params_from_iter(row))?;
        }
        Ok(())
    }
}

fn values(row: &Row<'_>, columns: usize) -> rusqlite::Result<Vec<Value>> {
    (0..columns).map(|at| row.get(at)).collect()
}

impl Plain for Sqlite {
    fn take(&mut self, table: &str) -> Outcome<Bulk> {
        Ok(Bulk::Rows(self.rows(&format!("SELECT * FROM {table}"))?))
    }

    fn load(&mut self, tables: &[(&str, &Bulk)]) -> Outcome {
        self.0.execute_batch("BEGIN IMMEDIATE")?;
        for (table, bulk) in tables {
            let Bulk::Rows(rows) = bulk else { return Err("not for SQLite".into()) };
            self.insert(table, rows)?;
        }
        Ok(self.0.execute_batch("COMMIT")?)
    }

    fn written(&mut self, table: &str, revision: i64) -> Outcome<Vec<Cells>> {
        let rows = self.rows(&format!("SELECT * FROM {table} WHERE revision = {revision}"))?;
        Ok(rows.into_iter().map(Cells::Sqlite).collect())
    }

    fn write(&mut self, steps: &[Step]) -> Outcome {
        self.0.execute_batch("BEGIN IMMEDIATE")?;
        for step in steps {
            let Cells::Sqlite(row) = &step.row else { return Err("not for SQLite".into()) };
            if step.table == "contracts" {
                // A row that is there: changed, not replaced.
                let id = row.first().ok_or("no id")?;
                let (updated, revision) = row.get(3).zip(row.get(4)).ok_or("no revision")?;
                let sql = "UPDATE contracts SET state = 'signed', updated_at = ?, revision = ? WHERE id = ?";
                self.0.prepare_cached(sql)?.execute([updated, revision, id])?;
            } else {
                self.insert(step.table, std::slice::from_ref(row))?;
            }
        }
        Ok(self.0.execute_batch("COMMIT")?)
    }

    fn query(&mut self, sql: &str) -> Outcome<usize> {
        let mut statement = self.0.prepare_cached(sql)?;
        let columns = statement.column_count();
        let mut rows = statement.query([])?;
        let (mut count, mut bytes) = (0, 0);
        while let Some(row) = rows.next()? {
            count += 1;
            for at in 0..columns {
                bytes += match row.get_ref(at)? {
                    ValueRef::Text(text) | ValueRef::Blob(text) => text.len(),
                    _ => 8,
                };
            }
        }
        std::hint::black_box(bytes);
        Ok(count)
    }

    fn texts(&mut self, sql: &str) -> Outcome<Vec<String>> {
        let mut statement = self.0.prepare(sql)?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn settle(&mut self) -> Outcome {
        self.0.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(())
    }
}
