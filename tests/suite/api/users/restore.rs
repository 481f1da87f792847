use serde_json::json;
use tests::on_every_database;

use super::ALL;

on_every_database! {
    // U-03
    fn a_restored_account_is_blocked_and_what_ended_stays_ended(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let jana = company.person("jana");
        company.member(&company.role("r", 0), &jana.user);
        let caller = company.client_of(&jana);
        let path = format!("{ALL}/{}", jana.user);
        admin.verb(&format!("{path}/restore")).expect_problem(409, "state_move_refused").expect_rule("U-03");
        admin.delete(&path).expect(204);
        let restored = admin.verb(&format!("{path}/restore")).expect(200);
        assert_eq!(restored.json["state"], "blocked");
        assert_eq!(restored.json["block_causes"][0]["cause"], "administrator");
        admin.verb(&format!("{path}/unblock")).expect(200);
        caller.get("/api/v1/me").expect_problem(401, "unauthenticated");
        assert!(admin.ids(&format!("{path}/roles")).is_empty());
        assert!(admin.get(&format!("/api/v1/workers/{}", jana.worker)).json["user_id"].is_null());
    }

    fn it_needs_user_restore(app: &TestApp) {
        let company = app.company();
        let path = format!("{ALL}/{}", company.user("jana"));
        app.admin().delete(&path).expect(204);
        let clerk = company.with_rights("clerk", "system", &["user.unblock", "user.delete"]);
        clerk.verb(&format!("{path}/restore")).expect_missing("system", "user.restore");
        assert_eq!(app.admin().get(&path).json["state"], json!("deleted"));
    }
}
