use serde_json::json;
use tests::on_every_database;

use super::{ALL, Place};
use crate::api::common;

on_every_database! {
    fn it_creates_updates_and_never_blanks(app: &TestApp) {
        let place = Place::new(&app.company());
        let whole = place.body(json!({"type": "service", "valid_from": "2026-01-01", "valid_to": "2026-12-31"}));
        common::upsert_creates_updates_and_never_blanks(&app.admin(), "contracts", "c-1", &whole, &json!({"workload_percent": 50}));
    }

    // D-04
    fn a_state_moves_it_on_but_never_back(app: &TestApp) {
        let place = Place::new(&app.company());
        let put = |body| app.admin().put(&format!("{ALL}/by-external-id/c-1"), body);
        put(place.body(json!({"valid_from": "2026-01-01"}))).expect(201);
        assert_eq!(put(json!({"state": "signed"})).expect(200).json["state"], "signed");
        put(json!({"state": "draft"})).expect_problem(409, "contract_state_refused").expect_rule("D-04");
        put(json!({"state": "ended"})).expect_fault(422, "required", "/valid_to");
        let ended = put(json!({"state": "ended", "valid_to": "2026-05-31"})).expect(200);
        assert_eq!((&ended.json["state"], &ended.json["valid_to"]), (&json!("ended"), &json!("2026-05-31")));
        put(json!({"state": "signed"})).expect_problem(409, "contract_state_refused");
        put(json!({"department_external_id": "none"})).expect_fault(422, "unknown_reference", "/department_external_id");
    }

    fn a_hidden_one_is_not_changed(app: &TestApp) {
        let company = app.company();
        let place = Place::new(&company);
        app.admin().put(&format!("{ALL}/by-external-id/c-1"), place.body(json!({}))).expect(201);
        let refused = company.outsider().put(&format!("{ALL}/by-external-id/c-1"), json!({"workload_percent": 1}));
        refused.expect_problem(404, "not_found");
        assert_eq!(app.admin().column(ALL, "workload_percent"), ["100"]);
    }
}
