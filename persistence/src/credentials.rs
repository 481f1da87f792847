//! Password hashes. They stand beside the accounts and are never logged.

use diesel::prelude::*;
use domain::id::UserId;

use crate::error::StoreError;
use crate::reader::Reader;
use crate::schema::credentials;
use crate::sql_types::{At, Id};
use crate::tx::Tx;

impl Tx<'_> {
    /// Sets the hash of an account's password, in place of any earlier one.
    ///
    /// # Errors
    /// The database fails.
    pub fn set_password_hash(&mut self, user: UserId, hash: &str) -> Result<(), StoreError> {
        self.clear_password_hash(user)?;
        diesel::insert_into(credentials::table)
            .values((
                credentials::user_id.eq(Id::from(user)),
                credentials::password_hash.eq(hash),
                credentials::changed_at.eq(At(self.now())),
            ))
            .execute(self.connection)?;
        Ok(())
    }

    /// Takes an account's password away. Says whether it had one.
    ///
    /// # Errors
    /// The database fails.
    pub fn clear_password_hash(&mut self, user: UserId) -> Result<bool, StoreError> {
        let cleared = diesel::delete(credentials::table.find(Id::from(user))).execute(self.connection)?;
        Ok(cleared > 0)
    }
}

impl Reader<'_> {
    /// The hash of an account's password, if it has one.
    ///
    /// # Errors
    /// The database fails.
    pub fn password_hash(&mut self, user: UserId) -> Result<Option<String>, StoreError> {
        let hash = credentials::table.find(Id::from(user)).select(credentials::password_hash);
        Ok(hash.first(self.connection).optional()?)
    }
}
