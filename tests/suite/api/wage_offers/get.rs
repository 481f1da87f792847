use serde_json::json;
use tests::on_every_database;

use super::{ALL, body, wage_type};
use crate::api::common;

on_every_database! {
    fn it_is_read_with_its_tag(app: &TestApp) {
        let company = app.company();
        let id = company.make("wage-offers", body(&company.role("r", 0), &wage_type(&company, "overtime")));
        common::read_knows_tags_and_ids(app, "wage-offers", &id);
        company.outsider().get(&format!("{ALL}/{id}")).expect_problem(404, "not_found");
        for action in ["wage_type.edit", "grant.read"] {
            company.with_rights(action, "system", &[action]).get(&format!("{ALL}/{id}")).expect(200);
        }
    }

    // P-07: people see their own personal ones.
    fn people_read_what_is_offered_to_them(app: &TestApp) {
        let company = app.company();
        let (jana, other, overtime) = (company.user("jana"), company.user("other"), wage_type(&company, "overtime"));
        let id = company.make("wage-offers", json!({"holder_type": "user", "holder_id": jana, "wage_type_id": overtime}));
        company.client(&jana).get(&format!("{ALL}/{id}")).expect(200);
        company.client(&other).get(&format!("{ALL}/{id}")).expect_problem(404, "not_found");
        let patch = company.client(&jana).patch_with(&format!("{ALL}/{id}"), &[("if-match", "*")], json!({"max_per_day": 1}));
        patch.expect_missing("system", "wage_type.edit");
    }
}
