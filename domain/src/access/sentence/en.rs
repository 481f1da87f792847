//! English.

use super::{Catalogue, ReasonCode, Relation};
use crate::user::{UserKind, UserState};
use crate::wage::LimitName;

pub(super) static CATALOGUE: Catalogue = Catalogue {
    user,
    admin,
    relation,
    role: "role",
    roles: "roles",
    in_person: "a personal grant",
    outvoted: "Of lower priority, {roles} did not count.",
    until: "A right to it by {holder} ended on {day}.",
    from: "A right to it by {holder} begins on {day}.",
    helps: "Members of {roles} would be allowed.",
    set_in_person: "a personal setting",
    offered: "It is offered by {holder}.",
    offered_until: "It was offered by {holder} until {day}.",
    offered_from: "It will be offered by {holder} from {day} on.",
    limit,
    not_linked: "The worker is not linked to an account, and so offered nothing.",
    worker_helps: "If the worker were in {roles}, it would be allowed.",
    recording: "Recording for the worker: {reason}",
    state: UserState::as_str,
    kind,
    besides: "Besides: {reason}",
};

const fn user(code: ReasonCode) -> &'static str {
    match code {
        ReasonCode::RelationAllow => "You may do this because it is your own or you work on it.",
        ReasonCode::PersonalAllow => "You were given this right in person.",
        ReasonCode::PersonalDeny => "This was taken from you in person.",
        ReasonCode::PersonalWithoutAction => "The rights given to you in person here do not include this.",
        ReasonCode::RoleAllow => "One of your roles allows this.",
        ReasonCode::WageTypeAllow => "This is offered here.",
        ReasonCode::OwnWageTypeAllow => "You may record this for everybody.",
        ReasonCode::WageTypeNotOffered => "This is not offered here.",
        ReasonCode::WageTypeByRequest => "This is to be asked for, not recorded directly.",
        ReasonCode::WageLimitExceeded => "This is more than is offered.",
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
        ReasonCode::GuardProtectionRule => "This is protected, and one of your roles or your position is kept out.",
    }
}

const fn admin(code: ReasonCode) -> &'static str {
    match code {
        ReasonCode::RelationAllow => "Allowed: the user is {relation}, which gives {right} without a grant.",
        ReasonCode::PersonalAllow => "Allowed: a personal grant gives {right} here; roles are not looked at.",
        ReasonCode::PersonalDeny => "Denied: a personal grant denies {right} here; roles are not looked at.",
        ReasonCode::PersonalWithoutAction => {
            "Denied: personal grants cover this target and leave {right} out; roles are not looked at."
        }
        ReasonCode::RoleAllow => "Allowed: {right} by {roles} (priority {priority}).",
        ReasonCode::WageTypeAllow => "Allowed: the wage type is offered to the worker.",
        ReasonCode::OwnWageTypeAllow => "Allowed: the wage type is one of a role's own, recorded for every worker.",
        ReasonCode::WageTypeNotOffered => "Denied: no role and no personal setting offers the wage type to the worker.",
        ReasonCode::WageTypeByRequest => {
            "Denied: the wage type is offered to be asked for, not to be recorded directly."
        }
        ReasonCode::WageLimitExceeded => "Denied: the amount goes beyond a limit of the offer.",
        ReasonCode::UnknownWageType => "Denied: there is no such wage type.",
        ReasonCode::GuardOwnRequest => "Denied: nobody closes a request of their own unless a setting allows it.",
        ReasonCode::RoleDeny => "Denied: {right} is denied by {roles} (priority {priority}).",
        ReasonCode::TieDeny => "Denied: {roles} of the same priority {priority} are divided over {right}.",
        ReasonCode::NoGrant => "Denied: no grant in force names {right} here.",
        ReasonCode::ModuleOff => "Denied: the module of {right} is switched off.",
        ReasonCode::SubjectNotLinked => "Denied: the worker is not linked to an account.",
        ReasonCode::UnknownSubject => "Denied: there is no such subject.",
        ReasonCode::UnknownResource => "Denied: there is no such resource.",
        ReasonCode::UnknownAction => "Denied: there is no such action, or it is not done to such a resource.",
        ReasonCode::GuardState => "Denied: the account is {state}.",
        ReasonCode::GuardKind => "Denied: accounts of kind {kind} never do anything themselves.",
        ReasonCode::GuardAreaAdministrator => {
            "Denied: no grant in force names {right} here, and administering areas gives no right to their content."
        }
        ReasonCode::GuardExternalAdministrator => "Denied: this is closed to external administrators.",
        ReasonCode::GuardProtectionRule => "Denied: a protection rule keeps the user from what belongs to others.",
    }
}

const fn limit(limit: LimitName) -> &'static str {
    match limit {
        LimitName::MaxPerEntry => "At most {most} in one entry.",
        LimitName::MaxPerDay => "At most {most} on one day, of which {left} is left.",
        LimitName::MaxPerMonth => "At most {most} in one month, of which {left} is left.",
        LimitName::MaxPerYear => "At most {most} in one year, of which {left} is left.",
    }
}

const fn kind(kind: UserKind) -> &'static str {
    match kind {
        UserKind::Person => "person",
        UserKind::Virtual => "virtual",
        UserKind::ExternalFiller => "external filler",
        UserKind::ExternalAdministrator => "external administrator",
        UserKind::Service => "service",
    }
}

const fn relation(relation: Relation) -> &'static str {
    match relation {
        Relation::OwnFolder => "the person of this folder",
        Relation::Assignee => "the assignee",
        Relation::Team => "in the team",
        Relation::Processor => "a processor of the area",
        Relation::Reader => "a reader of the area",
    }
}
