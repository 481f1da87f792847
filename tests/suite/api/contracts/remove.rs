use tests::on_every_database;

use super::{ALL, Place};
use crate::api::common;

on_every_database! {
    // D-05
    fn only_a_draft_is_removed(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let place = Place::new(&company);
        let signed = format!("{ALL}/{}", place.signed(&company, None, None));
        admin.delete(&signed).expect_problem(409, "contract_not_deletable").expect_rule("D-05");
        admin.verb(&format!("{signed}/cancel")).expect(200);
        admin.delete(&signed).expect_problem(409, "contract_not_deletable");
        let draft = format!("{ALL}/{}", place.draft(&company, None, None));
        common::removal_needs_the_present_tag(&admin, &draft);
    }

    fn it_needs_hr_contracts_edit_on_the_worker(app: &TestApp) {
        let company = app.company();
        let path = format!("{ALL}/{}", Place::new(&company).draft(&company, None, None));
        company.with_rights("reader", "hr", &["read", "contracts.read"]).delete(&path).expect_missing("hr", "contracts.edit");
        let blind = company.with_rights("blind", "hr", &["read"]);
        blind.send("DELETE", &path, &[("if-match", "*")], None).expect_problem(404, "not_found");
    }
}
