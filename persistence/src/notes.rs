//! What users write down for themselves (U-13). It stands beside the log, which knows nothing of it: whose a
//! note is has to be said with every access.

use std::fmt;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::id::UserId;
use uuid::Uuid;

use crate::connection::MultiBackend;
use crate::error::StoreError;
use crate::reader::Reader;
use crate::schema::notes;
use crate::sql_types::{At, Id};
use crate::tx::Tx;

/// A note. Its debug view does not show what is written.
#[derive(Clone, PartialEq, Eq)]
pub struct Note {
    /// Its id.
    pub id: Uuid,
    /// A heading.
    pub title: Option<String>,
    /// What is written.
    pub text: String,
    /// When it was made (UTC).
    pub created_at: DateTime<Utc>,
    /// When it last changed (UTC).
    pub updated_at: DateTime<Utc>,
    /// How often it was written, from 1.
    pub version: i64,
}

/// A note to be made. Its debug view does not show what is written.
#[derive(Clone, PartialEq, Eq)]
pub struct NewNote {
    /// Its id.
    pub id: Uuid,
    /// A heading.
    pub title: Option<String>,
    /// What is written.
    pub text: String,
}

impl fmt::Debug for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Note").field("id", &self.id).field("version", &self.version).finish_non_exhaustive()
    }
}

impl fmt::Debug for NewNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewNote").field("id", &self.id).finish_non_exhaustive()
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = notes, treat_none_as_default_value = false)]
struct Row {
    id: Id,
    user_id: Id,
    title: Option<String>,
    note: String,
    created_at: At,
    updated_at: At,
    version: i64,
}

impl From<Row> for Note {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.0,
            title: row.title,
            text: row.note,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
            version: row.version,
        }
    }
}

impl Tx<'_> {
    /// Makes a note of an account.
    ///
    /// # Errors
    /// The database fails.
    pub fn create_note(&mut self, user: UserId, note: NewNote) -> Result<Note, StoreError> {
        let now = At(self.now());
        let row = Row {
            id: Id(note.id),
            user_id: user.into(),
            title: note.title,
            note: note.text,
            created_at: now,
            updated_at: now,
            version: 1,
        };
        diesel::insert_into(notes::table).values(&row).execute(self.connection)?;
        Ok(row.into())
    }

    /// Writes a note of an account anew. `None`: it has no such note.
    ///
    /// # Errors
    /// The database fails.
    pub fn update_note(&mut self, user: UserId, note: NewNote) -> Result<Option<Note>, StoreError> {
        let now = At(self.now());
        diesel::update(notes::table.filter(notes::id.eq(Id(note.id)).and(notes::user_id.eq(Id::from(user)))))
            .set((
                notes::title.eq(note.title),
                notes::note.eq(note.text),
                notes::updated_at.eq(now),
                notes::version.eq(notes::version + 1),
            ))
            .execute(self.connection)?;
        self.reader().note(user, note.id)
    }

    /// Erases a note of an account. `false`: it has no such note.
    ///
    /// # Errors
    /// The database fails.
    pub fn delete_note(&mut self, user: UserId, id: Uuid) -> Result<bool, StoreError> {
        let note = notes::table.filter(notes::id.eq(Id(id)).and(notes::user_id.eq(Id::from(user))));
        Ok(diesel::delete(note).execute(self.connection)? > 0)
    }

    /// Erases all notes of an account for good (U-06). Says how many.
    ///
    /// # Errors
    /// The database fails.
    pub fn delete_notes_of(&mut self, user: UserId) -> Result<usize, StoreError> {
        Ok(diesel::delete(notes::table.filter(notes::user_id.eq(Id::from(user)))).execute(self.connection)?)
    }
}

impl Reader<'_> {
    /// A note of an account.
    ///
    /// # Errors
    /// The database fails.
    pub fn note(&mut self, user: UserId, id: Uuid) -> Result<Option<Note>, StoreError> {
        let note = notes::table.filter(notes::id.eq(Id(id)).and(notes::user_id.eq(Id::from(user))));
        let row: Option<Row> = note.select(Row::as_select()).first(self.connection).optional()?;
        Ok(row.map(Note::from))
    }

    /// Notes of an account, the newest first, after that one.
    ///
    /// # Errors
    /// The database fails.
    pub fn notes_of(&mut self, user: UserId, after: Option<Uuid>, limit: i64) -> Result<Vec<Note>, StoreError> {
        let mut found = notes::table
            .filter(notes::user_id.eq(Id::from(user)))
            .order(notes::id.desc())
            .select(Row::as_select())
            .limit(limit.max(0))
            .into_boxed::<MultiBackend>();
        if let Some(after) = after {
            found = found.filter(notes::id.lt(Id(after)));
        }
        let rows: Vec<Row> = found.load(self.connection)?;
        Ok(rows.into_iter().map(Note::from).collect())
    }

    /// How many notes an account has.
    ///
    /// # Errors
    /// The database fails.
    pub fn count_notes(&mut self, user: UserId) -> Result<i64, StoreError> {
        Ok(notes::table.filter(notes::user_id.eq(Id::from(user))).count().get_result(self.connection)?)
    }
}
