use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    fn one_in_use_stays(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let body = json!({"code": "fleet", "name": "Cars", "target": "object", "actions": ["read"]});
        let path = format!("{ALL}/{}", admin.post(ALL, body).expect(201).id());
        let grant = company.grant(&company.role("r", 0), "fleet", json!({"type": "all"}), &["read"], &[]);
        let car = json!({"code": "car", "name": "Car", "module": "fleet"});
        let car = admin.post("/api/v1/object-types", car).expect(201).id();
        for user in [format!("/api/v1/grants/{grant}"), format!("/api/v1/object-types/{car}")] {
            admin.delete(&path).expect_problem(409, "in_use");
            admin.delete(&user).expect(204);
        }
        company.outsider().delete(&path).expect_missing("system", "module.edit");
        common::removal_needs_the_present_tag(&admin, &path);
    }

    // P-01
    fn a_built_in_one_stays(app: &TestApp) {
        let path = format!("{ALL}/{}", app.admin().ids(&format!("{ALL}?code=areas"))[0]);
        app.admin().delete(&path).expect_problem(409, "module_built_in").expect_rule("P-01");
    }
}
