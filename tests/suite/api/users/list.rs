use serde_json::json;
use tests::on_every_database;

use super::{ALL, person};
use crate::api::common;

on_every_database! {
    fn filters_are_typed_and_combine(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let active = company.user("active");
        let blocked = admin.post(ALL, person("blocked")).expect(201).id();
        let robot = admin.post(ALL, json!({"kind": "service", "display_name": "Robot"})).expect(201).id();
        let found = |query: &str| admin.ids(&format!("{ALL}?sort=created_at,login&{query}"));
        assert_eq!(found("state=blocked"), [blocked.as_str()]);
        assert_eq!(found("kind=service"), [robot.as_str()]);
        assert_eq!(found("kind=service,person").len(), 4);
        assert_eq!(found("state=active,blocked&kind=person").len(), 3);
        assert_eq!(found("external_id=active"), [active.as_str()]);
        admin.get(&format!("{ALL}?state=gone")).expect_fault(400, "bad_parameter", "state");
        assert_eq!(admin.get(&format!("{ALL}?total=true&limit=1")).json["total"], 4);
    }

    fn q_finds_names_and_logins_by_prefix(app: &TestApp) {
        let admin = app.admin();
        for (login, last) in [("j.nova", "Nováková"), ("k.nova", "Novakova"), ("nov.x", "Straße")] {
            let mut body = person(login);
            body["last_name"] = json!(last);
            admin.post(ALL, body).expect(201);
        }
        let found = |q: &str| admin.column(&format!("{ALL}?sort=login&q={q}"), "login");
        assert_eq!(found("NOV"), ["j.nova", "k.nova", "nov.x"]);
        assert_eq!(found("nov%C3%A1k"), ["j.nova"]);
        assert_eq!(found("STRASSE"), ["nov.x"]);
        assert_eq!(found("j.n"), ["j.nova"]);
        assert!(found("ova").is_empty());
    }

    fn missing_names_come_first_and_equal_ones_by_the_next_key(app: &TestApp) {
        let admin = app.admin();
        admin.post(ALL, json!({"kind": "service", "display_name": "Robot", "login": "robot"})).expect(201);
        for login in ["b", "a"] {
            admin.post(ALL, person(login)).expect(201);
        }
        let logins = |sort: &str| admin.column(&format!("{ALL}?sort={sort}"), "login");
        assert_eq!(logins("last_name,login"), ["robot", "admin", "a", "b"]);
        assert_eq!(logins("-last_name,login"), ["a", "b", "admin", "robot"]);
    }

    fn pages_are_stable_with_equal_and_missing_keys(app: &TestApp) {
        let admin = app.admin();
        let make = |number: usize| {
            let service = json!({"kind": "service", "display_name": "Robot"});
            let body = if number.is_multiple_of(2) { service } else { person(&format!("u{number}")) };
            admin.post(ALL, body).expect(201).id()
        };
        common::pages_are_stable(&admin, &format!("{ALL}?sort=last_name"), &make, None);
        common::pages_are_stable(&admin, &format!("{ALL}?sort=-last_name"), &|n| make(n + 1000), None);
    }

    fn it_needs_user_read(app: &TestApp) {
        let company = app.company();
        company.outsider().get(ALL).expect_missing("system", "user.read");
        common::list_names_bad_parameters(&app.admin(), ALL);
    }
}
