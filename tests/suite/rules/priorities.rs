//! Roles add up; in conflict the highest priority wins (P-03, steps 4 and 5).

use serde_json::json;
use tests::{Company, on_every_database};

use super::{no, yes};

/// A role of that priority with the user in it and these opinions on `time` over everybody.
fn voice(company: &Company<'_>, user: &str, code: &str, priority: i32, allow: &[&str], deny: &[&str]) -> String {
    let role = company.role(code, priority);
    company.member(&role, user);
    company.grant(&role, "time", json!({"type": "all"}), allow, deny);
    role
}

on_every_database! {
    // P-03 step 4: what any of them allows is allowed.
    fn roles_add_up(app: &TestApp) {
        let company = app.company();
        let (anna, x) = (company.user("anna"), company.worker("x"));
        voice(&company, &anna, "recorders", 5, &["record"], &[]);
        voice(&company, &anna, "planners", 900, &["schedule"], &[]);
        assert_eq!(company.decide(&anna, "time:record", &x, None), yes("role_allow"));
        assert_eq!(company.decide(&anna, "time:schedule", &x, None), yes("role_allow"));
        assert_eq!(company.decide(&anna, "time:report.close", &x, None), no("no_grant"));
    }

    // P-03 step 5
    fn the_highest_priority_with_an_opinion_wins(app: &TestApp) {
        let company = app.company();
        let (anna, x) = (company.user("anna"), company.worker("x"));
        voice(&company, &anna, "low", 1, &["record", "schedule"], &[]);
        let high = voice(&company, &anna, "high", 10, &[], &["record"]);
        voice(&company, &anna, "silent", 100, &["report.check"], &[]);
        assert_eq!(company.decide(&anna, "time:record", &x, None), no("role_deny"));
        assert_eq!(company.decide(&anna, "time:schedule", &x, None), yes("role_allow"));
        company.change("roles", &high, json!({"priority": 0}));
        assert_eq!(company.decide(&anna, "time:record", &x, None), yes("role_allow"));
        company.change("roles", &high, json!({"priority": 1}));
        assert_eq!(company.decide(&anna, "time:record", &x, None), no("tie_deny"));
    }

    // P-03 step 5: if those of the highest priority are divided: deny.
    fn a_tie_is_denied_however_many_allow(app: &TestApp) {
        let company = app.company();
        let (anna, x) = (company.user("anna"), company.worker("x"));
        for code in ["one", "two", "three"] {
            voice(&company, &anna, code, 7, &["record"], &[]);
        }
        let against = voice(&company, &anna, "against", 7, &[], &["record"]);
        assert_eq!(company.decide(&anna, "time:record", &x, None), no("tie_deny"));
        let members = app.admin().get(&format!("/api/v1/roles/{against}/members")).expect(200);
        company.remove("memberships", members.items()[0]["id"].as_str().unwrap());
        assert_eq!(company.decide(&anna, "time:record", &x, None), yes("role_allow"));
    }

    // P-03 step 5: a role divided in itself is a tie, whatever the scopes of its grants.
    fn one_role_can_contradict_itself(app: &TestApp) {
        let company = app.company();
        let (anna, x) = (company.user("anna"), company.worker("x"));
        let role = voice(&company, &anna, "role", 3, &["record"], &[]);
        company.grant(&role, "time", json!({"type": "worker", "id": x}), &[], &["record"]);
        assert_eq!(company.decide(&anna, "time:record", &x, None), no("tie_deny"));
        voice(&company, &anna, "above", 4, &["record"], &[]);
        assert_eq!(company.decide(&anna, "time:record", &x, None), yes("role_allow"));
    }

    // P-03: a role that the user is in by way of another keeps its own priority.
    fn a_nested_role_speaks_with_its_own_priority(app: &TestApp) {
        let company = app.company();
        let (anna, x) = (company.user("anna"), company.worker("x"));
        let inner = voice(&company, &anna, "inner", 50, &["record"], &[]);
        let outer = company.role("outer", 10);
        company.grant(&outer, "time", json!({"type": "all"}), &[], &["record"]);
        company.nest(&inner, &outer);
        assert_eq!(company.decide(&anna, "time:record", &x, None), yes("role_allow"));
        company.change("roles", &outer, json!({"priority": 51}));
        assert_eq!(company.decide(&anna, "time:record", &x, None), no("role_deny"));
    }

    // P-03: a grant that does not hold has no opinion, nor has one that covers something else.
    fn expired_and_future_grants_and_other_targets_have_no_opinion(app: &TestApp) {
        let company = app.company();
        let (anna, x, y) = (company.user("anna"), company.worker("x"), company.worker("y"));
        voice(&company, &anna, "low", 1, &["record"], &[]);
        let high = company.role("high", 10);
        company.member(&high, &anna);
        let deny = |scope, from: Option<&str>, to: Option<&str>| {
            company.make("grants", json!({
                "holder_id": high, "module": "time", "scope": scope, "deny": ["record"],
                "valid_from": from, "valid_to": to,
            }))
        };
        deny(json!({"type": "all"}), None, Some("2026-05-31"));
        deny(json!({"type": "all"}), Some("2026-08-01"), None);
        deny(json!({"type": "worker", "id": y}), None, None);
        for (day, expected) in [
            ("2026-05-31", no("role_deny")),
            ("2026-06-01", yes("role_allow")),
            ("2026-07-31", yes("role_allow")),
            ("2026-08-01", no("role_deny")),
        ] {
            assert_eq!(company.decide(&anna, "time:record", &x, Some(day)), expected, "{day}");
        }
        assert_eq!(company.decide(&anna, "time:record", &y, Some("2026-06-01")), no("role_deny"));
    }
}
