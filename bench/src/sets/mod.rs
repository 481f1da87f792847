//! Made companies to measure on.

pub mod casbin;
pub mod company;
pub mod crowd;
pub mod staff;

use domain::access::{Model, Question, TargetIx};
use domain::id::{ObjectId, UserId, WorkerId};
use domain::window::Day;
use uuid::Uuid;

/// The id of the thing of that number, of that kind. Spread like real ids, so that look-ups are
/// not helped by their order.
pub fn id(kind: u128, number: usize) -> Uuid {
    let number = number as u128;
    Uuid::from_u128((kind << 96) | (number.wrapping_mul(0x9E37_79B9_7F4A_7C15) & u128::from(u64::MAX)))
}

/// What is asked about.
#[derive(Clone, Copy, Debug)]
pub enum Target {
    /// An object.
    Object(ObjectId),
    /// A worker.
    Worker(WorkerId),
}

/// A question as a caller has it: 16-byte ids, and names for what has no other id.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// Who.
    pub user: UserId,
    /// In which module.
    pub module: &'static str,
    /// What.
    pub action: &'static str,
    /// To what.
    pub target: Target,
    /// When.
    pub day: Day,
}

/// Whether it is allowed: ids and names are looked up, then it is decided.
pub fn ask(model: &Model, asked: &Asked) -> bool {
    let (Some(user), Some(module)) = (model.user(asked.user), model.module(asked.module)) else {
        return false;
    };
    let target = match asked.target {
        Target::Object(id) => model.object(id).map(TargetIx::Object),
        Target::Worker(id) => model.worker(id).map(TargetIx::Worker),
    };
    let (Some(action), Some(target)) = (model.action(module, asked.action), target) else {
        return false;
    };
    model.decide(&Question { user, module, action, target, day: asked.day }).allowed
}
