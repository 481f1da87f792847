//! The compiled rights model: who may do what, to whom, on which day, and why (sections 4 to 6).
//!
//! A [`Model`] holds of every record what decisions need, as dense ids, day numbers and masks.
//! It is made by [`Model::load`], follows the records by [`Model::apply`] and answers [`Model::decide`] from memory. Clones
//! are snapshots. The rule it must keep to is P-03, written plainly in [`slow`].
//!
//! Where to look: `rows` and `parts` what is kept; `cow`, `tables`, `bag`, `threads` how; `apply`, `placements`,
//! `roles`, `objects`, `areas`, `protection`, `grants`, `compile` how it follows changes; `facts` how it is loaded; `deed`, `decide`, `explain` one question;
//! `members`, `staff`, `permissions`, `reach`, `subjects`, `holders` the reverse ones; `resolve` questions by name;
//! `timeline` one question over time; `wages` who may
//! record what; `ahead`
//! many at once; `effect` what changes do to people's rights.

mod ahead;
mod apply;
mod areas;
mod bag;
mod compile;
mod cow;
mod decide;
mod deed;
pub mod effect;
mod explain;
mod explanation;
mod facts;
mod grants;
mod holders;
mod ids;
mod lookup;
mod members;
mod objects;
mod parts;
mod permissions;
mod placements;
mod protection;
mod question;
mod reach;
mod resolve;
mod roles;
mod rows;
mod sentence;
pub mod slow;
mod staff;
mod subjects;
mod tables;
#[cfg(test)]
mod tests;
mod threads;
mod timeline;
mod wages;

pub use explanation::{
    Explanation, GrantOpinion, Inactive, Missing, Needed, PathStep, Remedy, RolePath, SetAside, SetAsideReason,
    WOULD_ALLOW_MAX, WindowState, Windowed,
};
pub use facts::{ContractFact, Fact, MembershipFact, UserFact, WorkerFact};
pub use holders::Way;
pub use ids::{
    ActionIx, AreaIx, DepartmentIx, GrantIx, ModuleIx, ObjectIx, RoleIx, TypeIx, UserIx, WageTypeIx, WorkerIx,
};
pub use permissions::{Permission, Via};
pub use question::{Decision, Question, ReasonCode, Relation, Target, TargetIx};
pub use reach::Reach;
pub use resolve::Resolved;
pub use sentence::{Language, reason_admin_plain, reason_user};
pub use timeline::{BORDERS_MAX, Span, Timeline, Turn};
pub use wages::{
    InactiveOffer, OwnWageType, WageClaim, WageExplanation, WageQuestion, WageRemedy, WageRight, WageVoice,
};

use std::sync::Arc;

use cow::Index;
use rows::{
    AreaMore, AreaRow, ContractRow, DepartmentMore, DepartmentRow, GrantRow, MembershipRow, ModuleRow, ObjectMore,
    ObjectRow, RoleMore, RoleRow, TypeRow, UserMore, UserRow, WorkerMore, WorkerRow,
};
use tables::{Coded, Names, Table};

/// The rights model of one revision. A clone is a snapshot: it shares all that does not change
/// in either of the two.
#[derive(Clone, Debug, Default)]
pub struct Model {
    revision: i64,
    counts: Counts,
    users: Table<UserRow, UserMore>,
    user_names: Names,
    workers: Table<WorkerRow, WorkerMore>,
    worker_names: Names,
    departments: Table<DepartmentRow, DepartmentMore>,
    tree: Arc<placements::Tree>,
    positions: Table<()>,
    contracts: Table<ContractRow>,
    roles: Table<RoleRow, RoleMore>,
    memberships: Table<MembershipRow>,
    modules: Coded<ModuleRow>,
    types: Coded<TypeRow>,
    objects: Table<ObjectRow, ObjectMore>,
    object_names: Names,
    areas: Table<AreaRow, AreaMore>,
    area_names: Names,
    protection: Arc<protection::Protection>,
    /// Whether there are protection rules.
    guarded: bool,
    wage_types: Table<wages::WageTypeRow>,
    wage_offers: Table<wages::OfferRow>,
    /// Whether people may close requests of their own (P-08).
    closes_own: bool,
    grants: Table<GrantRow>,
    /// Grants over one target, by holder, module and target.
    direct: Index,
}

/// How many records the model holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[allow(missing_docs, reason = "the numbers are named after what they count")]
pub struct Counts {
    pub users: usize,
    pub workers: usize,
    pub departments: usize,
    pub contracts: usize,
    pub roles: usize,
    pub memberships: usize,
    pub modules: usize,
    pub object_types: usize,
    pub objects: usize,
    pub areas: usize,
    pub grants: usize,
}

impl Model {
    /// A model that knows nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// The last revision of the log that was taken in.
    pub fn revision(&self) -> i64 {
        self.revision
    }

    /// Notes the revision up to which changes were taken in.
    pub fn set_revision(&mut self, revision: i64) {
        self.revision = revision;
    }

    /// How many records there are.
    pub fn counts(&self) -> Counts {
        self.counts
    }
}
