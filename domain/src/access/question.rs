//! What is asked of the model and what it answers (P-03).

use super::{ActionIx, AreaIx, ModuleIx, ObjectIx, UserIx, WorkerIx};
use crate::named_values;
use crate::window::Day;

/// May `user` do `action` of `module` to `target` on `day`? (P-03)
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Question {
    /// Who.
    pub user: UserIx,
    /// In which module.
    pub module: ModuleIx,
    /// What; an action of that module.
    pub action: ActionIx,
    /// To what; its kind must be the one that the module's actions are done to.
    pub target: Target,
    /// On which day, in the organisation's time zone. It moves windows only.
    pub day: Day,
}

/// What an action is done to (P-01).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Target {
    /// Nothing in particular: modules without a target.
    None,
    /// A worker's folder or time.
    Worker(WorkerIx),
    /// An object.
    Object(ObjectIx),
    /// An area.
    Area(AreaIx),
}

/// The same under the name that does not collide with [`crate::grant::Target`].
pub type TargetIx = Target;

/// The answer, with its reason (P-03).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Decision {
    /// Whether the action may be done.
    pub allowed: bool,
    /// The step that decided.
    pub code: ReasonCode,
}

impl Decision {
    /// The decision that a code stands for: five codes allow, all others deny.
    pub const fn of(code: ReasonCode) -> Self {
        let allowed = matches!(
            code,
            ReasonCode::RelationAllow
                | ReasonCode::PersonalAllow
                | ReasonCode::RoleAllow
                | ReasonCode::WageTypeAllow
                | ReasonCode::OwnWageTypeAllow
        );
        Self { allowed, code }
    }
}

impl From<ReasonCode> for Decision {
    fn from(code: ReasonCode) -> Self {
        Self::of(code)
    }
}

named_values! {
    /// Why a question was answered as it was (P-03, P-04).
    pub enum ReasonCode {
        /// A relation to the target gives the action.
        RelationAllow = "relation_allow",
        /// A personal grant allows it.
        PersonalAllow = "personal_allow",
        /// A personal grant denies it.
        PersonalDeny = "personal_deny",
        /// Personal grants cover the target and leave the action out.
        PersonalWithoutAction = "personal_without_action",
        /// A role's grant allows it.
        RoleAllow = "role_allow",
        /// The wage type is offered to the worker (P-07).
        WageTypeAllow = "wage_type_allow",
        /// It is a wage type of a role's own (P-07).
        OwnWageTypeAllow = "own_wage_type_allow",
        /// A role's grant of the highest priority denies it.
        RoleDeny = "role_deny",
        /// Grants of the same highest priority are divided.
        TieDeny = "tie_deny",
        /// No grant names the action for the target.
        NoGrant = "no_grant",
        /// The wage type is not offered to the worker (P-07).
        WageTypeNotOffered = "wage_type_not_offered",
        /// The wage type is asked for, not entered directly (P-07).
        WageTypeByRequest = "wage_type_by_request",
        /// A limit of the wage type would be exceeded (P-07).
        WageLimitExceeded = "wage_limit_exceeded",
        /// The module is switched off.
        ModuleOff = "module_off",
        /// The subject is a worker without an account.
        SubjectNotLinked = "subject_not_linked",
        /// The subject is not known.
        UnknownSubject = "unknown_subject",
        /// The resource is not known.
        UnknownResource = "unknown_resource",
        /// The action is not known, or can't be done to such a resource.
        UnknownAction = "unknown_action",
        /// The wage type is not known (P-07).
        UnknownWageType = "unknown_wage_type",
        /// The account is not active (G-1).
        GuardState = "guard_state",
        /// Accounts of this kind never do anything (U-10).
        GuardKind = "guard_kind",
        /// Administering areas gives no right to their content (G-2).
        GuardAreaAdministrator = "guard_area_administrator",
        /// An outside administrator never reaches this (G-3).
        GuardExternalAdministrator = "guard_external_administrator",
        /// A protection rule bars a role of the user (G-4).
        GuardProtectionRule = "guard_protection_rule",
        /// Nobody closes a request of their own (P-08).
        GuardOwnRequest = "guard_own_request",
    }
}

impl ReasonCode {
    /// Whether it was settled before any right was looked at: something is unknown, a guard, a module that is off.
    pub const fn comes_before_rights(self) -> bool {
        matches!(
            self,
            Self::SubjectNotLinked
                | Self::UnknownSubject
                | Self::UnknownResource
                | Self::UnknownAction
                | Self::UnknownWageType
                | Self::GuardState
                | Self::GuardKind
                | Self::GuardExternalAdministrator
                | Self::GuardProtectionRule
                | Self::GuardOwnRequest
                | Self::ModuleOff
        )
    }
}

named_values! {
    /// A relation to a target that gives rights without a grant (P-03, step 2).
    pub enum Relation {
        /// The linked worker's own folder (W-09).
        OwnFolder = "own_folder",
        /// The object's assignee.
        Assignee = "assignee",
        /// In the object's team.
        Team = "team",
        /// A processor of the area, by a role.
        Processor = "processor",
        /// A reader of the area, by a role.
        Reader = "reader",
    }
}
