//! No one widens their own rights (G-5): a change by which its author would gain is for a second person to make.
//! `to_come.rs` looks at what templates will give.

mod to_come;

use std::collections::BTreeSet;

use domain::access::effect::{CONCERNED, RightChange, WageGain, concerns, gains, wage_gains};
use domain::area::Area;
use domain::id::{Kind, UserId, WorkerId};
use domain::rule::{Violation, code};
use domain::user::UserKind;
use domain::worker::Worker;
use persistence::Key;

use crate::commands::{Refusal, Work, settings};
use crate::rights::AreaCreate;

/// How many gains are named.
const NAMED: usize = 5;

/// Refuses what is done so far if it gives more to who does it, to an account whose token they hold, or to who holds
/// the token that it is done with.
///
/// # Errors
/// It does; what would be gained.
pub fn check(work: &mut Work<'_, '_>) -> Result<(), Refusal> {
    if work.app.setting(&settings::FOUR_EYES) == 0 || work.authority.user_id().is_none() {
        return Ok(());
    }
    check_ownership(work)?;
    let concerned = work.tx.changes_of(&CONCERNED);
    // A template gives no right as such, but says what will.
    let of_templates = !work.tx.changes_of(&[Kind::Template]).is_empty();
    if concerned.is_empty() && !of_templates {
        return Ok(());
    }
    let today = work.app.zone().day_number(work.tx.now());
    let people: Vec<UserId> = people(work)?.into_iter().collect();
    let present = work.present()?;
    if !of_templates && !concerns(&present, &concerned, &people, today) {
        return Ok(());
    }
    let changes = work.tx.changes();
    let (before, after) = work.fork(&changes)?;
    let gained = gains(&before, &after, &changes, &people, today);
    let mut named: Vec<String> = gained.iter().map(in_words).collect();
    named.extend(wage_gains(&before, &after, &people, today).into_iter().map(wage_in_words));
    named.extend(to_come::gained(work, (&before, &after), &people, today)?);
    if named.is_empty() {
        return Ok(());
    }
    // The same actions in several scopes are told once.
    let mut told = BTreeSet::new();
    named.retain(|text| told.insert(text.clone()));
    if named.len() > NAMED {
        named.truncate(NAMED);
        named.push("and more".to_owned());
    }
    let detail = format!("you would gain {}; a second person must do it", named.join("; "));
    Err(Violation::new(code::OWN_RIGHTS_WIDENED, detail).into())
}

/// Refuses that an area falls to who does it: owning gives its settings, which is no right that models compare. Who may
/// create areas of their own may create one.
fn check_ownership(work: &mut Work<'_, '_>) -> Result<(), Refusal> {
    let mut falling: Vec<(UserId, bool)> = Vec::new();
    work.tx.for_each_change::<Area>(|before, after| {
        if let Some(after) = after.filter(|after| before.is_none_or(|before| before.owner_id != after.owner_id)) {
            falling.push((after.owner_id, before.is_none()));
        }
    })?;
    if falling.is_empty() {
        return Ok(());
    }
    let people = people(work)?;
    let creates = work.authority.allow::<AreaCreate>().is_ok();
    let own = |(owner, new): &(UserId, bool)| {
        people.contains(owner) && !(*new && creates && work.authority.user_id() == Some(*owner))
    };
    if falling.iter().any(own) {
        let detail = "you would own an area; a second person must do it";
        return Err(Violation::new(code::OWN_RIGHTS_WIDENED, detail).into());
    }
    Ok(())
}

/// The workers of those whom the guard watches: their roles are brought in step at once, however many others wait.
///
/// # Errors
/// The database can't be read.
pub fn workers(work: &mut Work<'_, '_>) -> Result<Vec<WorkerId>, Refusal> {
    let mut found = Vec::new();
    for user in people(work)? {
        found.extend(work.tx.find::<Worker>(&Key::WorkerOfUser(user))?.into_iter().map(|worker| worker.value.id));
    }
    Ok(found)
}

/// Who must not gain.
fn people(work: &mut Work<'_, '_>) -> Result<BTreeSet<UserId>, Refusal> {
    let model = work.present()?;
    let onlookers = work.app.live().onlookers();
    let mut people: BTreeSet<UserId> = work.authority.user_id().into_iter().collect();
    people.extend(work.authority.api_token().and_then(|token| onlookers.maker_of(token)));
    let services: Vec<UserId> = people.iter().flat_map(|person| onlookers.accounts_with_tokens_of(*person)).collect();
    let is_service = |account: &UserId| {
        let user = model.user(*account);
        user.is_some_and(|user| model.user_state(user).0 == UserKind::Service)
    };
    people.extend(services.into_iter().filter(is_service));
    Ok(people)
}

fn wage_in_words(gain: WageGain) -> String {
    let whom = if gain.own { "everybody" } else { "yourself" };
    format!("wage type {} to be recorded for {whom}", gain.wage_type)
}

fn in_words(right: &RightChange) -> String {
    let actions = right.actions.iter().map(|action| format!("{}:{action}", right.module)).collect::<Vec<_>>();
    actions.join(", ")
}
