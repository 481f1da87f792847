use serde_json::json;
use tests::on_every_database;

on_every_database! {
    fn it_tells_who_calls_and_in_which_roles(app: &TestApp) {
        let company = app.company();
        let anna = company.person("anna");
        let (inner, outer) = (company.role("inner", 0), company.role("outer", 0));
        company.member(&inner, &anna.user);
        company.nest(&inner, &outer);
        let me = company.client_of(&anna).get("/api/v1/me").expect(200);
        assert_eq!((&me.json["user"]["id"], &me.json["worker_id"]), (&json!(anna.user), &json!(anna.worker)));
        assert_eq!((&me.json["roles"], &me.json["time_zone"]), (&json!(["inner", "outer"]), &json!("UTC")));
        assert!(company.outsider().get("/api/v1/me").expect(200).json["worker_id"].is_null());
        app.anonymous().get("/api/v1/me").expect_problem(401, "unauthenticated");
        app.with_token("rmt_nonsense").get("/api/v1/me").expect_problem(401, "unauthenticated");
        app.admin().get("/api/v1/me?frob=1").expect_fault(400, "unknown_parameter", "frob");
    }
}
