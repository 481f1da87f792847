//! Notifications: which there are, which roles want them, and what one is about (N-01, N-02).

use serde::{Deserialize, Serialize};

use crate::id::{NotificationSubscriptionId, RoleId, UserId};
use crate::named_values;
use crate::rule::{Violation, code};
use crate::text;

named_values! {
    /// When a notification is delivered (N-01).
    pub enum Delivery {
        /// At once.
        Immediate = "immediate",
        /// With all others of the day, at a set time.
        Daily = "daily",
    }
}

named_values! {
    /// What a notification is about.
    pub enum SubjectKind {
        /// An account.
        User = "user",
        /// A folder.
        Worker = "worker",
        /// A contract.
        Contract = "contract",
        /// A role.
        Role = "role",
        /// An operation.
        Operation = "operation",
        /// An area.
        Area = "area",
    }
}

/// A built-in type of notification (N-01).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Type {
    /// Its name in subscriptions and notifications.
    pub code: &'static str,
    /// What it says, `{}` standing for what it is about and `{worker}` for the worker concerned.
    pub sentence: &'static str,
    /// What it is about.
    pub subject: SubjectKind,
    /// How it is delivered unless a subscription says otherwise.
    pub delivery: Delivery,
}

macro_rules! types {
    ($($name:ident = $code:literal about $subject:ident, $delivery:ident: $sentence:literal;)*) => {
        /// The built-in types.
        pub mod types {
            use super::{Delivery, SubjectKind, Type};
            $(
                #[doc = $sentence]
                pub const $name: Type = Type {
                    code: $code,
                    sentence: $sentence,
                    subject: SubjectKind::$subject,
                    delivery: Delivery::$delivery,
                };
            )*
        }

        /// Every built-in type, a row each (N-01).
        pub const TYPES: &[Type] = &[$(types::$name),*];
    };
}

types! {
    ACCOUNT_INVITED = "account_invited" about User, Immediate: "{} was invited.";
    INVITATION_EXPIRED = "invitation_expired" about User, Daily: "The invitation of {} expired unused.";
    ACCOUNT_BLOCKED = "account_blocked" about User, Immediate: "{} was blocked.";
    ACCOUNT_AWAITING_RELEASE = "account_awaiting_release" about User, Immediate: "{} awaits release.";
    RIGHTS_CHANGED_BY_ROLE_SYNC = "rights_changed_by_role_sync" about User, Immediate: "Role sync changed the roles of {}.";
    ROLE_SYNC_STOPPED = "role_sync_stopped" about Operation, Immediate: "Role sync was stopped by the breaker: {}.";
    HELP_ASKED = "help_asked" about User, Immediate: "{} asks for help with the access of {worker}.";
    CONTRACT_ENDING = "contract_ending" about Contract, Daily: "A contract of {} ends soon.";
    ROLE_WINDOW_ENDING = "role_window_ending" about Role, Daily: "The role {} ends soon.";
    AREA_WITHOUT_ABLE_OWNER = "area_without_able_owner" about Area, Daily: "The area {} has no owner who can own it.";
    RESPONSIBILITY_TRANSFERRED = "responsibility_transferred" about User, Immediate: "Responsibilities of {} were handed over.";
    NOTICE_SENT = "notice_sent" about Area, Immediate: "A notice was sent in the area {}.";
}

/// The built-in type of that code.
#[must_use]
pub fn built_in(code: &str) -> Option<&'static Type> {
    TYPES.iter().find(|known| known.code == code)
}

/// The codes of modules that may raise a type of their own: what stands before one of its dots (N-01).
pub fn modules_of(code: &str) -> impl Iterator<Item = &str> {
    code.match_indices('.').filter_map(|(at, _)| {
        let (module, name) = (code.get(..at)?, code.get(at + 1..)?);
        (!module.is_empty() && !name.is_empty()).then_some(module)
    })
}

/// That a role wants to hear of something (N-01).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct NotificationSubscription {
    /// The record's id.
    pub id: NotificationSubscriptionId,
    /// The caller's id for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The role.
    pub role_id: RoleId,
    /// Of what: a built-in type, or one of a customer's module.
    #[serde(rename = "type")]
    pub kind: String,
    /// The one person whom it goes to; `None` for all members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// When it is delivered.
    pub delivery: Delivery,
}

impl NotificationSubscription {
    /// What is wrong with the values (N-01), `before` being the stored ones.
    #[must_use]
    pub fn check(&self, before: Option<&Self>) -> Vec<Violation> {
        let mut out = Vec::new();
        if let Some(before) = before {
            let mut fixed = |changed: bool, pointer: &str| {
                if changed {
                    out.push(Violation::new(code::NOT_CHANGEABLE, "a subscription stays what it is for").at(pointer));
                }
            };
            fixed(before.role_id != self.role_id, "/role_id");
            fixed(before.kind != self.kind, "/type");
            fixed(before.user_id != self.user_id, "/user_id");
        }
        text::code(&mut out, "/type", &self.kind);
        out
    }

    /// Whether it is for the same as another (N-01).
    #[must_use]
    pub fn is_twin_of(&self, other: &Self) -> bool {
        self.id != other.id && self.role_id == other.role_id && self.kind == other.kind && self.user_id == other.user_id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_a_code_and_a_sentence_of_its_own() {
        // N-01
        for (at, one) in TYPES.iter().enumerate() {
            assert_eq!(one.sentence.matches("{}").count(), 1, "{}", one.code);
            assert!(!one.code.contains('.'), "{}: with a dot it is a module's", one.code);
            assert!(TYPES.iter().skip(at + 1).all(|other| other.code != one.code), "{}", one.code);
            assert_eq!(built_in(one.code), Some(one));
        }
        assert_eq!(built_in("account"), None);
    }

    #[test]
    fn a_module_raises_types_under_its_code() {
        // N-01
        let modules = |code| modules_of(code).collect::<Vec<_>>();
        assert_eq!(modules("fleet.service_due"), ["fleet"]);
        assert_eq!(modules("my.fleet.due"), ["my", "my.fleet"]);
        assert!(modules("fleet").is_empty() && modules(".due").is_empty() && modules("fleet.").is_empty());
    }
}
