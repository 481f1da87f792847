use serde_json::json;
use tests::on_every_database;

use super::{ALL, Place};
use crate::api::common;

on_every_database! {
    // D-05
    fn a_draft_changes_freely_with_the_present_tag(app: &TestApp) {
        let company = app.company();
        let path = format!("{ALL}/{}", Place::new(&company).draft(&company, None, None));
        let other = company.department("other", None);
        let patch = json!({
            "department_id": other, "type": "service", "workload_percent": 50, "valid_from": "2026-01-01", "valid_to": null,
        });
        common::change_needs_the_present_tag(&app.admin(), &path, &patch);
    }

    // D-05
    fn a_signed_placement_never_changes_in_place(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let place = Place::new(&company);
        let path = format!("{ALL}/{}", place.signed(&company, Some("2026-01-01"), None));
        let (department, position) = (company.department("d2", None), company.position("p2"));
        let changes = json!({
            "department_id": department, "position_id": position, "type": "other", "workload_percent": 50,
            "valid_from": "2026-02-01",
        });
        for (field, value) in changes.as_object().unwrap() {
            admin.patch(&path, json!({field: value}))
                .expect_fault(409, "contract_placement_fixed", &format!("/{field}"))
                .expect_rule("D-05");
        }
        let all = admin.patch(&path, changes.clone()).expect_problem(409, "contract_placement_fixed");
        assert_eq!(all.pointers().len(), 5);
        admin.patch(&path, json!({"supervisor_id": company.worker("boss"), "external_id": "c"})).expect(200);
    }

    // D-04
    fn worker_and_state_do_not_change_here(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let path = format!("{ALL}/{}", Place::new(&company).draft(&company, None, None));
        let other = company.worker("other");
        admin.patch(&path, json!({"worker_id": other})).expect_fault(422, "not_changeable", "/worker_id");
        admin.patch(&path, json!({"state": "signed"})).expect_fault(422, "not_changeable", "/state");
        assert_eq!(admin.get(&path).json["state"], "draft");
    }

    // D-06
    fn a_later_end_may_not_reach_into_the_next_contract(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let place = Place::new(&company);
        let path = format!("{ALL}/{}", place.signed(&company, None, Some("2026-06-30")));
        place.signed(&company, Some("2026-07-01"), None);
        admin.patch(&path, json!({"valid_to": null})).expect_problem(409, "contract_overlap").expect_rule("D-06");
        admin.patch(&path, json!({"valid_to": "2026-07-01"})).expect_problem(409, "contract_overlap");
        admin.patch(&path, json!({"valid_to": "2026-05-31"})).expect(200);
    }

    fn it_needs_hr_contracts_edit_on_the_worker(app: &TestApp) {
        let company = app.company();
        let path = format!("{ALL}/{}", Place::new(&company).draft(&company, None, None));
        let reader = company.with_rights("reader", "hr", &["read", "contracts.read"]);
        reader.patch(&path, json!({"valid_to": "2030-01-01"})).expect_missing("hr", "contracts.edit");
    }
}
