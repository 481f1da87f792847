//! A folder and its account: what takes one, which may be linked, and the ledger of all links (W-01, W-03 to W-08).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Worker, WorkerState};
use crate::id::{UserId, WorkerId};
use crate::name;
use crate::named_values;
use crate::rule::{Violation, code};
use crate::user::{Capability, Mover, User, UserState, capable};

named_values! {
    /// How the account of a worker starts (W-07).
    pub enum AccountStart {
        /// Invited: the person sets a password and is in.
        Invite = "invite",
        /// Blocked, until a user administrator releases it.
        Blocked = "blocked",
    }
}

named_values! {
    /// Something that a worker can do with an account alone (W-01).
    pub enum WorkerCapability {
        /// Be sent a message.
        BeMessaged = "be_messaged",
        /// Acknowledge mandatory documents.
        AcknowledgeDocuments = "acknowledge_documents",
        /// Evaluate a training.
        EvaluateTraining = "evaluate_training",
        /// Read the own folder (W-09).
        ReadOwnFolder = "read_own_folder",
    }
}

/// Why a worker can't do what takes an account (W-01).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WorkerLack {
    /// No account is linked.
    NoAccount,
    /// The linked account can't be used in its state.
    AccountState(UserState),
}

/// What keeps a worker from all that takes an account, `account` being the state of the linked one; `None` when
/// nothing does (W-01).
pub fn worker_lack(account: Option<UserState>) -> Option<WorkerLack> {
    match account {
        None => Some(WorkerLack::NoAccount),
        Some(UserState::Active) => None,
        Some(state) => Some(WorkerLack::AccountState(state)),
    }
}

/// A link of a folder to an account, in the folder's ledger (W-06).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct AccountLink {
    /// The account.
    pub user_id: UserId,
    /// Since when (UTC); `None` for a link from before there were ledgers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<DateTime<Utc>>,
    /// Until when (UTC); `None` while it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<DateTime<Utc>>,
    /// Who made it; `None` for the service itself and the local operator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<UserId>,
    /// Who ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<UserId>,
    /// Why it was made. Ledgers that were written before have it as `why`.
    #[serde(default, alias = "why", skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Why it ended.
    #[serde(default, alias = "ended_why", skip_serializing_if = "Option::is_none")]
    pub ended_reason: Option<String>,
}

impl Worker {
    /// Whether the folder was linked to an account before (W-06).
    pub fn was_linked(&self) -> bool {
        !self.links.is_empty() || self.user_id.is_some()
    }

    /// Links the folder to a free account (W-03, W-04, W-06). `linked_worker` is the worker that the
    /// account is linked to at present. Nothing is copied from one to the other.
    pub fn link(
        &self,
        user: &User,
        linked_worker: Option<WorkerId>,
        mover: Mover,
        reason: Option<String>,
    ) -> Result<Worker, Vec<Violation>> {
        let out = self.bars_to(user, linked_worker);
        if !out.is_empty() {
            return Err(out);
        }
        let mut after = Worker { user_id: Some(user.id), ..self.clone() };
        if self.user_id.is_none() {
            let (from, by) = (Some(mover.at), mover.by);
            after.links.push(AccountLink {
                user_id: user.id,
                from,
                to: None,
                by,
                ended_by: None,
                reason,
                ended_reason: None,
            });
        }
        Ok(after)
    }

    /// What stands in the way of linking the folder to an account: nothing if it is free (W-04 to W-06).
    pub fn bars_to(&self, user: &User, linked_worker: Option<WorkerId>) -> Vec<Violation> {
        let mut out = Vec::new();
        if self.state == WorkerState::Closed {
            out.push(Violation::new(code::WORKER_CLOSED, "a closed folder is not linked"));
        }
        if self.user_id.is_some_and(|linked| linked != user.id) {
            out.push(Violation::new(code::WORKER_LINKED, "unlink the present account first"));
        }
        if linked_worker.is_some_and(|worker| worker != self.id) {
            out.push(Violation::new(code::USER_LINKED, "an account is linked to at most one worker").at("/user_id"));
        }
        if !capable(user.kind, user.state, Capability::LinkToWorker) {
            out.push(
                Violation::new(
                    code::ACCOUNT_NOT_FREE,
                    format!("an account of kind {} in state {} can't be linked", user.kind, user.state),
                )
                .at("/user_id"),
            );
        }
        if !user.last_name.as_deref().is_some_and(|last| name::same(last, &self.last_name)) {
            out.push(
                Violation::new(code::LAST_NAME_DIFFERS, "account and worker must carry the same last name")
                    .at("/user_id"),
            );
        }
        // Whoever was linked once stays the same person.
        if self.was_linked()
            && self.user_id != Some(user.id)
            && !user.first_name.as_deref().is_some_and(|first| name::same(first, &self.first_name))
        {
            let detail = "the folder was linked before: the account must carry its first name as well";
            out.push(Violation::new(code::FIRST_NAME_DIFFERS, detail).at("/user_id"));
        }
        out
    }

    /// Ends the link; the ledger keeps it (W-06, W-08).
    pub fn unlink(&self, mover: Mover, reason: Option<String>) -> Result<Worker, Violation> {
        let Some(user_id) = self.user_id else {
            return Err(Violation::new(code::WORKER_NOT_LINKED, "there is no link to end"));
        };
        let mut after = Worker { user_id: None, ..self.clone() };
        if !after.links.iter().any(|link| link.to.is_none()) {
            let unknown = AccountLink {
                user_id,
                from: None,
                to: None,
                by: None,
                ended_by: None,
                reason: None,
                ended_reason: None,
            };
            after.links.push(unknown);
        }
        for link in after.links.iter_mut().filter(|link| link.to.is_none()) {
            (link.to, link.ended_by, link.ended_reason) = (Some(mover.at), mover.by, reason.clone());
        }
        Ok(after)
    }
}
