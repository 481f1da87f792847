//! External fillers and the areas in which they are used (U-12): the owners of these may edit them, and make some.

use domain::area::Area;
use domain::rule::{Violation, code};
use domain::user::{User, UserKind};

use crate::commands::{Refusal, Work};
use crate::rights::{Authority, UserCreate, UserEdit};

/// Whether the authority manages a filler: it owns an area in which the filler is used.
pub fn manages(authority: &Authority, user: &User) -> bool {
    user.kind == UserKind::ExternalFiller && user.managed_in.iter().any(|area| authority.owns_area(*area))
}

/// Looks at the areas of an account. Who has no right to accounts but owns areas makes and edits fillers of these: gives them
/// no login, takes them into and out of areas of their own, and leaves them in one at least.
///
/// # Errors
/// A permission is missing, or the database can't be read.
pub fn check(
    work: &mut Work<'_, '_>,
    old: Option<&User>,
    user: &User,
    out: &mut Vec<Violation>,
) -> Result<(), Refusal> {
    let asked = match old {
        None => work.authority.allow::<UserCreate>().map(|_| ()),
        Some(_) => work.authority.allow::<UserEdit>().map(|_| ()),
    };
    let mut unknown = false;
    let was = old.map(|old| old.managed_in.clone()).unwrap_or_default();
    for (index, area) in user.managed_in.iter().enumerate().filter(|(_, area)| !was.contains(area)) {
        let found = work.tx.get::<Area>(area.0)?;
        if !found.is_some_and(|found| asked.is_ok() || work.authority.sees(&found.value)) {
            unknown = true;
            let pointer = format!("/managed_in/{index}");
            out.push(Violation::new(code::UNKNOWN_REFERENCE, "there is no area of that id").at(pointer));
        }
    }
    let Err(refusal) = asked else { return Ok(()) };
    let moved = user.managed_in.iter().filter(|area| !was.contains(area));
    let moved = moved.chain(was.iter().filter(|area| !user.managed_in.contains(area)));
    let own = moved.clone().all(|area| work.authority.owns_area(*area));
    let login = old.and_then(|old| old.login.as_ref());
    // The external id is the integrator's.
    let named = old.is_none_or(|old| old.external_id == user.external_id);
    let plain = user.kind == UserKind::ExternalFiller && user.login.as_ref() == login && named;
    if user.managed_in.is_empty() && old.is_some() && plain && own {
        let detail = "it stays in one area at least; a user administrator may take it out of all";
        out.push(Violation::new(code::REQUIRED, detail).at("/managed_in"));
        return Ok(());
    }
    if plain && (unknown || (own && !user.managed_in.is_empty())) { Ok(()) } else { Err(refusal) }
}
