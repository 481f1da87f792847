//! Why a plan can't be applied: when and by whom it was applied already, and which records changed since it was made.

use std::collections::BTreeSet;

use chrono::{DateTime, SecondsFormat, Utc};
use domain::id::UserId;
use domain::role::{Member, Membership};
use persistence::{Key, Plan, PlanLine, PlanSection, Reader};
use serde_json::Value;
use uuid::Uuid;

use crate::commands::Refusal;
use crate::http::problem::{self, FieldError, Problem};
use crate::plans::Findings;

/// Most records that are told to have changed.
const MOST: usize = 50;

/// Changes since a plan was made that are looked through, the newest first.
const LOOKED_THROUGH: i64 = 10_000;

/// Lines of each part of a plan that are looked through.
const LINES: i64 = 10_000;

/// What is to be done with a plan that is outdated.
const REMEDY: &str = "make the plan anew and look at it";

/// Refuses a plan that was applied. Whoever may apply plans sees by whom each was.
///
/// # Errors
/// It was.
pub fn not_applied(plan: &Plan) -> Result<(), Problem> {
    let Some((by, at, _)) = plan.applied else { return Ok(()) };
    let at = at.to_rfc3339_opts(SecondsFormat::Secs, true);
    Err(Problem::new(problem::PLAN_APPLIED).detail(format!("it was applied at {at} by user {by}")))
}

/// Refuses a plan that was applied, or is too old.
///
/// # Errors
/// It was, or is.
pub fn open(plan: &Plan, now: DateTime<Utc>) -> Result<(), Problem> {
    not_applied(plan)?;
    if plan.expires_at <= now { Err(Problem::new(problem::PLAN_EXPIRED)) } else { Ok(()) }
}

/// The refusal of a plan of which something else would come by now. To the faults in its way are added, by kind and id,
/// the records that changed since: of those that the plan would change or names, and of those in `touched`.
///
/// # Errors
/// The database can't be read.
pub fn outdated(
    reader: &mut Reader<'_>,
    plan: &Plan,
    mut touched: BTreeSet<Uuid>,
    mut errors: Vec<FieldError>,
) -> Result<Problem, Refusal> {
    for section in PlanSection::ALL {
        touched.extend(named(&reader.plan_lines(plan.id, *section, None, -1, LINES)?));
    }
    // New memberships have ids that no line knows, but belong to somebody whom one names.
    let members = touched.iter().map(|id| Key::MembershipsOf(Member::User(UserId(*id)))).collect::<Vec<_>>();
    touched.extend(reader.find_many::<Membership>(&members)?.into_iter().map(|found| found.value.id.0));
    let findings: Findings =
        serde_json::from_str(&plan.findings).map_err(|_| Refusal::internal("a plan can't be read"))?;
    // What the plan said itself is no news.
    errors.retain(|fault| !findings.broken.iter().any(|broken| broken.fault() == *fault));
    if let Some(revision) = findings.revision {
        let mut changed = reader.changed_after(revision, LOOKED_THROUGH)?;
        changed.retain(|(_, id)| touched.remove(id));
        changed.truncate(MOST);
        errors.extend(changed.into_iter().map(|(kind, id)| FieldError {
            pointer: String::new(),
            code: "changed_since".to_owned(),
            detail: format!("{kind} {id}"),
        }));
    }
    Ok(Problem::new(problem::PLAN_OUTDATED).detail(REMEDY).errors(errors))
}

/// The ids in lines of a plan: the records that change, the people, and the grants and roles that give a right.
pub fn named(lines: &[PlanLine]) -> BTreeSet<Uuid> {
    let mut ids = BTreeSet::new();
    for line in lines {
        ids.extend(line.user_id.map(|user| user.0));
        if let Ok(line) = serde_json::from_str(&line.line) {
            collect(&line, &mut ids);
        }
    }
    ids
}

fn collect(value: &Value, ids: &mut BTreeSet<Uuid>) {
    match value {
        Value::String(text) => ids.extend(text.parse::<Uuid>()),
        Value::Array(items) => items.iter().for_each(|item| collect(item, ids)),
        Value::Object(map) => map.values().for_each(|item| collect(item, ids)),
        _ => {}
    }
}
