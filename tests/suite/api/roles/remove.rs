use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    fn members_and_rules_go_with_it(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let anna = company.person("anna");
        company.contract(&anna.worker, &company.department("d", None), &company.position("p"), None, None);
        let (manual, automatic) = (company.role("m", 0), company.automatic_role("a"));
        company.member(&manual, &anna.user);
        company.rule(&automatic, json!({"all_workers": true}));
        assert_eq!(admin.ids(&format!("{ALL}/{automatic}/members")).len(), 1);
        for role in [manual, automatic] {
            common::removal_needs_the_present_tag(&admin, &format!("{ALL}/{role}"));
            assert!(admin.ids(&format!("/api/v1/memberships?role_id={role}")).is_empty());
            assert!(admin.ids(&format!("/api/v1/role-rules?role_id={role}")).is_empty());
        }
        assert_eq!(app.faults(), Vec::<String>::new());
    }

    fn one_in_use_stays(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (inner, outer) = (company.automatic_role("inner"), company.role("outer", 0));
        let path = format!("{ALL}/{inner}");
        let grant = company.grant(&inner, "hr", json!({"type": "all"}), &["read"], &[]);
        let nested = company.nest(&inner, &outer);
        let link = format!("/api/v1/departments/{}/roles/{inner}", company.department("d", None));
        admin.put(&link, json!({})).expect(200);
        admin.delete(&path).expect_problem(409, "in_use");
        admin.delete(&format!("/api/v1/grants/{grant}")).expect(204);
        admin.delete(&path).expect_problem(409, "in_use");
        admin.delete(&format!("/api/v1/memberships/{nested}")).expect(204);
        admin.delete(&path).expect_problem(409, "in_use");
        admin.send("DELETE", &link, &[], None).expect(204);
        admin.delete(&path).expect(204);
    }

    fn it_needs_role_edit(app: &TestApp) {
        let company = app.company();
        let path = format!("{ALL}/{}", company.role("r", 0));
        company.with_rights("reader", "system", &["role.read"]).delete(&path).expect_missing("system", "role.edit");
    }
}
