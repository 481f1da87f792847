use serde_json::{Value, json};
use tests::on_every_database;

use super::{ALL, area, area_with, role};

on_every_database! {
    //
    fn an_area_is_created_read_and_listed(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (owner, team, board) = (company.user("owner"), role(&company, "team"), role(&company, "board"));
        let body = json!({
            "external_id": "a-1", "kind": "project", "name": "Audit", "mark": "Aud26", "owner_external_id": "owner",
            "processor_external_ids": ["team"], "reader_ids": [board], "class": "protected",
        });
        let made = admin.post(ALL, body).expect(201);
        assert_eq!(made.header("location"), Some(format!("{ALL}/{}", made.id()).as_str()));
        let read = admin.get(&format!("{ALL}/{}", made.id())).expect(200);
        assert_eq!((&read.json, read.etag()), (&made.json, made.etag()));
        let expected = json!({
            "kind": "project", "mark": "Aud26", "owner_id": owner, "processor_ids": [team], "reader_ids": [board],
            "class": "protected", "state": "active", "parent_id": null, "allowed_external_administrator_ids": [],
        });
        for (name, value) in expected.as_object().unwrap() {
            assert_eq!(&read.json[name], value, "{name}");
        }
        assert_eq!(admin.ids(ALL), [made.id()]);
    }

    // a list of people, and a role that contains roles, in the same call.
    fn roles_are_made_in_the_same_call(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (owner, anna, ben) = (company.user("owner"), company.user("anna"), company.user("ben"));
        let board = role(&company, "board");
        company.member(&board, &ben);
        let made = admin.post(ALL, json!({
            "name": "Controlling", "owner_id": owner,
            "new_processors": [{"name": "Controlling: people", "user_external_ids": ["anna"]}],
            "new_readers": [{"name": "Above", "code": "above", "external_id": "r-above", "role_ids": [board]}],
        })).expect(201);
        let get = |id: &Value| admin.get(&format!("/api/v1/roles/{}", id.as_str().unwrap())).expect(200).json;
        let list = get(&made.json["processor_ids"][0]);
        assert_eq!((&list["purpose"], &list["code"]), (&json!("people_list"), &json!("controlling-people")));
        let above = get(&made.json["reader_ids"][0]);
        assert_eq!((&above["purpose"], &above["external_id"]), (&json!("permission"), &json!("r-above")));
        let id = made.id();
        for action in ["read", "work"] {
            assert!(company.decide_on(&anna, &format!("areas:{action}"), ("area", &id), None).0, "{action}");
        }
        assert!(company.decide_on(&ben, "areas:read", ("area", &id), None).0);
        assert!(!company.decide_on(&ben, "areas:work", ("area", &id), None).0);
        assert!(!company.decide_on(&owner, "areas:read", ("area", &id), None).0);
        // A second one of the same name has another code.
        let again = json!({"name": "B", "owner_id": owner, "new_processors": [{"name": "Controlling: people"}]});
        let again = admin.post(ALL, again).expect(201);
        assert_eq!(get(&again.json["processor_ids"][0])["code"], "controlling-people-2");
    }

    // it is one transaction, and every fault has its place.
    fn what_is_wrong_with_new_roles_is_told_where_it_stands(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (owner, board) = (company.user("owner"), role(&company, "board"));
        let before = admin.ids("/api/v1/roles").len();
        admin.post(ALL, json!({
            "name": "A", "owner_id": owner,
            "new_processors": [
                {"name": "Good"},
                {"name": "Bad", "code": "board", "purpose": "people_list", "role_ids": [board]},
            ],
            "new_readers": [{"name": "L", "purpose": "people_list", "role_ids": [board]}],
        }))
            .expect_fault(409, "code_taken", "/new_processors/1/code")
            .expect_fault(409, "people_list_holds_users", "/new_readers/0/role_ids/0");
        let unknown = json!({"name": "A", "owner_id": owner, "new_processors": [{"name": "N", "user_external_ids": ["no"]}]});
        admin.post(ALL, unknown).expect_fault(422, "unknown_reference", "/new_processors/0/user_external_ids/0");
        let field = json!({"name": "A", "owner_id": owner, "new_processors": [{"name": "N", "frob": 1}]});
        admin.post(ALL, field).expect_fault(400, "unknown_field", "/new_processors/0/frob");
        assert_eq!(admin.ids("/api/v1/roles").len(), before);
        assert!(admin.ids(ALL).is_empty());
    }

    //
    fn every_fault_is_told_at_once(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (team, service) = (role(&company, "team"), company.make("users", json!({"kind": "service", "display_name": "S"})));
        area_with(&company, "a", &company.user("owner"), json!({"mark": "A"}));
        let post = |body| admin.post(ALL, body);
        post(json!({"name": " ", "mark": "a b", "owner_id": service, "processor_ids": [team, team], "external_id": "a"}))
            .expect_fault(409, "capability_missing", "/owner_id")
            .expect_fault(409, "bad_code", "/mark")
            .expect_fault(409, "required", "/name")
            .expect_fault(409, "duplicate_item", "/processor_ids/1")
            .expect_fault(409, "duplicate", "/external_id");
        post(json!({"name": "x", "mark": "A", "owner_external_id": "owner", "processor_ids": [team]}))
            .expect_fault(409, "duplicate", "/mark");
        post(json!({"name": "x", "owner_external_id": "owner"})).expect_fault(422, "required", "/processor_ids");
        post(json!({"name": "x", "owner_external_id": "owner", "processor_external_ids": ["none"], "parent_external_id": "none"}))
            .expect_fault(422, "unknown_reference", "/processor_external_ids/0")
            .expect_fault(422, "unknown_reference", "/parent_external_id");
        post(json!({"name": "x", "kind": "room"})).expect_fault(400, "unknown_value", "/kind");
        post(json!({"name": "x", "state": "archived"})).expect_fault(400, "unknown_field", "/state");
    }

    // a setting says which kinds are in use.
    fn only_kinds_in_use_are_created(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let owner = company.user("owner");
        let old = area_with(&company, "old", &owner, json!({"kind": "calendar"}));
        let set = |kinds: Value| admin.patch_with("/api/v1/settings", &[], json!({"area_kinds": kinds}));
        assert_eq!(set(json!(["project", "area"])).expect(200).json["area_kinds"], json!(["area", "project"]));
        let calendar = json!({"name": "c", "kind": "calendar", "owner_id": owner, "new_processors": [{"name": "c"}]});
        admin.post(ALL, calendar).expect_fault(409, "area_kind_off", "/kind").expect_rule("A-01");
        company.change("areas", &old, json!({"name": "Still there"}));
        set(json!([])).expect(422);
        set(json!(["area", "area"])).expect_fault(422, "duplicate_item", "/area_kinds/1");
    }

    // who administers areas names an owner, and never themselves (G-5).
    fn administrators_create_for_others(app: &TestApp) {
        let company = app.company();
        let administrator = company.with_rights("administrator", "system", &["area.administer"]);
        let team = role(&company, "team");
        let body = |owner: Value| json!({"name": "A", "owner_external_id": owner, "processor_ids": [team]});
        company.user("owner");
        administrator.post(ALL, body(json!("owner"))).expect(201);
        administrator.post(ALL, json!({"name": "A", "processor_ids": [team]})).expect_fault(422, "required", "/owner_id");
        administrator.post(ALL, body(json!("administrator"))).expect_problem(409, "own_rights_widened").expect_rule("G-5");
    }

    // `area.create` makes the caller the owner.
    fn who_may_create_areas_owns_them(app: &TestApp) {
        let company = app.company();
        let creator = company.with_rights("creator", "system", &["area.create"]);
        let (team, other) = (role(&company, "team"), company.user("other"));
        let made = creator.post(ALL, json!({"name": "Mine", "processor_ids": [team]})).expect(201);
        let own = creator.get("/api/v1/me").json["user"]["id"].clone();
        assert_eq!((&made.json["owner_id"], &made.json["processor_ids"]), (&own, &json!([team])));
        let below = json!({"name": "Below", "processor_ids": [team], "parent_id": made.id()});
        creator.post(ALL, below).expect(201);
        let refuse = |more: Value| {
            let mut body = json!({"name": "A", "processor_ids": [team]});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            creator.post(ALL, body)
        };
        for more in [json!({"owner_id": other}), json!({"class": "protected"}), json!({"mark": "M"})] {
            refuse(more).expect_missing("system", "area.administer");
        }
        // Of an area that is hidden from them they learn nothing.
        let hidden = area(&company, "hidden", &other);
        refuse(json!({"parent_id": hidden})).expect_missing("system", "area.administer");
        let named = refuse(json!({"parent_external_id": "hidden"})).expect_problem(422, "unknown_reference");
        assert_eq!(named.json["detail"], refuse(json!({"parent_external_id": "none"})).json["detail"]);
    }

    fn it_needs_a_right_to_areas(app: &TestApp) {
        let body = json!({"name": "A", "processor_external_ids": ["none"]});
        app.company().outsider().post(ALL, body).expect_missing("system", "area.administer");
    }
}
