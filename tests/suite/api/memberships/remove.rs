use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    fn it_needs_the_present_tag(app: &TestApp) {
        let company = app.company();
        let path = format!("{ALL}/{}", company.member(&company.role("r", 0), &company.user("jana")));
        common::removal_needs_the_present_tag(&app.admin(), &path);
    }

    // R-03
    fn an_automatic_one_ends_with_its_contract_only(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let anna = company.person("anna");
        company.contract(&anna.worker, &company.department("d", None), &company.position("p"), None, None);
        let path = format!("{ALL}/{}", admin.ids(&format!("{ALL}?source=automatic"))[0]);
        admin.delete(&path).expect_problem(409, "role_is_automatic").expect_rule("R-03");
    }

    // R-09
    fn the_last_administrator_stays_one(app: &TestApp) {
        let admin = app.admin();
        let role = &admin.ids("/api/v1/roles?code=system-administrator")[0];
        let path = format!("{ALL}/{}", admin.ids(&format!("{ALL}?role_id={role}"))[0]);
        admin.delete(&path).expect_problem(409, "last_administrator").expect_rule("R-09");
        admin.patch(&path, json!({"valid_to": "2030-01-01"})).expect_problem(409, "last_administrator");
        app.company().member(role, &app.company().user("second"));
        admin.delete(&path).expect(204);
    }

    // R-01
    fn managers_remove_members_of_their_role_and_of_no_other(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (own, other, boss, jana) = (company.role("own", 0), company.role("other", 0), company.user("boss"), company.user("jana"));
        admin.patch(&format!("/api/v1/roles/{own}"), json!({"manager_ids": [boss]})).expect(200);
        let manager = company.client(&boss);
        let (mine, hers) = (company.member(&own, &jana), company.member(&other, &jana));
        manager.delete(&format!("{ALL}/{mine}")).expect(204);
        manager.send("DELETE", &format!("{ALL}/{hers}"), &[("if-match", "*")], None).expect(403);
        admin.get(&format!("{ALL}/{hers}")).expect(200);
    }
}
