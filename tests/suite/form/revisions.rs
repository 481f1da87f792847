//! `Remit-Min-Revision`: a read that is at least as new as what the caller has seen.

use std::time::Instant;

use super::*;

fn ask(client: &Client, path: &str, revision: &str) -> Answer {
    client.send("GET", path, &[("remit-min-revision", revision)], None)
}

on_every_database! {
    fn a_revision_that_is_here_is_answered(app: &TestApp) {
        let admin = app.admin();
        let written = admin.post("/api/v1/positions", json!({"code": "p", "name": "P"})).expect(201);
        let revision = written.header("remit-revision").unwrap();
        assert_eq!(ask(&admin, "/api/v1/positions", revision).expect(200).items().len(), 1);
        ask(&admin, "/api/v1/positions", "0").expect(200);
    }

    // One that is not here yet is waited for, then refused with when to try again.
    fn a_revision_to_come_is_waited_for(app: &TestApp) {
        let admin = app.admin();
        let revision = admin.post("/api/v1/positions", json!({"code": "p", "name": "P"})).expect(201);
        let next = revision.header("remit-revision").unwrap().parse::<i64>().unwrap() + 1;
        let began = Instant::now();
        let refused = ask(&admin, "/api/v1/me", &next.to_string()).expect_problem(503, "behind");
        assert!(began.elapsed().as_millis() >= 900 && refused.header("retry-after").is_some());
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| ask(&admin, "/api/v1/positions", &next.to_string()).expect(200));
            std::thread::sleep(std::time::Duration::from_millis(200));
            admin.post("/api/v1/positions", json!({"code": "q", "name": "Q"})).expect(201);
            assert_eq!(waiting.join().unwrap().items().len(), 2);
        });
    }

    fn what_is_no_revision_is_refused(app: &TestApp) {
        for odd in ["", "x", "-1", "1.5", "99999999999999999999"] {
            ask(&app.admin(), "/api/v1/me", odd).expect_problem(400, "bad_header");
        }
    }
}
