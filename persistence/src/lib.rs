//! Where Remit keeps its records, over SQLite and PostgreSQL alike.
//!
//! [`Store::write`] is the only door for changes: one ordered transaction that writes rows and
//! their log entry together. [`Store::read`] is one read-only snapshot. Rows are private to this
//! crate; what goes in and out are the records of `domain`. Each guarantee is written at the item
//! that gives it, and `tests/conformance` proves it on every backend.

mod author;
mod backend;
mod change_log;
mod claim;
mod column;
mod condition;
mod connection;
mod dialect;
mod error;
mod facts;
mod insertion;
mod journal;
mod key;
mod list;
mod migrations;
mod reader;
mod schema;
mod sql_types;
mod statement;
mod store;
mod tables;
mod tx;
mod unit;
mod value;

mod activity;
mod api_token_secrets;
mod credentials;
mod daily_runs;
mod erasure;
mod followed_leavings;
mod idempotent_answers;
mod identities;
mod kept;
mod log_in_attempts;
mod mark_counters;
mod names;
mod notes;
mod notifications;
mod one_time_links;
mod operation_files;
mod operation_runs;
mod operations;
mod plans;
mod role_sync_reports;
mod sessions;
mod signing_keys;

#[cfg(feature = "testing")]
pub mod testing;

pub use author::{Actor, Author};
pub use backend::BackendName;
pub use change_log::{AuditEntry, AuditQuery, LogSummary, LoggedRevision, Order};
pub use claim::Claim;
pub use column::ColumnType;
pub use daily_runs::DailyRun;
pub use erasure::Traces;
pub use error::{Constraint, StoreError};
pub use followed_leavings::FollowedLeaving;
pub use idempotent_answers::IdempotentAnswer;
pub use kept::Kept;
pub use key::Key;
pub use list::{Filter, ListQuery, Sort, columns};
pub use log_in_attempts::{LogInAttempt, LogInAttemptQuery};
pub use mark_counters::MarkCounter;
pub use notes::{NewNote, Note};
pub use notifications::{NewNotification, Notification, NotificationQuery, UnreadSubject};
pub use one_time_links::OneTimeLink;
pub use operations::{NewOperation, Operation, OperationError, OperationState, Progress};
pub use plans::{Plan, PlanLine, PlanSection, PlanState};
pub use reader::Reader;
pub use sessions::{NewSession, Refresh, Session};
pub use signing_keys::SigningKey;
pub use store::{Clock, Options, PoolState, Store, Written};
pub use tables::{Stored, Table};
pub use tx::Tx;
pub use value::Value;
