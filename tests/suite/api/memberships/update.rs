use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    fn its_window_changes_with_the_present_tag(app: &TestApp) {
        let company = app.company();
        let path = format!("{ALL}/{}", company.member(&company.role("r", 0), &company.user("jana")));
        let patch = json!({"valid_from": "2026-01-01", "valid_to": "2026-12-31", "external_id": "m-1"});
        common::change_needs_the_present_tag(&app.admin(), &path, &patch);
        app.admin().patch(&path, json!({"valid_to": "2025-12-31"})).expect_fault(422, "window_reversed", "/valid_to");
    }

    // R-02
    fn role_and_member_are_fixed(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let path = format!("{ALL}/{}", company.member(&company.role("r", 0), &company.user("jana")));
        let (role, user) = (company.role("other", 0), company.user("ben"));
        for patch in [json!({"role_id": role}), json!({"member_id": user}), json!({"member_type": "role", "member_id": role})] {
            admin.patch(&path, patch).expect_problem(422, "membership_fixed").expect_rule("R-02");
        }
        admin.patch(&path, json!({"source": "scim"})).expect_fault(400, "unknown_field", "/source");
    }

    // R-03
    fn an_automatic_one_is_locked(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let anna = company.person("anna");
        company.contract(&anna.worker, &company.department("d", None), &company.position("p"), None, None);
        let path = format!("{ALL}/{}", admin.ids(&format!("{ALL}?source=automatic"))[0]);
        admin.patch(&path, json!({"valid_to": "2030-01-01"})).expect_problem(409, "role_is_automatic").expect_rule("R-03");
    }

    // R-01
    fn managers_change_those_of_their_role(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (role, boss) = (company.role("own", 0), company.user("boss"));
        admin.patch(&format!("/api/v1/roles/{role}"), json!({"manager_ids": [boss]})).expect(200);
        let path = format!("{ALL}/{}", company.member(&role, &company.user("jana")));
        company.client(&boss).patch(&path, json!({"valid_to": "2026-12-31"})).expect(200);
        let reader = company.with_rights("reader", "system", &["role.read"]);
        reader.patch(&path, json!({"valid_to": null})).expect_missing("system", "role.assign");
    }
}
