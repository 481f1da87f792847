use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    //
    fn set_up_brings_its_roles(app: &TestApp) {
        let codes = app.admin().column(&format!("{ALL}?sort=code"), "code");
        let wanted = [
            "area-administrator", "auditor", "employee", "hr-officer", "system-administrator", "time-administrator",
            "user-administrator",
        ];
        assert_eq!(codes, wanted);
        assert_eq!(app.admin().column(&format!("{ALL}?mode=automatic"), "code"), ["employee"]);
    }

    fn filters_are_typed_and_combine(app: &TestApp) {
        let admin = app.admin();
        let made = |body| admin.post(ALL, body).expect(201).id();
        let team = made(json!({"code": "t", "name": "Team blue", "purpose": "team", "external_id": "r-t"}));
        let old = made(json!({"code": "o", "name": "Old", "purpose": "team", "valid_to": "2025-12-31"}));
        let found = |query: &str| admin.ids(&format!("{ALL}?sort=code&{query}"));
        assert_eq!(found("purpose=team,people_list"), [old.as_str(), &team]);
        assert_eq!(found("purpose=team&at=2026-01-01"), [team.as_str()]);
        assert_eq!(found("external_id=r-t"), [team.as_str()]);
        assert_eq!(found("code=o"), [old.as_str()]);
        assert_eq!(found("q=team%20b"), [team.as_str()]);
        common::list_names_bad_parameters(&admin, ALL);
    }

    fn pages_are_stable_with_equal_keys(app: &TestApp) {
        let admin = app.admin();
        let make = |number: usize| {
            let body = json!({"code": format!("r{number}"), "name": "Same", "priority": number % 3});
            admin.post(ALL, body).expect(201).id()
        };
        let delete = |id: &str| drop(admin.delete(&format!("{ALL}/{id}")).expect(204));
        common::pages_are_stable(&admin, &format!("{ALL}?sort=-priority"), &make, Some(&delete));
    }

    fn it_needs_role_read(app: &TestApp) {
        app.company().outsider().get(ALL).expect_missing("system", "role.read");
    }
}
