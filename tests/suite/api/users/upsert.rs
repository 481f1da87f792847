use serde_json::json;
use tests::on_every_database;

use super::{ALL, person};
use crate::api::common;

on_every_database! {
    fn it_creates_updates_and_never_blanks(app: &TestApp) {
        let mut whole = person("jana");
        whole["phone"] = json!("+420 1");
        common::upsert_creates_updates_and_never_blanks(&app.admin(), "users", "u-1", &whole, &json!({"email": "j@example.com"}));
    }

    // U-03
    fn states_change_by_verbs_only(app: &TestApp) {
        let admin = app.admin();
        let path = format!("{ALL}/by-external-id/u-1");
        let mut whole = person("jana");
        whole["state"] = json!("active");
        admin.put(&path, whole.clone()).expect(201);
        admin.put(&path, whole).expect(200);
        admin.put(&path, json!({"state": "blocked"})).expect_fault(422, "not_changeable", "/state");
    }

    fn it_needs_user_create_or_user_edit(app: &TestApp) {
        let company = app.company();
        let path = format!("{ALL}/by-external-id/u-1");
        let maker = company.with_rights("maker", "system", &["user.create"]);
        company.outsider().put(&path, person("jana")).expect_missing("system", "user.create");
        maker.put(&path, person("jana")).expect(201);
        maker.put(&path, json!({"phone": "1"})).expect_missing("system", "user.edit");
    }
}
