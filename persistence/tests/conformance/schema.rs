//! Both databases have the same tables.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use diesel::{PgConnection, SqliteConnection};
use persistence::testing::{postgresql, sqlite};

#[derive(QueryableByName, Debug)]
struct Column {
    #[diesel(sql_type = Text)]
    table: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    sort: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
}

/// Table and column, with the type's name and whether a value may be missing.
type Columns = BTreeMap<(String, String), (String, bool)>;

fn columns(rows: Vec<Column>) -> Columns {
    rows.into_iter().map(|row| ((row.table, row.name), (row.sort, row.nullable))).collect()
}

fn of_sqlite() -> (SqliteConnection, persistence::testing::Database) {
    let database = sqlite();
    let path = database.url().strip_prefix("sqlite://").unwrap();
    (SqliteConnection::establish(path).unwrap(), database)
}

fn sqlite_columns() -> Columns {
    let (mut connection, _database) = of_sqlite();
    let sql = "SELECT t.name AS \"table\", c.name, c.type AS sort, NOT c.\"notnull\" AS nullable \
               FROM sqlite_schema t JOIN pragma_table_info(t.name) c \
               WHERE t.type = 'table' AND t.name NOT LIKE '\\_\\_%' ESCAPE '\\'";
    columns(diesel::sql_query(sql).load(&mut connection).unwrap())
}

fn postgresql_columns(connection: &mut PgConnection) -> Columns {
    let sql = "SELECT table_name::text AS \"table\", column_name::text AS name, \
               data_type::text AS sort, is_nullable = 'YES' AS nullable \
               FROM information_schema.columns \
               WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_%'";
    columns(diesel::sql_query(sql).load(connection).unwrap())
}

/// How SQLite holds what PostgreSQL calls so.
fn on_sqlite(sort: &str) -> &str {
    match sort {
        "uuid" | "bytea" => "BLOB",
        "bigint" | "smallint" | "boolean" | "timestamp with time zone" => "INTEGER",
        "text" | "date" => "TEXT",
        other => panic!("no form for {other} on SQLite"),
    }
}

#[test]
fn both_databases_have_the_same_columns() {
    let Some(database) = postgresql() else { return };
    let mut connection = PgConnection::establish(database.url()).unwrap();
    let expected: Columns = postgresql_columns(&mut connection)
        .into_iter()
        .map(|(name, (sort, nullable))| (name, (on_sqlite(&sort).to_owned(), nullable)))
        .collect();
    assert!(expected.len() > 150);
    assert_eq!(sqlite_columns(), expected);
}

#[test]
fn migrations_have_the_same_names() {
    let names = |folder: &str| {
        let mut names: Vec<_> = std::fs::read_dir(format!("../migrations/{folder}"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        names.sort();
        names
    };
    assert_eq!(names("postgresql"), names("sqlite"));
}

#[derive(QueryableByName, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
}

#[test]
fn both_databases_have_the_same_indexes_and_checks() {
    let Some(database) = postgresql() else { return };
    let mut server = PgConnection::establish(database.url()).unwrap();
    let (mut file, _database) = of_sqlite();
    let names = |rows: Vec<Named>| {
        let mut names: Vec<_> = rows.into_iter().map(|row| row.name).collect();
        names.sort();
        names
    };
    let indexes = "SELECT indexname::text AS name FROM pg_indexes WHERE schemaname = 'public' \
                   AND indexname NOT LIKE '%\\_pkey' AND indexname NOT IN (SELECT conname \
                   FROM pg_constraint)";
    let expected = names(diesel::sql_query(indexes).load(&mut server).unwrap());
    let indexes = "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL";
    assert_eq!(names(diesel::sql_query(indexes).load(&mut file).unwrap()), expected);
    // Booleans are checked on SQLite only, which has none.
    let checks = "SELECT conname::text AS name FROM pg_constraint WHERE contype IN ('c', 'u') \
                  AND connamespace = 'public'::regnamespace";
    let expected = names(diesel::sql_query(checks).load(&mut server).unwrap());
    let tables = "SELECT sql AS name FROM sqlite_schema WHERE type = 'table'";
    let tables = names(diesel::sql_query(tables).load(&mut file).unwrap()).join("\n");
    for check in expected {
        assert!(tables.contains(&format!("CONSTRAINT {check} ")), "{check}");
    }
}

#[test]
fn texts_are_compared_by_their_bytes() {
    let Some(database) = postgresql() else { return };
    let mut connection = PgConnection::establish(database.url()).unwrap();
    let sql = "SELECT table_name || '.' || column_name AS name FROM information_schema.columns \
               WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_%' \
               AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'";
    let others: Vec<Named> = diesel::sql_query(sql).load(&mut connection).unwrap();
    assert_eq!(others, []);
}

#[test]
fn migrations_can_be_undone() {
    let (mut file, _database) = of_sqlite();
    let postgresql = postgresql();
    let mut folders: Vec<_> = std::fs::read_dir("../migrations/sqlite")
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    folders.sort();
    for folder in folders.iter().rev() {
        let read =
            |database: &str| std::fs::read_to_string(format!("../migrations/{database}/{folder}/down.sql")).unwrap();
        diesel::connection::SimpleConnection::batch_execute(&mut file, &read("sqlite")).unwrap();
        if let Some(database) = &postgresql {
            let mut server = PgConnection::establish(database.url()).unwrap();
            let sql = read("postgresql");
            diesel::connection::SimpleConnection::batch_execute(&mut server, &sql).unwrap();
        }
    }
    let left = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_\\_%' \
                ESCAPE '\\'";
    let left: Vec<Named> = diesel::sql_query(left).load(&mut file).unwrap();
    assert_eq!(left, []);
}
