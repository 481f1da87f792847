//! Records and their rows: one file per concept says how a record becomes a row and back, and by
//! which keys it is found.

mod api_tokens;
mod areas;
mod contracts;
mod departments;
mod grants;
mod mark_patterns;
mod memberships;
mod modules;
mod notices;
mod notification_subscriptions;
mod object_types;
mod objects;
mod positions;
mod protection_rules;
mod qualifications;
mod read;
mod role_rules;
mod roles;
mod row;
mod settings;
mod templates;
mod users;
mod wage_offers;
mod wage_types;
mod workers;

use chrono::{DateTime, Utc};
use diesel::deserialize::{self, QueryableByName};
use diesel::row::NamedRow;
use domain::change::Entity;
use uuid::Uuid;

use crate::column::{Column, Schema};
use crate::connection::MultiBackend;
use crate::error::StoreError;
use crate::key::Key;
use crate::value::Value;
pub(crate) use memberships::member;
pub(crate) use row::Fields;
use row::Row;

/// A record as it is stored.
#[derive(Clone, PartialEq, Debug)]
pub struct Stored<T> {
    /// The record.
    pub value: T,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// The revision that last changed it.
    pub revision: i64,
}

/// A record that has a table. Only this crate implements it, for every record but
/// [`domain::token::SessionEnd`] and [`domain::token::BoundIdentity`], which are logged with
/// [`crate::Tx::note`].
pub trait Table: Entity + PartialEq + sealed::Rows {}

impl<T: Entity + PartialEq + sealed::Rows> Table for T {}

pub(crate) use sealed::{Lookup, Rows};

mod sealed {
    use super::{Fields, Key, MultiBackend, NamedRow, Row, Schema, Value, deserialize};

    /// How records of one kind are kept.
    pub trait Rows: Sized {
        /// Their table. It begins with `id`, `external_id`, `created_at`, `updated_at` and
        /// `revision`.
        type Schema: Schema;

        /// Adds the values of all further columns, in the order of the schema.
        fn write(&self, row: &mut Row);

        /// Reads what [`Rows::write`] wrote, without the derived columns.
        fn read<'a, R: NamedRow<'a, MultiBackend>>(fields: &mut Fields<'_, R>) -> deserialize::Result<Self>;

        /// Adds the record's keys, `ExternalId` and `All` apart.
        fn keys(&self, out: &mut Vec<Key>);

        /// How the database finds the records of a key of this kind.
        fn lookup(key: &Key) -> Option<Lookup>;

        /// The record as it can be stored: instants in whole microseconds.
        fn storable(self) -> Self {
            self
        }
    }

    /// A condition on one column.
    pub enum Lookup {
        /// It holds that value.
        Equals(&'static str, Value),
        /// It holds some value.
        Given(&'static str),
        /// None: every row.
        All,
    }

    impl Lookup {
        /// It holds that value.
        pub fn equals(column: &'static str, value: impl Into<Value>) -> Option<Self> {
            Some(Self::Equals(column, value.into()))
        }
    }
}

/// The columns of a record's table.
pub fn table_columns<T: Table>() -> &'static [Column] {
    T::Schema::COLUMNS
}

/// The values of a record's row, one for every column.
pub fn values<T: Table>(stored: &Stored<T>) -> Result<Vec<Value>, StoreError> {
    values_at(&stored.value, stored.created_at, stored.updated_at, stored.revision)
}

/// The same of a record that is written at that instant under that revision.
pub fn values_at<T: Table>(
    value: &T,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    revision: i64,
) -> Result<Vec<Value>, StoreError> {
    let mut row = Row::with_capacity(table_columns::<T>().len());
    row.add(value.uuid()).add(value.external_id()).add(created_at).add(updated_at).add(revision);
    value.write(&mut row);
    let values = row.finish()?;
    if values.len() != table_columns::<T>().len() {
        return Err(StoreError::Misuse(format!("a row of {} has gaps", T::Schema::NAME)));
    }
    Ok(values)
}

/// The columns that a record is read from, in order.
pub fn read_columns<T: Table>() -> impl Iterator<Item = &'static str> {
    table_columns::<T>().iter().filter(|column| !column.derived()).map(|column| column.name)
}

/// All keys of a record but [`Key::All`].
pub fn keys<T: Table>(value: &T) -> Vec<Key> {
    let mut keys = Vec::new();
    if let Some(external_id) = value.external_id() {
        keys.push(Key::ExternalId(T::KIND, external_id.to_owned()));
    }
    value.keys(&mut keys);
    keys
}

/// How the database finds the records of a key.
pub fn lookup<T: Table>(key: &Key) -> Result<Lookup, StoreError> {
    let found = match key {
        key if key.kind() != T::KIND => None,
        Key::All(_) => Some(Lookup::All),
        Key::ExternalId(_, id) => Lookup::equals("external_id", id.as_str()),
        key => T::lookup(key),
    };
    found.ok_or_else(|| StoreError::Misuse(format!("{}s are not found by such a key", T::KIND)))
}

/// A row on its way in.
pub struct Loaded<T>(pub Stored<T>);

impl<T: Table> QueryableByName<MultiBackend> for Loaded<T> {
    fn build<'a>(row: &impl NamedRow<'a, MultiBackend>) -> deserialize::Result<Self> {
        let mut fields = Fields::new(row);
        let head: (Uuid, Option<String>) = (fields.uuid()?, fields.text()?);
        let (created_at, updated_at) = (fields.instant()?, fields.instant()?);
        let revision = fields.integer()?;
        fields.head = head;
        let value = T::read(&mut fields)
            .map_err(|error| format!("{}, column {}: {error}", T::Schema::NAME, fields.position()))?;
        Ok(Loaded(Stored { value, created_at, updated_at, revision }))
    }
}
