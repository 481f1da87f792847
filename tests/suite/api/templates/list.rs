use serde_json::json;
use tests::on_every_database;

use super::{ALL, body, some};
use crate::api::common;

on_every_database! {
    fn filters_are_typed_and_combine(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (first, second) = (some(&company, "a"), some(&company, "b"));
        company.change("templates", &first, json!({"name": "Anton", "external_id": "t-1"}));
        let (role, department) = (company.id_of("roles", "a"), company.id_of("departments", "b"));
        let found = |query: &str| admin.ids(&format!("{ALL}?{query}"));
        assert_eq!(found(&format!("role_id={role}")), [first.as_str()]);
        assert_eq!(found(&format!("department_id={department}")), [second.as_str()]);
        assert!(found(&format!("department_id={department}&role_id={role}")).is_empty());
        assert_eq!(found("external_id=t-1"), [first.as_str()]);
        assert_eq!(found("q=ant"), [first.as_str()]);
        assert_eq!(found("sort=-name"), [second.as_str(), first.as_str()]);
        common::list_names_bad_parameters(&admin, ALL);
        company.outsider().get(ALL).expect_missing("system", "grant.read");
    }

    fn pages_are_stable_with_equal_keys(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (role, department) = (company.role("r", 0), company.department("d", None));
        let make = |_| company.make("templates", body(&department, "task", &role, &["read"]));
        let delete = |id: &str| drop(admin.delete(&format!("{ALL}/{id}")).expect(204));
        common::pages_are_stable(&admin, &format!("{ALL}?sort=name"), &make, Some(&delete));
    }
}
