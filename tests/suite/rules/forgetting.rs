//! Forgetting a person (U-08, U-09).

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{PASSWORD, TestApp, on_every_database};

/// Texts that say who somebody is, in any case.
const WHO: &[&str] = &["zyxw.login", "qwyjibo", "zzyzx", "formerly", "777 123 987"];

/// A person in whose every place a personal value was planted.
fn plant(app: &TestApp) -> String {
    let (company, admin) = (app.company(), app.admin());
    let json_type = ("content-type", "application/json");
    // Attempts with a login that nobody has yet.
    app.anonymous().post("/auth/login", json!({"login": "zyxw.login", "password": "wrong wrong wrong"})).expect(401);
    app.admin().get("/api/v1/log-in-attempts").expect(200);
    // An answer that is kept, and a key that says for whom.
    let body = json!({
        "external_id": "ext-qwyjibo", "login": "zyxw.login", "first_name": "Qwyjibo", "last_name": "Formerly",
        "email": "qwyjibo@formerly.example", "phone": "+420 777 123 987", "state": "active"
    });
    let headers = [json_type, ("idempotency-key", "hire-zyxw.login")];
    let created = admin.send("POST", "/api/v1/users", &headers, Some(body.to_string().as_bytes())).expect(201);
    let user = created.id();
    // A later name and address: the log knows both.
    let path = format!("/api/v1/users/{user}");
    admin.patch(&path, json!({"last_name": "Zzyzx", "email": "qwyjibo@zzyzx.example"})).expect(200);
    let note = json!({"note": "Qwyjibo lost a key"}).to_string();
    let headers = [json_type, ("idempotency-key", "plain")];
    admin.send("POST", &format!("{path}/block"), &headers, Some(note.as_bytes())).expect(200);
    admin.verb(&format!("{path}/unblock")).expect(200);
    // Membership and grant with ids of their own; a token; a password and a link for one.
    let role = company.role("team", 0);
    let member = json!({"external_id": "zyxw.login-team", "role_id": role, "member_id": user});
    company.make("memberships", member);
    let grant = json!({
        "external_id": "zyxw.login-time", "holder_type": "user", "holder_id": user, "module": "time", "scope": {"type": "all"}, "allow": ["record"]
    });
    company.make("grants", grant);
    admin.post("/api/v1/api-tokens", json!({"user_id": user, "name": "Qwyjibo's laptop"})).expect(201);
    app.set_password(domain::id::UserId(user.parse().unwrap()));
    admin.verb(&format!("{path}/password-link")).expect(200);
    // A session with a telling user agent, a note, activity, an answer of the person's own.
    let login = json!({"login": "zyxw.login", "password": PASSWORD}).to_string();
    let agent = ("user-agent", "Qwyjibo's browser");
    let tokens = app.anonymous().send("POST", "/auth/login", &[json_type, agent], Some(login.as_bytes())).expect(200);
    let client = app.in_session(&tokens);
    client.post("/api/v1/me/notes", json!({"title": "Qwyjibo", "text": "call me Zzyzx"})).expect(201);
    client.post("/api/v1/me/activity", json!({"kind": "work"})).expect(204);
    app.app.activity().store(app.app.store()).unwrap();
    app.admin().get("/api/v1/log-in-attempts").expect(200);
    // What somebody wrote about another folder, and an import that failed.
    let worker = company.worker("other");
    let reason = json!({"last_name": "Married", "reason": "married Qwyjibo Zzyzx"});
    admin.post(&format!("/api/v1/workers/{worker}/rename"), reason).expect(200);
    admin.post(&format!("/api/v1/workers/{worker}/rename"), json!({"last_name": "Other", "reason": "no"})).expect(200);
    let csv = "external_id,login,first_name,last_name,email\next-qwyjibo,zyxw.login,Qwyjibo,Zzyzx,no address\n";
    admin.import_csv("users", "per_row", csv);
    user
}

fn found(app: &TestApp) -> Vec<&'static str> {
    let dump = app.dump().to_ascii_lowercase();
    let text = String::from_utf8_lossy(&dump);
    WHO.iter().copied().filter(|who| text.contains(who)).collect()
}

/// Many others, so that pages of the database split, move and merge.
fn crowd(app: &TestApp, prefix: &str) {
    let mut csv = String::from("external_id,login,first_name,last_name,email,phone,state\n");
    for n in 0..200 {
        csv.push_str(&format!("{prefix}{n},{prefix}{n},First{n},Last{n},{prefix}{n}@example.org,+1 {n},active\n"));
    }
    let done = app.admin().import_csv("users", "atomic", &csv);
    assert_eq!(done.json["result"]["created"], json!(200), "{}", done.text);
}

on_every_database! {
    // U-08: every personal value, wherever the service keeps one; authorship and evidence stay.
    fn nothing_personal_stays_anywhere(app: &TestApp) {
        crowd(app, "a");
        let user = plant(app);
        crowd(app, "z");
        let path = format!("/api/v1/users/{user}");
        let evidence = json!({"user_id": user, "name": "Welding", "evidence": "file 7", "retain_until": "2026-06-14"});
        let evidence = app.company().make("qualifications", evidence);
        let revision = || app.admin().get("/api/v1/audit?limit=1").expect(200).items()[0]["revision"].as_i64().unwrap();
        app.company().client(&user).post("/api/v1/objects", json!({"type": "task", "title": "A task"}));
        app.admin().delete(&path).expect(204);
        let before = revision();
        assert_eq!(found(app), WHO, "all of it was planted");

        let receipt = app.admin().verb(&format!("{path}/forget")).expect(200);
        assert_eq!(found(app), [""; 0]);

        // The receipt: what, where, how many rows.
        let pseudonym = receipt.json["pseudonym"].as_str().unwrap();
        assert_eq!(receipt.json["at"], "2026-06-15T12:00:00Z");
        let mut places: Vec<&str> = Vec::new();
        for erased in receipt.json["erased"].as_array().unwrap() {
            assert!(erased["rows"].as_i64().unwrap() > 0, "{erased}");
            places.push(erased["place"].as_str().unwrap());
        }
        for place in ["users", "changes", "credentials", "log_in_attempts", "idempotent_answers", "revisions"] {
            assert!(places.contains(&place), "{place} in {places:?}");
        }

        // The account goes on under its pseudonym, and so does all that refers to it.
        let shown = app.admin().get(&path).expect(200).json;
        assert_eq!((&shown["state"], &shown["display_name"]), (&json!("forgotten"), &json!(pseudonym)));
        for field in ["external_id", "login", "first_name", "last_name", "email", "phone", "language", "time_zone"] {
            assert_eq!(shown[field], Value::Null, "{field}");
        }
        assert_eq!(app.admin().ids(&format!("{path}/qualifications")), [evidence.as_str()]);
        let history = app.admin().get(&format!("/api/v1/audit?entity=user&entity_id={user}&limit=50")).expect(200);
        assert!(history.items().len() >= 5, "{}", history.text);
        for entry in history.items() {
            for side in ["before", "after"].map(|side| &entry[side]).into_iter().filter(|side| !side.is_null()) {
                assert_eq!(side["display_name"], json!(pseudonym), "{entry}");
            }
        }
        // The log is dense, and says what the rows say.
        assert_eq!(revision(), before + 1);
        assert_eq!(app.faults(), Vec::<String>::new());
    }

    // U-08: only a deleted user, and for good.
    fn only_a_deleted_user_is_forgotten_and_stays_so(app: &TestApp) {
        let company = app.company();
        let user = company.user("anna");
        let path = format!("/api/v1/users/{user}");
        let refused = app.admin().verb(&format!("{path}/forget")).expect_problem(409, "state_move_refused");
        assert!(refused.json["detail"].as_str().unwrap().contains("active"), "{}", refused.text);
        app.admin().delete(&path).expect(204);
        let stale = [("if-match", "\"1\"")];
        app.admin().send("POST", &format!("{path}/forget"), &stale, None).expect(412);
        app.admin().verb(&format!("{path}/forget")).expect(200);
        for verb in ["forget", "restore", "block", "unblock", "invite"] {
            let path = format!("{path}/{verb}");
            let answer = if verb == "block" { app.admin().post(&path, json!({})) } else { app.admin().verb(&path) };
            assert_eq!(answer.status, 409, "{verb}: {}", answer.text);
        }
        app.admin().delete(&path).expect(409);
        let named = json!({"first_name": "Anna"});
        app.admin().patch(&path, named).expect_problem(409, "user_forgotten").expect_rule("U-08");
        assert_eq!(app.admin().ids("/api/v1/users?state=forgotten"), [user.as_str()]);
        // Its login and id are free for somebody else.
        assert_ne!(company.user("anna"), user);
    }

    // U-09: not before evidence may go; the answer names the records and the day.
    fn who_is_needed_as_evidence_is_not_forgotten_yet(app: &TestApp) {
        let company = app.company();
        let user = company.user("anna");
        // It is 15 June 2026.
        let until = |day: &str| company.make("qualifications", json!({"user_id": user, "name": "x", "retain_until": day}));
        let (needed, done) = (until("2026-06-15"), until("2026-06-14"));
        company.remove("users", &user);
        let path = format!("/api/v1/users/{user}/forget");
        let refused = app.admin().verb(&path).expect_problem(409, "evidence_retained").expect_rule("U-09");
        let detail = refused.json["detail"].as_str().unwrap();
        assert!(detail.contains(&needed) && detail.contains("2026-06-16") && !detail.contains(&done), "{detail}");
        app.clock.advance(TimeDelta::days(1));
        app.admin().verb(&path).expect(200);
        assert_eq!(app.admin().ids(&format!("/api/v1/users/{user}/qualifications")).len(), 2);
    }

    // U-08: a request that is sent again is not done again, though its answer is erased.
    fn an_erased_answer_leaves_its_key_used_up(app: &TestApp) {
        let headers = [("content-type", "application/json"), ("idempotency-key", "k-1")];
        let body = br#"{"login": "anna", "first_name": "A", "last_name": "B", "email": "a@example.org", "state": "active"}"#;
        let create = || app.admin().send("POST", "/api/v1/users", &headers, Some(body));
        let user = create().expect(201).id();
        let path = format!("/api/v1/users/{user}");
        app.admin().delete(&path).expect(204);
        app.admin().verb(&format!("{path}/forget")).expect(200);
        create().expect_problem(422, "idempotency_key_reused");
    }

    fn only_who_may_forgets(app: &TestApp) {
        let company = app.company();
        let user = company.user("anna");
        company.remove("users", &user);
        let clerk = company.with_rights("clerk", "system", &["user.read", "user.delete", "user.restore"]);
        clerk.verb(&format!("/api/v1/users/{user}/forget")).expect_missing("system", "user.forget");
        app.admin().verb(&format!("/api/v1/users/{}/forget", uuid::Uuid::nil())).expect_problem(404, "not_found");
    }
}
