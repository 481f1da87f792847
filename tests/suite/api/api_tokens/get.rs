use serde_json::json;
use tests::on_every_database;

use super::ALL;

on_every_database! {
    fn anothers_token_is_as_good_as_none(app: &TestApp) {
        let company = app.company();
        let (jana, ben) = (company.user("jana"), company.user("ben"));
        let body = json!({"name": "n", "scopes": ["hr:read"], "expires_at": "2027-01-01T00:00:00Z"});
        let path = format!("{ALL}/{}", company.client(&jana).post(ALL, body).expect(201).id());
        let read = company.client(&jana).get(&path).expect(200);
        assert_eq!((&read.json["scopes"], &read.json["expires_at"]), (&json!(["hr:read"]), &json!("2027-01-01T00:00:00Z")));
        company.client(&ben).get(&path).expect_problem(404, "not_found");
        app.admin().get(&path).expect(200);
        app.admin().get(&format!("{path}?frob=1")).expect_fault(400, "unknown_parameter", "frob");
    }
}
