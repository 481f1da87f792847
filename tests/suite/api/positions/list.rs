use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    fn it_is_filtered_searched_and_ordered(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let clerk = company.position("clerk");
        let body = json!({"code": "chief", "name": "Head Clerk", "valid_to": "2025-12-31"});
        let chief = admin.post(ALL, body).expect(201).id();
        let found = |query: &str| admin.ids(&format!("{ALL}?{query}"));
        assert_eq!(found("code=clerk"), [clerk.as_str()]);
        assert_eq!(found("external_id=clerk"), [clerk.as_str()]);
        assert_eq!(found("at=2026-01-01"), [clerk.as_str()]);
        assert_eq!(found("q=head"), [chief.as_str()]);
        assert_eq!(found("q=c&sort=-code"), [clerk.as_str(), &chief]);
        assert_eq!(company.outsider().ids(ALL).len(), 2);
    }

    fn pages_are_stable_with_equal_keys(app: &TestApp) {
        let admin = app.admin();
        let make = |number: usize| admin.post(ALL, json!({"code": format!("p{number}"), "name": "Same"})).expect(201).id();
        let delete = |id: &str| drop(admin.delete(&format!("{ALL}/{id}")).expect(204));
        common::pages_are_stable(&admin, &format!("{ALL}?sort=name"), &make, Some(&delete));
    }

    fn bad_parameters_are_named(app: &TestApp) {
        common::list_names_bad_parameters(&app.admin(), ALL);
    }
}
