//! `kill -9` in the middle of many single writes: what was acknowledged is there.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use domain::organisation::Department;
use serde_json::{Value, json};
use tests::Client;

use super::{Site, with_the_program};

/// Threads that create workers.
const WRITERS: usize = 4;

/// Writes that are waited for before the kill.
const WRITES: usize = 150;

fn body(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}

const JSON: (&str, &str) = ("content-type", "application/json");

/// Creates workers until the service is gone; the external ids of those acknowledged, with their
/// revisions.
fn create_until_gone(client: &Client, name: &str, written: &AtomicUsize) -> Vec<(String, i64)> {
    let mut out = Vec::new();
    for number in 0.. {
        let id = format!("{name}-{number}");
        let worker = json!({"external_id": id, "personal_number": id, "first_name": "First", "last_name": "Last"});
        let Ok(answer) = client.try_send("POST", "/api/v1/workers", &[JSON], Some(&body(&worker))) else { break };
        let answer = answer.expect(201);
        written.fetch_add(1, Ordering::SeqCst);
        out.push((id, answer.header("remit-revision").unwrap().parse().unwrap()));
    }
    out
}

/// Renames a department to 1, 2, 3 ... until the service is gone; the last name acknowledged.
fn rename_until_gone(client: &Client, department: &str, first: usize) -> usize {
    let path = format!("/api/v1/departments/{department}");
    let Ok(answer) = client.try_send("GET", &path, &[], None) else { return first - 1 };
    let mut tag = answer.expect(200).etag();
    for number in first.. {
        let headers = [JSON, ("if-match", tag.as_str())];
        let renamed = client.try_send("PATCH", &path, &headers, Some(&body(&json!({"name": number.to_string()}))));
        let Ok(answer) = renamed else { return number - 1 };
        tag = answer.expect(200).etag();
    }
    first
}

with_the_program! {
    // An idempotency key survives a kill: what was acknowledged is not done again.
    fn a_repeated_request_is_done_once_over_a_restart(site: &mut Site) {
        site.program.serve();
        let send = |client: &Client| {
            let worker = json!({"personal_number": "w-1", "first_name": "First", "last_name": "Last"});
            client.send("POST", "/api/v1/workers", &[JSON, ("idempotency-key", "hire-1")], Some(&body(&worker))).expect(201)
        };
        let first = send(&site.client());
        site.program.kill();
        site.program.serve();
        let again = send(&site.client());
        assert_eq!((again.header("idempotent-replayed"), again.id()), (Some("true"), first.id()));
        assert_eq!(again.text, first.text);
        site.assert_sound();
    }

    fn acknowledged_writes_outlive_a_kill(site: &mut Site) {
        site.program.serve();
        let department = site
            .client()
            .post("/api/v1/departments", json!({"code": "d", "external_id": "d", "name": "0"}))
            .expect(201)
            .id();
        let mut acknowledged: Vec<(String, i64)> = Vec::new();
        let mut name = 0;
        for round in 0..3 {
            let written = AtomicUsize::new(0);
            std::thread::scope(|scope| {
                let client = site.client();
                let (written, department) = (&written, department.as_str());
                let writers: Vec<_> = (0..WRITERS)
                    .map(|writer| {
                        let client = client.clone();
                        scope.spawn(move || create_until_gone(&client, &format!("{round}-{writer}"), written))
                    })
                    .collect();
                let renamer = {
                    let client = client.clone();
                    scope.spawn(move || rename_until_gone(&client, department, name + 1))
                };
                let until = Instant::now() + Duration::from_secs(60);
                while written.load(Ordering::SeqCst) < WRITES && Instant::now() < until {
                    std::thread::sleep(Duration::from_millis(1));
                }
                site.program.kill();
                for writer in writers {
                    acknowledged.extend(writer.join().unwrap());
                }
                name = renamer.join().unwrap();
            });
            assert!(acknowledged.len() >= (round + 1) * WRITES, "{} writes", acknowledged.len());
            site.program.serve();
            let stored: HashSet<String> = site.workers().into_iter().collect();
            let lost: Vec<_> = acknowledged.iter().filter(|(id, _)| !stored.contains(id)).collect();
            assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
            // Each writer and each kill may leave one write whose answer was lost.
            let extra = stored.len() - acknowledged.len();
            assert!(extra <= (round + 1) * WRITERS, "{extra} writes that nobody knows of");
            let id = department.parse().unwrap();
            let found = site.read(|reader| reader.get::<Department>(id)).unwrap().value.name;
            let found: usize = found.parse().unwrap();
            assert!(found == name || found == name + 1, "the department is named {found}, acknowledged was {name}");
            name = found;
            // The service that came up again serves what is stored.
            let (last, revision) = acknowledged.last().unwrap();
            let answer = site.client().get(&format!("/api/v1/workers?personal_number={last}")).expect(200);
            assert_eq!(answer.items().len(), 1, "{}", answer.text);
            assert!(*revision <= site.revision());
        }
        // Every revision was given to one write only.
        let revisions: HashSet<i64> = acknowledged.iter().map(|(_, revision)| *revision).collect();
        assert_eq!(revisions.len(), acknowledged.len());
        site.assert_sound();
    }
}
