//! Links that work once: invitations, set-up, new passwords.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::id::UserId;

use crate::error::StoreError;
use crate::reader::Reader;
use crate::schema::one_time_links;
use crate::sql_types::{At, Id};
use crate::tx::Tx;

/// A link that works once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OneTimeLink {
    /// The hash of its token.
    pub hash: String,
    /// What it is for.
    pub purpose: String,
    /// The account that it is for, if there is one yet.
    pub user_id: Option<UserId>,
    /// From when on it is void.
    pub expires_at: DateTime<Utc>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = one_time_links, treat_none_as_default_value = false)]
struct Row {
    hash: String,
    purpose: String,
    user_id: Option<Id>,
    created_at: At,
    expires_at: At,
}

impl From<Row> for OneTimeLink {
    fn from(row: Row) -> Self {
        Self {
            hash: row.hash,
            purpose: row.purpose,
            user_id: row.user_id.map(|id| UserId(id.0)),
            expires_at: row.expires_at.0,
        }
    }
}

impl Tx<'_> {
    /// Adds a link.
    ///
    /// # Errors
    /// The database fails.
    pub fn add_link(&mut self, link: &OneTimeLink) -> Result<(), StoreError> {
        let row = Row {
            hash: link.hash.clone(),
            purpose: link.purpose.clone(),
            user_id: link.user_id.map(Id::from),
            created_at: At(self.now()),
            expires_at: At(link.expires_at),
        };
        diesel::insert_into(one_time_links::table).values(row).execute(self.connection)?;
        Ok(())
    }

    /// Uses a link up: it is gone, and returned unless it was void.
    ///
    /// # Errors
    /// The database fails.
    pub fn take_link(&mut self, hash: &str) -> Result<Option<OneTimeLink>, StoreError> {
        let link = one_time_links::table.find(hash);
        let row = link.select(Row::as_select()).first(self.connection).optional()?;
        diesel::delete(link).execute(self.connection)?;
        let valid = row.filter(|row: &Row| row.expires_at.0 > self.now());
        Ok(valid.map(OneTimeLink::from))
    }

    /// Voids the links for a purpose and an account. Says how many.
    ///
    /// # Errors
    /// The database fails.
    pub fn void_links(&mut self, purpose: &str, user: Option<UserId>) -> Result<usize, StoreError> {
        let of_purpose = one_time_links::table.filter(one_time_links::purpose.eq(purpose));
        Ok(match user {
            Some(user) => diesel::delete(of_purpose.filter(one_time_links::user_id.eq(Id::from(user))))
                .execute(self.connection)?,
            None => diesel::delete(of_purpose.filter(one_time_links::user_id.is_null())).execute(self.connection)?,
        })
    }

    /// Removes links that expired then or before. Says how many.
    ///
    /// # Errors
    /// The database fails.
    pub fn delete_expired_links(&mut self, then: DateTime<Utc>) -> Result<usize, StoreError> {
        let expired = one_time_links::table.filter(one_time_links::expires_at.le(At(then)));
        Ok(diesel::delete(expired).execute(self.connection)?)
    }
}

impl Reader<'_> {
    /// The link of that hash; an expired one too, until it is removed.
    ///
    /// # Errors
    /// The database fails.
    pub fn link(&mut self, hash: &str) -> Result<Option<OneTimeLink>, StoreError> {
        let row = one_time_links::table.find(hash).select(Row::as_select()).first(self.connection).optional()?;
        Ok(row.map(OneTimeLink::from))
    }

    /// The accounts whose last link for a purpose expired after an instant and not after another, each with
    /// when it did.
    ///
    /// # Errors
    /// The database fails.
    pub fn expired_links(
        &mut self,
        purpose: &str,
        after: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Vec<(UserId, DateTime<Utc>)>, StoreError> {
        let rows: Vec<(Option<Id>, At)> = one_time_links::table
            .filter(one_time_links::purpose.eq(purpose).and(one_time_links::expires_at.gt(At(after))))
            .order((one_time_links::expires_at, one_time_links::hash))
            .select((one_time_links::user_id, one_time_links::expires_at))
            .load(self.connection)?;
        let last: BTreeMap<UserId, DateTime<Utc>> =
            rows.into_iter().filter_map(|(user, at)| Some((UserId(user?.0), at.0))).collect();
        Ok(last.into_iter().filter(|(_, at)| *at <= until).collect())
    }

    /// When the newest link for a purpose and an account was made, if there is one.
    ///
    /// # Errors
    /// The database fails.
    pub fn newest_link(&mut self, purpose: &str, user: UserId) -> Result<Option<DateTime<Utc>>, StoreError> {
        let made = one_time_links::table
            .filter(one_time_links::purpose.eq(purpose).and(one_time_links::user_id.eq(Id::from(user))))
            .order(one_time_links::created_at.desc())
            .select(one_time_links::created_at);
        let made: Option<At> = made.first(self.connection).optional()?;
        Ok(made.map(|at| at.0))
    }
}
