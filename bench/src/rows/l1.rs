//! L1: pages of workers for a caller who may see a tenth of them, beside the bare query.

use domain::id::UserId;
use serde_json::{Value, json};

use crate::plain::{Place, Plain};
use crate::report::{Goal, Line, Table, Unit, note};
use crate::rows::i1::Imported;
use crate::runs::{Runs, quantile, timed};
use crate::{Outcome, Plan};

/// Requests of one run.
const REQUESTS: usize = 20;

/// The page that is far down: of all workers the 2,000th.
const DEEP: usize = 2_000;

const LIST: &str = "/api/v1/workers?limit=100&sort=last_name&state=active";

/// The department that has about a tenth of the contracts in force, and its id in SQL.
fn department(database: &mut dyn Plain, day: &str) -> Outcome<(String, String)> {
    // Counted for the smallest distance from a tenth.
    let sql = format!(
        "SELECT d.code FROM departments d JOIN contracts c ON c.department_id = d.id WHERE {} \
         GROUP BY d.code ORDER BY ABS(COUNT(*) * 10 - (SELECT COUNT(*) FROM workers)) LIMIT 1",
        in_force(day)
    );
    let code = database.texts(&sql)?.pop().ok_or("no department")?;
    let id = format!("(SELECT id FROM departments WHERE code = '{code}')");
    Ok((code, id))
}

fn in_force(day: &str) -> String {
    format!(
        "c.state IN ('signed', 'ended') AND (c.valid_from IS NULL OR c.valid_from <= '{day}') \
         AND (c.valid_to IS NULL OR c.valid_to >= '{day}')"
    )
}

/// Somebody who may read the folders of one department.
fn caller(imported: &Imported, department: &str) -> Outcome<String> {
    let service = &imported.service;
    let client = service.client(&service.token);
    let post = |kind: &str, body: Value| client.json("POST", &format!("/api/v1/{kind}"), &body.to_string());
    let user = post(
        "users",
        json!({"login": "reader", "first_name": "Rea", "last_name": "Der", "email": "r@example.com", "state": "active"}),
    )?;
    let role = post("roles", json!({"code": "readers", "name": "Readers"}))?;
    let id = |value: &Value| value.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
    post("memberships", json!({"role_id": id(&role), "member_id": id(&user)}))?;
    let departments = client.json("GET", &format!("/api/v1/departments?code={department}"), "")?;
    let department = departments.pointer("/items/0").map(id).ok_or("no department")?;
    post(
        "grants",
        json!({
            "holder_id": id(&role), "module": "hr", "allow": ["read"],
            "scope": {"type": "department", "id": department, "include_subtree": true},
        }),
    )?;
    Ok(service.app.token_of(UserId(id(&user).parse()?)))
}

/// The query by hand: the same rows, in the same order, from the same place. The `+` keeps SQLite,
/// which knows nothing of how many rows there are, from looking through the whole department for
/// each worker.
fn bare(place: Place, id: &str, day: &str, after: Option<(&str, &str)>) -> String {
    let plus = if place.name() == "SQLite" { "+" } else { "" };
    let after = after.map_or_else(String::new, |(name, id)| format!(" AND (w.last_name_key, w.id) > ('{name}', {id})"));
    format!(
        "SELECT w.* FROM workers w WHERE w.state = 'active' AND EXISTS (SELECT 1 FROM contracts c \
         WHERE c.worker_id = w.id AND {plus}c.department_id = {id} AND {}){after} \
         ORDER BY w.last_name_key, w.id LIMIT 100",
        in_force(day)
    )
}

/// Measures the row.
pub fn measure(plan: &Plan, imported: &Imported, table: &mut Table) -> Outcome {
    let (place, service) = (imported.place, &imported.service);
    // The service's clock stands still on that day.
    let day = "2026-06-15";
    let mut database = place.open(&service.url)?;
    let (code, id) = department(database.as_mut(), day)?;
    let token = caller(imported, &code)?;
    let client = service.client(&token);
    // The caller's pages hold a tenth of the rows: the row that far down is on one tenth of the pages.
    let (mut cursor, mut seen, mut last) = (String::new(), 0, Value::Null);
    let deep = plan.of(DEEP) / 10;
    for page in 0..deep {
        let answer = client.json("GET", &format!("{LIST}{cursor}"), "")?;
        let items = answer.get("items").and_then(Value::as_array).ok_or("no items")?;
        seen += items.len();
        last = items.last().cloned().unwrap_or_default();
        match answer.get("next_cursor").and_then(Value::as_str) {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return Err(format!("{page} pages, {seen} rows").into()),
        }
    }
    note(&format!("L1 on {}: the caller sees department {code}; page {deep} ends after {seen} rows", place.name()));
    let text = |name: &str| last.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (name, worker) = (domain::name::key(&text("last_name")), text("id"));
    let literal = match place.name() {
        "SQLite" => format!("x'{}'", worker.replace('-', "")),
        _ => format!("'{worker}'"),
    };
    let pages = [
        ("first page", String::new(), bare(place, &id, day, None)),
        ("page of the 2,000th hundred", cursor, bare(place, &id, day, Some((&name.replace('\'', "''"), &literal)))),
    ];
    let mut firsts = Runs::default();
    for (what, cursor, sql) in pages {
        let (mut ours, mut theirs) = (Runs::default(), Runs::default());
        let path = format!("{LIST}{cursor}");
        for _ in 0..plan.runs {
            let (mut served, mut queried) = (Vec::new(), Vec::new());
            for _ in 0..REQUESTS {
                let (seconds, answer) = timed(|| client.send("GET", &path, ""));
                answer?;
                served.push(seconds);
                let (seconds, rows) = timed(|| database.query(&sql));
                if rows? != 100 {
                    return Err("the bare query has another page".into());
                }
                queried.push(seconds);
            }
            ours.push(quantile(&served, 0.5));
            theirs.push(quantile(&queried, 0.5));
        }
        let line = |what: String, yardstick: &str, theirs: Runs, goal, said| Line {
            row: "L1",
            what,
            unit: Unit::Time,
            ours: ours.clone(),
            yardstick: Some((yardstick.to_owned(), theirs)),
            goal,
            said,
        };
        let goal = Goal::AtMost { times: 1.5, plus: 200e-6 };
        let title = format!("{what} of {} workers, {}", imported.sources.employees.len(), place.name());
        table.add(&line(title.clone(), "the bare query", theirs, goal, "at most 1.5 times and 200 µs"));
        if cursor.is_empty() {
            firsts = ours;
        } else {
            // As fast, but for the noise.
            table.add(&line(title, "the first page", firsts.clone(), Goal::at_most_times(1.1), "as fast as first"));
        }
    }
    Ok(())
}
