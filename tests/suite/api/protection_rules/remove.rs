use serde_json::json;
use tests::on_every_database;

use super::{ALL, body};
use crate::api::common;

on_every_database! {
    fn it_needs_the_present_tag(app: &TestApp) {
        let company = app.company();
        let path = format!("{ALL}/{}", company.make("protection-rules", body("hr", &company.role("r", 0))));
        let reader = company.with_rights("reader", "system", &["role.read"]);
        reader.delete(&path).expect_missing("system", "protection.edit");
        common::removal_needs_the_present_tag(&app.admin(), &path);
    }

    // G-4: what a rule names can't be removed.
    fn what_it_names_stays(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let module = company.make("modules", json!({"code": "rooms", "name": "Rooms", "target": "object", "actions": ["read"]}));
        let (role, position) = (company.role("r", 0), company.position("p"));
        let rule = json!({"name": "R", "module": "rooms", "role_ids": [role], "position_ids": [position]});
        let rule = company.make("protection-rules", rule);
        let named = [format!("modules/{module}"), format!("roles/{role}"), format!("positions/{position}")];
        for path in &named {
            let refused = admin.delete(&format!("/api/v1/{path}")).expect_problem(409, "in_use");
            assert!(refused.json["detail"].as_str().unwrap().contains("protection rules: 1"), "{}", refused.text);
        }
        company.remove("protection-rules", &rule);
        for path in &named {
            admin.delete(&format!("/api/v1/{path}")).expect(204);
        }
    }
}
