//! Prints the rows of `docs/performance.md`, each measured beside its yardstick in the same run.
//!
//! Nothing here is a timed test: a run tells figures and whether they meet their goals, and ends
//! well in either case. `rows` has a file per row; `sets` the made data; `plain` the databases
//! without Remit, as yardsticks; `load` the load generator.

mod load;
mod machine;
mod plain;
mod report;
mod rows;
mod runs;
mod service;
mod sets;

use clap::{Parser, ValueEnum};

use sets::staff::Staff;

/// What may go wrong while measuring: it ends the run.
pub type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// A row of the table.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
#[allow(missing_docs, reason = "the rows are described in docs/performance.md")]
pub enum Row {
    D1,
    D1b,
    D2,
    D3,
    D4,
    S1,
    S2,
    S3,
    I1,
    L1,
    M1,
    M2,
}

/// Measures how fast and how big, each row beside its yardstick.
#[derive(Parser)]
struct Arguments {
    /// The rows to measure; all of them when none is named.
    rows: Vec<Row>,
    /// Small sizes and short runs: shows that everything works, and nothing else.
    #[arg(long)]
    quick: bool,
    /// Which part of the full sizes to use.
    #[arg(long, default_value_t = 1.0)]
    scale: f64,
    /// How often each figure is taken.
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// Tells the memory that the rights model of this database takes, and nothing else.
    #[arg(long, hide = true)]
    memory_of: Option<String>,
}

/// How much is measured.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How often each figure is taken.
    pub runs: usize,
    /// Seconds of one run under load.
    pub seconds: u32,
    scale: f64,
}

impl Plan {
    /// That many of something at full size, as many as this plan takes.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a scale from 0 to 1")]
    #[allow(clippy::cast_precision_loss, reason = "sizes are small numbers")]
    pub fn of(&self, full: usize) -> usize {
        ((full as f64 * self.scale) as usize).max(1)
    }
}

fn main() -> Outcome {
    let arguments = Arguments::parse();
    if let Some(url) = &arguments.memory_of {
        return rows::m1::tell_memory(url);
    }
    let plan = if arguments.quick {
        Plan { runs: 2, seconds: 1, scale: arguments.scale.min(1.0 / 30.0) }
    } else {
        Plan { runs: arguments.runs.max(1), seconds: 4, scale: arguments.scale.clamp(0.001, 1.0) }
    };
    // As in production: on a disk, and every commit reaches it.
    persistence::testing::keep_on_disk();
    let wanted = |row: Row| arguments.rows.is_empty() || arguments.rows.contains(&row);
    report::begin(&plan);
    let mut table = report::Table::default();
    if wanted(Row::D1) {
        rows::d1::measure(&plan, &mut table)?;
    }
    if wanted(Row::D1b) {
        rows::d1b::measure(&plan, &mut table)?;
    }
    if wanted(Row::D2) || wanted(Row::D3) {
        let town = rows::d2::Town::build(&plan)?;
        if wanted(Row::D2) {
            rows::d2::measure(&plan, &town, &mut table)?;
        }
        if wanted(Row::D3) {
            rows::d3::measure(&plan, &town, &mut table)?;
        }
    }
    if wanted(Row::D4) {
        rows::d4::measure(&plan, &mut table)?;
    }
    if wanted(Row::S1) {
        rows::s1::measure(&plan, &Staff::of(&rows::i1::sources(&plan)), &mut table)?;
    }
    for database in plain::databases() {
        if wanted(Row::S1) || wanted(Row::S2) {
            let sources = rows::i1::sources(&plan);
            let runs = if wanted(Row::S2) { plan.runs } else { 1 };
            let service = rows::s2::measure(database, || Staff::of(&sources), runs, &mut table)?;
            if wanted(Row::S1) {
                rows::s1::measure_stored(&plan, database, &service, &mut table)?;
            }
        }
        if [Row::I1, Row::S3, Row::L1].into_iter().any(wanted) {
            // The other two rows go on with what the last import brought.
            let runs = if wanted(Row::I1) { plan.runs } else { 1 };
            let imported = rows::i1::measure(&plan, database, runs, &mut table)?;
            if wanted(Row::L1) {
                rows::l1::measure(&plan, &imported, &mut table)?;
            }
            if wanted(Row::S3) {
                rows::s3::measure(&plan, &imported, &mut table)?;
            }
        }
        if wanted(Row::M1) {
            rows::m1::measure(&plan, database, &mut table)?;
        }
        if wanted(Row::M2) {
            rows::m2::measure(&plan, database, &mut table)?;
        }
    }
    table.end();
    Ok(())
}
