use domain::rule_text;
use serde_json::Value;
use tests::on_every_database;

use super::ALL;

on_every_database! {
    // Whoever meets a problem may look up its rule, whatever else they may do.
    fn everybody_with_a_token_reads_all_of_them_in_order(app: &TestApp) {
        let page = app.company().outsider().get(ALL).expect(200);
        assert!(page.json["next_cursor"].is_null());
        let numbers: Vec<_> = page.items().iter().map(|rule| rule["number"].as_str().unwrap()).collect();
        let expected: Vec<_> = rule_text::ALL.iter().map(|rule| rule.number).collect();
        assert_eq!(numbers, expected);
        assert_eq!((numbers.first(), numbers.last()), (Some(&"U-01"), Some(&"H-03")));
        app.anonymous().get(ALL).expect_problem(401, "unauthenticated");
    }

    // Every code that names a rule stands with it, and with no other.
    fn a_rule_names_the_codes_of_its_problems(app: &TestApp) {
        let page = app.admin().get(ALL).expect(200);
        let mut told: Vec<(&str, &str)> = vec![];
        for rule in page.items() {
            let codes = rule["problems"].as_array().unwrap().iter().filter_map(Value::as_str);
            told.extend(codes.map(|code| (code, rule["number"].as_str().unwrap())));
        }
        let catalogue = api::http::problem::catalogue();
        let mut known: Vec<_> = catalogue.into_iter().filter_map(|(code, _, _, rule)| Some((code, rule?))).collect();
        told.sort_unstable();
        known.sort_unstable();
        assert!(told.len() > 40);
        assert_eq!(told, known);
    }

    fn unknown_parameters_are_refused(app: &TestApp) {
        for parameter in ["frob=1", "limit=10", "section=Users", "q=login"] {
            let name = parameter.split_once('=').unwrap().0;
            app.admin().get(&format!("{ALL}?{parameter}")).expect_fault(400, "unknown_parameter", name);
        }
    }
}
