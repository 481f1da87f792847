use tests::on_every_database;

use super::ALL;

on_every_database! {
    //
    fn running_it_changes_nothing_when_all_is_in_step(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let jana = company.person("jana");
        company.contract(&jana.worker, &company.department("d", None), &company.position("p"), None, None);
        let before = admin.get("/api/v1/audit?limit=1").expect(200).items()[0]["revision"].clone();
        let path = format!("{ALL}/{}/role-sync", jana.worker);
        let report = admin.verb(&path).expect(200).json["report"].clone();
        assert_eq!((report["kept"].as_i64(), report["worker_id"].as_str()), (Some(1), Some(jana.worker.as_str())));
        for what in ["added", "removed", "adjusted"] {
            assert_eq!(report[what], serde_json::json!([]));
        }
        assert_eq!(admin.get("/api/v1/audit?limit=1").expect(200).items()[0]["revision"], before);
        let unlinked = company.worker("ben");
        assert!(admin.verb(&format!("{ALL}/{unlinked}/role-sync")).expect(200).json["report"].is_null());
        company.with_rights("hr", "hr", &["read", "edit"]).verb(&path).expect_missing("system", "role.sync");
        admin.verb(&format!("{ALL}/{}/role-sync", uuid::Uuid::now_v7())).expect_problem(404, "not_found");
    }
}
