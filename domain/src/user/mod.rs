//! Users: system accounts (section 1). `moves.rs` is their life from state to state, `capability.rs` what
//! a kind and state may do, `forgetting.rs` its erasure, `handover.rs` who takes
//! over what it answers for.

mod capability;
mod forgetting;
mod handover;
mod moves;
mod responsibility;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::id::{AreaId, UserId};
use crate::named_values;
use crate::rule::{Violation, code};
use crate::text;

pub use capability::{Capability, Caution, Lack, capable, caution, lack, states};
pub use handover::Successor;
pub use moves::Mover;
pub use responsibility::Responsibility;

named_values! {
    /// What sort of account it is (U-02).
    pub enum UserKind {
        /// A person of the company.
        Person = "person",
        /// Stands in the history for what no real user did.
        Virtual = "virtual",
        /// A placeholder for an outside firm or worker.
        ExternalFiller = "external_filler",
        /// An outside administrator.
        ExternalAdministrator = "external_administrator",
        /// A program that calls the API with a token.
        Service = "service",
    }
}

named_values! {
    /// Where the account stands in its life (U-03).
    pub enum UserState {
        /// Waits for its invitation to be accepted.
        Invited = "invited",
        /// May be used.
        Active = "active",
        /// Locked out, for one or more causes.
        Blocked = "blocked",
        /// In the trash.
        Deleted = "deleted",
        /// Its personal data are erased.
        Forgotten = "forgotten",
    }
}

named_values! {
    /// Why an account is blocked (U-04).
    pub enum BlockCause {
        /// By somebody's decision.
        Administrator = "administrator",
        /// By the service itself, or for a security reason.
        Security = "security",
        /// A new account that nobody has released yet.
        AwaitingRelease = "awaiting_release",
    }
}

impl UserState {
    /// Whether the account is in the trash or forgotten: it is chosen for nothing any more.
    pub const fn is_gone(self) -> bool {
        matches!(self, UserState::Deleted | UserState::Forgotten)
    }
}

/// One cause of a block (U-04).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Block {
    /// Why.
    pub cause: BlockCause,
    /// By whom; `None` when the service did it itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<UserId>,
    /// When (UTC).
    pub at: DateTime<Utc>,
    /// A remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A system account (U-01).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct User {
    /// The record's id.
    pub id: UserId,
    /// The caller's id for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// What sort of account.
    pub kind: UserKind,
    /// Where it stands.
    pub state: UserState,
    /// The name to log in with; unique without regard to case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login: Option<String>,
    /// First name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Last name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// What to show for accounts that are no person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Phone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Language, BCP 47.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Time zone, IANA name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Why it is blocked; empty unless it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blocks: Vec<Block>,
    /// The areas in which an external filler is used, and so managed by their owners (U-12).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub managed_in: Vec<AreaId>,
}

/// Most areas in which an external filler is managed.
pub const MANAGED_IN_MAX: usize = 100;

impl User {
    /// The name to show.
    pub fn shown_name(&self) -> String {
        match (&self.display_name, &self.first_name, &self.last_name) {
            (Some(name), _, _) => name.clone(),
            (None, Some(first), Some(last)) => format!("{first} {last}"),
            (None, first, last) => first.clone().or_else(|| last.clone()).unwrap_or_default(),
        }
    }

    /// What is wrong with the values (U-01), `before` being the stored ones.
    pub fn check(&self, before: Option<&User>) -> Vec<Violation> {
        if before.is_some_and(|before| before.state == UserState::Forgotten) {
            return vec![Violation::new(code::USER_FORGOTTEN, "nothing personal is kept of it any more")];
        }
        let mut out = Vec::new();
        if before.is_some_and(|before| before.kind != self.kind) {
            out.push(Violation::new(code::NOT_CHANGEABLE, "the kind of an account can't change").at("/kind"));
        }
        let person = matches!(self.kind, UserKind::Person | UserKind::ExternalAdministrator);
        let needed: &[(&str, &Option<String>)] = if person {
            &[
                ("/login", &self.login),
                ("/first_name", &self.first_name),
                ("/last_name", &self.last_name),
                ("/email", &self.email),
            ]
        } else {
            &[("/display_name", &self.display_name)]
        };
        for (pointer, value) in needed {
            if value.is_none() {
                out.push(
                    Violation::new(code::USER_FIELDS_MISSING, format!("needed for kind {}", self.kind)).at(*pointer),
                );
            }
        }
        for (pointer, value, max) in [
            ("/login", &self.login, 200),
            ("/first_name", &self.first_name, text::NAME_MAX),
            ("/last_name", &self.last_name, text::NAME_MAX),
            ("/display_name", &self.display_name, text::NAME_MAX),
            ("/email", &self.email, 254),
            ("/phone", &self.phone, 50),
            ("/language", &self.language, 35),
            ("/time_zone", &self.time_zone, 64),
        ] {
            text::optional(&mut out, pointer, value.as_deref(), max);
        }
        if let Some(login) = &self.login
            && login.chars().any(char::is_whitespace)
        {
            out.push(Violation::new(code::BAD_VALUE, "a login holds no white space").at("/login"));
        }
        if let Some(email) = &self.email
            && !looks_like_email(email)
        {
            out.push(Violation::new(code::BAD_EMAIL, "must be of the form name@host").at("/email"));
        }
        if !self.managed_in.is_empty() && self.kind != UserKind::ExternalFiller {
            out.push(Violation::new(code::BAD_VALUE, "only external fillers are managed in areas").at("/managed_in"));
        }
        text::listed(&mut out, "/managed_in", &self.managed_in, MANAGED_IN_MAX);
        out
    }
}

fn looks_like_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty()
            && !host.is_empty()
            && !host.contains('@')
            && !host.starts_with('.')
            && !host.ends_with('.')
            && !text.chars().any(char::is_whitespace)
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use uuid::Uuid;

    /// An active person.
    pub(crate) fn person() -> User {
        User {
            id: UserId(Uuid::from_u128(1)),
            external_id: None,
            kind: UserKind::Person,
            state: UserState::Active,
            login: Some("ada".into()),
            first_name: Some("Ada".into()),
            last_name: Some("Byron".into()),
            display_name: None,
            email: Some("ada@example.org".into()),
            phone: None,
            language: None,
            time_zone: None,
            blocks: vec![],
            managed_in: vec![],
        }
    }

    #[test]
    fn a_person_needs_login_names_and_email() {
        // U-01
        assert!(person().check(None).is_empty());
        let bare = User { login: None, email: None, ..person() };
        let pointers: Vec<_> = bare.check(None).into_iter().filter_map(|v| v.pointer).collect();
        assert_eq!(pointers, ["/login", "/email"]);
        let service = User {
            kind: UserKind::Service,
            display_name: Some("ERP".into()),
            login: None,
            email: None,
            first_name: None,
            last_name: None,
            ..person()
        };
        assert!(service.check(None).is_empty());
    }

    #[test]
    fn only_fillers_are_managed_in_areas_and_in_each_once() {
        // U-12
        let area = AreaId(Uuid::from_u128(7));
        let codes = |user: User| -> Vec<_> { user.check(None).iter().map(|found| found.code.name).collect() };
        assert_eq!(codes(User { managed_in: vec![area], ..person() }), ["bad_value"]);
        let filler = User { kind: UserKind::ExternalFiller, display_name: Some("Firm".into()), ..person() };
        assert!(codes(User { managed_in: vec![area], ..filler.clone() }).is_empty());
        assert_eq!(codes(User { managed_in: vec![area, area], ..filler }), ["duplicate_item"]);
    }
}
