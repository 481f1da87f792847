use serde_json::json;
use tests::on_every_database;

use super::ALL;

on_every_database! {
    // D-02
    fn everyone_with_a_contract_there_gets_the_role(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (sales, role) = (company.department("sales", None), company.automatic_role("sellers"));
        let anna = company.person("anna");
        company.contract(&anna.worker, &sales, &company.position("p"), Some("2026-01-01"), None);
        let link = format!("{ALL}/{sales}/roles/{role}");
        let linked = admin.put(&link, json!({})).expect(200);
        assert_eq!((&linked.json["sync"], &linked.json["linked_role_ids"]), (&json!(true), &json!([role])));
        assert_eq!(admin.put(&link, json!({})).expect(200).etag(), linked.etag());
        let members = admin.get(&format!("/api/v1/roles/{role}/members")).expect(200);
        assert_eq!(members.items()[0]["member_id"], json!(anna.user));
        let rules = admin.get(&format!("/api/v1/role-rules?role_id={role}")).expect(200);
        assert_eq!(rules.items()[0]["department_link"], true);

        let cleared = admin.send("DELETE", &link, &[], None).expect(204);
        assert!(cleared.header("remit-revision").is_some());
        assert!(admin.ids(&format!("/api/v1/roles/{role}/members")).is_empty());
        assert_eq!(admin.get(&format!("{ALL}/{sales}")).json["sync"], false);
        admin.send("DELETE", &link, &[], None).expect_problem(404, "not_found");
    }

    // D-02
    fn hr_sees_the_tag_and_can_not_change_it(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (sales, role) = (company.department("sales", None), company.automatic_role("sellers"));
        let link = format!("{ALL}/{sales}/roles/{role}");
        admin.put(&link, json!({})).expect(200);
        let hr = company.with_rights("hr", "system", &["department.edit"]);
        assert_eq!(hr.column(ALL, "sync"), ["true"]);
        hr.send("DELETE", &link, &[], None).expect_missing("system", "department.link_role");
        hr.put(&link, json!({})).expect_missing("system", "department.link_role");
        let path = format!("{ALL}/{sales}");
        hr.patch(&path, json!({"linked_role_ids": []})).expect_fault(400, "unknown_field", "/linked_role_ids");
        hr.patch(&path, json!({"sync": false})).expect_fault(400, "unknown_field", "/sync");
        assert_eq!(hr.patch(&path, json!({"name": "Selling"})).expect(200).json["sync"], true);
    }

    // D-02, R-03
    fn only_an_automatic_role_is_linked(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (sales, role) = (company.department("sales", None), company.role("manual", 0));
        admin.put(&format!("{ALL}/{sales}/roles/{role}"), json!({})).expect_problem(409, "role_not_automatic");
        admin.put(&format!("{ALL}/{sales}/roles/{sales}"), json!({})).expect_problem(404, "not_found");
        admin.put(&format!("{ALL}/{role}/roles/{role}"), json!({})).expect_problem(404, "not_found");
        admin.put(&format!("{ALL}/{sales}/roles/x"), json!({})).expect_problem(404, "not_found");
    }
}
