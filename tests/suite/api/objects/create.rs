use serde_json::{Value, json};
use tests::on_every_database;

use super::ALL;

on_every_database! {
    // P-10
    fn its_author_is_who_creates_it(app: &TestApp) {
        let company = app.company();
        let (department, jana, ben) = (company.department("d", None), company.user("jana"), company.user("ben"));
        let maker = company.with_rights("maker", "system", &["object.create", "object.administer"]);
        let body = json!({
            "type": "task", "title": "Check", "department_external_id": "d", "assignee_external_id": "jana",
            "team_external_ids": ["ben"],
        });
        let made = maker.post(ALL, body).expect(201);
        assert_eq!(maker.get(made.header("location").unwrap()).expect(200).json, made.json);
        let author = maker.get("/api/v1/me").expect(200).json["user"]["id"].clone();
        let wanted = json!({"state": "open", "department_id": department, "assignee_id": jana, "team_ids": [ben], "author_id": author});
        for (name, value) in wanted.as_object().unwrap() {
            assert_eq!(&made.json[name], value, "{name}");
        }
    }

    fn bad_values_are_refused(app: &TestApp) {
        let jana = app.company().user("jana");
        let post = |more: Value| {
            let mut body = json!({"type": "task", "title": "t"});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            app.admin().post(ALL, body)
        };
        post(json!({"type": "moon"})).expect_fault(422, "unknown_reference", "/type");
        post(json!({"title": " "})).expect_fault(422, "required", "/title");
        post(json!({"team_ids": [jana, jana]})).expect_fault(422, "duplicate_item", "/team_ids");
        post(json!({"team_external_ids": ["jana", "none"], "assignee_external_id": "none", "department_external_id": "none"}))
            .expect_fault(422, "unknown_reference", "/team_external_ids/1")
            .expect_fault(422, "unknown_reference", "/assignee_external_id")
            .expect_fault(422, "unknown_reference", "/department_external_id");
        post(json!({"author_id": jana})).expect_fault(400, "unknown_field", "/author_id");
        post(json!({"area_id": jana})).expect_fault(422, "unknown_reference", "/area_id");
        post(json!({"area_external_id": "none"})).expect_fault(422, "unknown_reference", "/area_external_id");
        post(json!({"mark": "x".repeat(201)})).expect_fault(422, "too_long", "/mark");
        assert!(app.admin().ids(ALL).is_empty());
    }

    // U-10
    fn who_can_bear_no_task_is_given_none(app: &TestApp) {
        let admin = app.admin();
        let nobody = admin.post("/api/v1/users", json!({"kind": "virtual", "display_name": "V"})).expect(201).id();
        let filler = admin.post("/api/v1/users", json!({"kind": "external_filler", "display_name": "F"})).expect(201).id();
        let post = |user: &str| admin.post(ALL, json!({"type": "task", "title": "t", "assignee_id": user, "team_ids": [user]}));
        post(&nobody)
            .expect_fault(409, "capability_missing", "/assignee_id")
            .expect_fault(409, "capability_missing", "/team_ids/0")
            .expect_rule("U-10");
        post(&filler).expect(201);
    }

    // U-10
    fn a_service_is_given_no_task(app: &TestApp) {
        let admin = app.admin();
        let robot = admin.post("/api/v1/users", json!({"kind": "service", "display_name": "R"})).expect(201).id();
        admin.post(ALL, json!({"type": "task", "title": "t", "assignee_id": robot})).expect_problem(409, "capability_missing");
    }

    // U-10
    fn a_task_for_who_is_not_active_draws_a_warning(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let jana = company.user("jana");
        let body = json!({"type": "task", "title": "t", "assignee_id": jana});
        assert!(admin.post(ALL, body.clone()).expect(201).warnings().is_empty());
        admin.post(&format!("/api/v1/users/{jana}/block"), json!({})).expect(200);
        assert_eq!(admin.post(ALL, body).expect(201).warnings(), ["bearer_not_active"]);
    }

    fn it_needs_object_create(app: &TestApp) {
        let editor = app.company().with_rights("editor", "task", &["read", "edit"]);
        editor.post(ALL, json!({"type": "task", "title": "t"})).expect_missing("system", "object.create");
    }
}
