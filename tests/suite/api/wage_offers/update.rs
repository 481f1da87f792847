use serde_json::json;
use tests::on_every_database;

use super::{ALL, body, wage_type};
use crate::api::common;

on_every_database! {
    fn it_needs_the_present_tag(app: &TestApp) {
        let company = app.company();
        let id = company.make("wage-offers", body(&company.role("r", 0), &wage_type(&company, "overtime")));
        let patch = json!({"mode": "workflow", "max_per_day": 7.5, "valid_from": "2026-01-01"});
        common::change_needs_the_present_tag(&app.admin(), &format!("{ALL}/{id}"), &patch);
    }

    // P-07: null takes a limit away.
    fn limits_come_and_go(app: &TestApp) {
        let company = app.company();
        let mut body = body(&company.role("r", 0), &wage_type(&company, "overtime"));
        body["max_per_day"] = json!(8);
        let id = company.make("wage-offers", body);
        let changed = company.change("wage-offers", &id, json!({"max_per_day": null, "max_per_year": 100}));
        assert_eq!((&changed["max_per_day"], &changed["max_per_year"]), (&json!(null), &json!(100)));
    }

    // P-07
    fn what_is_offered_to_whom_stays(app: &TestApp) {
        let company = app.company();
        let (role, other) = (company.role("r", 0), company.role("s", 0));
        let (overtime, bonus) = (wage_type(&company, "overtime"), wage_type(&company, "bonus"));
        let path = format!("{ALL}/{}", company.make("wage-offers", body(&role, &overtime)));
        for patch in [json!({"holder_id": other}), json!({"wage_type_id": bonus}), json!({"own": true})] {
            app.admin().patch(&path, patch).expect_problem(422, "wage_offer_fixed").expect_rule("P-07");
        }
    }
}
