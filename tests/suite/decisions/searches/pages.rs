//! Pages: all of one revision, in a fixed order, by tokens that belong to one search and caller.

use api::app::{App, Purpose};
use chrono::TimeDelta;

use super::*;

/// A company in which Anna may record the time of so many workers; their names in the order in which they are found.
fn many<'a>(app: &'a TestApp, count: usize) -> (Scene<'a>, Vec<String>) {
    let scene = Scene::new(app);
    let names: Vec<_> = (1..count).map(|number| format!("w-{}", count - number)).collect();
    for name in &names {
        let worker = scene.company.worker(name);
        let scope = json!({"type": "worker", "id": worker});
        scene.company.personal_grant(&scene.anna.user, "time", scope, &["record"], &[]);
    }
    let all = std::iter::once("x".to_owned()).chain(names).collect();
    (scene, all)
}

fn search() -> Value {
    what(("user", "anna"), "time:record", "worker")
}

fn page(token: &str, limit: impl Into<Option<usize>>) -> Value {
    match limit.into() {
        Some(limit) => json!({"token": token, "limit": limit}),
        None => json!({"token": token}),
    }
}

on_every_database! {
    // The order is that of Remit ids, which follows creation here, not that of names.
    fn pages_together_are_all(app: &TestApp) {
        let (_scene, all) = many(app, 8);
        for limit in [1, 3, 7, 8, 9, 1_000, 5_000_000] {
            let mut body = with(search(), "page", json!({"limit": limit}));
            let mut seen = Vec::new();
            loop {
                let answer = app.admin().post(RESOURCES, body.clone()).expect(200);
                let names = found(&answer);
                assert_eq!(answer.json["page"]["count"], names.len());
                assert_eq!(answer.json["page"]["total"], 8);
                assert!(names.len() == limit || seen.len() + names.len() == 8, "{}", answer.text);
                seen.extend(names);
                let token = next(&answer);
                if token.is_empty() {
                    break;
                }
                // The follow-up may omit the limit.
                body["page"] = page(&token, (limit == 3).then_some(3));
            }
            assert_eq!(seen, all, "{limit}");
        }
    }

    // A hundred without being asked for another number.
    fn a_page_has_a_hundred_results_when_no_limit_is_named(app: &TestApp) {
        let scene = Scene::new(app);
        let rows: String = (0..205).map(|n| format!("m-{n},{n},First,Last\n")).collect();
        let file = format!("external_id,personal_number,first_name,last_name\n{rows}");
        let done = app.admin().import_csv("workers", "atomic", &file);
        assert_eq!(done.json["state"], "succeeded", "{}", done.text);
        scene.company.personal_grant(&scene.anna.user, "hr", json!({"type": "all"}), &["edit"], &[]);
        let mut body = what(("user", "anna"), "hr:edit", "worker");
        let mut counts = Vec::new();
        loop {
            let answer = app.admin().post(RESOURCES, body.clone()).expect(200);
            counts.push(answer.json["page"]["count"].as_u64().unwrap());
            if next(&answer).is_empty() {
                break;
            }
            body["page"] = page(&next(&answer), None);
        }
        // With Anna's own folder and that of `x`.
        assert_eq!(counts, [100, 100, 7]);
    }

    fn a_limit_is_a_number_from_one(app: &TestApp) {
        let _scene = Scene::new(app);
        for limit in [json!(0), json!(-1), json!(1.5), json!("5"), json!({}), json!(true)] {
            refused(app.admin().post(RESOURCES, with(search(), "page", json!({"limit": limit}))), "/page/limit");
        }
        for wrong in [json!("x"), json!([]), json!(5)] {
            refused(app.admin().post(RESOURCES, with(search(), "page", wrong)), "/page");
        }
        let nulls = with(search(), "page", json!({"limit": null, "token": null, "frob": 1}));
        assert_eq!(found(&app.admin().post(RESOURCES, nulls).expect(200)), ["x"]);
    }

    // Pages stay those of the first revision, whatever is written between them.
    fn a_token_survives_writes_between_pages(app: &TestApp) {
        let (scene, all) = many(app, 6);
        let first = app.admin().post(RESOURCES, with(search(), "page", json!({"limit": 2}))).expect(200);
        let revision = first.header("remit-revision").unwrap().to_owned();
        let mut seen = found(&first);
        let mut token = next(&first);
        let mut last = String::new();
        while !token.is_empty() {
            // A right is added and another taken away.
            let worker = scene.company.worker(&format!("late-{}", seen.len()));
            scene.company.personal_grant(
                &scene.anna.user, "time", json!({"type": "worker", "id": worker}), &["record"], &[],
            );
            let grants = app.admin().get(&format!("/api/v1/workers/{}/grants", scene.x)).expect(200);
            if let Some(grant) = grants.items().first() {
                scene.company.remove("grants", grant["id"].as_str().unwrap());
            }
            let answer = app.admin().post(RESOURCES, with(search(), "page", page(&token, None))).expect(200);
            assert_eq!(answer.header("remit-revision"), Some(revision.as_str()));
            assert_eq!(answer.json["page"]["total"], 6);
            seen.extend(found(&answer));
            (last, token) = (token, next(&answer));
        }
        assert_eq!(seen, all);
        // A page can be asked for again, and a search anew shows what is now.
        let again = app.admin().post(RESOURCES, with(search(), "page", page(&last, None))).expect(200);
        assert_eq!(found(&again), all[4..]);
        let now = found(&app.admin().post(RESOURCES, search()).expect(200));
        assert_eq!(now.len(), 7);
        assert!(now.contains(&"late-2".to_owned()) && !now.contains(&"x".to_owned()), "{now:?}");
    }

    // Anything else changed in the request is a 400.
    fn a_token_belongs_to_one_search_and_caller(app: &TestApp) {
        let (scene, all) = many(app, 4);
        let begun = with(with(search(), "page", json!({"limit": 1})), "context", json!({"time": "2026-06-20", "ip": "a"}));
        let first = app.admin().post(RESOURCES, begun.clone()).expect(200);
        let follow = with(begun, "page", page(&next(&first), None));
        assert_eq!(found(&app.admin().post(RESOURCES, follow.clone()).expect(200)), all[1..2]);
        // The order of members, nulls, and what is not looked at change nothing.
        let same = json!({
            "frob": 1, "page": page(&next(&first), None), "resource": {"id": "ignored", "type": "worker"}, "options": null,
            "context": {"ip": "a", "time": "2026-06-20"},
            "action": {"properties": null, "name": "time:record"}, "subject": {"id": "anna", "type": "user"},
        });
        assert_eq!(found(&app.admin().post(RESOURCES, same).expect(200)), all[1..2]);
        let changed = |pointer: &str, value: Value| {
            let mut body = follow.clone();
            let (parent, member) = pointer.rsplit_once('/').unwrap();
            body.pointer_mut(parent).unwrap()[member] = value;
            refused(app.admin().post(RESOURCES, body), "/page/token");
        };
        changed("/subject/id", json!(scene.anna.user));
        changed("/subject/type", json!("worker"));
        changed("/subject/properties", json!({"a": 1}));
        changed("/action/name", json!("time:schedule"));
        changed("/action/properties", json!({"wage_type": "a"}));
        changed("/resource/type", json!("task"));
        changed("/context/time", json!("2026-06-21"));
        changed("/context/ip", json!("b"));
        changed("/context", json!(null));
        changed("/options", json!({"consistency": {"at_least_as_fresh": 1}}));
        // Another kind of search, another caller.
        refused(app.admin().post(ACTIONS, with(which(("user", "anna"), ("worker", "x")), "page", follow["page"].clone())), "/page/token");
        let auditor = scene.company.caller("audrey", &["auditor"]);
        refused(auditor.post(RESOURCES, follow), "/page/token");
    }

    // Tokens are opaque: a damaged one is a 400, wherever it is damaged.
    fn a_damaged_token_is_a_400(app: &TestApp) {
        let (_scene, _) = many(app, 3);
        let first = app.admin().post(RESOURCES, with(search(), "page", json!({"limit": 1}))).expect(200);
        let token = next(&first);
        let send = |token: &str| app.admin().post(RESOURCES, with(search(), "page", page(token, None)));
        send(&token).expect(200);
        for at in 0..token.len() {
            for with in ["A", "B"] {
                let mut damaged = token.clone();
                damaged.replace_range(at..=at, with);
                if damaged != token {
                    refused(send(&damaged), "/page/token");
                }
            }
        }
        for wrong in ["", "x", "%%%", &token[1..], &token[..token.len() - 1], &format!("{token}A"), &format!("{token}{token}")] {
            refused(send(wrong), "/page/token");
        }
        for wrong in [json!(7), json!({}), json!(["x"])] {
            refused(app.admin().post(RESOURCES, with(search(), "page", json!({"token": wrong}))), "/page/token");
        }
    }

    // When it is gone: found anew at that revision, else a problem that says to search anew.
    fn what_is_kept_no_more_is_found_anew_or_has_expired(app: &TestApp) {
        let (scene, all) = many(app, 4);
        let first = app.admin().post(RESOURCES, with(search(), "page", json!({"limit": 3}))).expect(200);
        let rest = with(search(), "page", page(&next(&first), None));
        app.clock.advance(TimeDelta::minutes(6));
        assert_eq!(found(&app.admin().post(RESOURCES, rest.clone()).expect(200)), all[3..]);
        scene.company.position("p");
        // Found anew just now, so kept again.
        assert_eq!(found(&app.admin().post(RESOURCES, rest.clone()).expect(200)), all[3..]);
        app.clock.advance(TimeDelta::minutes(6));
        let expired = app.admin().post(RESOURCES, rest).expect_problem(400, "search_token_expired");
        assert_eq!(expired.pointers(), ["/page/token"]);
        app.anonymous().get("/docs/problems/search_token_expired").expect(200);
    }

    // A day that ends between two pages does not show.
    fn pages_are_all_of_the_day_of_the_first(app: &TestApp) {
        let (scene, all) = many(app, 3);
        scene.company.make("grants", json!({
            "holder_type": "user", "holder_id": scene.anna.user, "module": "time", "allow": [], "deny": ["record"],
            "scope": {"type": "all"}, "valid_from": "2026-06-16",
        }));
        let first = app.admin().post(RESOURCES, with(search(), "page", json!({"limit": 2}))).expect(200);
        app.clock.advance(TimeDelta::hours(13));
        let rest = with(search(), "page", page(&next(&first), None));
        assert_eq!(found(&app.admin().post(RESOURCES, rest).expect(200)), all[2..]);
        assert_eq!(found(&app.admin().post(RESOURCES, search()).expect(200)), [""; 0]);
    }

    // What is kept is told to who watches the service, and bounded.
    fn kept_searches_are_counted(app: &TestApp) {
        let (_scene, _) = many(app, 3);
        let value = |name: &str| {
            let text = app.anonymous().get("/metrics").expect(200).text;
            let line = text.lines().find(|line| line.starts_with(&format!("{name} "))).unwrap_or_else(|| panic!("{name}"));
            line.rsplit(' ').next().unwrap().parse::<i64>().unwrap()
        };
        let before = value("remit_searches_total");
        app.admin().post(RESOURCES, search()).expect(200);
        assert_eq!((value("remit_searches_kept"), value("remit_searches_kept_bytes")), (0, 0));
        for limit in [1, 2] {
            app.admin().post(RESOURCES, with(search(), "page", json!({"limit": limit}))).expect(200);
        }
        assert_eq!((value("remit_searches_kept"), value("remit_searches_total")), (1, before + 3));
        assert!(value("remit_searches_kept_bytes") > 0);
        app.clock.advance(TimeDelta::minutes(6));
        assert_eq!(value("remit_searches_kept"), 0);
    }
}

// A service that keeps nothing goes on as long as nothing is written; its pages are as large as configured.
#[test]
fn how_much_is_kept_and_how_large_a_page_is_are_settings() {
    let app = TestApp::start_with(persistence::testing::sqlite(), |config| {
        config.search_memory = 0;
        config.search_limit = 2;
    });
    let (scene, all) = many(&app, 5);
    let first = app.admin().post(RESOURCES, with(search(), "page", json!({"limit": 50}))).expect(200);
    assert_eq!(found(&first), all[..2]);
    let rest = with(search(), "page", page(&next(&first), None));
    assert_eq!(found(&app.admin().post(RESOURCES, rest.clone()).expect(200)), all[2..4]);
    assert_eq!(found(&app.admin().post(RESOURCES, search()).expect(200)), all[..2]);
    let contract = app.anonymous().get("/openapi.json").expect(200).json;
    for answer in ["EntitiesAnswer", "ActionsAnswer"] {
        let results = &contract["components"]["schemas"][answer]["properties"]["results"];
        assert_eq!(results["maxItems"], 2);
    }
    scene.company.position("p");
    app.admin().post(RESOURCES, rest).expect_problem(400, "search_token_expired");
}

// The order and the token are the same on every node.
#[test]
fn another_node_goes_on_where_the_first_ended() {
    let Some(database) = persistence::testing::postgresql() else { return };
    let url = database.url().to_owned();
    let first = TestApp::start(database);
    let (_scene, all) = many(&first, 6);
    // A token is a revision of its own.
    let token = first.token_of(first.admin_id);
    let answer = first.admin().post(RESOURCES, with(search(), "page", json!({"limit": 2}))).expect(200);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let second = App::start(tests::quick_config(&url, address), first.clock.clone(), Purpose::Serve).unwrap();
    let served = second.clone();
    let (send, receive) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = api::server::build(&served, listener).unwrap();
            send.send(server.handle()).unwrap();
            server.await.unwrap();
        });
    });
    let handle = receive.recv().unwrap();
    let other = Client::new(address, Some(token));
    let rest = with(search(), "page", page(&next(&answer), 9));
    assert_eq!(found(&other.post(RESOURCES, rest).expect(200)), all[2..]);
    let anew = other.post(RESOURCES, with(search(), "page", json!({"limit": 4}))).expect(200);
    assert_eq!(found(&anew), all[..4]);
    let rest = with(search(), "page", page(&next(&anew), None));
    assert_eq!(found(&first.admin().post(RESOURCES, rest).expect(200)), all[4..]);
    drop(handle.stop(false));
    second.runner().stop();
}
