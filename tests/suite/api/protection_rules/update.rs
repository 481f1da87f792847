use serde_json::json;
use tests::on_every_database;

use super::{ALL, body};
use crate::api::common;

on_every_database! {
    fn it_needs_the_present_tag(app: &TestApp) {
        let company = app.company();
        let path = format!("{ALL}/{}", company.make("protection-rules", body("hr", &company.role("r", 0))));
        let patch = json!({"module": null, "class": "protected"});
        common::change_needs_the_present_tag(&app.admin(), &path, &patch);
    }
}
