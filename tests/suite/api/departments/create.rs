use serde_json::json;
use tests::on_every_database;

use super::ALL;

on_every_database! {
    fn a_department_is_created_read_and_listed(app: &TestApp) {
        let admin = app.admin();
        let made = admin.post("/api/v1/departments", json!({"code": "sales", "name": "Sales", "external_id": "d-1"})).expect(201);
        assert_eq!(made.header("location"), Some(format!("/api/v1/departments/{}", made.id()).as_str()));
        assert!(made.header("remit-revision").is_some());
        let read = admin.get(&format!("/api/v1/departments/{}", made.id())).expect(200);
        assert_eq!(read.json, made.json);
        assert_eq!(read.etag(), made.etag());
        assert_eq!(read.json["code"], "sales");
        let listed = admin.get("/api/v1/departments?code=sales").expect(200);
        assert_eq!(listed.items().len(), 1);
    }

    // D-01
    fn a_department_never_lies_below_itself(app: &TestApp) {
        let company = app.company();
        let top = company.department("top", None);
        let below = company.department("below", Some(&top));
        let refused = app.admin().patch(&format!("/api/v1/departments/{top}"), json!({"parent_id": below}));
        refused.expect_problem(409, "department_cycle");
    }
    // D-01
    fn parent_and_head_are_named_by_id_external_id_or_code(app: &TestApp) {
        let company = app.company();
        let (admin, head) = (app.admin(), company.worker("head"));
        let parent = admin.post(ALL, json!({"code": "top", "name": "Top", "external_id": "d-top"})).expect(201).id();
        for (code, name) in [("a", "d-top"), ("b", "top")] {
            let body = json!({"code": code, "name": code, "parent_external_id": name, "head_external_id": "head"});
            let made = admin.post(ALL, body).expect(201);
            assert_eq!((&made.json["parent_id"], &made.json["head_id"]), (&json!(parent), &json!(head)));
        }
        let refuse = |body| admin.post(ALL, body);
        refuse(json!({"code": "c", "name": "C", "parent_external_id": "none", "head_external_id": "none"}))
            .expect_fault(422, "unknown_reference", "/parent_external_id")
            .expect_fault(422, "unknown_reference", "/head_external_id");
        refuse(json!({"code": "c", "name": "C", "parent_id": head})).expect_fault(422, "unknown_reference", "/parent_id");
        refuse(json!({"code": "c", "name": "C", "parent_id": parent, "parent_external_id": "top"}))
            .expect_fault(422, "bad_value", "/parent_external_id");
        assert!(admin.ids("/api/v1/departments?code=c").is_empty());
    }

    // D-01
    fn code_and_external_id_are_unique(app: &TestApp) {
        app.company().department("sales", None);
        let post = |body| app.admin().post(ALL, body);
        post(json!({"code": "sales", "name": "S"})).expect_problem(409, "code_taken").expect_fault(409, "code_taken", "/code");
        post(json!({"code": "other", "name": "S", "external_id": "sales"})).expect_fault(409, "duplicate", "/external_id");
        assert_eq!(app.admin().ids(ALL).len(), 1);
    }

    fn every_fault_is_told_at_once(app: &TestApp) {
        let post = |body| app.admin().post(ALL, body);
        let empty = post(json!({})).expect_problem(422, "invalid_values");
        assert_eq!(empty.pointers(), ["/code", "/name"]);
        post(json!({"code": 7, "name": "x", "frob": 1}))
            .expect_fault(400, "wrong_type", "/code")
            .expect_fault(400, "unknown_field", "/frob");
        post(json!({"code": "a b", "name": " ", "valid_from": "2026-02-01", "valid_to": "2026-01-31"}))
            .expect_fault(422, "bad_code", "/code")
            .expect_fault(422, "required", "/name")
            .expect_fault(422, "window_reversed", "/valid_to");
        post(json!({"code": "a", "name": "x", "valid_from": "2026-02-30"})).expect_fault(422, "bad_format", "/valid_from");
        assert!(app.admin().ids(ALL).is_empty());
    }

    fn it_needs_department_edit(app: &TestApp) {
        let company = app.company();
        let body = json!({"code": "a", "name": "A"});
        company.outsider().post(ALL, body.clone()).expect_missing("system", "department.edit");
        company.with_rights("editor", "system", &["department.edit"]).post(ALL, body).expect(201);
    }
}
