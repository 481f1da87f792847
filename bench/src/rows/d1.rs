//! D1: one decision in process, by 16-byte ids, on Casbin's own sets; allow and deny apart.

use crate::report::{Goal, Line, Table, Unit};
use crate::rows::memory::Memory;
use crate::runs::{Chance, Runs, in_batches};
use crate::sets::{self, casbin};
use crate::{Outcome, Plan};

/// Questions of one run.
const QUESTIONS: usize = 200_000;

/// What the model has for each user of these sets, in bytes: places in the index (20), the row (72), a
/// tenth of a role with its rule (16).
const BYTES: usize = 108;

/// What a question reads in a row: the index, the row, the role's place, its rule.
const READS: u32 = 4;

/// So many questions by number, all with the same answer: any user, and an object that the user
/// may read or not.
fn questions(roles: usize, users: usize, allowed: bool) -> Vec<(usize, usize)> {
    let mut chance = Chance::new(7);
    let objects = roles / 10;
    let away = |chance: &mut Chance| if allowed { 0 } else { 1 + chance.below(objects - 1) };
    (0..QUESTIONS)
        .map(|_| {
            let user = chance.below(users);
            (user, (casbin::readable(user) + away(&mut chance)) % objects)
        })
        .collect()
}

/// Measures the row.
pub fn measure(plan: &Plan, table: &mut Table) -> Outcome {
    for (name, roles, users) in casbin::SIZES {
        let model = casbin::model(roles, users);
        let mut ours = [Runs::default(), Runs::default()];
        let sets = [true, false].map(|allowed| questions(roles, users, allowed));
        let (memory, mut waits) = (Memory::of(users * BYTES), Runs::default());
        #[cfg(feature = "yardsticks")]
        let mut engines = super::engines::Engines::build(name, roles, users)?;
        for _ in 0..plan.runs {
            for (runs, set) in ours.iter_mut().zip(&sets) {
                let asked: Vec<_> = set.iter().map(|(user, object)| casbin::may_read(*user, *object)).collect();
                runs.push(in_batches(&asked, 1_000, |asked| sets::ask(&model, asked)));
            }
            waits.push(memory.reads(READS));
            #[cfg(feature = "yardsticks")]
            engines.run(&sets)?;
        }
        let [allow, deny] = ours;
        let line = |what: String, ours: &Runs, yardstick: Option<(String, Runs)>, goal: Goal, said: &'static str| {
            Line { row: "D1", what, unit: Unit::Time, ours: ours.clone(), yardstick, goal, said }
        };
        table.add(&line(format!("{name}, allow"), &allow, None, Goal::at_most(150e-9), "at most 150 ns"));
        let other = Some(("allow".to_owned(), allow.clone()));
        // As fast, but for the noise.
        table.add(&line(format!("{name}, deny"), &deny, other, Goal::at_most_times(1.05), "as fast as allow"));
        let bare = Some((format!("{READS} reads in a row in as much memory"), waits));
        table.add(&line(format!("{name}, allow"), &allow, bare, Goal::None, ""));
        #[cfg(feature = "yardsticks")]
        for (what, theirs, goal, said) in engines.told(name) {
            table.add(&line(format!("{name}, allow"), &allow, Some((what, theirs)), goal, said));
        }
    }
    #[cfg(not(feature = "yardsticks"))]
    crate::report::missing("D1 beside Casbin and Cedar: add --features yardsticks")?;
    Ok(())
}
