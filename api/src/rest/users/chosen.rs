//! What the list and the export of users can be asked beyond their own fields: role, department, link, presence. The
//! rights model answers that, so no rows are joined.

use std::collections::HashSet;

use domain::access::UserIx;
use domain::activity::Presence;
use domain::id::{DepartmentId, RoleId, UserId};
use domain::user::User;
use persistence::{Filter, Value};
use uuid::Uuid;

use crate::activity::circle;
use crate::app::App;
use crate::commands::Refusal;
use crate::http::listing::Chosen;
use crate::http::page::Visible;
use crate::http::params::Params;
use crate::rest::activity;
use crate::rest::crud::Shown;
use crate::rights::{Authority, RoleRead};

/// Most ids that are handed to the database; of more, rows are asked one by one.
const FEW: usize = 500;

/// The ways of being there.
pub const PRESENCES: &[&str] = &[Presence::Active.as_str(), Presence::Unknown.as_str(), Presence::Unavailable.as_str()];

/// The parameter `presence` of a list of people.
pub fn read_presence(params: &mut Params) -> Option<Presence> {
    params.word("presence", PRESENCES).and_then(|name| Presence::parse(&name))
}

/// Who is there in that way, of those whose activity the caller sees (U-23).
///
/// # Errors
/// The database can't be read.
fn present(app: &App, authority: &Authority, presence: Presence) -> Result<Vec<UserIx>, Refusal> {
    let Some(caller) = authority.user_id() else { return Ok(vec![]) };
    let model = app.live().model();
    let users = app.store().read(|reader| {
        let seen = circle::of(app, reader, caller)?;
        activity::present(app, reader, &seen, presence)
    })?;
    Ok(users.into_iter().filter_map(|id| model.user(id)).collect())
}

/// Which accounts are left by what was asked.
///
/// # Errors
/// The caller may see none at all, or not ask by role; the database can't be read.
pub fn visible<'a>(app: &'a App, authority: &'a Authority, chosen: &Chosen) -> Result<Visible<'a>, Refusal> {
    let all = User::visible(app, authority)?;
    let role = chosen.id("role_id").map(RoleId);
    if role.is_some() {
        authority.allow::<RoleRead>()?;
    }
    let model = app.live().model();
    let day = app.zone().day_number(app.clock().now());
    let members = role.map(|id| model.role(id).map_or(vec![], |role| model.role_members(role, day)));
    let subtree = chosen.flag("include_subtree") == Some(true);
    let staff = chosen
        .id("department_id")
        .map(DepartmentId)
        .map(|id| model.department(id).map_or(vec![], |department| model.accounts_in(department, subtree, day)));
    let presence = chosen.word("presence").and_then(Presence::parse);
    let present = presence.map(|presence| present(app, authority, presence)).transpose()?;
    let mut sets: Vec<Vec<UserIx>> = members.into_iter().chain(staff).chain(present).collect();
    sets.sort_by_key(Vec::len);
    let mut sets = sets.into_iter();
    let smallest = sets.next();
    let others: Vec<HashSet<UserIx>> = sets.map(|set| set.into_iter().collect()).collect();
    let linked = chosen.flag("linked");
    let fits = move |user: UserIx| {
        others.iter().all(|set| set.contains(&user))
            && linked.is_none_or(|linked| linked == model.worker_of(user).is_some())
    };
    let model = app.live().model();
    Ok(match smallest {
        None if linked.is_none() => all,
        None => check(move |id| model.user(UserId(id)).is_some_and(&fits)),
        Some(set) if set.len() <= FEW => {
            let ids = set.into_iter().filter(|user| fits(*user)).map(|user| Value::Uuid(model.user_id(user).0));
            Visible::Only(Filter::AnyOf("id", ids.collect()))
        }
        Some(set) => {
            let set: HashSet<UserIx> = set.into_iter().collect();
            check(move |id| model.user(UserId(id)).is_some_and(|user| set.contains(&user) && fits(user)))
        }
    })
}

fn check<'a>(may: impl Fn(Uuid) -> bool + 'a) -> Visible<'a> {
    Visible::Check { column: "id", may: Box::new(may) }
}
