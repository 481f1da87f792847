use serde_json::json;
use tests::on_every_database;

use super::{ALL, body};
use crate::api::common;

on_every_database! {
    fn it_creates_updates_and_never_blanks(app: &TestApp) {
        let part = json!({"unit": "day"});
        common::upsert_creates_updates_and_never_blanks(&app.admin(), "wage-types", "wt-1", &body("holiday"), &part);
    }

    // P-07: rows of a file, matched by external id or code.
    fn they_are_imported_and_exported(app: &TestApp) {
        let admin = app.admin();
        let csv = "external_id,code,name,unit,request_group\n\
                   wt-1,holiday,Holiday,day,1\n,overtime,Overtime,hour,2\nwt-3,bad,Bad,hour,3\n";
        let ended = admin.import_csv("wage_types", "per_row", csv);
        assert_eq!((&ended.json["result"]["created"], &ended.json["result"]["bad"]), (&json!(2), &json!(1)));
        for (format, content_type) in [("csv", "text/csv"), ("ndjson", "application/x-ndjson")] {
            let file = admin.get(&format!("/api/v1/exports/wage-types?format={format}")).expect(200).text;
            let started = admin.import("wage_types", "atomic", content_type, &file).expect(202);
            let result = &admin.finished(&started).json["result"];
            assert_eq!((&result["created"], &result["updated"]), (&json!(0), &json!(2)), "{file}");
        }
        assert_eq!(admin.ids(ALL).len(), 2);
    }
}
