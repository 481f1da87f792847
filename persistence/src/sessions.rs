//! Log-in sessions. The log knows only of their end ([`domain::token::SessionEnd`]).

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::id::{SessionId, UserId};

use crate::connection::MultiBackend;
use crate::error::StoreError;
use crate::reader::Reader;
use crate::schema::sessions;
use crate::sql_types::{At, Id};
use crate::tx::Tx;

/// A session to begin.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewSession {
    /// Its id.
    pub id: SessionId,
    /// Whose it is.
    pub user_id: UserId,
    /// When it ends by itself.
    pub expires_at: DateTime<Utc>,
    /// The hash of its refresh token.
    pub refresh_hash: String,
    /// The program that it was begun with.
    pub user_agent: Option<String>,
}

/// A session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Whose it is.
    pub user_id: UserId,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When its refresh token was last used.
    pub last_used_at: DateTime<Utc>,
    /// When it ends by itself.
    pub expires_at: DateTime<Utc>,
    /// The program that it was begun with.
    pub user_agent: Option<String>,
}

/// Which refresh token of a session a hash belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refresh {
    /// The one to use.
    Current,
    /// The one before, which was used already: whoever has it now is not to be trusted.
    Previous,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions, treat_none_as_default_value = false)]
struct Row {
    id: Id,
    user_id: Id,
    created_at: At,
    last_used_at: At,
    expires_at: At,
    refresh_hash: String,
    previous_refresh_hash: Option<String>,
    user_agent: Option<String>,
}

impl From<Row> for Session {
    fn from(row: Row) -> Self {
        Self {
            id: SessionId(row.id.0),
            user_id: UserId(row.user_id.0),
            created_at: row.created_at.0,
            last_used_at: row.last_used_at.0,
            expires_at: row.expires_at.0,
            user_agent: row.user_agent,
        }
    }
}

impl Tx<'_> {
    /// Begins a session.
    ///
    /// # Errors
    /// The database fails.
    pub fn create_session(&mut self, session: &NewSession) -> Result<(), StoreError> {
        let row = Row {
            id: session.id.into(),
            user_id: session.user_id.into(),
            created_at: At(self.now()),
            last_used_at: At(self.now()),
            expires_at: At(session.expires_at),
            refresh_hash: session.refresh_hash.clone(),
            previous_refresh_hash: None,
            user_agent: session.user_agent.clone(),
        };
        diesel::insert_into(sessions::table).values(row).execute(self.connection)?;
        Ok(())
    }

    /// Gives a session a new refresh token; the present one becomes the previous one. Says
    /// whether there is such a session.
    ///
    /// # Errors
    /// The database fails.
    pub fn rotate_session(
        &mut self,
        id: SessionId,
        refresh_hash: &str,
        expires_at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let rotated = diesel::update(sessions::table.find(Id::from(id)))
            .set((
                sessions::previous_refresh_hash.eq(sessions::refresh_hash.nullable()),
                sessions::refresh_hash.eq(refresh_hash),
                sessions::last_used_at.eq(At(self.now())),
                sessions::expires_at.eq(At(expires_at)),
            ))
            .execute(self.connection)?;
        Ok(rotated > 0)
    }

    /// Ends a session and returns it, if there was one.
    ///
    /// # Errors
    /// The database fails.
    pub fn end_session(&mut self, id: SessionId) -> Result<Option<Session>, StoreError> {
        let session = self.reader().session(id)?;
        diesel::delete(sessions::table.find(Id::from(id))).execute(self.connection)?;
        Ok(session)
    }

    /// Ends all sessions of an account and returns them.
    ///
    /// # Errors
    /// The database fails.
    pub fn end_sessions_of(&mut self, user: UserId) -> Result<Vec<Session>, StoreError> {
        let ended = self.reader().sessions_of(user)?;
        diesel::delete(sessions::table.filter(sessions::user_id.eq(Id::from(user)))).execute(self.connection)?;
        Ok(ended)
    }

    /// Ends all sessions of an account but one and returns them.
    ///
    /// # Errors
    /// The database fails.
    pub fn end_sessions_but(&mut self, user: UserId, kept: SessionId) -> Result<Vec<Session>, StoreError> {
        let mut ended = self.reader().sessions_of(user)?;
        ended.retain(|session| session.id != kept);
        let others = sessions::table.filter(sessions::user_id.eq(Id::from(user)).and(sessions::id.ne(Id::from(kept))));
        diesel::delete(others).execute(self.connection)?;
        Ok(ended)
    }

    /// Removes the sessions that have ended by themselves. Says how many.
    ///
    /// # Errors
    /// The database fails.
    pub fn delete_expired_sessions(&mut self) -> Result<usize, StoreError> {
        let expired = sessions::table.filter(sessions::expires_at.le(At(self.now())));
        Ok(diesel::delete(expired).execute(self.connection)?)
    }
}

impl Reader<'_> {
    /// The session of that id.
    ///
    /// # Errors
    /// The database fails.
    pub fn session(&mut self, id: SessionId) -> Result<Option<Session>, StoreError> {
        let row = sessions::table.find(Id::from(id)).select(Row::as_select()).first(self.connection);
        Ok(row.optional()?.map(Session::from))
    }

    /// The session whose present or previous refresh token has that hash, and which of the two.
    /// Expired ones are found too.
    ///
    /// # Errors
    /// The database fails.
    pub fn session_by_refresh(&mut self, hash: &str) -> Result<Option<(Session, Refresh)>, StoreError> {
        let matching = sessions::refresh_hash.eq(hash).or(sessions::previous_refresh_hash.assume_not_null().eq(hash));
        let rows: Vec<Row> = sessions::table.filter(matching).select(Row::as_select()).load(self.connection)?;
        let found = rows.into_iter().map(|row| match row.refresh_hash == hash {
            true => (Session::from(row), Refresh::Current),
            false => (Session::from(row), Refresh::Previous),
        });
        Ok(found.min_by_key(|(_, which)| *which == Refresh::Previous))
    }

    /// The sessions of an account, the oldest first; expired ones too, until they are deleted.
    ///
    /// # Errors
    /// The database fails.
    pub fn sessions_of(&mut self, user: UserId) -> Result<Vec<Session>, StoreError> {
        let rows: Vec<Row> = sessions::table
            .filter(sessions::user_id.eq(Id::from(user)))
            .order((sessions::created_at, sessions::id))
            .select(Row::as_select())
            .load(self.connection)?;
        Ok(rows.into_iter().map(Session::from).collect())
    }

    /// The sessions of an account that live at an instant, the newest first; at most so many, after
    /// that one.
    ///
    /// # Errors
    /// The database fails.
    pub fn live_sessions_of(
        &mut self,
        user: UserId,
        now: DateTime<Utc>,
        after: Option<SessionId>,
        limit: i64,
    ) -> Result<Vec<Session>, StoreError> {
        let mut found = sessions::table
            .filter(sessions::user_id.eq(Id::from(user)).and(sessions::expires_at.gt(At(now))))
            .order(sessions::id.desc())
            .select(Row::as_select())
            .limit(limit.max(0))
            .into_boxed::<MultiBackend>();
        if let Some(after) = after {
            found = found.filter(sessions::id.lt(Id::from(after)));
        }
        let rows: Vec<Row> = found.load(self.connection)?;
        Ok(rows.into_iter().map(Session::from).collect())
    }
}
