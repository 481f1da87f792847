use serde_json::json;
use tests::on_every_database;

use super::{ALL, body};
use crate::api::common;

on_every_database! {
    fn filters_are_typed_and_combine(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (role, position) = (company.role("r", 0), company.position("p"));
        let folders = company.make("protection-rules", body("hr", &role));
        let class = json!({"name": "Another", "external_id": "rule-1", "class": "protected", "position_ids": [position]});
        let areas = company.make("protection-rules", class);
        let found = |query: &str| admin.ids(&format!("{ALL}?{query}"));
        assert_eq!(found("module=hr"), [folders.as_str()]);
        assert_eq!(found("class=protected"), [areas.as_str()]);
        assert_eq!(found(&format!("role_id={role}")), [folders.as_str()]);
        assert_eq!(found(&format!("position_id={position}")), [areas.as_str()]);
        assert!(found(&format!("position_id={position}&role_id={role}")).is_empty());
        assert_eq!(found("external_id=rule-1"), [areas.as_str()]);
        assert_eq!(found("q=ano"), [areas.as_str()]);
        common::list_names_bad_parameters(&admin, ALL);
        company.outsider().get(ALL).expect_missing("system", "role.read");
    }

    fn pages_are_stable_with_equal_keys(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let role = company.role("r", 0);
        let make = |_| company.make("protection-rules", body("hr", &role));
        let delete = |id: &str| drop(admin.delete(&format!("{ALL}/{id}")).expect(204));
        common::pages_are_stable(&admin, &format!("{ALL}?sort=name"), &make, Some(&delete));
    }
}
