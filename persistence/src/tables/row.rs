//! Writing a row and reading it back, column by column in their order.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::deserialize::{self, FromSql};
use diesel::row::NamedRow;
use diesel::sql_types::{BigInt, Bool, Date, Nullable, Text};
use domain::name;
use domain::window::Window;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::read::{Day, Word};
use crate::connection::MultiBackend;
use crate::error::StoreError;
use crate::sql_types;
use crate::value::Value;

/// A row under construction.
pub struct Row {
    values: Vec<Value>,
    failed: bool,
}

impl Row {
    pub fn with_capacity(columns: usize) -> Self {
        Self { values: Vec::with_capacity(columns), failed: false }
    }

    /// Adds a value.
    pub fn add(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        self
    }

    /// Adds the id of another record.
    pub fn id<T: Into<Uuid>>(&mut self, id: T) -> &mut Self {
        self.add(id.into())
    }

    /// Adds the id of another record, if there is one.
    pub fn optional_id<T: Into<Uuid>>(&mut self, id: Option<T>) -> &mut Self {
        self.add(id.map(Into::into))
    }

    /// Adds a name and its key.
    pub fn name(&mut self, name: &str) -> &mut Self {
        self.add(name).add(name::key(name))
    }

    /// Adds a name and its key, if there is one.
    pub fn optional_name(&mut self, name: Option<&str>) -> &mut Self {
        self.add(name).add(name.map(name::key))
    }

    /// Adds both ends of a window.
    pub fn window(&mut self, window: Window) -> &mut Self {
        self.add(window.valid_from).add(window.valid_to)
    }

    /// Adds a list as JSON.
    pub fn json<T: Serialize>(&mut self, list: &T) -> &mut Self {
        match serde_json::to_string(list) {
            Ok(text) => self.add(text),
            Err(_) => {
                self.failed = true;
                self
            }
        }
    }

    pub fn finish(self) -> Result<Vec<Value>, StoreError> {
        match self.failed {
            false => Ok(self.values),
            true => Err(StoreError::Misuse("a record has no JSON form".to_owned())),
        }
    }
}

/// The fields of a row that was read.
pub struct Fields<'r, R> {
    row: &'r R,
    next: usize,
    /// Id and external id, which every table has.
    pub head: (Uuid, Option<String>),
}

impl<'r, 'a, R: NamedRow<'a, MultiBackend>> Fields<'r, R> {
    pub fn new(row: &'r R) -> Self {
        Self { row, next: 0, head: (Uuid::nil(), None) }
    }

    /// The number of the field that was read last, for messages.
    pub fn position(&self) -> usize {
        self.next
    }

    fn get<ST, T: FromSql<ST, MultiBackend>>(&mut self) -> deserialize::Result<T> {
        let index = self.next;
        self.next += 1;
        self.row.get_value::<ST, T, usize>(index)
    }

    /// The record's id.
    pub fn id<T: From<Uuid>>(&self) -> T {
        self.head.0.into()
    }

    /// The record's external id.
    pub fn external_id(&mut self) -> Option<String> {
        self.head.1.take()
    }

    /// Text, or none: `T` is `String` or `Option<String>`.
    pub fn text<T: FromText>(&mut self) -> deserialize::Result<T> {
        T::from_text(self.get::<Nullable<Text>, Option<String>>()?)
    }

    /// One of a closed set of values.
    pub fn named<T>(&mut self, parse: fn(&str) -> Option<T>) -> deserialize::Result<T> {
        let word: Word = self.get::<Text, _>()?;
        parse(word.as_str()).ok_or_else(|| "a value is not of the closed set".into())
    }

    pub fn optional_named<T>(&mut self, parse: fn(&str) -> Option<T>) -> deserialize::Result<Option<T>> {
        let text: Option<String> = self.text()?;
        text.map(|text| parse(&text).ok_or_else(|| format!("unknown value {text}").into())).transpose()
    }

    pub fn integer(&mut self) -> deserialize::Result<i64> {
        self.get::<BigInt, _>()
    }

    pub fn optional_integer(&mut self) -> deserialize::Result<Option<i64>> {
        self.get::<Nullable<BigInt>, _>()
    }

    pub fn small(&mut self) -> deserialize::Result<i32> {
        Ok(i32::try_from(self.integer()?)?)
    }

    pub fn flag(&mut self) -> deserialize::Result<bool> {
        self.get::<Bool, _>()
    }

    pub fn date(&mut self) -> deserialize::Result<Option<NaiveDate>> {
        Ok(self.get::<Nullable<Date>, Option<Day>>()?.map(|Day(day)| day))
    }

    pub fn instant(&mut self) -> deserialize::Result<DateTime<Utc>> {
        self.get::<sql_types::Instant, _>()
    }

    pub fn optional_instant(&mut self) -> deserialize::Result<Option<DateTime<Utc>>> {
        self.get::<Nullable<sql_types::Instant>, _>()
    }

    /// The id of another record.
    pub fn uuid<T: From<Uuid>>(&mut self) -> deserialize::Result<T> {
        Ok(self.get::<sql_types::Uuid, Uuid>()?.into())
    }

    /// The id of another record, if there is one.
    pub fn optional_uuid<T: From<Uuid>>(&mut self) -> deserialize::Result<Option<T>> {
        Ok(self.get::<Nullable<sql_types::Uuid>, Option<Uuid>>()?.map(T::from))
    }

    pub fn window(&mut self) -> deserialize::Result<Window> {
        Ok(Window::new(self.date()?, self.date()?))
    }

    /// A list, which stands as JSON.
    pub fn list<T: DeserializeOwned>(&mut self) -> deserialize::Result<Vec<T>> {
        let text: String = self.get::<Text, _>()?;
        match text.as_str() {
            "[]" => Ok(Vec::new()),
            text => json(text),
        }
    }
}

/// Reads JSON. Its own error messages quote values, so they are not passed on.
pub fn json<T: DeserializeOwned>(text: &str) -> deserialize::Result<T> {
    serde_json::from_str(text).map_err(|_| "this is not the JSON that it should be".into())
}

/// Text that must be there, or may be missing.
pub trait FromText: Sized {
    fn from_text(text: Option<String>) -> deserialize::Result<Self>;
}

impl FromText for String {
    fn from_text(text: Option<String>) -> deserialize::Result<Self> {
        text.ok_or_else(|| "a text is missing".into())
    }
}

impl FromText for Option<String> {
    fn from_text(text: Option<String>) -> deserialize::Result<Self> {
        Ok(text)
    }
}
