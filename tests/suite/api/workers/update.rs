use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    fn it_needs_the_present_tag(app: &TestApp) {
        let path = format!("{ALL}/{}", app.company().worker("jana"));
        let patch = json!({"birth_date": "1990-04-12", "phone": "+420 1", "kind": "contractor", "personal_number": "7"});
        common::change_needs_the_present_tag(&app.admin(), &path, &patch);
    }

    // W-02
    fn names_change_by_the_rename_verb_only(app: &TestApp) {
        let path = format!("{ALL}/{}", app.company().worker("jana"));
        app.admin().patch(&path, json!({"first_name": "Jane", "last_name": "Doe"}))
            .expect_fault(409, "worker_rename_needed", "/first_name")
            .expect_fault(409, "worker_rename_needed", "/last_name")
            .expect_rule("W-02");
        app.admin().patch(&path, json!({"state": "closed"})).expect_fault(400, "unknown_field", "/state");
    }

    // W-02
    fn after_the_first_closing_the_identity_is_frozen(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let path = format!("{ALL}/{}", company.worker("jana"));
        admin.verb(&format!("{path}/close")).expect(200);
        admin.patch(&path, json!({"birth_date": "1990-04-12"})).expect(200);
        admin.verb(&format!("{path}/reopen")).expect(200);
        for birth_date in [json!("1990-04-13"), json!(null)] {
            let refused = admin.patch(&path, json!({"birth_date": birth_date}));
            refused.expect_fault(409, "worker_identity_frozen", "/birth_date").expect_rule("W-02");
        }
        admin.patch(&path, json!({"last_name": "Doe"})).expect_fault(409, "worker_identity_frozen", "/last_name");
        admin.patch(&path, json!({"phone": "1"})).expect(200);
    }

    // W-03
    fn a_link_changes_only_by_who_may_link(app: &TestApp) {
        let company = app.company();
        let (jana, user) = (company.worker("jana"), company.user("jana"));
        let hr = company.with_rights("hr", "hr", &["read", "edit"]);
        let path = format!("{ALL}/{jana}");
        hr.patch(&path, json!({"user_id": user})).expect_missing("hr", "account.link");
        assert_eq!(app.admin().patch(&path, json!({"user_external_id": "jana"})).expect(200).json["user_id"], json!(user));
        hr.patch(&path, json!({"user_id": null})).expect_missing("hr", "account.link");
        hr.patch(&path, json!({"user_id": user, "phone": "1"})).expect(200);
    }

    fn it_needs_hr_edit_on_the_worker(app: &TestApp) {
        let company = app.company();
        let path = format!("{ALL}/{}", company.worker("jana"));
        company.with_rights("hr", "hr", &["read"]).patch(&path, json!({"phone": "1"})).expect_missing("hr", "edit");
        let blind = company.outsider();
        blind.patch_with(&path, &[("if-match", "*")], json!({"phone": "1"})).expect_problem(404, "not_found");
    }
}
