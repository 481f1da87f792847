//! The keys that tokens are signed with.

use std::fmt;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::error::StoreError;
use crate::reader::Reader;
use crate::schema::signing_keys;
use crate::sql_types::At;
use crate::tx::Tx;

/// A key that tokens are signed with.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey {
    /// Its name in tokens.
    pub kid: String,
    /// The algorithm that it is for, as in JWS.
    pub algorithm: String,
    /// The private key.
    pub private_key: Vec<u8>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Since when nothing more is signed with it; it still checks signatures.
    pub retired_at: Option<DateTime<Utc>>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = signing_keys, treat_none_as_default_value = false)]
struct Row {
    kid: String,
    algorithm: String,
    private_key: Vec<u8>,
    created_at: At,
    retired_at: Option<At>,
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}

impl Tx<'_> {
    /// Adds a key.
    ///
    /// # Errors
    /// Its name is taken, or the database fails.
    pub fn add_signing_key(&mut self, key: &SigningKey) -> Result<(), StoreError> {
        let SigningKey { kid, algorithm, private_key, created_at, retired_at } = key.clone();
        let (created_at, retired_at) = (At(created_at), retired_at.map(At));
        let row = Row { kid, algorithm, private_key, created_at, retired_at };
        diesel::insert_into(signing_keys::table).values(row).execute(self.connection)?;
        Ok(())
    }

    /// Signs nothing more with a key from now on. Says whether there was one in use.
    ///
    /// # Errors
    /// The database fails.
    pub fn retire_signing_key(&mut self, kid: &str) -> Result<bool, StoreError> {
        let key = signing_keys::table.find(kid).filter(signing_keys::retired_at.is_null());
        let retired = diesel::update(key).set(signing_keys::retired_at.eq(At(self.now()))).execute(self.connection)?;
        Ok(retired > 0)
    }

    /// Removes a key: signatures made with it no longer hold. Says whether there was one.
    ///
    /// # Errors
    /// The database fails.
    pub fn remove_signing_key(&mut self, kid: &str) -> Result<bool, StoreError> {
        Ok(diesel::delete(signing_keys::table.find(kid)).execute(self.connection)? > 0)
    }
}

impl Reader<'_> {
    /// All keys, the newest first.
    ///
    /// # Errors
    /// The database fails.
    pub fn signing_keys(&mut self) -> Result<Vec<SigningKey>, StoreError> {
        let rows: Vec<Row> = signing_keys::table
            .order((signing_keys::created_at.desc(), signing_keys::kid))
            .select(Row::as_select())
            .load(self.connection)?;
        let key = |row: Row| SigningKey {
            kid: row.kid,
            algorithm: row.algorithm,
            private_key: row.private_key,
            created_at: row.created_at.0,
            retired_at: row.retired_at.map(|at| at.0),
        };
        Ok(rows.into_iter().map(key).collect())
    }
}
