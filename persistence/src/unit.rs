//! The records of one kind that a transaction has loaded or changed: each once, with its pending
//! state, found by id and by key as if the changes were written already.

use std::any::Any;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

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

impl<'s, T> Outcome<'s, T> {
    /// What the record was, and what it shall be.
    fn sides(self) -> (Option<&'s T>, Option<&'s T>) {
        match self {
            Outcome::Created(after) => (None, Some(after)),
            Outcome::Updated(before, after) => (Some(&before.value), Some(after)),
            Outcome::Removed(before) => (Some(&before.value), None),
        }
    }
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
    /// Which records may have a key at present, by the key's hash; [`Key::All`] apart.
    index: BTreeSet<(u64, Uuid)>,
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
        self.index.extend(hashes(&stored.value).map(|hash| (hash, id)));
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
        let mut found: Vec<_> = self.ids(key).into_iter().filter_map(|id| self.get(id, stamp)).collect();
        found.sort_by_key(|stored| (stored.created_at, stored.value.uuid()));
        found
    }

    /// The ids of all records that have the key, which must have been loaded.
    pub fn ids(&self, key: &Key) -> Vec<Uuid> {
        let key = key.canonical();
        if key == Key::All(T::KIND) {
            return self.slots.iter().filter(|(_, slot)| slot.value().is_some()).map(|(id, _)| *id).collect();
        }
        let hash = hash_of(&key);
        let has_key = |id: &Uuid| self.slots.get(id)?.value().map(|value| tables::keys(value).contains(&key));
        let ids = self.index.range((hash, Uuid::nil())..=(hash, Uuid::max())).map(|(_, id)| *id);
        ids.filter(|id| has_key(id) == Some(true)).collect()
    }

    /// Whether the record is loaded and exists at present.
    pub fn exists(&self, id: Uuid) -> bool {
        self.slots.get(&id).is_some_and(|slot| slot.value().is_some())
    }

    /// Sets what the record shall be.
    pub fn set(&mut self, id: Uuid, value: Option<T>, order: usize) {
        let slot = self.slots.entry(id).or_insert(Slot { stored: None, pending: None });
        for hash in slot.value().into_iter().flat_map(hashes) {
            self.index.remove(&(hash, id));
        }
        self.index.extend(value.iter().flat_map(hashes).map(|hash| (hash, id)));
        let order = slot.pending.as_ref().map_or(order, |pending| pending.order);
        slot.pending = Some(Pending { value, order });
    }

    /// Writes what a record is as if it had always been so.
    pub fn rewrite(&mut self, connection: &mut AnyConnection, value: T) -> Result<(), StoreError> {
        let id = value.uuid();
        let Some(Slot { stored: Some(stored), pending: None }) = self.slots.get_mut(&id) else {
            return Err(StoreError::Misuse(format!("a {} was rewritten that is not loaded or has changed", T::KIND)));
        };
        let before: Vec<u64> = hashes(&stored.value).collect();
        stored.value = value.storable();
        let row = tables::values(stored)?;
        let columns = tables::table_columns::<T>().iter().map(|column| column.name).collect();
        dialect::update::<<T as Rows>::Schema>(connection, vec![row], &columns)?;
        let after: Vec<u64> = hashes(&stored.value).collect();
        for hash in before {
            self.index.remove(&(hash, id));
        }
        self.index.extend(after.into_iter().map(|hash| (hash, id)));
        Ok(())
    }

    /// Calls `f` with what each record that is different in the end was and shall be, in order.
    pub fn for_each_change(&self, mut f: impl FnMut(Option<&T>, Option<&T>)) {
        for (_, outcome) in self.outcomes() {
            let (before, after) = outcome.sides();
            f(before, after);
        }
    }

    fn outcomes(&self) -> Vec<(usize, Outcome<'_, T>)> {
        let mut outcomes: Vec<_> = self.slots.values().filter_map(Slot::outcome).collect();
        outcomes.sort_unstable_by_key(|(order, _)| *order);
        outcomes
    }
}

/// The hashes of a record's keys.
fn hashes<T: Table>(value: &T) -> impl Iterator<Item = u64> + use<T> {
    tables::keys(value).into_iter().map(|key| hash_of(&key))
}

fn hash_of(key: &Key) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

/// A unit of any kind.
pub trait AnyUnit: Any {
    /// Whether a record is different in the end.
    fn changed(&self) -> bool;

    /// The ids of all records that were looked at, or for.
    fn seen(&self) -> Vec<Uuid>;

    /// Adds the merged changes with their places.
    fn changes(&self, out: &mut Vec<(usize, Change)>);

    /// The same, at the end.
    fn into_changes(self: Box<Self>, out: &mut Vec<(usize, Change)>);

    /// Writes the merged changes, in bulk. Removals go first and updates second, so that a unique
    /// value that one record gives up can be taken by another.
    fn flush(&self, connection: &mut AnyConnection, stamp: Stamp) -> Result<(), StoreError>;

    /// For finding the kind again.
    fn as_any(&mut self) -> &mut dyn Any;
}

impl<T: Table> AnyUnit for Unit<T> {
    fn changed(&self) -> bool {
        self.slots.values().any(|slot| slot.outcome().is_some())
    }

    fn seen(&self) -> Vec<Uuid> {
        self.slots.keys().copied().collect()
    }

    fn changes(&self, out: &mut Vec<(usize, Change)>) {
        for slot in self.slots.values() {
            let Some((order, outcome)) = slot.outcome() else { continue };
            let (before, after) = outcome.sides();
            let record = |value: &T| value.clone().into();
            out.push((order, Change { before: before.map(record), after: after.map(record) }));
        }
    }

    fn into_changes(self: Box<Self>, out: &mut Vec<(usize, Change)>) {
        for slot in self.slots.into_values().filter(|slot| slot.outcome().is_some()) {
            if let Some(Pending { value, order }) = slot.pending {
                let before = slot.stored.map(|stored| stored.value.into());
                out.push((order, Change { before, after: value.map(Into::into) }));
            }
        }
    }

    fn flush(&self, connection: &mut AnyConnection, stamp: Stamp) -> Result<(), StoreError> {
        let Stamp { revision, now } = stamp;
        let row = |value: &T, created_at| tables::values_at(value, created_at, now, revision);
        let (mut created, mut updated, mut removed) = (Vec::new(), Vec::new(), Vec::new());
        let mut changed = BTreeSet::new();
        for (_, outcome) in self.outcomes() {
            match outcome {
                Outcome::Created(after) => created.push(after),
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
        dialect::insert::<<T as Rows>::Schema>(connection, created.into_iter().map(|after| row(after, now)))
    }

    fn as_any(&mut self) -> &mut dyn Any {
        self
    }
}
