//! All bytes that a database holds, for tests that look for what must not be there.

use diesel::connection::SimpleConnection;
use diesel::deserialize::QueryableByName;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::{Database, must};
use crate::connection::Address;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

impl Database {
    /// The names of the tables of a database on SQLite.
    ///
    /// # Panics
    /// It can't be read, or is none on SQLite.
    pub fn tables(&self) -> Vec<String> {
        let path = must(match Address::parse(self.url()) {
            Ok(Address::Sqlite(path)) => Ok(path),
            _ => Err("it is none on SQLite"),
        });
        let mut connection = must(diesel::SqliteConnection::establish(&path.display().to_string()));
        let names = "SELECT name AS line FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
        let lines: Vec<Line> = must(diesel::sql_query(names).load(&mut connection));
        lines.into_iter().map(|line| line.line).collect()
    }

    /// All that the database holds: on SQLite the bytes of its files, journals too; on PostgreSQL every row of
    /// every table as text, bytes as escapes.
    ///
    /// # Panics
    /// It can't be read.
    pub fn dump(&self) -> Vec<u8> {
        match must(Address::parse(self.url())) {
            Address::Sqlite(path) => {
                let mut files = Vec::new();
                for suffix in ["", "-wal", "-journal"] {
                    let mut file = path.clone().into_os_string();
                    file.push(suffix);
                    files.extend(std::fs::read(file).unwrap_or_default());
                }
                assert!(!files.is_empty(), "the database has no file");
                files
            }
            Address::Postgresql(url) => {
                let mut connection = must(PgConnection::establish(&url));
                must(connection.batch_execute("SET bytea_output = 'escape'"));
                let mut rows = |sql: String| -> Vec<Line> { must(diesel::sql_query(sql).load(&mut connection)) };
                let tables = "SELECT table_name::text AS line FROM information_schema.tables \
                              WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'";
                let tables = rows(tables.to_owned());
                assert!(tables.len() > 10, "the database has no tables");
                let mut out = Vec::new();
                for table in tables {
                    for row in rows(format!("SELECT t::text AS line FROM \"{}\" t", table.line)) {
                        out.extend(row.line.into_bytes());
                        out.push(b'\n');
                    }
                }
                out
            }
        }
    }
}
