//! Roles in roles, and windows along the way.

use serde_json::json;
use tests::{Company, on_every_database};

use super::{no, yes};

/// A membership with a window; empty texts leave an end open.
fn join(company: &Company<'_>, role: &str, kind: &str, member: &str, from: &str, to: &str) -> String {
    let day = |text: &str| if text.is_empty() { json!(null) } else { json!(text) };
    company.make(
        "memberships",
        json!({
            "role_id": role, "member_type": kind, "member_id": member, "valid_from": day(from), "valid_to": day(to),
        }),
    )
}

/// Asserts on which days a right holds.
fn holds(company: &Company<'_>, user: &str, worker: &str, days: &[(&str, bool)]) {
    for (day, held) in days {
        let expected = if *held { yes("role_allow") } else { no("no_grant") };
        assert_eq!(company.decide(user, "time:record", worker, Some(day)), expected, "{day}");
    }
}

on_every_database! {
    // along a path the windows of memberships and of every role on it intersect; several
    // paths unite.
    fn windows_intersect_along_a_path_and_paths_unite(app: &TestApp) {
        let company = app.company();
        let (anna, x) = (company.user("anna"), company.worker("x"));
        let (a, b, c) = (company.role("a", 0), company.role("b", 0), company.role("c", 0));
        company.grant(&b, "time", json!({"type": "all"}), &["record"], &[]);
        join(&company, &a, "user", &anna, "2026-01-01", "2026-06-30");
        join(&company, &b, "role", &a, "2026-03-01", "2026-12-31");
        company.change("roles", &b, json!({"valid_from": "2026-04-01"}));
        let first = [("2026-03-31", false), ("2026-04-01", true), ("2026-06-30", true), ("2026-07-01", false)];
        holds(&company, &anna, &x, &first);
        join(&company, &c, "user", &anna, "2026-09-01", "");
        join(&company, &b, "role", &c, "", "");
        holds(&company, &anna, &x, &first);
        holds(&company, &anna, &x, &[("2026-08-31", false), ("2026-09-01", true), ("2030-01-01", true)]);
        // A role between: outside its window the path is cut.
        company.change("roles", &c, json!({"valid_to": "2026-09-30"}));
        holds(&company, &anna, &x, &[("2026-09-30", true), ("2026-10-01", false)]);
        holds(&company, &anna, &x, &first);
    }

    // effective membership is transitive.
    fn membership_reaches_through_a_long_chain(app: &TestApp) {
        let company = app.company();
        let (anna, x) = (company.user("anna"), company.worker("x"));
        let chain: Vec<_> = (0..12).map(|n| company.role(&format!("r{n}"), 0)).collect();
        company.member(&chain[0], &anna);
        let mut links = vec![];
        for pair in chain.windows(2) {
            links.push(company.nest(&pair[0], &pair[1]));
        }
        company.grant(&chain[11], "time", json!({"type": "all"}), &["record"], &[]);
        assert_eq!(company.decide(&anna, "time:record", &x, None), yes("role_allow"));
        company.remove("memberships", &links[5]);
        assert_eq!(company.decide(&anna, "time:record", &x, None), no("no_grant"));
    }

    // cycles are refused.
    fn a_role_never_contains_itself(app: &TestApp) {
        let company = app.company();
        let (a, b, c) = (company.role("a", 0), company.role("b", 0), company.role("c", 0));
        company.nest(&a, &b);
        company.nest(&b, &c);
        for (inner, outer) in [(&a, &a), (&b, &a), (&c, &a), (&c, &b)] {
            let body = json!({"role_id": outer, "member_type": "role", "member_id": inner});
            let refused = app.admin().post("/api/v1/memberships", body).expect_problem(409, "role_cycle");
            assert_eq!(refused.json["rule"], "R-02");
        }
        // Two ways to the same role are none.
        company.nest(&a, &c);
    }

    // a cycle of which the parts never hold at the same time is refused as well.
    fn windows_do_not_excuse_a_cycle(app: &TestApp) {
        let company = app.company();
        let (a, b) = (company.role("a", 0), company.role("b", 0));
        join(&company, &b, "role", &a, "", "2026-01-31");
        let body = json!({"role_id": a, "member_type": "role", "member_id": b, "valid_from": "2026-02-01"});
        app.admin().post("/api/v1/memberships", body).expect_problem(409, "role_cycle");
    }

    // a `people_list` holds users only.
    fn a_list_of_people_holds_users_only(app: &TestApp) {
        let company = app.company();
        let list = company.make("roles", json!({"code": "list", "name": "List", "purpose": "people_list"}));
        let role = company.role("role", 0);
        company.member(&list, &company.user("anna"));
        let body = json!({"role_id": list, "member_type": "role", "member_id": role});
        app.admin().post("/api/v1/memberships", body).expect_problem(409, "people_list_holds_users");
        company.nest(&list, &role);
        // Nor does a role become one while roles are in it.
        let refused = app.admin().patch(&format!("/api/v1/roles/{role}"), json!({"purpose": "people_list"}));
        refused.expect_problem(409, "people_list_holds_users");
    }

    // `/roles/{id}/members` and `/users/{id}/roles` are the same rows.
    fn members_and_roles_are_the_same_rows(app: &TestApp) {
        let company = app.company();
        let anna = company.user("anna");
        let role = company.role("role", 0);
        let made = company.member(&role, &anna);
        let rows: Vec<_> = [format!("/api/v1/roles/{role}/members"), format!("/api/v1/users/{anna}/roles")]
            .iter()
            .map(|path| app.admin().get(path).expect(200).items().clone())
            .collect();
        assert_eq!(rows[0], rows[1]);
        assert_eq!((rows[0].len(), rows[0][0]["id"].as_str()), (1, Some(made.as_str())));
        assert_eq!((&rows[0][0]["locked"], &rows[0][0]["source"]), (&json!(false), &json!("manual")));
    }

    // the same membership twice is refused; another window makes another one.
    fn the_same_membership_is_not_stored_twice(app: &TestApp) {
        let company = app.company();
        let (anna, role) = (company.user("anna"), company.role("role", 0));
        join(&company, &role, "user", &anna, "2026-01-01", "2026-01-31");
        let twin = json!({"role_id": role, "member_id": anna, "valid_from": "2026-01-01", "valid_to": "2026-01-31"});
        app.admin().post("/api/v1/memberships", twin).expect_problem(409, "membership_exists");
        join(&company, &role, "user", &anna, "2026-03-01", "");
        let listed = app.admin().get(&format!("/api/v1/users/{anna}/roles?at=2026-01-31")).expect(200);
        assert_eq!(listed.items().len(), 1);
    }

    // Conventions: a window never ends before it begins.
    fn a_reversed_window_is_refused(app: &TestApp) {
        let company = app.company();
        let (anna, role) = (company.user("anna"), company.role("role", 0));
        let body = json!({"role_id": role, "member_id": anna, "valid_from": "2026-02-01", "valid_to": "2026-01-31"});
        app.admin().post("/api/v1/memberships", body).expect_problem(422, "window_reversed");
        let one_day = json!({"role_id": role, "member_id": anna, "valid_from": "2026-02-01", "valid_to": "2026-02-01"});
        app.admin().post("/api/v1/memberships", one_day).expect(201);
    }
}
