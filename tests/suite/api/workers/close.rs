use tests::on_every_database;

use super::ALL;

on_every_database! {
    // W-02
    fn closing_is_refused_while_a_contract_is_in_force_or_to_come(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let jana = company.worker("jana");
        let (department, position) = (company.department("d", None), company.position("p"));
        let path = format!("{ALL}/{jana}/close");
        company.draft(&jana, &department, &position, None, None);
        let now = company.contract(&jana, &department, &position, Some("2026-01-01"), Some("2026-06-15"));
        let coming = company.contract(&jana, &department, &position, Some("2027-01-01"), None);
        admin.verb(&path).expect_problem(409, "worker_has_contract").expect_rule("W-02");
        admin.verb(&format!("/api/v1/contracts/{coming}/cancel")).expect(200);
        admin.verb(&path).expect_problem(409, "worker_has_contract");
        let end = serde_json::json!({"valid_to": "2026-06-14"});
        admin.post(&format!("/api/v1/contracts/{now}/end"), end).expect(200);
        let closed = admin.verb(&path).expect(200);
        assert_eq!(closed.json["state"], "closed");
        admin.verb(&path).expect_problem(409, "worker_state_refused").expect_rule("W-02");
    }

    fn it_needs_hr_edit_on_the_worker(app: &TestApp) {
        let company = app.company();
        let path = format!("{ALL}/{}/close", company.worker("jana"));
        company.with_rights("hr", "hr", &["read"]).verb(&path).expect_missing("hr", "edit");
        company.outsider().verb(&path).expect_problem(404, "not_found");
        app.admin().send("POST", &path, &[("if-match", "\"0\"")], Some(b"")).expect_problem(412, "precondition_failed");
    }
}
