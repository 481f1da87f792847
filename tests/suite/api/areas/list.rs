use serde_json::json;
use tests::on_every_database;

use super::{ALL, area, area_with, role};
use crate::api::common;

on_every_database! {
    fn filters_are_typed_and_combine(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (anna, ben) = (company.user("anna"), company.user("ben"));
        let board = role(&company, "board");
        let top = area_with(&company, "top", &anna, json!({"mark": "Top", "reader_ids": [board]}));
        let more = json!({"kind": "project", "class": "protected", "parent_id": top, "processor_ids": [board]});
        let below = area_with(&company, "below", &ben, more);
        let old = area(&company, "old", &ben);
        admin.verb(&format!("{ALL}/{old}/archive")).expect(200);
        let found = |query: &str| admin.ids(&format!("{ALL}?{query}"));
        assert_eq!(found("kind=project"), [below.as_str()]);
        assert_eq!(found("kind=area,project&class=normal&state=active"), [top.as_str()]);
        assert_eq!(found("state=archived"), [old.as_str()]);
        assert_eq!(found(&format!("owner_id={ben}")), [below.as_str(), &old]);
        assert_eq!(found(&format!("parent_id={top}")), [below.as_str()]);
        assert_eq!(found(&format!("role_id={board}")), [below.as_str(), &top]);
        assert_eq!(found(&format!("role_id={board}&owner_id={ben}")), [below.as_str()]);
        assert_eq!(found("mark=Top"), [top.as_str()]);
        assert_eq!(found("external_id=old"), [old.as_str()]);
        for q in ["TOP", "to"] {
            assert_eq!(found(&format!("q={q}")), [top.as_str()]);
        }
        assert_eq!(found("q=bel&sort=-mark"), [below.as_str()]);
        common::list_names_bad_parameters(&admin, ALL);
    }

    // only areas in which the caller has a right, or that they own; a parent without one stays hidden.
    fn everybody_sees_the_areas_of_theirs(app: &TestApp) {
        let company = app.company();
        let (owner, anna) = (company.user("owner"), company.user("anna"));
        let readers = role(&company, "readers");
        company.member(&readers, &anna);
        let top = area(&company, "top", &company.user("other"));
        let below = area_with(&company, "below", &owner, json!({"parent_id": top, "reader_ids": [readers]}));
        let granted = area(&company, "granted", &owner);
        company.personal_grant(&anna, "areas", json!({"type": "area", "id": granted}), &["read"], &[]);
        let client = company.client(&anna);
        assert_eq!(client.ids(ALL), [below.as_str(), &granted]);
        assert_eq!(client.get(&format!("{ALL}?total=true")).json["total"], 2);
        assert!(client.get(ALL).items()[0]["parent_id"].is_null());
        // Neither does a filter tell of what is hidden.
        assert!(client.ids(&format!("{ALL}?parent_id={top}")).is_empty());
        assert!(client.ids(&format!("{ALL}?role_id={readers}")).is_empty());
        let own = company.client(&owner);
        assert_eq!(own.ids(ALL), [below.as_str(), &granted]);
        assert_eq!(own.ids(&format!("{ALL}?role_id={readers}")), [below.as_str()]);
        assert!(company.outsider().ids(ALL).is_empty());
        let administrator = company.with_rights("administrator", "system", &["area.administer"]);
        assert_eq!(administrator.ids(ALL), [below.as_str(), &granted, &top]);
        assert_eq!(administrator.get(&format!("{ALL}?external_id=below")).items()[0]["parent_id"], json!(top));
        // Who reads all areas by a grant sees all of them, without their settings.
        let everything = company.with_rights("everything", "areas", &["read"]);
        assert_eq!(everything.ids(ALL).len(), 3);
        assert!(everything.get(ALL).items().iter().all(|area| area["processor_ids"].is_null()));
    }

    // a token that is limited to other rights shows none, not even those of one's own.
    fn owning_is_no_right_of_a_limited_token(app: &TestApp) {
        let company = app.company();
        let owner = company.with_rights("owner", "system", &["area.create", "role.read"]);
        let id = owner.post(ALL, json!({"name": "Mine", "new_processors": [{"name": "T"}]})).expect(201).id();
        let token = json!({"name": "t", "scopes": ["system:role.read"]});
        let token = owner.post("/api/v1/api-tokens", token).expect(201).json["token"].as_str().unwrap().to_owned();
        let limited = app.with_token(&token);
        assert!(limited.ids(ALL).is_empty());
        limited.get(&format!("{ALL}/{id}")).expect(404);
    }

    fn pages_are_stable(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (owner, team) = (company.user("owner"), role(&company, "team"));
        let make = |number: usize| {
            let body = json!({"name": "Same", "mark": format!("m{number}"), "owner_id": owner, "processor_ids": [team]});
            admin.post(ALL, body).expect(201).id()
        };
        let delete = |id: &str| drop(admin.delete(&format!("{ALL}/{id}")).expect(204));
        common::pages_are_stable(&admin, &format!("{ALL}?sort=-name"), &make, Some(&delete));
        common::pages_are_stable(&admin, &format!("{ALL}?sort=name&role_id={team}"), &|number| make(number + 1_000), None);
    }
}
