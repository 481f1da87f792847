use serde_json::json;
use tests::on_every_database;

use super::{ALL, Place};

on_every_database! {
    // D-04
    fn a_contract_starts_as_a_draft(app: &TestApp) {
        let place = Place::new(&app.company());
        let made = app.admin().post(ALL, place.body(json!({}))).expect(201);
        assert_eq!(app.admin().get(made.header("location").unwrap()).expect(200).json, made.json);
        let wanted = (&json!("draft"), &json!("employment"), &json!(100));
        assert_eq!((&made.json["state"], &made.json["type"], &made.json["workload_percent"]), wanted);
        app.admin().post(ALL, place.body(json!({"state": "ended"}))).expect_fault(422, "required", "/valid_to");
        app.admin().post(ALL, place.body(json!({"state": "ended", "valid_to": "2025-12-31"}))).expect(201);
    }

    fn everything_is_named_by_ones_own_ids(app: &TestApp) {
        let company = app.company();
        let place = Place::new(&company);
        let boss = company.worker("boss");
        let body = json!({
            "worker_external_id": "w", "department_external_id": "d", "position_external_id": "p",
            "supervisor_external_id": "boss", "type": "agreement",
        });
        let made = app.admin().post(ALL, body).expect(201);
        assert_eq!((&made.json["worker_id"], &made.json["supervisor_id"]), (&json!(place.worker), &json!(boss)));
        let unknown = json!({
            "worker_external_id": "x", "department_external_id": "x", "position_external_id": "x", "supervisor_external_id": "x",
        });
        let refused = app.admin().post(ALL, unknown).expect_fault(422, "unknown_reference", "/worker_external_id");
        assert_eq!(refused.pointers().len(), 4);
    }

    fn bad_values_are_refused(app: &TestApp) {
        let place = Place::new(&app.company());
        let post = |more| app.admin().post(ALL, place.body(more));
        let missing = app.admin().post(ALL, json!({})).expect(422);
        assert_eq!(missing.pointers(), ["/worker_id", "/department_id", "/position_id"]);
        for percent in [json!(-1), json!(1001), json!(99_999_999_999_i64)] {
            post(json!({"workload_percent": percent})).expect_fault(422, "out_of_range", "/workload_percent");
        }
        post(json!({"workload_percent": "100"})).expect_fault(400, "wrong_type", "/workload_percent");
        post(json!({"type": "slavery"})).expect_fault(400, "unknown_value", "/type");
        post(json!({"supervisor_id": place.worker})).expect_fault(422, "bad_value", "/supervisor_id");
        post(json!({"valid_from": "2026-02-01", "valid_to": "2026-01-31"})).expect_fault(422, "window_reversed", "/valid_to");
        post(json!({"department_id": place.position})).expect_fault(422, "unknown_reference", "/department_id");
        assert!(app.admin().ids(ALL).is_empty());
    }

    // D-06
    fn two_that_count_do_not_overlap_in_one_place(app: &TestApp) {
        let company = app.company();
        let place = Place::new(&company);
        let first = place.signed(&company, Some("2026-01-01"), Some("2026-06-30"));
        let post = |more| app.admin().post(ALL, place.body(more));
        let refused = post(json!({"state": "signed", "valid_from": "2026-06-30"})).expect_problem(409, "contract_overlap");
        let refused = refused.expect_rule("D-06").expect_fault(409, "contract_overlap", "/valid_from");
        assert!(refused.json["detail"].as_str().unwrap().contains(&first));
        post(json!({"state": "ended", "valid_to": "2026-01-01"})).expect_problem(409, "contract_overlap");
        post(json!({"state": "signed", "valid_from": "2026-07-01"})).expect(201);
        post(json!({"state": "cancelled", "valid_from": "2026-02-01"})).expect(201);
        post(json!({"valid_from": "2026-02-01"})).expect(201);
        let elsewhere = company.position("other");
        post(json!({"state": "signed", "position_id": elsewhere, "workload_percent": 0})).expect(201);
    }

    // D-06
    fn more_than_full_time_is_a_warning(app: &TestApp) {
        let company = app.company();
        let place = Place::new(&company);
        place.signed(&company, Some("2026-01-01"), Some("2026-06-30"));
        let other = company.position("other");
        let post = |from: &str| {
            let more = json!({"state": "signed", "position_id": other, "workload_percent": 1, "valid_from": from});
            app.admin().post(ALL, place.body(more))
        };
        assert!(post("2026-07-01").expect(201).warnings().is_empty());
        let more = json!({"state": "signed", "position_id": other, "workload_percent": 1, "valid_to": "2026-01-01"});
        let warned = app.admin().post(ALL, place.body(more)).expect(201);
        assert_eq!(warned.warnings(), ["workload_above_100"]);
        assert!(app.admin().get(&format!("{ALL}/{}", warned.id())).json.get("warnings").is_none());
    }

    fn it_needs_hr_contracts_edit_on_the_worker(app: &TestApp) {
        let company = app.company();
        let place = Place::new(&company);
        let reader = company.with_rights("reader", "hr", &["read", "contracts.read"]);
        reader.post(ALL, place.body(json!({}))).expect_missing("hr", "contracts.edit");
        company.with_rights("editor", "hr", &["contracts.edit", "contracts.read"]).post(ALL, place.body(json!({}))).expect(201);
    }

    // Whether there is a worker whom the caller may not see is not told.
    fn a_hidden_worker_is_as_good_as_none(app: &TestApp) {
        let company = app.company();
        let place = Place::new(&company);
        let own = company.worker("own");
        let scope = json!({"type": "worker", "id": own});
        let hr = company.with_rights_over("hr", "hr", scope, &["read", "contracts.read", "contracts.edit"]);
        let post = |worker: &str| hr.post(ALL, place.body(json!({"worker_id": worker})));
        post(&own).expect(201);
        let (hidden, unknown) = (post(&place.worker), post(&uuid::Uuid::now_v7().to_string()));
        assert_eq!((hidden.status, &hidden.json["code"]), (unknown.status, &unknown.json["code"]), "{}", hidden.text);
        let named = |name: &str| {
            let mut body = place.body(json!({"worker_external_id": name}));
            body.as_object_mut().unwrap().remove("worker_id");
            hr.post(ALL, body).expect_fault(422, "unknown_reference", "/worker_external_id")
        };
        company.worker("hidden");
        assert_eq!(named("hidden").json["errors"], named("unknown").json["errors"]);
    }
}
