use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    fn it_creates_updates_and_never_blanks(app: &TestApp) {
        let jana = app.company().user("jana");
        let whole = json!({"code": "r", "name": "R", "priority": 5, "manager_ids": [jana], "note": "n"});
        common::upsert_creates_updates_and_never_blanks(&app.admin(), "roles", "r-1", &whole, &json!({"name": "R 2"}));
        // A list that is sent replaces the one that is there.
        let put = app.admin().put(&format!("{ALL}/by-external-id/r-1"), json!({"manager_ids": []})).expect(200);
        assert_eq!(put.json["manager_ids"], json!([]));
    }
}
