use serde_json::json;
use tests::on_every_database;

use super::ALL;
use crate::api::common;

on_every_database! {
    fn filters_are_typed_and_combine(app: &TestApp) {
        let company = app.company();
        let (admin, head) = (app.admin(), company.worker("head"));
        let top = company.department("top", None);
        let east = company.department("east", Some(&top));
        let body = json!({"code": "old", "name": "Old", "head_id": head, "valid_from": "2025-01-01", "valid_to": "2025-12-31"});
        let old = admin.post(ALL, body).expect(201).id();
        let found = |query: &str| admin.ids(&format!("{ALL}?{query}"));
        assert_eq!(found("code=east"), [east.as_str()]);
        assert_eq!(found("external_id=top"), [top.as_str()]);
        assert_eq!(found(&format!("parent_id={top}")), [east.as_str()]);
        assert_eq!(found("has_parent=false"), [old.as_str(), &top]);
        assert_eq!(found(&format!("head_id={head}&has_parent=false")), [old.as_str()]);
        assert_eq!(found("at=2025-12-31&sort=code"), [east.as_str(), &old, &top]);
        assert_eq!(found("at=2026-01-01&sort=code"), [east.as_str(), &top]);
        assert!(found("code=EAST").is_empty());
        assert!(found(&format!("parent_id={east}&code=east")).is_empty());
    }

    fn q_searches_names_and_codes_by_prefix(app: &TestApp) {
        let admin = app.admin();
        for (code, name) in [("a-1", "Účetní oddělení"), ("b-1", "ucto"), ("c-1", "100% sales_team")] {
            admin.post(ALL, json!({"code": code, "name": name})).expect(201);
        }
        let found = |q: &str| admin.column(&format!("{ALL}?q={q}"), "code");
        assert_eq!(found("%C3%9A%C4%8CET"), ["a-1"]);
        assert_eq!(found("UC"), ["b-1"]);
        assert_eq!(found("100%25"), ["c-1"]);
        assert_eq!(found("a-"), ["a-1"]);
        assert!(found("%25").is_empty() && found("_").is_empty() && found("sales").is_empty());
        // An empty field for searching looks for nothing in particular.
        assert_eq!(admin.ids(&format!("{ALL}?q=%20")), admin.ids(ALL));
        admin.get(&format!("{ALL}?q={}", "x".repeat(201))).expect_fault(400, "bad_parameter", "q");
    }

    fn order_is_by_several_keys(app: &TestApp) {
        let admin = app.admin();
        for (code, name) in [("3", "beta"), ("1", "Alpha"), ("2", "alpha")] {
            admin.post(ALL, json!({"code": code, "name": name})).expect(201);
        }
        let codes = |sort: &str| admin.column(&format!("{ALL}?sort={sort}"), "code");
        assert_eq!(codes("name,code"), ["1", "2", "3"]);
        assert_eq!(codes("name,-code"), ["2", "1", "3"]);
        assert_eq!(codes("-name,code"), ["3", "1", "2"]);
        admin.get(&format!("{ALL}?sort=name,-name")).expect_fault(400, "bad_parameter", "sort");
    }

    fn pages_are_stable_with_equal_keys(app: &TestApp) {
        let admin = app.admin();
        let make = |number: usize| {
            admin.post(ALL, json!({"code": format!("d{number}"), "name": "Same"})).expect(201).id()
        };
        let delete = |id: &str| drop(admin.delete(&format!("{ALL}/{id}")).expect(204));
        common::pages_are_stable(&admin, &format!("{ALL}?sort=-name"), &make, Some(&delete));
    }

    fn updated_since_gives_what_changed_from_then_on(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let early = company.department("early", None);
        let later = company.department("later", None);
        app.clock.set("2026-06-15T13:00:00Z".parse().unwrap());
        admin.patch(&format!("{ALL}/{later}"), json!({"name": "Moved"})).expect(200);
        let since = |at: &str| admin.ids(&format!("{ALL}?sort=code&updated_since={at}"));
        assert_eq!(since("2026-06-15T12:00:00Z"), [early.as_str(), &later]);
        assert_eq!(since("2026-06-15T13:00:00Z"), [later.as_str()]);
        assert_eq!(since("2026-06-15T15:00:00%2B02:00"), [later.as_str()]);
        assert!(since("2026-06-15T13:00:01Z").is_empty());
    }

    fn bad_parameters_are_named(app: &TestApp) {
        common::list_names_bad_parameters(&app.admin(), ALL);
        let answer = app.admin().get(&format!("{ALL}?parent_id=x&at=today&has_parent=1")).expect_problem(400, "bad_parameter");
        assert_eq!(answer.pointers(), ["parent_id", "has_parent", "at"]);
        app.admin().get(&format!("{ALL}?expand=head")).expect_fault(400, "unknown_parameter", "expand");
    }

    fn every_active_user_may_read_them(app: &TestApp) {
        let company = app.company();
        company.department("sales", None);
        assert_eq!(company.outsider().column(ALL, "code"), ["sales"]);
        app.anonymous().get(ALL).expect_problem(401, "unauthenticated");
    }
}
