use serde_json::json;
use tests::on_every_database;

use super::ALL;

on_every_database! {
    // W-04
    fn only_a_free_account_of_the_same_last_name_is_linked(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let jana = company.worker("jana");
        let path = format!("{ALL}/{jana}/account");
        let link = |user: &str| admin.put(&path, json!({"user_id": user}));
        link(&company.user("other")).expect_fault(409, "last_name_differs", "/user_id").expect_rule("W-04");
        let robot = json!({"kind": "service", "display_name": "Robot", "last_name": "Last-jana"});
        let robot = admin.post("/api/v1/users", robot).expect(201).id();
        link(&robot).expect_fault(409, "account_not_free", "/user_id").expect_rule("W-04");
        let gone = company.user("jana");
        admin.delete(&format!("/api/v1/users/{gone}")).expect(204);
        link(&gone).expect_fault(409, "account_not_free", "/user_id");
        link(&uuid::Uuid::now_v7().to_string()).expect_fault(422, "unknown_reference", "/user_id");
        // Names are compared after folding; diacritics count.
        let named = |login: &str, last: &str| {
            let body = json!({"login": login, "first_name": "J", "last_name": last, "email": "j@example.org"});
            admin.post("/api/v1/users", body).expect(201).id()
        };
        link(&named("j1", "Last-jána")).expect_problem(409, "last_name_differs");
        assert_eq!(link(&named("j2", "  LAST-Jana ")).expect(200).json["state"], "active");
    }

    // W-03
    fn a_link_is_one_to_one(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let jana = company.person("jana");
        let twin = json!({"personal_number": "2", "first_name": "J", "last_name": "Last-jana"});
        let twin = admin.post(ALL, twin).expect(201).id();
        let link = |worker: &str, user: &str| admin.put(&format!("{ALL}/{worker}/account"), json!({"user_id": user}));
        link(&twin, &jana.user).expect_fault(409, "user_linked", "/user_id").expect_rule("W-03");
        let second = json!({"login": "j2", "first_name": "J", "last_name": "Last-jana", "email": "j@example.org"});
        let second = admin.post("/api/v1/users", second).expect(201).id();
        link(&jana.worker, &second).expect_problem(409, "worker_linked").expect_rule("W-03");
        link(&jana.worker, &jana.user).expect(200);
    }

    // W-08
    fn unlinking_ends_what_came_from_contracts(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let jana = company.person("jana");
        company.contract(&jana.worker, &company.department("d", None), &company.position("p"), None, None);
        let path = format!("{ALL}/{}/account", jana.worker);
        // The set-up role `employee` follows from the contract.
        assert_eq!(admin.column(&format!("/api/v1/users/{}/roles", jana.user), "source"), ["automatic"]);
        let ended = admin.send("DELETE", &path, &[], None).expect(200);
        assert_eq!((ended.json["ended_memberships"].as_i64(), ended.warnings()), (Some(1), vec!["unlink_not_recommended"]));
        assert!(ended.header("remit-revision").is_some());
        assert!(admin.ids(&format!("/api/v1/users/{}/roles", jana.user)).is_empty());
        // W-09
        company.client_of(&jana).get("/api/v1/me/worker").expect_problem(404, "not_found");
        admin.send("DELETE", &path, &[], None).expect_problem(409, "worker_not_linked").expect_rule("W-03");
    }

    // W-02
    fn a_closed_folder_is_not_linked(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (jana, user) = (company.worker("jana"), company.user("jana"));
        admin.verb(&format!("{ALL}/{jana}/close")).expect(200);
        admin.put(&format!("{ALL}/{jana}/account"), json!({"user_id": user})).expect_problem(409, "worker_closed");
    }

    fn it_needs_hr_account_link_on_the_worker(app: &TestApp) {
        let company = app.company();
        let jana = company.person("jana");
        let path = format!("{ALL}/{}/account", jana.worker);
        let hr = company.with_rights("hr", "hr", &["read", "edit"]);
        hr.put(&path, json!({"user_id": jana.user})).expect_missing("hr", "account.link");
        hr.send("DELETE", &path, &[], None).expect_missing("hr", "account.link");
        company.outsider().send("DELETE", &path, &[], None).expect_problem(404, "not_found");
        company.client_of(&jana).send("DELETE", &path, &[], None).expect_missing("hr", "account.link");
    }
}
