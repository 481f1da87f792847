//! What the store guarantees, proved on every backend.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "this is all test code, which fails by panicking"
)]

mod activity;
mod beside;
mod bulk;
mod claim;
mod constraints;
mod daily;
mod erasure;
mod facts;
mod keys;
mod lists;
mod log;
mod mark_counters;
mod notes;
mod operations;
mod ordering;
mod plans;
mod records;
mod samples;
mod schema;
mod security;
mod support;
mod unit_of_work;
