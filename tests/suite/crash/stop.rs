//! `SIGTERM`: requests under way are finished, then the program ends well.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use persistence::{Options, Store, StoreError};

use super::{Site, with_the_program};

// Who copies the file of a stopped service has the whole database.
#[test]
fn after_a_stop_the_file_of_sqlite_is_the_database() {
    let mut site = Site::new(persistence::testing::sqlite());
    site.program.serve();
    site.client().post("/api/v1/positions", json!({"code": "last", "name": "Last"})).expect(201);
    assert!(site.program.stop());
    let file = site.database.url().trim_start_matches("sqlite://").to_owned();
    let copy = format!("{file}.copy");
    std::fs::copy(&file, &copy).unwrap();
    let alone = Store::open(&format!("sqlite://{copy}"), Options::default()).unwrap();
    let revision: Result<i64, StoreError> = alone.read(|reader| reader.revision());
    assert_eq!(revision.unwrap(), site.revision());
}

with_the_program! {
    fn a_stop_finishes_requests_under_way(site: &mut Site) {
        site.program.serve();
        let address = site.program.address;
        let file = "external_id,personal_number,first_name,last_name\nslow,slow,First,Last\n";
        let (first, second) = file.split_at(60);
        // An upload that is half done when the signal comes.
        let mut upload = TcpStream::connect(address).unwrap();
        upload.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        write!(
            upload,
            "POST /api/v1/imports?kind=workers&mode=per_row HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\n\
             content-type: text/csv\r\ncontent-length: {}\r\n\r\n{first}",
            site.token,
            file.len()
        )
        .unwrap();
        let ended = AtomicBool::new(false);
        let (written, answer) = std::thread::scope(|scope| {
            // Somebody who writes one thing after another on a connection that is kept.
            let client = site.client();
            let ended = &ended;
            let writer = scope.spawn(move || {
                let mut written = vec![];
                for number in 0.. {
                    let id = format!("busy-{number:04}");
                    let worker =
                        json!({"external_id": id, "personal_number": id, "first_name": "First", "last_name": "Last"});
                    let headers = [("content-type", "application/json")];
                    let sent = client.try_send("POST", "/api/v1/workers", &headers, Some(worker.to_string().as_bytes()));
                    let Ok(answer) = sent else { break };
                    answer.expect(201);
                    written.push(id);
                }
                written
            });
            std::thread::sleep(Duration::from_millis(500));
            let stopping = scope.spawn(|| {
                let well = site.program.stop();
                ended.store(true, Ordering::SeqCst);
                well
            });
            let until = Instant::now() + Duration::from_secs(30);
            while TcpStream::connect(address).is_ok() {
                assert!(Instant::now() < until, "it still takes connections");
                std::thread::sleep(Duration::from_millis(20));
            }
            assert!(!ended.load(Ordering::SeqCst), "it ended with a request under way");
            upload.write_all(second.as_bytes()).unwrap();
            let mut answer = String::new();
            upload.read_to_string(&mut answer).unwrap();
            assert!(stopping.join().unwrap(), "it did not end well");
            (writer.join().unwrap(), answer)
        });
        assert!(answer.starts_with("HTTP/1.1 202 "), "{answer}");
        assert!(!written.is_empty());
        // Whatever was taken was answered: nothing is there that nobody was told of.
        let mut stored = site.workers();
        stored.retain(|id| id != "slow");
        assert_eq!(stored, written);
        // The import that was queued while stopping is made now.
        site.program.serve();
        let until = Instant::now() + Duration::from_secs(60);
        while site.client().get("/api/v1/workers?personal_number=slow").expect(200).items().is_empty() {
            assert!(Instant::now() < until, "the queued import was not made");
            std::thread::sleep(Duration::from_millis(50));
        }
        assert!(site.program.stop());
        site.assert_sound();
    }
}
