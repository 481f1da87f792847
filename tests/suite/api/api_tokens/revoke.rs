use serde_json::json;
use tests::on_every_database;

use super::ALL;

on_every_database! {
    fn a_revoked_token_is_refused_at_once(app: &TestApp) {
        let company = app.company();
        let (jana, ben) = (company.user("jana"), company.user("ben"));
        let caller = company.client(&jana);
        let made = caller.post(ALL, json!({"name": "n"})).expect(201);
        let path = format!("{ALL}/{}", made.id());
        let client = app.with_token(made.json["token"].as_str().unwrap());
        client.get("/api/v1/me").expect(200);
        company.client(&ben).send("DELETE", &path, &[], None).expect_problem(404, "not_found");
        client.get("/api/v1/me").expect(200);
        let revoked = caller.send("DELETE", &path, &[], None).expect(204);
        assert!(revoked.header("remit-revision").is_some());
        client.get("/api/v1/me").expect_problem(401, "unauthenticated");
        caller.get(&path).expect_problem(404, "not_found");
        caller.send("DELETE", &path, &[], None).expect_problem(404, "not_found");
    }
}
