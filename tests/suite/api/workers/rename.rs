use serde_json::json;
use tests::on_every_database;

use super::ALL;

on_every_database! {
    // W-02
    fn a_name_changes_with_a_reason_that_is_kept(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let jana = company.worker("jana");
        let path = format!("{ALL}/{jana}/rename");
        let renamed = admin.post(&path, json!({"last_name": "Svobodová", "reason": "married"})).expect(200);
        assert_eq!((&renamed.json["first_name"], &renamed.json["last_name"]), (&json!("First"), &json!("Svobodová")));
        let log = admin.get(&format!("/api/v1/audit?entity_id={jana}&limit=1")).expect(200);
        assert_eq!(log.items()[0]["cause"], "rename: married");
        assert_eq!((&log.items()[0]["before"]["last_name"], &log.items()[0]["after"]["last_name"]), (&json!("Last-jana"), &json!("Svobodová")));
    }

    // W-02
    fn after_the_first_closing_names_stay(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let path = format!("{ALL}/{}", company.worker("jana"));
        admin.verb(&format!("{path}/close")).expect(200);
        admin.verb(&format!("{path}/reopen")).expect(200);
        let refused = admin.post(&format!("{path}/rename"), json!({"last_name": "Doe", "reason": "typing error"}));
        refused.expect_problem(409, "worker_identity_frozen").expect_rule("W-02");
    }

    // W-04
    fn a_link_survives_a_new_name(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let jana = company.person("jana");
        let path = format!("{ALL}/{}/rename", jana.worker);
        assert_eq!(admin.post(&path, json!({"last_name": "Doe", "reason": "married"})).expect(200).json["user_id"], json!(jana.user));
        assert_eq!(admin.get(&format!("/api/v1/users/{}", jana.user)).json["last_name"], "Last-jana");
    }

    fn it_needs_a_reason_and_hr_edit(app: &TestApp) {
        let company = app.company();
        let path = format!("{ALL}/{}/rename", company.worker("jana"));
        app.admin().post(&path, json!({"last_name": "Doe"})).expect_fault(422, "required", "/reason");
        app.admin().post(&path, json!({"last_name": "", "reason": "x"})).expect_fault(422, "required", "/last_name");
        let body = json!({"last_name": "Doe", "reason": "x"});
        company.with_rights("hr", "hr", &["read"]).post(&path, body.clone()).expect_missing("hr", "edit");
        company.outsider().post(&path, body).expect_problem(404, "not_found");
    }
}
