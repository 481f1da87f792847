//! Inboxes: who was notified of what (N-02). They stand beside the log, which knows nothing of them: whose a
//! notification is has to be said with every access, and none shows before it is due.

use chrono::{DateTime, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;
use domain::id::UserId;
use domain::notification::SubjectKind;
use uuid::Uuid;

use crate::column::ColumnType;
use crate::connection::MultiBackend;
use crate::error::StoreError;
use crate::reader::Reader;
use crate::schema::notifications;
use crate::sql_types::{At, Id};
use crate::statement::Statement;
use crate::tx::Tx;
use crate::value::Value;

/// So many rows are written by one statement.
const WRITTEN: usize = 256;

/// A notification.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Notification {
    /// Its id.
    pub id: Uuid,
    /// In whose inbox it is.
    pub user_id: UserId,
    /// Of what type it is.
    pub kind: String,
    /// What sort of thing it is about.
    pub subject_kind: SubjectKind,
    /// Which one.
    pub subject_id: Uuid,
    /// What else it says, JSON.
    pub data: String,
    /// When what it tells of happened (UTC).
    pub created_at: DateTime<Utc>,
    /// When it comes into the inbox (UTC).
    pub due_at: DateTime<Utc>,
    /// When it was read (UTC).
    pub read_at: Option<DateTime<Utc>>,
}

/// A notification to be made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewNotification {
    /// Its id.
    pub id: Uuid,
    /// In whose inbox it is to be.
    pub user_id: UserId,
    /// Of what type it is.
    pub kind: String,
    /// What sort of thing it is about.
    pub subject_kind: SubjectKind,
    /// Which one.
    pub subject_id: Uuid,
    /// What it tells of: nobody is told of the same twice.
    pub cause: String,
    /// What else it says, JSON.
    pub data: String,
    /// When it comes into the inbox (UTC).
    pub due_at: DateTime<Utc>,
}

/// Which notifications to show. What is `None` lets everything through.
#[derive(Clone, Debug, Default)]
pub struct NotificationQuery {
    /// Those that were read, or that were not.
    pub read: Option<bool>,
    /// Of that type.
    pub kind: Option<String>,
    /// Go on after the one that was due then and has that id.
    pub after: Option<(DateTime<Utc>, Uuid)>,
    /// At most so many.
    pub limit: i64,
}

/// What unread notifications are about, and how many.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnreadSubject {
    /// What sort of thing.
    pub kind: SubjectKind,
    /// Which one.
    pub id: Uuid,
    /// How many are about it.
    pub count: i64,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = notifications)]
struct Row {
    id: Id,
    user_id: Id,
    notification_type: String,
    subject_kind: String,
    subject_id: Id,
    data: String,
    created_at: At,
    due_at: At,
    read_at: Option<At>,
}

fn subject_kind(name: &str) -> Result<SubjectKind, StoreError> {
    SubjectKind::parse(name).ok_or_else(|| StoreError::Corrupt("the subject of a notification".to_owned()))
}

impl TryFrom<Row> for Notification {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id.0,
            user_id: UserId(row.user_id.0),
            subject_kind: subject_kind(&row.subject_kind)?,
            kind: row.notification_type,
            subject_id: row.subject_id.0,
            data: row.data,
            created_at: row.created_at.0,
            due_at: row.due_at.0,
            read_at: row.read_at.map(|at| at.0),
        })
    }
}

impl Tx<'_> {
    /// Puts notifications into inboxes, but those of which somebody was told before. Says how many there were.
    ///
    /// # Errors
    /// The database fails.
    pub fn add_notifications(&mut self, new: &[NewNotification]) -> Result<usize, StoreError> {
        let mut added = 0;
        for new in new.chunks(WRITTEN) {
            let mut statement = Statement::uncached();
            statement.sql(
                "INSERT INTO notifications (id, user_id, notification_type, subject_kind, subject_id, cause, data, \
                 created_at, due_at) VALUES ",
            );
            for (index, one) in new.iter().enumerate() {
                statement.sql(if index > 0 { ", (" } else { "(" }).bind(ColumnType::Uuid, one.id.into());
                let values: [(ColumnType, Value); 8] = [
                    (ColumnType::Uuid, one.user_id.0.into()),
                    (ColumnType::Text, one.kind.as_str().into()),
                    (ColumnType::Text, one.subject_kind.as_str().into()),
                    (ColumnType::Uuid, one.subject_id.into()),
                    (ColumnType::Text, one.cause.as_str().into()),
                    (ColumnType::Text, one.data.as_str().into()),
                    (ColumnType::Instant, Value::Instant(self.now())),
                    (ColumnType::Instant, Value::Instant(one.due_at)),
                ];
                for (sort, value) in values {
                    statement.sql(", ").bind(sort, value);
                }
                statement.sql(")");
            }
            statement.sql(" ON CONFLICT (user_id, notification_type, subject_id, cause) DO NOTHING");
            added += statement.execute(self.connection)?;
        }
        Ok(added)
    }

    /// Marks a notification as read. `false`: the account has no such notification.
    ///
    /// # Errors
    /// The database fails.
    pub fn read_notification(&mut self, user: UserId, id: Uuid) -> Result<bool, StoreError> {
        if self.reader().notification(user, id)?.is_none() {
            return Ok(false);
        }
        let unread = notifications::table.find(Id(id)).filter(notifications::read_at.is_null());
        diesel::update(unread).set(notifications::read_at.eq(Some(At(self.now())))).execute(self.connection)?;
        Ok(true)
    }

    /// Marks as read all notifications of an account that came until then. Says how many.
    ///
    /// # Errors
    /// The database fails.
    pub fn read_notifications(&mut self, user: UserId, until: DateTime<Utc>) -> Result<usize, StoreError> {
        let unread = notifications::table
            .filter(notifications::user_id.eq(Id::from(user)))
            .filter(notifications::due_at.le(At(until.min(self.now()))))
            .filter(notifications::read_at.is_null());
        Ok(diesel::update(unread).set(notifications::read_at.eq(Some(At(self.now())))).execute(self.connection)?)
    }

    /// Removes the notifications of what happened before that instant. Says how many.
    ///
    /// # Errors
    /// The database fails.
    pub fn delete_notifications(&mut self, before: DateTime<Utc>) -> Result<usize, StoreError> {
        let old = notifications::table.filter(notifications::created_at.lt(At(before)));
        Ok(diesel::delete(old).execute(self.connection)?)
    }
}

impl Reader<'_> {
    /// A notification of an account, whether it is due or not.
    ///
    /// # Errors
    /// The database fails.
    pub fn notification(&mut self, user: UserId, id: Uuid) -> Result<Option<Notification>, StoreError> {
        let found = notifications::table.find(Id(id)).filter(notifications::user_id.eq(Id::from(user)));
        let row: Option<Row> = found.select(Row::as_select()).first(self.connection).optional()?;
        row.map(Notification::try_from).transpose()
    }

    /// Notifications of an account that are due, the newest first, see [`NotificationQuery`].
    ///
    /// # Errors
    /// The database fails.
    pub fn notifications(
        &mut self,
        user: UserId,
        now: DateTime<Utc>,
        query: &NotificationQuery,
    ) -> Result<Vec<Notification>, StoreError> {
        let mut found = notifications::table
            .filter(notifications::user_id.eq(Id::from(user)))
            .filter(notifications::due_at.le(At(now)))
            .order((notifications::due_at.desc(), notifications::id.desc()))
            .select(Row::as_select())
            .limit(query.limit.max(0))
            .into_boxed::<MultiBackend>();
        if let Some((due, id)) = query.after {
            let due = At(due);
            let same = notifications::due_at.eq(due).and(notifications::id.lt(Id(id)));
            found = found.filter(notifications::due_at.lt(due).or(same));
        }
        if let Some(read) = query.read {
            found = if read {
                found.filter(notifications::read_at.is_not_null())
            } else {
                found.filter(notifications::read_at.is_null())
            };
        }
        if let Some(kind) = query.kind.clone() {
            found = found.filter(notifications::notification_type.eq(kind));
        }
        let rows: Vec<Row> = found.load(self.connection)?;
        rows.into_iter().map(Notification::try_from).collect()
    }

    /// What the unread notifications of an account are about that are due.
    ///
    /// # Errors
    /// The database fails.
    pub fn unread_notifications(&mut self, user: UserId, now: DateTime<Utc>) -> Result<Vec<UnreadSubject>, StoreError> {
        let rows: Vec<(String, Id, i64)> = notifications::table
            .filter(notifications::user_id.eq(Id::from(user)))
            .filter(notifications::due_at.le(At(now)))
            .filter(notifications::read_at.is_null())
            .group_by((notifications::subject_kind, notifications::subject_id))
            .select((notifications::subject_kind, notifications::subject_id, count_star()))
            .load(self.connection)?;
        rows.into_iter()
            .map(|(kind, id, count)| Ok(UnreadSubject { kind: subject_kind(&kind)?, id: id.0, count }))
            .collect()
    }
}
