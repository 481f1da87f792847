use serde_json::json;
use tests::on_every_database;

use super::ALL;

on_every_database! {
    // The rule that a problem names can be read, and names the problem.
    fn the_rule_of_a_problem_is_read_by_its_number(app: &TestApp) {
        let company = app.company();
        let body = json!({"login": "ADMIN", "first_name": "A", "last_name": "B", "email": "a@example.org"});
        let problem = app.admin().post("/api/v1/users", body).expect_problem(409, "login_taken");
        let number = problem.json["rule"].as_str().unwrap();
        let rule = company.outsider().get(&format!("{ALL}/{number}")).expect(200);
        assert_eq!((&rule.json["number"], &rule.json["section"]), (&json!("U-01"), &json!("Users")));
        assert_eq!(rule.json["in_force"], true);
        assert!(rule.json["sentence"].as_str().unwrap().contains("login"));
        assert!(rule.json["problems"].as_array().unwrap().contains(&problem.json["code"]));
        assert!(app.admin().get(ALL).expect(200).items().contains(&rule.json));
    }

    fn a_rule_to_come_says_so(app: &TestApp) {
        let rule = app.admin().get(&format!("{ALL}/H-02")).expect(200);
        assert_eq!((&rule.json["in_force"], &rule.json["problems"]), (&json!(false), &json!([])));
    }

    fn there_are_no_others(app: &TestApp) {
        for number in ["U-99", "u-01", "U-1", "U-011", "login_taken", "%00", "%ff"] {
            app.admin().get(&format!("{ALL}/{number}")).expect_problem(404, "not_found");
        }
        app.admin().get(&format!("{ALL}/U-01?frob=1")).expect_fault(400, "unknown_parameter", "frob");
        app.anonymous().get(&format!("{ALL}/U-01")).expect_problem(401, "unauthenticated");
    }
}
