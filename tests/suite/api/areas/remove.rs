use serde_json::json;
use tests::on_every_database;

use super::{ALL, area, area_with, role};
use crate::api::common;

on_every_database! {
    fn it_needs_the_present_tag(app: &TestApp) {
        let company = app.company();
        let path = format!("{ALL}/{}", area(&company, "a", &company.user("owner")));
        common::removal_needs_the_present_tag(&app.admin(), &path);
    }

    fn one_in_use_stays(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let owner = company.user("owner");
        let id = area(&company, "a", &owner);
        let path = format!("{ALL}/{id}");
        let below = format!("{ALL}/{}", area_with(&company, "below", &owner, json!({"parent_id": id})));
        let grant = company.grant(&role(&company, "r"), "areas", json!({"type": "area", "id": id}), &["read"], &[]);
        let filler = json!({"kind": "external_filler", "display_name": "Firm", "managed_in": [id]});
        let filler = format!("/api/v1/users/{}", company.make("users", filler));
        for (user, named) in [(below, "areas below: 1"), (format!("/api/v1/grants/{grant}"), "grants: 1")] {
            let refused = admin.delete(&path).expect_problem(409, "in_use");
            assert!(refused.json["detail"].as_str().unwrap().contains(named), "{}", refused.text);
            admin.delete(&user).expect(204);
        }
        let refused = admin.delete(&path).expect_problem(409, "in_use");
        assert_eq!(refused.json["detail"], "fillers managed there: 1");
        admin.patch(&filler, json!({"managed_in": []})).expect(200);
        admin.delete(&path).expect(204);
        assert_eq!(app.faults(), Vec::<String>::new());
    }

    // A-02: a role that an area names stays too.
    fn a_role_that_an_area_names_stays(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (team, board) = (role(&company, "team"), role(&company, "board"));
        let more = json!({"processor_ids": [team], "reader_ids": [board]});
        let id = area_with(&company, "a", &company.user("owner"), more);
        for role in [&team, &board] {
            let refused = admin.delete(&format!("/api/v1/roles/{role}")).expect_problem(409, "in_use");
            assert_eq!(refused.json["detail"], "areas that name it: 1");
        }
        company.remove("areas", &id);
        company.remove("roles", &team);
        assert_eq!(app.faults(), Vec::<String>::new());
    }

    fn it_needs_area_administer(app: &TestApp) {
        let company = app.company();
        let owner = company.user("owner");
        let path = format!("{ALL}/{}", area(&company, "a", &owner));
        company.client(&owner).delete(&path).expect_missing("system", "area.administer");
        company.outsider().send("DELETE", &path, &[("if-match", "*")], None).expect_problem(404, "not_found");
    }
}
