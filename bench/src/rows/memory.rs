//! What memory alone takes: reads of which each is known only from the one before, scattered over as
//! many bytes as a model's rows. No program that looks things up in so much memory can do it faster.

use crate::runs::{Chance, timed};

/// Numbers in one place: what a processor's cache reads at once, 64 bytes.
const LINE: usize = 16;

/// Reads of one run.
const READS: u32 = 1_000_000;

/// Memory to read in.
pub struct Memory {
    /// In each place the number of another one: all of them are one long round.
    places: Vec<[u32; LINE]>,
}

impl Memory {
    /// So many bytes.
    #[allow(clippy::cast_possible_truncation, reason = "far fewer than four thousand million places")]
    pub fn of(bytes: usize) -> Self {
        let mut order: Vec<u32> = (0..(bytes / size_of::<[u32; LINE]>()) as u32).collect();
        let mut chance = Chance::new(11);
        for last in (1..order.len()).rev() {
            order.swap(last, chance.below(last + 1));
        }
        let mut places = vec![[0; LINE]; order.len()];
        let next = order.iter().cycle().skip(1);
        for (at, next) in order.iter().zip(next) {
            if let Some([place, ..]) = places.get_mut(*at as usize) {
                *place = *next;
            }
        }
        Self { places }
    }

    /// What so many reads in a row take, in seconds.
    pub fn reads(&self, in_a_row: u32) -> f64 {
        let (seconds, last) =
            timed(|| (0..READS).fold(0, |at: u32, _| self.places.get(at as usize).map_or(0, |[next, ..]| *next)));
        std::hint::black_box(last);
        seconds / f64::from(READS) * f64::from(in_a_row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_met_before_one_is_met_again() {
        let memory = Memory::of(64 * 1_000);
        let (mut at, mut met) = (0, vec![false; 1_000]);
        while !std::mem::replace(&mut met[at], true) {
            at = memory.places[at][0] as usize;
        }
        assert!(at == 0 && met.into_iter().all(|met| met));
    }
}
