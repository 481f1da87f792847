//! What is done every day.

use std::cell::RefCell;

use api::app::{App, Purpose};
use api::commands::Refusal;
use api::commands::times::NIGHTLY_AT;
use api::jobs::schedule::{Daily, run_jobs};
use chrono::{NaiveDate, TimeDelta};
use serde_json::json;
use tests::{TestApp, on_every_database};

thread_local! {
    /// The days that the jobs of this thread ran for.
    static RAN: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

fn note(_: &App, day: NaiveDate) -> Result<(), Refusal> {
    RAN.with_borrow_mut(|ran| ran.push(day.to_string()));
    Ok(())
}

fn fail(app: &App, day: NaiveDate) -> Result<(), Refusal> {
    note(app, day)?;
    Err(Refusal::internal("it failed"))
}

const JOB: Daily = Daily { name: "test", at: &NIGHTLY_AT, run: note };

fn ran() -> Vec<String> {
    RAN.take()
}

fn at(app: &TestApp, instant: &str) {
    app.clock.set(instant.parse().unwrap());
    run_jobs(&app.app, &[JOB]);
}

on_every_database! {
    fn a_job_is_done_once_a_day_when_its_time_has_come(app: &TestApp) {
        at(app, "2026-06-15T12:00:00Z");
        assert_eq!(ran(), ["2026-06-15"]);
        at(app, "2026-06-15T12:01:00Z");
        at(app, "2026-06-16T01:59:59Z");
        assert!(ran().is_empty());
        at(app, "2026-06-16T02:00:00Z");
        at(app, "2026-06-16T23:00:00Z");
        assert_eq!(ran(), ["2026-06-16"]);
    }

    fn missed_days_are_made_up_for_once(app: &TestApp) {
        at(app, "2026-06-15T12:00:00Z");
        at(app, "2026-06-20T01:00:00Z");
        at(app, "2026-06-20T02:00:00Z");
        at(app, "2026-06-20T03:00:00Z");
        assert_eq!(ran(), ["2026-06-15", "2026-06-19", "2026-06-20"]);
    }

    fn its_time_is_a_setting(app: &TestApp) {
        let change = |body| app.admin().patch_with("/api/v1/settings", &[], body);
        assert_eq!(app.admin().get("/api/v1/settings").json["nightly_at"], "02:00");
        at(app, "2026-06-15T12:00:00Z");
        assert_eq!(change(json!({"nightly_at": "13:30"})).expect(200).json["nightly_at"], "13:30");
        at(app, "2026-06-15T12:01:00Z");
        at(app, "2026-06-15T13:30:00Z");
        assert_eq!(ran(), ["2026-06-15"], "a later time of the same day is no second run");
        at(app, "2026-06-16T13:29:00Z");
        assert!(ran().is_empty());
        at(app, "2026-06-16T13:30:00Z");
        assert_eq!(ran(), ["2026-06-16"]);
        for bad in ["24:00", "2:00", "02:60", "02:00:00", "noon", ""] {
            let answer = change(json!({"nightly_at": bad}));
            assert_eq!(answer.expect(422).pointers(), ["/nightly_at"], "{bad}");
        }
        assert_eq!(app.admin().get("/api/v1/settings").json["nightly_at"], "13:30");
    }

    fn a_job_that_failed_is_tried_again_later(app: &TestApp) {
        let failing = [Daily { run: fail, ..JOB }];
        run_jobs(&app.app, &failing);
        app.clock.advance(TimeDelta::minutes(59));
        run_jobs(&app.app, &failing);
        assert_eq!(ran(), ["2026-06-15"]);
        app.clock.advance(TimeDelta::minutes(2));
        run_jobs(&app.app, &[JOB]);
        run_jobs(&app.app, &[JOB]);
        assert_eq!(ran(), ["2026-06-15"]);
    }
}

#[test]
fn one_of_several_nodes_does_it() {
    let Some(database) = persistence::testing::postgresql() else { return };
    let config = tests::quick_config(database.url(), "127.0.0.1:0".parse().unwrap());
    let first = TestApp::start(database);
    let second = App::start(config, first.clock.clone(), Purpose::Serve).unwrap();
    run_jobs(&first.app, &[JOB]);
    run_jobs(&second, &[JOB]);
    assert_eq!(ran(), ["2026-06-15"]);
    first.clock.advance(TimeDelta::days(1));
    run_jobs(&second, &[JOB]);
    run_jobs(&first.app, &[JOB]);
    assert_eq!(ran(), ["2026-06-16"]);
}
