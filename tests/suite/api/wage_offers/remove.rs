use serde_json::json;
use tests::on_every_database;

use super::{ALL, body, wage_type};
use crate::api::common;

on_every_database! {
    fn it_needs_the_present_tag(app: &TestApp) {
        let company = app.company();
        let id = company.make("wage-offers", body(&company.role("r", 0), &wage_type(&company, "overtime")));
        let path = format!("{ALL}/{id}");
        company.outsider().send("DELETE", &path, &[("if-match", "*")], None).expect_problem(404, "not_found");
        common::removal_needs_the_present_tag(&app.admin(), &path);
    }

    // R-03: as with grants, a role that offers something stays.
    fn a_role_that_offers_stays(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let role = company.role("r", 0);
        let offer = company.make("wage-offers", body(&role, &wage_type(&company, "overtime")));
        let refused = admin.delete(&format!("/api/v1/roles/{role}")).expect_problem(409, "in_use");
        assert!(refused.json["detail"].as_str().unwrap().contains("offers of wage types: 1"), "{}", refused.text);
        company.remove("wage-offers", &offer);
        admin.delete(&format!("/api/v1/roles/{role}")).expect(204);
    }

    // U-06: what is offered in person ends with the account, and does not come back with it; U-08: what the log then
    // says of it names nobody.
    fn personal_ones_end_with_the_account(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (jana, overtime) = (company.user("jana"), wage_type(&company, "overtime"));
        let offer = json!({
            "external_id": "of-qwyjibo", "holder_type": "user", "holder_id": jana, "wage_type_id": overtime,
        });
        company.make("wage-offers", offer);
        company.remove("users", &jana);
        assert!(admin.ids(&format!("{ALL}?user_id={jana}")).is_empty());
        admin.verb(&format!("/api/v1/users/{jana}/restore")).expect(200);
        assert!(admin.ids(&format!("{ALL}?user_id={jana}")).is_empty());
        company.remove("users", &jana);
        let told = || admin.get("/api/v1/audit?entity=wage_offer").expect(200).text;
        assert!(told().contains("qwyjibo"));
        admin.verb(&format!("/api/v1/users/{jana}/forget")).expect(200);
        assert!(!told().contains("qwyjibo"), "{}", told());
    }
}
