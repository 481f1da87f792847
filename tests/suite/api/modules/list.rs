use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    // P-01, P-09
    fn set_up_brings_the_built_in_modules(app: &TestApp) {
        let codes = app.admin().column(&format!("{ALL}?sort=code"), "code");
        let wanted = [
            "activity", "areas", "customer_order", "document", "equipment", "hr", "information", "internal_order", "quote",
            "sales_order", "stock_item", "supplier_order", "system", "task", "time",
        ];
        assert_eq!(codes, wanted);
        assert_eq!(app.admin().column(&format!("{ALL}?target=worker&sort=code"), "code"), ["hr", "time"]);
    }

    fn filters_are_typed_and_combine(app: &TestApp) {
        let admin = app.admin();
        let body = json!({"code": "off", "name": "Switched off", "actions": ["a"], "active": false, "external_id": "m-1"});
        let off = admin.post(ALL, body).expect(201).id();
        for query in ["active=false", "external_id=m-1", "code=off", "q=switched", "target=none,area&active=false"] {
            assert_eq!(admin.ids(&format!("{ALL}?{query}")), [off.as_str()], "{query}");
        }
        assert_eq!(app.company().outsider().ids(&format!("{ALL}?active=true")).len(), 15);
        common::list_names_bad_parameters(&admin, ALL);
    }

    fn pages_are_stable_with_equal_keys(app: &TestApp) {
        let admin = app.admin();
        let make = |number: usize| {
            let body = json!({"code": format!("m{number}"), "name": "Same", "actions": ["a"]});
            admin.post(ALL, body).expect(201).id()
        };
        let delete = |id: &str| drop(admin.delete(&format!("{ALL}/{id}")).expect(204));
        common::pages_are_stable(&admin, &format!("{ALL}?sort=name"), &make, Some(&delete));
    }
}
