use serde_json::json;
use tests::on_every_database;

use super::{ALL, person};
use crate::api::common;

on_every_database! {
    fn it_needs_the_present_tag(app: &TestApp) {
        let path = format!("{ALL}/{}", app.company().user("jana"));
        let patch = json!({"email": "jana@example.com", "phone": "+420 1", "time_zone": "Europe/Prague", "language": "cs"});
        common::change_needs_the_present_tag(&app.admin(), &path, &patch);
    }

    // U-02, U-03
    fn kind_and_state_do_not_change_here(app: &TestApp) {
        let path = format!("{ALL}/{}", app.company().user("jana"));
        let patch = |body| app.admin().patch(&path, body);
        patch(json!({"kind": "service", "display_name": "x"})).expect_fault(422, "not_changeable", "/kind");
        patch(json!({"state": "blocked"})).expect_fault(422, "not_changeable", "/state");
        patch(json!({"block_causes": []})).expect_fault(400, "unknown_field", "/block_causes");
        assert_eq!(app.admin().get(&path).json["state"], "active");
    }

    // U-01
    fn what_a_person_needs_can_not_be_cleared(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        company.user("ben");
        let path = format!("{ALL}/{}", company.user("jana"));
        let refused = admin.patch(&path, json!({"login": null, "email": null, "phone": null}));
        assert_eq!(refused.expect_rule("U-01").expect(422).pointers(), ["/login", "/email"]);
        admin.patch(&path, json!({"login": "BEN"})).expect_fault(409, "login_taken", "/login");
        admin.patch(&path, json!({"login": "JANA"})).expect(200);
    }

    fn it_needs_user_edit(app: &TestApp) {
        let company = app.company();
        let jana = company.user("jana");
        let path = format!("{ALL}/{jana}");
        let tag = app.admin().get(&path).etag();
        let patch = |client: tests::Client| client.patch_with(&path, &[("if-match", &tag)], json!({"phone": "1"}));
        patch(company.client(&jana)).expect_missing("system", "user.edit");
        patch(company.with_rights("reader", "system", &["user.read"])).expect_missing("system", "user.edit");
        patch(company.outsider()).expect(403);
        patch(company.with_rights("editor", "system", &["user.read", "user.edit"])).expect(200);
    }

    // U-03
    fn a_blocked_one_keeps_its_causes_through_a_change(app: &TestApp) {
        let admin = app.admin();
        let made = admin.post(ALL, person("jana")).expect(201);
        let changed = admin.patch(&format!("{ALL}/{}", made.id()), json!({"first_name": "Jana"})).expect(200);
        assert_eq!(changed.json["block_causes"], made.json["block_causes"]);
    }
}
