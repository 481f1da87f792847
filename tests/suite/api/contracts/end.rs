use serde_json::json;
use tests::on_every_database;

use super::{ALL, Place};

on_every_database! {
    // D-04
    fn ending_sets_the_last_day(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let place = Place::new(&company);
        let path = format!("{ALL}/{}", place.signed(&company, Some("2026-01-01"), None));
        let end = |day: &str| admin.post(&format!("{path}/end"), json!({"valid_to": day}));
        end("2025-12-31").expect_fault(422, "window_reversed", "/valid_to");
        let ended = end("2026-06-30").expect(200);
        assert_eq!((&ended.json["state"], &ended.json["valid_to"]), (&json!("ended"), &json!("2026-06-30")));
        assert_eq!(end("2026-05-31").expect(200).json["valid_to"], "2026-05-31");
        place.signed(&company, Some("2026-06-01"), None);
        end("2026-06-01").expect_problem(409, "contract_overlap").expect_rule("D-06");
        admin.verb(&format!("{path}/cancel")).expect_problem(409, "contract_state_refused");
    }

    // D-04
    fn a_draft_does_not_end(app: &TestApp) {
        let company = app.company();
        let path = format!("{ALL}/{}/end", Place::new(&company).draft(&company, None, None));
        app.admin().post(&path, json!({"valid_to": "2026-12-31"})).expect_problem(409, "contract_state_refused").expect_rule("D-04");
        app.admin().post(&path, json!({})).expect_fault(422, "required", "/valid_to");
        app.admin().post(&path, json!({"valid_to": "31.12.2026"})).expect_fault(422, "bad_format", "/valid_to");
        app.admin().post(&path, json!({"valid_to": 20261231})).expect_fault(400, "wrong_type", "/valid_to");
        let reader = company.with_rights("reader", "hr", &["read", "contracts.read"]);
        reader.post(&path, json!({"valid_to": "2026-12-31"})).expect_missing("hr", "contracts.edit");
    }
}
