use tests::on_every_database;

use super::{ALL, Place};

on_every_database! {
    // D-04
    fn a_cancelled_contract_never_counts(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let anna = company.person("anna");
        let (department, position) = (company.department("d", None), company.position("p"));
        let signed = company.contract(&anna.worker, &department, &position, Some("2026-01-01"), None);
        let roles = format!("/api/v1/users/{}/roles", anna.user);
        assert_eq!(admin.ids(&roles).len(), 1);
        assert_eq!(admin.verb(&format!("{ALL}/{signed}/cancel")).expect(200).json["state"], "cancelled");
        assert!(admin.ids(&roles).is_empty());
        company.contract(&anna.worker, &department, &position, Some("2026-01-01"), None);
        for verb in ["cancel", "sign"] {
            admin.verb(&format!("{ALL}/{signed}/{verb}")).expect_problem(409, "contract_state_refused").expect_rule("D-04");
        }
    }

    fn it_needs_hr_contracts_edit_on_the_worker(app: &TestApp) {
        let company = app.company();
        let path = format!("{ALL}/{}/cancel", Place::new(&company).draft(&company, None, None));
        company.with_rights("reader", "hr", &["read", "contracts.read"]).verb(&path).expect_missing("hr", "contracts.edit");
        app.admin().verb(&path).expect(200);
    }
}
