//! What the store guarantees, proved on every backend.

mod beside;
mod bulk;
mod claim;
mod constraints;
mod keys;
mod lists;
mod log;
mod ordering;
mod records;
mod schema;
mod support;
mod unit_of_work;
