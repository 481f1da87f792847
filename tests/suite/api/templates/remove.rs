use serde_json::json;
use tests::on_every_database;

use super::{ALL, body};
use crate::api::common;

on_every_database! {
    // P-09: what it gave stays, and says where it came from as far as that is known.
    fn its_grants_stay(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (role, department) = (company.role("r", 0), company.department("d", None));
        let template = company.make("templates", body(&department, "document", &role, &["read"]));
        let object = company.make("objects", json!({"type": "document", "title": "O", "department_id": department}));
        let grants = format!("/api/v1/objects/{object}/grants");
        assert_eq!(admin.get(&grants).items()[0]["template"], json!({"id": template, "name": "Template"}));
        let reader = company.with_rights("reader", "system", &["grant.read"]);
        reader.delete(&format!("{ALL}/{template}")).expect_missing("system", "template.edit");
        common::removal_needs_the_present_tag(&admin, &format!("{ALL}/{template}"));
        let left = admin.get(&grants).expect(200);
        let row = &left.items()[0];
        assert_eq!((&row["template"], &row["template_id"], &row["source"]), (&json!(null), &json!(template), &json!("template")));
        // With the object they go.
        company.remove("objects", &object);
        assert!(admin.ids(&format!("/api/v1/grants?template_id={template}")).is_empty());
    }

    // P-09: what a template names can't be removed.
    fn what_it_names_stays(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let module = company.make("modules", json!({"code": "rooms", "name": "Rooms", "target": "object", "actions": ["read", "book"]}));
        let of = company.make("object-types", json!({"code": "room", "name": "Room", "module": "rooms"}));
        let (role, department) = (company.role("r", 0), company.department("d", None));
        let template = company.make("templates", body(&department, "room", &role, &["book"]));
        for path in [format!("roles/{role}"), format!("departments/{department}"), format!("object-types/{of}")] {
            let refused = admin.delete(&format!("/api/v1/{path}")).expect_problem(409, "in_use");
            assert!(refused.json["detail"].as_str().unwrap().contains("templates: 1"), "{}", refused.text);
        }
        let fewer = json!({"actions": ["read"]});
        admin.patch(&format!("/api/v1/modules/{module}"), fewer.clone()).expect_fault(409, "action_in_use", "/actions");
        company.remove("templates", &template);
        company.change("modules", &module, fewer);
        for path in [format!("roles/{role}"), format!("departments/{department}"), format!("object-types/{of}")] {
            admin.delete(&format!("/api/v1/{path}")).expect(204);
        }
    }
}
