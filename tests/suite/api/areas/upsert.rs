use serde_json::json;
use tests::on_every_database;

use super::{ALL, role};
use crate::api::common;

on_every_database! {
    fn it_creates_updates_and_never_blanks(app: &TestApp) {
        let company = app.company();
        company.user("owner");
        role(&company, "team");
        let whole = json!({
            "name": "A", "mark": "M", "kind": "calendar", "owner_external_id": "owner",
            "processor_external_ids": ["team"], "class": "protected",
        });
        common::upsert_creates_updates_and_never_blanks(&app.admin(), "areas", "a-1", &whole, &json!({"name": "B"}));
    }

    // a new role with an id of the caller's is made once.
    fn a_new_role_with_an_external_id_is_made_once(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        company.user("owner");
        let path = format!("{ALL}/by-external-id/a-1");
        let list = json!([{"external_id": "a-1-team", "name": "Team", "user_external_ids": ["owner"]}]);
        let body = json!({"name": "A", "owner_external_id": "owner", "new_processors": list});
        let made = admin.put(&path, body.clone()).expect(201);
        assert_eq!(admin.put(&path, body).expect(200).json, made.json);
    }

    fn a_new_one_needs_what_a_create_needs(app: &TestApp) {
        let path = format!("{ALL}/by-external-id/a-1");
        app.admin().put(&path, json!({})).expect_fault(422, "required", "/name");
        app.company().outsider().put(&path, json!({"name": "A"})).expect_missing("system", "area.administer");
    }
}
