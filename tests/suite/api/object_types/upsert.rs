use serde_json::json;
use tests::on_every_database;

use crate::api::common;

on_every_database! {
    fn it_creates_updates_and_never_blanks(app: &TestApp) {
        let whole = json!({"code": "ticket", "name": "Ticket", "module": "task"});
        common::upsert_creates_updates_and_never_blanks(&app.admin(), "object-types", "t-1", &whole, &json!({"name": "Trouble"}));
    }
}
