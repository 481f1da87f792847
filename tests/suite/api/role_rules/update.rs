use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    fn it_needs_the_present_tag(app: &TestApp) {
        let company = app.company();
        let path = format!("{ALL}/{}", company.rule(&company.automatic_role("r"), json!({"all_workers": true})));
        let patch = json!({"all_workers": false, "worker_kinds": ["contractor"], "valid_from": "2026-01-01"});
        common::change_needs_the_present_tag(&app.admin(), &path, &patch);
    }

    // R-05, R-06
    fn members_follow_at_once(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let anna = company.person("anna");
        let (department, position) = (company.department("d", None), company.position("p"));
        company.contract(&anna.worker, &department, &position, Some("2026-01-01"), None);
        let role = company.automatic_role("r");
        let path = format!("{ALL}/{}", company.rule(&role, json!({"departments": [{"id": department}]})));
        let members = |field: &str| admin.column(&format!("/api/v1/roles/{role}/members"), field);
        assert_eq!(members("valid_to"), ["-"]);
        admin.patch(&path, json!({"valid_to": "2026-12-31"})).expect(200);
        assert_eq!((members("valid_from"), members("valid_to")), (vec!["2026-01-01".into()], vec!["2026-12-31".into()]));
        admin.patch(&path, json!({"contract_types": ["service"]})).expect(200);
        assert!(members("id").is_empty());
    }

    // D-02, R-04
    fn role_and_links_are_fixed(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (role, other, department) = (company.automatic_role("r"), company.automatic_role("o"), company.department("d", None));
        let path = format!("{ALL}/{}", company.rule(&role, json!({"all_workers": true})));
        admin.patch(&path, json!({"role_id": other})).expect_fault(422, "not_changeable", "/role_id");
        admin.put(&format!("/api/v1/departments/{department}/roles/{other}"), json!({})).expect(200);
        let link = format!("{ALL}/{}", admin.ids(&format!("{ALL}?role_id={other}"))[0]);
        admin.patch(&link, json!({"valid_to": "2026-12-31"})).expect_problem(409, "rule_is_link").expect_rule("D-02");
        admin.delete(&link).expect_problem(409, "rule_is_link").expect_rule("D-02");
    }
}
