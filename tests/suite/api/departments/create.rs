use serde_json::json;
use tests::on_every_database;

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
}
