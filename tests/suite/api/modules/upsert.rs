use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    fn it_creates_updates_and_never_blanks(app: &TestApp) {
        let whole = json!({"code": "fleet", "name": "Cars", "target": "object", "actions": ["read", "book"], "active": false});
        common::upsert_creates_updates_and_never_blanks(&app.admin(), "modules", "m-1", &whole, &json!({"name": "Company cars"}));
    }

    // P-01
    fn a_code_that_is_there_takes_the_external_id(app: &TestApp) {
        let admin = app.admin();
        let hr = admin.ids(&format!("{ALL}?code=hr"))[0].clone();
        let actions = admin.get(&format!("{ALL}/{hr}")).json["actions"].clone();
        let body = json!({"code": "hr", "name": "People", "target": "worker", "actions": actions});
        assert_eq!(admin.put(&format!("{ALL}/by-external-id/m-hr"), body).expect(200).id(), hr);
    }
}
