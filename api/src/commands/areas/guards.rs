//! Whom the class of an area keeps out (G-3, G-4): what has to be known to say so.

use std::collections::HashSet;

use domain::area::{Area, AreaClass, Outside, ProtectionRule};
use domain::id::{Kind, RoleId};
use domain::role::{Member, Membership, Purpose, Role};
use domain::rule::Violation;
use domain::user::{User, UserKind};
use persistence::Key;

use crate::commands::memberships::roles_above;
use crate::commands::{Refusal, Work, outside};

/// What keeps anybody whom an area names out of it.
///
/// # Errors
/// The database can't be read.
pub fn check(work: &mut Work<'_, '_>, area: &Area) -> Result<Vec<Violation>, Refusal> {
    if area.class == AreaClass::Normal {
        return Ok(vec![]);
    }
    let owner = work.tx.get::<User>(area.owner_id.0)?;
    let mut lists = HashSet::new();
    for role in &area.processor_ids {
        let found = work.tx.get::<Role>(role.0)?;
        lists.extend(found.filter(|found| found.value.purpose == Purpose::PeopleList).map(|found| found.value.id));
    }
    let known = Outside {
        owner: owner.is_some_and(|owner| owner.value.kind == UserKind::ExternalAdministrator),
        roles: outside::reached_from_outside(work)?,
        barred: barred(work, area.class)?,
        lists,
    };
    Ok(area.check_guards(&known))
}

/// The roles that a rule for the class bars; those within them, whose members are members there too; and those that they
/// are in, directly or not.
fn barred(work: &mut Work<'_, '_>, class: AreaClass) -> Result<HashSet<RoleId>, Refusal> {
    let rules = work.tx.find::<ProtectionRule>(&Key::All(Kind::ProtectionRule))?;
    let named = rules.into_iter().filter(|rule| rule.value.class == Some(class));
    let named: HashSet<RoleId> = named.flat_map(|rule| rule.value.role_ids).collect();
    let today = work.today;
    let above = roles_above(work, named.iter().copied().map(Member::Role).collect(), |membership| {
        outside::lasts(membership, today)
    })?;
    let mut all = named.clone();
    let mut level: Vec<RoleId> = named.into_iter().collect();
    while !level.is_empty() {
        let keys: Vec<Key> = level.iter().copied().map(Key::MembersOf).collect();
        work.tx.preload_keys::<Membership>(&keys)?;
        let mut next = Vec::new();
        for key in &keys {
            for membership in work.tx.find::<Membership>(key)? {
                if let Member::Role(below) = membership.value.member
                    && outside::lasts(&membership.value, today)
                    && all.insert(below)
                {
                    next.push(below);
                }
            }
        }
        level = next;
    }
    all.extend(above);
    Ok(all)
}

/// Whether an area that is closed to external administrators names one of the roles.
///
/// # Errors
/// The database can't be read.
pub fn guarded_area_names(work: &mut Work<'_, '_>, roles: &HashSet<RoleId>) -> Result<bool, Refusal> {
    let areas = work.tx.find::<Area>(&Key::All(Kind::Area))?;
    let mut guarded = areas.iter().map(|area| &area.value).filter(|area| area.class != AreaClass::Normal);
    Ok(guarded.any(|area| roles.iter().any(|role| area.names_role(*role))))
}
