//! Forgetting: the personal values of an account give way to a pseudonym, for good (U-08).

use super::{Block, User, UserState};
use crate::id::UserId;
use crate::rule::Violation;

/// Shortest text that is looked for in what was written freely: a shorter one would be found everywhere.
const TRACE_MIN: usize = 4;

impl UserId {
    /// The name under which an account goes on in the past (U-08). It follows from the id alone, so that it is
    /// the same everywhere, and says nothing of the person.
    pub fn pseudonym(self) -> String {
        let id = self.0.simple().to_string();
        format!("forgotten-{}", id.get(20..).unwrap_or_default())
    }
}

impl User {
    /// The account as it was, under its pseudonym (U-08): kind, state, and when, why and by whom it was
    /// blocked stay.
    #[must_use]
    pub fn under_pseudonym(self) -> User {
        User {
            id: self.id,
            external_id: None,
            kind: self.kind,
            state: self.state,
            login: None,
            first_name: None,
            last_name: None,
            display_name: Some(self.id.pseudonym()),
            email: None,
            phone: None,
            language: None,
            time_zone: None,
            blocks: self.blocks.into_iter().map(|block| Block { note: None, ..block }).collect(),
            managed_in: Vec::new(),
        }
    }

    /// Forgets the account, which must be in the trash (U-03, U-08).
    pub fn forget(&self) -> Result<User, Violation> {
        if !User::moves(self.state).contains(&UserState::Forgotten) {
            return Err(self.refuse_move());
        }
        Ok(User { state: UserState::Forgotten, ..self.clone().under_pseudonym() })
    }

    /// Texts by which the person would be known in what people and programs wrote freely (U-08): login,
    /// e-mail, phone, external id and the full name. First or last name alone, and texts of fewer than four
    /// characters, are those of others too.
    pub fn traces(&self) -> Vec<String> {
        let full = match (&self.first_name, &self.last_name) {
            (Some(first), Some(last)) => Some(format!("{first} {last}")),
            _ => None,
        };
        [&self.login, &self.email, &self.phone, &self.external_id, &self.display_name, &full]
            .into_iter()
            .flatten()
            .filter(|text| text.chars().count() >= TRACE_MIN && **text != self.id.pseudonym())
            .cloned()
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::person;
    use super::super::{BlockCause, Mover};
    use super::*;
    use crate::rule::code;
    use chrono::DateTime;

    fn whole() -> User {
        User {
            external_id: Some("ada-7".into()),
            phone: Some("+420 123".into()),
            language: Some("cs".into()),
            time_zone: Some("Europe/Prague".into()),
            ..person()
        }
    }

    #[test]
    fn only_who_is_in_the_trash_is_forgotten() {
        // U-03, U-08
        for state in UserState::ALL {
            let forgotten = User { state: *state, ..whole() }.forget();
            match state {
                UserState::Deleted => assert_eq!(forgotten.unwrap().state, UserState::Forgotten),
                _ => assert_eq!(forgotten.unwrap_err().code, code::STATE_MOVE_REFUSED),
            }
        }
    }

    #[test]
    fn no_personal_value_stays() {
        // U-08
        let mover = Mover { by: Some(UserId(uuid::Uuid::from_u128(2))), at: DateTime::UNIX_EPOCH };
        let note = Some("Ada called in sick".to_owned());
        let blocked = whole().block(BlockCause::Administrator, note, mover).unwrap();
        let past = blocked.clone().under_pseudonym();
        assert_eq!((past.id, past.kind, past.state), (blocked.id, blocked.kind, UserState::Blocked));
        assert_eq!((past.blocks[0].cause, past.blocks[0].by), (BlockCause::Administrator, mover.by));
        let text = serde_json::to_string(&past).unwrap();
        for value in ["ada", "Ada", "Byron", "example.org", "+420", "\"cs\"", "Prague", "sick"] {
            assert!(!text.contains(value), "{value} in {text}");
        }
        assert_eq!(past.clone().under_pseudonym(), past);
        assert_eq!(past.shown_name(), blocked.id.pseudonym());
        assert!(past.traces().is_empty());
    }

    #[test]
    fn a_forgotten_account_takes_no_new_values() {
        // U-08
        let forgotten = User { state: UserState::Deleted, ..whole() }.forget().unwrap();
        let faults = whole().check(Some(&forgotten));
        assert_eq!(faults.into_iter().map(|fault| fault.code).collect::<Vec<_>>(), [code::USER_FORGOTTEN]);
    }

    #[test]
    fn a_person_is_known_by_what_nobody_shares() {
        // U-08
        let traces = User { phone: Some("112".into()), login: Some("ab12".into()), ..whole() }.traces();
        assert_eq!(traces, ["ab12", "ada@example.org", "ada-7", "Ada Byron"]);
    }
}
