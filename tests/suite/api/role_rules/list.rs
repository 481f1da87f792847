use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    fn filters_are_typed_and_combine(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (role, department) = (company.automatic_role("r"), company.department("d", None));
        let old = company.rule(&role, json!({"all_workers": true, "valid_to": "2025-12-31", "external_id": "rule-1"}));
        admin.put(&format!("/api/v1/departments/{department}/roles/{role}"), json!({})).expect(200);
        let found = |query: &str| admin.ids(&format!("{ALL}?{query}"));
        assert_eq!(found(&format!("role_id={role}")).len(), 2);
        assert_eq!(found(&format!("role_id={role}&at=2025-12-31&department_link=false")), [old.as_str()]);
        assert_eq!(found("external_id=rule-1"), [old.as_str()]);
        assert_eq!(found("department_link=true").len(), 1);
        admin.get(&format!("{ALL}?q=x")).expect_fault(400, "unknown_parameter", "q");
        common::list_names_bad_parameters(&admin, ALL);
        company.outsider().get(ALL).expect_missing("system", "role.read");
    }

    fn pages_are_stable_with_equal_keys(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let role = company.automatic_role("r");
        let make = |_| company.rule(&role, json!({"all_workers": true}));
        let delete = |id: &str| drop(admin.delete(&format!("{ALL}/{id}")).expect(204));
        common::pages_are_stable(&admin, &format!("{ALL}?sort=-created_at"), &make, Some(&delete));
    }
}
