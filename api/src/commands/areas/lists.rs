//! Lists of people: who owns the areas that such a role belongs to says who is on it.

use domain::area::{Area, ProtectionRule};
use domain::grant::{Grant, Holder, Template};
use domain::id::{Kind, RoleId};
use domain::notification::NotificationSubscription;
use domain::role::{Member, Membership, Purpose, Role};
use domain::wage::WageOffer;
use persistence::{Key, Stored};

use crate::app::App;
use crate::commands::{Refusal, Work};
use crate::rights::Authority;

/// Whether the authority may add and remove the members of a role as a setting of areas: the role is a list of people, areas
/// name it, the authority sets each of them, and the role means nothing but what it means there.
///
/// # Errors
/// The database can't be read.
pub fn keeps_list(work: &mut Work<'_, '_>, role: &Role) -> Result<bool, Refusal> {
    if role.purpose != Purpose::PeopleList {
        return Ok(false);
    }
    let areas = work.tx.find::<Area>(&Key::All(Kind::Area))?;
    let mut naming = areas.iter().map(|area| &area.value).filter(|area| area.names_role(role.id)).peekable();
    let keeps = naming.peek().is_some() && naming.all(|area| work.authority.sees_settings(area));
    Ok(keeps && !means_more(work, role.id)?)
}

/// Refuses to name a list of people that belongs to areas of others: it would be theirs alone no more.
///
/// # Errors
/// It does, and the authority does not administer areas.
pub fn may_name(work: &mut Work<'_, '_>, role: RoleId) -> Result<(), Refusal> {
    let model = work.present()?;
    let areas = model.role(role).map(|role| model.areas_naming(role)).unwrap_or_default();
    let others = areas.into_iter().any(|area| !work.authority.sets_area(model.area_id(area)));
    if others { Err(super::needs_administrator()) } else { Ok(()) }
}

/// Whether being in the role means anything besides what areas give to it.
fn means_more(work: &mut Work<'_, '_>, role: RoleId) -> Result<bool, Refusal> {
    let bars = |rule: &Stored<ProtectionRule>| rule.value.role_ids.contains(&role);
    let rights = |template: &Stored<Template>| template.value.rights.iter().any(|right| right.role_id == role);
    Ok(!work.tx.ids::<Grant>(&Key::GrantsOf(Holder::Role(role)))?.is_empty()
        || !work.tx.ids::<WageOffer>(&Key::WageOffersOf(Holder::Role(role)))?.is_empty()
        || !work.tx.ids::<Membership>(&Key::MembershipsOf(Member::Role(role)))?.is_empty()
        || !work.tx.ids::<NotificationSubscription>(&Key::SubscriptionsOf(role))?.is_empty()
        || work.tx.find::<ProtectionRule>(&Key::All(Kind::ProtectionRule))?.iter().any(bars)
        || work.tx.find::<Template>(&Key::All(Kind::Template))?.iter().any(rights))
}

/// Whether the authority sets any area, and so may keep lists of people.
pub fn keeps_lists(authority: &Authority) -> bool {
    authority.administers_areas() || !authority.owned_areas().is_empty()
}

/// The lists of people whose members the authority sees, since they belong to areas that it sets.
pub fn lists_seen<'r>(app: &App, authority: &Authority, roles: impl Iterator<Item = &'r Role>) -> Vec<RoleId> {
    if !keeps_lists(authority) {
        return vec![];
    }
    let model = app.live().model();
    let lists = roles.filter(|role| role.purpose == Purpose::PeopleList);
    let seen = lists.filter(|role| {
        let areas = model.role(role.id).map(|role| model.areas_naming(role)).unwrap_or_default();
        areas.into_iter().any(|area| authority.sets_area(model.area_id(area)))
    });
    seen.map(|role| role.id).collect()
}
