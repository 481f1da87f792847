//! A unit of work: what one write loads and changes.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use domain::change::Change;
use domain::id::Kind;
use uuid::Uuid;

use crate::connection::AnyConnection;
use crate::error::{Constraint, StoreError};
use crate::key::Key;
use crate::mark_counters::MarkCounter;
use crate::reader::Reader;
use crate::tables::{Stored, Table};
use crate::unit::{AnyUnit, Stamp, Unit};

/// One write under way. It remembers every record that it loaded or changed: each is loaded once,
/// and what was changed is seen by [`Tx::get`] and [`Tx::find`] at once.
///
/// Records are written when the write ends, merged: created then updated is one creation, created
/// then removed is nothing, changed back is nothing. Nobody else writes meanwhile, so what was
/// read stays true until then. Rules are checked by the callers; unique values, references and
/// the form of values are checked by the database too.
pub struct Tx<'c> {
    pub(crate) connection: &'c mut AnyConnection,
    stamp: Stamp,
    units: BTreeMap<Kind, Box<dyn AnyUnit>>,
    notes: Vec<(usize, Change)>,
    /// How far counters of marks have come, and whether this write took a number.
    pub(crate) numbers: BTreeMap<MarkCounter, (i64, bool)>,
    touched: usize,
}

impl<'c> Tx<'c> {
    pub(crate) fn new(connection: &'c mut AnyConnection, stamp: Stamp) -> Self {
        Self { connection, stamp, units: BTreeMap::new(), notes: Vec::new(), numbers: BTreeMap::new(), touched: 0 }
    }

    /// The instant of this write in whole microseconds, stamped under the lock: never before that
    /// of the last revision, whatever the clock shows.
    pub fn now(&self) -> DateTime<Utc> {
        self.stamp.now
    }

    /// The revision that this write has, if it changes anything: the last one of the log, read
    /// under the lock, and one.
    pub fn revision(&self) -> i64 {
        self.stamp.revision
    }

    /// The newest revision once this write has ended as it stands now: its own if it changes
    /// anything, else the last one of the log.
    pub fn revision_after(&self) -> i64 {
        self.stamp.revision - i64::from(!self.changed())
    }

    /// Whether it changes anything as it stands now.
    pub(crate) fn changed(&self) -> bool {
        !self.notes.is_empty() || self.units.values().any(|unit| unit.changed())
    }

    /// The record of that id, with its pending changes.
    ///
    /// # Errors
    /// The database fails.
    pub fn get<T: Table>(&mut self, id: Uuid) -> Result<Option<Stored<T>>, StoreError> {
        let stamp = self.stamp;
        let (unit, connection) = self.unit::<T>()?;
        unit.load(connection, &[id])?;
        Ok(unit.get(id, stamp))
    }

    /// Loads many records with one query (in chunks); later [`Tx::get`]s of these ids cost
    /// nothing, whether they exist or not.
    ///
    /// # Errors
    /// The database fails.
    pub fn preload<T: Table>(&mut self, ids: &[Uuid]) -> Result<(), StoreError> {
        let (unit, connection) = self.unit::<T>()?;
        unit.load(connection, ids)
    }

    /// All records that have the key, with pending changes, those of them removed that no longer
    /// have it; the oldest first.
    ///
    /// # Errors
    /// The database fails, or the key is not one of that kind.
    pub fn find<T: Table>(&mut self, key: &Key) -> Result<Vec<Stored<T>>, StoreError> {
        let stamp = self.stamp;
        let (unit, connection) = self.unit::<T>()?;
        unit.load_keys(connection, std::slice::from_ref(key))?;
        Ok(unit.find(key, stamp))
    }

    /// The ids of all records that have the key, with pending changes.
    ///
    /// # Errors
    /// The database fails, or the key is not one of that kind.
    pub fn ids<T: Table>(&mut self, key: &Key) -> Result<Vec<Uuid>, StoreError> {
        let (unit, connection) = self.unit::<T>()?;
        unit.load_keys(connection, std::slice::from_ref(key))?;
        Ok(unit.ids(key))
    }

    /// Loads the records of many keys with one query (in chunks) for each sort of key; later
    /// [`Tx::find`]s of these keys cost nothing, whether they have records or not.
    ///
    /// # Errors
    /// The database fails, or a key is not one of that kind.
    pub fn preload_keys<T: Table>(&mut self, keys: &[Key]) -> Result<(), StoreError> {
        let (unit, connection) = self.unit::<T>()?;
        unit.load_keys(connection, keys)
    }

    /// Adds a record. Its id must be a new one.
    ///
    /// # Errors
    /// The write knows a record with that id already.
    pub fn create<T: Table>(&mut self, value: T) -> Result<(), StoreError> {
        let (id, order) = (value.uuid(), self.touch());
        let (unit, _) = self.unit::<T>()?;
        if unit.exists(id) {
            return Err(StoreError::Conflict { constraint: Constraint::Unique, name: None });
        }
        unit.set(id, Some(value.storable()), order);
        Ok(())
    }

    /// Changes a record that this write has loaded or created.
    ///
    /// # Errors
    /// It has not, or the record does not exist.
    pub fn update<T: Table>(&mut self, value: T) -> Result<(), StoreError> {
        let (id, order) = (value.uuid(), self.touch());
        let (unit, _) = self.unit::<T>()?;
        if !unit.exists(id) {
            return Err(StoreError::Misuse(format!("a {} was changed that is not loaded", T::KIND)));
        }
        unit.set(id, Some(value.storable()), order);
        Ok(())
    }

    /// Removes the record of that id, if it exists.
    ///
    /// # Errors
    /// The database fails.
    pub fn remove<T: Table>(&mut self, id: Uuid) -> Result<(), StoreError> {
        let order = self.touch();
        let (unit, connection) = self.unit::<T>()?;
        unit.load(connection, &[id])?;
        if unit.exists(id) {
            unit.set(id, None, order);
        }
        Ok(())
    }

    /// Adds a change to the log that no row stands for: the end of a session.
    pub fn note(&mut self, change: Change) {
        let order = self.touch();
        self.notes.push((order, change));
    }

    /// The changes so far, merged, as they would be logged: in the order in which their records
    /// were first changed.
    pub fn changes(&self) -> Vec<Change> {
        let mut changes = self.notes.clone();
        for unit in self.units.values() {
            unit.changes(&mut changes);
        }
        ordered(changes)
    }

    /// The same of some kinds alone: those of which there may be very many are not copied for nothing.
    pub fn changes_of(&self, kinds: &[Kind]) -> Vec<Change> {
        let mut changes = Vec::new();
        for unit in kinds.iter().filter_map(|kind| self.units.get(kind)) {
            unit.changes(&mut changes);
        }
        ordered(changes)
    }

    /// The changes at the end of the write.
    pub(crate) fn into_changes(self) -> Vec<Change> {
        let mut changes = self.notes;
        for unit in self.units.into_values() {
            unit.into_changes(&mut changes);
        }
        ordered(changes)
    }

    /// The ids of all records that this write has looked at or changed, and of those that it looked for in vain.
    pub fn seen(&self) -> BTreeSet<Uuid> {
        self.units.values().flat_map(|unit| unit.seen()).collect()
    }

    /// Calls `f` with what each record of a kind was and shall be, for those that change, in the
    /// order in which they were first changed.
    ///
    /// # Errors
    /// None but a fault of the program.
    pub fn for_each_change<T: Table>(&mut self, f: impl FnMut(Option<&T>, Option<&T>)) -> Result<(), StoreError> {
        let (unit, _) = self.unit::<T>()?;
        unit.for_each_change(f);
        Ok(())
    }

    /// Reads what is stored, as it was when the write began: its lists and keys do not show
    /// pending changes of records. What stands beside the records (sessions, operations, ...) is
    /// written at once and seen.
    pub fn reader(&mut self) -> Reader<'_> {
        Reader::new(self.connection)
    }

    /// Writes the rows of all changes.
    pub(crate) fn flush(&mut self) -> Result<(), StoreError> {
        for unit in self.units.values() {
            unit.flush(self.connection, self.stamp)?;
        }
        self.flush_mark_numbers()
    }

    fn touch(&mut self) -> usize {
        self.touched += 1;
        self.touched
    }

    pub(crate) fn unit<T: Table>(&mut self) -> Result<(&mut Unit<T>, &mut AnyConnection), StoreError> {
        let unit = self.units.entry(T::KIND).or_insert_with(|| Box::new(Unit::<T>::default()));
        match unit.as_any().downcast_mut::<Unit<T>>() {
            Some(unit) => Ok((unit, self.connection)),
            None => Err(StoreError::Misuse(format!("two sorts of record are {}s", T::KIND))),
        }
    }
}

fn ordered(mut changes: Vec<(usize, Change)>) -> Vec<Change> {
    // Changes are large: their places are sorted, and each change moves once.
    changes.sort_by_cached_key(|(order, _)| *order);
    changes.into_iter().map(|(_, change)| change).collect()
}
