//! What is done every day: each job once for each day when its time has come, on one node. Of days that were
//! missed the last one is made up for, once.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use crate::app::{App, StartError};
use crate::clock::Zone;
use crate::commands::Refusal;
use crate::commands::times::{NIGHTLY_AT, TimeOfDay};
use crate::jobs::{endings, role_sync};

/// A job that is done every day.
pub struct Daily {
    /// Its name; runs are kept under it.
    pub name: &'static str,
    /// When.
    pub at: &'static TimeOfDay,
    /// What is done for a day. It may be tried again after a failure, so it finds out what is left to do.
    pub run: fn(&App, NaiveDate) -> Result<(), Refusal>,
}

/// Every job, in the order in which those of the same time are done.
const JOBS: &[Daily] = &[
    Daily { name: "leaving", at: &NIGHTLY_AT, run: endings::leaving },
    Daily { name: "role_sync", at: &NIGHTLY_AT, run: role_sync::nightly },
    Daily { name: "invitation_expired", at: &NIGHTLY_AT, run: endings::invitations },
    Daily { name: "contract_ending", at: &NIGHTLY_AT, run: endings::contracts },
    Daily { name: "role_window_ending", at: &NIGHTLY_AT, run: endings::roles },
    Daily { name: "area_without_able_owner", at: &NIGHTLY_AT, run: endings::areas },
];

/// How often it is looked whether the time of a job has come.
const TICK: Duration = Duration::from_secs(20);

/// How often the thread looks whether the process is about to end.
const NAP: Duration = Duration::from_millis(200);

/// A run that has not ended after so long is given up: whoever was at it has failed.
const GIVEN_UP: TimeDelta = TimeDelta::hours(1);

/// Starts the thread that does what is due.
///
/// # Errors
/// The system gives no thread.
pub fn start(app: &App) -> Result<(), StartError> {
    let app = app.clone();
    std::thread::Builder::new().name("remit-daily".into()).spawn(move || {
        let mut ticked = std::time::Instant::now();
        while !app.runner().stopping() {
            std::thread::sleep(NAP);
            if ticked.elapsed() >= TICK && app.live().ready() {
                ticked = std::time::Instant::now();
                run_due(&app);
            }
        }
    })?;
    Ok(())
}

/// Does here and now every job that is due and that nobody else is at. What fails is logged, and tried again
/// when its time is over.
pub fn run_due(app: &App) {
    run_jobs(app, JOBS);
}

/// The same for some jobs.
pub fn run_jobs(app: &App, jobs: &[Daily]) {
    // Whoever comes second in this process goes on when the first one is done.
    let _turn = app.runner().daily();
    for job in jobs {
        if let Err(refusal) = run(app, job) {
            log::error!("daily job {} failed: {:?}", job.name, refusal.faults());
        }
    }
}

fn run(app: &App, job: &Daily) -> Result<(), Refusal> {
    let now = app.clock().now();
    let (time, last) =
        app.store().read(|reader| Ok::<_, Refusal>((job.at.read(reader)?, reader.last_daily_run(job.name)?)))?;
    let day = day_due(&app.zone(), time, now);
    let given_up = now - GIVEN_UP;
    if last.is_some_and(|last| !last.leaves(day, given_up)) {
        return Ok(());
    }
    let author = app.service().author(Some(format!("daily job {}", job.name)));
    let claim = app.store().write(&author, |tx| Ok::<_, Refusal>(tx.claim_daily_run(job.name, day, given_up)?))?;
    if !claim.value {
        return Ok(());
    }
    (job.run)(app, day)?;
    app.store().write(&author, |tx| Ok::<_, Refusal>(tx.finish_daily_run(job.name, day)?))?;
    Ok(())
}

/// The latest day on which a time of day has come: today, or until then the day before. A time that clocks
/// skip comes when they have; one that they show twice comes the first time.
fn day_due(zone: &Zone, time: NaiveTime, now: DateTime<Utc>) -> NaiveDate {
    let today = zone.day(now);
    if zone.instant(today, time) <= now {
        return today;
    }
    zone.day(zone.start_of_day(today) - TimeDelta::microseconds(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn due(zone: &str, time: &str, now: &str) -> String {
        day_due(&Zone::parse(zone).unwrap(), time.parse().unwrap(), now.parse().unwrap()).to_string()
    }

    #[test]
    fn a_day_is_due_from_its_time_on() {
        assert_eq!(due("Europe/Prague", "02:00:00", "2026-06-14T23:59:59Z"), "2026-06-14");
        assert_eq!(due("Europe/Prague", "02:00:00", "2026-06-15T00:00:00Z"), "2026-06-15");
        assert_eq!(due("UTC", "00:00:00", "2026-06-15T00:00:00Z"), "2026-06-15");
    }

    #[test]
    fn a_time_that_is_skipped_comes_when_the_clocks_have_been_set() {
        // At 02:00 they were set to 03:00, which is 01:00 UTC.
        assert_eq!(due("Europe/Prague", "02:30:00", "2026-03-29T00:59:59Z"), "2026-03-28");
        assert_eq!(due("Europe/Prague", "02:30:00", "2026-03-29T01:00:00Z"), "2026-03-29");
    }

    #[test]
    fn a_time_that_comes_twice_counts_the_first_time() {
        // At 03:00 they were set back to 02:00: 02:30 is 00:30 UTC, and 01:30 UTC again.
        assert_eq!(due("Europe/Prague", "02:30:00", "2026-10-25T00:29:59Z"), "2026-10-24");
        for now in ["2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z", "2026-10-25T01:30:00Z"] {
            assert_eq!(due("Europe/Prague", "02:30:00", now), "2026-10-25");
        }
    }

    #[test]
    fn a_day_that_was_skipped_is_never_due() {
        assert_eq!(due("Pacific/Apia", "02:00:00", "2011-12-30T11:00:00Z"), "2011-12-29");
    }
}
