//! Every change is recorded (H-01).

use serde_json::{Value, json};
use tests::{Client, PASSWORD, on_every_database};

/// The whole log, the oldest first, as entries and as it came.
fn log(admin: &Client) -> (Vec<Value>, String) {
    let (mut entries, mut text, mut path) = (vec![], String::new(), "/api/v1/audit?sort=revision&limit=200".to_owned());
    loop {
        let page = admin.get(&path).expect(200);
        entries.extend(page.items().iter().cloned());
        text.push_str(&page.text);
        match page.json["next_cursor"].as_str() {
            Some(cursor) => path = format!("/api/v1/audit?sort=revision&limit=200&cursor={cursor}"),
            None => return (entries, text),
        }
    }
}

on_every_database! {
    // H-01: who, when, from which request, before and after, revision number.
    fn every_change_says_who_when_from_which_request_and_what(app: &TestApp) {
        let company = app.company();
        let officer = company.caller("officer", &["hr-officer"]);
        let officer_id = officer.get("/api/v1/me").expect(200).json["user"]["id"].clone();
        let headers = |id| [("x-request-id", id), ("content-type", "application/json")];
        let body = json!({"code": "d", "name": "Sale"}).to_string();
        let made = officer.send("POST", "/api/v1/departments", &headers("req-1"), Some(body.as_bytes())).expect(201);
        app.clock.set("2026-06-15T13:00:00Z".parse().unwrap());
        let path = format!("/api/v1/departments/{}", made.id());
        let tag = [("if-match", made.etag())];
        let renamed =
            officer.patch_with(&path, &[("if-match", &tag[0].1), ("x-request-id", "req-2")], json!({"name": "Sales"}));
        let removed = officer.send("DELETE", &path, &[("if-match", &renamed.etag()), ("x-request-id", "req-3")], None);
        let revisions =
            [&made, &renamed, &removed].map(|answer| answer.header("remit-revision").unwrap().parse::<i64>().unwrap());
        let query = format!("/api/v1/audit?entity=department&entity_id={}&sort=revision", made.id());
        let entries = app.admin().get(&query).expect(200).items().clone();
        assert_eq!(entries.len(), 3);
        let expected = [
            ("req-1", "2026-06-15T12:00:00Z", None, Some("Sale")),
            ("req-2", "2026-06-15T13:00:00Z", Some("Sale"), Some("Sales")),
            ("req-3", "2026-06-15T13:00:00Z", Some("Sales"), None),
        ];
        for ((entry, revision), (request, at, before, after)) in entries.iter().zip(revisions).zip(expected) {
            assert_eq!((&entry["revision"], &entry["request_id"]), (&json!(revision), &json!(request)));
            assert_eq!((&entry["actor_type"], &entry["actor_id"]), (&json!("user"), &officer_id));
            assert_eq!((&entry["at"], &entry["entity"]), (&json!(at), &json!("department")));
            assert_eq!((entry["before"]["name"].as_str(), entry["after"]["name"].as_str()), (before, after));
        }
    }

    // H-01: nothing is recorded that did not happen.
    fn what_is_refused_or_changes_nothing_is_not_recorded(app: &TestApp) {
        let company = app.company();
        let (department, anna) = (company.department("d", None), company.person("anna"));
        let employee = company.client_of(&anna);
        let (before, _) = log(&app.admin());
        let admin = app.admin();
        let path = format!("/api/v1/departments/{department}");
        let body = || json!({"code": "d", "name": "Again"});
        admin.post("/api/v1/departments", body()).expect(409);
        admin.post("/api/v1/departments", json!({"code": "", "name": ""})).expect(422);
        admin.patch(&path, json!({"parent_id": department})).expect(409);
        admin.patch_with(&path, &[("if-match", "\"1\"")], json!({"name": "x"})).expect(412);
        employee.post("/api/v1/departments", json!({"code": "e", "name": "E"})).expect(403);
        app.anonymous().post("/api/v1/departments", body()).expect(401);
        let rows = "code,name\nnew-1,New\nd,Taken twice\nd,\n";
        let failed = admin.import_csv("departments", "atomic", rows);
        assert_eq!(failed.json["state"], "failed", "{}", failed.text);
        // Writing the same again is no change.
        admin.patch(&path, json!({"name": "d"})).expect(200);
        assert_eq!(log(&app.admin()).0, before);
        assert!(admin.get("/api/v1/departments?code=new-1").expect(200).items().is_empty());
    }

    // H-01: revisions are dense and totally ordered.
    fn revisions_are_dense_and_ordered(app: &TestApp) {
        let company = app.company();
        let anna = company.person("anna");
        company.contract(&anna.worker, &company.department("d", None), &company.position("p"), None, None);
        app.set_password(anna.user_id());
        let login = json!({"login": "anna", "password": PASSWORD});
        let tokens = app.anonymous().post("/auth/login", login).expect(200);
        app.with_token(tokens.json["access_token"].as_str().unwrap()).verb("/auth/logout").expect(204);
        company.remove("users", &anna.user);
        let (entries, _) = log(&app.admin());
        let places: Vec<_> = entries
            .iter()
            .map(|entry| (entry["revision"].as_i64().unwrap(), entry["ordinal"].as_i64().unwrap()))
            .collect();
        assert!(places.is_sorted() && places.windows(2).all(|pair| pair[0] != pair[1]));
        let mut revisions: Vec<_> = places.iter().map(|place| place.0).collect();
        revisions.dedup();
        let all: Vec<_> = (1..=i64::try_from(revisions.len()).unwrap()).collect();
        assert_eq!(revisions, all);
    }

    // H-01: what follows from a change is recorded with it, in its revision.
    fn what_follows_from_a_change_stands_in_the_same_revision(app: &TestApp) {
        let company = app.company();
        let anna = company.person("anna");
        let contract =
            company.contract(&anna.worker, &company.department("d", None), &company.position("p"), None, None);
        let (entries, _) = log(&app.admin());
        let last = entries.last().unwrap()["revision"].clone();
        let kinds: Vec<_> = entries
            .iter()
            .filter(|entry| entry["revision"] == last)
            .map(|entry| entry["entity"].as_str().unwrap())
            .collect();
        assert_eq!(kinds, ["contract", "membership"]);
        let membership = &entries.last().unwrap()["after"];
        assert_eq!((&membership["contract_id"], &membership["source"]), (&json!(contract), &json!("automatic")));
        assert!(membership["rule_id"].is_string());
    }

    // H-01: secrets are never recorded.
    fn no_secret_is_ever_recorded(app: &TestApp) {
        let admin = app.admin();
        let made = admin
            .post(
                "/api/v1/users",
                json!({
                    "login": "eva", "first_name": "Eva", "last_name": "Malá", "email": "eva@example.org",
                }),
            )
            .expect(201);
        let released = admin.verb(&format!("/api/v1/users/{}/release", made.id())).expect(200);
        let link = released.json["password_link"].as_str().unwrap().rsplit('#').next().unwrap().to_owned();
        let password = "a very secret pass phrase";
        let anonymous = app.anonymous();
        anonymous.post("/auth/password", json!({"token": link, "password": password})).expect(204);
        assert_eq!(
            anonymous.post("/auth/login", json!({"login": "eva", "password": "a wrong pass phrase"})).status,
            401
        );
        let first = anonymous.post("/auth/login", json!({"login": "eva", "password": password})).expect(200);
        let second = anonymous.post("/auth/refresh", json!({"refresh_token": first.json["refresh_token"]})).expect(200);
        let caller = app.with_token(second.json["access_token"].as_str().unwrap());
        let token = caller.post("/api/v1/api-tokens", json!({"name": "mine"})).expect(201);
        app.with_token(token.json["token"].as_str().unwrap()).get("/api/v1/me").expect(200);
        admin.send("DELETE", &format!("/api/v1/api-tokens/{}", token.id()), &[], None).expect(204);
        caller.verb("/auth/logout").expect(204);
        let (entries, text) = log(&admin);
        assert!(entries.iter().any(|entry| entry["entity"] == "api_token"), "the token's making is recorded");
        let tokens = [&first, &second].map(|answer| [&answer.json["access_token"], &answer.json["refresh_token"]]);
        let secrets = tokens.iter().flatten().map(|secret| secret.as_str().unwrap());
        for secret in
            secrets.chain([link.as_str(), password, "a wrong pass phrase", token.json["token"].as_str().unwrap()])
        {
            assert!(!text.contains(secret), "{secret}");
        }
        for hidden in ["argon2", "password", "secret", "hash", "PRIVATE KEY", "\"d\":"] {
            assert!(!text.contains(hidden), "{hidden}");
        }
    }

    // H-01: the log is read by who may, and filtered by record, actor and time.
    fn the_log_is_filtered_by_record_actor_and_time(app: &TestApp) {
        let company = app.company();
        let second = company.caller("second", &["system-administrator"]);
        let second_id = second.get("/api/v1/me").expect(200).json["user"]["id"].as_str().unwrap().to_owned();
        app.clock.set("2026-06-15T14:00:00Z".parse().unwrap());
        let made = second.post("/api/v1/positions", json!({"code": "p", "name": "P"})).expect(201);
        let admin = app.admin();
        let count = |query: &str| admin.get(&format!("/api/v1/audit?{query}")).expect(200).items().len();
        assert_eq!(count(&format!("actor_id={second_id}")), 1);
        assert_eq!(count(&format!("entity_id={}", made.id())), 1);
        assert_eq!(count("from=2026-06-15T14:00:00Z"), 1);
        assert_eq!(count("from=2026-06-15T14:00:01Z"), 0);
        assert_eq!(count("to=2026-06-15T12:00:00Z"), 0);
        let revision = made.header("remit-revision").unwrap();
        assert_eq!(count(&format!("after_revision={revision}")), 0);
        assert_eq!(count("entity=setting"), 1);
        assert_eq!(admin.get("/api/v1/audit?entity=secret").status, 400);
    }
}
