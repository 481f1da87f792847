//! The file of an import, kept in the database until the operation has ended, so that it goes on after a crash. It comes
//! and goes part by part, each in a turn of its own at writing, so that nobody waits for all of it.

use std::io::Read;

use chrono::TimeDelta;
use persistence::{NewOperation, Store, Tx};
use uuid::Uuid;

use crate::app::App;
use crate::commands::Refusal;
use crate::imports::{Parameters, Purpose};
use crate::jobs::IMPORT;
use crate::rights::Authority;

/// Bytes of one part.
const PART: usize = 512 * 1024;

/// How long a file may take to come.
const COMING: TimeDelta = TimeDelta::days(1);

/// Keeps the file of an operation that is to be queued. Whoever does not queue it clears the file.
///
/// # Errors
/// The file can't be read, or the database can't take it.
pub fn keep(app: &App, id: Uuid, mut file: impl Read) -> Result<(), Refusal> {
    let author = app.service().author(None);
    let mut part = Vec::new();
    let mut next = || -> Result<bool, Refusal> {
        part.clear();
        (&mut file)
            .take(PART as u64)
            .read_to_end(&mut part)
            .map_err(|error| Refusal::internal(format!("the file can't be read: {}", error.kind())))?;
        if part.is_empty() {
            return Ok(false);
        }
        app.store().write(&author, |tx| tx.append_operation_file(id, &part))?;
        Ok(true)
    };
    loop {
        match next() {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(refusal) => {
                clear(app, id);
                return Err(refusal);
            }
        }
    }
}

/// Removes a file that nobody needs any more; one whose operation is yet to end stays. What can't be removed now is removed
/// by [`clear_left_over`].
pub fn clear(app: &App, id: Uuid) {
    let author = app.service().author(None);
    loop {
        match app.store().write(&author, |tx| tx.delete_operation_file_part(id)) {
            Ok(removed) if removed.value => {}
            Ok(_) => return,
            Err(error) => {
                log::warn!("the file of operation {id} can't be removed yet: {error}");
                return;
            }
        }
    }
}

/// Removes the files that a crash left: of operations that have ended, and those that came a day ago and were never
/// queued.
///
/// # Errors
/// The database can't be read.
pub fn clear_left_over(app: &App) -> Result<(), Refusal> {
    let before = app.clock().now() - COMING;
    let left_over = app.store().read(|reader| reader.left_over_files(before))?;
    left_over.into_iter().for_each(|id| clear(app, id));
    Ok(())
}

/// Queues an import whose file is kept. One that applies a plan takes the file that is kept with the plan.
///
/// # Errors
/// The database can't take it.
pub fn create(tx: &mut Tx<'_>, authority: &Authority, id: Uuid, parameters: &Parameters) -> Result<(), Refusal> {
    let purpose = parameters.purpose;
    let parameters = serde_json::to_value(parameters).map_err(|_| Refusal::internal("parameters can't be written"))?;
    tx.create_operation(NewOperation {
        id,
        kind: IMPORT.to_owned(),
        parameters,
        created_by: authority.user_id(),
        total: None,
    })?;
    match purpose {
        Purpose::Apply(plan) => Ok(tx.take_plan_file(plan, id)?),
        Purpose::Import | Purpose::Plan => Ok(()),
    }
}

/// Keeps the file and queues the import.
///
/// # Errors
/// The file can't be read, or the database can't take it.
pub fn queue(
    app: &App,
    authority: &Authority,
    id: Uuid,
    parameters: &Parameters,
    file: impl Read,
) -> Result<(), Refusal> {
    keep(app, id, file)?;
    let created = app.store().write(&authority.author(None), |tx| create(tx, authority, id, parameters));
    if created.is_err() {
        clear(app, id);
    }
    created.map(|_| ())
}

/// Reads a kept file from its beginning.
pub struct KeptFile {
    store: Store,
    operation: Uuid,
    part: i64,
    data: Vec<u8>,
    at: usize,
}

impl KeptFile {
    /// The file of an operation.
    pub fn new(app: &App, operation: Uuid) -> Self {
        Self { store: app.store().clone(), operation, part: 0, data: Vec::new(), at: 0 }
    }
}

impl Read for KeptFile {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.at == self.data.len() {
            let (operation, part) = (self.operation, self.part);
            let next =
                self.store.read(|reader| reader.operation_file(operation, part)).map_err(std::io::Error::other)?;
            let Some(data) = next else {
                return Ok(0);
            };
            self.data = data;
            self.at = 0;
            self.part += 1;
        }
        let rest = self.data.get(self.at..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), rest.get(..count)) {
            to.copy_from_slice(from);
        }
        self.at += count;
        Ok(count)
    }
}
