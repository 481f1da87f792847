//! D4: searches for subjects and resources with 10 to 100,000 results, each result.

use domain::access::{Model, Reach, TargetIx};
use domain::window::Day;
use serde_json::{Value, json};

use crate::report::{Goal, Line, Table, Unit, missing, note};
use crate::runs::{Runs, quantile, timed};
use crate::service::{Client, Service};
use crate::sets::crowd::{ACTION, Crowd, MODULE};
use crate::{Outcome, Plan};

/// Results of the searches that others are compared with.
const USUAL: usize = 1_000;

/// Results of a page: the most.
const PAGE: usize = 1_000;

/// About so many results are found for one figure.
const RESULTS: usize = 100_000;

/// Searches for one figure, however small they are.
const SEARCHES: usize = 300;

/// Pages for one figure.
const PAGES: usize = 50;

/// What is searched for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sought {
    Subjects,
    Resources,
}

impl Sought {
    const fn name(self) -> &'static str {
        match self {
            Sought::Subjects => "subject",
            Sought::Resources => "resource",
        }
    }

    /// The search that has so many results as the size of that number says; with none, one for what nobody may.
    fn body(self, crowd: &Crowd, size: Option<usize>, round: usize) -> Value {
        let action = size.map_or("nothing", |_| ACTION);
        let (user, worker) = (crowd.seeker(size.unwrap_or(0)).0, crowd.sought(size.unwrap_or(0)).0);
        // What differs makes it a search of its own, which is not kept from before.
        let context = json!({"round": round});
        let action = json!({"name": format!("{MODULE}:{action}")});
        match self {
            Sought::Subjects => json!({
                "subject": {"type": "user"}, "action": action, "resource": {"type": "worker", "id": worker},
                "context": context,
            }),
            Sought::Resources => json!({
                "subject": {"type": "user", "id": user}, "action": action, "resource": {"type": "worker"},
                "context": context,
            }),
        }
    }

    /// How many the model finds.
    fn in_process(self, model: &Model, crowd: &Crowd, size: usize, day: Day) -> usize {
        let Some(module) = model.module(MODULE) else { return 0 };
        let Some(action) = model.action(module, ACTION) else { return 0 };
        match self {
            Sought::Subjects => {
                let worker = model.worker(crowd.sought(size)).map(TargetIx::Worker);
                worker.map_or(0, |worker| model.subjects(module, action, worker, day).len())
            }
            Sought::Resources => {
                let reached =
                    model.user(crowd.seeker(size)).map(|user| model.reach(user, module, action, day, usize::MAX));
                if let Some(Reach::Some(targets)) = reached { targets.len() } else { 0 }
            }
        }
    }
}

/// Asks for a page; how many results it has, and the token of the next.
fn page(client: &Client, sought: Sought, body: &Value) -> Outcome<(usize, String)> {
    let answer = client.json("POST", &format!("/access/v1/search/{}", sought.name()), &body.to_string())?;
    let count = answer.pointer("/page/count").and_then(Value::as_u64).ok_or("no count")?;
    let next = answer.pointer("/page/next_token").and_then(Value::as_str).ok_or("no token")?;
    Ok((usize::try_from(count)?, next.to_owned()))
}

/// Asks for all pages of so many results; how many there are, and the tokens of all pages but the first.
fn whole(client: &Client, sought: Sought, body: &Value, limit: usize) -> Outcome<(usize, Vec<String>)> {
    let mut body = body.clone();
    let (mut count, mut tokens) = (0, Vec::new());
    set_page(&mut body, json!({"limit": limit}));
    loop {
        let (more, next) = page(client, sought, &body)?;
        count += more;
        if next.is_empty() {
            return Ok((count, tokens));
        }
        set_page(&mut body, json!({"token": next}));
        tokens.push(next);
    }
}

fn set_page(body: &mut Value, page: Value) {
    if let Some(body) = body.as_object_mut() {
        body.insert("page".to_owned(), page);
    }
}

/// What one of some searches takes: the middle.
fn each(times: usize, mut search: impl FnMut(usize) -> Outcome) -> Outcome<f64> {
    let mut all = Vec::with_capacity(times);
    for time in 0..times {
        let (seconds, done) = timed(|| search(time));
        done?;
        all.push(seconds);
    }
    Ok(quantile(&all, 0.5))
}

/// Measures the row.
pub fn measure(plan: &Plan, table: &mut Table) -> Outcome {
    let crowd = Crowd::up_to(plan.of(100_000));
    let service = Service::start(persistence::testing::sqlite());
    service.take(crowd.records())?;
    let client = service.client(&service.token);
    note("D4: over HTTP less what a search that finds nothing takes; pages of 1,000");
    if !crowd.sizes.contains(&USUAL) {
        return missing("D4: the scale is too small for 1,000 results");
    }
    for sought in [Sought::Resources, Sought::Subjects] {
        in_process(plan, &service, &crowd, sought, table)?;
        over_http(plan, &client, &crowd, sought, table)?;
        last_page(plan, &client, &crowd, sought, table)?;
    }
    Ok(())
}

#[allow(clippy::cast_precision_loss, reason = "sizes are small numbers")]
fn in_process(plan: &Plan, service: &Service, crowd: &Crowd, sought: Sought, table: &mut Table) -> Outcome {
    let model = service.app.app.live().model();
    let day = service.app.app.zone().day_number(service.app.clock.now());
    let mut runs: Vec<Runs> = crowd.sizes.iter().map(|_| Runs::default()).collect();
    for _ in 0..plan.runs {
        for ((number, size), runs) in crowd.sizes.iter().enumerate().zip(&mut runs) {
            let found = |_| {
                let found = sought.in_process(&model, crowd, number, day);
                if found == *size { Ok(()) } else { Err(format!("{found} instead of {size}").into()) }
            };
            // Several at once, since the clock is slower than the smallest of them.
            let at_once = (USUAL / size).max(1);
            let seconds = each((RESULTS / size / at_once).max(3), |_| (0..at_once).try_for_each(found))?;
            runs.push(seconds / (at_once * size) as f64);
        }
    }
    add(crowd, sought, "in process", &runs, table);
    Ok(())
}

#[allow(clippy::cast_precision_loss, reason = "sizes are small numbers")]
fn over_http(plan: &Plan, client: &Client, crowd: &Crowd, sought: Sought, table: &mut Table) -> Outcome {
    let mut runs: Vec<Runs> = crowd.sizes.iter().map(|_| Runs::default()).collect();
    for run in 0..plan.runs {
        let round = |time: usize| run * 1_000_000 + time;
        let nothing = each(SEARCHES, |time| {
            let (found, _) = whole(client, sought, &sought.body(crowd, None, round(time)), PAGE)?;
            if found == 0 { Ok(()) } else { Err(format!("{found} for what nobody may").into()) }
        })?;
        for ((number, size), runs) in crowd.sizes.iter().enumerate().zip(&mut runs) {
            let seconds = each((RESULTS / size).clamp(3, SEARCHES), |time| {
                let (found, _) = whole(client, sought, &sought.body(crowd, Some(number), round(time)), PAGE)?;
                if found == *size { Ok(()) } else { Err(format!("{found} instead of {size}").into()) }
            })?;
            runs.push((seconds - nothing).max(0.0) / *size as f64);
        }
    }
    add(crowd, sought, "over HTTP", &runs, table);
    Ok(())
}

/// The last page of the largest search beside its first, asked for again.
fn last_page(plan: &Plan, client: &Client, crowd: &Crowd, sought: Sought, table: &mut Table) -> Outcome {
    let largest = crowd.sizes.len() - 1;
    let mut body = sought.body(crowd, Some(largest), usize::MAX >> 1);
    let size = crowd.people();
    let limit = PAGE.min(size / 10);
    let (results, tokens) = whole(client, sought, &body, limit)?;
    let last = tokens.last().ok_or("there is one page only")?;
    if results != size {
        return Err(format!("{results} instead of {size}").into());
    }
    let (mut ours, mut firsts) = (Runs::default(), Runs::default());
    for _ in 0..plan.runs {
        for (asked, runs) in [(json!({"limit": limit}), &mut firsts), (json!({"token": last}), &mut ours)] {
            set_page(&mut body, asked);
            runs.push(each(PAGES, |_| {
                let (count, _) = page(client, sought, &body)?;
                if count == limit { Ok(()) } else { Err(format!("a page of {count}").into()) }
            })?);
        }
    }
    table.add(&Line {
        row: "D4",
        what: format!("last page of {size} {}s", sought.name()),
        unit: Unit::Time,
        ours,
        yardstick: Some(("the first page, asked for again".to_owned(), firsts)),
        // As fast, but for the noise.
        goal: Goal::at_most_times(1.1),
        said: "as fast as first",
    });
    Ok(())
}

fn add(crowd: &Crowd, sought: Sought, how: &str, runs: &[Runs], table: &mut Table) {
    let usual = crowd.sizes.iter().zip(runs).find(|(size, _)| **size == USUAL).map(|(_, runs)| runs);
    for (size, ours) in crowd.sizes.iter().zip(runs) {
        let is_usual = *size == USUAL;
        table.add(&Line {
            row: "D4",
            what: format!("each of {size} {}s, {how}", sought.name()),
            unit: Unit::Time,
            ours: ours.clone(),
            yardstick: usual.filter(|_| !is_usual).map(|usual| (format!("each of {USUAL}"), usual.clone())),
            goal: if is_usual { Goal::None } else { Goal::at_most_times(2.0) },
            said: if is_usual { "" } else { "at most 2 times" },
        });
    }
}
