use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    fn it_needs_the_present_tag(app: &TestApp) {
        let company = app.company();
        let path = format!("{ALL}/{}", company.object("task", "t", None));
        let patch = json!({"title": "New", "state": "done", "assignee_id": company.user("jana"), "department_id": company.department("d", None)});
        common::change_needs_the_present_tag(&app.admin(), &path, &patch);
    }

    // P-10
    fn it_keeps_type_and_author(app: &TestApp) {
        let path = format!("{ALL}/{}", app.company().object("task", "t", None));
        app.admin().patch(&path, json!({"type": "quote"})).expect_fault(422, "object_type_fixed", "/type").expect_rule("P-10");
        app.admin().patch(&path, json!({"author_id": null})).expect_fault(400, "unknown_field", "/author_id");
    }

    // P-03
    fn edit_on_the_object_is_enough(app: &TestApp) {
        let company = app.company();
        let jana = company.user("jana");
        let own = format!("{ALL}/{}", company.object("task", "own", Some(&jana)));
        let read = format!("{ALL}/{}", company.object("quote", "read", None));
        let caller = company.client(&jana);
        caller.patch(&own, json!({"state": "done"})).expect(200);
        let role = company.role("readers", 0);
        company.member(&role, &jana);
        company.grant(&role, "quote", json!({"type": "all"}), &["read"], &[]);
        caller.patch(&read, json!({"state": "done"})).expect_missing("system", "object.administer");
        // P-09: an allow of edit brings read.
        company.grant(&role, "quote", json!({"type": "object_type", "id": "quote"}), &["edit"], &[]);
        caller.patch(&read, json!({"state": "done"})).expect(200);
    }

    // U-10
    fn who_bears_it_already_may_stay(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let jana = company.user("jana");
        let body = json!({"type": "task", "title": "t", "state": "done", "assignee_id": jana, "team_ids": [jana]});
        let path = format!("{ALL}/{}", admin.post(ALL, body).expect(201).id());
        admin.delete(&format!("/api/v1/users/{jana}")).expect(204);
        admin.patch(&path, json!({"title": "still hers"})).expect(200);
        admin.patch(&path, json!({"team_ids": []})).expect(200);
        admin.patch(&path, json!({"team_ids": [jana]})).expect_fault(409, "capability_missing", "/team_ids/0");
    }
}
