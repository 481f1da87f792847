//! The records of one kind that a transaction has loaded or changed: each once, with its pending
//! state, found by id and by key as if the changes were written already.

use std::any::Any;
use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use domain::change::Change;
use uuid::Uuid;

use crate::connection::AnyConnection;
use crate::dialect;
use crate::error::StoreError;
use crate::key::Key;
use crate::reader::Reader;
use crate::tables::{self, Rows, Stored, Table};

/// What every changed row is stamped with.
#[derive(Clone, Copy, Debug)]
pub struct Stamp {
    pub revision: i64,
    pub now: DateTime<Utc>,
}

/// A record: as it is stored, and as it shall be.
struct Slot<T> {
    stored: Option<Stored<T>>,
    pending: Option<Pending<T>>,
}

struct Pending<T> {
    value: Option<T>,
    /// Its place among all changes of the transaction.
    order: usize,
}

impl<T> Slot<T> {
    fn value(&self) -> Option<&T> {
        match &self.pending {
            Some(pending) => pending.value.as_ref(),
            None => self.stored.as_ref().map(|stored| &stored.value),
        }
    }
}

/// What a slot comes to in the end.
enum Outcome<'s, T> {
    Created(&'s T),
    Updated(&'s Stored<T>, &'s T),
    Removed(&'s Stored<T>),
}

impl<T: PartialEq> Slot<T> {
    /// The merged change with its place; `None` when nothing is different in the end.
    fn outcome(&self) -> Option<(usize, Outcome<'_, T>)> {
        let pending = self.pending.as_ref()?;
        let outcome = match (&self.stored, &pending.value) {
            (None, None) => return None,
            (None, Some(after)) => Outcome::Created(after),
            (Some(before), None) => Outcome::Removed(before),
            (Some(before), Some(after)) if before.value == *after => return None,
            (Some(before), Some(after)) => Outcome::Updated(before, after),
        };
        Some((pending.order, outcome))
    }
}

/// The identity map of one kind.
pub struct Unit<T> {
    slots: HashMap<Uuid, Slot<T>>,
    /// Which records have a key at present.
    index: BTreeSet<(Key, Uuid)>,
    /// The keys all of whose rows are loaded.
    complete: HashSet<Key>,
}

impl<T> Default for Unit<T> {
    fn default() -> Self {
        Self { slots: HashMap::new(), index: BTreeSet::new(), complete: HashSet::new() }
    }
}

impl<T: Table> Unit<T> {
    fn knows(&self, key: &Key) -> bool {
        self.complete.contains(key) || self.complete.contains(&Key::All(T::KIND))
    }

    /// Loads what is not loaded yet.
    pub fn load(&mut self, connection: &mut AnyConnection, ids: &[Uuid]) -> Result<(), StoreError> {
        if self.complete.contains(&Key::All(T::KIND)) {
            return Ok(());
        }
        let mut seen = HashSet::new();
        let missing = |id: &&Uuid| !self.slots.contains_key(*id) && seen.insert(**id);
        let missing: Vec<_> = ids.iter().filter(missing).copied().collect();
        if missing.is_empty() {
            return Ok(());
        }
        for stored in Reader::new(connection).get_many(&missing)? {
            self.keep(stored);
        }
        for id in missing {
            // Known not to exist.
            self.slots.entry(id).or_insert(Slot { stored: None, pending: None });
        }
        Ok(())
    }

    /// Loads all records that have any of the keys.
    pub fn load_keys(&mut self, connection: &mut AnyConnection, keys: &[Key]) -> Result<(), StoreError> {
        let keys = keys.iter().map(Key::canonical).filter(|key| !self.knows(key));
        let missing: HashSet<Key> = keys.collect();
        if missing.is_empty() {
            return Ok(());
        }
        let missing: Vec<_> = missing.into_iter().collect();
        for stored in Reader::new(connection).find_many(&missing)? {
            self.keep(stored);
        }
        self.complete.extend(missing);
        Ok(())
    }

    /// Takes in a row, unless the record is known already: then its pending state stands.
    fn keep(&mut self, stored: Stored<T>) {
        let id = stored.value.uuid();
        if self.slots.contains_key(&id) {
            return;
        }
        self.index.extend(tables::keys(&stored.value).into_iter().map(|key| (key, id)));
        self.slots.insert(id, Slot { stored: Some(stored), pending: None });
    }

    /// The present state of a loaded record.
    pub fn get(&self, id: Uuid, stamp: Stamp) -> Option<Stored<T>> {
        let slot = self.slots.get(&id)?;
        let value = slot.value()?.clone();
        Some(match (&slot.stored, slot.outcome()) {
            (Some(stored), None) => stored.clone(),
            (stored, _) => Stored {
                value,
                created_at: stored.as_ref().map_or(stamp.now, |stored| stored.created_at),
                updated_at: stamp.now,
                revision: stamp.revision,
            },
        })
    }

    /// The present states of all records that have the key, which must have been loaded.
    pub fn find(&self, key: &Key, stamp: Stamp) -> Vec<Stored<T>> {
        let key = key.canonical();
        let range = (key.clone(), Uuid::nil())..=(key, Uuid::max());
        let ids = self.index.range(range).map(|(_, id)| *id);
        let mut found: Vec<_> = ids.filter_map(|id| self.get(id, stamp)).collect();
        found.sort_by_key(|stored| (stored.created_at, stored.value.uuid()));
        found
    }

    /// Whether the record is loaded and exists at present.
    pub fn exists(&self, id: Uuid) -> bool {
        self.slots.get(&id).is_some_and(|slot| slot.value().is_some())
    }

    /// Sets what the record shall be.
    pub fn set(&mut self, id: Uuid, value: Option<T>, order: usize) {
        let slot = self.slots.entry(id).or_insert(Slot { stored: None, pending: None });
        for key in slot.value().map(tables::keys).unwrap_or_default() {
            self.index.remove(&(key, id));
        }
        self.index.extend(value.iter().flat_map(tables::keys).map(|key| (key, id)));
        let order = slot.pending.as_ref().map_or(order, |pending| pending.order);
        slot.pending = Some(Pending { value, order });
    }

    fn outcomes(&self) -> Vec<(usize, Outcome<'_, T>)> {
        let mut outcomes: Vec<_> = self.slots.values().filter_map(Slot::outcome).collect();
        outcomes.sort_unstable_by_key(|(order, _)| *order);
        outcomes
    }
}

/// A unit of any kind.
pub trait AnyUnit: Any {
    /// Adds the merged changes with their places.
    fn changes(&self, out: &mut Vec<(usize, Change)>);

    /// Writes the merged changes, in bulk. Removals go first and updates second, so that a unique
    /// value that one record gives up can be taken by another.
    fn flush(&self, connection: &mut AnyConnection, stamp: Stamp) -> Result<(), StoreError>;

    /// For finding the kind again.
    fn as_any(&mut self) -> &mut dyn Any;
}

impl<T: Table> AnyUnit for Unit<T> {
    fn changes(&self, out: &mut Vec<(usize, Change)>) {
        for slot in self.slots.values() {
            let Some((order, outcome)) = slot.outcome() else { continue };
            let change = match outcome {
                Outcome::Created(after) => Change::created(after.clone()),
                Outcome::Updated(before, after) => Change::updated(before.value.clone(), after.clone()),
                Outcome::Removed(before) => Change::removed(before.value.clone()),
            };
            out.push((order, change));
        }
    }

    fn flush(&self, connection: &mut AnyConnection, stamp: Stamp) -> Result<(), StoreError> {
        let Stamp { revision, now } = stamp;
        let row = |value: &T, created_at| {
            let value = value.clone();
            tables::values(&Stored { value, created_at, updated_at: now, revision })
        };
        let (mut created, mut updated, mut removed) = (Vec::new(), Vec::new(), Vec::new());
        let mut changed = BTreeSet::new();
        for (_, outcome) in self.outcomes() {
            match outcome {
                Outcome::Created(after) => created.push(row(after, now)?),
                Outcome::Updated(before, after) => {
                    let (old, new) = (tables::values(before)?, row(after, before.created_at)?);
                    let sides = old.into_iter().zip(&new).zip(tables::table_columns::<T>());
                    let differing = sides.filter(|((old, new), _)| old != *new);
                    changed.extend(differing.map(|(_, column)| column.name));
                    updated.push(new);
                }
                Outcome::Removed(before) => removed.push(before.value.uuid()),
            }
        }
        dialect::delete::<<T as Rows>::Schema>(connection, &removed)?;
        dialect::update::<<T as Rows>::Schema>(connection, updated, &changed)?;
        dialect::insert::<<T as Rows>::Schema>(connection, created)
    }

    fn as_any(&mut self) -> &mut dyn Any {
        self
    }
}
