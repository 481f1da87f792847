//! Copy-on-write containers: a clone costs one counter, and a change copies only the few
//! hundred bytes around it, so snapshots of a model share what did not change.

use std::sync::Arc;

/// Rows in one leaf: what a change copies.
const LEAF: usize = 64;
/// Leaves in one branch.
const BRANCH: usize = 64;

/// Rows side by side. They begin where a line of the processor's cache begins, so that a row of
/// that size is read as one.
#[derive(Clone, Debug)]
#[repr(align(64))]
struct Leaf<T>([T; LEAF]);

type Branch<T> = Arc<[Arc<Leaf<T>>; BRANCH]>;

/// A vector of rows in shared leaves.
#[derive(Clone, Debug)]
pub(crate) struct Chunks<T> {
    branches: Arc<[Branch<T>]>,
    len: u32,
}

impl<T> Default for Chunks<T> {
    fn default() -> Self {
        Self { branches: Arc::from([]), len: 0 }
    }
}

impl<T: Clone + Default> Chunks<T> {
    /// How many rows there are.
    pub(crate) fn len(&self) -> u32 {
        self.len
    }

    /// The row of that number.
    #[inline]
    pub(crate) fn get(&self, ix: u32) -> Option<&T> {
        let ix = ix as usize;
        let leaf = ix / LEAF;
        self.branches.get(leaf / BRANCH)?.get(leaf % BRANCH)?.0.get(ix % LEAF)
    }

    /// The row of that number, made this model's own.
    pub(crate) fn get_mut(&mut self, ix: u32) -> Option<&mut T> {
        let ix = ix as usize;
        let leaf = ix / LEAF;
        let branch = Arc::make_mut(&mut self.branches).get_mut(leaf / BRANCH)?;
        let leaf = Arc::make_mut(branch).get_mut(leaf % BRANCH)?;
        Arc::make_mut(leaf).0.get_mut(ix % LEAF)
    }

    /// Adds a row and tells its number.
    pub(crate) fn push(&mut self, row: T) -> u32 {
        let ix = self.len;
        if self.branches.len() * LEAF * BRANCH <= ix as usize {
            let blank = Arc::new(Leaf(std::array::from_fn(|_| T::default())));
            let branch: Branch<T> = Arc::new(std::array::from_fn(|_| Arc::clone(&blank)));
            self.branches = self.branches.iter().cloned().chain([branch]).collect();
        }
        if let Some(place) = self.get_mut(ix) {
            *place = row;
        }
        self.len += 1;
        ix
    }

    /// Adds blank rows up to that number of rows.
    pub(crate) fn grow(&mut self, len: u32) {
        while self.len < len {
            self.push(T::default());
        }
    }

    /// Takes the last row away.
    pub(crate) fn pop(&mut self) -> Option<T> {
        let last = self.len.checked_sub(1)?;
        let row = std::mem::take(self.get_mut(last)?);
        self.len = last;
        Some(row)
    }

    /// All rows with their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &T)> + '_ {
        (0..self.len).filter_map(|ix| Some((ix, self.get(ix)?)))
    }
}

/// Parts of an [`Index`]; a change copies one.
const SHARDS: usize = 256;
/// Slots of the smallest part that holds anything.
const SLOTS_MIN: usize = 8;

/// One part of an index: an open-addressed table. A slot is empty (0) or holds 32 bits of the
/// hash and the row's number plus one.
#[derive(Clone, Debug)]
struct Shard {
    slots: Arc<[u64]>,
    used: u32,
}

/// From hashes to row numbers. The keys stay in the rows: the caller compares them. One hash may
/// stand for several rows.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    shards: Arc<[Shard]>,
}

impl Default for Index {
    fn default() -> Self {
        let empty = Shard { slots: Arc::from([]), used: 0 };
        Self { shards: Arc::from(vec![empty; SHARDS]) }
    }
}

/// Which shard, and the 32 bits kept in the slot.
const fn split(hash: u64) -> (usize, u32) {
    ((hash >> 56) as usize, (hash >> 24) as u32)
}

const fn slot(tag: u32, ix: u32) -> u64 {
    ((tag as u64) << 32) | (ix as u64 + 1)
}

const fn tag_of(slot: u64) -> u32 {
    (slot >> 32) as u32
}

const fn ix_of(slot: u64) -> u32 {
    (slot as u32).wrapping_sub(1)
}

impl Index {
    /// The first row of that hash which is the one sought.
    #[inline]
    pub(crate) fn find(&self, hash: u64, mut is_it: impl FnMut(u32) -> bool) -> Option<u32> {
        let (shard, tag) = split(hash);
        let slots = &*self.shards.get(shard)?.slots;
        let mask = slots.len().checked_sub(1)?;
        let mut at = tag as usize & mask;
        loop {
            let slot = *slots.get(at & mask)?;
            if slot == 0 {
                return None;
            }
            if tag_of(slot) == tag && is_it(ix_of(slot)) {
                return Some(ix_of(slot));
            }
            at = at.wrapping_add(1);
        }
    }

    /// What stands where the search for a hash begins.
    #[inline]
    pub(crate) fn home(&self, hash: u64) -> u64 {
        let (shard, tag) = split(hash);
        let slots = self.shards.get(shard).map(|shard| &*shard.slots).unwrap_or_default();
        let at = tag as usize & slots.len().wrapping_sub(1);
        slots.get(at).copied().unwrap_or_default()
    }

    /// Adds a row under a hash.
    pub(crate) fn insert(&mut self, hash: u64, ix: u32) {
        let (shard, tag) = split(hash);
        let Some(shard) = Arc::make_mut(&mut self.shards).get_mut(shard) else { return };
        let size = shard.slots.len();
        // At most three quarters full, so that a search always meets an empty slot.
        if (shard.used as usize + 1) * 4 > size * 3 {
            let mut larger = vec![0; (size * 2).max(SLOTS_MIN)];
            for slot in shard.slots.iter().copied().filter(|slot| *slot != 0) {
                place(&mut larger, slot);
            }
            shard.slots = Arc::from(larger);
        }
        place(Arc::make_mut(&mut shard.slots), slot(tag, ix));
        shard.used += 1;
    }

    /// Takes a row away from a hash.
    pub(crate) fn remove(&mut self, hash: u64, ix: u32) {
        let (shard, tag) = split(hash);
        let Some(shard) = Arc::make_mut(&mut self.shards).get_mut(shard) else { return };
        let Some(mask) = shard.slots.len().checked_sub(1) else { return };
        let sought = slot(tag, ix);
        let mut hole = tag as usize & mask;
        loop {
            match shard.slots.get(hole) {
                None | Some(0) => return,
                Some(found) if *found == sought => break,
                Some(_) => hole = (hole + 1) & mask,
            }
        }
        let slots = Arc::make_mut(&mut shard.slots);
        // Rows behind the hole move up, unless they already stand nearer to their own place.
        let mut at = hole;
        loop {
            at = (at + 1) & mask;
            let Some(next) = slots.get(at).copied().filter(|next| *next != 0) else { break };
            let home = tag_of(next) as usize & mask;
            if at.wrapping_sub(home) & mask >= at.wrapping_sub(hole) & mask {
                if let Some(place) = slots.get_mut(hole) {
                    *place = next;
                }
                hole = at;
            }
        }
        if let Some(place) = slots.get_mut(hole) {
            *place = 0;
        }
        shard.used -= 1;
    }
}

/// Puts a slot at its own place or the next empty one.
fn place(slots: &mut [u64], slot: u64) {
    let Some(mask) = slots.len().checked_sub(1) else { return };
    let mut at = tag_of(slot) as usize & mask;
    while let Some(found) = slots.get_mut(at & mask) {
        if *found == 0 {
            *found = slot;
            return;
        }
        at = at.wrapping_add(1);
    }
}

/// Spreads the bits of a number over the whole hash.
#[inline]
pub(crate) const fn mix(mut bits: u64) -> u64 {
    bits ^= bits >> 32;
    bits = bits.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits ^= bits >> 29;
    bits = bits.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits ^ (bits >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_snapshot_does_not_see_later_changes() {
        let mut rows = Chunks::default();
        for number in 0..5_000_u32 {
            assert_eq!(rows.push(number), number);
        }
        let snapshot = rows.clone();
        *rows.get_mut(4_321).unwrap() = 0;
        assert_eq!((snapshot.get(4_321), rows.get(4_321)), (Some(&4_321), Some(&0)));
        assert_eq!(rows.pop(), Some(4_999));
        assert_eq!((snapshot.len(), rows.len()), (5_000, 4_999));
        assert!(snapshot.get(1 << 20).is_none());
    }

    proptest! {
        #[test]
        fn an_index_holds_what_was_put_in_and_not_taken_out(
            steps in proptest::collection::vec((any::<bool>(), 0..6_u64, 0..12_u32), 0..300),
        ) {
            let mut index = Index::default();
            let mut plain = BTreeSet::new();
            // Few shards and tags, so that rows stand in each other's way.
            let hash = |key: u64| (key << 24) | (key % 2) << 56;
            for (put, key, ix) in steps {
                if put && plain.insert((key, ix)) {
                    index.insert(hash(key), ix);
                } else if !put {
                    plain.remove(&(key, ix));
                    index.remove(hash(key), ix);
                }
            }
            for key in 0..6 {
                for ix in 0..12 {
                    let found = index.find(hash(key), |row| row == ix).is_some();
                    prop_assert_eq!(found, plain.contains(&(key, ix)));
                }
            }
        }
    }
}
