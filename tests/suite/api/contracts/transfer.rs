use serde_json::json;
use tests::on_every_database;

use super::{ALL, Place};

on_every_database! {
    // D-05
    fn one_line_ends_and_the_next_begins(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let place = Place::new(&company);
        let there = company.department("there", None);
        let old = place.signed(&company, Some("2026-01-01"), Some("2026-12-31"));
        let body = json!({"valid_from": "2026-07-01", "department_id": there, "workload_percent": 80});
        let done = admin.post(&format!("{ALL}/{old}/transfer"), body).expect(201);
        let (ended, next) = (&done.json["ended"], &done.json["contract"]);
        assert_eq!((&ended["id"], &ended["state"], &ended["valid_to"]), (&json!(old), &json!("ended"), &json!("2026-06-30")));
        let window = (&next["valid_from"], &next["valid_to"], &next["state"]);
        assert_eq!(window, (&json!("2026-07-01"), &json!("2026-12-31"), &json!("signed")));
        let placement = (&next["department_id"], &next["position_id"], &next["workload_percent"]);
        assert_eq!(placement, (&json!(there), &json!(place.position), &json!(80)));
        assert_eq!(admin.get(done.header("location").unwrap()).expect(200).json, *next);
        assert_eq!((&ended["revision"], done.header("remit-revision")), (&next["revision"], Some(next["revision"].to_string().as_str())));
        assert_eq!(admin.ids(&format!("{ALL}?at=2026-06-30")), [old]);
    }

    // D-05
    fn the_day_lies_inside_and_something_changes(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let place = Place::new(&company);
        let there = company.department("there", None);
        let path = format!("{ALL}/{}/transfer", place.signed(&company, Some("2026-01-01"), Some("2026-12-31")));
        for day in ["2025-12-31", "2026-01-01", "2027-01-01"] {
            admin.post(&path, json!({"valid_from": day, "department_id": there}))
                .expect_fault(422, "transfer_outside_window", "/valid_from").expect_rule("D-05");
        }
        admin.post(&path, json!({"valid_from": "2026-02-01"})).expect_problem(422, "transfer_same_placement").expect_rule("D-05");
        admin.post(&path, json!({"valid_from": "2026-02-01", "department_id": place.worker, "position_id": place.worker}))
            .expect_fault(422, "unknown_reference", "/department_id")
            .expect_fault(422, "unknown_reference", "/position_id");
        admin.post(&path, json!({"department_id": there})).expect_fault(422, "required", "/valid_from");
        assert_eq!(admin.column(ALL, "state"), ["signed"]);
    }

    // D-05: department, position and supervisor by one's own ids or their codes and numbers.
    fn the_new_placement_is_named_by_external_ids_as_well(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let place = Place::new(&company);
        let (there, desk, boss) = (company.department("there", None), company.position("desk"), company.worker("boss"));
        let path = format!("{ALL}/{}/transfer", place.signed(&company, Some("2026-01-01"), None));
        let body = json!({
            "valid_from": "2026-07-01", "department_external_id": "there", "position_external_id": "desk",
            "supervisor_external_id": "boss",
        });
        let mut both = body.clone();
        both["department_id"] = json!(there);
        admin.post(&path, both).expect_fault(422, "bad_value", "/department_external_id");
        let mut unknown = body.clone();
        unknown["position_external_id"] = json!("nowhere");
        unknown["supervisor_external_id"] = json!("nobody");
        admin.post(&path, unknown.clone())
            .expect_fault(422, "unknown_reference", "/position_external_id")
            .expect_fault(422, "unknown_reference", "/supervisor_external_id");
        // Who may not do it does not learn who is there.
        let reader = company.with_rights("reader", "hr", &["read", "contracts.read"]);
        reader.post(&path, unknown).expect_missing("hr", "contracts.edit");
        let next = admin.post(&path, body).expect(201).json["contract"].clone();
        assert_eq!((&next["department_id"], &next["position_id"]), (&json!(there), &json!(desk)));
        assert_eq!(next["supervisor_id"], json!(boss));
        let path = format!("{ALL}/{}/transfer", next["id"].as_str().unwrap());
        let body = json!({"valid_from": "2026-08-01", "supervisor_external_id": null, "workload_percent": 50});
        assert_eq!(admin.post(&path, body).expect(201).json["contract"]["supervisor_id"], json!(null));
    }

    // D-04, D-06
    fn what_does_not_count_or_would_overlap_is_not_transferred(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let place = Place::new(&company);
        let there = company.department("there", None);
        let body = json!({"valid_from": "2026-02-01", "department_id": there});
        let draft = place.draft(&company, Some("2026-01-01"), None);
        admin.post(&format!("{ALL}/{draft}/transfer"), body.clone()).expect_problem(409, "contract_state_refused").expect_rule("D-04");
        let signed = place.signed(&company, Some("2026-01-01"), None);
        company.contract(&place.worker, &there, &place.position, Some("2026-05-01"), None);
        admin.post(&format!("{ALL}/{signed}/transfer"), body.clone()).expect_problem(409, "contract_overlap").expect_rule("D-06");
        assert_eq!(admin.get(&format!("{ALL}/{signed}")).json["state"], "signed");
        let reader = company.with_rights("reader", "hr", &["read", "contracts.read"]);
        reader.post(&format!("{ALL}/{signed}/transfer"), body).expect_missing("hr", "contracts.edit");
    }

    //
    fn roles_follow_the_transfer(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let anna = company.person("anna");
        let (here, there) = (company.department("here", None), company.department("there", None));
        let role = company.automatic_role("there");
        company.rule(&role, json!({"departments": [{"id": there}]}));
        let contract = company.contract(&anna.worker, &here, &company.position("p"), Some("2026-01-01"), None);
        let body = json!({"valid_from": "2026-07-01", "department_id": there, "supervisor_id": null});
        admin.post(&format!("{ALL}/{contract}/transfer"), body).expect(201);
        assert_eq!(admin.column(&format!("/api/v1/roles/{role}/members"), "valid_from"), ["2026-07-01"]);
    }
}
