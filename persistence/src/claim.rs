//! One serving process per database file.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use crate::error::StoreError;

/// The right to serve a database. It ends when it is dropped, and when the process dies.
#[derive(Debug)]
#[must_use = "the claim ends when it is dropped"]
pub struct Claim {
    _lock: Option<File>,
}

impl Claim {
    /// Nothing to claim: a server takes any number of nodes.
    pub(crate) const fn shared() -> Self {
        Self { _lock: None }
    }

    /// Locks the file `<database>.lock.remit`, which stays where it is: removing it would let two
    /// processes hold locks of the same name.
    pub(crate) fn of_file(database: &Path) -> Result<Self, StoreError> {
        let mut path = database.as_os_str().to_owned();
        path.push(".lock.remit");
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(StoreError::unavailable)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _lock: Some(file) }),
            Err(TryLockError::WouldBlock) => Err(StoreError::Claimed),
            Err(TryLockError::Error(error)) => Err(StoreError::unavailable(error)),
        }
    }
}
