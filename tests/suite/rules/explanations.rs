//! Every decision can be explained (P-04), and rights are told with their reasons (P-05).

use serde_json::{Value, json};
use tests::on_every_database;

/// The ids of the grants in a list of the trace, with what is told of each.
fn told(trace: &Value, list: &str, field: &str) -> Vec<(String, Value)> {
    let found = trace["context"][list].as_array().unwrap_or_else(|| panic!("no {list} in {trace}"));
    found.iter().map(|item| (item["grant_id"].as_str().unwrap().to_owned(), item[field].clone())).collect()
}

const TODAY: &str = "2026-06-15";

on_every_database! {
    // P-04: the step that decided, the grants that won, those that lost and why.
    fn winners_and_losers_are_named_with_their_reasons(app: &TestApp) {
        let company = app.company();
        let (anna, x) = (company.user("anna"), company.worker("x"));
        let roles = [("low", 1), ("high", 9), ("silent", 50)].map(|(code, priority)| company.role(code, priority));
        for role in &roles {
            company.member(role, &anna);
        }
        let all = || json!({"type": "all"});
        let low = company.grant(&roles[0], "time", all(), &[], &["record"]);
        let high = company.grant(&roles[1], "time", all(), &["record"], &[]);
        let silent = company.grant(&roles[2], "time", all(), &["schedule"], &[]);
        let trace = company.trace(&anna, "time:record", ("worker", &x), TODAY);
        assert_eq!((&trace["decision"], &trace["context"]["code"]), (&json!(true), &json!("role_allow")));
        assert_eq!(told(&trace, "decided_by", "allows"), [(high.clone(), json!(true))]);
        let winner = &trace["context"]["decided_by"][0];
        assert_eq!(
            (&winner["holder_type"], &winner["holder_id"], &winner["priority"]),
            (&json!("role"), &json!(roles[1]), &json!(9))
        );
        let mut lost = told(&trace, "set_aside", "reason");
        lost.sort_by(|a, b| a.0.cmp(&b.0));
        let mut expected = vec![(low.clone(), json!("lower_priority")), (silent, json!("no_opinion"))];
        expected.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(lost, expected);
        // A tie names both sides.
        company.change("roles", &roles[0], json!({"priority": 9}));
        let trace = company.trace(&anna, "time:record", ("worker", &x), TODAY);
        let mut sides = told(&trace, "decided_by", "allows");
        sides.sort_by_key(|(_, allows)| allows.as_bool());
        assert_eq!(
            (&trace["context"]["code"], sides),
            (&json!("tie_deny"), vec![(low, json!(false)), (high, json!(true))])
        );
    }

    // P-04, P-03 step 3: personal grants took precedence.
    fn what_personal_grants_set_aside_is_named(app: &TestApp) {
        let company = app.company();
        let (anna, x) = (company.user("anna"), company.worker("x"));
        let role = company.role("role", 5);
        company.member(&role, &anna);
        let of_role = company.grant(&role, "time", json!({"type": "all"}), &["schedule"], &[]);
        let personal = company.personal_grant(&anna, "time", json!({"type": "worker", "id": x}), &["record"], &[]);
        let trace = company.trace(&anna, "time:schedule", ("worker", &x), TODAY);
        assert_eq!(trace["context"]["code"], "personal_without_action");
        assert_eq!(told(&trace, "decided_by", "holder_type"), [(personal.clone(), json!("user"))]);
        assert_eq!(told(&trace, "set_aside", "reason"), [(of_role, json!("personal_takes_precedence"))]);
        let task = company.make("objects", json!({"type": "task", "title": "t", "assignee_id": anna}));
        let on_task = company.personal_grant(&anna, "task", json!({"type": "all"}), &[], &["edit"]);
        let trace = company.trace(&anna, "edit", ("task", &task), TODAY);
        assert_eq!(
            (&trace["context"]["code"], &trace["context"]["relation"]),
            (&json!("relation_allow"), &json!("assignee"))
        );
        assert_eq!(told(&trace, "set_aside", "reason"), [(on_task, json!("relation_takes_precedence"))]);
    }

    // P-04: the membership path, role by role, with contract and rule.
    fn the_path_names_each_role_and_contract_and_rule(app: &TestApp) {
        let company = app.company();
        let anna = company.person("anna");
        let (auto, manual, x) = (company.automatic_role("auto"), company.role("manual", 0), company.worker("x"));
        let rule = company.rule(&auto, json!({"all_workers": true, "valid_from": "2026-02-01"}));
        let nested = company.nest(&auto, &manual);
        company.grant(&manual, "time", json!({"type": "all"}), &["record"], &[]);
        let (department, position) = (company.department("d", None), company.position("p"));
        let contract = company.contract(&anna.worker, &department, &position, Some("2026-01-01"), Some("2026-12-31"));
        let trace = company.trace(&anna.user, "time:record", ("worker", &x), TODAY);
        let path = &trace["context"]["path"];
        assert_eq!((path.as_array().unwrap().len(), &path[0]["role_id"]), (1, &json!(manual)));
        let steps = path[0]["steps"].as_array().unwrap();
        assert_eq!(steps.len(), 2);
        assert_eq!((&steps[0]["role_id"], &steps[0]["source"]), (&json!(auto), &json!("automatic")));
        assert_eq!((&steps[0]["contract_id"], &steps[0]["rule_id"]), (&json!(contract), &json!(rule)));
        assert_eq!((&steps[0]["valid_from"], &steps[0]["valid_to"]), (&json!("2026-02-01"), &json!("2026-12-31")));
        assert_eq!((&steps[1]["role_id"], &steps[1]["membership_id"]), (&json!(manual), &json!(nested)));
        assert_eq!((&steps[1]["source"], steps[1].get("contract_id")), (&json!("manual"), None));
    }

    // P-04: what does not hold that day, with the day on which it ended or begins.
    fn what_does_not_hold_is_named_with_its_day(app: &TestApp) {
        let company = app.company();
        let (anna, x) = (company.user("anna"), company.worker("x"));
        let grant = |holder: &str, kind: &str, from: Value, to: Value| {
            company.make("grants", json!({
                "holder_type": kind, "holder_id": holder, "module": "time", "scope": {"type": "all"},
                "allow": ["record"], "valid_from": from, "valid_to": to,
            }))
        };
        let role = company.role("role", 0);
        let membership =
            company.make("memberships", json!({"role_id": role, "member_id": anna, "valid_to": "2026-05-31"}));
        company.change("roles", &role, json!({"valid_from": "2026-07-01"}));
        let expired = grant(&anna, "user", json!(null), json!("2026-06-14"));
        let of_role = grant(&role, "role", json!("2026-08-01"), json!(null));
        let trace = company.trace(&anna, "time:record", ("worker", &x), TODAY);
        assert_eq!((&trace["context"]["code"], &trace["context"]["decided_by"]), (&json!("no_grant"), &json!([])));
        let mut inactive = told(&trace, "inactive", "because");
        inactive.sort_by_key(|(id, _)| *id != expired);
        let ended = json!([{
            "what": "grant", "id": expired, "state": "expired", "day": "2026-06-14",
            "valid_from": null, "valid_to": "2026-06-14",
        }]);
        assert_eq!(inactive[0], (expired.clone(), ended));
        let expected = json!([
            {"what": "grant", "id": of_role, "state": "to_come", "day": "2026-08-01",
             "valid_from": "2026-08-01", "valid_to": null},
            {"what": "membership", "id": membership, "state": "expired", "day": "2026-05-31",
             "valid_from": null, "valid_to": "2026-05-31"},
            {"what": "role", "id": role, "state": "to_come", "day": "2026-07-01",
             "valid_from": "2026-07-01", "valid_to": null},
        ]);
        assert_eq!(inactive[1], (of_role.clone(), expected));
        // These never meet; the grant that has expired did count.
        let mut counts_on = told(&trace, "inactive", "counts_on");
        counts_on.sort_by_key(|(id, _)| *id != expired);
        assert_eq!(counts_on, [(expired, json!("2026-06-14")), (of_role, json!(null))]);
    }

    // P-04: for a deny, what is missing and which role would give it.
    fn a_deny_says_what_is_missing_and_which_role_would_give_it(app: &TestApp) {
        let company = app.company();
        let (anna, x) = (company.user("anna"), company.worker("x"));
        let [strong, weak, elsewhere] =
            [("strong", 9), ("weak", 1), ("elsewhere", 5)].map(|(code, n)| company.role(code, n));
        for role in [&strong, &weak] {
            company.grant(role, "time", json!({"type": "all"}), &["record"], &[]);
        }
        company.grant(&elsewhere, "time", json!({"type": "worker", "id": company.worker("y")}), &["record"], &[]);
        let missing = || company.trace(&anna, "time:record", ("worker", &x), TODAY)["context"]["missing"].clone();
        let named = |roles: &[&String]| json!({"module": "time", "action": "record", "role_ids": roles});
        // The administrator's role of time comes last: its priority is 0.
        let administrators = company.id_of("roles", "time-administrator");
        assert_eq!(missing(), named(&[&strong, &weak, &administrators]));
        let against = company.role("against", 3);
        company.member(&against, &anna);
        company.grant(&against, "time", json!({"type": "all"}), &[], &["record"]);
        assert_eq!(missing(), named(&[&strong]));
        company.personal_grant(&anna, "time", json!({"type": "worker", "id": x}), &["schedule"], &[]);
        assert_eq!(missing(), named(&[]));
    }

    // P-05: what may U do: all modules or one, with the way to each right.
    fn the_rights_of_a_user_are_told_with_the_way_to_them(app: &TestApp) {
        let company = app.company();
        let anna = company.person("anna");
        let role = company.role("role", 3);
        let membership = company.member(&role, &anna.user);
        let wide = company.grant(&role, "time", json!({"type": "all"}), &["record"], &["schedule"]);
        let aside = company.grant(&role, "hr", json!({"type": "worker", "id": anna.worker}), &["edit"], &[]);
        let own =
            company.personal_grant(&anna.user, "hr", json!({"type": "worker", "id": anna.worker}), &["edit"], &[]);
        let rights = app.admin().get(&format!("/api/v1/users/{}/permissions", anna.user)).expect(200).json;
        let items = rights["items"].as_array().unwrap();
        let via = |index: usize| (items[index]["via"].as_str().unwrap(), items[index]["grant_id"].as_str());
        assert_eq!(items.len(), 4);
        assert_eq!((via(0), &items[0]["relation"]), (("relation", None), &json!("own_folder")));
        assert_eq!(items[0]["allow"], json!(["contracts.read", "read"]));
        assert_eq!(via(1), ("personal", Some(own.as_str())));
        let of_role = |id: &str| items.iter().find(|item| item["grant_id"] == id).unwrap();
        assert_eq!((&of_role(&wide)["allow"], &of_role(&wide)["deny"]), (&json!(["record"]), &json!(["schedule"])));
        assert_eq!((&of_role(&wide)["set_aside"], &of_role(&aside)["set_aside"]), (&json!(false), &json!(true)));
        assert_eq!(of_role(&wide)["path"][0]["membership_id"], membership.as_str());
        assert_eq!((&of_role(&wide)["role_id"], &of_role(&wide)["priority"]), (&json!(role), &json!(3)));
    }
}
