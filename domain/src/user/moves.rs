//! The life of an account: where it starts, and the moves from state to state (U-03 to U-06, U-15).

use chrono::{DateTime, Utc};

use super::{Block, BlockCause, User, UserKind, UserState};
use crate::id::UserId;
use crate::rule::{Violation, code};

/// Who moves an account and when: what a state's verb needs to know.
#[derive(Clone, Copy, Debug)]
pub struct Mover {
    /// Who does it; `None` for the service itself and the local operator.
    pub by: Option<UserId>,
    /// When (UTC).
    pub at: DateTime<Utc>,
}

impl User {
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

    pub(super) fn refuse_move(&self) -> Violation {
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

    /// Whether the account may be sent an invitation (U-15): only one that waits for it.
    pub fn may_be_invited(&self) -> Result<(), Violation> {
        if self.state == UserState::Invited {
            return Ok(());
        }
        let detail = format!("the account is {}; only one that is invited can be invited anew", self.state);
        Err(Violation::new(code::NOT_INVITED, detail))
    }

    /// Accepts an invitation (U-03, U-15).
    pub fn accept(&self) -> Result<User, Violation> {
        self.may_be_invited()?;
        Ok(User { state: UserState::Active, ..self.clone() })
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

#[cfg(test)]
mod tests {
    use super::super::tests::person;
    use super::*;
    use uuid::Uuid;

    fn mover(by: u128) -> Mover {
        Mover { by: Some(UserId(Uuid::from_u128(by))), at: DateTime::UNIX_EPOCH }
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
    fn only_who_is_invited_accepts_an_invitation() {
        // U-03, U-15
        let invited = User { state: UserState::Invited, ..person() };
        assert_eq!(invited.accept().unwrap().state, UserState::Active);
        for state in [UserState::Active, UserState::Blocked, UserState::Deleted, UserState::Forgotten] {
            let other = User { state, ..person() };
            assert_eq!(other.accept().unwrap_err().code, code::NOT_INVITED);
            assert_eq!(other.may_be_invited().unwrap_err().code, code::NOT_INVITED);
        }
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
