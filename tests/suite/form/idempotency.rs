//! `Idempotency-Key`: a repeated POST is done once.

use std::collections::HashSet;

use chrono::TimeDelta;

use super::*;

fn with_key(client: &Client, key: &str, path: &str, body: &Value) -> Answer {
    post_with(client, path, &[("idempotency-key", key)], body)
}

fn position(code: &str) -> Value {
    json!({"code": code, "name": code})
}

const POSITIONS: &str = "/api/v1/positions";

on_every_database! {
    // The same key and body give the stored answer: nothing is done again.
    fn a_repeated_request_is_done_once(app: &TestApp) {
        let admin = app.admin();
        let first = with_key(&admin, "k1", POSITIONS, &position("one")).expect(201);
        assert_eq!(first.header("idempotent-replayed"), None);
        let again = with_key(&admin, "k1", POSITIONS, &position("one")).expect(201);
        assert_eq!(again.header("idempotent-replayed"), Some("true"));
        assert_eq!(again.text, first.text);
        for header in ["etag", "location", "remit-revision", "content-type"] {
            assert_eq!(again.header(header), first.header(header), "{header}");
        }
        assert_eq!(admin.get(POSITIONS).items().len(), 1);
        // It stays so after the item has changed, or is gone.
        let path = format!("{POSITIONS}/{}", first.id());
        admin.delete(&path).expect(204);
        assert_eq!(with_key(&admin, "k1", POSITIONS, &position("one")).expect(201).text, first.text);
        admin.get(&path).expect(404);
    }

    // Another body, or another operation, under the same key is refused.
    fn a_key_stands_for_one_request(app: &TestApp) {
        let admin = app.admin();
        with_key(&admin, "k1", POSITIONS, &position("one")).expect(201);
        with_key(&admin, "k1", POSITIONS, &position("two")).expect_problem(422, "idempotency_key_reused");
        let department = json!({"code": "one", "name": "one"});
        with_key(&admin, "k1", "/api/v1/departments", &department).expect_problem(422, "idempotency_key_reused");
        with_key(&admin, "k2", POSITIONS, &position("two")).expect(201);
        assert_eq!(admin.get(POSITIONS).items().len(), 2);
    }

    // Keys belong to the caller.
    fn another_caller_has_keys_of_its_own(app: &TestApp) {
        let other = app.company().with_rights("other", "system", &["position.edit"]);
        let mine = with_key(&app.admin(), "k", POSITIONS, &position("mine")).expect(201);
        let others = with_key(&other, "k", POSITIONS, &position("others")).expect(201);
        assert_ne!(mine.id(), others.id());
        assert_eq!(others.header("idempotent-replayed"), None);
    }

    // What was refused changed nothing: it may be mended and sent again with the same key.
    fn a_refused_request_keeps_no_answer(app: &TestApp) {
        let admin = app.admin();
        with_key(&admin, "k", POSITIONS, &json!({"code": "p"})).expect(422);
        let done = with_key(&admin, "k", POSITIONS, &position("p")).expect(201);
        assert_eq!(done.header("idempotent-replayed"), None);
        with_key(&admin, "k2", POSITIONS, &position("p")).expect_problem(409, "code_taken");
        with_key(&admin, "k", POSITIONS, &position("p")).expect(201);
    }

    // Twins under way at the same time: one is done, all get the same answer.
    fn twins_wait_for_each_other(app: &TestApp) {
        let admin = app.admin();
        let answers: Vec<_> = std::thread::scope(|scope| {
            let twins: Vec<_> =
                (0..8).map(|_| scope.spawn(|| with_key(&admin, "twins", POSITIONS, &position("twin")))).collect();
            twins.into_iter().map(|twin| twin.join().unwrap().expect(201)).collect()
        });
        let ids: HashSet<_> = answers.iter().map(Answer::id).collect();
        assert_eq!(ids.len(), 1);
        let first = answers.iter().filter(|answer| answer.header("idempotent-replayed").is_none()).count();
        assert_eq!(first, 1);
        assert_eq!(admin.get(POSITIONS).items().len(), 1);
    }

    // An answer is for those who have the rights that the request needed: another token of the same
    // account may have less.
    fn a_narrower_token_does_not_get_the_answer(app: &TestApp) {
        let admin = app.admin();
        let worker = app.company().worker("w1");
        let narrow = |scope: &str| {
            let token = json!({"name": scope, "scopes": [scope]});
            app.with_token(admin.post("/api/v1/api-tokens", token).expect(201).json["token"].as_str().unwrap())
        };
        let (reader, editor) = (narrow("system:user.read"), narrow("system:position.edit"));
        let first = with_key(&admin, "k", POSITIONS, &position("one")).expect(201);
        with_key(&reader, "k", POSITIONS, &position("one")).expect_missing("system", "position.edit");
        assert_eq!(with_key(&editor, "k", POSITIONS, &position("one")).expect(201).text, first.text);
        // The same where the right is one on a worker, and with a verb.
        let close = format!("/api/v1/workers/{worker}/close");
        with_key(&admin, "k2", &close, &Value::Null).expect(200);
        with_key(&reader, "k2", &close, &Value::Null).expect_missing("hr", "edit");
        with_key(&narrow("hr:*"), "k2", &close, &Value::Null).expect(200);
        // Whoever has no limits may make a token; a token that is limited learns of none.
        let token = json!({"name": "nightly"});
        with_key(&admin, "k3", "/api/v1/api-tokens", &token).expect(201);
        with_key(&reader, "k3", "/api/v1/api-tokens", &token).expect_missing("system", "token.manage");
        // A refusal takes nothing from those who may.
        assert_eq!(with_key(&admin, "k", POSITIONS, &position("one")).expect(201).text, first.text);
    }

    // So does the account itself, when it has lost the right meanwhile.
    fn who_lost_the_right_does_not_get_the_answer(app: &TestApp) {
        let (admin, company) = (app.admin(), app.company());
        let user = company.user("editor");
        let role = company.role("editors", 0);
        let membership = company.member(&role, &user);
        company.grant(&role, "system", json!({"type": "all"}), &["position.edit"], &[]);
        let editor = company.client(&user);
        let first = with_key(&editor, "k", POSITIONS, &position("one")).expect(201);
        company.remove("memberships", &membership);
        with_key(&editor, "k", POSITIONS, &position("one")).expect_missing("system", "position.edit");
        company.member(&role, &user);
        assert_eq!(with_key(&editor, "k", POSITIONS, &position("one")).expect(201).text, first.text);

        // A manager of a role needs no grant to add members, as long as they manage it.
        let (boss, jana) = (company.user("boss"), company.user("jana"));
        let path = format!("/api/v1/roles/{role}");
        admin.patch(&path, json!({"manager_ids": [boss]})).expect(200);
        let (manager, body) = (company.client(&boss), json!({"role_id": role, "member_id": jana}));
        with_key(&manager, "k", "/api/v1/memberships", &body).expect(201);
        assert_eq!(with_key(&manager, "k", "/api/v1/memberships", &body).header("idempotent-replayed"), Some("true"));
        admin.patch(&path, json!({"manager_ids": []})).expect(200);
        with_key(&manager, "k", "/api/v1/memberships", &body).expect_missing("system", "role.assign");
    }

    // A secret that is shown once is not kept, and not shown again.
    fn a_replay_shows_no_secret(app: &TestApp) {
        let admin = app.admin();
        let body = json!({"name": "nightly"});
        let first = with_key(&admin, "k", "/api/v1/api-tokens", &body).expect(201);
        let secret = first.json["token"].as_str().unwrap().to_owned();
        let again = with_key(&admin, "k", "/api/v1/api-tokens", &body).expect(201);
        assert_eq!((again.id(), &again.json["token"]), (first.id(), &Value::Null));
        assert!(!again.text.contains(&secret));
        app.with_token(&secret).get("/api/v1/me").expect(200);

        let awaiting = json!({"login": "new", "first_name": "N", "last_name": "N", "email": "n@example.org"});
        let user = admin.post("/api/v1/users", awaiting).expect(201).id();
        let release = format!("/api/v1/users/{user}/release");
        let first = with_key(&admin, "k3", &release, &Value::Null).expect(200);
        assert!(first.json["password_link"].is_string());
        let again = with_key(&admin, "k3", &release, &Value::Null).expect(200);
        assert_eq!((&again.json["user"], &again.json["password_link"]), (&first.json["user"], &Value::Null));
    }

    // Verbs and imports too: an import that was sent twice is queued once.
    fn an_import_is_queued_once(app: &TestApp) {
        let admin = app.admin();
        let send = |file: &str| {
            let headers = [("content-type", "text/csv"), ("idempotency-key", "file")];
            admin.send("POST", "/api/v1/imports?kind=positions", &headers, Some(file.as_bytes()))
        };
        let file = "external_id,code,name\np1,p1,One\n";
        let first = send(file).expect(202);
        let again = send(file).expect(202);
        assert_eq!((again.id(), again.header("idempotent-replayed")), (first.id(), Some("true")));
        assert_eq!(admin.finished(&again).json["state"], "succeeded");
        send("external_id,code,name\np2,p2,Two\n").expect_problem(422, "idempotency_key_reused");
        assert_eq!(admin.get("/api/v1/operations").items().len(), 1);
    }

    // Twenty-four hours, and the key is free.
    fn a_key_is_free_again_after_a_day(app: &TestApp) {
        let admin = app.admin();
        with_key(&admin, "k", POSITIONS, &position("one")).expect(201);
        app.clock.set(app.clock.now() + TimeDelta::hours(24));
        with_key(&admin, "k", POSITIONS, &position("two")).expect(422);
        app.clock.set(app.clock.now() + TimeDelta::seconds(1));
        with_key(&admin, "k", POSITIONS, &position("two")).expect(201);
    }

    // A key is checked, and other methods than POST take none.
    fn odd_keys_are_refused(app: &TestApp) {
        let admin = app.admin();
        for odd in ["", "a b", &"x".repeat(256)] {
            with_key(&admin, odd, POSITIONS, &position("p")).expect_problem(400, "bad_header");
        }
        assert!(admin.get(POSITIONS).items().is_empty());
        with_key(&admin, &"x".repeat(255), POSITIONS, &position("p")).expect(201);
        let put = format!("{POSITIONS}/by-external-id/p2");
        for name in ["one", "two"] {
            let body = json!({"code": "p2", "name": name}).to_string();
            admin.send("PUT", &put, &[JSON, ("idempotency-key", "put")], Some(body.as_bytes()));
        }
        assert_eq!(admin.column(POSITIONS, "name"), ["p", "two"]);
    }
}
