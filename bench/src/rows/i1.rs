//! I1: 300,000 workers and 475,000 contracts imported over HTTP, beside the database's own bulk
//! load of the same rows.

use tests::data_folder;
use tests::employees::{File, Sources, convert, made_up};

use crate::plain::{Bulk, Place};
use crate::report::{Goal, Line, Table, Unit, note};
use crate::runs::{Runs, timed};
use crate::service::Service;
use crate::{Outcome, Plan};

/// So many employees are there once.
const EMPLOYEES: usize = 10_000;

/// What is there before workers and contracts, as the import's files name it, with their tables.
const BEFORE: [&str; 6] = ["departments", "positions", "modules", "roles", "grants", "role_rules"];

/// A service with everything imported, and the same rows as a plain database takes them.
pub struct Imported {
    /// Of which database.
    pub place: Place,
    /// The service.
    pub service: Service,
    /// The employees.
    pub sources: Sources,
}

/// The employees, by repetition.
pub fn sources(plan: &Plan) -> Sources {
    let once = match data_folder() {
        Some(folder) => Sources::read(&folder.join("employees")),
        None => {
            note("the employees are made up");
            made_up(EMPLOYEES)
        }
    };
    once.repeated(plan.of(30))
}

/// Imports a file, to its end.
pub fn import(service: &Service, file: &File) -> Outcome {
    let client = service.app.admin();
    let started = client.import(file.kind, file.mode, file.content_type, &file.body);
    let path = started.header("location").ok_or(started.text.clone())?.to_owned();
    loop {
        let answer = client.get(&path);
        match answer.json.get("state").and_then(serde_json::Value::as_str) {
            Some("queued" | "running") => std::thread::sleep(std::time::Duration::from_millis(20)),
            Some("succeeded") if answer.json.get("errors_count") == Some(&0.into()) => return Ok(()),
            _ => return Err(answer.text.into()),
        }
    }
}

/// The rows of a table of another database.
pub fn rows_of(place: Place, url: &str, tables: &[&'static str]) -> Outcome<Vec<(&'static str, Bulk)>> {
    let mut from = place.open(url)?;
    tables.iter().map(|table| Ok((*table, from.take(table)?))).collect()
}

/// The seconds in which a plain database takes the rows of tables of another one, and the whole log, when what they
/// refer to is there already.
pub fn bulk_load(place: Place, url: &str, before: &[&'static str], tables: &[&'static str]) -> Outcome<(f64, f64)> {
    let before = rows_of(place, url, before)?;
    let rows = rows_of(place, url, tables)?;
    let log = rows_of(place, url, &["changes"])?;
    let beside = place.fresh()?;
    let mut plain = place.open(beside.url())?;
    plain.load(&lent(&before))?;
    let (seconds, done) = timed(|| plain.load(&lent(&rows)));
    done?;
    let (more, done) = timed(|| plain.load(&lent(&log)));
    done?;
    Ok((seconds, more))
}

/// Measures the row, and leaves what the last run imported.
pub fn measure(plan: &Plan, place: Place, runs: usize, table: &mut Table) -> Outcome<Imported> {
    let sources = sources(plan);
    // Nobody has an account: roles do not follow here, they do in S2 and S3.
    let converted = convert(&sources, 0);
    let (first, bulky): (Vec<_>, Vec<_>) =
        converted.files.iter().partition(|file| !matches!(file.kind, "workers" | "contracts"));
    let (mut ours, mut by_hand, mut with_log) = (Runs::default(), Runs::default(), Runs::default());
    let mut last = None;
    for _ in 0..runs {
        drop(last.take());
        let service = Service::start(place.fresh()?);
        first.iter().filter(|file| file.rows > 0).try_for_each(|file| import(&service, file))?;
        let (seconds, done) = timed(|| bulky.iter().try_for_each(|file| import(&service, file)));
        done?;
        ours.push(seconds);
        let (seconds, more) = bulk_load(place, &service.url, &BEFORE, &["workers", "contracts"])?;
        by_hand.push(seconds);
        with_log.push(seconds + more);
        last = Some(service);
    }
    let line = |what: &str, theirs, goal, said| Line {
        row: "I1",
        what: format!("{} workers, {} contracts, {}", sources.employees.len(), converted.contracts, place.name()),
        unit: Unit::Time,
        ours: ours.clone(),
        yardstick: Some((what.to_owned(), theirs)),
        goal,
        said,
    };
    table.add(&line("bulk load of the rows", by_hand, Goal::at_most_times(5.0), "at most 5 times"));
    table.add(&line("bulk load of the rows and their log", with_log, Goal::None, ""));
    let service = last.ok_or("no run")?;
    place.open(&service.url)?.settle()?;
    Ok(Imported { place, service, sources })
}

/// Lends the rows of tables.
pub fn lent<'r>(tables: &'r [(&'static str, Bulk)]) -> Vec<(&'r str, &'r Bulk)> {
    tables.iter().map(|(table, bulk)| (*table, bulk)).collect()
}
