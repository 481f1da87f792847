//! Long work: operations, run one after another in the background, resumable after a crash.

mod endings;
pub mod role_sync;
mod runner;
pub mod schedule;
mod turns;

use domain::id::WorkerId;
use domain::rule::Warning;

use role_sync::Parameters;
pub use runner::{Runner, Step, Underway, remove_expired, run_pending, still_running};
pub use turns::Turns;

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
    let parameters = Parameters { workers: Some(workers.to_vec()), ..Parameters::default() };
    let operation = role_sync::queue(work, &parameters, work.authority.user_id())?;
    work.warnings.push(Warning {
        code: "role_sync_queued",
        detail: format!("{} workers are synced by operation {}", workers.len(), operation.id),
    });
    Ok(())
}
