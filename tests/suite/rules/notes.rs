//! Personal notes (U-13).

use serde_json::{Value, json};
use tests::on_every_database;

const ALL: &str = "/api/v1/me/notes";

on_every_database! {
    // U-13: each user keeps notes of their own.
    fn a_note_is_written_changed_and_erased(app: &TestApp) {
        let anna = app.company().client(&app.company().user("anna"));
        let made = anna.post(ALL, json!({"title": "Monday", "text": "Ask Greta.\nAnd Ben."})).expect(201);
        let path = format!("{ALL}/{}", made.id());
        assert_eq!(made.header("location"), Some(path.as_str()));
        let read = anna.get(&path).expect(200);
        assert_eq!((&read.json["text"], read.etag()), (&json!("Ask Greta.\nAnd Ben."), made.etag()));
        anna.send("PATCH", &path, &[("content-type", "application/json")], Some(b"{}")).expect(428);
        let changed = anna.patch(&path, json!({"title": null, "text": "Asked."})).expect(200);
        assert_eq!((&changed.json["title"], &changed.json["text"]), (&Value::Null, &json!("Asked.")));
        assert_ne!(changed.etag(), read.etag());
        let stale = [("content-type", "application/json"), ("if-match", &read.etag())];
        anna.send("PATCH", &path, &stale, Some(br#"{"text": "x"}"#)).expect(412);
        let known = [("if-none-match", changed.etag())];
        anna.send("GET", &path, &[(known[0].0, &known[0].1)], None).expect(304);
        anna.delete(&path).expect(204);
        anna.get(&path).expect(404);
    }

    // U-13: nobody else reads them, no administrator; their text is never in the change log.
    fn nobody_else_reads_them_and_no_log_has_them(app: &TestApp) {
        let company = app.company();
        let user = company.user("anna");
        let anna = company.client(&user);
        let revision = || app.admin().get("/api/v1/audit?limit=1").expect(200).items()[0]["revision"].clone();
        let before = revision();
        let made = anna.post(ALL, json!({"title": "xyzzy", "text": "plugh"})).expect(201);
        let path = format!("{ALL}/{}", made.id());
        anna.patch(&path, json!({"text": "plugh plugh"})).expect(200);
        assert_eq!(revision(), before, "the log knows nothing of it");
        assert!(app.admin().get(ALL).expect(200).items().is_empty());
        app.admin().get(&path).expect_problem(404, "not_found");
        let headers = [("content-type", "application/json"), ("if-match", "*")];
        app.admin().send("PATCH", &path, &headers, Some(br#"{"text": "x"}"#)).expect(404);
        app.admin().send("DELETE", &path, &headers, None).expect(404);
        for elsewhere in ["/api/v1/audit?limit=200", "/api/v1/users", "/api/v1/exports/users?format=ndjson", "/api/v1/directory"] {
            let text = app.admin().get(elsewhere).expect(200).text;
            assert!(!text.contains("xyzzy") && !text.contains("plugh"), "{elsewhere}");
        }
        assert_eq!(anna.get(&path).expect(200).json["text"], "plugh plugh");
    }

    // U-06: they are erased for good when the account goes to the trash.
    fn deleting_the_account_erases_them(app: &TestApp) {
        let company = app.company();
        let user = company.user("anna");
        company.client(&user).post(ALL, json!({"text": "a note"})).expect(201);
        app.admin().delete(&format!("/api/v1/users/{user}")).expect(204);
        app.admin().verb(&format!("/api/v1/users/{user}/restore")).expect(200);
        app.admin().verb(&format!("/api/v1/users/{user}/unblock")).expect(200);
        assert!(company.client(&user).get(ALL).expect(200).items().is_empty());
    }

    fn bad_notes_are_refused_with_their_faults(app: &TestApp) {
        let anna = app.company().client(&app.company().user("anna"));
        assert_eq!(anna.post(ALL, json!({"title": "x"})).expect(422).pointers(), ["/text"]);
        assert_eq!(anna.post(ALL, json!({"text": " "})).expect(422).pointers(), ["/text"]);
        assert_eq!(anna.post(ALL, json!({"text": "bell \u{7}"})).expect(422).pointers(), ["/text"]);
        assert_eq!(anna.post(ALL, json!({"text": "x".repeat(20_001)})).expect(422).pointers(), ["/text"]);
        anna.post(ALL, json!({"text": "x".repeat(20_000)})).expect(201);
    }

    // U-13: a program that was given a part of the rights reads none.
    fn a_token_with_scopes_reaches_no_notes(app: &TestApp) {
        let company = app.company();
        let user = company.user("anna");
        company.client(&user).post(ALL, json!({"text": "a note"})).expect(201);
        let body = json!({"user_id": user, "name": "narrow", "scopes": ["system:role.read"]});
        let token = app.admin().post("/api/v1/api-tokens", body).expect(201).json["token"].as_str().unwrap().to_owned();
        let narrow = app.with_token(&token);
        narrow.get(ALL).expect_problem(404, "not_found");
        narrow.post(ALL, json!({"text": "x"})).expect_problem(404, "not_found");
    }

    // U-13: so many and no more.
    fn an_account_has_at_most_a_thousand(app: &TestApp) {
        let user = app.company().user("anna");
        let id = domain::id::UserId(user.parse().unwrap());
        let note = || persistence::NewNote { id: uuid::Uuid::now_v7(), title: None, text: "x".to_owned() };
        let author = persistence::Author::new(persistence::Actor::Operator);
        let fill = |tx: &mut persistence::Tx<'_>| (0..999).try_for_each(|_| tx.create_note(id, note()).map(|_| ()));
        app.app.store().write(&author, fill).unwrap();
        let anna = app.company().client(&user);
        anna.post(ALL, json!({"text": "the last"})).expect(201);
        anna.post(ALL, json!({"text": "one too many"})).expect_problem(409, "too_many_notes").expect_rule("U-13");
    }

    fn pages_come_newest_first(app: &TestApp) {
        let anna = app.company().client(&app.company().user("anna"));
        for text in ["a", "b", "c"] {
            anna.post(ALL, json!({"text": text})).expect(201);
        }
        let page = anna.get(&format!("{ALL}?limit=2")).expect(200);
        assert_eq!(anna.column(&format!("{ALL}?limit=2"), "text"), ["c", "b"]);
        let cursor = page.json["next_cursor"].as_str().unwrap();
        assert_eq!(anna.column(&format!("{ALL}?limit=2&cursor={cursor}"), "text"), ["a"]);
    }
}
