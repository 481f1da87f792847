use serde_json::{Value, json};
use tests::on_every_database;

use super::{ALL, area, area_with, role};

on_every_database! {
    // who has a right there sees the area; its settings are for owner and administrators.
    fn the_settings_are_shown_to_owner_and_administrators_alone(app: &TestApp) {
        let company = app.company();
        let (owner, reader, worker) = (company.user("owner"), company.user("reader"), company.user("worker"));
        let (readers, team) = (role(&company, "readers"), role(&company, "team"));
        company.member(&readers, &reader);
        company.member(&team, &worker);
        let top = area(&company, "top", &company.user("other"));
        let more = json!({"reader_ids": [readers], "processor_ids": [team], "parent_id": top, "mark": "M"});
        let id = area_with(&company, "a", &owner, more);
        let path = format!("{ALL}/{id}");
        let whole = app.admin().get(&path).expect(200).json;
        assert_eq!((&whole["reader_ids"], &whole["parent_id"]), (&json!([readers]), &json!(top)));
        let administrator = company.with_rights("administrator", "system", &["area.administer"]);
        assert_eq!(administrator.get(&path).expect(200).json, whole);
        let mut without_parent = whole.clone();
        without_parent["parent_id"] = Value::Null;
        assert_eq!(company.client(&owner).get(&path).expect(200).json, without_parent);
        for name in ["processor_ids", "reader_ids", "allowed_external_administrator_ids"] {
            without_parent[name] = Value::Null;
        }
        for user in [&reader, &worker] {
            assert_eq!(company.client(user).get(&path).expect(200).json, without_parent);
        }
        company.outsider().get(&path).expect_problem(404, "not_found");
    }

    // G-3, U-11: external administrators see no area that is closed to them, whatever they administer.
    fn external_administrators_see_what_is_open_to_them(app: &TestApp) {
        let company = app.company();
        let olga = company.make("users", json!({
            "kind": "external_administrator", "login": "olga", "first_name": "Olga", "last_name": "Outer",
            "email": "olga@example.org", "state": "active",
        }));
        let administrators = role(&company, "administrators");
        company.grant(&administrators, "system", json!({"type": "all"}), &["area.administer"], &[]);
        company.member(&administrators, &olga);
        let owner = company.user("owner");
        let open = area_with(&company, "open", &owner, json!({"allowed_external_administrator_ids": [olga]}));
        area(&company, "closed", &owner);
        let protected = area_with(&company, "protected", &owner, json!({"class": "protected"}));
        let client = company.client(&olga);
        assert_eq!(client.ids(ALL), [open.as_str()]);
        client.get(&format!("{ALL}/{protected}")).expect_problem(404, "not_found");
        client.patch_with(&format!("{ALL}/{protected}"), &[("if-match", "*")], json!({"class": "normal"})).expect(404);
        client.patch(&format!("{ALL}/{open}"), json!({"name": "Changed"})).expect(200);
    }
}
