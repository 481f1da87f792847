//! SQLite's journal: what was committed is in a file beside the database's own until it is copied back.

use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::backend::BackendName;
use crate::connection::AnyConnection;
use crate::dialect;
use crate::error::StoreError;
use crate::store::Store;

/// Pages of the journal that are worth copying back (8 MB): long work touches the same ones over and over.
const COPIED_FROM: i32 = 2_000;

/// Pages from which on the journal is to be begun anew (64 MB).
const BEGUN_ANEW_FROM: i32 = 16_000;

/// How long writes wait for those who still read out of the journal that is to be emptied.
const PATIENCE: Duration = Duration::from_millis(200);

impl Store {
    /// Brings what was committed into the database's own file, so that on SQLite this file alone is
    /// the database, and nothing that was erased lives on beside it. To be called when the process stops, and after
    /// something was erased.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when somebody reads out of the journal for so long that it is left to
    /// [`Store::copy_back`]; the database fails.
    pub fn settle(&self) -> Result<(), StoreError> {
        // Of two who copy back at the same time, the second is told to come again.
        let _nobody_else = self.inner.keeper.lock();
        self.inner.unsettled.store(true, Ordering::Release);
        let (mut writer, _) = self.writer()?;
        self.empty_journal(self.connected(&mut writer)?, PATIENCE)
    }

    fn empty_journal(&self, connection: &mut AnyConnection, wait: Duration) -> Result<(), StoreError> {
        if dialect::empty_journal(connection, wait)?.is_some_and(|left| left.busy != 0) {
            return Err(StoreError::Busy);
        }
        self.inner.unsettled.store(false, Ordering::Release);
        Ok(())
    }

    /// Copies SQLite's journal back into the database's own file once there is enough of it, while others read and write:
    /// left to the writes, one of them would have to wait for all of it. Also does what [`Store::settle`] could not. To be
    /// called again and again, at intervals of less than a second; does nothing on PostgreSQL.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when somebody is in the way; the database fails.
    pub fn copy_back(&self) -> Result<(), StoreError> {
        if self.backend() == BackendName::Postgresql {
            return Ok(());
        }
        let mut keeper = self.inner.keeper.lock();
        let keeper = self.connected(&mut keeper)?;
        let unsettled = self.inner.unsettled.load(Ordering::Acquire);
        let Some(before) = dialect::journal(keeper)? else { return Ok(()) };
        if before.pages - before.copied < COPIED_FROM && !unsettled {
            return Ok(());
        }
        let little_is_left = dialect::copy_back(keeper)?.is_some_and(|after| after.pages - after.copied < COPIED_FROM);
        if !little_is_left {
            return Ok(());
        }
        if unsettled {
            let (mut writer, _) = self.writer()?;
            return self.empty_journal(self.connected(&mut writer)?, Duration::ZERO);
        }
        if before.pages >= BEGUN_ANEW_FROM {
            // A journal is begun anew only once all of it is copied, which never comes to be while writes go on.
            let (mut writer, _) = self.writer()?;
            dialect::copy_back(self.connected(&mut writer)?)?;
        }
        Ok(())
    }
}
