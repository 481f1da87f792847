use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    // W-02
    fn only_a_closed_unlinked_folder_is_erased_after_its_time(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let jana = company.person("jana");
        let path = format!("{ALL}/{}", jana.worker);
        let refused = || admin.delete(&path).expect_problem(409, "worker_not_erasable").expect_rule("W-02");
        refused();
        admin.verb(&format!("{path}/close")).expect(200);
        refused();
        admin.send("DELETE", &format!("{path}/account"), &[], None).expect(200);
        admin.patch(&path, json!({"retain_until": "2026-06-15"})).expect(200);
        refused();
        app.clock.set("2026-06-16T00:00:00Z".parse().unwrap());
        common::removal_needs_the_present_tag(&admin, &path);
    }

    // W-02
    fn its_contracts_go_with_it(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let jana = company.worker("jana");
        let (department, position) = (company.department("d", None), company.position("p"));
        company.contract(&jana, &department, &position, Some("2025-01-01"), Some("2025-12-31"));
        admin.verb(&format!("{ALL}/{jana}/close")).expect(200);
        admin.delete(&format!("{ALL}/{jana}")).expect(204);
        assert!(admin.ids("/api/v1/contracts").is_empty());
        assert_eq!(app.faults(), Vec::<String>::new());
    }

    fn one_that_others_name_stays(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let jana = company.worker("jana");
        let department = format!("/api/v1/departments/{}", company.department("d", None));
        admin.patch(&department, json!({"head_id": jana})).expect(200);
        admin.verb(&format!("{ALL}/{jana}/close")).expect(200);
        admin.delete(&format!("{ALL}/{jana}")).expect_problem(409, "in_use");
        admin.patch(&department, json!({"head_id": null})).expect(200);
        admin.delete(&format!("{ALL}/{jana}")).expect(204);
    }

    fn it_needs_hr_edit(app: &TestApp) {
        let company = app.company();
        let path = format!("{ALL}/{}", company.worker("jana"));
        app.admin().verb(&format!("{path}/close")).expect(200);
        company.with_rights("hr", "hr", &["read"]).delete(&path).expect_missing("hr", "edit");
    }
}
