//! Attempts to log in (U-04).

use crate::named_values;

named_values! {
    /// How an attempt to log in ended.
    pub enum LogInOutcome {
        /// The account was let in.
        Succeeded = "succeeded",
        /// There is no account of that login.
        UnknownLogin = "unknown_login",
        /// The password was not the account's.
        WrongPassword = "wrong_password",
        /// The password was right, but the account may not log in by its kind and state (U-10).
        NotAllowed = "not_allowed",
        /// The password was not the account's, and it was once too often: the account was blocked.
        Locked = "locked",
        /// The same, but the account was not blocked: it is the last active system administrator's.
        Spared = "spared",
    }
}

impl LogInOutcome {
    /// Whether failures before it no longer count towards a block.
    pub const fn ends_a_row(self) -> bool {
        matches!(self, Self::Succeeded | Self::Locked | Self::Spared)
    }
}
