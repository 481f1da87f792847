//! 10,000 employees with their departments and titles: workers, contracts, automatic roles, and
//! what the roles allow on any day.

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};
use tests::employees::{MODULE, Sources, code, convert};
use tests::{TestApp, data_folder, on_every_database};

use super::{load, load_again, tell};

/// How many have an account.
const ACCOUNTS: usize = 1_500;

/// Questions of one request, below the usual limit of a body.
const BATCH: usize = 4_000;

on_every_database! {
    fn ten_thousand_employees_may_do_what_their_contracts_say(app: &TestApp) {
        let Some(folder) = data_folder() else { return };
        let sources = Sources::read(&folder.join("employees"));
        let converted = convert(&sources, ACCOUNTS);
        let reported: Vec<(&str, &str, &str)> = converted
            .without_length
            .iter()
            .map(|(employee, what, from)| (employee.as_str(), what.as_str(), from.as_str()))
            .collect();
        assert_eq!(
            reported,
            [
                ("13058", "Senior Staff", "2001-07-05"),
                ("14539", "Engineer", "1998-12-17"),
                ("14539", "d006", "1998-12-17"),
            ]
        );
        assert_eq!(converted.without_contract, ["14539"]);
        assert_eq!((sources.employees.len(), converted.contracts), (10_000, 15_831));
        for file in &converted.files {
            let loaded = load(app, file);
            assert_eq!((loaded.created, loaded.updated), (file.rows, 0), "{}", file.kind);
            if file.rows >= 10_000 {
                let between = loaded.progress.iter().filter(|done| (1..file.rows).contains(*done)).count();
                assert!(between > 0, "no progress was seen: {:?}", loaded.progress);
            }
        }
        compare(app, &sources, 10_000);
        assert_eq!(app.faults(), Vec::<String>::new());
        load_again(app, &converted.files);
    }
}

/// Asks about many users, duties and days, more than so many questions, and compares with the files.
pub(super) fn compare(app: &TestApp, sources: &Sources, more_than: usize) {
    let questions = questions(sources);
    let client = app.admin();
    let (mut allowed, mut wrong) = (0, Vec::new());
    for batch in questions.chunks(BATCH) {
        let body = json!({
            "resource": {"type": "module", "id": MODULE},
            "evaluations": batch.iter().map(|question| question.body.clone()).collect::<Vec<Value>>(),
        });
        let answer = client.post("/access/v1/evaluations", body).expect(200);
        let answers = answer.json["evaluations"].as_array().unwrap();
        assert_eq!(answers.len(), batch.len());
        for (question, answer) in batch.iter().zip(answers) {
            allowed += usize::from(question.expected);
            if *answer != json!({"decision": question.expected}) {
                wrong.push(format!("{} is {answer}", question.body));
            }
        }
    }
    let (asked, first) = (questions.len(), wrong.iter().take(10).collect::<Vec<_>>());
    assert!(wrong.is_empty(), "{} of {asked} decisions are not as in the files: {first:#?}", wrong.len());
    // Both answers must have been put to the test.
    assert!(asked > more_than && allowed * 5 > asked && allowed * 5 < asked * 4, "{allowed} of {asked} are allowed");
    tell(&format!("{asked} decisions compared, {allowed} of them allowed"));
}

struct Question {
    body: Value,
    expected: bool,
}

/// For each employee with an account the borders of two periods and a day by chance, each with
/// all that the employee ever did and one thing by chance; and some employees without an account.
fn questions(sources: &Sources) -> Vec<Question> {
    let mut chance = Chance(1);
    let everything: Vec<&str> =
        sources.departments.iter().map(|(number, _)| number.as_str()).chain(sources.different_titles()).collect();
    let mut out = Vec::new();
    for (at, employee) in sources.employees.iter().enumerate() {
        let has_account = at < ACCOUNTS;
        if !has_account && at % 50 != 0 {
            continue;
        }
        let number = employee.number.as_str();
        let periods: Vec<_> = sources.placements_of(number).iter().chain(sources.titles_of(number)).collect();
        let mut days = vec![chance.day()];
        for _ in 0..2 {
            days.extend(borders(&periods[chance.below(periods.len())].from));
            days.extend(borders(&periods[chance.below(periods.len())].to));
        }
        days.sort_unstable();
        days.dedup();
        let mut duties: Vec<&str> = periods.iter().map(|period| period.what.as_str()).collect();
        duties.push(everything[chance.below(everything.len())]);
        duties.sort_unstable();
        duties.dedup();
        for day in &days {
            for duty in &duties {
                // A person may be named by the account or by the folder.
                let subject = if chance.below(2) == 0 || !has_account { "worker" } else { "user" };
                out.push(Question {
                    body: json!({
                        "subject": {"type": subject, "id": number}, "action": {"name": format!("{MODULE}:{}", code(duty))},
                        "context": {"time": day},
                    }),
                    expected: has_account && sources.works_on(number, day, duty),
                });
            }
        }
    }
    out
}

/// The day before a border and the border, between 1985 and 2003.
fn borders(day: &str) -> Vec<String> {
    let day: NaiveDate = day.parse().unwrap();
    let around = [day.checked_sub_days(Days::new(1)), Some(day)];
    around.into_iter().flatten().map(|day| day.to_string()).filter(|day| day.as_str() < "2004").collect()
}

/// A fixed sequence that looks like chance, so that a fault is seen again.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn day(&mut self) -> String {
        let first = NaiveDate::from_ymd_opt(1985, 1, 1).unwrap();
        let days = u64::try_from(self.below(19 * 365)).unwrap();
        first.checked_add_days(Days::new(days)).unwrap().to_string()
    }
}
