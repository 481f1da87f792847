//! SQLite's journal: what was committed is in a file beside the database's own until it is copied back.

use crate::connection::Purpose;
use crate::dialect;
use crate::error::StoreError;
use crate::store::{BackendName, Store};

/// Pages of the journal that are worth copying back (8 MB): long work touches the same ones over and over.
const COPIED_FROM: i32 = 2_000;

/// Pages from which on the journal is to be begun anew (64 MB).
const BEGUN_ANEW_FROM: i32 = 16_000;

impl Store {
    /// Brings what was committed into the database's own file, so that on SQLite this file alone is
    /// the database. To be called when the process stops.
    ///
    /// # Errors
    /// The database fails.
    pub fn settle(&self) -> Result<(), StoreError> {
        // Of two who copy back at the same time, the second is told to come again.
        let _nobody_else = self.inner.keeper.lock();
        let (mut writer, _) = self.writer()?;
        Ok(dialect::settle(self.connected(&mut writer)?)?)
    }

    /// Copies SQLite's journal back into the database's own file once there is enough of it, while others read and write:
    /// left to the writes, one of them would have to wait for all of it. To be called again and again, at intervals of
    /// less than a second; does nothing on PostgreSQL.
    ///
    /// # Errors
    /// The database fails.
    pub fn copy_back(&self) -> Result<(), StoreError> {
        if self.backend() == BackendName::Postgresql {
            return Ok(());
        }
        let mut keeper = self.inner.keeper.lock();
        let keeper = match &mut *keeper {
            Some(keeper) => keeper,
            none => none.insert(self.inner.address.connect(Purpose::Write)?),
        };
        let Some(before) = dialect::journal(keeper)? else { return Ok(()) };
        if before.pages - before.copied < COPIED_FROM {
            return Ok(());
        }
        let little_is_left = dialect::copy_back(keeper)?.is_some_and(|after| after.pages - after.copied < COPIED_FROM);
        if before.pages >= BEGUN_ANEW_FROM && little_is_left {
            // A journal is begun anew only once all of it is copied, which never comes to be while writes go on.
            let (mut writer, _) = self.writer()?;
            dialect::copy_back(self.connected(&mut writer)?)?;
        }
        Ok(())
    }
}
