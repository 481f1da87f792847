use serde_json::json;
use tests::on_every_database;

use super::ALL;

on_every_database! {
    // R-04
    fn parts_given_together_must_all_match(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let top = company.department("top", None);
        let below = company.department("below", Some(&top));
        let (clerk, chief) = (company.position("clerk"), company.position("chief"));
        let (anna, ben) = (company.person("anna"), company.person("ben"));
        company.contract(&anna.worker, &below, &clerk, None, None);
        company.contract(&ben.worker, &below, &chief, None, None);
        let members = |role: &str| admin.column(&format!("/api/v1/roles/{role}/members?sort=created_at"), "member_id");
        let cases = [
            (json!({"departments": [{"id": top}]}), vec![]),
            (json!({"departments": [{"id": top, "include_subtree": true}]}), vec![&anna.user, &ben.user]),
            (json!({"departments": [{"id": below}], "position_ids": [clerk]}), vec![&anna.user]),
            (json!({"position_ids": [clerk, chief], "contract_types": ["service"]}), vec![]),
            (json!({"worker_kinds": ["employee"], "contract_types": ["employment"], "position_ids": [chief]}), vec![&ben.user]),
            (json!({"all_workers": true}), vec![&anna.user, &ben.user]),
        ];
        for (number, (parts, wanted)) in cases.into_iter().enumerate() {
            let role = company.automatic_role(&format!("r{number}"));
            company.rule(&role, parts.clone());
            let mut wanted: Vec<_> = wanted.into_iter().cloned().collect();
            let mut found = members(&role);
            wanted.sort();
            found.sort();
            assert_eq!(found, wanted, "{parts}");
        }
    }

    // R-04
    fn everything_is_named_by_ones_own_ids(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (role, department, position) = (company.automatic_role("r"), company.department("d", None), company.position("p"));
        let body = json!({
            "role_external_id": "r", "department_external_ids": ["d"], "include_subtree": true,
            "position_external_ids": ["p"], "head_of_external_ids": ["d"],
        });
        let made = admin.post(ALL, body).expect(201);
        assert_eq!(admin.get(made.header("location").unwrap()).expect(200).json, made.json);
        assert_eq!(made.json["departments"], json!([{"id": department, "include_subtree": true}]));
        let rest = (&made.json["role_id"], &made.json["position_ids"], &made.json["head_of"]);
        assert_eq!(rest, (&json!(role), &json!([position]), &json!([department])));
        let unknown = json!({"role_external_id": "r", "department_external_ids": ["d", "none"]});
        admin.post(ALL, unknown).expect_fault(422, "unknown_reference", "/department_external_ids/1");
        let heads = json!({"role_external_id": "r", "head_of_external_ids": ["none"]});
        admin.post(ALL, heads).expect_fault(422, "unknown_reference", "/head_of_external_ids/0");
    }

    // R-03, R-04
    fn bad_rules_are_refused(app: &TestApp) {
        let (company, admin) = (app.company(), app.admin());
        let (role, position) = (company.automatic_role("r"), company.position("p"));
        let post = |more: serde_json::Value| {
            let mut body = json!({"role_id": role});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            admin.post(ALL, body)
        };
        post(json!({})).expect_problem(422, "rule_empty").expect_rule("R-04");
        post(json!({"all_workers": false})).expect_problem(422, "rule_empty");
        post(json!({"all_workers": true, "position_ids": [position]})).expect_fault(422, "rule_all_with_parts", "/all_workers");
        post(json!({"position_ids": [position, position]})).expect_fault(422, "duplicate_item", "/position_ids");
        post(json!({"position_ids": [role]})).expect_fault(422, "unknown_reference", "/position_ids/0");
        post(json!({"departments": [{"id": position, "frob": 1}]})).expect_fault(400, "unknown_field", "/departments/0/frob");
        post(json!({"departments": [{}]})).expect_fault(422, "required", "/departments/0/id");
        post(json!({"worker_kinds": ["boss"]})).expect_fault(400, "unknown_value", "/worker_kinds/0");
        let manual = company.role("manual", 0);
        post(json!({"role_id": manual, "all_workers": true})).expect_fault(409, "role_not_automatic", "/role_id").expect_rule("R-03");
        admin.post(ALL, json!({"all_workers": true})).expect_fault(422, "required", "/role_id");
        assert!(admin.ids(&format!("{ALL}?role_id={role}")).is_empty());
    }

    fn it_needs_role_edit(app: &TestApp) {
        let company = app.company();
        let body = json!({"role_id": company.automatic_role("r"), "all_workers": true});
        company.with_rights("reader", "system", &["role.read"]).post(ALL, body).expect_missing("system", "role.edit");
    }
}
