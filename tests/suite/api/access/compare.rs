use serde_json::{Value, json};
use tests::on_every_database;
use uuid::Uuid;

const PATH: &str = "/api/v1/access/compare";

/// What is told in a list: module, actions, first scope, number of exceptions.
fn told(answer: &Value, list: &str) -> Vec<(String, Value, Value, usize)> {
    let found = answer[list].as_array().unwrap().iter();
    found
        .map(|right| {
            let except = right["except"].as_array().unwrap().len();
            (right["module"].as_str().unwrap().to_owned(), right["actions"].clone(), right["scope"][0].clone(), except)
        })
        .collect()
}

on_every_database! {
    fn two_users_are_compared_by_module_actions_and_scope(app: &TestApp) {
        let company = app.company();
        let (anna, bert, x) = (company.user("anna"), company.user("bert"), company.worker("x"));
        let (outer, inner) = (company.role("outer", 3), company.role("inner", 0));
        company.nest(&inner, &outer);
        company.member(&inner, &anna);
        let grant = company.grant(&outer, "time", json!({"type": "all"}), &["record", "schedule"], &[]);
        let on_x = json!({"type": "worker", "id": x});
        let own = company.personal_grant(&bert, "time", on_x.clone(), &["record", "report.check"], &[]);
        let on_x = json!({"type": "worker", "id": x, "external_id": "x"});
        let answer = app.admin().get(&format!("{PATH}?user_id={anna}&with_user_id={bert}")).expect(200);
        assert!(answer.header("remit-revision").is_some());
        let answer = answer.json;
        assert_eq!((&answer["first"]["name"], &answer["second"]["type"]), (&json!("First Last-anna"), &json!("user")));
        assert_eq!((&answer["first"]["external_id"], &answer["second"]["external_id"]), (&json!("anna"), &json!("bert")));
        let time = "time".to_owned();
        let all = json!({"type": "all"});
        assert_eq!(told(&answer, "only_first"), [(time.clone(), json!(["record", "schedule"]), all, 1)]);
        assert_eq!(told(&answer, "only_second"), [(time.clone(), json!(["report.check"]), on_x.clone(), 0)]);
        assert_eq!(told(&answer, "both"), [(time, json!(["record"]), on_x.clone(), 0)]);
        // On X both may record, and nothing else is kept from the second there.
        assert_eq!(answer["only_first"][0]["except"][0], json!({"scope": [on_x], "actions": ["record"]}));
        let first = &answer["only_first"][0]["first"];
        assert_eq!((&first["code"], &first["via"][0]["grant_id"]), (&json!("role_allow"), &json!(grant)));
        assert_eq!(first["via"][0]["through"], json!([inner, outer]));
        let second = &answer["both"][0]["second"];
        assert_eq!((&second["code"], &second["via"][0]["grant_id"]), (&json!("personal_allow"), &json!(own)));
        assert_eq!(answer["cut_short"], false);
    }

    fn two_roles_are_compared_on_a_day(app: &TestApp) {
        let company = app.company();
        let (one, other) = (company.role("one", 0), company.role("other", 0));
        company.grant(&one, "hr", json!({"type": "all"}), &["read"], &[]);
        company.make("grants", json!({
            "holder_id": other, "module": "hr", "scope": {"type": "all"}, "allow": ["read", "edit"], "valid_from": "2026-07-01",
        }));
        let on = |day: &str| {
            let path = format!("{PATH}?role_id={one}&with_role_id={other}&at={day}");
            let answer = app.admin().get(&path).expect(200).json;
            assert_eq!(answer["day"], day);
            ["only_first", "only_second", "both"].map(|list| {
                told(&answer, list).into_iter().map(|(_, actions, ..)| actions).collect::<Vec<_>>()
            })
        };
        assert_eq!(on("2026-06-30"), [vec![json!(["read"])], vec![], vec![]]);
        assert_eq!(on("2026-07-01"), [vec![], vec![json!(["edit"])], vec![json!(["read"])]]);
    }

    fn two_of_a_sort_are_needed(app: &TestApp) {
        let company = app.company();
        let (user, role) = (company.user("u"), company.role("r", 0));
        let get = |query: &str| app.admin().get(&format!("{PATH}?{query}"));
        let fault = |query: &str| get(query).expect_problem(400, "bad_parameter").pointers().join(",");
        assert_eq!(fault(""), "user_id");
        assert_eq!(fault(&format!("user_id={user}")), "with_user_id");
        assert_eq!(fault(&format!("with_role_id={role}")), "role_id");
        assert_eq!(fault(&format!("user_id={user}&role_id={role}")), "role_id");
        assert_eq!(fault(&format!("user_id={user}&with_user_id=x")), "with_user_id");
        let nobody = Uuid::now_v7();
        let unknown = |query: &str| get(query).expect_problem(422, "unknown_reference").pointers().join(",");
        assert_eq!(unknown(&format!("user_id={user}&with_user_id={nobody}")), "with_user_id");
        let both = get(&format!("role_id={nobody}&with_role_id={nobody}"));
        assert_eq!(both.expect_problem(422, "invalid_values").pointers(), ["role_id", "with_role_id"]);
        let outsider = company.outsider().get(&format!("{PATH}?user_id={user}&with_user_id={user}"));
        outsider.expect_problem(403, "forbidden").expect_missing("system", "access.check");
    }
}
