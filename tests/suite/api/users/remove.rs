use serde_json::json;
use tests::on_every_database;

use super::ALL;

on_every_database! {
    // U-06
    fn the_account_goes_to_the_trash_and_what_hung_on_it_ends(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let jana = company.person("jana");
        company.contract(&jana.worker, &company.department("d", None), &company.position("p"), Some("2026-01-01"), None);
        company.member(&company.role("r", 0), &jana.user);
        company.personal_grant(&jana.user, "task", json!({"type": "all"}), &["read"], &[]);
        let caller = company.client_of(&jana);
        caller.get("/api/v1/me").expect(200);

        let path = format!("{ALL}/{}", jana.user);
        admin.send("DELETE", &path, &[], None).expect_problem(428, "precondition_required");
        admin.send("DELETE", &path, &[("if-match", "\"0\"")], None).expect_problem(412, "precondition_failed");
        let removed = admin.delete(&path).expect(204);
        assert!(removed.header("remit-revision").is_some());
        caller.get("/api/v1/me").expect_problem(401, "unauthenticated");
        let read = admin.get(&path).expect(200);
        assert_eq!((&read.json["state"], &read.json["last_name"]), (&json!("deleted"), &json!("Last-jana")));
        assert!(admin.ids(&format!("/api/v1/memberships?user_id={}", jana.user)).is_empty());
        assert!(admin.ids(&format!("/api/v1/grants?user_id={}", jana.user)).is_empty());
        assert!(admin.get(&format!("/api/v1/workers/{}", jana.worker)).json["user_id"].is_null());
        assert!(admin.ids(&format!("/api/v1/api-tokens?user_id={}", jana.user)).is_empty());
        // U-03
        admin.delete(&path).expect_problem(409, "state_move_refused").expect_rule("U-03");
        assert_eq!(app.faults(), Vec::<String>::new());
    }

    // U-07
    fn one_with_responsibilities_stays(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (jana, ben) = (company.person("jana"), company.worker("ben"));
        let path = format!("{ALL}/{}", jana.user);
        let object = format!("/api/v1/objects/{}", company.object("task", "t", Some(&jana.user)));
        let role = format!("/api/v1/roles/{}", company.role("r", 0));
        admin.patch(&role, json!({"manager_ids": [jana.user]})).expect(200);
        let department = company.department("d", None);
        let headed = format!("/api/v1/departments/{department}");
        admin.patch(&headed, json!({"head_id": jana.worker})).expect(200);
        let contract = company.contract(&ben, &department, &company.position("p"), None, None);
        let contract = format!("/api/v1/contracts/{contract}");
        admin.patch(&contract, json!({"supervisor_id": jana.worker})).expect(200);

        let refused = admin.delete(&path).expect_problem(409, "user_has_responsibilities").expect_rule("U-07");
        for named in ["open objects assigned: 1", "roles managed: 1", "departments headed: 1", "contracts supervised: 1"] {
            assert!(refused.json["detail"].as_str().unwrap().contains(named), "{}", refused.text);
        }
        admin.patch(&object, json!({"state": "done"})).expect(200);
        admin.patch(&role, json!({"manager_ids": []})).expect(200);
        admin.patch(&headed, json!({"head_id": null})).expect(200);
        admin.delete(&path).expect_problem(409, "user_has_responsibilities");
        admin.patch(&contract, json!({"supervisor_id": null})).expect(200);
        admin.delete(&path).expect(204);
    }

    // R-09
    fn the_last_administrator_stays(app: &TestApp) {
        let path = format!("{ALL}/{}", app.admin_id);
        app.admin().delete(&path).expect_problem(409, "last_administrator").expect_rule("R-09");
        app.admin().get("/api/v1/me").expect(200);
    }

    fn it_needs_user_delete(app: &TestApp) {
        let company = app.company();
        let path = format!("{ALL}/{}", company.user("jana"));
        company.with_rights("reader", "system", &["user.read"]).delete(&path).expect_missing("system", "user.delete");
    }
}
