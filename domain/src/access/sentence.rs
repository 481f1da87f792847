//! What a person is told about a decision. It names the reason and no policy: no role, no
//! grant, no other person.

use super::ReasonCode;

/// One plain sentence for the person who asked (P-04).
pub const fn reason_user(code: ReasonCode) -> &'static str {
    match code {
        ReasonCode::RelationAllow => "You may do this because it is your own or you work on it.",
        ReasonCode::PersonalAllow => "You were given this right in person.",
        ReasonCode::PersonalDeny => "This was taken from you in person.",
        ReasonCode::PersonalWithoutAction => "The rights given to you in person here do not include this.",
        ReasonCode::RoleAllow => "One of your roles allows this.",
        ReasonCode::WageTypeAllow => "This is offered to be recorded here.",
        ReasonCode::OwnWageTypeAllow => "You may record this for everybody.",
        ReasonCode::WageTypeNotOffered => "This is not offered to be recorded here.",
        ReasonCode::WageTypeByRequest => "This is to be asked for, not recorded directly.",
        ReasonCode::WageLimitExceeded => "This is more than may be recorded.",
        ReasonCode::UnknownWageType => "This wage type is not known.",
        ReasonCode::GuardOwnRequest => "Nobody closes their own request.",
        ReasonCode::RoleDeny => "One of your roles does not allow this.",
        ReasonCode::TieDeny => "Your roles contradict each other here, so this is not allowed.",
        ReasonCode::NoGrant => "You have no right to do this here.",
        ReasonCode::ModuleOff => "This part of the system is switched off.",
        ReasonCode::SubjectNotLinked => "This person has no account.",
        ReasonCode::UnknownSubject => "This account is not known.",
        ReasonCode::UnknownResource => "This thing is not known.",
        ReasonCode::UnknownAction => "This action is not known here.",
        ReasonCode::GuardState => "This account is not active.",
        ReasonCode::GuardKind => "Accounts of this kind can't do anything themselves.",
        ReasonCode::GuardAreaAdministrator => "Administering areas gives no right to what is in them.",
        ReasonCode::GuardExternalAdministrator => "This is closed to outside administrators.",
        ReasonCode::GuardProtectionRule => "This is protected, and one of your roles is kept out.",
    }
}
