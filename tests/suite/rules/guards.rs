//! Guards: what no grant can override (G-1, U-05, U-10).

use serde_json::{Value, json};
use tests::on_every_database;

use super::{no, yes};

on_every_database! {
    // G-1: only an `active` user may do anything, by whatever right.
    fn only_an_active_user_may_do_anything(app: &TestApp) {
        let company = app.company();
        let (anna, x) = (company.person("anna"), company.worker("x"));
        company.personal_grant(&anna.user, "time", json!({"type": "all"}), &["record"], &[]);
        let task =
            company.make("objects", json!({"type": "task", "title": "t", "assignee_id": anna.user, "state": "done"}));
        let decided = || {
            [
                company.decide(&anna.user, "time:record", &x, None),
                company.decide(&anna.user, "hr:read", &anna.worker, None),
                company.decide_on(&anna.user, "read", ("task", &task), None),
                company.decide(&anna.user, "time:record", &x, Some("2026-01-01")),
            ]
        };
        let relation = || yes("relation_allow");
        let free = [yes("personal_allow"), relation(), relation(), yes("personal_allow")];
        assert_eq!(decided(), free);
        let path = format!("/api/v1/users/{}", anna.user);
        app.admin().post(&format!("{path}/block"), json!({})).expect(200);
        let barred = [0; 4].map(|_| no("guard_state"));
        assert_eq!(decided(), barred);
        app.admin().verb(&format!("{path}/unblock")).expect(200);
        assert_eq!(decided(), free);
        app.admin().delete(&path).expect(204);
        assert_eq!(decided(), barred);
    }

    // G-1, U-03: neither an invited person nor one who awaits release.
    fn invited_and_unreleased_users_wait(app: &TestApp) {
        let company = app.company();
        let x = company.worker("x");
        for state in ["invited", "blocked"] {
            let user = company.make(
                "users",
                json!({
                    "login": state, "first_name": "F", "last_name": "L", "email": "f@example.org", "state": state,
                }),
            );
            company.personal_grant(&user, "time", json!({"type": "all"}), &["record"], &[]);
            assert_eq!(company.decide(&user, "time:record", &x, None), no("guard_state"), "{state}");
        }
    }

    // G-1, U-10: kinds that never call the API may do nothing.
    fn kinds_that_never_act_may_do_nothing(app: &TestApp) {
        let company = app.company();
        let x = company.worker("x");
        for (kind, expected) in
            [("virtual", no("guard_kind")), ("external_filler", no("guard_kind")), ("service", yes("personal_allow"))]
        {
            let user = company.make("users", json!({"kind": kind, "display_name": kind}));
            company.personal_grant(&user, "time", json!({"type": "all"}), &["record"], &[]);
            assert_eq!(company.decide(&user, "time:record", &x, None), expected, "{kind}");
        }
    }

    // P-04, G-1: the deny names the state.
    fn the_explanation_of_a_guard_names_the_state(app: &TestApp) {
        let company = app.company();
        let (anna, x) = (company.user("anna"), company.worker("x"));
        company.personal_grant(&anna, "time", json!({"type": "all"}), &["record"], &[]);
        app.admin().post(&format!("/api/v1/users/{anna}/block"), json!({})).expect(200);
        let told = company.trace(&anna, "time:record", ("worker", &x), "2026-06-15");
        assert_eq!(told["decision"], false);
        assert_eq!(told["context"]["code"], "guard_state");
        assert_eq!(told["context"]["account"], json!({"kind": "person", "state": "blocked"}));
    }

    // U-05: unblocking restores exactly the rights that the account had.
    fn unblocking_restores_exactly_the_rights(app: &TestApp) {
        let company = app.company();
        let anna = company.person("anna");
        let (role, auto) = (company.role("role", 4), company.automatic_role("auto"));
        company.member(&role, &anna.user);
        company.rule(&auto, json!({"all_workers": true}));
        company.contract(&anna.worker, &company.department("d", None), &company.position("p"), None, None);
        company.grant(&role, "hr", json!({"type": "all"}), &["read"], &["edit"]);
        company.grant(&auto, "time", json!({"type": "all"}), &["schedule"], &[]);
        company.personal_grant(&anna.user, "task", json!({"type": "all"}), &["order"], &[]);
        let path = format!("/api/v1/users/{}", anna.user);
        let rights = || app.admin().get(&format!("{path}/permissions")).expect(200).json;
        let before = rights();
        assert_eq!((before["active"].as_bool(), before["items"].as_array().unwrap().len()), (Some(true), 4));
        app.admin().post(&format!("{path}/block"), json!({"cause": "security"})).expect(200);
        assert_eq!(rights()["active"], json!(false));
        app.admin().verb(&format!("{path}/unblock")).expect(200);
        assert_eq!(rights(), before);
    }

    // U-10: a task goes to people who are not in the trash, to active fillers and outside
    // administrators, never to a virtual user.
    fn tasks_go_only_to_those_who_can_bear_them(app: &TestApp) {
        let company = app.company();
        let user = |login: &str, fields: Value| {
            let mut body = json!({"login": login, "first_name": "F", "last_name": "L", "email": "f@example.org"});
            body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
            company.make("users", body)
        };
        let gone = company.user("gone");
        app.admin().delete(&format!("/api/v1/users/{gone}")).expect(204);
        for (user, status) in [
            (user("invited", json!({"state": "invited"})), 201),
            (user("active", json!({"state": "active"})), 201),
            (user("blocked", json!({})), 201),
            (user("outside", json!({"kind": "external_administrator"})), 201),
            (company.make("users", json!({"kind": "external_filler", "display_name": "F"})), 201),
            (company.make("users", json!({"kind": "virtual", "display_name": "V"})), 409),
            (gone, 409),
        ] {
            for field in [json!({"assignee_id": user}), json!({"team_ids": [user]})] {
                let mut body = json!({"type": "task", "title": "t"});
                body.as_object_mut().unwrap().extend(field.as_object().unwrap().clone());
                let answer = app.admin().post("/api/v1/objects", body);
                assert_eq!(answer.status, status, "{field}: {}", answer.text);
                if status == 409 {
                    answer.expect_problem(409, "capability_missing");
                }
            }
        }
    }

    // U-10: a service never bears a task or responsibility.
    fn a_service_never_bears_a_task(app: &TestApp) {
        let service = app.company().make("users", json!({"kind": "service", "display_name": "ERP"}));
        let body = json!({"type": "task", "title": "t", "assignee_id": service});
        app.admin().post("/api/v1/objects", body).expect_problem(409, "capability_missing");
    }

    // U-10: only kinds that may call the API get a token.
    fn only_those_who_may_call_get_a_token(app: &TestApp) {
        let company = app.company();
        for (kind, status) in [("service", 201), ("virtual", 409), ("external_filler", 409)] {
            let user = company.make("users", json!({"kind": kind, "display_name": kind}));
            let made = app.admin().post("/api/v1/api-tokens", json!({"user_id": user, "name": "t"}));
            assert_eq!(made.status, status, "{kind}: {}", made.text);
        }
    }
}
