//! The log: every change of a record, in the order in which they were made (H-01).

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::change::{Change, FORM, Record};
use domain::id::{Kind, UserId};
use uuid::Uuid;

use crate::author::{Actor, Author};
use crate::connection::{AnyConnection, MultiBackend};
use crate::dialect;
use crate::error::StoreError;
use crate::reader::Reader;
use crate::schema::{changes, revisions};
use crate::sql_types::{At, Id};
use crate::tx::Tx;
use crate::value::Value;

/// Which entries of the log to show. What is `None` lets everything through.
#[derive(Clone, Debug, Default)]
pub struct AuditQuery {
    /// Changes of records of that kind.
    pub kind: Option<Kind>,
    /// Changes of that record.
    pub entity_id: Option<Uuid>,
    /// Changes that this account made.
    pub actor_id: Option<UserId>,
    /// From that instant on.
    pub from: Option<DateTime<Utc>>,
    /// Before that instant.
    pub to: Option<DateTime<Utc>>,
    /// Later than that revision.
    pub after_revision: Option<i64>,
    /// Earlier than that revision.
    pub before_revision: Option<i64>,
    /// Which come first.
    pub order: Order,
    /// Go on after this entry: its revision and its place within.
    pub after: Option<(i64, i64)>,
    /// At most so many.
    pub limit: i64,
}

/// Which entries of the log come first.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Order {
    /// The latest.
    #[default]
    NewestFirst,
    /// The earliest.
    OldestFirst,
}

/// One change, with who made it.
#[derive(Clone, PartialEq, Debug)]
pub struct AuditEntry {
    /// The revision that it belongs to.
    pub revision: i64,
    /// Its place within the revision, from 0.
    pub ordinal: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub actor: Actor,
    /// In whose name, where that is another.
    pub acting_as: Option<UserId>,
    /// The request that it came with.
    pub request_id: Option<String>,
    /// The rule, run or operation behind it.
    pub cause: Option<String>,
    /// The kind of record.
    pub kind: Kind,
    /// The record.
    pub entity_id: Uuid,
    /// The version of the form of `before` and `after`.
    pub form: i16,
    /// The record before; `None` when it came into being.
    pub before: Option<serde_json::Value>,
    /// The record after; `None` when it was removed.
    pub after: Option<serde_json::Value>,
}

/// A whole revision.
#[derive(Clone, PartialEq, Debug)]
pub struct LoggedRevision {
    /// Its number.
    pub revision: i64,
    /// When it was made.
    pub at: DateTime<Utc>,
    /// What it changed, in order.
    pub changes: Vec<Change>,
}

/// What the log holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LogSummary {
    /// The oldest revision; 0 when there is none.
    pub min: i64,
    /// The newest revision; 0 when there is none.
    pub max: i64,
    /// How many revisions.
    pub revisions: i64,
    /// How many changes.
    pub changes: i64,
    /// How many revisions hold no change, which none should.
    pub empty: i64,
}

impl LogSummary {
    /// Whether no revision is missing between the oldest and the newest.
    pub fn dense(&self) -> bool {
        self.revisions == 0 || self.revisions == self.max - self.min + 1
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = revisions, treat_none_as_default_value = false)]
struct RevisionRow {
    revision: i64,
    at: At,
    actor_type: String,
    actor_id: Option<Id>,
    acting_as: Option<Id>,
    request_id: Option<String>,
    cause: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = changes)]
pub struct ChangeRow {
    pub revision: i64,
    pub ordinal: i64,
    kind: String,
    entity_id: Id,
    form: i16,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// The newest revision and its instant.
pub fn head(connection: &mut AnyConnection) -> Result<Option<(i64, DateTime<Utc>)>, StoreError> {
    let newest = revisions::table.order(revisions::revision.desc());
    let newest = newest.select((revisions::revision, revisions::at));
    let newest: Option<(i64, At)> = newest.first(connection).optional()?;
    Ok(newest.map(|(revision, at)| (revision, at.0)))
}

/// Adds a revision with its changes, of which there must be some.
pub fn append(
    connection: &mut AnyConnection,
    revision: i64,
    at: DateTime<Utc>,
    author: &Author,
    changes: &[Change],
) -> Result<(), StoreError> {
    let row = RevisionRow {
        revision,
        at: At(at),
        actor_type: author.actor.as_str().to_owned(),
        actor_id: author.actor.user_id().map(Id::from),
        acting_as: author.acting_as.map(Id::from),
        request_id: author.request_id.clone(),
        cause: author.cause.clone(),
    };
    diesel::insert_into(revisions::table).values(row).execute(connection)?;
    let rows = changes.iter().zip(0..).map(|(change, ordinal)| logged(revision, ordinal, change));
    dialect::insert::<changes::table>(connection, rows)
}

fn logged(revision: i64, ordinal: i64, change: &Change) -> Result<Vec<Value>, StoreError> {
    let json = |record: &Option<Record>| record.as_ref().map(Record::to_json).transpose();
    let (Some(record), Ok(before), Ok(after)) = (change.record(), json(&change.before), json(&change.after)) else {
        return Err(StoreError::Misuse("a change has no form to log".to_owned()));
    };
    Ok(vec![
        revision.into(),
        ordinal.into(),
        record.kind().as_str().into(),
        record.uuid().into(),
        i64::from(FORM).into(),
        before.into(),
        after.into(),
    ])
}

impl ChangeRow {
    fn kind(&self) -> Result<Kind, StoreError> {
        Kind::parse(&self.kind).ok_or_else(|| self.corrupt())
    }

    pub fn change(&self) -> Result<Change, StoreError> {
        let kind = self.kind()?;
        let read = |text: &Option<String>| {
            let record = text.as_deref().map(|text| Record::from_json(kind, self.form, text));
            record.transpose().map_err(|_| self.corrupt())
        };
        Ok(Change { before: read(&self.before)?, after: read(&self.after)? })
    }

    /// Says where; the value itself, or what quotes it, does not belong in a message.
    pub fn corrupt(&self) -> StoreError {
        StoreError::Corrupt(format!("change {} of revision {}", self.ordinal, self.revision))
    }
}

fn entry(revision: RevisionRow, change: ChangeRow) -> Result<AuditEntry, StoreError> {
    let json = |text: &Option<String>| {
        let json = text.as_deref().map(serde_json::from_str).transpose();
        json.map_err(|_| change.corrupt())
    };
    Ok(AuditEntry {
        before: json(&change.before)?,
        after: json(&change.after)?,
        kind: change.kind()?,
        actor: Actor::from_columns(&revision.actor_type, revision.actor_id.map(|id| id.0))
            .ok_or_else(|| change.corrupt())?,
        revision: revision.revision,
        ordinal: change.ordinal,
        at: revision.at.0,
        acting_as: revision.acting_as.map(|id| UserId(id.0)),
        request_id: revision.request_id,
        cause: revision.cause,
        entity_id: change.entity_id.0,
        form: change.form,
    })
}

impl Reader<'_> {
    /// The newest revision of the log; 0 when there is none.
    ///
    /// # Errors
    /// The database fails.
    pub fn revision(&mut self) -> Result<i64, StoreError> {
        Ok(head(self.connection)?.map_or(0, |(revision, _)| revision))
    }

    /// Entries of the log, see [`AuditQuery`]. Pages are stable: the log only grows.
    ///
    /// # Errors
    /// The database fails, or an entry can't be read.
    pub fn audit(&mut self, query: &AuditQuery) -> Result<Vec<AuditEntry>, StoreError> {
        let mut found = changes::table
            .inner_join(revisions::table)
            .select((RevisionRow::as_select(), ChangeRow::as_select()))
            .limit(query.limit.max(0))
            .into_boxed::<MultiBackend>();
        if let Some(kind) = query.kind {
            found = found.filter(changes::kind.eq(kind.as_str()));
        }
        if let Some(id) = query.entity_id {
            found = found.filter(changes::entity_id.eq(Id(id)));
        }
        if let Some(actor) = query.actor_id {
            found = found.filter(revisions::actor_id.eq(Id::from(actor)));
        }
        if let Some(from) = query.from {
            found = found.filter(revisions::at.ge(At(from)));
        }
        if let Some(to) = query.to {
            found = found.filter(revisions::at.lt(At(to)));
        }
        if let Some(revision) = query.after_revision {
            found = found.filter(changes::revision.gt(revision));
        }
        if let Some(revision) = query.before_revision {
            found = found.filter(changes::revision.lt(revision));
        }
        // A bound on the revision alone comes with each place, for the index.
        found = match (query.order, query.after) {
            (Order::OldestFirst, Some((revision, ordinal))) => found
                .filter(changes::revision.ge(revision))
                .filter(changes::revision.gt(revision).or(changes::ordinal.gt(ordinal))),
            (Order::NewestFirst, Some((revision, ordinal))) => found
                .filter(changes::revision.le(revision))
                .filter(changes::revision.lt(revision).or(changes::ordinal.lt(ordinal))),
            (_, None) => found,
        };
        found = match query.order {
            Order::OldestFirst => found.order((changes::revision.asc(), changes::ordinal.asc())),
            Order::NewestFirst => found.order((changes::revision.desc(), changes::ordinal.desc())),
        };
        let rows: Vec<(RevisionRow, ChangeRow)> = found.load(self.connection)?;
        rows.into_iter().map(|(revision, change)| entry(revision, change)).collect()
    }

    /// The records that changed after a revision, once for each change, the newest first, of so many changes at most.
    ///
    /// # Errors
    /// The database fails, or an entry can't be read.
    pub fn changed_after(&mut self, revision: i64, limit: i64) -> Result<Vec<(Kind, Uuid)>, StoreError> {
        let rows: Vec<(String, Id)> = changes::table
            .filter(changes::revision.gt(revision))
            .order((changes::revision.desc(), changes::ordinal.desc()))
            .limit(limit.max(0))
            .select((changes::kind, changes::entity_id))
            .load(self.connection)?;
        let read = |(kind, id): (String, Id)| Some((Kind::parse(&kind)?, id.0));
        let unknown = || StoreError::Corrupt(format!("a kind of record after revision {revision}"));
        rows.into_iter().map(|row| read(row).ok_or_else(unknown)).collect()
    }

    /// The revisions after `revision`, whole and in order, at most `max_revisions` of them.
    ///
    /// # Errors
    /// [`StoreError::Pruned`] when the log no longer holds the next one; the database fails, or
    /// an entry can't be read.
    pub fn changes_since(&mut self, revision: i64, max_revisions: i64) -> Result<Vec<LoggedRevision>, StoreError> {
        let last = revision.saturating_add(max_revisions);
        let heads: Vec<(i64, At)> = revisions::table
            .filter(revisions::revision.gt(revision).and(revisions::revision.le(last)))
            .order(revisions::revision)
            .select((revisions::revision, revisions::at))
            .load(self.connection)?;
        if heads.first().is_none_or(|(first, _)| *first != revision + 1) && max_revisions > 0 {
            let oldest: Option<i64> =
                revisions::table.select(diesel::dsl::min(revisions::revision)).first(self.connection)?;
            if let Some(oldest) = oldest.filter(|oldest| *oldest > revision + 1) {
                return Err(StoreError::Pruned { oldest });
            }
        }
        let rows: Vec<ChangeRow> = changes::table
            .filter(changes::revision.gt(revision).and(changes::revision.le(last)))
            .order((changes::revision, changes::ordinal))
            .select(ChangeRow::as_select())
            .load(self.connection)?;
        let mut rows = rows.into_iter().peekable();
        let mut logged = Vec::with_capacity(heads.len());
        for (revision, at) in heads {
            let mut changes = Vec::new();
            while let Some(row) = rows.next_if(|row| row.revision == revision) {
                changes.push(row.change()?);
            }
            logged.push(LoggedRevision { revision, at: at.0, changes });
        }
        Ok(logged)
    }

    /// Counts the log.
    ///
    /// # Errors
    /// The database fails.
    pub fn log_summary(&mut self) -> Result<LogSummary, StoreError> {
        use diesel::dsl::{count_star, exists, max, min, not};
        let (oldest, newest): (Option<i64>, Option<i64>) =
            revisions::table.select((min(revisions::revision), max(revisions::revision))).first(self.connection)?;
        let of_revision = changes::table.filter(changes::revision.eq(revisions::revision));
        Ok(LogSummary {
            min: oldest.unwrap_or(0),
            max: newest.unwrap_or(0),
            revisions: revisions::table.select(count_star()).first(self.connection)?,
            changes: changes::table.select(count_star()).first(self.connection)?,
            empty: revisions::table.filter(not(exists(of_revision))).select(count_star()).first(self.connection)?,
        })
    }
}

impl Tx<'_> {
    /// Removes the revisions made before an instant, but never the newest one, from which the
    /// next number follows. Says how many.
    ///
    /// # Errors
    /// The database fails.
    pub fn prune_log(&mut self, before: DateTime<Utc>) -> Result<usize, StoreError> {
        let Some((newest, _)) = head(self.connection)? else { return Ok(0) };
        let oldest: Option<i64> = revisions::table
            .filter(revisions::at.ge(At(before)))
            .select(diesel::dsl::min(revisions::revision))
            .first(self.connection)?;
        let oldest = oldest.unwrap_or(newest);
        diesel::delete(changes::table.filter(changes::revision.lt(oldest))).execute(self.connection)?;
        let old = revisions::table.filter(revisions::revision.lt(oldest));
        Ok(diesel::delete(old).execute(self.connection)?)
    }
}
