//! Users: system accounts and their states (section 1).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::id::UserId;
use crate::named_values;
use crate::rule::{Violation, code};
use crate::text;

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
}

/// Who moves an account and when: what a state's verb needs to know.
#[derive(Clone, Copy, Debug)]
pub struct Mover {
    /// Who does it; `None` for the service itself and the local operator.
    pub by: Option<UserId>,
    /// When (UTC).
    pub at: DateTime<Utc>,
}

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
        out
    }

    /// A new account in the state it may start in (U-03): a person blocked and awaiting release
    /// (or invited, or active for who may release), every other kind active.
    pub fn start(mut self, state: Option<UserState>, mover: Mover) -> Result<User, Violation> {
        let person = self.kind == UserKind::Person;
        let state = state.unwrap_or(if person { UserState::Blocked } else { UserState::Active });
        let fits = match state {
            UserState::Active => true,
            UserState::Invited | UserState::Blocked => person,
            UserState::Deleted | UserState::Forgotten => false,
        };
        if !fits {
            return Err(Violation::new(
                code::START_STATE_REFUSED,
                format!("an account of kind {} can't start {state}", self.kind),
            )
            .at("/state"));
        }
        self.state = state;
        self.blocks = if state == UserState::Blocked {
            vec![Block { cause: BlockCause::AwaitingRelease, by: mover.by, at: mover.at, note: None }]
        } else {
            vec![]
        };
        Ok(self)
    }

    /// The states that the account may move to (U-03).
    pub fn moves(state: UserState) -> &'static [UserState] {
        match state {
            UserState::Invited => &[UserState::Active, UserState::Blocked, UserState::Deleted],
            UserState::Active => &[UserState::Blocked, UserState::Deleted],
            UserState::Blocked => &[UserState::Active, UserState::Deleted],
            UserState::Deleted => &[UserState::Blocked, UserState::Forgotten],
            UserState::Forgotten => &[],
        }
    }

    fn refuse_move(&self) -> Violation {
        let allowed: Vec<_> = User::moves(self.state).iter().map(|state| state.as_str()).collect();
        Violation::new(
            code::STATE_MOVE_REFUSED,
            format!(
                "the account is {}; moves allowed from there: {}",
                self.state,
                if allowed.is_empty() { "none".to_owned() } else { allowed.join(", ") }
            ),
        )
    }

    /// Blocks the account, or adds a cause to its block (U-03, U-04).
    pub fn block(&self, cause: BlockCause, note: Option<String>, mover: Mover) -> Result<User, Violation> {
        if !matches!(self.state, UserState::Invited | UserState::Active | UserState::Blocked) {
            return Err(self.refuse_move());
        }
        let mut after = self.clone();
        after.state = UserState::Blocked;
        after.blocks.retain(|block| block.cause != cause);
        after.blocks.push(Block { cause, by: mover.by, at: mover.at, note });
        Ok(after)
    }

    /// Lifts causes of the block; the account is active once all are lifted (U-04, U-05).
    pub fn lift(&self, causes: &[BlockCause], mover: Mover) -> Result<User, Violation> {
        if self.state != UserState::Blocked {
            return Err(self.refuse_move());
        }
        if mover.by == Some(self.id) {
            return Err(Violation::new(code::OWN_BLOCK, "somebody else has to lift it"));
        }
        let mut after = self.clone();
        after.blocks.retain(|block| !causes.contains(&block.cause));
        if after.blocks.len() == self.blocks.len() {
            let present: Vec<_> = self.blocks.iter().map(|block| block.cause.as_str()).collect();
            return Err(Violation::new(
                code::BLOCK_CAUSE_ABSENT,
                format!("the account is blocked for: {}", present.join(", ")),
            ));
        }
        if after.blocks.is_empty() {
            after.state = UserState::Active;
        }
        Ok(after)
    }

    /// Moves the account to the trash (U-06).
    pub fn delete(&self) -> Result<User, Violation> {
        if !User::moves(self.state).contains(&UserState::Deleted) {
            return Err(self.refuse_move());
        }
        Ok(User { state: UserState::Deleted, blocks: vec![], ..self.clone() })
    }

    /// Takes the account out of the trash, blocked (U-03).
    pub fn restore(&self, mover: Mover) -> Result<User, Violation> {
        if self.state != UserState::Deleted {
            return Err(self.refuse_move());
        }
        let block = Block { cause: BlockCause::Administrator, by: mover.by, at: mover.at, note: None };
        Ok(User { state: UserState::Blocked, blocks: vec![block], ..self.clone() })
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

/// What an account may do by its kind and state alone (U-10).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Capability {
    /// Log in with a password or by single sign-on.
    LogIn,
    /// Call the API with a token.
    CallWithToken,
    /// Be given a task or a responsibility.
    BearTask,
    /// Be linked to a worker.
    LinkToWorker,
}

/// Whether an account of that kind and state has the capability (U-10).
pub fn capable(kind: UserKind, state: UserState, capability: Capability) -> bool {
    use UserKind::{ExternalAdministrator, ExternalFiller, Person, Service, Virtual};
    let active = state == UserState::Active;
    let alive = matches!(state, UserState::Invited | UserState::Active | UserState::Blocked);
    match (capability, kind) {
        (Capability::LogIn, Person | ExternalAdministrator) => active,
        (Capability::LogIn, _) => false,
        (Capability::CallWithToken, Person | ExternalAdministrator | Service) => active,
        (Capability::CallWithToken, Virtual | ExternalFiller) => false,
        (Capability::BearTask, Person) => alive,
        (Capability::BearTask, ExternalFiller | ExternalAdministrator) => active,
        (Capability::BearTask, Virtual | Service) => false,
        (Capability::LinkToWorker, Person) => alive,
        (Capability::LinkToWorker, _) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn mover(by: u128) -> Mover {
        Mover { by: Some(UserId(Uuid::from_u128(by))), at: DateTime::UNIX_EPOCH }
    }

    fn person() -> User {
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
    fn only_the_moves_of_the_table_are_allowed() {
        // U-03
        let user = person();
        let blocked = user.block(BlockCause::Administrator, None, mover(2)).unwrap();
        assert_eq!(blocked.state, UserState::Blocked);
        let deleted = blocked.delete().unwrap();
        assert_eq!(deleted.delete().unwrap_err().code, code::STATE_MOVE_REFUSED);
        assert!(deleted.block(BlockCause::Security, None, mover(2)).unwrap_err().detail.contains("blocked, forgotten"));
        let restored = deleted.restore(mover(2)).unwrap();
        assert_eq!(restored.state, UserState::Blocked);
        assert_eq!(user.restore(mover(2)).unwrap_err().code, code::STATE_MOVE_REFUSED);
        assert_eq!(user.lift(&[BlockCause::Security], mover(2)).unwrap_err().code, code::STATE_MOVE_REFUSED);
    }

    #[test]
    fn all_causes_must_be_lifted_and_nobody_lifts_their_own() {
        // U-04, U-05
        let twice = person()
            .block(BlockCause::Administrator, None, mover(2))
            .and_then(|user| user.block(BlockCause::Security, None, mover(2)))
            .unwrap();
        let once = twice.lift(&[BlockCause::Security], mover(3)).unwrap();
        assert_eq!(once.state, UserState::Blocked);
        assert_eq!(once.lift(&[BlockCause::Administrator], mover(1)).unwrap_err().code, code::OWN_BLOCK);
        assert_eq!(once.lift(&[BlockCause::Administrator], mover(3)).unwrap().state, UserState::Active);
        assert_eq!(once.lift(&[BlockCause::Security], mover(3)).unwrap_err().code, code::BLOCK_CAUSE_ABSENT);
    }

    #[test]
    fn what_a_kind_and_state_may_do_is_one_table() {
        // U-10
        use Capability::{BearTask, CallWithToken, LinkToWorker, LogIn};
        let may = |kind, state| [LogIn, CallWithToken, BearTask, LinkToWorker].map(|what| capable(kind, state, what));
        assert_eq!(may(UserKind::Person, UserState::Active), [true, true, true, true]);
        assert_eq!(may(UserKind::Person, UserState::Blocked), [false, false, true, true]);
        assert_eq!(may(UserKind::Person, UserState::Invited), [false, false, true, true]);
        assert_eq!(may(UserKind::Person, UserState::Deleted), [false; 4]);
        assert_eq!(may(UserKind::Virtual, UserState::Active), [false; 4]);
        assert_eq!(may(UserKind::ExternalFiller, UserState::Active), [false, false, true, false]);
        assert_eq!(may(UserKind::ExternalAdministrator, UserState::Active), [true, true, true, false]);
        assert_eq!(may(UserKind::ExternalAdministrator, UserState::Deleted), [false; 4]);
        assert_eq!(may(UserKind::Service, UserState::Active), [false, true, false, false]);
    }

    #[test]
    fn a_person_starts_blocked_and_other_kinds_active() {
        // U-03
        assert_eq!(person().start(None, mover(2)).unwrap().blocks[0].cause, BlockCause::AwaitingRelease);
        let service = User { kind: UserKind::Service, ..person() };
        assert_eq!(service.clone().start(None, mover(2)).unwrap().state, UserState::Active);
        assert_eq!(service.start(Some(UserState::Blocked), mover(2)).unwrap_err().code, code::START_STATE_REFUSED);
        assert!(person().start(Some(UserState::Deleted), mover(2)).is_err());
    }
}
