use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    fn one_in_use_stays(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let path = format!("{ALL}/{}", admin.post(ALL, json!({"code": "t", "name": "T", "module": "task"})).expect(201).id());
        let object = company.object("t", "one", None);
        let grant = company.grant(&company.role("r", 0), "task", json!({"type": "object_type", "id": "t"}), &["read"], &[]);
        for user in [format!("/api/v1/objects/{object}"), format!("/api/v1/grants/{grant}")] {
            admin.delete(&path).expect_problem(409, "in_use");
            admin.delete(&user).expect(204);
        }
        company.outsider().delete(&path).expect_missing("system", "module.edit");
        common::removal_needs_the_present_tag(&admin, &path);
    }

    // P-09
    fn a_built_in_one_stays(app: &TestApp) {
        let path = format!("{ALL}/{}", app.admin().ids(&format!("{ALL}?code=task"))[0]);
        app.admin().delete(&path).expect_problem(409, "module_built_in");
    }
}
