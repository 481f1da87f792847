//! Two users, or two roles, side by side (P-05).

use super::*;

fn compare(of: &str, first: &str, second: &str) -> String {
    format!("/api/v1/access/compare?of={of}&first_id={first}&second_id={second}")
}

on_every_database! {
    fn two_users_differ_in_what_roles_and_personal_grants_give(app: &TestApp) {
        let scene = Scene::new(app);
        let company = &scene.company;
        let (clerks, strict) = (company.role("clerks", 10), company.role("strict", 20));
        company.grant(&clerks, "hr", json!({"type": "all"}), &["read", "edit"], &[]);
        company.grant(&strict, "hr", json!({"type": "all"}), &[], &["edit"]);
        let bert = company.person("bert");
        for user in [&scene.anna.user, &bert.user] {
            company.member(&clerks, user);
        }
        company.member(&strict, &bert.user);
        let found = app.admin().get(&compare("user", &scene.anna.user, &bert.user)).expect(200).json;
        let told = |side: &str| -> Vec<String> {
            let items = found[side].as_array().unwrap().iter();
            let mut words: Vec<_> = items.map(|item| format!("{} {} {}", item["module"], item["actions"], item["code"])).collect();
            words.sort();
            words
        };
        assert_eq!(told("only_first"), [r#""hr" ["edit"] "role_allow""#, r#""time" ["record"] "personal_allow""#]);
        assert_eq!(told("only_second"), [""; 0]);
        let shared = found["shared_role_ids"].as_array().unwrap();
        assert!(shared.contains(&json!(clerks)) && !shared.contains(&json!(strict)));
        assert_eq!(found["cut_short"], false);
        let edit = found["only_first"].as_array().unwrap().iter().find(|item| item["module"] == "hr").unwrap();
        assert_eq!(edit["other_code"], "role_deny");
        assert_eq!(edit["via"][0]["holder_id"], json!(clerks));
    }

    fn comparing_needs_access_check_and_two_that_there_are(app: &TestApp) {
        let scene = Scene::new(app);
        let role = scene.company.role("clerks", 1);
        let anna = scene.company.client_of(&scene.anna);
        anna.get(&compare("role", &role, &role)).expect_problem(403, "forbidden");
        let none = uuid::Uuid::now_v7().to_string();
        app.admin().get(&compare("role", &role, &none)).expect(404);
        app.admin().get(&compare("user", &role, &role)).expect(404);
        let refused = app.admin().get("/api/v1/access/compare").expect_problem(400, "bad_parameter");
        let mut names = refused.pointers();
        names.sort_unstable();
        assert_eq!(names, ["first_id", "of", "second_id"]);
    }
}
