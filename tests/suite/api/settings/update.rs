use serde_json::json;
use tests::on_every_database;

use super::PATH;

on_every_database! {
    // U-22: whoever works is online too.
    fn thresholds_of_activity_fit_each_other(app: &TestApp) {
        let change = |body: serde_json::Value| {
            let headers = [("content-type", "application/merge-patch+json")];
            app.admin().send("PATCH", "/api/v1/settings", &headers, Some(body.to_string().as_bytes()))
        };
        change(json!({"activity_working_minutes": 100})).expect_fault(409, "thresholds_crossed", "/activity_online_minutes");
        change(json!({"activity_working_minutes": 100, "activity_online_minutes": 100})).expect(200);
    }

    fn the_days_begin_in_the_new_time_zone_at_once(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let anna = company.person("anna");
        let (department, position) = (company.department("d", None), company.position("p"));
        company.contract(&anna.worker, &department, &position, Some("2026-06-16"), None);
        let roles = || company.client_of(&anna).get("/api/v1/me").expect(200).json["roles"].clone();
        assert_eq!(roles(), json!([]));
        let changed = admin.patch_with(PATH, &[], json!({"time_zone": "Pacific/Kiritimati"})).expect(200);
        assert_eq!(changed.json["time_zone"], "Pacific/Kiritimati");
        assert!(changed.header("remit-revision").is_some());
        assert_eq!(roles(), json!(["employee"]));
        assert_eq!(admin.get(PATH).expect(200).json, changed.json);
        let log = admin.get("/api/v1/audit?entity=setting&limit=1").expect(200);
        let values = (&log.items()[0]["before"]["value"], &log.items()[0]["after"]["value"]);
        assert_eq!(values, (&json!("UTC"), &json!("Pacific/Kiritimati")));
    }

    fn bad_values_are_refused(app: &TestApp) {
        let patch = |body| app.admin().patch_with(PATH, &[], body);
        patch(json!({"time_zone": "Mars/Base"})).expect_fault(422, "bad_time_zone", "/time_zone");
        patch(json!({"time_zone": null})).expect_fault(400, "wrong_type", "/time_zone");
        patch(json!({"frob": 1})).expect_fault(400, "unknown_field", "/frob");
        patch(json!({})).expect(200);
        app.company().outsider().patch_with(PATH, &[], json!({"time_zone": "UTC"})).expect_missing("system", "settings.edit");
        assert_eq!(app.admin().get(PATH).json["time_zone"], "UTC");
    }
}
