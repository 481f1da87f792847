use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    fn it_needs_the_present_tag(app: &TestApp) {
        let path = format!("{ALL}/{}", app.company().position("clerk"));
        common::change_needs_the_present_tag(&app.admin(), &path, &json!({"name": "Clerk of invoices", "code": "clerk-2"}));
    }

    fn a_refused_change_changes_nothing(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        company.position("chief");
        let path = format!("{ALL}/{}", company.position("clerk"));
        let before = admin.get(&path).json;
        admin.patch(&path, json!({"name": "New", "code": "chief"})).expect_fault(409, "code_taken", "/code");
        admin.patch(&path, json!({"name": "New", "frob": 1})).expect_fault(400, "unknown_field", "/frob");
        company.outsider().patch(&path, json!({"name": "New"})).expect_missing("system", "position.edit");
        assert_eq!(admin.get(&path).json, before);
    }
}
