//! The unit of work that every command runs in: one transaction, one authority, one day.

use std::sync::Arc;

use chrono::NaiveDate;
use domain::access::Model;
use domain::change::Change;
use domain::grant::{Grant, Module};
use domain::id::UserId;
use domain::role::{Membership, Role};
use domain::rule::{Violation, Warning, code};
use domain::user::User;
use persistence::{Stored, Table, Tx, Written};
use uuid::Uuid;

use crate::app::{App, Purpose};
use crate::commands::{Refusal, four_eyes, notifications, role_sync};
use crate::demo;
use crate::http::idempotency::once;
use crate::http::reply::{REVISION, Reply};
use crate::mail::Letter;
use crate::plans::{self, Planning};
use crate::rights::Authority;

/// A transaction under way, and on whose authority.
pub struct Work<'w, 't> {
    /// The records, and what is to become of them.
    pub tx: &'w mut Tx<'t>,
    /// On whose authority.
    pub authority: &'w Authority,
    /// The day, in the organisation's zone.
    pub today: NaiveDate,
    /// What somebody should look at.
    pub warnings: Vec<Warning>,
    /// What the commands need to know of the service.
    pub app: &'w App,
    operation: bool,
}

/// What a write answers.
pub struct Done<T> {
    /// What the command gave.
    pub value: T,
    /// The latest revision after it.
    pub revision: i64,
    /// Whether that revision is its own: it changed something.
    pub changed: bool,
    /// What somebody should look at.
    pub warnings: Vec<Warning>,
}

impl<'w, 't> Work<'w, 't> {
    fn new(app: &'w App, tx: &'w mut Tx<'t>, authority: &'w Authority, operation: bool) -> Self {
        let today = app.zone().day(tx.now());
        Self { tx, authority, today, warnings: Vec::new(), app, operation }
    }

    /// Runs a command, and what follows from every command.
    fn run<T>(&mut self, command: impl FnOnce(&mut Self) -> Result<T, Refusal>) -> Result<T, Refusal> {
        let value = command(self)?;
        role_sync::follow(self)?;
        self.keep_an_administrator()?;
        four_eyes::check(self)?;
        notifications::of_changes(self)?;
        Ok(value)
    }

    /// A unit of work that is done at once however many rows it touches: for plans.
    pub fn whole(app: &'w App, tx: &'w mut Tx<'t>, authority: &'w Authority) -> Self {
        Self::new(app, tx, authority, true)
    }

    /// Refuses what is done so far if it leaves nobody who may assign roles and edit grants.
    ///
    /// # Errors
    /// Nobody would be left.
    pub fn keep_an_administrator(&mut self) -> Result<(), Refusal> {
        keep_an_administrator(self)
    }

    /// The rights model as of this write: the writers' lock is held, so nothing comes after it.
    ///
    /// # Errors
    /// The log can't be read.
    pub fn present(&self) -> Result<Arc<Model>, Refusal> {
        let live = self.app.live();
        if live.model().revision() + 1 < self.tx.revision() {
            live.catch_up()?;
        }
        Ok(live.model())
    }

    /// The rights model before and after changes.
    ///
    /// # Errors
    /// The log can't be read.
    pub fn fork(&self, changes: &[Change]) -> Result<(Arc<Model>, Model), Refusal> {
        let before = self.present()?;
        let mut after = (*before).clone();
        after.apply(changes);
        Ok((before, after))
    }

    /// Refuses what is done so far if it leaves nobody who may assign roles and edit grants, where it was
    /// done to an account that may now: a verb for many accounts says so of the one that it is true of.
    ///
    /// # Errors
    /// Nobody would be left.
    pub fn can_do_without(&mut self, user: UserId) -> Result<(), Refusal> {
        if self.authority.another_may(user, "system", "role.assign") { self.keep_an_administrator() } else { Ok(()) }
    }

    /// Whether this is a part of an operation, which may touch many rows.
    pub fn in_operation(&self) -> bool {
        self.operation
    }

    /// An id for a new record. In the sample company of the demo, which the local operator loads, it
    /// follows from the record's external id, so that what the contract gives as an example is there.
    pub fn new_id<T: Table>(&self, external_id: Option<&str>) -> Uuid {
        let sample = self.app.purpose() == Purpose::Demo && self.authority.user_id().is_none();
        match external_id {
            Some(name) if sample => demo::id(T::KIND, name),
            _ => Uuid::now_v7(),
        }
    }

    /// A record that a field refers to; a violation when it does not exist.
    ///
    /// # Errors
    /// The database can't be read.
    pub fn referred<T: Table>(
        &mut self,
        id: Option<Uuid>,
        pointer: &str,
        out: &mut Vec<Violation>,
    ) -> Result<Option<Stored<T>>, Refusal> {
        let Some(id) = id else {
            return Ok(None);
        };
        let found = self.tx.get::<T>(id)?;
        if found.is_none() {
            out.push(
                Violation::new(code::UNKNOWN_REFERENCE, format!("there is no {} of that id", T::KIND)).at(pointer),
            );
        }
        Ok(found)
    }

    /// The records of a tree from one up to the top.
    ///
    /// # Errors
    /// The database can't be read.
    pub fn up_from<T: Table>(
        &mut self,
        from: Option<Uuid>,
        parent: impl Fn(&T) -> Option<Uuid>,
    ) -> Result<Vec<Uuid>, Refusal> {
        let (mut out, mut next) = (Vec::new(), from);
        while let Some(id) = next.filter(|id| !out.contains(id)) {
            out.push(id);
            next = self.tx.get::<T>(id)?.and_then(|found| parent(&found.value));
        }
        Ok(out)
    }

    /// A record by its id.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when there is none.
    pub fn get<T: Table>(&mut self, id: Uuid) -> Result<Stored<T>, Refusal> {
        self.tx.get::<T>(id)?.ok_or(Refusal::NotFound)
    }
}

impl App {
    /// Runs a command in one transaction: rows, log, automatic roles, the guard of the last
    /// administrator, then the model in memory, all before the answer.
    ///
    /// # Errors
    /// What the command refused; then nothing is written.
    pub fn write<T>(
        &self,
        authority: &Authority,
        cause: Option<String>,
        command: impl FnOnce(&mut Work<'_, '_>) -> Result<T, Refusal>,
    ) -> Result<Done<T>, Refusal> {
        self.write_as(authority, cause, false, command)
    }

    /// Runs a command for a caller and answers it, all in one transaction: `reply` sees the records
    /// as they will be stored. A request with an idempotency key is done once.
    ///
    /// # Errors
    /// What the command refused; then nothing is written.
    pub fn answer<T>(
        &self,
        authority: &Authority,
        cause: Option<String>,
        command: impl FnOnce(&mut Work<'_, '_>) -> Result<T, Refusal>,
        reply: impl FnOnce(&mut Work<'_, '_>, T) -> Result<Reply, Refusal>,
    ) -> Result<Reply, Refusal> {
        match authority.planning() {
            Some(Planning::Make(sketch)) => return plans::make(self, authority, sketch, command),
            Some(Planning::Apply(plan)) => return plans::apply(self, authority, *plan, command, reply),
            None => {}
        }
        let written = self.store().write(&authority.author(cause), |tx| {
            once(tx, authority, |tx| {
                let mut work = Work::new(self, tx, authority, false);
                let value = work.run(command)?;
                let reply = reply(&mut work, value)?;
                let revision = work.tx.revision_after();
                Ok(reply.header(REVISION, revision.to_string()).may_be_minimal())
            })
        })?;
        self.live().follow(&written);
        self.note_action(authority, &written);
        Ok(written.value)
    }

    /// The same for a command that writes to people: what it leaves to be sent is posted after the commit.
    ///
    /// # Errors
    /// What the command refused; then nothing is written, and nothing sent.
    pub fn answer_and_post<T>(
        &self,
        authority: &Authority,
        command: impl FnOnce(&mut Work<'_, '_>) -> Result<T, Refusal>,
        reply: impl FnOnce(&mut Work<'_, '_>, T, &mut Vec<Letter>) -> Result<Reply, Refusal>,
    ) -> Result<Reply, Refusal> {
        let mut letters = Vec::new();
        let answered = self.answer(authority, None, command, |work, value| reply(work, value, &mut letters))?;
        letters.into_iter().for_each(|letter| self.mail().post(letter));
        Ok(answered)
    }

    /// Notes that an account has changed something (U-21).
    pub(crate) fn note_action<T>(&self, authority: &Authority, written: &Written<T>) {
        if written.changed
            && let Some(user) = authority.user_id()
        {
            self.activity().act(user, self.clock().now());
        }
    }

    /// The same for a part of an operation, which names the operation as the changes' cause.
    ///
    /// # Errors
    /// What the command refused; then nothing is written.
    pub fn write_in_operation<T>(
        &self,
        authority: &Authority,
        operation: Uuid,
        command: impl FnOnce(&mut Work<'_, '_>) -> Result<T, Refusal>,
    ) -> Result<Done<T>, Refusal> {
        self.write_as(authority, Some(format!("operation {operation}")), true, command)
    }

    fn write_as<T>(
        &self,
        authority: &Authority,
        cause: Option<String>,
        operation: bool,
        command: impl FnOnce(&mut Work<'_, '_>) -> Result<T, Refusal>,
    ) -> Result<Done<T>, Refusal> {
        let author = authority.author(cause);
        let written: Written<(T, Vec<Warning>)> = self.store().write(&author, |tx| {
            let mut work = Work::new(self, tx, authority, operation);
            let value = work.run(command)?;
            Ok::<_, Refusal>((value, work.warnings))
        })?;
        self.live().follow(&written);
        // What an operation does comes later than what its author did.
        if !operation {
            self.note_action(authority, &written);
        }
        let (value, warnings) = written.value;
        Ok(Done { value, revision: written.revision, changed: written.changed, warnings })
    }
}

/// Refuses a change that leaves nobody who may assign roles and edit grants.
fn keep_an_administrator(work: &mut Work<'_, '_>) -> Result<(), Refusal> {
    if !may_take_rights(work)? {
        return Ok(());
    }
    let changes = work.tx.changes();
    let (present, after) = work.fork(&changes)?;
    let today = work.app.zone().day_number(work.tx.now());
    let administers = |model: &Model, day| {
        let Some(module) = model.module("system") else {
            return false;
        };
        let actions: Option<Vec<_>> = ["role.assign", "grant.edit"]
            .into_iter()
            .map(|name| model.action(module, name).map(|action| (module, action)))
            .collect();
        let first = work.authority.user_id().and_then(|user| model.user(user));
        actions.is_some_and(|actions| model.any_user_may(first, &actions, day))
    };
    // Today, and for good: an end put to the last administrator's role counts as well.
    for day in [today, domain::window::Day::MAX] {
        if administers(&present, day) && !administers(&after, day) {
            return Err(Violation::new(
                code::LAST_ADMINISTRATOR,
                "nobody would be left who may assign roles and edit grants",
            )
            .into());
        }
    }
    Ok(())
}

/// Whether a change may take rights from somebody.
fn may_take_rights(work: &mut Work<'_, '_>) -> Result<bool, Refusal> {
    fn changed<T: Table>(work: &mut Work<'_, '_>, takes: fn(Option<&T>, Option<&T>) -> bool) -> Result<bool, Refusal> {
        let mut found = false;
        work.tx.for_each_change::<T>(|before, after| found |= takes(before, after))?;
        Ok(found)
    }
    Ok(changed::<User>(work, |before, _| before.is_some())?
        || changed::<Membership>(work, |before, _| before.is_some())?
        || changed::<Role>(work, |before, _| before.is_some())?
        || changed::<Module>(work, |before, _| before.is_some())?
        || changed::<Grant>(work, |before, after| {
            before.is_some() || after.is_some_and(|grant| grant.module == "system")
        })?)
}
