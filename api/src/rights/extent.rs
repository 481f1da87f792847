//! On what an action may be done: all, some, or whatever passes when it is asked about.

use std::sync::Arc;

use domain::access::{ActionIx, Model, ModuleIx, Question, Reach, TargetIx, UserIx};
use domain::id::WorkerId;
use domain::window::Day;
use uuid::Uuid;

/// On which targets an authority may do an action.
pub enum Extent {
    /// On all that there are.
    All,
    /// On those of these ids.
    Few(Vec<Uuid>),
    /// Perhaps on many: each has to be asked about.
    Ask(Asking),
}

/// An action of a user, found once to be asked about target by target, in one state of the model.
pub struct Asking {
    pub(super) model: Arc<Model>,
    pub(super) user: UserIx,
    pub(super) module: ModuleIx,
    pub(super) action: ActionIx,
    pub(super) day: Day,
}

impl Asking {
    /// Whether it may be done to a worker.
    pub fn may_worker(&self, worker: WorkerId) -> bool {
        self.model.worker(worker).is_some_and(|worker| self.may(TargetIx::Worker(worker)))
    }

    pub(super) fn may(&self, target: TargetIx) -> bool {
        let Self { user, module, action, day, .. } = *self;
        self.model.decide(&Question { user, module, action, target, day }).allowed
    }

    pub(super) fn everywhere(&self) -> bool {
        self.model.allowed_everywhere(self.user, self.module, self.action, self.day)
    }

    pub(super) fn reach(&self, limit: usize) -> Reach {
        self.model.reach(self.user, self.module, self.action, self.day, limit)
    }

    pub(super) fn id(&self, target: TargetIx) -> Option<Uuid> {
        match target {
            TargetIx::None => None,
            TargetIx::Worker(worker) => Some(self.model.worker_id(worker).0),
            TargetIx::Object(object) => Some(self.model.object_id(object).0),
            TargetIx::Area(area) => Some(self.model.area_id(area).0),
        }
    }
}
