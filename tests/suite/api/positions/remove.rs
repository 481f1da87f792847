use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    fn it_needs_the_present_tag(app: &TestApp) {
        let path = format!("{ALL}/{}", app.company().position("clerk"));
        common::removal_needs_the_present_tag(&app.admin(), &path);
    }

    fn one_in_use_stays(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let position = company.position("clerk");
        let path = format!("{ALL}/{position}");
        let contract = company.draft(&company.worker("w"), &company.department("d", None), &position, None, None);
        let rule = company.rule(&company.automatic_role("r"), json!({"position_ids": [position]}));
        for user in [format!("/api/v1/contracts/{contract}"), format!("/api/v1/role-rules/{rule}")] {
            admin.delete(&path).expect_problem(409, "in_use");
            admin.delete(&user).expect(204);
        }
        company.outsider().delete(&path).expect_missing("system", "position.edit");
        admin.delete(&path).expect(204);
    }
}
