//! Who makes a change (H-01).

use domain::id::UserId;
use uuid::Uuid;

/// Who acts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Actor {
    /// An account.
    User(UserId),
    /// Whoever works on the local command line.
    Operator,
    /// The service itself: its jobs.
    Service,
}

impl Actor {
    /// The name of the sort of actor, as it is logged.
    pub const fn as_str(self) -> &'static str {
        match self {
            Actor::User(_) => "user",
            Actor::Operator => "operator",
            Actor::Service => "service",
        }
    }

    /// The account, if it is one.
    pub const fn user_id(self) -> Option<UserId> {
        match self {
            Actor::User(id) => Some(id),
            Actor::Operator | Actor::Service => None,
        }
    }

    pub(crate) fn from_columns(sort: &str, id: Option<Uuid>) -> Option<Self> {
        match (sort, id) {
            ("user", Some(id)) => Some(Actor::User(UserId(id))),
            ("operator", None) => Some(Actor::Operator),
            ("service", None) => Some(Actor::Service),
            _ => None,
        }
    }
}

/// Who makes a change, for whom, and why; logged with its revision.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Author {
    /// Who acts.
    pub actor: Actor,
    /// In whose name, where that is another (U-02).
    pub acting_as: Option<UserId>,
    /// The request that it came with.
    pub request_id: Option<String>,
    /// The rule, run or operation behind it.
    pub cause: Option<String>,
}

impl Author {
    /// An author of whom only the actor is known.
    pub const fn new(actor: Actor) -> Self {
        Self { actor, acting_as: None, request_id: None, cause: None }
    }

    /// The same, with the rule, run or operation behind it.
    #[must_use]
    pub fn because(mut self, cause: impl Into<String>) -> Self {
        self.cause = Some(cause.into());
        self
    }
}
