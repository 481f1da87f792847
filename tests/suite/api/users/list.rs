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

    fn members_of_a_role_are_found_also_through_roles_within(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (outer, inner) = (company.role("outer", 0), company.role("inner", 0));
        company.nest(&inner, &outer);
        let (eva, ota, _) = (company.user("eva"), company.user("ota"), company.user("ida"));
        company.member(&outer, &eva);
        company.member(&inner, &ota);
        let found = |query: &str| admin.ids(&format!("{ALL}?sort=login&{query}"));
        assert_eq!(found(&format!("role_id={outer}")), [eva.as_str(), &ota]);
        assert_eq!(found(&format!("role_id={inner}")), [ota.as_str()]);
        assert_eq!(found(&format!("role_id={inner}&q=eva")), [] as [&str; 0]);
        assert_eq!(found(&format!("role_id={}", uuid::Uuid::now_v7())), [] as [&str; 0]);
        assert_eq!(admin.get(&format!("{ALL}?role_id={outer}&total=true&limit=1")).json["total"], 2);
        let reader = company.with_rights("reader", "system", &["user.read"]);
        reader.get(&format!("{ALL}?role_id={outer}")).expect_missing("system", "role.read");
    }

    fn accounts_are_found_by_department_and_link(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let top = company.department("top", None);
        let below = company.department("below", Some(&top));
        let position = company.position("clerk");
        let (eva, ota, ida) = (company.person("eva"), company.person("ota"), company.person("ida"));
        company.contract(&eva.worker, &top, &position, Some("2026-01-01"), None);
        company.contract(&ota.worker, &below, &position, Some("2026-01-01"), None);
        company.contract(&ida.worker, &below, &position, Some("2026-01-01"), Some("2026-05-31"));
        let found = |query: &str| admin.ids(&format!("{ALL}?sort=login&{query}"));
        assert_eq!(found(&format!("department_id={top}")), [eva.user.as_str()]);
        assert_eq!(found(&format!("department_id={top}&include_subtree=true")), [eva.user.as_str(), &ota.user]);
        assert_eq!(found("linked=true"), [eva.user.as_str(), &ida.user, &ota.user]);
        assert_eq!(found("linked=false"), [app.admin_id.0.to_string()]);
        assert_eq!(found(&format!("linked=false&department_id={top}")), [] as [&str; 0]);
        admin.get(&format!("{ALL}?linked=perhaps")).expect_fault(400, "bad_parameter", "linked");
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
