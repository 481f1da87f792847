//! D3: a thousand questions in one request, per decision.

use serde_json::json;

use crate::report::{Goal, Line, Table, Unit};
use crate::rows::d2::{Town, body};
use crate::runs::{Runs, in_batches, quantile, timed};
use crate::sets::ask;
use crate::{Outcome, Plan};

/// Questions of one request.
const ITEMS: u32 = 1_000;

/// Requests of one run.
const REQUESTS: u64 = 40;

/// Measures the row.
pub fn measure(plan: &Plan, town: &Town, table: &mut Table) -> Outcome {
    let client = town.service.client(&town.service.token);
    let model = town.service.app.app.live().model();
    let (mut ours, mut alone) = (Runs::default(), Runs::default());
    for run in 0..plan.runs as u64 {
        let mut times = Vec::new();
        for request in 0..REQUESTS {
            let questions = town.company.questions(ITEMS as usize, run * REQUESTS + request);
            let items: Vec<_> = questions.iter().map(body).collect();
            let text = json!({"evaluations": items}).to_string();
            let (seconds, answer) = timed(|| client.send("POST", "/access/v1/evaluations", &text));
            answer?;
            times.push(seconds / f64::from(ITEMS));
        }
        ours.push(quantile(&times, 0.5));
        let questions = town.company.questions(100_000, run);
        alone.push(in_batches(&questions, 100, |asked| ask(&model, asked)));
    }
    table.add(&Line {
        row: "D3",
        what: "1,000 questions in a request, each".to_owned(),
        unit: Unit::Time,
        ours,
        yardstick: Some(("the same in process (D1b)".to_owned(), alone)),
        goal: Goal::at_most_times(3.0),
        said: "at most 3 times",
    });
    Ok(())
}
