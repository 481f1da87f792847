//! Joiners, movers and leavers: the whole history of 500 employees replayed through the verbs, day by day, and held
//! against the files.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use serde_json::json;
use tests::employees::{File, Sources, convert};
use tests::{Client, data_folder, on_every_database};

use super::employees::compare;
use super::{load, tell};

/// How many employees.
const SAMPLE: usize = 500;

on_every_database! {
    fn five_hundred_histories_replayed_day_by_day_are_those_of_the_files(app: &TestApp) {
        let Some(folder) = data_folder() else { return };
        let sources = sample(Sources::read(&folder.join("employees")));
        let converted = convert(&sources, SAMPLE);
        let (lines, files): (Vec<&File>, Vec<&File>) = converted.files.iter().partition(|file| file.kind == "contracts");
        for file in files {
            load(app, file);
        }
        let events = events(&lines[0].body);
        let days = events.len();
        let mut replay = Replay { ids: ids(&app.admin()), client: app.admin(), open: BTreeMap::new(), done: [0; 3] };
        for (day, (over, begin)) in events {
            replay.day(day, over, begin);
        }
        let [hired, moved, left] = replay.done;
        tell(&format!("{days} days: {hired} hired, {moved} moved, {left} left"));
        assert!(hired >= SAMPLE - 1 && moved > 100 && left > 50, "{hired} {moved} {left}");
        compare(app, &sources, 3_000);
        who_worked_where(&app.admin(), &sources);
        assert_eq!(app.faults(), Vec::<String>::new());
    }
}

/// The first employees, with all that the files say of them.
fn sample(mut sources: Sources) -> Sources {
    sources.employees.truncate(SAMPLE);
    let last = sources.employees.last().unwrap().number.clone();
    sources.placements.retain(|period| period.employee <= last);
    sources.titles.retain(|period| period.employee <= last);
    sources
}

/// A contract as the files have it.
#[derive(Clone)]
struct Line {
    id: String,
    worker: String,
    department: String,
    position: String,
}

/// The lines that were over the day before, and those that begin, by day.
fn events(contracts: &str) -> BTreeMap<NaiveDate, (Vec<Line>, Vec<Line>)> {
    let mut days: BTreeMap<NaiveDate, (Vec<Line>, Vec<Line>)> = BTreeMap::new();
    for row in contracts.lines() {
        let fields: Vec<&str> = row.split(',').collect();
        let Ok(from) = fields[4].parse::<NaiveDate>() else { continue };
        let line = Line {
            id: fields[0].to_owned(),
            worker: fields[1].to_owned(),
            department: fields[2].to_owned(),
            position: fields[3].to_owned(),
        };
        if let Ok(to) = fields[5].parse::<NaiveDate>() {
            days.entry(to.checked_add_days(Days::new(1)).unwrap()).or_default().0.push(line.clone());
        }
        days.entry(from).or_default().1.push(line);
    }
    days
}

/// The ids of departments and positions by their codes.
fn ids(client: &Client) -> BTreeMap<String, String> {
    let mut ids = BTreeMap::new();
    for path in ["/api/v1/departments?limit=200", "/api/v1/positions?limit=200"] {
        for item in client.get(path).expect(200).items() {
            ids.insert(item["code"].as_str().unwrap().to_owned(), item["id"].as_str().unwrap().to_owned());
        }
    }
    ids
}

/// The company as it grows.
struct Replay {
    client: Client,
    /// Departments and positions by their codes.
    ids: BTreeMap<String, String>,
    /// The contract behind each line that holds.
    open: BTreeMap<String, String>,
    done: [usize; 3],
}

impl Replay {
    /// One day: who is over and begins elsewhere at once is moved, who is over and does not leaves, the others are hired.
    fn day(&mut self, day: NaiveDate, over: Vec<Line>, mut begin: Vec<Line>) {
        for line in over {
            let contract = self.open.remove(&line.id).unwrap();
            let next = begin.iter().position(|next| next.worker == line.worker);
            match next.map(|place| begin.remove(place)) {
                Some(next) => self.transfer(day, &contract, next),
                None => {
                    let last = day.checked_sub_days(Days::new(1)).unwrap();
                    let path = format!("/api/v1/contracts/{contract}/end");
                    self.client.post(&path, json!({"valid_to": last})).expect(200);
                    self.done[2] += 1;
                }
            }
        }
        begin.into_iter().for_each(|line| self.hire(day, line));
    }

    fn transfer(&mut self, day: NaiveDate, contract: &str, to: Line) {
        let body = json!({
            "valid_from": day, "department_id": self.ids[&to.department], "position_id": self.ids[&to.position],
        });
        let moved = self.client.post(&format!("/api/v1/contracts/{contract}/transfer"), body).expect(201);
        self.done[1] += 1;
        self.open.insert(to.id, moved.json["contract"]["id"].as_str().unwrap().to_owned());
    }

    fn hire(&mut self, day: NaiveDate, line: Line) {
        let body = json!({
            "worker_external_id": line.worker, "department_external_id": line.department,
            "position_external_id": line.position, "valid_from": day, "state": "signed",
        });
        let contract = self.client.post("/api/v1/contracts", body).expect(201).id();
        self.done[0] += 1;
        self.open.insert(line.id, contract);
    }
}

/// Who worked where on the first day of each year, asked of each department.
fn who_worked_where(client: &Client, sources: &Sources) {
    let numbers: BTreeMap<String, String> = {
        let mut all = BTreeMap::new();
        let mut path = "/api/v1/workers?limit=200".to_owned();
        loop {
            let page = client.get(&path).expect(200);
            for item in page.items() {
                all.insert(
                    item["id"].as_str().unwrap().to_owned(),
                    item["personal_number"].as_str().unwrap().to_owned(),
                );
            }
            match page.json["next_cursor"].as_str() {
                Some(cursor) => path = format!("/api/v1/workers?limit=200&cursor={cursor}"),
                None => break all,
            }
        }
    };
    let mut compared = 0;
    for (department, _) in &sources.departments {
        let found = client.get(&format!("/api/v1/departments?code={department}")).expect(200);
        let id = found.items()[0]["id"].as_str().unwrap().to_owned();
        for year in (1986..2003).step_by(4) {
            let day = format!("{year}-01-01");
            let mut path = format!("/api/v1/departments/{id}/contracts?at={day}&limit=200");
            let mut there = Vec::new();
            loop {
                let page = client.get(&path).expect(200);
                there.extend(page.items().iter().map(|item| numbers[item["worker_id"].as_str().unwrap()].clone()));
                match page.json["next_cursor"].as_str() {
                    Some(cursor) => {
                        path = format!("/api/v1/departments/{id}/contracts?at={day}&limit=200&cursor={cursor}")
                    }
                    None => break,
                }
            }
            there.sort_unstable();
            let works = |number: &str| {
                let title = sources.titles_of(number).iter().any(|period| period.holds(number, &day));
                title
                    && sources
                        .placements_of(number)
                        .iter()
                        .any(|period| period.what == *department && period.holds(number, &day))
            };
            let mut expected: Vec<String> = sources
                .employees
                .iter()
                .map(|employee| employee.number.clone())
                .filter(|number| works(number))
                .collect();
            expected.sort_unstable();
            assert_eq!(there, expected, "{department} on {day}");
            compared += there.len();
        }
    }
    assert!(compared > 500, "{compared}");
}
