use serde_json::{Value, json};
use tests::on_every_database;

use super::ALL;

on_every_database! {
    fn each_bad_row_is_told_with_its_line_and_field(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let file = "external_id,code,name\nd-1,a b,\nd-2,ok,Fine\nd-3,x\n";
        let done = admin.import_csv("departments", "per_row", file);
        let path = format!("{ALL}/{}/errors", done.id());
        let errors = admin.get(&path).expect(200);
        assert_eq!(errors.header("content-type"), Some("application/x-ndjson"));
        let lines: Vec<Value> = errors.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let told = |line: i64, pointer: Value| lines.iter().any(|told| told["line"] == line && told["pointer"] == pointer);
        assert!(told(2, json!("/name")) && told(4, json!(null)), "{}", errors.text);
        assert!(lines.iter().all(|line| line["code"].is_string() && line["detail"].is_string() && line["line"] != 3));
        assert_eq!(done.json["errors_count"], json!(lines.len()));
        assert_eq!(admin.column("/api/v1/departments", "code"), ["ok"]);
        company.outsider().get(&path).expect_problem(404, "not_found");
    }
}
