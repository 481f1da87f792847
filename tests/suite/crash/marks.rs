//! `kill -9` while many create objects that a pattern marks: no number is lost, and none is given twice.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use domain::grant::Object;
use persistence::{StoreError, Stored};
use serde_json::json;
use tests::Client;

use super::{Site, with_the_program};

/// Threads that create objects.
const WRITERS: usize = 50;

/// Writes that are waited for before the kill.
const WRITES: usize = 150;

/// Creates objects until the service is gone; their marks.
fn create_until_gone(client: &Client, written: &AtomicUsize) -> Vec<String> {
    let body = json!({"type": "task", "title": "t"}).to_string().into_bytes();
    let mut marks = Vec::new();
    loop {
        let sent = client.try_send("POST", "/api/v1/objects", &[("content-type", "application/json")], Some(&body));
        let Ok(answer) = sent else { return marks };
        marks.push(answer.expect(201).json["mark"].as_str().unwrap().to_owned());
        written.fetch_add(1, Ordering::SeqCst);
    }
}

with_the_program! {
    //
    fn numbers_outlive_a_kill(site: &mut Site) {
        site.program.serve();
        let pattern = json!({"object_type": "task", "pattern": "{area}/{counter}"});
        site.client().post("/api/v1/mark-patterns", pattern).expect(201);
        let mut acknowledged: Vec<String> = Vec::new();
        for _ in 0..2 {
            let written = AtomicUsize::new(0);
            std::thread::scope(|scope| {
                let client = site.client();
                let written = &written;
                let writers: Vec<_> = (0..WRITERS)
                    .map(|_| client.clone())
                    .map(|client| scope.spawn(move || create_until_gone(&client, written)))
                    .collect();
                let until = Instant::now() + Duration::from_secs(60);
                while written.load(Ordering::SeqCst) < WRITES && Instant::now() < until {
                    std::thread::sleep(Duration::from_millis(1));
                }
                site.program.kill();
                acknowledged.extend(writers.into_iter().flat_map(|writer| writer.join().unwrap()));
            });
            site.program.serve();
        }
        assert!(acknowledged.len() >= 2 * WRITES, "{} writes", acknowledged.len());
        let last = site.client().post("/api/v1/objects", json!({"type": "task", "title": "t"})).expect(201);
        acknowledged.push(last.json["mark"].as_str().unwrap().to_owned());
        let mut stored = Vec::new();
        site.read(|reader| {
            reader.for_each(|object: Stored<Object>| {
                stored.push(object.value.mark.unwrap());
                Ok::<_, StoreError>(())
            })
        });
        let number = |mark: &String| mark.trim_start_matches("X/").parse::<usize>().unwrap();
        stored.sort_unstable_by_key(number);
        assert_eq!(stored, (1..=stored.len()).map(|number| format!("X/{number}")).collect::<Vec<_>>());
        let known: HashSet<&String> = stored.iter().collect();
        assert!(acknowledged.iter().all(|mark| known.contains(mark)), "acknowledged and lost");
        let given: HashSet<&String> = acknowledged.iter().collect();
        assert_eq!(given.len(), acknowledged.len(), "given twice");
        assert_eq!(stored.last(), acknowledged.last());
        site.assert_sound();
    }
}
