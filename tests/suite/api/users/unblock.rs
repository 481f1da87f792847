use serde_json::json;
use tests::on_every_database;

use super::{ALL, person};

on_every_database! {
    // U-04, U-05
    fn it_lifts_what_others_set_and_gives_back_the_same_rights(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let reader = company.with_rights("reader", "system", &["user.read"]);
        let path = format!("{ALL}/{}", admin.ids(&format!("{ALL}?external_id=reader"))[0]);
        admin.post(&format!("{path}/block"), json!({})).expect(200);
        admin.post(&format!("{path}/block"), json!({"cause": "security"})).expect(200);
        reader.get(ALL).expect_problem(401, "unauthenticated");
        let lifted = admin.verb(&format!("{path}/unblock")).expect(200);
        assert_eq!((&lifted.json["state"], &lifted.json["block_causes"]), (&json!("active"), &json!([])));
        reader.get(ALL).expect(200);
        admin.verb(&format!("{path}/unblock")).expect_problem(409, "state_move_refused").expect_rule("U-03");
    }

    // U-05
    fn it_does_not_lift_awaiting_release(app: &TestApp) {
        let admin = app.admin();
        let path = format!("{ALL}/{}", admin.post(ALL, person("jana")).expect(201).id());
        admin.verb(&format!("{path}/unblock")).expect_problem(409, "block_cause_absent").expect_rule("U-04");
        admin.post(&format!("{path}/block"), json!({})).expect(200);
        let lifted = admin.verb(&format!("{path}/unblock")).expect(200);
        assert_eq!(lifted.warnings(), ["still_awaiting_release"]);
        assert_eq!(lifted.json["state"], "blocked");
    }

    fn it_needs_user_unblock(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let path = format!("{ALL}/{}", company.user("jana"));
        admin.post(&format!("{path}/block"), json!({})).expect(200);
        let clerk = company.with_rights("clerk", "system", &["user.release", "user.block"]);
        clerk.verb(&format!("{path}/unblock")).expect_missing("system", "user.unblock");
        admin.verb(&format!("{path}/unblock?frob=1")).expect_fault(400, "unknown_parameter", "frob");
    }
}
