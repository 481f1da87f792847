//! What is kept of an account in tables that hold secrets: everything but the secrets (U-16).

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::id::UserId;

use crate::error::StoreError;
use crate::reader::Reader;
use crate::schema::{credentials, idempotent_answers, identities, one_time_links, revisions};
use crate::sql_types::{At, Id};

/// What is kept of an account beside secrets.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Kept {
    /// When its password was set (UTC); the password itself is kept as a hash alone.
    pub password_set_at: Option<DateTime<Utc>>,
    /// The identity providers that it is bound to, and since when (UTC).
    pub identities: Vec<(String, DateTime<Utc>)>,
    /// Its one-time links: for what, when made, until when good (UTC).
    pub links: Vec<(String, DateTime<Utc>, DateTime<Utc>)>,
    /// The idempotency keys that it used, and when (UTC); the newest first.
    pub keys: Vec<(String, DateTime<Utc>)>,
    /// How many revisions it made.
    pub revisions: i64,
}

impl Reader<'_> {
    /// What is kept of an account beside secrets; of the keys at most so many.
    ///
    /// # Errors
    /// The database fails.
    pub fn kept(&mut self, user: UserId, limit: i64) -> Result<Kept, StoreError> {
        let user = Id::from(user);
        let password_set_at: Option<At> =
            credentials::table.find(user).select(credentials::changed_at).first(self.connection).optional()?;
        let identities: Vec<(String, At)> = identities::table
            .filter(identities::user_id.eq(user))
            .order(identities::created_at)
            .select((identities::issuer, identities::created_at))
            .load(self.connection)?;
        let links: Vec<(String, At, At)> = one_time_links::table
            .filter(one_time_links::user_id.eq(user))
            .order(one_time_links::created_at)
            .select((one_time_links::purpose, one_time_links::created_at, one_time_links::expires_at))
            .load(self.connection)?;
        let keys: Vec<(String, At)> = idempotent_answers::table
            .filter(idempotent_answers::user_id.eq(user))
            .order(idempotent_answers::created_at.desc())
            .limit(limit.max(0))
            .select((idempotent_answers::key, idempotent_answers::created_at))
            .load(self.connection)?;
        let made = revisions::table.filter(revisions::actor_id.eq(user));
        let revisions = made.count().get_result(self.connection)?;
        Ok(Kept {
            password_set_at: password_set_at.map(|at| at.0),
            identities: identities.into_iter().map(|(issuer, at)| (issuer, at.0)).collect(),
            links: links.into_iter().map(|(purpose, made, until)| (purpose, made.0, until.0)).collect(),
            keys: keys.into_iter().map(|(key, at)| (key, at.0)).collect(),
            revisions,
        })
    }
}
