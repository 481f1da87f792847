//! Erasing a person (U-08): what is kept of an account beside its record, and what the log holds of it.

use diesel::prelude::*;
use domain::change::{FORM, Record};
use domain::id::{Kind, UserId};
use uuid::Uuid;

use crate::change_log::ChangeRow;
use crate::error::StoreError;
use crate::schema::{
    activity, changes, credentials, idempotent_answers, log_in_attempts, notes, notifications, one_time_links,
    operation_errors, plan_files, plan_lines, plans, revisions, sessions,
};
use crate::sql_types::Id;
use crate::tables::Table;
use crate::tx::Tx;

/// What is to be erased of an account.
pub struct Traces {
    /// The account.
    pub user: UserId,
    /// The hashes under which attempts to log in with its logins are kept.
    pub login_hashes: Vec<String>,
    /// Texts by which it would be known in what people and programs wrote freely.
    pub texts: Vec<String>,
}

impl Tx<'_> {
    /// Changes a record that this write has loaded, as if it had always been so: this is no change of the
    /// record, and the log says nothing of it. A change that follows is logged as one of what is stored here.
    ///
    /// # Errors
    /// The record was not loaded or is changed already, or the database fails.
    pub fn rewrite_stored<T: Table>(&mut self, value: T) -> Result<(), StoreError> {
        let (unit, connection) = self.unit::<T>()?;
        unit.rewrite(connection, value)
    }

    /// Rewrites what the log holds of one record: `rewrite` is given each side of each change. Revisions,
    /// authors and the number of changes stay. Says how many changes were rewritten.
    ///
    /// # Errors
    /// The database fails, or an entry can't be read.
    pub fn rewrite_log(
        &mut self,
        kind: Kind,
        id: Uuid,
        rewrite: impl FnMut(Record) -> Record,
    ) -> Result<usize, StoreError> {
        let rows: Vec<ChangeRow> = changes::table
            .filter(changes::kind.eq(kind.as_str()).and(changes::entity_id.eq(Id(id))))
            .order((changes::revision, changes::ordinal))
            .select(ChangeRow::as_select())
            .load(self.connection)?;
        self.rewrite_rows(&rows, rewrite)
    }

    /// The same for all records of some kinds that name an account.
    ///
    /// # Errors
    /// The database fails, or an entry can't be read.
    pub fn rewrite_log_naming(
        &mut self,
        kinds: &[Kind],
        user: UserId,
        rewrite: impl FnMut(Record) -> Record,
    ) -> Result<usize, StoreError> {
        let named = containing(&user.to_string());
        let rows: Vec<ChangeRow> = changes::table
            .filter(changes::kind.eq_any(kinds.iter().map(|kind| kind.as_str())))
            .filter(changes::before.like(&named).escape('\\').or(changes::after.like(&named).escape('\\')))
            .order((changes::revision, changes::ordinal))
            .select(ChangeRow::as_select())
            .load(self.connection)?;
        self.rewrite_rows(&rows, rewrite)
    }

    fn rewrite_rows(
        &mut self,
        rows: &[ChangeRow],
        mut rewrite: impl FnMut(Record) -> Record,
    ) -> Result<usize, StoreError> {
        let mut rewritten = 0;
        for row in rows {
            let change = row.change()?;
            let mut json = |record: &Option<Record>| {
                let record = record.clone().map(&mut rewrite).as_ref().map(Record::to_json).transpose();
                record.map_err(|_| row.corrupt())
            };
            let (before, after) = (json(&change.before)?, json(&change.after)?);
            if (&before, &after) == (&row.before, &row.after) {
                continue;
            }
            diesel::update(changes::table.find((row.revision, row.ordinal)))
                .set((changes::form.eq(FORM), changes::before.eq(before), changes::after.eq(after)))
                .execute(self.connection)?;
            rewritten += 1;
        }
        Ok(rewritten)
    }

    /// Erases what is kept of an account beside its record and the log. Says how many rows of which table that
    /// were, of those where there were any.
    ///
    /// # Errors
    /// The database fails.
    pub fn erase_beside(&mut self, traces: &Traces) -> Result<Vec<(&'static str, usize)>, StoreError> {
        let user = Id::from(traces.user);
        let c = &mut *self.connection;
        let mut erased = vec![
            ("credentials", diesel::delete(credentials::table.filter(credentials::user_id.eq(user))).execute(c)?),
            ("sessions", diesel::delete(sessions::table.filter(sessions::user_id.eq(user))).execute(c)?),
            (
                "one_time_links",
                diesel::delete(one_time_links::table.filter(one_time_links::user_id.eq(user))).execute(c)?,
            ),
            ("activity", diesel::delete(activity::table.filter(activity::user_id.eq(user))).execute(c)?),
            ("notes", diesel::delete(notes::table.filter(notes::user_id.eq(user))).execute(c)?),
            (
                "notifications",
                diesel::delete(
                    notifications::table.filter(notifications::user_id.eq(user).or(notifications::subject_id.eq(user))),
                )
                .execute(c)?,
            ),
            (
                "log_in_attempts",
                diesel::delete(log_in_attempts::table.filter(
                    log_in_attempts::user_id.eq(user).or(log_in_attempts::login_hash.eq_any(&traces.login_hashes)),
                ))
                .execute(c)?,
            ),
        ];
        // Its own keys may say who it is. Those of others stay used up: sent again, a request is not done again.
        let mut answers =
            diesel::delete(idempotent_answers::table.filter(idempotent_answers::user_id.eq(user))).execute(c)?;
        let (mut causes, mut errors) = (0, 0);
        let id = traces.user.to_string();
        for text in traces.texts.iter().chain([&id]) {
            let pattern = containing(text);
            let kept = idempotent_answers::table.filter(idempotent_answers::answer.like(&pattern).escape('\\'));
            answers += diesel::update(kept)
                .set((
                    idempotent_answers::answer.eq(""),
                    idempotent_answers::fingerprint.eq(""),
                    idempotent_answers::needs.eq("[]"),
                ))
                .execute(c)?;
        }
        for text in &traces.texts {
            let pattern = containing(text);
            let keyed = idempotent_answers::table.filter(idempotent_answers::key.like(&pattern).escape('\\'));
            answers += diesel::delete(keyed).execute(c)?;
            let told = revisions::table.filter(revisions::cause.like(&pattern).escape('\\'));
            causes += diesel::update(told).set(revisions::cause.eq(None::<String>)).execute(c)?;
            let told = operation_errors::table.filter(operation_errors::detail.like(&pattern).escape('\\'));
            errors += diesel::update(told).set(operation_errors::detail.eq("erased")).execute(c)?;
        }
        // What others planned about it goes as well: a plan lives for a day.
        let about: Vec<Id> = plan_lines::table
            .filter(plan_lines::user_id.eq(Some(user)))
            .select(plan_lines::plan_id)
            .distinct()
            .load(c)?;
        // A file may name anybody, in columns and letters of its own: all plans that keep one go.
        let files: Vec<Id> = plan_files::table.select(plan_files::plan_id).distinct().load(c)?;
        let about = about.into_iter().chain(files);
        let own = plans::table.filter(plans::made_by.eq(Some(user)).or(plans::id.eq_any(about)));
        let mut planned = diesel::delete(own).execute(c)?;
        for text in traces.texts.iter().chain([&id]) {
            let said = plans::table.filter(plans::request.like(containing(text)).escape('\\'));
            planned += diesel::delete(said).execute(c)?;
        }
        erased.extend([
            ("idempotent_answers", answers),
            ("revisions", causes),
            ("operation_errors", errors),
            ("plans", planned),
        ]);
        erased.retain(|(_, rows)| *rows > 0);
        Ok(erased)
    }
}

/// A pattern for texts that contain one, in which no character means anything but itself.
fn containing(text: &str) -> String {
    let mut pattern = String::from("%");
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}
