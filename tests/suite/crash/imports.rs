//! `kill -9` in the middle of an import: after the restart it goes on by itself, and each row is
//! there once.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use persistence::{Operation, OperationState};
use serde_json::Value;
use tests::Answer;
use uuid::Uuid;

use super::{Site, with_the_program};

/// Rows of a file, enough of them to be caught in the middle.
const ROWS: usize = 12_000;

/// Every so many rows one is bad.
const BAD: usize = 2_500;

/// Workers as CSV, the last name missing where a row shall be bad; and the ids of the good ones.
fn file(with_bad_rows: bool) -> (String, Vec<String>) {
    let mut file = String::from("external_id,personal_number,first_name,last_name\n");
    let mut good = Vec::new();
    for row in 0..ROWS {
        let bad = with_bad_rows && row % BAD == 0;
        writeln!(file, "w{row:05},n{row},First,{}", if bad { "" } else { "Last" }).unwrap();
        if !bad {
            good.push(format!("w{row:05}"));
        }
    }
    (file, good)
}

fn start(site: &Site, mode: &str, file: &str) -> Answer {
    site.client().import("workers", mode, "text/csv", file).expect(202)
}

fn operation(site: &Site, started: &Answer) -> Operation {
    let id: Uuid = started.id().parse().unwrap();
    site.read(|reader| reader.operation(id)).unwrap()
}

/// Waits until so many rows are done, and kills the program at once.
#[track_caller]
fn kill_after(site: &mut Site, started: &Answer, rows: u64) {
    let path = started.header("location").unwrap();
    let client = site.client();
    let until = Instant::now() + Duration::from_secs(120);
    loop {
        let answer = client.get(path).expect(200);
        assert!(matches!(answer.json["state"].as_str(), Some("queued" | "running")), "too late: {}", answer.text);
        if answer.json["done"].as_u64().unwrap() >= rows {
            break;
        }
        assert!(Instant::now() < until, "no progress: {}", answer.text);
        std::thread::sleep(Duration::from_millis(2));
    }
    site.program.kill();
}

/// Starts the program again and waits for the import, which nobody asks for, to end.
#[track_caller]
fn ended(site: &mut Site, started: &Answer) -> Value {
    site.program.serve();
    let ended = site.client().finished(started).json;
    assert_eq!(ended["state"], "succeeded", "{ended}");
    assert_eq!((ended["done"].as_u64(), ended["total"].as_u64()), (Some(ROWS as u64), Some(ROWS as u64)), "{ended}");
    ended
}

with_the_program! {
    fn an_import_row_by_row_goes_on_where_it_was_killed(site: &mut Site) {
        site.program.serve();
        let (file, good) = file(true);
        let started = start(site, "per_row", &file);
        for rows in [2_000, 6_000] {
            kill_after(site, &started, rows);
            let present = site.workers().len();
            let noted = operation(site, &started);
            assert!(present > 0 && present < good.len(), "{present} rows");
            // What is noted as done is what is there, but for the bad rows.
            let done = usize::try_from(noted.done).unwrap();
            assert_eq!(present, done - done.div_ceil(BAD), "{noted:?}");
            site.program.serve();
        }
        site.program.kill();
        let ended = ended(site, &started);
        let bad = ROWS.div_ceil(BAD);
        assert_eq!(site.workers(), good);
        assert!(site.logged_workers().values().all(|times| *times == 1), "a row was written twice");
        assert_eq!(ended["errors_count"].as_u64(), Some(bad as u64), "{ended}");
        let errors = site.client().get(&format!("{}/errors", started.header("location").unwrap())).expect(200).text;
        let lines: Vec<u64> = errors
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap()["line"].as_u64().unwrap())
            .collect();
        let expected: Vec<u64> = (0..ROWS).step_by(BAD).map(|row| row as u64 + 2).collect();
        assert_eq!(lines, expected);
        // The result tells of the whole file, not of what came after the last restart.
        let result = &ended["result"];
        assert_eq!(
            (result["created"].as_u64(), result["updated"].as_u64(), result["bad"].as_u64()),
            (Some(good.len() as u64), Some(0), Some(bad as u64)),
            "{ended}"
        );
        site.assert_sound();
    }

    fn an_atomic_import_is_there_wholly_or_not_at_all(site: &mut Site) {
        site.program.serve();
        let before = site.revision();
        let (file, good) = file(false);
        let started = start(site, "atomic", &file);
        // While rows are being checked, and again when all are, which is when they get written.
        for rows in [3_000, ROWS as u64] {
            kill_after(site, &started, rows);
            let present = site.workers().len();
            assert!(present == 0 || (present == ROWS && rows == ROWS as u64), "{present} rows");
            // The rows and the end of the operation are written together.
            let ended = operation(site, &started).state == OperationState::Succeeded;
            assert_eq!(ended, present == ROWS);
            site.program.serve();
        }
        site.program.kill();
        let ended = ended(site, &started);
        assert_eq!(
            (ended["result"]["created"].as_u64(), ended["result"]["updated"].as_u64()),
            (Some(ROWS as u64), Some(0)),
            "{ended}"
        );
        assert_eq!(site.workers(), good);
        assert!(site.logged_workers().values().all(|times| *times == 1), "a row was written twice");
        // The whole file is one revision, and nothing else was changed.
        assert_eq!(site.revision(), before + 1);
        site.assert_sound();
    }
}
