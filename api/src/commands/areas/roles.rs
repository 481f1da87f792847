//! Rows that name an area and one role of it: the role is added to the processors or readers.

use domain::area::Area;
use domain::id::Kind;
use domain::rule::{Violation, code, verdict};
use serde_json::{Map, Value, json};

use crate::commands::references::{self, Reference, one};
use crate::commands::save;
use crate::commands::{Refusal, Work};
use crate::http::etag::Expected;

/// What a row names.
const REFERENCES: [Reference; 2] = [one("area", Kind::Area), one("role", Kind::Role)];

/// Loads in one go what adding these rows will need.
///
/// # Errors
/// The database can't be read.
pub fn preload_roles(work: &mut Work<'_, '_>, rows: &[Map<String, Value>]) -> Result<(), Refusal> {
    for reference in REFERENCES {
        references::preload(work.tx, reference.kind, reference.named(rows))?;
    }
    Ok(())
}

/// Adds the role of a row to its area; whether it was not there before. Sent twice it changes nothing.
///
/// # Errors
/// The row is bad, or the permission is missing.
pub fn add_role(work: &mut Work<'_, '_>, mut fields: Map<String, Value>) -> Result<bool, Refusal> {
    if !super::keeps_lists(work.authority) {
        return Err(super::needs_administrator());
    }
    let named = references::given(&fields);
    references::resolve(work.tx, &mut fields, &REFERENCES)?;
    let mut out = Vec::new();
    let mut id = |field: &str| {
        let found = fields.get(field).and_then(Value::as_str).and_then(|id| id.parse().ok());
        if found.is_none() {
            out.push(Violation::new(code::REQUIRED, "is missing").at(format!("/{field}")));
        }
        found
    };
    let (area, role) = (id("area_id"), id("role_id"));
    let list = match fields.get("relation").and_then(Value::as_str) {
        Some("processor") => "processor_ids",
        Some("reader") => "reader_ids",
        Some(_) => {
            out.push(Violation::new(code::BAD_VALUE, "processor or reader").at("/relation"));
            ""
        }
        None => {
            out.push(Violation::new(code::REQUIRED, "is missing").at("/relation"));
            ""
        }
    };
    verdict(out)?;
    let (Some(area), Some(role)) = (area, role) else { return Err(Refusal::internal("a row lost its references")) };
    let unknown = || Violation::new(code::UNKNOWN_REFERENCE, "there is no area of that id").at("/area_id");
    let found = work.tx.get::<Area>(area)?.filter(|found| work.authority.sees(&found.value));
    let Some(found) = found else { return Err(references::as_given(unknown().into(), &named)) };
    let present = if list == "processor_ids" { &found.value.processor_ids } else { &found.value.reader_ids };
    if present.iter().any(|known| known.0 == role) {
        super::may_set(work, &found.value)?;
        return Ok(false);
    }
    let others = if list == "processor_ids" { &found.value.reader_ids } else { &found.value.processor_ids };
    if others.iter().any(|known| known.0 == role) {
        super::may_set(work, &found.value)?;
        let other = if list == "processor_ids" { "readers" } else { "processors" };
        let detail = format!("the role is one of the area's {other} already");
        return Err(Violation::new(code::DUPLICATE_ITEM, detail).at("/relation").into());
    }
    let wanted: Vec<_> = present.iter().map(|known| known.0).chain([role]).collect();
    let last = wanted.len() - 1;
    let changes = Map::from_iter([(list.to_owned(), json!(wanted))]);
    let pointer = format!("/{list}/{last}");
    match save::patch::<Area>(work, area, &Expected::Any, changes) {
        Ok(_) => Ok(true),
        Err(Refusal::Violations(faults)) => {
            let of_role = |fault: Violation| {
                if fault.pointer.as_deref() == Some(&pointer) { fault.at("/role_id") } else { fault }
            };
            let faults: Vec<Violation> = faults.into_iter().map(of_role).collect();
            Err(references::as_given(faults.into(), &named))
        }
        Err(refusal) => Err(refusal),
    }
}
