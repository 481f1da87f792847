//! Tables of rows with the ways to find one: by id, by code, by the caller's own id.

use std::hash::Hasher as _;

use rustc_hash::FxHasher;
use uuid::Uuid;

use super::cow::{Chunks, Index, mix};

/// Rows by id: `rows` hold what decisions read, `more` what is seldom looked at.
#[derive(Clone, Debug)]
pub(crate) struct Table<T, M = ()> {
    pub(crate) rows: Rows<T>,
    pub(crate) more: Chunks<M>,
    index: Index,
    free: Chunks<u32>,
}

impl<T, M> Default for Table<T, M> {
    fn default() -> Self {
        Self { rows: Rows::default(), more: Chunks::default(), index: Index::default(), free: Chunks::default() }
    }
}

/// Rows beside their ids: who is sought by id is found and read at one place. What a decision
/// costs are the places in memory that it goes to, since few of them are in a cache.
#[derive(Clone, Debug)]
pub(crate) struct Rows<T>(Chunks<Keyed<T>>);

#[derive(Clone, Debug, Default)]
struct Keyed<T> {
    id: Uuid,
    row: T,
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self(Chunks::default())
    }
}

impl<T: Clone + Default> Rows<T> {
    /// How many rows there are.
    pub(crate) fn len(&self) -> u32 {
        self.0.len()
    }

    /// The row of that number.
    #[inline]
    pub(crate) fn get(&self, ix: u32) -> Option<&T> {
        self.0.get(ix).map(|keyed| &keyed.row)
    }

    /// The row of that number, to be changed.
    pub(crate) fn get_mut(&mut self, ix: u32) -> Option<&mut T> {
        self.0.get_mut(ix).map(|keyed| &mut keyed.row)
    }

    /// All rows with their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &T)> + '_ {
        self.0.iter().map(|(ix, keyed)| (ix, &keyed.row))
    }
}

/// UUIDv7 carries its chance in the low half.
#[inline]
fn id_hash(id: Uuid) -> u64 {
    mix(id.as_u64_pair().1)
}

impl<T: Clone + Default, M: Clone + Default> Table<T, M> {
    /// The row of that number.
    #[inline]
    pub(crate) fn get(&self, ix: u32) -> Option<&T> {
        self.rows.get(ix)
    }

    /// The row of that number, to be changed.
    pub(crate) fn get_mut(&mut self, ix: u32) -> Option<&mut T> {
        self.rows.get_mut(ix)
    }

    /// The id of the row of that number.
    pub(crate) fn id(&self, ix: u32) -> Uuid {
        self.rows.0.get(ix).map_or(Uuid::nil(), |keyed| keyed.id)
    }

    /// The number of the row of that id.
    #[inline]
    pub(crate) fn find(&self, id: Uuid) -> Option<u32> {
        self.index.find(id_hash(id), |ix| self.rows.0.get(ix).is_some_and(|keyed| keyed.id == id))
    }

    /// Reads the rows of these ids to no other end than that they have been read; `touch` reads what may lie in another
    /// line of the cache than the id. Each step is done for all of them before the next begins, so that none of its reads
    /// waits for another.
    pub(crate) fn read_ahead(&self, ids: &[Uuid], touch: impl Fn(&T) -> u32) -> u64 {
        let hashes: Vec<u64> = ids.iter().map(|id| id_hash(*id)).collect();
        let slots = hashes.iter().fold(0, |sum, hash| sum ^ self.index.home(*hash));
        let likely: Vec<Option<u32>> = hashes.iter().map(|hash| self.index.find(*hash, |_| true)).collect();
        let rows = likely.into_iter().flatten().filter_map(|ix| self.rows.0.get(ix));
        rows.fold(slots, |sum, keyed| sum ^ keyed.id.as_u64_pair().1 ^ u64::from(touch(&keyed.row)))
    }

    /// The number of the row of that id, made if there is none.
    pub(crate) fn intern(&mut self, id: Uuid) -> u32 {
        if let Some(ix) = self.find(id) {
            return ix;
        }
        let ix = match self.free.pop() {
            Some(ix) => {
                if let Some(place) = self.rows.0.get_mut(ix) {
                    place.id = id;
                }
                ix
            }
            None => {
                self.more.push(M::default());
                self.rows.0.push(Keyed { id, row: T::default() })
            }
        };
        self.index.insert(id_hash(id), ix);
        ix
    }

    /// Forgets a row to which nothing refers any more; its number is given out again.
    pub(crate) fn release(&mut self, ix: u32) {
        if let (Some(row), Some(more)) = (self.rows.get_mut(ix), self.more.get_mut(ix)) {
            (*row, *more) = (T::default(), M::default());
            self.index.remove(id_hash(self.id(ix)), ix);
            self.free.push(ix);
        }
    }
}

/// A row that is found by its code.
pub(crate) trait CodedRow: Clone + Default {
    /// The record's code.
    fn code(&self) -> &str;
    /// A row of which nothing is known but the code.
    fn mentioned(code: &str) -> Self;
}

/// Rows by code. They are few and stay.
#[derive(Clone, Debug)]
pub(crate) struct Coded<T> {
    pub(crate) rows: Chunks<T>,
    codes: Names,
}

impl<T> Default for Coded<T> {
    fn default() -> Self {
        Self { rows: Chunks::default(), codes: Names::default() }
    }
}

impl<T: CodedRow> Coded<T> {
    /// The row of that number.
    #[inline]
    pub(crate) fn get(&self, ix: u32) -> Option<&T> {
        self.rows.get(ix)
    }

    /// The row of that number, to be changed.
    pub(crate) fn get_mut(&mut self, ix: u32) -> Option<&mut T> {
        self.rows.get_mut(ix)
    }

    /// The number of the row of that code.
    pub(crate) fn find(&self, code: &str) -> Option<u32> {
        self.codes.find(0, code, |ix| self.rows.get(ix).is_some_and(|row| row.code() == code))
    }

    /// The number of the row of that code, made if there is none.
    pub(crate) fn intern(&mut self, code: &str) -> u32 {
        if let Some(ix) = self.find(code) {
            return ix;
        }
        let ix = self.rows.push(T::mentioned(code));
        self.codes.insert(0, code, ix);
        ix
    }
}

/// From names to row numbers; names are unique within a group, a number that the caller chooses.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names(Index);

fn name_hash(group: u32, name: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(name.as_bytes());
    hasher.write_u32(group);
    mix(hasher.finish())
}

impl Names {
    /// The row of that name which is the one sought.
    pub(crate) fn find(&self, group: u32, name: &str, is_it: impl FnMut(u32) -> bool) -> Option<u32> {
        self.0.find(name_hash(group, name), is_it)
    }

    /// Adds a name.
    pub(crate) fn insert(&mut self, group: u32, name: &str, ix: u32) {
        self.0.insert(name_hash(group, name), ix);
    }

    /// Takes a name away.
    pub(crate) fn remove(&mut self, group: u32, name: &str, ix: u32) {
        self.0.remove(name_hash(group, name), ix);
    }
}
