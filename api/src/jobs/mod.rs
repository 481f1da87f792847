//! Long work: operations, run one after another in the background, resumable after a crash.

mod endings;
mod role_sync;
mod runner;
pub mod schedule;

use domain::id::WorkerId;
use domain::rule::Warning;
use persistence::NewOperation;
use serde_json::json;
use uuid::Uuid;

pub use runner::{Runner, Step, Underway, remove_expired, run_pending};

use crate::commands::{Refusal, Work};

/// The kind of operations that sync roles.
pub const ROLE_SYNC: &str = "role_sync";

/// The kind of operations that import.
pub const IMPORT: &str = "import";

/// Queues the role sync of many workers, in the transaction that makes it necessary.
///
/// # Errors
/// The database can't take it.
pub fn queue_sync(work: &mut Work<'_, '_>, workers: &[WorkerId]) -> Result<(), Refusal> {
    let id = Uuid::now_v7();
    work.tx.create_operation(NewOperation {
        id,
        kind: ROLE_SYNC.to_owned(),
        parameters: json!({ "workers": workers }),
        created_by: work.authority.user_id(),
        total: i64::try_from(workers.len()).ok(),
    })?;
    work.warnings.push(Warning {
        code: "role_sync_queued",
        detail: format!("{} workers are synced by operation {id}", workers.len()),
    });
    work.app.runner().wake();
    Ok(())
}
