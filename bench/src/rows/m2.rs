//! M2: decisions flat out while everything else goes on: a first role sync, an import, and single changes.

use std::io::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use domain::change::Record;
use domain::grant::{Grant, GrantSource, Holder, Scope};
use domain::id::{DepartmentId, GrantId};
use domain::window::Window;
use serde_json::json;
use tests::employees::{File, Sources, convert};

use crate::plain::Place;
use crate::report::{Goal, Line, Table, Unit, missing, note};
use crate::rows::i1::{import, sources};
use crate::rows::s2::run_of_everybody;
use crate::runs::{Chance, Runs, quantile};
use crate::service::Service;
use crate::sets::id;
use crate::sets::staff::Staff;
use crate::{Outcome, Plan, load};

/// Different questions that are asked over and over.
const BODIES: usize = 2_000;

/// Single changes a second, and how many callers make them.
const CHANGES: u64 = 100;
const CALLERS: u64 = 16;

/// People whose rights are changed one by one.
const CHANGED: usize = 500;

/// The others: as many people once more, who are imported meanwhile.
fn newcomers(mut sources: Sources) -> Sources {
    let rename = |number: &mut String| *number = format!("n{number}");
    sources.employees.iter_mut().for_each(|employee| rename(&mut employee.number));
    sources.placements.iter_mut().chain(&mut sources.titles).for_each(|period| rename(&mut period.employee));
    sources
}

/// Each role may record in one department.
fn grants(staff: &Staff) -> Vec<Record> {
    let grant = |(number, role): (usize, &domain::role::Role)| {
        Grant {
            id: GrantId(id(8, number)),
            external_id: None,
            holder: Holder::Role(role.id),
            module: "time".into(),
            scope: Scope::Department {
                id: DepartmentId(id(2, number % staff.departments.len().max(1))),
                include_subtree: true,
            },
            allow: vec!["record".into()],
            deny: vec![],
            source: GrantSource::Manual,
            template_id: None,
            window: Window::ALWAYS,
        }
        .into()
    };
    staff.roles.iter().enumerate().map(grant).collect()
}

/// Questions, a line each: may one of them record for another?
fn questions(people: usize) -> Outcome<tempfile::NamedTempFile> {
    let mut bodies = tempfile::NamedTempFile::new()?;
    let mut chance = Chance::new(1);
    for _ in 0..BODIES {
        let body = json!({
            "subject": {"type": "user", "id": id(0, chance.below(people))},
            "action": {"name": "time:record"},
            "resource": {"type": "worker", "id": id(1, chance.below(people))},
        });
        writeln!(bodies, "{body}")?;
    }
    bodies.flush()?;
    Ok(bodies)
}

/// Makes single changes at their pace until it is told to stop: how long each took.
fn changes(service: &Service, caller: u64, stop: &AtomicBool) -> Result<Vec<f64>, String> {
    let client = service.client(&service.token);
    let pause = Duration::from_secs(1) / u32::try_from(CHANGES).unwrap_or(1);
    let (began, mut times) = (Instant::now(), Vec::new());
    for turn in 0_u32.. {
        let number = u64::from(turn) * CALLERS + caller;
        let due = pause * u32::try_from(number).unwrap_or(u32::MAX);
        std::thread::sleep(due.saturating_sub(began.elapsed()));
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let person = usize::try_from(number).unwrap_or(0) % CHANGED;
        let action = if (number / CHANGED as u64).is_multiple_of(2) { "schedule" } else { "record" };
        let body = json!({
            "holder_type": "user", "holder_id": id(0, person), "module": "time",
            "scope": {"type": "worker", "id": id(1, person + 1)}, "allow": [action],
        });
        let asked = Instant::now();
        client
            .send("PUT", &format!("/api/v1/grants/by-external-id/single-{person}"), &body.to_string())
            .map_err(|error| error.to_string())?;
        times.push(asked.elapsed().as_secs_f64());
    }
    Ok(times)
}

/// Decisions beside a thread that does nothing but count: what a processor less costs them.
fn beside_a_counter(service: &Service, bodies: &Path, seconds: u32) -> Outcome<f64> {
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut count = 0_u64;
            while !stop.load(Ordering::Relaxed) {
                count = std::hint::black_box(count + 1);
            }
        });
        let told = load::run(service.app.address, &service.token, bodies, seconds);
        stop.store(true, Ordering::Relaxed);
        Ok(told?.p99)
    })
}

/// What came of one run.
struct Busy {
    p99: f64,
    slowest: f64,
    middle: f64,
}

/// Decisions while the sync runs, the files are imported, and single changes are made.
fn busy(service: &Service, files: &[&File], bodies: &Path, seconds: u32) -> Outcome<Busy> {
    let (stop, working) = (AtomicBool::new(false), AtomicBool::new(true));
    std::thread::scope(|scope| {
        let stop = &stop;
        let changing: Vec<_> = (0..CALLERS).map(|caller| scope.spawn(move || changes(service, caller, stop))).collect();
        let working = &working;
        let work = scope.spawn(move || {
            let synced = scope.spawn(|| run_of_everybody(service).map(|_| ()).map_err(|error| error.to_string()));
            let imported = files.iter().try_for_each(|file| import(service, file)).map_err(|error| error.to_string());
            let synced = synced.join().map_err(|_| "the sync ended badly".to_owned());
            working.store(false, Ordering::Relaxed);
            synced.and_then(|synced| synced).and(imported)
        });
        // It has begun by then.
        std::thread::sleep(Duration::from_millis(200));
        let told = load::run(service.app.address, &service.token, bodies, seconds);
        if !working.load(Ordering::Relaxed) {
            note("M2: role sync and import were done before the decisions were; the size is too small");
        }
        stop.store(true, Ordering::Relaxed);
        let mut times = Vec::new();
        for changed in changing {
            times.extend(changed.join().map_err(|_| "the changes ended badly")??);
        }
        work.join().map_err(|_| "the work ended badly")??;
        note(&format!("M2: {} single changes in {seconds} s and a bit", times.len()));
        Ok(Busy { p99: told?.p99, slowest: quantile(&times, 1.0), middle: quantile(&times, 0.5) })
    })
}

/// Measures the row.
pub fn measure(plan: &Plan, place: Place, table: &mut Table) -> Outcome {
    if !load::installed() {
        return missing("M2: the load generator wrk was not found; install the package wrk");
    }
    let here = sources(plan);
    let people = here.employees.len();
    let bodies = questions(people)?;
    let others = convert(&newcomers(sources(plan)), 0);
    // Departments and positions are there, by the same codes.
    let files: Vec<&File> = others.files.iter().filter(|file| matches!(file.kind, "workers" | "contracts")).collect();
    let (mut alone, mut counted, mut tails) = (Runs::default(), Runs::default(), Runs::default());
    let (mut slowest, mut middle) = (Runs::default(), Runs::default());
    for _ in 0..plan.runs {
        let staff = Staff::of(&here);
        let rights = grants(&staff);
        let service = Service::start(place.fresh()?);
        service.take(staff.records().chain(rights))?;
        // The first round only warms up.
        load::run(service.app.address, &service.token, bodies.path(), 1)?;
        alone.push(load::run(service.app.address, &service.token, bodies.path(), plan.seconds)?.p99);
        counted.push(beside_a_counter(&service, bodies.path(), plan.seconds)?);
        let told = busy(&service, &files, bodies.path(), plan.seconds)?;
        tails.push(told.p99);
        slowest.push(told.slowest);
        middle.push(told.middle);
    }
    let line = |what: &str, ours, yardstick, goal, said| Line {
        row: "M2",
        what: format!("{what}, {people} workers synchronised and as many imported, {}", place.name()),
        unit: Unit::Time,
        ours,
        yardstick,
        goal,
        said,
    };
    let without = Some(("without changes".to_owned(), alone));
    table.add(&line("p99 of decisions", tails.clone(), without, Goal::at_most_times(2.0), "at most 2 times"));
    let beside = Some(("beside a thread that only counts".to_owned(), counted));
    table.add(&line("p99 of decisions", tails, beside, Goal::None, ""));
    table.add(&line("slowest single change", slowest, None, Goal::at_most(0.25), "at most 250 ms"));
    table.add(&line("middle single change", middle, None, Goal::None, ""));
    Ok(())
}
