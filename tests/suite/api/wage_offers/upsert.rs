use serde_json::json;
use tests::on_every_database;

use super::{ALL, wage_type};
use crate::api::common;

on_every_database! {
    fn it_creates_updates_and_never_blanks(app: &TestApp) {
        let company = app.company();
        company.role("r", 0);
        wage_type(&company, "overtime");
        let whole = json!({"holder_external_id": "r", "wage_type_external_id": "overtime", "max_per_day": 2.5});
        let part = json!({"mode": "workflow", "max_per_month": 20});
        common::upsert_creates_updates_and_never_blanks(&app.admin(), "wage-offers", "o-1", &whole, &part);
    }

    // P-07: rows of a file; those without an external id are matched by holder, wage type, own and window.
    fn they_are_imported_and_exported(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        company.role("r", 0);
        company.user("jana");
        wage_type(&company, "overtime");
        wage_type(&company, "bonus");
        let csv = "external_id,holder_type,holder_external_id,wage_type_external_id,own,mode,max_per_day,max_per_year,valid_from\n\
                   o-1,,r,overtime,,workflow,7.5,100,\n\
                   ,role,r,bonus,true,,,,\n\
                   ,user,jana,overtime,false,record,,0.125,2026-01-01\n\
                   o-4,role,r,overtime,,,,,2027-01-01\n\
                   o-5,role,r,bonus,,,many,,\n";
        let ended = admin.import_csv("wage_offers", "per_row", csv);
        assert_eq!((&ended.json["result"]["created"], &ended.json["result"]["bad"]), (&json!(3), &json!(2)));
        let errors = admin.get(&format!("/api/v1/operations/{}/errors", ended.id())).expect(200).text;
        assert!(errors.contains("wage_offer_exists") && errors.contains("/max_per_day"), "{errors}");
        let before = admin.get(ALL).expect(200).json;
        for (format, content_type) in [("csv", "text/csv"), ("ndjson", "application/x-ndjson")] {
            let file = admin.get(&format!("/api/v1/exports/wage-offers?format={format}")).expect(200).text;
            let started = admin.import("wage_offers", "atomic", content_type, &file).expect(202);
            let result = &admin.finished(&started).json["result"];
            assert_eq!((&result["created"], &result["updated"]), (&json!(0), &json!(3)), "{file}");
        }
        assert_eq!(admin.get(ALL).expect(200).json, before, "a second time it changes nothing");
        let limits = admin.column(&format!("{ALL}?sort=created_at"), "max_per_year");
        assert_eq!(limits, ["100", "-", "0.125"]);
    }
}
