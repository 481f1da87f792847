use serde_json::json;
use tests::on_every_database;

use super::{ALL, body};
use crate::api::common;

on_every_database! {
    fn it_needs_the_present_tag(app: &TestApp) {
        let company = app.company();
        let path = format!("{ALL}/{}", company.make("wage-types", body("holiday")));
        let patch = json!({"name": "Leave", "unit": "day", "request_group": 2});
        common::change_needs_the_present_tag(&app.admin(), &path, &patch);
        company.outsider().patch_with(&path, &[("if-match", "*")], patch).expect_missing("system", "wage_type.edit");
    }

    // P-07: callers name the type by its code.
    fn the_code_stays(app: &TestApp) {
        let company = app.company();
        let path = format!("{ALL}/{}", company.make("wage-types", body("holiday")));
        app.admin().patch(&path, json!({"code": "leave"})).expect_fault(422, "not_changeable", "/code");
    }
}
