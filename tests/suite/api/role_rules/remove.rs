use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    // R-06
    fn its_members_leave_with_it(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let anna = company.person("anna");
        company.contract(&anna.worker, &company.department("d", None), &company.position("p"), None, None);
        let role = company.automatic_role("r");
        let rule = company.rule(&role, json!({"contract_types": ["employment"]}));
        let members = format!("/api/v1/roles/{role}/members");
        assert_eq!(admin.ids(&members).len(), 1);
        company.with_rights("reader", "system", &["role.read"]).delete(&format!("{ALL}/{rule}")).expect_missing("system", "role.edit");
        common::removal_needs_the_present_tag(&admin, &format!("{ALL}/{rule}"));
        assert!(admin.ids(&members).is_empty());
    }
}
