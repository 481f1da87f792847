//! S2: the role sync of everybody for the first time, applied, beside the bulk load of the same rows.

use serde_json::Value;

use crate::Outcome;
use crate::plain::Place;
use crate::report::{Goal, Line, Table, Unit};
use crate::rows::i1::bulk_load;
use crate::runs::{Runs, timed};
use crate::service::Service;
use crate::sets::staff::Staff;

/// What memberships refer to, in order.
const BEFORE: [&str; 7] = ["users", "departments", "positions", "roles", "role_rules", "workers", "contracts"];

/// A run of the role sync to its end; its figures.
pub fn run_of_everybody(service: &Service) -> Outcome<Value> {
    let client = service.app.admin();
    let started = client.verb("/api/v1/role-sync-runs");
    let path = started.header("location").ok_or(started.text.clone())?.to_owned();
    loop {
        let answer = client.get(&path);
        match answer.json.get("state").and_then(Value::as_str) {
            Some("queued" | "running") => std::thread::sleep(std::time::Duration::from_millis(5)),
            Some("succeeded") => return Ok(answer.json.get("result").cloned().unwrap_or_default()),
            _ => return Err(answer.text.into()),
        }
    }
}

/// Measures the row, and leaves what the last run brought in step.
pub fn measure(place: Place, staff: impl Fn() -> Staff, runs: usize, table: &mut Table) -> Outcome<Service> {
    let (mut ours, mut by_hand, mut with_log) = (Runs::default(), Runs::default(), Runs::default());
    let (mut last, mut added) = (None, Value::Null);
    let workers = staff().workers.len();
    for _ in 0..runs.max(1) {
        drop(last.take());
        let service = Service::start(place.fresh()?);
        service.take(staff().records())?;
        let (seconds, run) = timed(|| run_of_everybody(&service));
        added = run?.get("added").cloned().unwrap_or_default();
        ours.push(seconds);
        let (seconds, more) = bulk_load(place, &service.url, &BEFORE, &["memberships"])?;
        by_hand.push(seconds);
        with_log.push(seconds + more);
        last = Some(service);
    }
    let line = |what: &str, theirs, goal, said| Line {
        row: "S2",
        what: format!("{workers} workers for the first time, {added} memberships, {}", place.name()),
        unit: Unit::Time,
        ours: ours.clone(),
        yardstick: Some((what.to_owned(), theirs)),
        goal,
        said,
    };
    table.add(&line("bulk load of the rows", by_hand, Goal::at_most_times(3.0), "at most 3 times"));
    table.add(&line("bulk load of the rows and of the whole log", with_log, Goal::None, ""));
    last.ok_or_else(|| "no run".into())
}
