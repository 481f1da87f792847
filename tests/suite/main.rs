//! Black-box tests over HTTP, through the real application, on SQLite and on PostgreSQL.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod api;
mod authorization;
mod bad_input;
mod contract;
mod crash;
mod decisions;
mod docs;
mod form;
mod log_in;
mod places;
mod real_data;
mod rules;
mod security;
