use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    // P-09
    fn set_up_brings_the_built_in_types(app: &TestApp) {
        let admin = app.admin();
        let body = json!({"code": "ticket", "name": "Trouble ticket", "module": "task", "external_id": "t-1"});
        let ticket = admin.post(ALL, body).expect(201).id();
        assert_eq!(app.company().outsider().ids(ALL).len(), 12);
        assert_eq!(admin.column(&format!("{ALL}?module=task&sort=code"), "code"), ["task", "ticket"]);
        for query in ["code=ticket", "external_id=t-1", "q=trouble"] {
            assert_eq!(admin.ids(&format!("{ALL}?{query}")), [ticket.as_str()]);
        }
        common::list_names_bad_parameters(&admin, ALL);
    }

    fn pages_are_stable_with_equal_keys(app: &TestApp) {
        let admin = app.admin();
        let make = |number: usize| {
            let body = json!({"code": format!("t{number}"), "name": "Same", "module": "task"});
            admin.post(ALL, body).expect(201).id()
        };
        let delete = |id: &str| drop(admin.delete(&format!("{ALL}/{id}")).expect(204));
        common::pages_are_stable(&admin, &format!("{ALL}?sort=name"), &make, Some(&delete));
    }
}
