use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    fn it_needs_the_present_tag(app: &TestApp) {
        let company = app.company();
        let path = format!("{ALL}/{}", company.role("r", 0));
        let patch = json!({"name": "New", "priority": 7, "note": "n", "manager_ids": [company.user("jana")]});
        common::change_needs_the_present_tag(&app.admin(), &path, &patch);
    }

    // R-01
    fn the_mode_is_fixed_while_there_are_members_or_rules(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let manual = company.role("manual", 0);
        let membership = company.member(&manual, &company.user("jana"));
        let path = format!("{ALL}/{manual}");
        let refused = admin.patch(&path, json!({"mode": "automatic"}));
        refused.expect_fault(409, "role_mode_fixed", "/mode").expect_rule("R-01");
        admin.delete(&format!("/api/v1/memberships/{membership}")).expect(204);
        admin.patch(&path, json!({"mode": "automatic"})).expect(200);
        company.rule(&manual, json!({"all_workers": true}));
        admin.patch(&path, json!({"mode": "manual"})).expect_fault(409, "role_mode_fixed", "/mode");
    }

    // R-02
    fn a_role_with_roles_in_it_becomes_no_list_of_people(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (inner, outer) = (company.role("inner", 0), company.role("outer", 0));
        company.nest(&inner, &outer);
        let refused = admin.patch(&format!("{ALL}/{outer}"), json!({"purpose": "people_list"}));
        refused.expect_fault(409, "people_list_holds_users", "/purpose").expect_rule("R-02");
        company.member(&inner, &company.user("jana"));
        admin.patch(&format!("{ALL}/{inner}"), json!({"purpose": "people_list"})).expect(200);
    }

    // R-09
    fn the_administrators_role_keeps_its_power(app: &TestApp) {
        let admin = app.admin();
        let role = &admin.ids(&format!("{ALL}?code=system-administrator"))[0];
        let refused = admin.patch(&format!("{ALL}/{role}"), json!({"valid_to": "2026-12-31"}));
        refused.expect_problem(409, "last_administrator").expect_rule("R-09");
        admin.patch(&format!("{ALL}/{role}"), json!({"name": "Root"})).expect(200);
    }

    fn it_needs_role_edit(app: &TestApp) {
        let company = app.company();
        let path = format!("{ALL}/{}", company.role("r", 0));
        company.with_rights("reader", "system", &["role.read"]).patch(&path, json!({"name": "x"})).expect_missing("system", "role.edit");
    }
}
