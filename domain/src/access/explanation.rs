//! The parts of an explained decision (P-04). They name things by id and hold no personal data.

use super::{Decision, Relation};
use crate::grant::{Holder, Scope};
use crate::id::{ContractId, GrantId, MembershipId, ProtectionRuleId, RoleId, RoleRuleId, UserId, WageOfferId};
use crate::named_values;
use crate::role::Source;
use crate::user::{UserKind, UserState};
use crate::window::{Day, Window};

/// Why a question is answered as it is (P-04). Lists are in a fixed order: it does not depend
/// on the order in which records came.
#[derive(Clone, PartialEq, Debug)]
pub struct Explanation {
    /// The answer: always that of [`Model::decide`](super::Model::decide).
    pub decision: Decision,
    /// The user's kind and state, which the guard G-1 looks at; `None` for an unknown user.
    pub account: Option<(UserKind, UserState)>,
    /// The relation that gives the action, if one does.
    pub relation: Option<Relation>,
    /// The grants that decided. For `personal_without_action` these are the personal grants
    /// that cover the target: they decide by leaving the action out.
    pub decided_by: Vec<GrantOpinion>,
    /// Other grants in force that cover the target, each with the reason why it did not count.
    pub set_aside: Vec<SetAside>,
    /// Grants that name the action and cover the target, but do not hold on that day; personal ones also where they leave
    /// it out, which denies it.
    pub inactive: Vec<Inactive>,
    /// How the user comes to each role named in `decided_by` and `set_aside`.
    pub paths: Vec<RolePath>,
    /// The protection rule that bars the user (G-4), if one does.
    pub protection_rule: Option<ProtectionRuleId>,
    /// For a deny: what would turn it into an allow, the smallest things first of each sort.
    pub would_allow: Vec<Remedy>,
    /// For a deny: what is missing.
    pub missing: Option<Missing>,
}

/// What a grant says about the action.
#[derive(Clone, PartialEq, Debug)]
pub struct GrantOpinion {
    /// The grant.
    pub grant: GrantId,
    /// Who holds it.
    pub holder: Holder,
    /// The priority of the role; `None` for a personal grant.
    pub priority: Option<i32>,
    /// Whether it allows the action.
    pub allows: bool,
    /// When the grant holds.
    pub window: Window,
}

named_values! {
    /// Why a grant in force did not count.
    pub enum SetAsideReason {
        /// A relation to the target decides before any grant.
        RelationTakesPrecedence = "relation_takes_precedence",
        /// Personal grants alone decide.
        PersonalTakesPrecedence = "personal_takes_precedence",
        /// A personal grant that denies prevails over one that allows.
        DenyPrevails = "deny_prevails",
        /// A role of higher priority has an opinion.
        LowerPriority = "lower_priority",
        /// The user is kept out of the role, or of one on every way to it, as an external administrator (G-3).
        GuardExternalAdministrator = "guard_external_administrator",
        /// It does not name the action.
        NoOpinion = "no_opinion",
    }
}

/// A grant that did not count.
#[derive(Clone, PartialEq, Debug)]
pub struct SetAside {
    /// The grant.
    pub grant: GrantId,
    /// Who holds it.
    pub holder: Holder,
    /// The priority of the role; `None` for a personal grant.
    pub priority: Option<i32>,
    /// What it says: allows, denies, or nothing.
    pub allows: Option<bool>,
    /// Why it did not count.
    pub reason: SetAsideReason,
}

/// A grant that would have had an opinion on another day, or a role by which there would have been a relation.
#[derive(Clone, PartialEq, Debug)]
pub struct Inactive {
    /// The grant; `None` for a relation.
    pub grant: Option<GrantId>,
    /// The relation to an area that the role gives its members; `None` for a grant.
    pub relation: Option<Relation>,
    /// Who holds the grant, or the role.
    pub holder: Holder,
    /// Whether it would allow the action.
    pub allows: bool,
    /// The nearest day on which all that it needs is there, before the day asked about or after it: each has an entry.
    /// `None` if there is no such day.
    pub counts_on: Option<Day>,
    /// Whether the question is answered with an allow on that day, as far as is known now: nothing else prevails.
    pub prevails: bool,
    /// What lies outside its window on the day asked about, of what it needs then. Where there is no such day, everything
    /// with a window that it needs. At least one thing.
    pub because: Vec<Needed>,
}

/// A thing that something needs in order to count, and how its window lies to the day asked about.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Needed {
    /// What it is.
    pub what: Windowed,
    /// Its window.
    pub window: Window,
    /// How that lies to the day.
    pub state: WindowState,
}

named_values! {
    /// How a window lies to a day.
    pub enum WindowState {
        /// It has ended before.
        Expired = "expired",
        /// The day is in it.
        InForce = "in_force",
        /// It begins later.
        ToCome = "to_come",
    }
}

/// Something with a window on the way from a user to a right.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Windowed {
    /// The grant itself.
    Grant(GrantId),
    /// A membership on the path.
    Membership(MembershipId),
    /// A role on the path.
    Role(RoleId),
    /// The contract by which the target is in a grant's department.
    Contract(ContractId),
    /// A setting for a wage type (P-07).
    WageOffer(WageOfferId),
}

/// How a user comes to a role: from the membership of the user upwards, the shortest way.
#[derive(Clone, PartialEq, Debug)]
pub struct RolePath {
    /// The role at the end.
    pub role: RoleId,
    /// The way to it.
    pub steps: Vec<PathStep>,
}

/// One step of a path: a membership and the role it leads into.
#[derive(Clone, PartialEq, Debug)]
pub struct PathStep {
    /// The membership.
    pub membership: MembershipId,
    /// The role that it leads into.
    pub role: RoleId,
    /// Where the membership came from.
    pub source: Source,
    /// When the membership holds.
    pub window: Window,
    /// When the role holds.
    pub role_window: Window,
    /// The contract that an automatic membership follows.
    pub contract: Option<ContractId>,
    /// The rule that made it.
    pub rule: Option<RoleRuleId>,
}

/// Something that would turn a deny into an allow (P-04).
#[derive(Clone, PartialEq, Debug)]
pub enum Remedy {
    /// To be a member of a role.
    Membership {
        /// The role.
        role: RoleId,
        /// Who is to be one: the user who was asked about.
        member: UserId,
    },
    /// The action more in a grant that there is already: to the same holder, over the target alone, at all times.
    Extend {
        /// The grant.
        grant: GrantId,
        /// Who holds it.
        holder: Holder,
        /// The target.
        scope: Scope,
        /// All actions that it is to allow then.
        allow: Vec<String>,
    },
    /// A grant of the action, and of nothing else.
    Grant {
        /// To whom. Given to the user, it sets the grants of roles aside for the target (P-03, step 3).
        holder: Holder,
        /// Over the target alone.
        scope: Scope,
    },
}

/// What a denied user lacks (P-04).
#[derive(Clone, PartialEq, Debug)]
pub struct Missing {
    /// The module's code.
    pub module: String,
    /// The action's name.
    pub action: String,
    /// Roles (at most [`WOULD_ALLOW_MAX`]) whose members would be allowed, best priority first: they hold a grant in force
    /// that allows the action on the target and are not outvoted by what denied it, or have a place in the area that gives
    /// it. Empty where no role would help: a guard decided, or a personal grant where no relation would.
    pub roles: Vec<RoleId>,
}

/// Most roles named in [`Missing::roles`].
pub const WOULD_ALLOW_MAX: usize = 20;
