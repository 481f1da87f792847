//! Two years of a worker, each day asked on that day, without any nightly job: hired, moved, a second contract, on
//! leave, gone, hired again (W-07, D-05, R-05, U-05, L-02, L-04).

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};
use tests::{Client, Company, TestApp, on_every_database};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// What follows from contracts: department A lets record, B lets plan, the position of an adviser lets read folders.
const RIGHTS: [(&str, &str); 4] =
    [("time:record", "a"), ("time:schedule", "b"), ("hr:read", "adviser"), ("time:report.check", "club")];

/// The company around the worker.
struct Stage<'a> {
    app: &'a TestApp,
    company: Company<'a>,
    admin: Client,
    departments: [String; 3],
    clerk: String,
    adviser: String,
    club: String,
    other: String,
    boss: tests::Person,
    nora: String,
}

impl<'a> Stage<'a> {
    fn set(app: &'a TestApp) -> Self {
        let company = app.company();
        let departments = ["a", "b", "c"].map(|code| company.department(code, None));
        let (clerk, adviser) = (company.position("clerk"), company.position("adviser"));
        for (action, code) in RIGHTS {
            let (module, action) = action.split_once(':').unwrap();
            let role = if code == "club" { company.role(code, 0) } else { company.automatic_role(code) };
            company.grant(&role, module, json!({"type": "all"}), &[action], &[]);
            match code {
                "a" | "b" => {
                    let department = &departments[usize::from(code == "b")];
                    company.rule(&role, json!({"departments": [{"id": department, "include_subtree": false}]}));
                }
                "adviser" => drop(company.rule(&role, json!({"position_ids": [adviser]}))),
                _ => {}
            }
        }
        let club = company.id_of("roles", "club");
        let (other, boss) = (company.worker("other"), company.person("boss"));
        let nora = json!({"personal_number": "n", "external_id": "n", "first_name": "Nora", "last_name": "Newman"});
        let nora = company.make("workers", nora);
        let admin = app.admin();
        Self { app, company, admin, departments, clerk, adviser, club, other, boss, nora }
    }

    fn contract(&self, department: usize, position: &str, from: &str, to: Value, workload: u32) -> String {
        self.company.make(
            "contracts",
            json!({
                "worker_id": self.nora, "department_id": self.departments[department], "position_id": position,
                "valid_from": from, "valid_to": to, "state": "signed", "workload_percent": workload,
                "supervisor_id": self.boss.worker,
            }),
        )
    }

    /// An account made from the folder, and its invitation accepted.
    fn account(&self, login: &str) -> String {
        let path = format!("/api/v1/workers/{}/account", self.nora);
        let made = self.admin.post(&path, json!({"login": login, "email": format!("{login}@example.org")})).expect(201);
        let token = made.json["invitation_link"].as_str().unwrap().split_once('#').unwrap().1.to_owned();
        self.app.anonymous().post("/auth/invitation", json!({"token": token, "password": tests::PASSWORD})).expect(204);
        made.json["user"]["id"].as_str().unwrap().to_owned()
    }

    /// Which of the rights the account has now.
    fn rights(&self, user: &str) -> Vec<&'static str> {
        let may = |(action, code): (&str, &'static str)| {
            self.company.decide(user, action, &self.other, None).0.then_some(code)
        };
        RIGHTS.into_iter().filter_map(may).collect()
    }

    fn user(&self, user: &str, verb: &str, body: Value) {
        self.admin.post(&format!("/api/v1/users/{user}/{verb}"), body).expect(200);
    }
}

/// What the first account may on a day, by what has happened.
fn first_account_may(on: NaiveDate) -> Vec<&'static str> {
    let mut may = Vec::new();
    let within = |from: &str, to: &str| day(from) <= on && on <= day(to);
    if within("2027-01-01", "2027-03-15") {
        may.push("a");
    }
    if within("2027-03-16", "2028-02-29") {
        may.push("b");
    }
    if within("2027-06-01", "2027-12-31") {
        may.push("adviser");
    }
    if on >= day("2027-02-01") {
        may.push("club");
    }
    let on_leave = within("2027-08-01", "2027-08-31");
    let in_the_trash = on >= day("2028-03-20");
    if on_leave || in_the_trash { Vec::new() } else { may }
}

on_every_database! {
    fn two_years_of_a_worker(app: &TestApp) {
        let stage = Stage::set(app);
        let mut contract = String::new();
        let (mut first, mut second) = (String::new(), String::new());
        let mut task = String::new();
        let mut today = day("2026-12-10");
        while today <= day("2028-12-31") {
            app.clock.set(today.and_hms_opt(9, 0, 0).unwrap().and_utc());
            match today.to_string().as_str() {
                // Hired: folder, contract, account by invitation, three weeks ahead.
                "2026-12-10" => {
                    contract = stage.contract(0, &stage.clerk, "2027-01-01", Value::Null, 60);
                    first = stage.account("nora");
                }
                "2027-02-01" => drop(stage.company.member(&stage.club, &first)),
                // Moved in the middle of a month; said some days before.
                "2027-03-10" => {
                    let body = json!({"valid_from": "2027-03-16", "department_id": stage.departments[1]});
                    let moved = stage.admin.post(&format!("/api/v1/contracts/{contract}/transfer"), body).expect(201);
                    contract = moved.json["contract"]["id"].as_str().unwrap().to_owned();
                }
                // A second contract beside the first one.
                "2027-05-20" => drop(stage.contract(2, &stage.adviser, "2027-06-01", json!("2027-12-31"), 40)),
                // On leave, and back with exactly the same rights.
                "2027-08-01" => stage.user(&first, "block", json!({"note": "on leave"})),
                "2027-09-01" => stage.user(&first, "unblock", json!({})),
                "2028-01-10" => task = stage.company.object("task", "A task", Some(&first)),
                // Leaves: the last day is told ahead, responsibilities are handed over, then the account goes.
                "2028-02-10" => {
                    let path = format!("/api/v1/contracts/{contract}/end");
                    stage.admin.post(&path, json!({"valid_to": "2028-02-29"})).expect(200);
                }
                "2028-03-20" => {
                    let path = format!("/api/v1/users/{first}");
                    stage.admin.delete(&path).expect_problem(409, "user_has_responsibilities");
                    let to = json!({"successor_id": stage.boss.user});
                    stage.admin.post(&format!("{path}/responsibilities/transfer"), to).expect(200);
                    let handed = stage.admin.get(&format!("/api/v1/objects/{task}")).expect(200);
                    assert_eq!(handed.json["assignee_id"], json!(stage.boss.user));
                    stage.admin.delete(&path).expect(204);
                    stage.admin.verb(&format!("/api/v1/workers/{}/close", stage.nora)).expect(200);
                }
                // Hired again: the folder reopened, another account of the same name.
                "2028-06-15" => {
                    stage.admin.verb(&format!("/api/v1/workers/{}/reopen", stage.nora)).expect(200);
                    second = stage.account("nora.newman");
                    stage.contract(0, &stage.clerk, "2028-07-01", Value::Null, 100);
                }
                _ => {}
            }
            if !first.is_empty() {
                assert_eq!(stage.rights(&first), first_account_may(today), "the first account on {today}");
            }
            if !second.is_empty() {
                let expected: &[&str] = if today >= day("2028-07-01") { &["a"] } else { &[] };
                assert_eq!(stage.rights(&second), expected, "the second account on {today}");
            }
            today = today.checked_add_days(Days::new(1)).unwrap();
        }
        // The past is what it was.
        let ledger = stage.admin.get(&format!("/api/v1/workers/{}/account-links", stage.nora)).expect(200);
        let linked: Vec<_> = ledger.items().iter().map(|link| link["user_id"].clone()).collect();
        assert_eq!(linked.len(), 2);
        assert!(linked.contains(&json!(first)) && linked.contains(&json!(second)));
        let placements = stage.admin.get(&format!("/api/v1/workers/{}/placements", stage.nora)).expect(200);
        let told: Vec<_> = placements.json["items"].as_array().unwrap().iter().map(|line| line["change"].clone()).collect();
        assert_eq!(told, ["hired", "transferred", "second_contract", "left", "rehired"]);
        // Nothing of it was done by a job: should the service have found the time for a night's, it found nothing to do.
        for run in stage.admin.get("/api/v1/role-sync-runs").expect(200).items() {
            assert!(matches!(run["changed"].as_u64(), None | Some(0)), "{run}");
        }
        assert_eq!(app.faults(), Vec::<String>::new());
    }
}
