use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    // P-03, P-10
    fn assignee_and_team_see_theirs_and_nothing_else(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (jana, ben) = (company.user("jana"), company.user("ben"));
        let own = company.object("task", "own", Some(&jana));
        let team = admin.post(ALL, json!({"type": "document", "title": "team", "team_ids": [jana, ben]})).expect(201).id();
        let other = company.object("task", "other", Some(&ben));
        let caller = company.client(&jana);
        let listed = caller.get(&format!("{ALL}?sort=title&total=true")).expect(200);
        assert_eq!(listed.json["total"], 2);
        assert_eq!(caller.ids(&format!("{ALL}?sort=title")), [own.as_str(), &team]);
        assert_eq!(caller.ids(&format!("{ALL}?type=document")), [team.as_str()]);
        caller.get(&format!("{ALL}/{other}")).expect_problem(404, "not_found");
        let patch = caller.patch_with(&format!("{ALL}/{other}"), &[("if-match", "*")], json!({"title": "x"}));
        patch.expect_problem(404, "not_found");
        assert!(company.outsider().ids(ALL).is_empty());
    }

    // P-02
    fn a_grant_over_a_department_or_a_type_shows_what_it_covers(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let top = company.department("top", None);
        let below = company.department("below", Some(&top));
        let post = |kind: &str, title: &str, department: Option<&str>| {
            admin.post(ALL, json!({"type": kind, "title": title, "department_id": department})).expect(201).id()
        };
        let (here, deep, none) = (post("task", "a", Some(&top)), post("task", "b", Some(&below)), post("task", "c", None));
        post("document", "d", Some(&top));
        let over = |login: &str, scope| company.with_rights_over(login, "task", scope, &["read"]).ids(&format!("{ALL}?sort=title"));
        assert_eq!(over("one", json!({"type": "department", "id": top})), [here.as_str()]);
        assert_eq!(over("two", json!({"type": "department", "id": top, "include_subtree": true})), [here.as_str(), &deep]);
        assert_eq!(over("three", json!({"type": "object_type", "id": "task"})), [here.as_str(), &deep, &none]);
        assert_eq!(over("four", json!({"type": "object", "id": none})), [none]);
    }

    fn filters_are_typed_and_combine(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (department, jana) = (company.department("d", None), company.user("jana"));
        let body = json!({"type": "quote", "title": "Offer", "state": "done", "department_id": department, "assignee_id": jana, "external_id": "o-1"});
        let done = admin.post(ALL, body).expect(201).id();
        company.object("task", "open", None);
        let queries = [
            "state=done".to_owned(), "type=quote".to_owned(), "q=off".to_owned(), "external_id=o-1".to_owned(),
            format!("department_id={department}"), format!("assignee_id={jana}&state=open,done"),
        ];
        for query in queries {
            assert_eq!(admin.ids(&format!("{ALL}?{query}")), [done.as_str()], "{query}");
        }
        assert_eq!(admin.ids(&format!("{ALL}?author_id={}", app.admin_id)).len(), 2);
        common::list_names_bad_parameters(&admin, ALL);
    }

    fn pages_are_stable_with_equal_keys(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let jana = company.user("jana");
        let make = |number: usize| {
            // Every other one is hers.
            let assignee = number.is_multiple_of(2).then_some(&jana);
            admin.post(ALL, json!({"type": "task", "title": "Same", "assignee_id": assignee})).expect(201).id()
        };
        let delete = |id: &str| drop(admin.delete(&format!("{ALL}/{id}")).expect(204));
        common::pages_are_stable(&admin, &format!("{ALL}?sort=-title,type"), &make, Some(&delete));
        let seen = common::walk(&company.client(&jana), &format!("{ALL}?limit=1&sort=title"), |_, _| ());
        assert_eq!(seen, admin.ids(&format!("{ALL}?limit=200&sort=title&assignee_id={jana}")));
    }
}
