use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    // P-10
    fn only_its_name_changes(app: &TestApp) {
        let admin = app.admin();
        let path = format!("{ALL}/{}", admin.post(ALL, json!({"code": "t", "name": "T", "module": "task"})).expect(201).id());
        admin.patch(&path, json!({"code": "u", "module": "document"}))
            .expect_fault(422, "not_changeable", "/code")
            .expect_fault(422, "object_type_fixed", "/module");
        admin.patch(&path, json!({"built_in": true})).expect_fault(400, "unknown_field", "/built_in");
        app.company().outsider().patch(&path, json!({"name": "x"})).expect_missing("system", "module.edit");
        common::change_needs_the_present_tag(&admin, &path, &json!({"name": "Ticket", "external_id": "t-1"}));
    }
}
