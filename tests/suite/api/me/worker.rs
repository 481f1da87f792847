use serde_json::json;
use tests::on_every_database;

on_every_database! {
    // W-09
    fn the_own_folder_is_read_only_while_it_is_linked(app: &TestApp) {
        let company = app.company();
        let anna = company.person("anna");
        let caller = company.client_of(&anna);
        let own = caller.get("/api/v1/me/worker").expect(200);
        assert_eq!(own.json["id"], json!(anna.worker));
        let path = format!("/api/v1/workers/{}", anna.worker);
        assert_eq!(caller.get(&path).expect(200).json, own.json);
        app.admin().send("DELETE", &format!("{path}/account"), &[], None).expect(200);
        caller.get("/api/v1/me/worker").expect_problem(404, "not_found");
        caller.get(&path).expect_problem(404, "not_found");
        company.outsider().get("/api/v1/me/worker").expect_problem(404, "not_found");
    }
}
