//! Answers to requests that carried an idempotency key, kept for a while for whoever asks again.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::id::UserId;

use crate::error::StoreError;
use crate::schema::idempotent_answers;
use crate::sql_types::{At, Id};
use crate::tx::Tx;

/// A kept answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IdempotentAnswer {
    /// What was asked, hashed.
    pub fingerprint: String,
    /// What was answered, as the caller of this crate writes it.
    pub answer: String,
    /// Which rights were needed for it, as the caller of this crate writes them.
    pub needs: String,
}

#[derive(Insertable)]
#[diesel(table_name = idempotent_answers)]
struct Row<'a> {
    user_id: Id,
    key: &'a str,
    fingerprint: &'a str,
    answer: &'a str,
    created_at: At,
    needs: &'a str,
}

impl Tx<'_> {
    /// The answer that was kept for an account's key since that instant. An older one is gone.
    ///
    /// # Errors
    /// The database fails.
    pub fn idempotent_answer(
        &mut self,
        user: UserId,
        key: &str,
        since: DateTime<Utc>,
    ) -> Result<Option<IdempotentAnswer>, StoreError> {
        let kept = idempotent_answers::table.find((Id::from(user), key));
        let found = kept
            .select((
                idempotent_answers::fingerprint,
                idempotent_answers::answer,
                idempotent_answers::needs,
                idempotent_answers::created_at,
            ))
            .first::<(String, String, String, At)>(self.connection)
            .optional()?;
        match found {
            Some((.., created_at)) if created_at.0 < since => {
                diesel::delete(kept).execute(self.connection)?;
                Ok(None)
            }
            other => Ok(other.map(|(fingerprint, answer, needs, _)| IdempotentAnswer { fingerprint, answer, needs })),
        }
    }

    /// Keeps the answer for an account's key, together with what this write does.
    ///
    /// # Errors
    /// The key has an answer already, or the database fails.
    pub fn keep_idempotent_answer(
        &mut self,
        user: UserId,
        key: &str,
        kept: &IdempotentAnswer,
    ) -> Result<(), StoreError> {
        let row = Row {
            user_id: user.into(),
            key,
            fingerprint: &kept.fingerprint,
            answer: &kept.answer,
            created_at: At(self.now()),
            needs: &kept.needs,
        };
        diesel::insert_into(idempotent_answers::table).values(row).execute(self.connection)?;
        Ok(())
    }

    /// Removes the answers that were kept before that instant. Says how many.
    ///
    /// # Errors
    /// The database fails.
    pub fn delete_idempotent_answers(&mut self, before: DateTime<Utc>) -> Result<usize, StoreError> {
        let old = idempotent_answers::table.filter(idempotent_answers::created_at.lt(At(before)));
        Ok(diesel::delete(old).execute(self.connection)?)
    }
}
