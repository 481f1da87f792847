//! Areas whose owner can't own them any more (N-01): blocked, deleted, or of a kind that never can.

use domain::area::{Area, AreaState};
use domain::id::UserId;
use domain::notification::types;
use domain::user::{Capability, User, capable};
use persistence::Key;
use uuid::Uuid;

use crate::app::App;
use crate::commands::notifications::{Cause, Details};
use crate::commands::{Refusal, Work};

/// Whether an account can own areas.
pub fn is_able(user: &User) -> bool {
    capable(user.kind, user.state, Capability::OwnArea)
}

/// The ids of the areas without an able owner, by the rights model.
pub fn without(app: &App) -> Vec<Uuid> {
    let model = app.live().model();
    let able = |owner| {
        let (kind, state) = model.user_state(owner);
        capable(kind, state, Capability::OwnArea)
    };
    let lacking = model.areas().filter(|area| !model.area_owner(*area).is_some_and(able));
    lacking.map(|area| model.area_id(area).0).collect()
}

/// What is told of an area whose owner can't own it, once for each time that this comes to be.
pub fn cause(area: &Area, owner: &User) -> Cause {
    let since = owner.blocks.iter().map(|block| block.at).min();
    let since = since.map(|at| at.to_rfc3339()).unwrap_or_default();
    let once = format!("{} {} {since}", owner.id, owner.state);
    Cause::once(&types::AREA_WITHOUT_ABLE_OWNER, area.id.0, Details::default(), once)
}

/// What is told of the areas of accounts that a transaction leaves unable to own them.
///
/// # Errors
/// The database can't be read.
pub fn lost(work: &mut Work<'_, '_>) -> Result<Vec<Cause>, Refusal> {
    let mut unable: Vec<UserId> = Vec::new();
    work.tx.for_each_change::<User>(|before, after| {
        if let (Some(before), Some(after)) = (before, after)
            && is_able(before)
            && !is_able(after)
        {
            unable.push(after.id);
        }
    })?;
    let mut causes = Vec::new();
    for user in unable {
        let areas = work.tx.find::<Area>(&Key::AreasOwnedBy(user))?;
        let Some(owner) = work.tx.get::<User>(user.0)?.filter(|_| !areas.is_empty()) else { continue };
        let in_use = areas.iter().filter(|area| area.value.state == AreaState::Active);
        causes.extend(in_use.map(|area| cause(&area.value, &owner.value)));
    }
    Ok(causes)
}
