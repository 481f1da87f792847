//! What is found: subjects, resources, actions.

use super::*;

fn asked(app: &TestApp, path: &str, body: Value) -> Vec<String> {
    let answer = app.admin().post(path, body).expect(200);
    let all = found(&answer);
    assert_eq!(answer.json["page"], json!({"next_token": "", "count": all.len(), "total": all.len()}));
    all
}

on_every_database! {
    // P-05: users, and as workers those whose linked account may.
    fn subjects_are_users_or_the_workers_linked_to_them(app: &TestApp) {
        let scene = Scene::new(app);
        let company = &scene.company;
        let role = company.role("keepers", 0);
        company.grant(&role, "hr", json!({"type": "all"}), &["edit"], &[]);
        let (bert, carl) = (company.person("bert"), company.user("carl"));
        for user in [&bert.user, &carl, &scene.anna.user] {
            company.member(&role, user);
        }
        let edit = |kind| asked(app, SUBJECTS, who(kind, "hr:edit", ("worker", "x")));
        let admin = app.admin_id.to_string();
        assert_eq!(edit("user"), [&*admin, "anna", "bert", "carl"]);
        assert_eq!(edit("worker"), ["anna", "bert"]);
        // Who has no account, or none that acts, is not found.
        app.admin().post(&format!("/api/v1/users/{}/block", bert.user), json!({"note": "n"})).expect(200);
        assert_eq!(edit("worker"), ["anna"]);
        // Relations count too: the own folder.
        assert_eq!(asked(app, SUBJECTS, who("worker", "hr:read", ("worker", "anna"))), ["anna"]);
    }

    // P-05: workers, areas, modules, objects of a type.
    fn resources_of_each_type_are_found(app: &TestApp) {
        let scene = Scene::new(app);
        let (company, anna) = (&scene.company, ("user", "anna"));
        let of = |action: &str, kind: &str| asked(app, RESOURCES, what(anna, action, kind));
        assert_eq!(of("time:record", "worker"), ["x"]);
        assert_eq!(of("hr:read", "worker"), ["anna"]);
        // Objects of one type, also where a module has two; those that have no external id by their Remit id.
        company.make("modules", json!({"code": "fleet", "name": "F", "target": "object", "actions": ["read", "use"]}));
        for kind in ["car", "bike"] {
            company.make("object-types", json!({"code": kind, "name": kind, "module": "fleet"}));
        }
        let (team, plain) = (company.object("car", "car-1", Some(&scene.anna.user)), json!({"type": "car", "title": "t"}));
        let unnamed = company.make("objects", plain);
        let bike = company.object("bike", "bike-1", None);
        assert_ne!(team, bike);
        assert_eq!(of("use", "car"), ["car-1"]);
        assert_eq!(of("use", "bike"), [""; 0]);
        company.personal_grant(&scene.anna.user, "fleet", json!({"type": "all"}), &["use"], &[]);
        assert_eq!(of("fleet:use", "car"), ["car-1", &*unnamed]);
        assert_eq!(of("use", "bike"), ["bike-1"]);
        // Modules whose actions are done to nothing in particular.
        company.make("modules", json!({"code": "gate", "name": "G", "target": "none", "actions": ["enter", "user.read"]}));
        for module in ["gate", "system"] {
            company.personal_grant(&scene.anna.user, module, json!({"type": "all"}), &["user.read"], &[]);
        }
        assert_eq!(of("user.read", "module"), ["system", "gate"]);
        assert_eq!(of("gate:user.read", "module"), ["gate"]);
        assert_eq!(of("gate:enter", "module"), [""; 0]);
        // Areas, by relation.
        let (readers, processors) = (company.role("readers", 0), company.role("processors", 0));
        company.member(&readers, &scene.anna.user);
        let area = crate::places::area(app, "books", &app.admin_id.to_string(), &[&processors], &[&readers]);
        assert_ne!(area, "books");
        assert_eq!(of("read", "area"), ["books"]);
        assert_eq!(of("areas:notice", "area"), ["books"]);
        assert_eq!(of("work", "area"), [""; 0]);
    }

    // P-05: what may they do to that, of every module that fits; in the order of the names.
    fn actions_of_every_module_are_found(app: &TestApp) {
        let scene = Scene::new(app);
        let company = &scene.company;
        company.personal_grant(&scene.anna.user, "hr", json!({"type": "worker", "id": scene.x}), &["read", "edit"], &[]);
        let of = |resource| asked(app, ACTIONS, which(("user", "anna"), resource));
        assert_eq!(of(("worker", "x")), ["hr:edit", "hr:read", "time:record"]);
        assert_eq!(of(("worker", &scene.x)), ["hr:edit", "hr:read", "time:record"]);
        assert_eq!(of(("worker", "anna")), ["hr:contracts.read", "hr:read"]);
        assert_eq!(asked(app, ACTIONS, which(("worker", "anna"), ("worker", "anna"))), ["hr:contracts.read", "hr:read"]);
        assert_eq!(of(("module", "system")), [""; 0]);
        let task = company.make("objects", json!({"type": "task", "title": "t", "assignee_id": scene.anna.user}));
        assert_eq!(
            of(("task", &task)),
            ["task:edit", "task:read", "task:record_hours", "task:report_finished", "task:use"]
        );
        let all = asked(app, ACTIONS, which(("user", &app.admin_id.to_string()), ("module", "system")));
        assert!(all.contains(&"system:user.edit".to_owned()) && all.is_sorted() && all.len() > 40, "{all:?}");
    }

    // Unknown ids and types give an empty result, never an error.
    fn what_is_unknown_is_found_nowhere(app: &TestApp) {
        let scene = Scene::new(app);
        let worker = || ("worker", "x");
        for (path, body) in [
            (SUBJECTS, who("robot", "time:record", worker())),
            (SUBJECTS, who("user", "time:frob", worker())),
            (SUBJECTS, who("user", "record", worker())),
            (SUBJECTS, who("user", "frob:record", worker())),
            (SUBJECTS, who("user", "time:record", ("worker", "nobody"))),
            (SUBJECTS, who("user", "time:record", ("robot", "x"))),
            (SUBJECTS, who("user", "time:record", ("module", "time"))),
            (SUBJECTS, who("user", "task:read", ("task", "none"))),
            (RESOURCES, what(("user", "nobody"), "time:record", "worker")),
            (RESOURCES, what(("robot", "anna"), "time:record", "worker")),
            (RESOURCES, what(("worker", "x"), "time:record", "worker")),
            (RESOURCES, what(("user", "anna"), "record", "worker")),
            (RESOURCES, what(("user", "anna"), "time:record", "robot")),
            (RESOURCES, what(("user", "anna"), "time:record", "task")),
            (RESOURCES, what(("user", "anna"), "time:record", "module")),
            (RESOURCES, what(("user", "anna"), "time:record", "area")),
            (RESOURCES, what(("user", "anna"), "time:frob", "worker")),
            (ACTIONS, which(("user", "nobody"), worker())),
            (ACTIONS, which(("robot", "anna"), worker())),
            (ACTIONS, which(("worker", "x"), worker())),
            (ACTIONS, which(("user", "anna"), ("worker", "nobody"))),
            (ACTIONS, which(("user", "anna"), ("robot", "x"))),
            (ACTIONS, which(("user", "anna"), ("module", "time"))),
        ] {
            let answer = app.admin().post(path, body.clone()).expect(200);
            assert_eq!(
                answer.text, r#"{"results":[],"page":{"next_token":"","count":0,"total":0}}"#,
                "{path} {body}"
            );
        }
        assert_eq!(asked(app, RESOURCES, what(("user", &scene.anna.user), "time:record", "worker")), ["x"]);
    }

    // The sought entity's id is ignored if given, whatever it is; action search takes no action.
    fn what_is_sought_is_not_looked_at(app: &TestApp) {
        let _scene = Scene::new(app);
        for (path, body, member) in [
            (SUBJECTS, who("worker", "time:record", ("worker", "x")), "subject"),
            (RESOURCES, what(("user", "anna"), "time:record", "worker"), "resource"),
        ] {
            let plain = app.admin().post(path, body.clone()).expect(200).text;
            for id in [json!("nobody"), json!("x"), json!(7), json!({"a": 1}), json!("y".repeat(300)), json!(null)] {
                let mut with_id = body.clone();
                with_id[member]["id"] = id;
                assert_eq!(app.admin().post(path, with_id).expect(200).text, plain, "{path}");
            }
        }
        let body = which(("user", "anna"), ("worker", "x"));
        for action in [json!({"name": "hr:read"}), json!({}), json!("x"), json!(7)] {
            assert_eq!(asked(app, ACTIONS, with(body.clone(), "action", action)), ["time:record"]);
        }
    }

    // `context.time` moves windows only.
    fn a_search_is_about_a_day(app: &TestApp) {
        let scene = Scene::new(app);
        scene.company.make("grants", json!({
            "holder_type": "user", "holder_id": scene.anna.user, "module": "time", "allow": ["schedule"],
            "scope": {"type": "worker", "id": scene.x}, "valid_from": "2026-06-28", "valid_to": "2026-06-28",
        }));
        for (time, held) in [("2026-06-27", 1), ("2026-06-28", 2), ("2026-06-27T18:03-07:00", 2), ("2026-06-29", 1)] {
            let body = with(which(("user", "anna"), ("worker", "x")), "context", json!({"time": time}));
            assert_eq!(asked(app, ACTIONS, body).len(), held, "{time}");
            let body = with(what(("user", "anna"), "time:schedule", "worker"), "context", json!({"time": time}));
            assert_eq!(asked(app, RESOURCES, body).len(), held - 1, "{time}");
            let body = with(who("worker", "time:schedule", ("worker", "x")), "context", json!({"time": time}));
            assert_eq!(asked(app, SUBJECTS, body).len(), held - 1, "{time}");
        }
    }

    // Never a stale answer: at once when it is there, else 503 with Retry-After after a while.
    fn a_search_is_as_fresh_as_asked_for(app: &TestApp) {
        let scene = Scene::new(app);
        let written = app.admin().post("/api/v1/positions", json!({"code": "p", "name": "P"})).expect(201);
        let revision: i64 = written.header("remit-revision").unwrap().parse().unwrap();
        let fresh = |revision: i64| {
            let options = json!({"consistency": {"at_least_as_fresh": revision}});
            app.admin().post(ACTIONS, with(which(("user", "anna"), ("worker", &scene.x)), "options", options))
        };
        assert_eq!(fresh(revision).expect(200).header("remit-revision"), Some(revision.to_string().as_str()));
        let behind = fresh(revision + 1_000_000).expect_problem(503, "behind");
        assert!(behind.header("retry-after").is_some());
        refused(fresh(-1), "/options/consistency/at_least_as_fresh");
    }

    // An external id that is the Remit id of another thing would name that one.
    fn a_result_names_the_thing_that_is_meant(app: &TestApp) {
        let scene = Scene::new(app);
        let company = &scene.company;
        let y = company.worker("y");
        company.change("workers", &y, json!({"external_id": scene.x}));
        company.personal_grant(&scene.anna.user, "time", json!({"type": "worker", "id": y}), &["record"], &[]);
        assert_eq!(asked(app, RESOURCES, what(("user", "anna"), "time:record", "worker")), ["x", &*y]);
        let free = uuid::Uuid::now_v7().to_string();
        company.change("workers", &y, json!({"external_id": free}));
        assert_eq!(asked(app, RESOURCES, what(("user", "anna"), "time:record", "worker")), ["x", &*free]);
    }
}
