//! M1: starting with many rows, beside reading them; and the memory that they take.

use std::process::Command;

use api::app::{App, Purpose};
use api::clock::Clock;
use api::config::Config;
use domain::user::User;
use persistence::{Options, Store, Stored};

use crate::plain::Place;
use crate::report::{Goal, Line, Table, Unit};
use crate::runs::{Runs, timed};
use crate::sets::company::Company;
use crate::{Outcome, Plan, machine, service};

/// What the model is loaded from.
const TABLES: [&str; 8] =
    ["users", "workers", "departments", "contracts", "roles", "role_rules", "memberships", "grants"];

fn company(plan: &Plan) -> Company {
    Company {
        users: plan.of(100_000),
        workers: plan.of(300_000),
        contracts: false,
        departments: 1_000,
        roles: 1_000,
        roles_per_user: 9,
        personal_grants: plan.of(100_000),
    }
}

fn start(url: &str) -> Outcome<App> {
    let config = Config { database_url: url.into(), read_connections: 2, ..Config::default() };
    Ok(App::start(config, Clock::system(), Purpose::Serve)?)
}

/// What the hidden argument does: the memory that the model of a database takes, in bytes.
#[allow(clippy::print_stdout, reason = "the answer to the process that asked")]
pub fn tell_memory(url: &str) -> Outcome {
    let store = Store::open(url, Options { read_connections: 1, ..Options::default() })?;
    // What the driver takes for itself does not count.
    let warm: Outcome = store.read(|reader| reader.for_each(|_: Stored<User>| Ok(())));
    warm?;
    let before = machine::resident();
    let model = store.read(api::live::load_model)?;
    let after = machine::resident();
    println!("{} {:?}", after.saturating_sub(before), model.revision());
    Ok(())
}

/// The memory of the model, asked of a process of its own, where nothing else takes any.
fn memory(url: &str) -> Outcome<f64> {
    let output = Command::new(std::env::current_exe()?).args(["--memory-of", url]).output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let bytes = text.split_whitespace().next().and_then(|word| word.parse().ok());
    bytes.ok_or_else(|| format!("{text}{}", String::from_utf8_lossy(&output.stderr)).into())
}

/// Measures the row.
pub fn measure(plan: &Plan, place: Place, table: &mut Table) -> Outcome {
    let database = place.fresh()?;
    service::store(&database.store(), company(plan).records())?;
    // The first start sets the database up.
    drop(start(database.url())?);
    let mut plain = place.open(database.url())?;
    plain.settle()?;
    let (mut ours, mut reading, mut each) = (Runs::default(), Runs::default(), Runs::default());
    let mut rows = 0;
    for _ in 0..plan.runs {
        let (seconds, app) = timed(|| start(database.url()));
        drop(app?);
        ours.push(seconds);
        let (seconds, read) =
            timed(|| TABLES.iter().try_fold(0, |sum, table| Ok(sum + plain.query(&format!("SELECT * FROM {table}"))?)));
        rows = read.map_err(|error: Box<dyn std::error::Error>| error)?;
        reading.push(seconds);
        #[allow(clippy::cast_precision_loss, reason = "a few millions")]
        each.push(memory(database.url())? / rows as f64);
    }
    table.add(&Line {
        row: "M1",
        what: format!("start with {rows} rows, {}", place.name()),
        unit: Unit::Time,
        ours,
        yardstick: Some(("reading them".to_owned(), reading)),
        goal: Goal::at_most_times(2.0),
        said: "at most 2 times",
    });
    table.add(&Line {
        row: "M1",
        what: format!("memory of each, {}", place.name()),
        unit: Unit::Bytes,
        ours: each,
        yardstick: None,
        goal: Goal::at_most(200.0),
        said: "at most 200 bytes",
    });
    Ok(())
}
