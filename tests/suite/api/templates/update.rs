use serde_json::json;
use tests::on_every_database;

use super::{ALL, body, some};
use crate::api::common;

on_every_database! {
    fn it_needs_the_present_tag(app: &TestApp) {
        let path = format!("{ALL}/{}", some(&app.company(), "d"));
        common::change_needs_the_present_tag(&app.admin(), &path, &json!({"name": "Another"}));
    }

    // P-09: objects that exist stay as they are.
    fn it_changes_no_object_that_exists(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (role, other, department) = (company.role("r", 0), company.role("other", 0), company.department("d", None));
        let template = company.make("templates", body(&department, "document", &role, &["read"]));
        let make = || company.make("objects", json!({"type": "document", "title": "O", "department_id": department}));
        let before = make();
        let right = json!({"object_type": "document", "role_id": other, "allow": ["edit"]});
        company.change("templates", &template, json!({"rights": [right]}));
        let after = make();
        let holders = |object: &str| admin.column(&format!("/api/v1/objects/{object}/grants"), "holder_id");
        assert_eq!((holders(&before), holders(&after)), (vec![role], vec![other]));
    }
}
