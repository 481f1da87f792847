//! One question.

use super::*;

on_every_database! {
    // Literally so, unless more is asked for.
    fn the_answer_is_the_decision_and_nothing_else(app: &TestApp) {
        let scene = Scene::new(app);
        assert_eq!(scene.ask(&scene.question()).expect(200).text, r#"{"decision":true}"#);
        let denied = with(scene.question(), "action", json!({"name": "time:schedule"}));
        assert_eq!(scene.ask(&denied).expect(200).text, r#"{"decision":false}"#);
        let none = with(denied.clone(), "options", json!({"explain": "none"}));
        assert_eq!(scene.ask(&none).expect(200).text, r#"{"decision":false}"#);
        let reason = scene.ask(&with(denied, "options", json!({"explain": "reason"}))).expect(200);
        assert_eq!(reason.json["context"]["code"], "personal_without_action");
        assert!(reason.json["context"]["reason_user"].as_str().is_some_and(|text| text.ends_with('.')));
        assert_eq!(reason.json["context"].as_object().unwrap().len(), 2);
    }

    // Unknown members are ignored, null members are like absent ones.
    fn unknown_members_are_ignored_and_null_is_like_absent(app: &TestApp) {
        let scene = Scene::new(app);
        let mut body = scene.question();
        body["frob"] = json!([1, {"a": null}]);
        body["subject"]["properties"] = json!({"department": "sales", "deep": {"er": true}});
        body["resource"]["frob"] = json!(7);
        body["action"]["properties"] = json!(null);
        body["context"] = json!({"ip": "10.0.0.1", "time": null});
        body["options"] = json!({"frob": 1, "explain": null, "consistency": {"at_least_as_fresh": null, "x": 1}});
        assert_eq!(scene.ask(&body).expect(200).text, r#"{"decision":true}"#);
        for name in ["context", "options"] {
            body[name] = json!(null);
        }
        assert_eq!(scene.ask(&body).expect(200).text, r#"{"decision":true}"#);
        refused(scene.ask(&with(body, "subject", json!(null))), "/subject");
    }

    // 400 for a wrong content type, a malformed or empty body, a wrong JSON type, a missing field.
    fn what_can_not_be_read_is_a_400(app: &TestApp) {
        let scene = Scene::new(app);
        let admin = app.admin();
        let text = scene.question().to_string();
        for path in [ONE, MANY] {
            for content_type in ["text/plain", "application/xml", "application/x-www-form-urlencoded"] {
                raw(&admin, path, content_type, &text).expect(400);
            }
            assert_eq!(admin.send("POST", path, &[], Some(text.as_bytes())).status, 400);
            for body in ["", "{", "[]", "\"text\"", "null"] {
                raw(&admin, path, "application/json", body).expect(400);
            }
            raw(&admin, path, "application/json; charset=utf-8", &text).expect(200);
            // Also where nobody looks: too deep, and a NUL character.
            let deep = format!("{}{}", "[".repeat(40), "]".repeat(40));
            for unread in [deep.as_str(), r#"{"x": "\u0000"}"#, r#"{"\u0000": 1}"#] {
                let body = text.replacen('{', &format!(r#"{{"frob": {unread}, "#), 1);
                raw(&admin, path, "application/json", &body).expect_problem(400, "malformed_body");
            }
        }
        for member in ["subject", "action", "resource"] {
            let mut body = scene.question();
            body.as_object_mut().unwrap().remove(member);
            refused(scene.ask(&body), &format!("/{member}"));
            refused(scene.ask(&with(scene.question(), member, json!("text"))), &format!("/{member}"));
        }
        for (member, field) in
            [("subject", "type"), ("subject", "id"), ("resource", "type"), ("resource", "id"), ("action", "name")]
        {
            for value in [json!(null), json!(7), json!({})] {
                let mut body = scene.question();
                body[member][field] = value;
                refused(scene.ask(&body), &format!("/{member}/{field}"));
            }
        }
        refused(scene.ask(&with(scene.question(), "context", json!([]))), "/context");
        // All faults at once.
        let pointers = |path: &str, body: Value| {
            let refused = app.admin().post(path, body);
            refused.expect_problem(400, "invalid_body").pointers().iter().map(|at| (*at).to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(pointers(ONE, json!({})), ["/subject", "/action", "/resource"]);
        assert_eq!(pointers(ONE, json!({"subject": {"id": 7}, "action": 1, "resource": {"type": "worker"}, "context": 1})), [
            "/subject/type", "/subject/id", "/action", "/resource/id", "/context",
        ]);
        assert_eq!(pointers(ONE, json!({"subject": 5, "action": {"name": "time:record", "properties": {
            "wage_type": 7, "amount": "x", "mode": "sing", "recorded": {"day": -1, "month": "x"},
        }}, "resource": {"type": "worker", "id": "x"}, "context": {"time": 5}, "options": {"explain": 1, "consistency": 2}})), [
            "/subject", "/action/properties/wage_type", "/action/properties/mode", "/action/properties/amount",
            "/action/properties/recorded/day", "/action/properties/recorded/month", "/context/time", "/options/explain",
            "/options/consistency",
        ]);
        // An instant that is none is a fault like the others.
        let timed = json!({"subject": 5, "action": {"name": "time:record"}, "resource": 1, "context": {"time": "tomorrow"}});
        assert_eq!(pointers(ONE, timed.clone()), ["/subject", "/resource", "/context/time"]);
        assert_eq!(pointers("/access/v1/search/action", timed), ["/subject", "/resource", "/context/time"]);
        let page = json!({"subject": {"type": "user"}, "action": 1, "page": {"limit": "x", "token": 5}});
        assert_eq!(pointers("/access/v1/search/subject", page), ["/action", "/resource", "/page/token", "/page/limit"]);
        for (sought, missing) in [
            ("subject", &["/subject", "/action", "/resource"][..]), ("resource", &["/subject", "/action", "/resource"]),
            ("action", &["/subject", "/resource"]),
        ] {
            assert_eq!(pointers(&format!("/access/v1/search/{sought}"), json!({})), missing);
        }
        refused(scene.ask(&with(scene.question(), "options", json!({"explain": "everything"}))), "/options/explain");
    }

    // Unknown ids, types and actions: 200 false, with the code when asked for.
    fn what_is_unknown_is_a_deny_with_its_code(app: &TestApp) {
        let scene = Scene::new(app);
        let (anna, x) = (scene.anna.user.as_str(), scene.x.as_str());
        for (subject, action, resource, code) in [
            (("user", "nobody"), "time:record", ("worker", x), "unknown_subject"),
            (("user", x), "time:record", ("worker", x), "unknown_subject"),
            (("robot", anna), "time:record", ("worker", x), "unknown_subject"),
            (("worker", "nobody"), "time:record", ("worker", x), "unknown_subject"),
            (("worker", x), "time:record", ("worker", x), "subject_not_linked"),
            (("user", anna), "time:record", ("worker", "nobody"), "unknown_resource"),
            (("user", anna), "time:record", ("robot", x), "unknown_resource"),
            (("user", anna), "run", ("module", "nothing"), "unknown_resource"),
            (("user", anna), "time:fly", ("worker", x), "unknown_action"),
            (("user", anna), "nothing:record", ("worker", x), "unknown_action"),
            (("user", anna), "", ("worker", x), "unknown_action"),
            (("user", anna), "user.fly", ("module", "system"), "unknown_action"),
        ] {
            let admin = app.admin();
            let told = admin.ask(subject, action, resource, json!({"options": {"explain": "reason"}})).expect(200);
            assert_eq!(
                (&told.json["decision"], &told.json["context"]["code"]),
                (&json!(false), &json!(code)),
                "{action}"
            );
            assert_eq!(admin.ask(subject, action, resource, json!({})).expect(200).text, r#"{"decision":false}"#);
        }
    }

    // A known Remit id wins, else it is an external id within that type.
    fn things_are_named_by_id_or_external_id(app: &TestApp) {
        let scene = Scene::new(app);
        let admin = app.admin();
        for user in [scene.anna.user.as_str(), "anna"] {
            for worker in [scene.x.as_str(), "x"] {
                assert_eq!(
                    admin.ask(("user", user), "time:record", ("worker", worker), json!({})).json["decision"],
                    true
                );
            }
        }
        // Another's external id that looks like this id does not stand in for it.
        let twin = json!({"personal_number": "t", "first_name": "T", "last_name": "T", "external_id": scene.x});
        scene.company.make("workers", twin);
        assert_eq!(scene.ask(&scene.question()).json["decision"], true);
        let task = scene.company.make(
            "objects",
            json!({
                "type": "task", "title": "t", "external_id": "t-1", "assignee_id": scene.anna.user,
            }),
        );
        for id in [task.as_str(), "t-1"] {
            assert_eq!(admin.ask(("user", "anna"), "edit", ("task", id), json!({})).json["decision"], true);
        }
    }

    // Subject `worker`: its linked account; none means deny with that reason.
    fn a_worker_stands_for_its_account(app: &TestApp) {
        let scene = Scene::new(app);
        let asked = || {
            let options = json!({"options": {"explain": "reason"}});
            app.admin().ask(("worker", &scene.anna.worker), "time:record", ("worker", "x"), options).expect(200).json
        };
        assert_eq!((&asked()["decision"], &asked()["context"]["code"]), (&json!(true), &json!("personal_allow")));
        let path = format!("/api/v1/workers/{}/account", scene.anna.worker);
        app.admin().send("DELETE", &path, &[], None).expect(200);
        assert_eq!((&asked()["decision"], &asked()["context"]["code"]), (&json!(false), &json!("subject_not_linked")));
    }

    // The prefix may be left out where the resource type settles it.
    fn the_module_may_be_left_out_where_the_resource_settles_it(app: &TestApp) {
        let scene = Scene::new(app);
        let company = &scene.company;
        let anna = scene.anna.user.as_str();
        let task = company.make("objects", json!({"type": "task", "title": "t", "assignee_id": anna}));
        company.personal_grant(anna, "system", json!({"type": "all"}), &["user.read"], &[]);
        for (action, resource, code) in [
            ("edit", ("task", task.as_str()), "relation_allow"),
            ("task:edit", ("task", &task), "relation_allow"),
            ("user.read", ("module", "system"), "personal_allow"),
            ("system:user.read", ("module", "system"), "personal_allow"),
            ("time:record", ("worker", "x"), "personal_allow"),
            ("record", ("worker", "x"), "unknown_action"),
            ("quote:edit", ("task", &task), "unknown_action"),
            ("time:record", ("task", &task), "unknown_action"),
            ("hr:read", ("module", "system"), "unknown_action"),
            ("system:user.read", ("worker", "x"), "unknown_action"),
        ] {
            assert_eq!(company.decide_on(anna, action, resource, None).1, code, "{action} on {resource:?}");
        }
    }

    // Times may lack seconds; a day is its start in the organisation's zone; another text is a 400.
    fn the_time_of_a_question_is_an_instant_or_a_day(app: &TestApp) {
        let scene = Scene::new(app);
        let bert = scene.company.user("bert");
        scene.company.make("grants", json!({
            "holder_type": "user", "holder_id": bert, "module": "time", "scope": {"type": "all"}, "allow": ["record"],
            "valid_from": "2026-06-28", "valid_to": "2026-06-28",
        }));
        let asked = |time: Value| {
            app.admin().ask(("user", &bert), "time:record", ("worker", "x"), json!({"context": {"time": time}}))
        };
        for (time, held) in [
            ("2026-06-27T18:03-07:00", true),
            ("2026-06-27T16:59-07:00", false),
            ("2026-06-28T00:00Z", true),
            ("2026-06-28T23:59:59.999Z", true),
            ("2026-06-29T00:00:00Z", false),
            ("2026-06-29T01:59:59+02:00", true),
            ("2026-06-28", true),
            ("2026-06-27", false),
        ] {
            assert_eq!(asked(json!(time)).expect(200).json["decision"], held, "{time}");
        }
        for time in [
            json!("tomorrow"),
            json!(""),
            json!("2026-02-30"),
            json!("2026-6-28"),
            json!(" 2026-06-28"),
            json!("2026-06-28T8:00Z"),
            json!("2026-06-28T25:00Z"),
            json!(1_782_000_000),
            json!({}),
        ] {
            let answer = asked(time.clone());
            assert_eq!(answer.status, 400, "{time}: {}", answer.text);
            assert_eq!(answer.pointers(), ["/context/time"], "{time}");
        }
    }

    // `time` of an answer moves windows only; other members of the context are free.
    fn the_revision_of_the_model_is_told(app: &TestApp) {
        let scene = Scene::new(app);
        let written = app.admin().post("/api/v1/positions", json!({"code": "p", "name": "P"})).expect(201);
        let revision = written.header("remit-revision").unwrap().to_owned();
        assert_eq!(scene.ask(&scene.question()).header("remit-revision"), Some(revision.as_str()));
        let many = app.admin().post(MANY, json!({"evaluations": [scene.question()]})).expect(200);
        assert_eq!(many.header("remit-revision"), Some(revision.as_str()));
    }

    // Never a stale answer: at once when it is there, else 503 with Retry-After after a while.
    fn an_answer_is_as_fresh_as_asked_for(app: &TestApp) {
        let scene = Scene::new(app);
        let fresh = |revision: Value| {
            scene.ask(&with(scene.question(), "options", json!({"consistency": {"at_least_as_fresh": revision}})))
        };
        let written = app.admin().post("/api/v1/positions", json!({"code": "p", "name": "P"})).expect(201);
        let revision: i64 = written.header("remit-revision").unwrap().parse().unwrap();
        for there in [0, 1, revision] {
            assert_eq!(fresh(json!(there)).expect(200).text, r#"{"decision":true}"#);
        }
        let started = Instant::now();
        let behind = fresh(json!(revision + 1_000_000)).expect_problem(503, "behind");
        assert!((Duration::from_millis(500)..Duration::from_secs(5)).contains(&started.elapsed()));
        assert!(behind.header("retry-after").is_some_and(|seconds| seconds.parse::<u32>().is_ok()));
        fresh(json!(9_007_199_254_740_990.0)).expect_problem(503, "behind");
        for wrong in [json!("1"), json!(-1), json!(1.5)] {
            refused(fresh(wrong), "/options/consistency/at_least_as_fresh");
        }
    }

    fn a_request_id_is_echoed(app: &TestApp) {
        let scene = Scene::new(app);
        let headers = [("content-type", "application/json"), ("x-request-id", "pep-42")];
        for (body, status) in [(scene.question().to_string(), 200), ("{}".to_owned(), 400)] {
            let answer = app.admin().send("POST", ONE, &headers, Some(body.as_bytes())).expect(status);
            assert_eq!(answer.header("x-request-id"), Some("pep-42"));
        }
        let anonymous = app.anonymous().send("POST", ONE, &headers, Some(b"{}")).expect(401);
        assert_eq!(anonymous.header("x-request-id"), Some("pep-42"));
        assert_eq!(anonymous.header("www-authenticate"), Some("Bearer"));
    }
}
