use serde_json::json;
use tests::on_every_database;

use crate::api::common;
use crate::places::place;

const MINE: &str = "/api/v1/me/objects";

on_every_database! {
    // P-10, A-04: what is assigned to the caller or the caller's team, and nothing else that the caller may read.
    fn they_are_those_of_the_caller_and_the_team(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let place = place(app, &company, "Ctl");
        let jana = company.user("jana");
        company.member(&company.id_of("roles", "Ctl-reader"), &jana);
        let make = |kind: &str, title: &str, more: serde_json::Value| {
            let mut body = json!({"type": kind, "title": title, "area_id": place.area});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            company.make("objects", body)
        };
        let own = make("task", "Own", json!({"assignee_id": jana}));
        let team = make("document", "Team", json!({"team_ids": [jana], "state": "done"}));
        make("task", "Other", json!({}));
        let caller = company.client(&jana);
        assert_eq!(caller.ids("/api/v1/objects").len(), 3);
        let found = |query: &str| caller.ids(&format!("{MINE}?{query}"));
        assert_eq!(found("sort=title"), [own.as_str(), &team]);
        assert_eq!(found("type=document"), [team.as_str()]);
        assert_eq!(found("state=open"), [own.as_str()]);
        assert_eq!(found("q=ow"), [own.as_str()]);
        assert_eq!(found(&format!("area_id={}&sort=-title", place.area)), [team.as_str(), &own]);
        assert_eq!(caller.column(MINE, "area_name"), ["Ctl", "Ctl"]);
        assert!(admin.ids(MINE).is_empty());
        common::list_names_bad_parameters(&caller, MINE);
        admin.patch(&format!("/api/v1/objects/{own}"), json!({"assignee_id": null})).expect(200);
        assert_eq!(found(""), [team.as_str()]);
    }

    fn pages_are_stable_with_equal_keys(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let jana = company.user("jana");
        let make = |_: usize| company.make("objects", json!({"type": "task", "title": "Same", "assignee_id": jana}));
        let delete = |id: &str| drop(admin.delete(&format!("/api/v1/objects/{id}")).expect(204));
        common::pages_are_stable(&company.client(&jana), &format!("{MINE}?sort=-title"), &make, Some(&delete));
    }

    // A token for other rights shows none.
    fn a_limited_token_shows_what_it_is_for(app: &TestApp) {
        let company = app.company();
        let jana = company.user("jana");
        company.object("task", "t", Some(&jana));
        let token = company.client(&jana).post("/api/v1/api-tokens", json!({"name": "n", "scopes": ["hr:read"]})).expect(201);
        assert!(app.with_token(token.json["token"].as_str().unwrap()).ids(MINE).is_empty());
    }
}
