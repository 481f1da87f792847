//! PostgreSQL by hand.

use std::collections::HashMap;
use std::io::{Read as _, Write as _};

use postgres::fallible_iterator::FallibleIterator as _;
use postgres::types::{FromSql, ToSql, Type};
use postgres::{Client, NoTls, Statement};

use super::{Bulk, Cells, Plain, Step};
use crate::Outcome;

/// A connection.
pub struct Postgresql {
    client: Client,
    statements: HashMap<String, Statement>,
    columns: HashMap<String, Vec<(String, String)>>,
}

/// A value as it came over the wire.
struct Raw(usize);

impl<'a> FromSql<'a> for Raw {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Raw(raw.len()))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Raw(0))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

impl Postgresql {
    /// Connects.
    pub fn open(url: &str) -> Outcome<Self> {
        Ok(Self { client: Client::connect(url, NoTls)?, statements: HashMap::new(), columns: HashMap::new() })
    }

    fn prepared(&mut self, sql: &str) -> Outcome<Statement> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql)?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    /// Names and types of the columns of a table.
    fn columns_of(&mut self, table: &str) -> Outcome<Vec<(String, String)>> {
        if let Some(columns) = self.columns.get(table) {
            return Ok(columns.clone());
        }
        let sql = "SELECT column_name::text, udt_name::text FROM information_schema.columns \
                   WHERE table_name = $1 AND table_schema = 'public' ORDER BY ordinal_position";
        let rows = self.client.query(sql, &[&table])?;
        let columns: Vec<_> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
        self.columns.insert(table.to_owned(), columns.clone());
        Ok(columns)
    }

    fn steps(&mut self, steps: &[Step]) -> Outcome {
        for step in steps {
            let Cells::Postgresql(row) = &step.row else { return Err("not for PostgreSQL".into()) };
            let columns = self.columns_of(step.table)?;
            let cell = |name: &str| columns.iter().position(|(known, _)| known == name).and_then(|at| row.get(at));
            let (sql, values): (String, Vec<&Option<String>>) = if step.table == "contracts" {
                let sql = "UPDATE contracts SET state = 'signed', updated_at = $1::text::timestamptz, \
                           revision = $2::text::int8 WHERE id = $3::text::uuid";
                (sql.to_owned(), ["updated_at", "revision", "id"].iter().filter_map(|name| cell(name)).collect())
            } else {
                let marks: Vec<_> = columns.iter().zip(1..).map(|((_, of), at)| format!("${at}::text::{of}")).collect();
                (format!("INSERT INTO {} VALUES ({})", step.table, marks.join(", ")), row.iter().collect())
            };
            let statement = self.prepared(&sql)?;
            let values: Vec<&(dyn ToSql + Sync)> = values.into_iter().map(|value| value as _).collect();
            self.client.execute(&statement, &values)?;
        }
        Ok(())
    }
}

impl Plain for Postgresql {
    fn take(&mut self, table: &str) -> Outcome<Bulk> {
        let mut text = Vec::new();
        self.client.copy_out(&format!("COPY {table} TO STDOUT"))?.read_to_end(&mut text)?;
        Ok(Bulk::Copy(text))
    }

    fn load(&mut self, tables: &[(&str, &Bulk)]) -> Outcome {
        let mut transaction = self.client.transaction()?;
        for (table, bulk) in tables {
            let Bulk::Copy(text) = bulk else { return Err("not for PostgreSQL".into()) };
            let mut writer = transaction.copy_in(&format!("COPY {table} FROM STDIN"))?;
            writer.write_all(text)?;
            writer.finish()?;
        }
        Ok(transaction.commit()?)
    }

    fn written(&mut self, table: &str, revision: i64) -> Outcome<Vec<Cells>> {
        let columns = self.columns_of(table)?;
        let names: Vec<_> = columns.iter().map(|(name, _)| format!("\"{name}\"::text")).collect();
        let sql = format!("SELECT {} FROM {table} WHERE revision = $1", names.join(", "));
        let statement = self.prepared(&sql)?;
        let rows = self.client.query(&statement, &[&revision])?;
        Ok(rows.iter().map(|row| Cells::Postgresql((0..row.len()).map(|at| row.get(at)).collect())).collect())
    }

    fn write(&mut self, steps: &[Step]) -> Outcome {
        self.client.batch_execute("BEGIN")?;
        self.steps(steps)?;
        Ok(self.client.batch_execute("COMMIT")?)
    }

    fn query(&mut self, sql: &str) -> Outcome<usize> {
        let statement = self.prepared(sql)?;
        let mut rows = self.client.query_raw(&statement, std::iter::empty::<i32>())?;
        let (mut count, mut bytes) = (0, 0);
        while let Some(row) = rows.next()? {
            count += 1;
            for at in 0..row.len() {
                bytes += row.get::<_, Raw>(at).0;
            }
        }
        std::hint::black_box(bytes);
        Ok(count)
    }

    fn texts(&mut self, sql: &str) -> Outcome<Vec<String>> {
        Ok(self.client.query(sql, &[])?.iter().map(|row| row.get(0)).collect())
    }

    fn settle(&mut self) -> Outcome {
        // Each alone: a vacuum can't be part of a transaction.
        self.client.batch_execute("VACUUM ANALYZE")?;
        Ok(self.client.batch_execute("CHECKPOINT")?)
    }
}
