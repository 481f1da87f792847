//! Keeping external administrators out of protected roles, and of areas of a class that is closed to them (G-3).
//! Memberships that ended are passed over: they bring nobody anywhere.

use std::collections::HashSet;

use chrono::NaiveDate;
use domain::id::RoleId;
use domain::role::{Member, Membership, Role};
use domain::rule::{Violation, code};
use domain::user::{User, UserKind};
use persistence::Key;

use crate::commands::memberships::roles_above;
use crate::commands::{Refusal, Work, areas};

/// What is told; it names nobody.
const DETAIL: &str = "an external administrator would come into a protected role or area";

/// Refuses a membership by which an external administrator would come into a protected role or area: as
/// the member, or as one of the member role. `user` is the member where it is a user. One that
/// stands and is only made shorter passes.
///
/// # Errors
/// The database can't be read.
pub fn check_membership(
    work: &mut Work<'_, '_>,
    before: Option<&Membership>,
    membership: &Membership,
    role: &Role,
    user: Option<&User>,
    out: &mut Vec<Violation>,
) -> Result<(), Refusal> {
    let shortened = |before: &Membership| before.window.intersect(&membership.window) == Some(membership.window);
    if before.is_some_and(shortened) || user.is_some_and(|user| user.kind != UserKind::ExternalAdministrator) {
        return Ok(());
    }
    if !leads_to_protected(work, role)? {
        return Ok(());
    }
    let comes = match membership.member {
        Member::User(_) => user.is_some(),
        Member::Role(below) => reached_from_outside(work)?.contains(&below),
    };
    if comes {
        out.push(Violation::new(code::GUARD_EXTERNAL_ADMINISTRATOR, DETAIL).at("/member_id"));
    }
    Ok(())
}

/// Refuses to mark a role as protected while an external administrator is in it, directly or below.
///
/// # Errors
/// The database can't be read.
pub fn check_protection(
    work: &mut Work<'_, '_>,
    before: Option<&Role>,
    role: &Role,
    out: &mut Vec<Violation>,
) -> Result<(), Refusal> {
    let marked = role.protected && before.is_some_and(|before| !before.protected);
    if marked && reached_from_outside(work)?.contains(&role.id) {
        out.push(Violation::new(code::GUARD_EXTERNAL_ADMINISTRATOR, DETAIL).at("/protected"));
    }
    Ok(())
}

/// Whether the role, or one that it is in, directly or not, is protected or named by an area that is closed to external
/// administrators.
fn leads_to_protected(work: &mut Work<'_, '_>, role: &Role) -> Result<bool, Refusal> {
    if role.protected {
        return Ok(true);
    }
    let today = work.today;
    let mut roles = roles_above(work, vec![Member::Role(role.id)], |membership| lasts(membership, today))?;
    for above in &roles {
        if work.tx.get::<Role>(above.0)?.is_some_and(|above| above.value.protected) {
            return Ok(true);
        }
    }
    roles.insert(role.id);
    areas::guarded_area_names(work, &roles)
}

/// The roles that external administrators are in, directly or not. They are few, and so sought
/// from themselves upwards.
///
/// # Errors
/// The database can't be read.
pub(super) fn reached_from_outside(work: &mut Work<'_, '_>) -> Result<HashSet<RoleId>, Refusal> {
    let outside = work.tx.find::<User>(&Key::ExternalAdministrators)?;
    let today = work.today;
    let members = outside.iter().map(|user| Member::User(user.value.id)).collect();
    roles_above(work, members, |membership| lasts(membership, today))
}

/// Whether a membership has not ended.
pub(super) fn lasts(membership: &Membership, today: NaiveDate) -> bool {
    membership.window.valid_to.is_none_or(|to| today <= to)
}
