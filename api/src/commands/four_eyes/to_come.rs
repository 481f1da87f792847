//! What templates will give on objects to come (P-09).

use std::collections::BTreeSet;

use domain::access::Model;
use domain::access::effect::stays;
use domain::change::{Change, Entity, Record};
use domain::grant::Template;
use domain::id::{DepartmentId, Kind, RoleId, UserId};
use domain::window::Day;
use persistence::Key;

use crate::commands::{Refusal, Work};

/// An action on objects of a type that a department creates.
type Right<'t> = (DepartmentId, &'t str, &'t str);

/// What none of these people would have got before the changes, and one of them would now, in words.
///
/// # Errors
/// The database can't be read.
pub(super) fn gained(
    work: &mut Work<'_, '_>,
    (before, after): (&Model, &Model),
    people: &[UserId],
    today: Day,
) -> Result<Vec<String>, Refusal> {
    let found = work.tx.find::<Template>(&Key::All(Kind::Template))?;
    let present: Vec<Template> = found.into_iter().map(|found| found.value).collect();
    let past = undone(present.clone(), &work.tx.changes_of(&[Kind::Template]));
    if present.is_empty() {
        return Ok(vec![]);
    }
    let seats = |model| people.iter().flat_map(|user| stays(model, *user, today)).collect::<Vec<_>>();
    let (had, have) = (seats(before), seats(after));
    let mut found = BTreeSet::new();
    for day in days(had.iter().chain(&have).map(|(_, from, to)| (*from, *to)), today) {
        let past = rights(&past, &on(&had, day));
        found.extend(rights(&present, &on(&have, day)).difference(&past).map(|(_, of, action)| (*of, *action)));
    }
    Ok(found.into_iter().map(|(of, action)| format!("{action} on new objects of type {of}")).collect())
}

fn on(stays: &[(RoleId, Day, Day)], day: Day) -> BTreeSet<RoleId> {
    stays.iter().filter(|(_, from, to)| (*from..=*to).contains(&day)).map(|(role, ..)| *role).collect()
}

fn rights<'t>(templates: &'t [Template], roles: &BTreeSet<RoleId>) -> BTreeSet<Right<'t>> {
    let mut found = BTreeSet::new();
    for template in templates {
        for right in template.rights.iter().filter(|right| roles.contains(&right.role_id)) {
            for department in &template.department_ids {
                let actions =
                    right.allow.iter().map(|action| (*department, right.object_type.as_str(), action.as_str()));
                found.extend(actions);
            }
        }
    }
    found
}

/// Templates as they were before changes.
fn undone(present: Vec<Template>, changes: &[Change]) -> Vec<Template> {
    let of_kind = |record: &Option<Record>| record.as_ref().and_then(Template::from_record).cloned();
    let changed: BTreeSet<_> = changes.iter().filter_map(|change| of_kind(&change.after)).map(|one| one.id).collect();
    let kept = present.into_iter().filter(|record| !changed.contains(&record.id));
    kept.chain(changes.iter().filter_map(|change| of_kind(&change.before))).collect()
}

/// Today, and the first days of spans within which nothing begins or ends.
fn days(spans: impl Iterator<Item = (Day, Day)>, today: Day) -> BTreeSet<Day> {
    let edges = spans.flat_map(|(from, to)| [from, to.saturating_add(1)]).filter(|day| *day > today);
    edges.chain([today]).collect()
}
