//! What can go wrong when somebody says who they are. Messages hold no secret and no name.

use chrono::TimeDelta;
use domain::rule::Violation;
use domain::user::{UserKind, UserState};
use persistence::StoreError;

use super::passwords::Weakness;

/// Why somebody was not let in, or why a credential could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuthError {
    /// No such login, or another password: which of them is not told.
    #[error("login or password is wrong")]
    InvalidCredentials,
    /// A one-time link that was never made, is used up, void or over.
    #[error("the link was used, was replaced by a newer one, or has expired: ask for a new one")]
    InvalidLink,
    /// A token that was never issued, or is used up, revoked or of an ended session.
    #[error("the token is not valid")]
    InvalidToken,
    /// A token or link whose time is over.
    #[error("the token has expired")]
    ExpiredToken,
    /// A token signed by a key that is not known here.
    #[error("the token is signed by an unknown key")]
    UnknownKey,
    /// The present password was asked for, and another one given.
    #[error("the present password is wrong")]
    WrongPassword,
    /// There were too many failed attempts: one has to wait so long. Nothing was looked at.
    #[error("too many failed attempts")]
    Slowed(TimeDelta),
    /// The identity provider whose token was brought can't be asked for its keys.
    #[error("the identity provider can't be reached")]
    ProviderUnreachable,
    /// Too many passwords are being hashed; nothing was done.
    #[error("too many log-ins at the moment")]
    Busy,
    /// The password is right, but the account may not do this in its kind and state (U-10).
    #[error("an account of kind {kind} in state {state} may not do this")]
    NotAllowed {
        /// The account's kind.
        kind: UserKind,
        /// The account's state.
        state: UserState,
    },
    /// The password is not good enough.
    #[error("{}", .0.detail())]
    WeakPassword(Weakness),
    /// Values that make no sense, or broken rules.
    #[error("{}", violations_text(.0))]
    Refused(Vec<Violation>),
    /// The database could not do it. This says nothing about the token.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A fault of the program or of its set-up.
    #[error("{0}")]
    Internal(&'static str),
}

impl From<Violation> for AuthError {
    fn from(violation: Violation) -> Self {
        Self::Refused(vec![violation])
    }
}

fn violations_text(violations: &[Violation]) -> String {
    let all: Vec<_> = violations.iter().map(|violation| violation.code.name).collect();
    format!("refused: {}", all.join(", "))
}
