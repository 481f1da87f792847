//! Folders and their link to an account (W-01 to W-04).

use serde_json::{Value, json};
use tests::{Answer, TestApp, on_every_database};

fn worker(app: &TestApp, number: &str, last_name: &str) -> String {
    app.company().make("workers", json!({"personal_number": number, "first_name": "Jana", "last_name": last_name}))
}

fn user(app: &TestApp, login: &str, last_name: &str, more: Value) -> String {
    let mut body = json!({"login": login, "first_name": "Jana", "last_name": last_name, "email": "j@example.org"});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    app.company().make("users", body)
}

fn link(app: &TestApp, worker: &str, user: &str) -> Answer {
    app.admin().put(&format!("/api/v1/workers/{worker}/account"), json!({"user_id": user}))
}

on_every_database! {
    // W-01: the personal number is unique.
    fn a_personal_number_is_unique(app: &TestApp) {
        worker(app, "1", "Malá");
        let body = json!({"personal_number": "1", "first_name": "A", "last_name": "B"});
        let refused = app.admin().post("/api/v1/workers", body).expect_problem(409, "personal_number_taken");
        assert_eq!(refused.pointers(), ["/personal_number"]);
        let born = json!({"personal_number": "2", "first_name": "A", "last_name": "B", "birth_date": "2026-06-16"});
        assert_eq!(app.admin().post("/api/v1/workers", born).expect(422).pointers(), ["/birth_date"]);
    }

    // W-02: closing is refused while a contract is in force or to come.
    fn a_folder_with_a_contract_is_not_closed(app: &TestApp) {
        let company = app.company();
        let (x, department, position) =
            (worker(app, "x", "Malá"), company.department("d", None), company.position("p"));
        let close = || app.admin().verb(&format!("/api/v1/workers/{x}/close"));
        let to_come = company.contract(&x, &department, &position, Some("2027-01-01"), None);
        close().expect_problem(409, "worker_has_contract");
        app.admin().verb(&format!("/api/v1/contracts/{to_come}/cancel")).expect(200);
        company.contract(&x, &department, &position, Some("2026-01-01"), Some("2026-06-15"));
        close().expect_problem(409, "worker_has_contract");
        app.clock.set("2026-06-16T00:00:00Z".parse().unwrap());
        assert_eq!(close().expect(200).json["state"], "closed");
        close().expect_problem(409, "worker_state_refused");
        let contract = json!({"worker_id": x, "department_id": department, "position_id": position, "state": "signed"});
        app.admin().post("/api/v1/contracts", contract).expect_problem(409, "worker_closed");
        let user = user(app, "jana", "Malá", json!({}));
        link(app, &x, &user).expect_problem(409, "worker_closed");
    }

    // W-02: before the first closing names change through rename, with a reason that is kept.
    fn a_name_changes_by_rename_with_a_reason(app: &TestApp) {
        let x = worker(app, "x", "Malá");
        let path = format!("/api/v1/workers/{x}");
        let refused =
            app.admin().patch(&path, json!({"last_name": "Velká"})).expect_problem(409, "worker_rename_needed");
        assert_eq!(refused.pointers(), ["/last_name"]);
        let rename = |body: Value| app.admin().post(&format!("{path}/rename"), body);
        assert_eq!(rename(json!({"last_name": "Velká"})).expect(422).pointers(), ["/reason"]);
        let renamed = rename(json!({"last_name": "Velká", "reason": "married"})).expect(200);
        assert_eq!((&renamed.json["first_name"], &renamed.json["last_name"]), (&json!("Jana"), &json!("Velká")));
        let log = app.admin().get(&format!("/api/v1/audit?entity_id={x}&limit=1")).expect(200);
        assert_eq!(log.items()[0]["cause"], "rename: married");
    }

    // W-02: after the first closing names stay, whatever state the folder has later, and
    // birth_date may only be filled in where it was empty.
    fn after_the_first_closing_the_identity_is_frozen(app: &TestApp) {
        let x = worker(app, "x", "Malá");
        let path = format!("/api/v1/workers/{x}");
        let admin = app.admin();
        let frozen = |answer: Answer| {
            assert_eq!(answer.expect_problem(409, "worker_identity_frozen").json["rule"], "W-02");
        };
        admin.verb(&format!("{path}/close")).expect(200);
        for state in ["closed", "active"] {
            if state == "active" {
                admin.verb(&format!("{path}/reopen")).expect(200);
            }
            frozen(admin.patch(&path, json!({"first_name": "Hana"})));
            frozen(admin.post(&format!("{path}/rename"), json!({"last_name": "Velká", "reason": "married"})));
            if state == "closed" {
                admin.patch(&path, json!({"birth_date": "1990-04-12"})).expect(200);
            }
            frozen(admin.patch(&path, json!({"birth_date": "1990-04-13"})));
            frozen(admin.patch(&path, json!({"birth_date": null})));
            admin.patch(&path, json!({"phone": state})).expect(200);
        }
        let now = admin.get(&path).expect(200);
        assert_eq!((&now.json["first_name"], &now.json["birth_date"]), (&json!("Jana"), &json!("1990-04-12")));
        admin.verb(&format!("{path}/reopen")).expect_problem(409, "worker_state_refused");
    }

    // W-02: a closed, unlinked folder can be erased only after its retain_until.
    fn a_folder_is_erased_only_closed_unlinked_and_after_its_time(app: &TestApp) {
        let x = worker(app, "x", "Malá");
        let jana = user(app, "jana", "Malá", json!({}));
        link(app, &x, &jana).expect(200);
        let path = format!("/api/v1/workers/{x}");
        let admin = app.admin();
        admin.patch(&path, json!({"retain_until": "2026-06-20"})).expect(200);
        let kept = || admin.delete(&path).expect_problem(409, "worker_not_erasable");
        kept();
        admin.verb(&format!("{path}/close")).expect(200);
        kept();
        admin.send("DELETE", &format!("{path}/account"), &[], None).expect(200);
        assert!(kept().json["detail"].as_str().unwrap().contains("2026-06-20"));
        app.clock.set("2026-06-20T23:59:59Z".parse().unwrap());
        kept();
        app.clock.set("2026-06-21T00:00:00Z".parse().unwrap());
        admin.delete(&path).expect(204);
        admin.get(&path).expect_problem(404, "not_found");
    }

    // W-03: a worker is linked to at most one user, a user to at most one worker.
    fn one_worker_one_user(app: &TestApp) {
        let (x, y) = (worker(app, "x", "Malá"), worker(app, "y", "Malá"));
        let (jana, hana) = (user(app, "jana", "Malá", json!({})), user(app, "hana", "Malá", json!({})));
        link(app, &x, &jana).expect(200);
        assert_eq!(link(app, &x, &hana).expect_problem(409, "worker_linked").json["rule"], "W-03");
        assert_eq!(link(app, &y, &jana).expect_problem(409, "user_linked").json["rule"], "W-03");
        link(app, &y, &hana).expect(200);
        // The same link again changes nothing.
        link(app, &x, &jana).expect(200);
        app.admin().send("DELETE", &format!("/api/v1/workers/{x}/account"), &[], None).expect(200);
        let again = app.admin().send("DELETE", &format!("/api/v1/workers/{x}/account"), &[], None);
        again.expect_problem(409, "worker_not_linked");
    }

    // W-04: a free account is a person, invited, active or blocked, of the same last name.
    fn only_a_free_account_is_linked(app: &TestApp) {
        let company = app.company();
        for (n, (account, code)) in [
            (user(app, "a", "Nováková", json!({"state": "invited"})), None),
            (user(app, "b", "Nováková", json!({"state": "active"})), None),
            (user(app, "c", "Nováková", json!({"state": "blocked"})), None),
            (user(app, "d", "NOVA\u{301}KOVA\u{301}", json!({})), None),
            (user(app, "e", "Novakova", json!({})), Some("last_name_differs")),
            (user(app, "f", "Nováková-Malá", json!({})), Some("last_name_differs")),
            (user(app, "g", "Nováková", json!({"kind": "external_administrator"})), Some("account_not_free")),
            (
                company.make("users", json!({"kind": "service", "display_name": "S", "last_name": "Nováková"})),
                Some("account_not_free"),
            ),
        ]
        .into_iter()
        .enumerate()
        {
            let folder = worker(app, &n.to_string(), "Nováková");
            let answer = link(app, &folder, &account);
            match code {
                None => assert_eq!(answer.expect(200).json["user_id"], account.as_str()),
                Some(code) => assert_eq!(answer.expect_problem(409, code).json["rule"], "W-04"),
            }
        }
        let gone = user(app, "gone", "Nováková", json!({}));
        company.remove("users", &gone);
        link(app, &worker(app, "last", "Nováková"), &gone).expect_problem(409, "account_not_free");
    }

    // W-04: the check is made at linking; a later change of one of the names breaks no link.
    fn a_later_change_of_a_name_breaks_no_link(app: &TestApp) {
        let (x, jana) = (worker(app, "x", "Malá"), user(app, "jana", "Malá", json!({"state": "active"})));
        link(app, &x, &jana).expect(200);
        app.admin().patch(&format!("/api/v1/users/{jana}"), json!({"last_name": "Velká"})).expect(200);
        let rename = json!({"last_name": "Dlouhá", "reason": "typing error"});
        let renamed = app.admin().post(&format!("/api/v1/workers/{x}/rename"), rename).expect(200);
        assert_eq!(renamed.json["user_id"], jana.as_str());
        app.admin().patch(&format!("/api/v1/workers/{x}"), json!({"phone": "1"})).expect(200);
        assert_eq!(app.faults(), Vec::<String>::new());
    }

    // W-06: linking never copies a field of one onto the other.
    fn linking_copies_no_field(app: &TestApp) {
        let (x, jana) = (worker(app, "x", "Malá"), user(app, "jana", "MALÁ", json!({"phone": "1"})));
        let read = || {
            let user = app.admin().get(&format!("/api/v1/users/{jana}")).expect(200).json;
            let mut folder = app.admin().get(&format!("/api/v1/workers/{x}")).expect(200).json;
            for field in ["user_id", "revision", "updated_at"] {
                folder[field] = json!(null);
            }
            (user, folder)
        };
        let before = read();
        link(app, &x, &jana).expect(200);
        assert_eq!(read(), before);
    }
}
