//! What an account may do, be given or be linked to by its kind and state alone (U-10).

use super::{UserKind, UserState};
use crate::named_values;

named_values! {
    /// Something that depends on kind and state (U-10).
    pub enum Capability {
        /// Log in with a password or by single sign-on.
        LogIn = "log_in",
        /// Call the API with a token.
        CallWithToken = "call_with_token",
        /// Be sent a message, join a discussion.
        BeMessaged = "be_messaged",
        /// Be given a task or a responsibility.
        BearTask = "bear_task",
        /// Be a participant of a meeting.
        AttendMeeting = "attend_meeting",
        /// Have qualifications recorded.
        HaveQualifications = "have_qualifications",
        /// Be linked to a worker.
        LinkToWorker = "link_to_worker",
        /// Own an area.
        OwnArea = "own_area",
        /// Join an encrypted or protected group, reach protected data.
        ReachProtected = "reach_protected",
        /// Stand as author in the history.
        BeAuthor = "be_author",
    }
}

use UserState::{Active, Blocked, Deleted, Forgotten, Invited};

const NEVER: &[UserState] = &[];
const ACTIVE: &[UserState] = &[Active];
const ALIVE: &[UserState] = &[Invited, Active, Blocked];
const ALWAYS: &[UserState] = &[Invited, Active, Blocked, Deleted, Forgotten];

/// The states in which an account of that kind has the capability: the table of U-10, row by row.
pub const fn states(capability: Capability, kind: UserKind) -> &'static [UserState] {
    // person, virtual, external_filler, external_administrator, service
    let row = match capability {
        Capability::LogIn | Capability::BeMessaged | Capability::OwnArea => [ACTIVE, NEVER, NEVER, ACTIVE, NEVER],
        Capability::CallWithToken => [ACTIVE, NEVER, NEVER, ACTIVE, ACTIVE],
        Capability::BearTask | Capability::AttendMeeting => [ALIVE, NEVER, ACTIVE, ACTIVE, NEVER],
        Capability::HaveQualifications => [ALIVE, NEVER, ACTIVE, NEVER, NEVER],
        Capability::LinkToWorker => [ALIVE, NEVER, NEVER, NEVER, NEVER],
        Capability::ReachProtected => [ACTIVE, NEVER, NEVER, NEVER, NEVER],
        Capability::BeAuthor => [ALWAYS, ALWAYS, NEVER, ALWAYS, ALWAYS],
    };
    let [person, stand_in, filler, outside, service] = row;
    match kind {
        UserKind::Person => person,
        UserKind::Virtual => stand_in,
        UserKind::ExternalFiller => filler,
        UserKind::ExternalAdministrator => outside,
        UserKind::Service => service,
    }
}

/// Whether an account of that kind and state has the capability (U-10).
pub fn capable(kind: UserKind, state: UserState, capability: Capability) -> bool {
    states(capability, kind).contains(&state)
}

/// Why an account lacks a capability.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lack {
    /// No account of its kind has it.
    Kind,
    /// It needs one of these states.
    State(&'static [UserState]),
}

/// Why an account lacks the capability; `None` when it has it.
pub fn lack(kind: UserKind, state: UserState, capability: Capability) -> Option<Lack> {
    match states(capability, kind) {
        [] => Some(Lack::Kind),
        states if states.contains(&state) => None,
        states => Some(Lack::State(states)),
    }
}

named_values! {
    /// What somebody who uses a capability of another should know (U-10).
    pub enum Caution {
        /// Whoever gives a task to someone invited or blocked.
        NotActive = "bearer_not_active",
        /// Whoever asks a placeholder to a meeting: its contact person is a better guest.
        PreferExternalContact = "prefer_external_contact",
    }
}

/// The warning that goes with a capability that an account has, if one does.
pub fn caution(kind: UserKind, state: UserState, capability: Capability) -> Option<Caution> {
    match (capability, kind) {
        (Capability::BearTask, _) if state != Active => Some(Caution::NotActive),
        (Capability::AttendMeeting, UserKind::ExternalFiller) => Some(Caution::PreferExternalContact),
        _ => None,
    }
    .filter(|_| capable(kind, state, capability))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of U-10 as it is written in the rules: the kinds in the order of their enumeration.
    const TABLE: &[(Capability, [&str; 5])] = &[
        (Capability::LogIn, ["active", "never", "never", "active", "never"]),
        (Capability::CallWithToken, ["active", "never", "never", "active", "active"]),
        (Capability::BeMessaged, ["active", "never", "never", "active", "never"]),
        (Capability::BearTask, ["invited, active, blocked", "never", "active", "active", "never"]),
        (Capability::AttendMeeting, ["not deleted", "never", "active", "active", "never"]),
        (Capability::HaveQualifications, ["not deleted", "never", "active", "never", "never"]),
        (Capability::LinkToWorker, ["invited, active, blocked", "never", "never", "never", "never"]),
        (Capability::OwnArea, ["active", "never", "never", "active", "never"]),
        (Capability::ReachProtected, ["active", "never", "never", "never", "never"]),
        (Capability::BeAuthor, ["yes", "yes", "never", "yes", "yes"]),
    ];

    #[test]
    fn what_a_kind_and_state_may_do_is_one_table() {
        // U-10
        assert_eq!(TABLE.len(), Capability::ALL.len());
        for (capability, cells) in TABLE {
            for (kind, cell) in UserKind::ALL.iter().zip(cells) {
                for state in UserState::ALL {
                    let expected = match *cell {
                        "never" => false,
                        "yes" => true,
                        // Whoever is forgotten was deleted before.
                        "not deleted" => !matches!(state, Deleted | Forgotten),
                        states => states.split(", ").any(|named| named == state.as_str()),
                    };
                    assert_eq!(capable(*kind, *state, *capability), expected, "{capability} {kind} {state}");
                    assert_eq!(lack(*kind, *state, *capability).is_none(), expected, "{capability} {kind} {state}");
                }
            }
        }
    }

    #[test]
    fn a_no_tells_its_reason() {
        // U-10
        assert_eq!(lack(UserKind::Service, Active, Capability::LogIn), Some(Lack::Kind));
        assert_eq!(lack(UserKind::Person, Blocked, Capability::LogIn), Some(Lack::State(&[Active])));
    }

    #[test]
    fn a_task_for_who_is_not_there_draws_a_warning() {
        // U-10
        let of = |kind, state, capability| caution(kind, state, capability);
        assert_eq!(of(UserKind::Person, Invited, Capability::BearTask), Some(Caution::NotActive));
        assert_eq!(of(UserKind::Person, Active, Capability::BearTask), None);
        assert_eq!(of(UserKind::Person, Deleted, Capability::BearTask), None);
        let filler = of(UserKind::ExternalFiller, Active, Capability::AttendMeeting);
        assert_eq!(filler, Some(Caution::PreferExternalContact));
        assert_eq!(of(UserKind::ExternalFiller, Deleted, Capability::AttendMeeting), None);
    }
}
