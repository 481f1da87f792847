use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    // Marks stay; a pattern that is made anew counts anew.
    fn its_counters_go_with_it(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let body = json!({"object_type": "task", "pattern": "{area}-{counter}", "unique": false});
        let path = format!("{ALL}/{}", company.make("mark-patterns", body.clone()));
        let object = || company.make("objects", json!({"type": "task", "title": "t"}));
        let task = object();
        common::removal_needs_the_present_tag(&admin, &path);
        let mark = |id: &str| admin.get(&format!("/api/v1/objects/{id}")).expect(200).json["mark"].clone();
        assert_eq!(mark(&task), "X-1");
        assert_eq!(mark(&object()), json!(null));
        company.make("mark-patterns", body);
        assert_eq!(mark(&object()), "X-1");
    }
}
