//! Tests of the rights model: rule by rule, and against the plain evaluator.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod changes;
mod decisions;
mod explanations;
mod names;
mod properties;
mod random;
mod records;
mod reverse;
mod scene;
