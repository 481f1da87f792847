//! Each operation has one runner at a time.

use std::time::Duration;

use chrono::TimeDelta;
use persistence::{OperationState, StoreError};
use tests::on_every_database;

use super::{ALL, FILE};

on_every_database! {
    // Commands run what is queued, beside a service that does so as well.
    fn who_runs_what_is_queued_waits_for_what_is_under_way(app: &TestApp) {
        let admin = app.admin();
        for _ in 0..5 {
            let started = admin.import("departments", "atomic", "text/csv", FILE).expect(202);
            api::jobs::run_pending(&app.app).unwrap();
            assert_eq!(admin.get(&format!("{ALL}/{}", started.id())).json["state"], "succeeded");
        }
    }

    // A node that was away for too long finds that another has gone on in its place: it leaves everything as it is.
    fn who_lost_an_operation_does_nothing_more_of_it(app: &TestApp) {
        let admin = app.admin();
        let rows = 1_200;
        let file: String = (0..rows).map(|number| format!("d-{number},c-{number},Department {number}\n")).collect();
        let file = format!("external_id,code,name\n{file}");
        let path = format!("{ALL}/{}", admin.import("departments", "per_row", "text/csv", &file).expect(202).id());
        let id = path.rsplit('/').next().unwrap().parse().unwrap();
        let author = app.app.service().author(None);
        let other = loop {
            let taken = app.app.store().write(&author, |tx| {
                let silent = tx.now() + TimeDelta::hours(1);
                let present = tx.reader().operation(id)?.unwrap();
                assert!(present.finished_at.is_none(), "it was too quick");
                let begun = present.state == OperationState::Running && present.done > 0;
                Ok::<_, StoreError>(if begun { tx.start_next_operation(silent)? } else { None })
            });
            if let Some(operation) = taken.unwrap().value {
                break operation;
            }
        };
        let present = || {
            let operation = app.app.store().read(|reader| reader.operation(other.id)).unwrap();
            let departments = admin.get("/api/v1/departments?total=true&limit=1").expect(200).json["total"].clone();
            (operation, departments)
        };
        let left = present();
        std::thread::sleep(Duration::from_millis(1_500));
        assert_eq!(present(), left);
        assert_eq!(left.0.as_ref(), Some(&other));

        // The other is not heard of any more.
        app.clock.advance(TimeDelta::seconds(11));
        let ended = admin.send("GET", &path, &[("prefer", "wait=60")], None).expect(200).json;
        assert_eq!((&ended["state"], &ended["result"]["created"]), (&"succeeded".into(), &rows.into()), "{ended}");
        assert_eq!(present().1, rows);
    }
}
