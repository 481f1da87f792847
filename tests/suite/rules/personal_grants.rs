//! Personal grants set the roles' grants aside (P-03, P-06).

use serde_json::json;
use tests::on_every_database;

use super::{TIME, no, yes};

on_every_database! {
    // P-06: someone has a personal grant of `record` on worker X and is in a role with all of
    // `time` over everybody. On X they may only record; on Y everything; once the personal grant
    // is deleted, everything on X too.
    fn a_personal_grant_on_one_worker_sets_aside_what_roles_give_there(app: &TestApp) {
        let company = app.company();
        let anna = company.user("anna");
        let (x, y) = (company.worker("x"), company.worker("y"));
        let planners = company.role("planners", 0);
        company.member(&planners, &anna);
        company.grant(&planners, "time", json!({"type": "all"}), TIME, &[]);
        let personal = company.personal_grant(&anna, "time", json!({"type": "worker", "id": x}), &["record"], &[]);
        for action in TIME {
            let expected = if *action == "record" { yes("personal_allow") } else { no("personal_without_action") };
            let action = format!("time:{action}");
            assert_eq!(company.decide(&anna, &action, &x, None), expected, "{action} on X");
            assert_eq!(company.decide(&anna, &action, &y, None), yes("role_allow"), "{action} on Y");
        }
        company.remove("grants", &personal);
        for action in TIME {
            let action = format!("time:{action}");
            assert_eq!(company.decide(&anna, &action, &x, None), yes("role_allow"), "{action} on X");
        }
    }

    // P-06: the worker's own page shows the same rows.
    fn passive_rights_are_the_same_rows_on_the_workers_page(app: &TestApp) {
        let company = app.company();
        let anna = company.user("anna");
        let (x, y) = (company.worker("x"), company.worker("y"));
        let clerks = company.role("clerks", 0);
        let on_x = json!({"type": "worker", "id": x});
        let mut made = vec![
            company.personal_grant(&anna, "time", on_x.clone(), &["record"], &[]),
            company.grant(&clerks, "hr", on_x, &["read"], &[]),
        ];
        company.personal_grant(&anna, "time", json!({"type": "worker", "id": y}), &["record"], &[]);
        let page = app.admin().get(&format!("/api/v1/workers/{x}/grants")).expect(200);
        let mut shown: Vec<_> = page.items().iter().map(|grant| grant["id"].as_str().unwrap().to_owned()).collect();
        made.sort();
        shown.sort();
        assert_eq!(shown, made);
        for grant in page.items() {
            let id = grant["id"].as_str().unwrap();
            assert_eq!(&app.admin().get(&format!("/api/v1/grants/{id}")).expect(200).json, grant);
        }
    }

    // P-03 step 3: what they leave out is denied; other targets and modules are untouched.
    fn other_modules_stay_with_the_roles(app: &TestApp) {
        let company = app.company();
        let anna = company.user("anna");
        let x = company.worker("x");
        let staff = company.role("staff", 0);
        company.member(&staff, &anna);
        company.grant(&staff, "time", json!({"type": "all"}), &["schedule"], &[]);
        company.grant(&staff, "hr", json!({"type": "all"}), &["read"], &[]);
        company.personal_grant(&anna, "time", json!({"type": "all"}), &["record"], &[]);
        assert_eq!(company.decide(&anna, "time:record", &x, None), yes("personal_allow"));
        assert_eq!(company.decide(&anna, "time:schedule", &x, None), no("personal_without_action"));
        assert_eq!(company.decide(&anna, "hr:read", &x, None), yes("role_allow"));
    }

    // P-03 step 5: a divided personal set denies; no priority helps, since people have none.
    fn a_personal_deny_prevails_over_a_personal_allow(app: &TestApp) {
        let company = app.company();
        let anna = company.user("anna");
        let (x, y) = (company.worker("x"), company.worker("y"));
        let chiefs = company.role("chiefs", 1_000_000);
        company.member(&chiefs, &anna);
        company.grant(&chiefs, "time", json!({"type": "all"}), TIME, &[]);
        company.personal_grant(&anna, "time", json!({"type": "all"}), &["record"], &[]);
        company.personal_grant(&anna, "time", json!({"type": "worker", "id": x}), &[], &["record"]);
        assert_eq!(company.decide(&anna, "time:record", &x, None), no("personal_deny"));
        assert_eq!(company.decide(&anna, "time:record", &y, None), yes("personal_allow"));
        assert_eq!(company.decide(&anna, "time:schedule", &x, None), no("personal_without_action"));
    }

    // P-03 step 3: only personal grants in force at t decide.
    fn outside_its_window_a_personal_grant_sets_nothing_aside(app: &TestApp) {
        let company = app.company();
        let anna = company.user("anna");
        let x = company.worker("x");
        let staff = company.role("staff", 0);
        company.member(&staff, &anna);
        company.grant(&staff, "time", json!({"type": "all"}), &["schedule"], &[]);
        company.make(
            "grants",
            json!({
                "holder_type": "user", "holder_id": anna, "module": "time", "scope": {"type": "worker", "id": x},
                "allow": ["record"], "valid_from": "2026-06-10", "valid_to": "2026-06-20",
            }),
        );
        let asked = |action, day| company.decide(&anna, action, &x, Some(day));
        for day in ["2026-06-09", "2026-06-21"] {
            assert_eq!(asked("time:schedule", day), yes("role_allow"), "{day}");
            assert_eq!(asked("time:record", day), no("no_grant"), "{day}");
        }
        for day in ["2026-06-10", "2026-06-20"] {
            assert_eq!(asked("time:schedule", day), no("personal_without_action"), "{day}");
            assert_eq!(asked("time:record", day), yes("personal_allow"), "{day}");
        }
    }

    // P-03: the answer does not depend on unrelated users.
    fn the_personal_grant_of_another_changes_nothing(app: &TestApp) {
        let company = app.company();
        let (anna, bert) = (company.user("anna"), company.user("bert"));
        let x = company.worker("x");
        let staff = company.role("staff", 0);
        company.member(&staff, &anna);
        company.grant(&staff, "time", json!({"type": "all"}), &["record"], &[]);
        company.personal_grant(&bert, "time", json!({"type": "worker", "id": x}), &[], &["record"]);
        assert_eq!(company.decide(&anna, "time:record", &x, None), yes("role_allow"));
        assert_eq!(company.decide(&bert, "time:record", &x, None), no("personal_deny"));
    }
}
