use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    fn it_needs_the_present_tag(app: &TestApp) {
        let path = format!("{ALL}/{}", app.company().department("sales", None));
        common::removal_needs_the_present_tag(&app.admin(), &path);
    }

    fn one_in_use_stays(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let id = company.department("top", None);
        let (worker, position) = (company.worker("w"), company.position("p"));
        let role = company.automatic_role("r");
        let path = format!("{ALL}/{id}");
        let child = format!("{ALL}/{}", company.department("child", Some(&id)));
        let contract = format!("/api/v1/contracts/{}", company.draft(&worker, &id, &position, None, None));
        let object = admin.post("/api/v1/objects", json!({"type": "task", "title": "t", "department_id": id})).expect(201).id();
        let rule = company.rule(&role, json!({"departments": [{"id": id}]}));
        let grant = company.grant(&role, "hr", json!({"type": "department", "id": id}), &["read"], &[]);
        let users = [
            (child, "departments below: 1"),
            (contract, "contracts: 1"),
            (format!("/api/v1/objects/{object}"), "objects: 1"),
            (format!("/api/v1/role-rules/{rule}"), "role rules and links: 1"),
            (format!("/api/v1/grants/{grant}"), "grants: 1"),
        ];
        for (user, named) in users {
            let refused = admin.delete(&path).expect_problem(409, "in_use");
            assert!(refused.json["detail"].as_str().unwrap().contains(named), "{}", refused.text);
            admin.delete(&user).expect(204);
        }
        admin.delete(&path).expect(204);
        assert_eq!(app.faults(), Vec::<String>::new());
    }

    fn it_needs_department_edit(app: &TestApp) {
        let company = app.company();
        let path = format!("{ALL}/{}", company.department("a", None));
        company.outsider().delete(&path).expect_missing("system", "department.edit");
        app.admin().get(&path).expect(200);
    }
}
