//! S3: one contract signed, beside the same rows written by hand.

use serde_json::json;

use crate::plain::{Plain, Step};
use crate::report::{Goal, Line, Table, Unit};
use crate::rows::i1::{Imported, lent, rows_of};
use crate::runs::{Runs, quantile, timed};
use crate::service::Client;
use crate::{Outcome, Plan};

/// Contracts of one run.
const CONTRACTS: usize = 100;

/// All tables that hold something, each after those that it refers to.
const TABLES: [&str; 12] = [
    "users", "departments", "positions", "modules", "roles", "grants", "role_rules", "workers", "contracts",
    "memberships", "revisions", "changes",
];

/// Those that a signed contract writes to.
const WRITTEN: [&str; 4] = ["contracts", "memberships", "revisions", "changes"];

/// A person with an account and a draft of a contract: the path of its verb.
fn draft(client: &Client, imported: &Imported, number: usize) -> Outcome<String> {
    let name = format!("signer-{number}");
    let put = |kind: &str, body: serde_json::Value| {
        client.json("PUT", &format!("/api/v1/{kind}/by-external-id/{name}"), &body.to_string())
    };
    put(
        "users",
        json!({
            "login": name, "first_name": "Sig", "last_name": "Ner", "email": format!("{name}@example.com"),
            "state": "active",
        }),
    )?;
    put(
        "workers",
        json!({"personal_number": name, "first_name": "Sig", "last_name": "Ner", "user_external_id": name}),
    )?;
    let departments = &imported.sources.departments;
    let (department, _) = departments.get(number % departments.len()).ok_or("no department")?;
    let titles = imported.sources.different_titles();
    let title = titles.get(number % titles.len()).ok_or("no title")?;
    let contract = put(
        "contracts",
        json!({
            "worker_external_id": name, "department_external_id": department,
            "position_external_id": tests::employees::code(title), "valid_from": "2026-01-01", "state": "draft",
        }),
    )?;
    let id = contract.get("id").and_then(serde_json::Value::as_str).ok_or("no id")?;
    Ok(format!("/api/v1/contracts/{id}/sign"))
}

/// What the service wrote last.
fn last_written(database: &mut dyn Plain, revision: i64) -> Outcome<Vec<Step>> {
    let mut steps = Vec::new();
    for table in WRITTEN {
        steps.extend(database.written(table, revision)?.into_iter().map(|row| Step { table, row }));
    }
    Ok(steps)
}

/// Measures the row.
pub fn measure(plan: &Plan, imported: &Imported, table: &mut Table) -> Outcome {
    let (place, service) = (imported.place, &imported.service);
    let client = service.client(&service.token);
    let drafts: Vec<String> =
        (0..CONTRACTS * plan.runs).map(|number| draft(&client, imported, number)).collect::<Outcome<_>>()?;
    // The same database without the service.
    let beside = place.fresh()?;
    let mut plain = place.open(beside.url())?;
    plain.load(&lent(&rows_of(place, &service.url, &TABLES)?))?;
    plain.settle()?;
    let mut database = place.open(&service.url)?;
    let (mut ours, mut by_hand) = (Runs::default(), Runs::default());
    let mut rows = 0;
    for drafts in drafts.chunks(CONTRACTS) {
        let (mut served, mut written) = (Vec::new(), Vec::new());
        for path in drafts {
            let (seconds, answer) = timed(|| client.send("POST", path, ""));
            answer?;
            served.push(seconds);
            let revision = service.app.app.live().model().revision();
            let steps = last_written(database.as_mut(), revision)?;
            rows = steps.len();
            let (seconds, done) = timed(|| plain.write(&steps));
            done?;
            written.push(seconds);
        }
        ours.push(quantile(&served, 0.5));
        by_hand.push(quantile(&written, 0.5));
    }
    table.add(&Line {
        row: "S3",
        what: format!("one contract signed among {}, {}", imported.sources.titles.len(), place.name()),
        unit: Unit::Time,
        ours,
        yardstick: Some((format!("its {rows} rows by hand"), by_hand)),
        goal: Goal::at_most_times(2.0),
        said: "at most 2 times",
    });
    Ok(())
}
