//! Cursors: where a page ended, by its sort keys and its id, as an opaque text that belongs to one
//! list and order.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::Datelike;
use persistence::{ColumnType, Filter, Sort, Table, Value};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::commands::Refusal;
use crate::http::listing::Chosen;
use crate::http::params;
use crate::http::problem::{self, Problem};

#[derive(Serialize, Deserialize)]
struct Cursor {
    f: String,
    v: Vec<CursorValue>,
}

#[derive(Serialize, Deserialize)]
enum CursorValue {
    N,
    T(String),
    I(i64),
    B(bool),
    D(chrono::NaiveDate),
    A(chrono::DateTime<chrono::Utc>),
    U(Uuid),
}

/// Tells the cursors of one list and order from those of others.
pub fn fingerprint(filters: &[Filter], chosen: &Chosen, sort: &[Sort]) -> String {
    fingerprint_of(&format!("{filters:?}{chosen}{sort:?}"))
}

/// Tells the cursors of what was asked from those of anything else.
pub fn fingerprint_of(asked: &impl std::hash::Hash) -> String {
    use std::hash::Hasher;
    let mut hasher = std::hash::DefaultHasher::new();
    asked.hash(&mut hasher);
    format!("{:x}", hasher.finish())
}

/// A position as an opaque text.
///
/// # Errors
/// It can't be written: a fault of the program.
pub fn encode(fingerprint: &str, values: Vec<Value>) -> Result<String, Refusal> {
    let v = values
        .into_iter()
        .map(|value| match value {
            Value::Null => CursorValue::N,
            Value::Text(text) => CursorValue::T(text),
            Value::Integer(number) => CursorValue::I(number),
            Value::Bool(flag) => CursorValue::B(flag),
            Value::Date(day) => CursorValue::D(day),
            Value::Instant(at) => CursorValue::A(at),
            Value::Uuid(id) => CursorValue::U(id),
        })
        .collect();
    let json = serde_json::to_vec(&Cursor { f: fingerprint.to_owned(), v })
        .map_err(|_| Refusal::internal("a cursor can't be written"))?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(json))
}

/// What a cursor of something else is answered with.
pub fn bad_cursor() -> Problem {
    Problem::new(problem::BAD_CURSOR).detail("start again without a cursor")
}

/// Whether a cursor's values are such as the sort columns and the id can hold.
pub fn fits<T: Table>(after: &[Value], sort: &[Sort]) -> bool {
    let columns = persistence::columns::<T>();
    let names = sort.iter().map(|sort| sort.column).chain(["id"]);
    after.iter().zip(names).all(|(value, name)| {
        let of = columns.iter().find(|(known, _)| *known == name).map(|(_, of)| *of);
        match (value, of) {
            (Value::Null, _) => name != "id",
            (Value::Text(text), Some(ColumnType::Text)) => !text.contains('\0'),
            (Value::Integer(_), Some(ColumnType::Integer))
            | (Value::Bool(_), Some(ColumnType::Bool))
            | (Value::Uuid(_), Some(ColumnType::Uuid)) => true,
            (Value::Date(day), Some(ColumnType::Date)) => params::YEARS.contains(&day.year()),
            (Value::Instant(at), Some(ColumnType::Instant)) => params::YEARS.contains(&at.year()),
            _ => false,
        }
    })
}

/// The position of a cursor.
///
/// # Errors
/// 400: it is none, or one of another list or order.
pub fn decode(text: &str, fingerprint: &str, length: usize) -> Result<Vec<Value>, Problem> {
    let bad = bad_cursor;
    let json = BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| bad())?;
    let cursor: Cursor = serde_json::from_slice(&json).map_err(|_| bad())?;
    if cursor.f != fingerprint || cursor.v.len() != length {
        return Err(bad());
    }
    Ok(cursor
        .v
        .into_iter()
        .map(|value| match value {
            CursorValue::N => Value::Null,
            CursorValue::T(text) => Value::Text(text),
            CursorValue::I(number) => Value::Integer(number),
            CursorValue::B(flag) => Value::Bool(flag),
            CursorValue::D(day) => Value::Date(day),
            CursorValue::A(at) => Value::Instant(at),
            CursorValue::U(id) => Value::Uuid(id),
        })
        .collect())
}
