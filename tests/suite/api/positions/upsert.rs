use serde_json::json;
use tests::on_every_database;

use crate::api::common;

on_every_database! {
    fn it_creates_updates_and_never_blanks(app: &TestApp) {
        let whole = json!({"code": "clerk", "name": "Clerk", "valid_to": "2030-01-01"});
        common::upsert_creates_updates_and_never_blanks(&app.admin(), "positions", "p-1", &whole, &json!({"name": "Clerk 2"}));
    }
}
