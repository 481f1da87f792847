use serde_json::json;
use tests::on_every_database;

use crate::api::common;

on_every_database! {
    fn it_creates_updates_and_never_blanks(app: &TestApp) {
        let company = app.company();
        company.role("r", 0);
        let position = company.position("p");
        let whole = json!({"name": "R", "module": "hr", "role_external_ids": ["r"]});
        let part = json!({"position_ids": [position]});
        common::upsert_creates_updates_and_never_blanks(&app.admin(), "protection-rules", "rule-1", &whole, &part);
    }

    // G-4: rows of a file; what was exported changes nothing.
    fn they_are_imported_and_exported(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        company.role("r", 0);
        company.position("p");
        let csv = "external_id,name,class,module,role_external_ids,position_external_ids\n\
                   rule-1,Folders,,hr,r,p\nrule-2,Areas,personal_folders,,,p\nrule-3,Bad,,system,r,\n";
        let ended = admin.import_csv("protection_rules", "per_row", csv);
        assert_eq!((&ended.json["result"]["created"], &ended.json["result"]["bad"]), (&json!(2), &json!(1)));
        for (format, content_type) in [("csv", "text/csv"), ("ndjson", "application/x-ndjson")] {
            let file = admin.get(&format!("/api/v1/exports/protection-rules?format={format}")).expect(200).text;
            let started = admin.import("protection_rules", "atomic", content_type, &file).expect(202);
            assert_eq!(admin.finished(&started).json["result"]["updated"], 2, "{file}");
        }
    }
}
