//! `GET /roles/{id}/page`.

use serde_json::json;
use tests::{TestApp, on_every_database};

on_every_database! {
    // members, modules with actions, time with workers and wage types, notifications.
    fn a_role_reads_as_one_page(app: &TestApp) {
        let company = app.company();
        let (role, inner) = (company.role("clerks", 10), company.role("juniors", 5));
        let (anna, bert) = (company.person("anna"), company.person("bert"));
        company.member(&role, &anna.user);
        company.member(&inner, &bert.user);
        company.nest(&inner, &role);
        let sales = company.department("sales", None);
        company.grant(&role, "hr", json!({"type": "department", "id": sales}), &["read"], &["edit"]);
        company.grant(&role, "time", json!({"type": "all"}), &["record", "schedule"], &[]);
        for (code, group) in [("overtime", 2), ("bonus", 2)] {
            company.make("wage-types", json!({"code": code, "name": code, "unit": "hour", "request_group": group}));
        }
        company.make("wage-offers", json!({
            "holder_type": "role", "holder_id": role, "wage_type_external_id": "overtime", "max_per_day": 4.5,
        }));
        company.make("wage-offers", json!({
            "holder_type": "role", "holder_id": role, "wage_type_external_id": "bonus", "own": true,
        }));
        company.make("notification-subscriptions", json!({"role_id": role, "type": "account_blocked"}));
        let page = company.admin().get(&format!("/api/v1/roles/{role}/page")).expect(200).json;
        assert_eq!(page["role"]["code"], "clerks");
        let members = &page["members"];
        assert_eq!((&members["users"], &members["roles"], &members["effective"]), (&json!(1), &json!(1), &json!(2)));
        let mut names: Vec<_> = members["items"].as_array().unwrap().iter().map(|item| item["name"].clone()).collect();
        names.sort_by_key(ToString::to_string);
        assert_eq!(names.len(), 2);
        assert!(names.contains(&json!("juniors")), "{names:?}");
        let modules: Vec<_> = page["modules"].as_array().unwrap().iter().map(|part| part["module"].clone()).collect();
        assert_eq!(modules, ["hr", "time"]);
        assert_eq!(page["modules"][0]["grants"][0]["grant"]["deny"], json!(["edit"]));
        assert_eq!(page["modules"][0]["grants"][0]["scope_name"], "sales");
        assert_eq!(page["time"]["workers"][0]["grant"]["allow"], json!(["record", "schedule"]));
        assert_eq!(page["time"]["wage_types"][0]["code"], "overtime");
        assert_eq!(page["time"]["wage_types"][0]["offer"]["max_per_day"], json!(4.5));
        assert_eq!(page["time"]["own_wage_types"][0]["code"], "bonus");
        assert_eq!(page["notifications"][0]["type"], "account_blocked");
        assert_eq!(page["left_out"], json!([]));
    }

    // Who reads roles and no grants is told what is left out.
    fn parts_that_the_caller_may_not_read_are_named(app: &TestApp) {
        let company = app.company();
        let role = company.role("clerks", 10);
        company.grant(&role, "hr", json!({"type": "all"}), &["read"], &[]);
        let reader = company.with_rights("reader", "system", &["role.read"]);
        let page = reader.get(&format!("/api/v1/roles/{role}/page")).expect(200).json;
        assert_eq!(page["left_out"], json!(["modules", "wage_types"]));
        assert_eq!(page["modules"], json!([]));
        company.outsider().get(&format!("/api/v1/roles/{role}/page")).expect(403);
        reader.get(&format!("/api/v1/roles/{}/page", uuid::Uuid::now_v7())).expect(404);
    }
}
