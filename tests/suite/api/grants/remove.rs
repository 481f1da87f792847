use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    // P-03
    fn without_the_personal_grant_the_roles_decide_again(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let worker = company.worker("w");
        let hr = company.with_rights("hr", "hr", &["read", "edit"]);
        let user = admin.ids("/api/v1/users?external_id=hr")[0].clone();
        let grant = company.personal_grant(&user, "hr", json!({"type": "worker", "id": worker}), &["edit"], &[]);
        hr.get(&format!("/api/v1/workers/{worker}")).expect_problem(404, "not_found");
        common::removal_needs_the_present_tag(&admin, &format!("{ALL}/{grant}"));
        hr.get(&format!("/api/v1/workers/{worker}")).expect(200);
    }
}
