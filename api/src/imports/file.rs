//! The file of an import, kept in the database until the operation has ended, so that it goes on
//! after a crash.

use std::io::Read;

use persistence::{NewOperation, Store, Tx};
use uuid::Uuid;

use crate::app::App;
use crate::commands::Refusal;
use crate::imports::{Parameters, Purpose};
use crate::jobs::IMPORT;
use crate::rights::Authority;

/// Bytes of one part.
const PART: usize = 512 * 1024;

/// Queues an import together with its file; the operation's id. One that applies a plan takes the file that is kept with
/// the plan.
///
/// # Errors
/// The file can't be read, or the database can't take it.
pub fn store_file(
    tx: &mut Tx<'_>,
    authority: &Authority,
    id: Uuid,
    parameters: &Parameters,
    mut file: impl Read,
) -> Result<(), Refusal> {
    let purpose = parameters.purpose;
    let parameters = serde_json::to_value(parameters).map_err(|_| Refusal::internal("parameters can't be written"))?;
    tx.create_operation(NewOperation {
        id,
        kind: IMPORT.to_owned(),
        parameters,
        created_by: authority.user_id(),
        total: None,
    })?;
    if let Purpose::Apply(plan) = purpose {
        return Ok(tx.take_plan_file(plan, id)?);
    }
    let mut part = vec![0; PART];
    loop {
        let mut filled = 0;
        while let Some(rest) = part.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match file.read(rest) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) => return Err(Refusal::internal(format!("the file can't be read: {}", error.kind()))),
            }
        }
        match part.get(..filled) {
            Some(data) if !data.is_empty() => tx.append_operation_file(id, data)?,
            _ => return Ok(()),
        };
    }
}

/// Queues an import in a transaction of its own; the operation's id.
///
/// # Errors
/// The file can't be read, or the database can't take it.
pub fn queue(app: &App, authority: &Authority, parameters: &Parameters, file: impl Read) -> Result<Uuid, Refusal> {
    let id = Uuid::now_v7();
    let author = authority.author(None);
    app.store().write(&author, |tx| store_file(tx, authority, id, parameters, file))?;
    Ok(id)
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
