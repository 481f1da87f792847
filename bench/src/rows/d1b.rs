//! D1b: one decision in process on a company.

use domain::access::Model;
use domain::change::Change;

use crate::report::{Goal, Line, Table, Unit, note};
use crate::rows::memory::Memory;
use crate::runs::{Runs, in_batches, one_by_one};
use crate::sets::{ask, company::Company};
use crate::{Outcome, Plan};

/// Questions of one run.
const QUESTIONS: usize = 400_000;

/// What the model has for each user and each worker, in bytes: places in the index and the row.
const BYTES: (usize, usize) = (92, 72);

/// What a question reads in a row: the index, the user's row, a role's place, its rules; the index and
/// the worker's row.
const READS: u32 = 6;

/// The company of this row, with so many roles for each user.
pub fn company(plan: &Plan, roles_per_user: usize) -> Company {
    Company {
        users: plan.of(100_000),
        workers: plan.of(300_000),
        contracts: true,
        departments: 1_000,
        roles: 1_000,
        roles_per_user,
        personal_grants: 0,
    }
}

/// Measures the row.
pub fn measure(plan: &Plan, table: &mut Table) -> Outcome {
    for (roles, p50, said) in [(3, 400e-9, "at most 400 ns"), (20, 1.2e-6, "at most 1.2 µs")] {
        let company = company(plan, roles);
        let mut model = Model::new();
        for record in company.records() {
            model.apply(&[Change::created(record)]);
        }
        let memory = Memory::of(company.users * BYTES.0 + company.workers * BYTES.1);
        let (mut middle, mut tail, mut waits) = (Runs::default(), Runs::default(), Runs::default());
        for run in 0..plan.runs {
            let questions = company.questions(QUESTIONS, run as u64);
            if run == 0 {
                let allowed = questions.iter().filter(|asked| ask(&model, asked)).count();
                note(&format!("D1b, {roles} roles: {allowed} of {QUESTIONS} are allowed; {:?}", model.counts()));
            }
            middle.push(in_batches(&questions, 100, |asked| ask(&model, asked)));
            waits.push(memory.reads(READS));
            tail.push(one_by_one(&questions, 0.99, |asked| ask(&model, asked)));
        }
        let line = |what: &str, ours: Runs, yardstick, goal: Goal, said: &'static str| Line {
            row: "D1b",
            what: format!("{what}, {roles} roles per user"),
            unit: Unit::Time,
            ours,
            yardstick,
            goal,
            said,
        };
        let bare = Some((format!("{READS} reads in a row in as much memory"), waits));
        table.add(&line("p50", middle.clone(), None, Goal::at_most(p50), said));
        table.add(&line("p50", middle, bare, Goal::None, ""));
        let goal = if roles == 3 { Goal::at_most(1.5e-6) } else { Goal::None };
        table.add(&line("p99", tail, None, goal, if roles == 3 { "at most 1.5 µs" } else { "" }));
    }
    Ok(())
}
