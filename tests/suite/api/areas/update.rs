use serde_json::json;
use tests::on_every_database;

use super::{ALL, area, area_with, role};
use crate::api::common;

on_every_database! {
    fn it_needs_the_present_tag(app: &TestApp) {
        let company = app.company();
        let path = format!("{ALL}/{}", area(&company, "a", &company.user("owner")));
        common::change_needs_the_present_tag(&app.admin(), &path, &json!({"name": "B", "mark": "B"}));
    }

    // the owner sets name, processors, readers and who is allowed from outside.
    fn an_owner_sets_who_takes_part(app: &TestApp) {
        let company = app.company();
        let owner = company.user("owner");
        let path = format!("{ALL}/{}", area(&company, "a", &owner));
        let (team, board) = (role(&company, "team"), role(&company, "board"));
        let own = company.client(&owner);
        let after = own.patch(&path, json!({"name": "B", "processor_ids": [team], "reader_external_ids": ["board"]}));
        assert_eq!(after.expect(200).json["reader_ids"], json!([board]));
        company.user("guest");
        let new = json!({"new_readers": [{"name": "Guests", "user_external_ids": ["guest"]}]});
        let after = own.patch(&path, new).expect(200);
        assert_eq!(after.json["reader_ids"].as_array().unwrap().len(), 2);
        // G-5
        let new = json!({"new_readers": [{"name": "Owners", "user_external_ids": ["owner"]}]});
        own.patch(&path, new).expect_problem(409, "own_rights_widened").expect_rule("G-5");
        own.patch(&path, json!({"processor_ids": []})).expect_fault(422, "required", "/processor_ids");
    }

    // A-05, G-4: class, owner, mark and place are for who administers areas; the answer says whom to ask.
    fn an_owner_is_told_whom_to_ask_for_the_rest(app: &TestApp) {
        let company = app.company();
        let (owner, other) = (company.user("owner"), company.user("other"));
        let top = area(&company, "top", &owner);
        let path = format!("{ALL}/{}", area(&company, "a", &owner));
        let own = company.client(&owner);
        let rest = [
            json!({"class": "protected"}), json!({"mark": "M"}), json!({"parent_id": top}), json!({"external_id": "b"}),
            json!({"owner_id": other}),
        ];
        for change in rest {
            own.patch(&path, change.clone()).expect_missing("system", "area.administer");
            app.admin().patch(&path, change).expect(200);
        }
        // Whose area it is no longer does not even see it.
        own.get(&path).expect(404);
    }

    // G-5: an administrator lets no area fall to themselves.
    fn an_administrator_does_not_become_the_owner(app: &TestApp) {
        let company = app.company();
        let path = format!("{ALL}/{}", area(&company, "a", &company.user("owner")));
        let administrator = company.with_rights("administrator", "system", &["area.administer", "area.create"]);
        let own = json!({"owner_external_id": "administrator"});
        administrator.patch(&path, own.clone()).expect_problem(409, "own_rights_widened").expect_rule("G-5");
        app.admin().patch(&path, own).expect(200);
    }

    fn who_reads_it_learns_what_is_missing_and_others_nothing(app: &TestApp) {
        let company = app.company();
        let readers = role(&company, "readers");
        let id = area_with(&company, "a", &company.user("owner"), json!({"reader_ids": [readers]}));
        let anna = company.user("anna");
        company.member(&readers, &anna);
        let path = format!("{ALL}/{id}");
        company.client(&anna).patch(&path, json!({"name": "B"})).expect_missing("system", "area.administer");
        let refused = company.outsider().patch_with(&path, &[("if-match", "*")], json!({"name": "B"}));
        refused.expect_problem(404, "not_found");
    }

    //
    fn an_area_never_lies_below_itself_and_keeps_its_kind(app: &TestApp) {
        let company = app.company();
        let owner = company.user("owner");
        let a = area(&company, "a", &owner);
        let b = area_with(&company, "b", &owner, json!({"parent_id": a}));
        let c = area_with(&company, "c", &owner, json!({"parent_external_id": "b"}));
        let path = format!("{ALL}/{a}");
        for below in [&a, &b, &c] {
            let refused = app.admin().patch(&path, json!({"parent_id": below}));
            refused.expect_fault(409, "area_cycle", "/parent_id").expect_rule("A-01");
        }
        app.admin().patch(&path, json!({"kind": "project"})).expect_fault(422, "not_changeable", "/kind");
        app.admin().patch(&path, json!({"owner_id": null})).expect_fault(422, "required", "/owner_id");
        assert!(app.admin().patch(&path, json!({"reader_ids": null})).expect(200).json["reader_ids"].is_array());
    }

    // U-11
    fn only_external_administrators_are_allowed_one_by_one(app: &TestApp) {
        let company = app.company();
        let path = format!("{ALL}/{}", area(&company, "a", &company.user("owner")));
        let anna = company.user("anna");
        let change = json!({"allowed_external_administrator_ids": [anna]});
        app.admin().patch(&path, change)
            .expect_fault(409, "capability_missing", "/allowed_external_administrator_ids/0");
        app.admin().patch(&path, json!({"allowed_external_administrator_external_ids": ["anna"]}))
            .expect_fault(409, "capability_missing", "/allowed_external_administrator_external_ids/0");
    }
}
