use tests::on_every_database;

use super::{ALL, Place};

on_every_database! {
    // D-04
    fn a_signed_contract_is_in_force_on_the_days_of_its_window(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let anna = company.person("anna");
        let (department, position) = (company.department("d", None), company.position("p"));
        let draft = company.draft(&anna.worker, &department, &position, Some("2026-01-01"), Some("2026-06-15"));
        let roles = format!("/api/v1/users/{}/roles", anna.user);
        assert!(admin.ids(&roles).is_empty());
        let signed = admin.verb(&format!("{ALL}/{draft}/sign")).expect(200);
        assert_eq!((&signed.json["state"], signed.etag()), (&"signed".into(), admin.get(&format!("{ALL}/{draft}")).etag()));
        //
        assert_eq!(admin.column(&roles, "valid_to"), ["2026-06-15"]);
        assert_eq!(company.client_of(&anna).get("/api/v1/me").expect(200).json["roles"], serde_json::json!(["employee"]));
        app.clock.set("2026-06-16T00:00:00Z".parse().unwrap());
        assert_eq!(company.client_of(&anna).get("/api/v1/me").expect(200).json["roles"], serde_json::json!([]));
        admin.verb(&format!("{ALL}/{draft}/sign")).expect_problem(409, "contract_state_refused").expect_rule("D-04");
    }

    // D-06
    fn an_overlapping_draft_is_not_signed(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let place = Place::new(&company);
        let draft = place.draft(&company, Some("2026-03-01"), None);
        place.signed(&company, Some("2026-01-01"), Some("2026-03-01"));
        admin.verb(&format!("{ALL}/{draft}/sign")).expect_problem(409, "contract_overlap").expect_rule("D-06");
        assert_eq!(admin.get(&format!("{ALL}/{draft}")).json["state"], "draft");
    }

    fn it_needs_hr_contracts_edit_on_the_worker(app: &TestApp) {
        let company = app.company();
        let path = format!("{ALL}/{}/sign", Place::new(&company).draft(&company, None, None));
        company.with_rights("reader", "hr", &["read", "contracts.read"]).verb(&path).expect_missing("hr", "contracts.edit");
        // Who may not read contracts learns nothing of this one.
        company.with_rights("blind", "hr", &["read"]).verb(&path).expect_problem(404, "not_found");
        company.outsider().verb(&path).expect_problem(404, "not_found");
        app.admin().send("POST", &path, &[("if-match", "\"0\"")], Some(b"")).expect_problem(412, "precondition_failed");
        app.admin().verb(&format!("{ALL}/{}/sign", uuid::Uuid::now_v7())).expect_problem(404, "not_found");
    }
}
