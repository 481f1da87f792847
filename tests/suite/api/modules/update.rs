use serde_json::json;
use tests::{Client, on_every_database};

use super::ALL;
use crate::api::common;

fn fleet(admin: &Client) -> String {
    let body = json!({"code": "fleet", "name": "Cars", "target": "worker", "actions": ["read", "book"]});
    format!("{ALL}/{}", admin.post(ALL, body).expect(201).id())
}

on_every_database! {
    fn it_needs_the_present_tag(app: &TestApp) {
        let path = fleet(&app.admin());
        let patch = json!({"name": "Company cars", "active": false, "actions": ["read", "book", "return"]});
        common::change_needs_the_present_tag(&app.admin(), &path, &patch);
        app.company().outsider().patch(&path, json!({"name": "x"})).expect_missing("system", "module.edit");
    }

    // P-01
    fn code_and_target_are_fixed(app: &TestApp) {
        let path = fleet(&app.admin());
        app.admin().patch(&path, json!({"code": "cars", "target": "none"}))
            .expect_fault(422, "not_changeable", "/code")
            .expect_fault(422, "not_changeable", "/target");
    }

    // P-01
    fn an_action_that_a_grant_names_stays(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let path = fleet(&admin);
        let grant = company.grant(&company.role("r", 0), "fleet", json!({"type": "all"}), &[], &["book"]);
        admin.patch(&path, json!({"actions": ["read"]})).expect_fault(409, "action_in_use", "/actions").expect_rule("P-01");
        admin.patch(&path, json!({"actions": ["book"]})).expect(200);
        admin.delete(&format!("/api/v1/grants/{grant}")).expect(204);
        admin.patch(&path, json!({"actions": ["read"]})).expect(200);
    }

    // P-01
    fn a_built_in_module_keeps_its_shape(app: &TestApp) {
        let admin = app.admin();
        let path = |code: &str| format!("{ALL}/{}", admin.ids(&format!("{ALL}?code={code}"))[0]);
        admin.patch(&path("hr"), json!({"actions": ["read"]})).expect_fault(409, "module_built_in", "/actions").expect_rule("P-01");
        admin.patch(&path("system"), json!({"active": false})).expect_fault(409, "module_built_in", "/active");
        admin.get("/api/v1/roles").expect(200);
    }

    // P-02
    fn a_switched_off_module_grants_nothing(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let worker = company.worker("w");
        let hr = company.with_rights("hr", "hr", &["read"]);
        let path = format!("{ALL}/{}", admin.ids(&format!("{ALL}?code=hr"))[0]);
        assert_eq!(hr.ids("/api/v1/workers"), [worker.as_str()]);
        admin.patch(&path, json!({"active": false})).expect(200);
        assert!(hr.ids("/api/v1/workers").is_empty());
        admin.patch(&path, json!({"active": true})).expect(200);
        hr.get(&format!("/api/v1/workers/{worker}")).expect(200);
    }
}
