use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    fn it_creates_updates_and_never_blanks(app: &TestApp) {
        let company = app.company();
        let role = company.role("r", 0);
        company.department("d", None);
        let right = json!({"object_type": "task", "role_external_id": "r", "allow": ["edit"]});
        let whole = json!({"name": "T", "department_external_ids": ["d"], "rights": [right]});
        let right = json!({"object_type": "document", "role_id": role, "allow": ["read"]});
        common::upsert_creates_updates_and_never_blanks(&app.admin(), "templates", "t-1", &whole, &json!({"rights": [right]}));
    }

    // P-09: rows of a file, in both forms; what was exported changes nothing.
    fn they_are_imported_and_exported(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let role = company.role("r", 0);
        company.department("d", None);
        company.department("e", None);
        let csv = "external_id,name,department_external_ids,rights\n\
                   t-1,First,d;e,\"[{\"\"object_type\"\": \"\"task\"\", \"\"role_external_id\"\": \"\"r\"\", \"\"allow\"\": [\"\"edit\"\"]}]\"\n\
                   t-2,Second,d,\"[{\"\"object_type\"\": \"\"nothing\"\", \"\"role_external_id\"\": \"\"nobody\"\", \"\"allow\"\": [\"\"edit\"\"]}]\"\n";
        let ended = admin.import_csv("templates", "per_row", csv);
        assert_eq!((&ended.json["result"]["created"], &ended.json["result"]["bad"]), (&json!(1), &json!(1)));
        let errors = admin.get(&format!("/api/v1/operations/{}/errors", ended.id())).text;
        assert!(errors.contains("/rights/0/role_external_id"), "{errors}");
        let template = admin.get(ALL).expect(200).items()[0].clone();
        let (rights, revision) = (&template["rights"], &template["revision"]);
        assert_eq!(*rights, json!([{"object_type": "task", "role_id": role, "allow": ["edit", "read"]}]));
        for (format, content_type) in [("csv", "text/csv"), ("ndjson", "application/x-ndjson")] {
            let file = admin.get(&format!("/api/v1/exports/templates?format={format}")).expect(200).text;
            assert!(file.contains("role_external_id"), "{file}");
            let started = admin.import("templates", "atomic", content_type, &file).expect(202);
            assert_eq!(admin.finished(&started).json["result"]["updated"], 1, "{file}");
            assert_eq!(admin.get(ALL).expect(200).items()[0]["revision"], *revision, "{file}");
        }
    }
}
