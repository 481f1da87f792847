use serde_json::json;
use tests::on_every_database;

use super::{ALL, body};
use crate::api::common;

on_every_database! {
    fn filters_are_typed_and_combine(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let holiday = company.make("wage-types", body("holiday"));
        let overtime = json!({
            "code": "ot", "name": "Overtime", "external_id": "wt-2", "unit": "hour", "request_group": 2,
        });
        let overtime = company.make("wage-types", overtime);
        let found = |query: &str| admin.ids(&format!("{ALL}?{query}"));
        assert_eq!(found("code=holiday"), [holiday.as_str()]);
        assert_eq!(found("request_group=2"), [overtime.as_str()]);
        assert_eq!(found("request_group=1"), [holiday.as_str()]);
        assert!(found("request_group=1&code=ot").is_empty());
        assert_eq!(found("external_id=wt-2"), [overtime.as_str()]);
        assert_eq!(found("q=over"), [overtime.as_str()]);
        assert_eq!(found("sort=-code"), [overtime.as_str(), holiday.as_str()]);
        admin.get(&format!("{ALL}?request_group=3")).expect_fault(400, "bad_parameter", "request_group");
        common::list_names_bad_parameters(&admin, ALL);
        assert_eq!(company.outsider().ids(ALL).len(), 2);
        let exported = admin.get("/api/v1/exports/wage-types?request_group=2&fields=code&format=csv").expect(200).text;
        assert_eq!(exported.lines().collect::<Vec<_>>(), ["code", "ot"]);
    }

    fn pages_are_stable_with_equal_keys(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let make = |number: usize| {
            let mut body = body(&format!("t{number}"));
            body["name"] = json!("Same");
            company.make("wage-types", body)
        };
        let delete = |id: &str| drop(admin.delete(&format!("{ALL}/{id}")).expect(204));
        common::pages_are_stable(&admin, &format!("{ALL}?sort=name"), &make, Some(&delete));
    }
}
