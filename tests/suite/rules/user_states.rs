//! The states of accounts and the moves between them (U-03).

use serde_json::{Value, json};
use tests::{Answer, TestApp, on_every_database};

/// An account in that state.
fn account(app: &TestApp, login: &str, state: &str) -> String {
    let start = if state == "deleted" { "active" } else { state };
    let user = app.company().make(
        "users",
        json!({
            "login": login, "first_name": "F", "last_name": "L", "email": "f@example.org", "state": start,
        }),
    );
    if state == "deleted" {
        app.admin().delete(&format!("/api/v1/users/{user}")).expect(204);
    }
    user
}

fn attempt(app: &TestApp, user: &str, verb: &str) -> Answer {
    let path = format!("/api/v1/users/{user}");
    match verb {
        "delete" => app.admin().delete(&path),
        "block" => app.admin().post(&format!("{path}/block"), json!({})),
        verb => app.admin().verb(&format!("{path}/{verb}")),
    }
}

on_every_database! {
    // U-03: allowed moves, and nothing else; a refused one names the present state and the moves
    // allowed from it.
    fn only_the_moves_of_the_table_are_allowed(app: &TestApp) {
        // The state before, what is attempted, the state after; none where it is refused.
        let table = [
            ("invited", "block", Some("blocked")),
            ("invited", "delete", Some("deleted")),
            ("invited", "unblock", None),
            ("invited", "release", None),
            ("invited", "restore", None),
            ("active", "block", Some("blocked")),
            ("active", "delete", Some("deleted")),
            ("active", "unblock", None),
            ("active", "release", None),
            ("active", "restore", None),
            ("blocked", "release", Some("active")),
            ("blocked", "block", Some("blocked")),
            ("blocked", "delete", Some("deleted")),
            ("blocked", "restore", None),
            ("deleted", "restore", Some("blocked")),
            ("deleted", "block", None),
            ("deleted", "unblock", None),
            ("deleted", "release", None),
            ("deleted", "delete", None),
        ];
        let moves = |state: &str| match state {
            "invited" => "active, blocked, deleted",
            "active" => "blocked, deleted",
            "blocked" => "active, deleted",
            _ => "blocked, forgotten",
        };
        for (n, (before, verb, after)) in table.into_iter().enumerate() {
            let user = account(app, &format!("u{n}"), before);
            let answer = attempt(app, &user, verb);
            match after {
                Some(_) => assert!(answer.status < 300, "{before} {verb}: {}", answer.text),
                None => {
                    let refused = answer.expect_problem(409, "state_move_refused");
                    let detail = refused.json["detail"].as_str().unwrap();
                    assert!(detail.contains(&format!("is {before};")), "{verb}: {detail}");
                    assert!(detail.ends_with(&format!(": {}", moves(before))), "{verb}: {detail}");
                    assert_eq!(refused.json["rule"], "U-03");
                }
            }
            let now = app.admin().get(&format!("/api/v1/users/{user}")).expect(200);
            assert_eq!(now.json["state"], after.unwrap_or(before), "{before} {verb}");
        }
    }

    // U-03: a person starts invited or blocked, or active by someone who may release; the other
    // kinds active.
    fn accounts_start_where_their_kind_may(app: &TestApp) {
        let person = |state: Option<&str>, login: &str| {
            let mut body = json!({"login": login, "first_name": "F", "last_name": "L", "email": "f@example.org"});
            if let Some(state) = state {
                body["state"] = json!(state);
            }
            body
        };
        let admin = app.admin();
        for (state, login, starts) in [
            (None, "a", "blocked"),
            (Some("blocked"), "b", "blocked"),
            (Some("invited"), "c", "invited"),
            (Some("active"), "d", "active"),
        ] {
            assert_eq!(admin.post("/api/v1/users", person(state, login)).expect(201).json["state"], starts);
        }
        let refused =
            admin.post("/api/v1/users", person(Some("deleted"), "e")).expect_problem(422, "start_state_refused");
        assert_eq!(refused.pointers(), ["/state"]);
        let company = app.company();
        let creator = company.user("creator");
        company.personal_grant(&creator, "system", json!({"type": "all"}), &["user.create", "user.read"], &[]);
        let creator = company.client_for(&creator);
        let refused = creator.post("/api/v1/users", person(Some("active"), "f")).expect_problem(403, "forbidden");
        assert_eq!(refused.json["missing"], json!({"module": "system", "action": "user.release"}));
        creator.post("/api/v1/users", person(None, "f")).expect(201);
        let service = |state: Value| json!({"kind": "service", "display_name": "S", "state": state});
        assert_eq!(creator.post("/api/v1/users", service(json!("active"))).expect(201).json["state"], "active");
        for state in ["invited", "blocked"] {
            creator.post("/api/v1/users", service(json!(state))).expect_problem(422, "start_state_refused");
        }
    }

    // U-03: states change by verbs only.
    fn a_patch_does_not_change_the_state(app: &TestApp) {
        let user = account(app, "anna", "active");
        let path = format!("/api/v1/users/{user}");
        assert_eq!(app.admin().patch(&path, json!({"state": "blocked"})).expect(422).pointers(), ["/state"]);
        assert_eq!(app.admin().get(&path).expect(200).json["state"], "active");
        let upsert =
            json!({"login": "up", "first_name": "F", "last_name": "L", "email": "f@example.org", "state": "active"});
        let path = "/api/v1/users/by-external-id/up";
        app.admin().put(path, upsert).expect(201);
        assert_eq!(app.admin().put(path, json!({"state": "blocked"})).expect(422).pointers(), ["/state"]);
        app.admin().put(path, json!({"state": "active", "phone": "1"})).expect(200);
    }

    // U-03: what is deleted stays readable, and is listed as such.
    fn the_trash_can_be_listed(app: &TestApp) {
        let user = account(app, "anna", "deleted");
        let listed = app.admin().get("/api/v1/users?state=deleted").expect(200);
        assert_eq!((listed.items().len(), &listed.items()[0]["id"]), (1, &json!(user)));
        let others = app.admin().get("/api/v1/users?state=invited,active,blocked").expect(200);
        assert!(others.items().iter().all(|other| other["id"] != user.as_str()));
    }
}
