use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    fn actions_and_window_change_with_the_present_tag(app: &TestApp) {
        let company = app.company();
        let path = format!("{ALL}/{}", company.grant(&company.role("r", 0), "hr", json!({"type": "all"}), &["read"], &[]));
        let patch = json!({"allow": ["contracts.read", "read"], "deny": ["edit"], "valid_to": "2026-12-31"});
        common::change_needs_the_present_tag(&app.admin(), &path, &patch);
        app.admin().patch(&path, json!({"allow": [], "deny": []})).expect_problem(422, "grant_empty");
    }

    // P-02
    fn holder_module_and_scope_are_fixed(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (role, other, department) = (company.role("r", 0), company.role("o", 0), company.department("d", None));
        let scope = json!({"type": "department", "id": department, "include_subtree": true});
        let path = format!("{ALL}/{}", company.grant(&role, "hr", scope, &["read"], &[]));
        let narrower = json!({"type": "department", "id": department, "include_subtree": false});
        for patch in [json!({"holder_id": other}), json!({"scope": {"type": "all", "id": null, "include_subtree": null}}), json!({"scope": narrower})] {
            admin.patch(&path, patch).expect_problem(422, "grant_fixed").expect_rule("P-02");
        }
        admin.patch(&path, json!({"module": "time", "allow": ["record"]})).expect_problem(422, "grant_fixed");
        admin.patch(&path, json!({"source": "template"})).expect_fault(400, "unknown_field", "/source");
    }

    // R-09
    fn administering_can_not_be_given_away_by_the_last(app: &TestApp) {
        let admin = app.admin();
        let role = &admin.ids("/api/v1/roles?code=system-administrator")[0];
        let path = format!("{ALL}/{}", admin.ids(&format!("{ALL}?role_id={role}"))[0]);
        admin.patch(&path, json!({"allow": ["user.read"]})).expect_problem(409, "last_administrator").expect_rule("R-09");
        admin.patch(&path, json!({"valid_to": "2027-01-01"})).expect_problem(409, "last_administrator");
        admin.delete(&path).expect_problem(409, "last_administrator");
    }

    fn it_needs_grant_edit(app: &TestApp) {
        let company = app.company();
        let path = format!("{ALL}/{}", company.grant(&company.role("r", 0), "hr", json!({"type": "all"}), &["read"], &[]));
        let reader = company.with_rights("reader", "system", &["grant.read"]);
        reader.patch(&path, json!({"allow": ["edit"]})).expect_missing("system", "grant.edit");
        reader.delete(&path).expect_missing("system", "grant.edit");
    }
}
