use serde_json::json;
use tests::on_every_database;

use super::{ALL, body};
use crate::api::common;

on_every_database! {
    fn it_needs_the_present_tag(app: &TestApp) {
        let company = app.company();
        let path = format!("{ALL}/{}", company.make("wage-types", body("holiday")));
        company.outsider().delete(&path).expect_missing("system", "wage_type.edit");
        common::removal_needs_the_present_tag(&app.admin(), &path);
    }

    // P-07: what is offered stays.
    fn one_that_is_offered_stays(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let holiday = company.make("wage-types", body("holiday"));
        let path = format!("{ALL}/{holiday}");
        let offer = company.make("wage-offers", json!({"holder_id": company.role("r", 0), "wage_type_id": holiday}));
        let refused = admin.delete(&path).expect_problem(409, "in_use");
        assert!(refused.json["detail"].as_str().unwrap().contains("offers: 1"), "{}", refused.text);
        company.remove("wage-offers", &offer);
        admin.delete(&path).expect(204);
    }
}
