//! A day begins at 00:00 in the organisation's time zone, which is a setting (Conventions).

use serde_json::json;
use tests::{Answer, TestApp, on_every_database};

use super::{no, yes};

fn set_zone(app: &TestApp, name: &str) -> Answer {
    app.admin().patch_with("/api/v1/settings", &[], json!({"time_zone": name}))
}

on_every_database! {
    fn the_time_zone_moves_the_border_of_days(app: &TestApp) {
        let company = app.company();
        let (anna, x) = (company.user("anna"), company.worker("x"));
        company.make("grants", json!({
            "holder_type": "user", "holder_id": anna, "module": "time", "scope": {"type": "all"}, "allow": ["record"],
            "valid_from": "2026-06-10", "valid_to": "2026-06-30",
        }));
        let asked = |time: &str| company.decide(&anna, "time:record", &x, Some(time));
        let at = |time: &str, held: bool| {
            assert_eq!(asked(time), if held { yes("personal_allow") } else { no("no_grant") }, "{time}");
        };
        at("2026-06-30T23:59:59Z", true);
        at("2026-07-01T00:00:00Z", false);
        assert_eq!(set_zone(app, "Europe/Prague").expect(200).json["time_zone"], "Europe/Prague");
        at("2026-06-09T21:59:59Z", false);
        at("2026-06-09T22:00:00Z", true);
        at("2026-06-30T21:59:59Z", true);
        at("2026-06-30T22:00:00Z", false);
        at("2026-06-30T23:59:59+02:00", true);
        set_zone(app, "America/New_York").expect(200);
        at("2026-07-01T03:59:59Z", true);
        at("2026-07-01T04:00:00Z", false);
        // A day is a day in whatever zone.
        at("2026-06-30", true);
        at("2026-07-01", false);
    }

    fn now_belongs_to_the_organisations_day(app: &TestApp) {
        let company = app.company();
        let (anna, x) = (company.user("anna"), company.worker("x"));
        company.make("grants", json!({
            "holder_type": "user", "holder_id": anna, "module": "time", "scope": {"type": "all"}, "allow": ["record"],
            "valid_to": "2026-06-30",
        }));
        app.clock.set("2026-06-30T22:30:00Z".parse().unwrap());
        assert_eq!(company.decide(&anna, "time:record", &x, None), yes("personal_allow"));
        set_zone(app, "Europe/Prague").expect(200);
        assert_eq!(company.decide(&anna, "time:record", &x, None), no("no_grant"));
        let rights = app.admin().get(&format!("/api/v1/users/{anna}/permissions")).expect(200);
        assert_eq!((&rights.json["day"], &rights.json["items"]), (&json!("2026-07-01"), &json!([])));
        // W-02: closing looks at the same day.
        let contract =
            company.contract(&x, &company.department("d", None), &company.position("p"), None, Some("2026-06-30"));
        app.admin().verb(&format!("/api/v1/workers/{x}/close")).expect(200);
        assert!(!contract.is_empty());
    }

    fn the_setting_is_checked_and_recorded(app: &TestApp) {
        let refused = set_zone(app, "Europe/Atlantis").expect_problem(422, "bad_time_zone");
        assert_eq!(refused.pointers(), ["/time_zone"]);
        assert_eq!(app.admin().get("/api/v1/settings").expect(200).json["time_zone"], "UTC");
        set_zone(app, "Europe/Prague").expect(200);
        let log = app.admin().get("/api/v1/audit?entity=setting&limit=1").expect(200);
        let entry = &log.items()[0];
        assert_eq!((&entry["before"]["value"], &entry["after"]["value"]), (&json!("UTC"), &json!("Europe/Prague")));
        assert_eq!(app.admin().get("/api/v1/me").expect(200).json["time_zone"], "Europe/Prague");
    }

    // A day that begins twice: clocks are set back on 25 October 2026 in Prague.
    fn a_day_of_twenty_five_hours_is_one_day(app: &TestApp) {
        let company = app.company();
        let (anna, x) = (company.user("anna"), company.worker("x"));
        set_zone(app, "Europe/Prague").expect(200);
        company.make("grants", json!({
            "holder_type": "user", "holder_id": anna, "module": "time", "scope": {"type": "all"}, "allow": ["record"],
            "valid_from": "2026-10-25", "valid_to": "2026-10-25",
        }));
        for (time, held) in [
            ("2026-10-24T21:59:59Z", false),
            ("2026-10-24T22:00:00Z", true),
            ("2026-10-25T22:59:59Z", true),
            ("2026-10-25T23:00:00Z", false),
        ] {
            assert_eq!(company.decide(&anna, "time:record", &x, Some(time)).0, held, "{time}");
        }
    }
}
