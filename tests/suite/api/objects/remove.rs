use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    fn the_grants_on_it_go_with_it(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let jana = company.user("jana");
        let object = company.object("task", "t", Some(&jana));
        company.grant(&company.role("r", 0), "task", json!({"type": "object", "id": object}), &["read"], &[]);
        let path = format!("{ALL}/{object}");
        company.client(&jana).delete(&path).expect_missing("system", "object.administer");
        company.outsider().send("DELETE", &path, &[("if-match", "*")], None).expect_problem(404, "not_found");
        common::removal_needs_the_present_tag(&admin, &path);
        assert!(admin.ids(&format!("/api/v1/grants?scope_object_id={object}")).is_empty());
        assert_eq!(app.faults(), Vec::<String>::new());
    }
}
