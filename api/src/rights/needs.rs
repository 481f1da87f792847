//! What a request needed: the rights that were asked for and granted while it was done. They are kept
//! with an answer that may be asked for again, so that a repetition is refused to whoever lacks them
//! by then.

use domain::id::{AreaId, ObjectId, RoleId, WorkerId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Action, AreaAdminister, Asking, Authority, RoleAssign, TargetIx};

/// A right that a request needed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Need {
    /// The module's code.
    pub module: String,
    /// The action.
    pub action: String,
    on: On,
}

/// What the action is done to, by its id, which outlives the model.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum On {
    Nothing,
    Worker(Uuid),
    Object(Uuid),
    Area(Uuid),
    /// The settings of an area, which its owner sees and sets without any grant.
    SettingsOf(Uuid),
    /// The members of a role, which its managers may change without any grant.
    MembersOf(Uuid),
}

impl Need {
    /// An action that was granted on a target.
    pub(super) fn of(module: &str, action: &str, target: TargetIx, asking: &Asking) -> Self {
        let on = match (target, asking.id(target)) {
            (TargetIx::Worker(_), Some(id)) => On::Worker(id),
            (TargetIx::Object(_), Some(id)) => On::Object(id),
            (TargetIx::Area(_), Some(id)) => On::Area(id),
            _ => On::Nothing,
        };
        Self { module: module.to_owned(), action: action.to_owned(), on }
    }

    /// The members of a role, for one of its managers.
    pub(super) fn members_of(role: RoleId) -> Self {
        let (module, action) = (RoleAssign::MODULE.to_owned(), RoleAssign::NAME.to_owned());
        Self { module, action, on: On::MembersOf(role.0) }
    }

    /// The settings of an area, for its owner.
    pub(super) fn settings_of(area: AreaId) -> Self {
        let (module, action) = (AreaAdminister::MODULE.to_owned(), AreaAdminister::NAME.to_owned());
        Self { module, action, on: On::SettingsOf(area.0) }
    }

    /// The role whose members it is about.
    pub fn role(&self) -> Option<RoleId> {
        match self.on {
            On::MembersOf(role) => Some(RoleId(role)),
            _ => None,
        }
    }
}

impl Authority {
    /// Whether the authority has, now, what a request needed then. What the action was done to must
    /// still be there.
    pub fn still_may(&self, need: &Need) -> bool {
        let model = self.live.model();
        let target = match need.on {
            On::Nothing | On::MembersOf(_) => Some(TargetIx::None),
            On::Worker(id) => model.worker(WorkerId(id)).map(TargetIx::Worker),
            On::Object(id) => model.object(ObjectId(id)).map(TargetIx::Object),
            On::Area(id) => model.area(AreaId(id)).map(TargetIx::Area),
            On::SettingsOf(id) => return self.sets_area(AreaId(id)),
        };
        target.is_some_and(|target| self.may(&need.module, &need.action, target))
    }
}
