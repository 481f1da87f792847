//! Figures taken several times.

use std::time::Instant;

/// A figure, once per run, in the order of the runs.
#[derive(Clone, Debug, Default)]
pub struct Runs(Vec<f64>);

impl Runs {
    /// Adds the figure of one more run.
    pub fn push(&mut self, figure: f64) {
        self.0.push(figure);
    }

    /// The middle one.
    pub fn median(&self) -> f64 {
        quantile(&self.0, 0.5)
    }

    /// The smallest and the largest.
    pub fn spread(&self) -> (f64, f64) {
        (quantile(&self.0, 0.0), quantile(&self.0, 1.0))
    }

    /// Run by run how many times the other.
    #[must_use]
    pub fn over(&self, other: &Runs) -> Runs {
        Runs(self.0.iter().zip(&other.0).map(|(one, other)| one / other).collect())
    }
}

impl FromIterator<f64> for Runs {
    fn from_iter<I: IntoIterator<Item = f64>>(figures: I) -> Self {
        Self(figures.into_iter().collect())
    }
}

/// The value below which that part of the values lies; 0 where there are none.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "an index")]
pub fn quantile(values: &[f64], part: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = (sorted.len().saturating_sub(1) as f64 * part).round() as usize;
    sorted.get(at).copied().unwrap_or_default()
}

/// How many seconds something takes, and what came of it.
pub fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let began = Instant::now();
    let value = work();
    (began.elapsed().as_secs_f64(), value)
}

/// What one call of `ask` per item takes: the middle over batches, since the clock is slower than
/// what is measured. In seconds.
#[allow(clippy::cast_precision_loss, reason = "a batch is small")]
pub fn in_batches<T>(items: &[T], batch: usize, mut ask: impl FnMut(&T) -> bool) -> f64 {
    let mut times = Vec::new();
    for items in items.chunks_exact(batch.max(1)) {
        let (seconds, said) = timed(|| items.iter().filter(|item| ask(item)).count());
        std::hint::black_box(said);
        times.push(seconds / items.len() as f64);
    }
    quantile(&times, 0.5)
}

/// Below what time so large a part of the calls stays, each timed alone, less what the clock takes
/// itself. In seconds.
pub fn one_by_one<T>(items: &[T], part: f64, mut ask: impl FnMut(&T) -> bool) -> f64 {
    let clock: Vec<f64> = (0..items.len().min(10_000)).map(|_| timed(|| ()).0).collect();
    let times: Vec<f64> = items.iter().map(|item| timed(|| std::hint::black_box(ask(item))).0).collect();
    (quantile(&times, part) - quantile(&clock, 0.5)).max(0.0)
}

/// Numbers that look like chance and are the same every time.
pub struct Chance(u64);

impl Chance {
    /// A sequence of its own.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next one below a limit.
    #[allow(clippy::cast_possible_truncation, reason = "below the limit, which is a usize")]
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((bits ^ (bits >> 31)) % limit.max(1) as u64) as usize
    }
}
