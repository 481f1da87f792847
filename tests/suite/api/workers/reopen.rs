use serde_json::json;
use tests::on_every_database;

use super::ALL;

on_every_database! {
    // W-02
    fn a_closed_folder_takes_no_contract_until_it_is_reopened(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let jana = company.worker("jana");
        let (department, position) = (company.department("d", None), company.position("p"));
        let draft = company.draft(&jana, &department, &position, Some("2026-07-01"), None);
        let path = format!("{ALL}/{jana}");
        admin.verb(&format!("{path}/reopen")).expect_problem(409, "worker_state_refused").expect_rule("W-02");
        admin.verb(&format!("{path}/close")).expect(200);
        let sign = format!("/api/v1/contracts/{draft}/sign");
        admin.verb(&sign).expect_problem(409, "worker_closed").expect_rule("W-02");
        let body = json!({"worker_id": jana, "department_id": department, "position_id": position, "state": "signed"});
        admin.post("/api/v1/contracts", body).expect_fault(409, "worker_closed", "/worker_id");
        let put = "/api/v1/contracts/by-external-id/c-1";
        admin.patch(&format!("/api/v1/contracts/{draft}"), json!({"external_id": "c-1"})).expect(200);
        admin.put(put, json!({"state": "signed"})).expect_problem(409, "worker_closed");
        assert_eq!(admin.verb(&format!("{path}/reopen")).expect(200).json["state"], "active");
        admin.verb(&sign).expect(200);
    }

    fn it_needs_hr_edit_on_the_worker(app: &TestApp) {
        let company = app.company();
        let path = format!("{ALL}/{}", company.worker("jana"));
        app.admin().verb(&format!("{path}/close")).expect(200);
        company.with_rights("hr", "hr", &["read"]).verb(&format!("{path}/reopen")).expect_missing("hr", "edit");
        company.outsider().verb(&format!("{path}/reopen")).expect_problem(404, "not_found");
    }
}
