use serde_json::json;
use tests::on_every_database;

use super::{ALL, person};

on_every_database! {
    // U-05
    fn a_released_account_gets_a_link_to_set_its_password(app: &TestApp) {
        let (admin, anonymous) = (app.admin(), app.anonymous());
        let path = format!("{ALL}/{}", admin.post(ALL, person("jana")).expect(201).id());
        let released = admin.verb(&format!("{path}/release")).expect(200);
        assert_eq!((&released.json["user"]["state"], released.etag()), (&json!("active"), admin.get(&path).etag()));
        let link = released.json["password_link"].as_str().unwrap();
        let token = link.split_once('#').unwrap().1;
        let set = json!({"token": token, "password": "a new long password"});
        anonymous.post("/auth/password", set.clone()).expect(204);
        anonymous.post("/auth/login", json!({"login": "jana", "password": "a new long password"})).expect(200);
        assert!(anonymous.post("/auth/password", set).status >= 400);
        admin.verb(&format!("{path}/release")).expect_problem(409, "state_move_refused");
    }

    // U-05
    fn it_lifts_nothing_but_awaiting_release(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let path = format!("{ALL}/{}", company.user("jana"));
        admin.post(&format!("{path}/block"), json!({})).expect(200);
        admin.verb(&format!("{path}/release")).expect_problem(409, "block_cause_absent");
        let clerk = company.with_rights("clerk", "system", &["user.unblock"]);
        clerk.verb(&format!("{path}/release")).expect_missing("system", "user.release");
    }
}
