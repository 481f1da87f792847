use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    fn it_creates_updates_and_never_blanks(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let parent = company.department("top", None);
        let whole = json!({"code": "east", "name": "East", "parent_external_id": "top", "valid_from": "2026-01-01"});
        common::upsert_creates_updates_and_never_blanks(&admin, "departments", "d-1", &whole, &json!({"name": "Far East"}));
        let east = admin.get(&format!("{ALL}?external_id=d-1")).expect(200);
        assert_eq!(east.items()[0]["parent_id"], json!(parent));
    }

    fn a_new_one_needs_what_a_create_needs(app: &TestApp) {
        let path = format!("{ALL}/by-external-id/d-1");
        let refused = app.admin().put(&path, json!({})).expect_problem(422, "invalid_values");
        assert_eq!(refused.pointers(), ["/code", "/name"]);
        app.company().outsider().put(&path, json!({"code": "a", "name": "A"})).expect_missing("system", "department.edit");
        assert!(app.admin().ids(ALL).is_empty());
    }

    fn the_external_id_is_taken_from_the_path_as_it_stands(app: &TestApp) {
        let put = |id: &str, code: &str| app.admin().put(&format!("{ALL}/by-external-id/{id}"), json!({"code": code, "name": "x"}));
        assert_eq!(put("%C5%BElu%C5%A5%20k%2F1", "a").expect(201).json["external_id"], "žluť k/1");
        assert_eq!(put("%2B%25", "b").expect(201).json["external_id"], "+%");
        put("%20", "c").expect_fault(422, "required", "/external_id");
        put("a%01b", "c").expect_fault(422, "bad_character", "/external_id");
    }
}
