//! What follows from the changes of any transaction: found here, so that no way to make them is forgotten.

use std::collections::BTreeSet;

use domain::id::UserId;
use domain::notification::types;
use domain::role::{Member, Membership, Source};
use domain::user::{BlockCause, User};

use super::{Cause, Details, raise_all};
use crate::commands::{Refusal, Work, areas};

/// Tells of accounts that are blocked or await release, of areas whose owner can own them no longer, and of those whose roles role sync changed (N-01).
///
/// # Errors
/// The database fails.
pub fn of_changes(work: &mut Work<'_, '_>) -> Result<(), Refusal> {
    let mut causes = Vec::new();
    work.tx.for_each_change::<User>(|before, after| {
        let Some(after) = after else { return };
        let told = |kind| Cause::now(kind, after.id.0, Details::default());
        if is_blocked(before, after) {
            causes.push(told(&types::ACCOUNT_BLOCKED));
        }
        if gets(before, after, BlockCause::AwaitingRelease) {
            causes.push(told(&types::ACCOUNT_AWAITING_RELEASE));
        }
    })?;
    let mut synced: BTreeSet<UserId> = BTreeSet::new();
    work.tx.for_each_change::<Membership>(|before, after| {
        if let Some(Membership { member: Member::User(user), source: Source::Automatic, .. }) = after.or(before) {
            synced.insert(*user);
        }
    })?;
    let changed = &types::RIGHTS_CHANGED_BY_ROLE_SYNC;
    causes.extend(synced.into_iter().map(|user| Cause::now(changed, user.0, Details::default())));
    causes.extend(areas::owners::lost(work)?);
    if causes.is_empty() {
        return Ok(());
    }
    raise_all(work, causes).map(|_| ())
}

/// Whether an account that was there is blocked by somebody, or by the service (U-04).
fn is_blocked(before: Option<&User>, after: &User) -> bool {
    before.is_some_and(|before| !before.state.is_gone())
        && (gets(before, after, BlockCause::Administrator) || gets(before, after, BlockCause::Security))
}

fn gets(before: Option<&User>, after: &User, cause: BlockCause) -> bool {
    let has = |user: &User| user.blocks.iter().any(|block| block.cause == cause);
    has(after) && !before.is_some_and(has)
}
