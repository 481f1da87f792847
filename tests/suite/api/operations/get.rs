use serde_json::json;
use tests::on_every_database;

use super::{ALL, FILE};

on_every_database! {
    fn its_owner_and_who_runs_imports_may_read_it(app: &TestApp) {
        let company = app.company();
        let runner = company.with_rights("runner", "system", &["import.run"]);
        let done = app.admin().import_csv("departments", "atomic", FILE);
        let path = format!("{ALL}/{}", done.id());
        let read = runner.get(&path).expect(200);
        let fields = ["id", "kind", "state", "done", "total", "rate", "seconds_left", "errors_count", "result", "created_by"];
        for field in fields {
            assert!(read.json.as_object().unwrap().contains_key(field), "{field}");
        }
        assert_eq!((&read.json["state"], &read.json["seconds_left"]), (&json!("succeeded"), &json!(null)));
        company.outsider().get(&path).expect_problem(404, "not_found");
        runner.get(&format!("{ALL}/{}", uuid::Uuid::now_v7())).expect_problem(404, "not_found");
        runner.get(&format!("{path}?frob=1")).expect_fault(400, "unknown_parameter", "frob");
    }
}
