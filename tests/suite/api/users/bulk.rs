//! POST /users/block, /users/unblock, /users/invite

use serde_json::json;
use tests::{TestApp, on_every_database};

fn person(app: &TestApp, login: &str, state: &str) -> String {
    let names =
        json!({"login": login, "first_name": "F", "last_name": login, "email": "f@example.org", "state": state});
    app.company().make("users", names)
}

on_every_database! {
    fn each_account_has_its_own_result(app: &TestApp) {
        let (active, blocked, invited) =
            (person(app, "a", "active"), person(app, "b", "blocked"), person(app, "i", "invited"));
        let deleted = person(app, "d", "active");
        app.admin().delete(&format!("/api/v1/users/{deleted}")).expect(204);
        let ghost = uuid::Uuid::now_v7().to_string();
        let all = json!([active, blocked, invited, deleted, ghost]);
        let done = app.admin().post("/api/v1/users/block", json!({"user_ids": all, "note": "sold"})).expect(200);
        let statuses: Vec<_> = done.json["results"].as_array().unwrap().iter().map(|one| one["status"].clone()).collect();
        assert_eq!(statuses, [200, 200, 200, 409, 404].map(|status| json!(status)));
        let first = &done.json["results"][0];
        assert_eq!((&first["user_id"], &first["user"]["state"]), (&json!(active), &json!("blocked")));
        assert_eq!(first["user"]["block_causes"][0]["note"], "sold");
        assert_eq!(done.json["results"][3]["problem"]["code"], "state_move_refused");
        assert_eq!(done.json["results"][4]["problem"]["code"], "not_found");
        // What was done is one revision.
        let revision = |index: usize| done.json["results"][index]["user"]["revision"].clone();
        assert_eq!(revision(0), revision(2));

        let lifted = app.admin().post("/api/v1/users/unblock", json!({"user_ids": [active, blocked]})).expect(200);
        assert_eq!(lifted.json["results"][0]["user"]["state"], "active");
        assert_eq!(lifted.json["results"][1]["user"]["state"], "blocked", "it awaits release still");
    }

    fn invitations_come_with_their_links(app: &TestApp) {
        let (one, other, active) =
            (person(app, "a", "invited"), person(app, "b", "invited"), person(app, "c", "active"));
        let done = app.admin().post("/api/v1/users/invite", json!({"user_ids": [one, other, active]})).expect(200);
        let link = |index: usize| done.json["results"][index]["invitation_link"].clone();
        assert!(link(0).is_string() && link(1).is_string() && link(0) != link(1));
        assert_eq!((link(2), &done.json["results"][2]["problem"]["code"]), (json!(null), &json!("not_invited")));
    }

    fn the_list_is_bounded_and_names_each_once(app: &TestApp) {
        let user = person(app, "a", "active");
        let post = |ids: serde_json::Value| app.admin().post("/api/v1/users/block", json!({"user_ids": ids}));
        assert_eq!(post(json!([user, user])).expect(422).pointers(), ["/user_ids/1"]);
        assert_eq!(post(json!([])).expect(422).pointers(), ["/user_ids"]);
        assert_eq!(post(json!(vec![user.clone(); 201])).expect(422).pointers(), ["/user_ids"]);
        assert_eq!(app.admin().get(&format!("/api/v1/users/{user}")).expect(200).json["state"], "active");
    }

    // the last administrator is not blocked among others either.
    fn the_last_administrator_stays(app: &TestApp) {
        let user = person(app, "a", "active");
        let other = person(app, "b", "active");
        let body = json!({"user_ids": [user, app.admin_id.0, other]});
        let told = app.admin().post("/api/v1/users/block", body).expect(200);
        let statuses: Vec<_> = told.json["results"].as_array().unwrap().iter().map(|one| &one["status"]).collect();
        assert_eq!(statuses, [200, 409, 200]);
        assert_eq!(told.json["results"][1]["problem"]["code"], "last_administrator");
        assert_eq!(app.admin().get(&format!("/api/v1/users/{other}")).expect(200).json["state"], "blocked");
        app.admin().get("/api/v1/me").expect(200);
    }

    // U-04: HR blocks the accounts of its workers, many at once as well.
    fn hr_blocks_the_accounts_of_its_workers(app: &TestApp) {
        let company = app.company();
        let (carl, other) = (company.person("carl"), company.user("other"));
        let hr = company.with_rights("hr", "hr", &["read", "account.block"]);
        let told = hr.post("/api/v1/users/block", json!({"user_ids": [carl.user, other]})).expect(200);
        assert_eq!(told.json["results"][0]["status"], 200, "{}", told.text);
        assert_eq!(told.json["results"][1]["problem"]["code"], "forbidden");
        let plain = company.client(&company.user("plain"));
        plain.post("/api/v1/users/block", json!({"user_ids": [other]})).expect_missing("system", "user.block");
    }
}
