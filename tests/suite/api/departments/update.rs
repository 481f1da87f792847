use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    fn it_needs_the_present_tag(app: &TestApp) {
        let path = format!("{ALL}/{}", app.company().department("sales", None));
        common::change_needs_the_present_tag(&app.admin(), &path, &json!({"name": "Sales and more", "valid_to": "2030-12-31"}));
    }

    fn null_clears_what_may_be_empty_and_nothing_else(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let top = company.department("top", None);
        let path = format!("{ALL}/{}", company.department("east", Some(&top)));
        assert!(admin.patch(&path, json!({"parent_id": null})).expect(200).json["parent_id"].is_null());
        admin.patch(&path, json!({"name": null})).expect_fault(400, "wrong_type", "/name");
        admin.patch(&path, json!({"code": ""})).expect_fault(422, "required", "/code");
        assert_eq!(admin.get(&path).json["name"], "east");
    }

    // D-01
    fn a_subtree_moves_as_one(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (here, there) = (company.department("here", None), company.department("there", None));
        let moved = company.department("moved", Some(&here));
        let below = company.department("below", Some(&moved));
        let ben = company.worker("ben");
        company.contract(&ben, &below, &company.position("p"), None, None);
        let scope = json!({"type": "department", "id": there, "include_subtree": true});
        let hr = company.with_rights_over("hr", "hr", scope, &["read"]);
        assert!(hr.ids("/api/v1/workers").is_empty());
        admin.patch(&format!("{ALL}/{moved}"), json!({"parent_external_id": "there"})).expect(200);
        assert_eq!(hr.ids("/api/v1/workers"), [ben]);
    }

    // D-01
    fn cycles_of_any_length_are_refused(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let a = company.department("a", None);
        let b = company.department("b", Some(&a));
        let c = company.department("c", Some(&b));
        for below in [&a, &b, &c] {
            let refused = admin.patch(&format!("{ALL}/{a}"), json!({"parent_id": below}));
            refused.expect_problem(409, "department_cycle").expect_rule("D-01").expect_fault(409, "department_cycle", "/parent_id");
        }
        assert!(admin.get(&format!("{ALL}/{a}")).json["parent_id"].is_null());
    }

    fn another_ones_code_is_refused(app: &TestApp) {
        let company = app.company();
        company.department("a", None);
        let path = format!("{ALL}/{}", company.department("b", None));
        app.admin().patch(&path, json!({"code": "a", "external_id": "a"}))
            .expect_fault(409, "code_taken", "/code")
            .expect_fault(409, "duplicate", "/external_id");
    }

    fn it_needs_department_edit(app: &TestApp) {
        let company = app.company();
        let path = format!("{ALL}/{}", company.department("a", None));
        company.outsider().patch(&path, json!({"name": "B"})).expect_missing("system", "department.edit");
    }
}
