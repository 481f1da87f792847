//! Which account a subject of an identity provider is. Issuer and subject are unique together, and
//! an account has one subject of an issuer at most. The log knows of a binding by ids alone
//! ([`domain::token::BoundIdentity`]).

use diesel::prelude::*;
use domain::change::Change;
use domain::id::{IdentityId, UserId};
use domain::token::BoundIdentity;

use crate::error::StoreError;
use crate::reader::Reader;
use crate::schema::identities;
use crate::sql_types::{At, Id};
use crate::tx::Tx;

impl Tx<'_> {
    /// Binds a subject of an issuer to an account, and notes it in the log.
    ///
    /// # Errors
    /// Either of them is bound already ([`StoreError::Conflict`]), or the database fails.
    pub fn bind_identity(&mut self, bound: &BoundIdentity, issuer: &str, subject_hash: &str) -> Result<(), StoreError> {
        diesel::insert_into(identities::table)
            .values((
                identities::id.eq(Id::from(bound.id)),
                identities::user_id.eq(Id::from(bound.user_id)),
                identities::issuer.eq(issuer),
                identities::subject_hash.eq(subject_hash),
                identities::created_at.eq(At(self.now())),
            ))
            .execute(self.connection)?;
        self.note(Change::created(bound.clone()));
        Ok(())
    }

    /// Ends all bindings of an account, and notes their ends in the log. Says how many.
    ///
    /// # Errors
    /// The database fails.
    pub fn unbind_identities_of(&mut self, user: UserId) -> Result<usize, StoreError> {
        let of_user = identities::table.filter(identities::user_id.eq(Id::from(user)));
        let ids: Vec<Id> = of_user.order(identities::id).select(identities::id).load(self.connection)?;
        if !ids.is_empty() {
            diesel::delete(of_user).execute(self.connection)?;
        }
        for id in &ids {
            self.note(Change::removed(BoundIdentity { id: IdentityId(id.0), user_id: user }));
        }
        Ok(ids.len())
    }
}

impl Reader<'_> {
    /// The account that a subject of an issuer is bound to.
    ///
    /// # Errors
    /// The database fails.
    pub fn user_of_identity(&mut self, issuer: &str, subject_hash: &str) -> Result<Option<UserId>, StoreError> {
        let found = identities::table
            .filter(identities::issuer.eq(issuer).and(identities::subject_hash.eq(subject_hash)))
            .select(identities::user_id);
        let found: Option<Id> = found.first(self.connection).optional()?;
        Ok(found.map(|id| UserId(id.0)))
    }

    /// Whether a subject of an issuer is bound to an account.
    ///
    /// # Errors
    /// The database fails.
    pub fn has_identity(&mut self, user: UserId, issuer: &str) -> Result<bool, StoreError> {
        let found = identities::table
            .filter(identities::user_id.eq(Id::from(user)).and(identities::issuer.eq(issuer)))
            .select(identities::id);
        Ok(found.first::<Id>(self.connection).optional()?.is_some())
    }
}
