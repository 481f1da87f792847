//! Workers: personal folders, and their link to an account (section 2). `leaving.rs` is when they leave, `placements.rs`
//! where they were, `diagnosis.rs` why they can't get at something.

mod diagnosis;
mod leaving;
mod link;
mod placements;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::id::{UserId, WorkerId};
use crate::named_values;
use crate::organisation::Contract;
use crate::rule::{Violation, code};
use crate::text;

pub use diagnosis::{Case, Check, Finding, Remedy};
pub use leaving::{AccountOnLeaving, OnLeaving, left_with, takes_away, told_late};
pub use link::{AccountLink, AccountStart, WorkerCapability, WorkerLack, worker_lack};
pub use placements::{Placement, PlacementChange, PlacementPart, placements};

named_values! {
    /// How the person works for the company (W-01).
    pub enum WorkerKind {
        /// Employed.
        Employee = "employee",
        /// Contracted.
        Contractor = "contractor",
        /// Cooperating in another way.
        Cooperating = "cooperating",
    }
}

named_values! {
    /// Where the folder stands (W-02).
    pub enum WorkerState {
        /// In use.
        Active = "active",
        /// Closed; may be opened again.
        Closed = "closed",
    }
}

/// A personal folder (W-01).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Worker {
    /// The record's id.
    pub id: WorkerId,
    /// The caller's id for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// How the person works for the company.
    pub kind: WorkerKind,
    /// Unique number.
    pub personal_number: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Day of birth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<NaiveDate>,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Phone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Where the folder stands.
    pub state: WorkerState,
    /// Whether the folder was ever closed: from then on its identity is frozen (W-02).
    #[serde(default)]
    pub ever_closed: bool,
    /// The linked account (W-03).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// A closed folder can be erased after this day (W-02).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retain_until: Option<NaiveDate>,
    /// All links that the folder ever had, the oldest first (W-06).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<AccountLink>,
}

impl Worker {
    /// What is wrong with the values, `before` being the stored ones (W-01, W-02).
    pub fn check(&self, before: Option<&Worker>) -> Vec<Violation> {
        let mut out = Vec::new();
        text::required(&mut out, "/personal_number", &self.personal_number, text::CODE_MAX);
        text::required(&mut out, "/first_name", &self.first_name, text::NAME_MAX);
        text::required(&mut out, "/last_name", &self.last_name, text::NAME_MAX);
        text::optional(&mut out, "/email", self.email.as_deref(), 254);
        text::optional(&mut out, "/phone", self.phone.as_deref(), 50);
        if let Some(before) = before {
            for (changed, pointer) in [
                (before.first_name != self.first_name, "/first_name"),
                (before.last_name != self.last_name, "/last_name"),
            ] {
                if changed {
                    let code =
                        if before.ever_closed { code::WORKER_IDENTITY_FROZEN } else { code::WORKER_RENAME_NEEDED };
                    out.push(Violation::new(code, "names do not change here").at(pointer));
                }
            }
            if before.ever_closed && before.birth_date.is_some() && before.birth_date != self.birth_date {
                out.push(
                    Violation::new(code::WORKER_IDENTITY_FROZEN, "birth_date may only be filled in where it was empty")
                        .at("/birth_date"),
                );
            }
        }
        out
    }

    /// A change of name or a corrected typing error (W-02).
    pub fn rename(&self, first_name: Option<String>, last_name: Option<String>) -> Result<Worker, Vec<Violation>> {
        if self.ever_closed {
            return Err(vec![Violation::new(code::WORKER_IDENTITY_FROZEN, "the folder was closed once")]);
        }
        let after = Worker {
            first_name: first_name.unwrap_or_else(|| self.first_name.clone()),
            last_name: last_name.unwrap_or_else(|| self.last_name.clone()),
            ..self.clone()
        };
        let violations = after.check(None);
        if violations.is_empty() { Ok(after) } else { Err(violations) }
    }

    /// Closes the folder, unless a contract is in force or to come (W-02).
    pub fn close(&self, contracts: &[&Contract], today: NaiveDate) -> Result<Worker, Violation> {
        if self.state == WorkerState::Closed {
            return Err(Violation::new(code::WORKER_STATE_REFUSED, "the folder is closed already"));
        }
        if let Some(contract) = contracts.iter().find(|contract| contract.in_force_or_to_come(today)) {
            return Err(Violation::new(
                code::WORKER_HAS_CONTRACT,
                format!("contract {} is in force or to come", contract.id),
            ));
        }
        Ok(Worker { state: WorkerState::Closed, ever_closed: true, ..self.clone() })
    }

    /// Opens a closed folder again (W-02).
    pub fn reopen(&self) -> Result<Worker, Violation> {
        if self.state == WorkerState::Active {
            return Err(Violation::new(code::WORKER_STATE_REFUSED, "the folder is open"));
        }
        Ok(Worker { state: WorkerState::Active, ..self.clone() })
    }

    /// Whether the folder may be erased on that day (W-02).
    pub fn erasable(&self, today: NaiveDate) -> Result<(), Violation> {
        let closed = self.state == WorkerState::Closed && self.user_id.is_none();
        if closed && self.retain_until.is_none_or(|until| until < today) {
            return Ok(());
        }
        Err(Violation::new(
            code::WORKER_NOT_ERASABLE,
            match (closed, self.retain_until) {
                (true, Some(until)) => format!("the folder is kept until {until}"),
                _ => "the folder must be closed and unlinked".to_owned(),
            },
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::user::{Mover, User, UserKind, UserState};
    use chrono::DateTime;
    use uuid::Uuid;

    fn worker() -> Worker {
        Worker {
            id: WorkerId(Uuid::from_u128(1)),
            external_id: None,
            kind: WorkerKind::Employee,
            personal_number: "1".into(),
            first_name: "Jana".into(),
            last_name: "Nováková".into(),
            birth_date: None,
            email: None,
            phone: None,
            state: WorkerState::Active,
            ever_closed: false,
            user_id: None,
            retain_until: None,
            links: vec![],
        }
    }

    fn account(last_name: &str) -> User {
        User {
            id: UserId(Uuid::from_u128(7)),
            external_id: None,
            kind: UserKind::Person,
            state: UserState::Blocked,
            login: Some("jana".into()),
            first_name: Some("J.".into()),
            last_name: Some(last_name.into()),
            display_name: None,
            email: None,
            phone: None,
            language: None,
            time_zone: None,
            blocks: vec![],
            managed_in: vec![],
        }
    }

    fn mover() -> Mover {
        Mover { by: Some(UserId(Uuid::from_u128(20))), at: DateTime::UNIX_EPOCH }
    }

    fn link(worker: &Worker, account: &User, present: Option<WorkerId>) -> Result<Worker, Vec<Violation>> {
        worker.link(account, present, mover(), None)
    }

    #[test]
    fn what_takes_an_account_takes_an_active_one() {
        // W-01
        assert_eq!(worker_lack(None), Some(WorkerLack::NoAccount));
        assert_eq!(worker_lack(Some(UserState::Blocked)), Some(WorkerLack::AccountState(UserState::Blocked)));
        assert_eq!(worker_lack(Some(UserState::Active)), None);
    }

    #[test]
    fn a_ledger_of_before_is_read() {
        // W-06
        let old = format!(r#"{{"user_id": "{}", "why": "hired", "ended_why": "left"}}"#, account("").id);
        let link: AccountLink = serde_json::from_str(&old).unwrap();
        assert_eq!((link.reason.as_deref(), link.ended_reason.as_deref()), (Some("hired"), Some("left")));
        assert!(!serde_json::to_string(&link).unwrap().contains("why"));
    }

    #[test]
    fn whoever_was_linked_once_stays_the_same_person() {
        // W-06
        let first = link(&worker(), &account("Nováková"), None).unwrap();
        let free = first.unlink(mover(), Some("left".into())).unwrap();
        let expected = AccountLink {
            user_id: account("").id,
            from: Some(mover().at),
            to: Some(mover().at),
            by: mover().by,
            ended_by: mover().by,
            reason: None,
            ended_reason: Some("left".into()),
        };
        assert_eq!((free.user_id, &free.links), (None, &vec![expected]));
        // "J." is not "Jana".
        assert_eq!(link(&free, &account("Nováková"), None).unwrap_err()[0].code, code::FIRST_NAME_DIFFERS);
        let jana = User { first_name: Some("JANA".into()), ..account("Nováková") };
        let again = link(&free, &jana, None).unwrap();
        assert_eq!((again.links.len(), again.links[1].to), (2, None));
        assert_eq!(link(&again, &jana, Some(again.id)).unwrap(), again, "linked already: nothing new");
    }

    #[test]
    fn a_link_from_before_there_were_ledgers_is_kept_when_it_ends() {
        // W-06
        let old: Worker = Worker { user_id: Some(UserId(Uuid::from_u128(7))), ..worker() };
        let ended = old.unlink(mover(), None).unwrap();
        assert_eq!((ended.links[0].from, ended.links[0].to), (None, Some(mover().at)));
        assert!(ended.was_linked());
    }

    #[test]
    fn linking_needs_a_free_account_of_the_same_last_name() {
        // W-03, W-04
        let linked = link(&worker(), &account(" nováková"), None).unwrap();
        assert_eq!(linked.user_id, Some(UserId(Uuid::from_u128(7))));
        assert_eq!(link(&worker(), &account("Novakova"), None).unwrap_err()[0].code, code::LAST_NAME_DIFFERS);
        let other = Some(WorkerId(Uuid::from_u128(2)));
        assert_eq!(link(&worker(), &account("Nováková"), other).unwrap_err()[0].code, code::USER_LINKED);
        let deleted = User { state: UserState::Deleted, ..account("Nováková") };
        assert_eq!(link(&worker(), &deleted, None).unwrap_err()[0].code, code::ACCOUNT_NOT_FREE);
        let service = User { kind: UserKind::Service, ..account("Nováková") };
        assert_eq!(link(&worker(), &service, None).unwrap_err()[0].code, code::ACCOUNT_NOT_FREE);
        let taken = Worker { user_id: Some(UserId(Uuid::from_u128(9))), ..worker() };
        assert_eq!(link(&taken, &account("Nováková"), None).unwrap_err()[0].code, code::WORKER_LINKED);
    }

    #[test]
    fn a_folder_that_was_closed_keeps_its_identity() {
        // W-02
        let today = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
        let reopened = worker().close(&[], today).and_then(|w| w.reopen()).unwrap();
        assert_eq!(reopened.rename(None, Some("Malá".into())).unwrap_err()[0].code, code::WORKER_IDENTITY_FROZEN);
        let filled = Worker { birth_date: Some(today), ..reopened.clone() };
        assert!(filled.check(Some(&reopened)).is_empty());
        let changed = Worker { birth_date: None, ..filled.clone() };
        assert_eq!(changed.check(Some(&filled))[0].code, code::WORKER_IDENTITY_FROZEN);
        assert_eq!(worker().rename(None, Some("Malá".into())).unwrap().last_name, "Malá");
        let renamed = Worker { last_name: "Malá".into(), ..worker() };
        assert_eq!(renamed.check(Some(&worker()))[0].code, code::WORKER_RENAME_NEEDED);
    }

    #[test]
    fn a_folder_is_erased_only_closed_unlinked_and_after_its_time() {
        // W-02
        let today = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
        assert!(worker().erasable(today).is_err());
        let closed = worker().close(&[], today).unwrap();
        assert!(closed.erasable(today).is_ok());
        assert!(Worker { retain_until: Some(today), ..closed.clone() }.erasable(today).is_err());
        assert!(Worker { user_id: Some(UserId(Uuid::from_u128(9))), ..closed }.erasable(today).is_err());
    }
}
