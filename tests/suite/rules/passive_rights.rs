//! Who may do what, from all sides (P-05, P-06): the views agree with single decisions about every user and target.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use tests::{Client, TestApp, on_every_database};

use super::{TIME, no, yes};

/// A small company with nested roles, priorities, denies, personal grants, departments, areas and objects.
struct Made {
    users: Vec<String>,
    /// Type and id of each target.
    targets: Vec<(&'static str, String)>,
}

fn made(app: &TestApp) -> Made {
    let company = app.company();
    let people = ["anna", "bert", "cora"].map(|name| company.person(name));
    let (dora, emil) = (company.user("dora"), company.user("emil"));
    let (top, below) = (company.department("top", None), company.department("below", None));
    company.change("departments", &below, json!({"parent_id": top}));
    let position = company.position("p");
    company.contract(&people[0].worker, &top, &position, None, None);
    company.contract(&people[1].worker, &below, &position, None, None);
    let all = || json!({"type": "all"});
    let [low, high, inner, listed] =
        [("low", 1), ("high", 9), ("inner", 3), ("listed", 5)].map(|(code, priority)| company.role(code, priority));
    company.nest(&inner, &low);
    company.member(&inner, &people[0].user);
    company.member(&low, &people[1].user);
    company.member(&high, &people[1].user);
    company.member(&high, &dora);
    company.member(&listed, &emil);
    company.member(&listed, &people[2].user);
    company.grant(&low, "time", all(), TIME, &[]);
    let in_top = json!({"type": "department", "id": top, "include_subtree": true});
    company.grant(&high, "time", in_top.clone(), &["schedule"], &["record"]);
    company.grant(&inner, "hr", json!({"type": "department", "id": below}), &["read", "edit"], &[]);
    company.grant(&high, "document", in_top, &["read", "edit"], &[]);
    company.personal_grant(
        &people[0].user,
        "time",
        json!({"type": "worker", "id": people[2].worker}),
        &["record"],
        &[],
    );
    company.personal_grant(&dora, "hr", all(), &["read"], &[]);
    company.personal_grant(&dora, "hr", json!({"type": "worker", "id": people[1].worker}), &[], &["read"]);
    company.change("users", &emil, json!({"phone": "1"}));
    let area = crate::places::area(app, "Area", &dora, &[&listed], &[&inner]);
    let document = |fields: Value| {
        let mut body = json!({"type": "document", "title": "A document"});
        body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        company.make("objects", body)
    };
    let first = document(json!({"department_id": below, "assignee_id": people[2].user, "team_ids": [emil]}));
    let second = document(json!({"department_id": top, "area_id": area}));
    // Who is blocked may do nothing (G-1).
    let gone = company.user("gone");
    company.member(&low, &gone);
    company.admin().post(&format!("/api/v1/users/{gone}/block"), json!({})).expect(200);
    let workers = people.iter().map(|person| ("worker", person.worker.clone()));
    let targets = workers.chain([("document", first), ("document", second), ("area", area)]).collect();
    let [anna, bert, cora] = people.map(|person| person.user);
    Made { users: vec![anna, bert, cora, dora, emil, gone, app.admin_id.to_string()], targets }
}

/// The modules and actions that are done to such a target.
fn actions(kind: &str) -> Vec<(&'static str, &'static str)> {
    let of = |module: &'static str, actions: &[&'static str]| actions.iter().map(|name| (module, *name)).collect();
    let hr = ["read", "edit", "contracts.read", "contracts.edit", "account.create", "account.link", "account.block"];
    match kind {
        "worker" => {
            let time: Vec<_> = of("time", TIME);
            time.into_iter().chain(of("hr", &hr)).collect()
        }
        "area" => of("areas", &["read", "work", "notice"]),
        _ => of("document", &["read", "use", "edit", "record_hours", "order", "rebook", "report_finished"]),
    }
}

/// What single decisions allow each user, with the code of each: (user, module, action).
fn decided(app: &TestApp, users: &[String], kind: &str, target: &str) -> BTreeMap<(String, String, String), String> {
    let mut questions = Vec::new();
    for user in users {
        for (module, action) in actions(kind) {
            questions.push((user.clone(), module.to_owned(), action.to_owned()));
        }
    }
    let mut found = BTreeMap::new();
    for some in questions.chunks(50) {
        let items: Vec<Value> = some
            .iter()
            .map(|(user, module, action)| {
                json!({"subject": {"type": "user", "id": user}, "action": {"name": format!("{module}:{action}")},
                    "resource": {"type": kind, "id": target}})
            })
            .collect();
        let body = json!({"evaluations": items, "options": {"explain": "reason"}});
        let answer = app.admin().post("/access/v1/evaluations", body).expect(200);
        let answers = answer.json["evaluations"].as_array().unwrap();
        assert_eq!(answers.len(), some.len());
        for (question, answer) in some.iter().zip(answers) {
            if answer["decision"] == true {
                found.insert(question.clone(), answer["context"]["code"].as_str().unwrap().to_owned());
            }
        }
    }
    found
}

/// All items of a list, page by page.
fn pages(client: &Client, path: &str, limit: usize) -> Vec<Value> {
    let sign = if path.contains('?') { '&' } else { '?' };
    let (mut items, mut cursor) = (Vec::new(), String::new());
    for _ in 0..500 {
        let page = client.get(&format!("{path}{sign}limit={limit}{cursor}")).expect(200);
        assert!(page.items().len() <= limit);
        items.extend(page.items().iter().cloned());
        let Some(next) = page.json["next_cursor"].as_str() else { return items };
        assert!(page.header("link").unwrap().contains(next));
        cursor = format!("&cursor={next}");
    }
    panic!("there is no end of {path}");
}

fn path_of(kind: &str, target: &str) -> String {
    let resource = match kind {
        "worker" => "workers",
        "area" => "areas",
        _ => "objects",
    };
    format!("/api/v1/{resource}/{target}/access")
}

on_every_database! {
    // P-05: who may do it to that; for a worker the passive rights.
    fn a_target_tells_who_may_do_what_as_single_decisions_do(app: &TestApp) {
        let made = made(app);
        let mut seen = BTreeSet::new();
        for (kind, target) in &made.targets {
            let path = path_of(kind, target);
            let expected = decided(app, &made.users, kind, target);
            let whole = app.admin().get(&format!("{path}?limit=200&total=true")).expect(200);
            assert!(whole.header("remit-revision").unwrap().parse::<i64>().unwrap() > 0);
            let mut told = BTreeMap::new();
            for item in whole.items() {
                let user = item["user"]["id"].as_str().unwrap();
                assert!(!item["user"]["display_name"].as_str().unwrap().is_empty());
                assert!(!item["actions"].as_array().unwrap().is_empty(), "{item}");
                for action in item["actions"].as_array().unwrap() {
                    let text = |name: &str| action[name].as_str().unwrap().to_owned();
                    seen.insert(text("code"));
                    assert!(text("code").starts_with(&text("via")), "{action}");
                    let by_grants = text("via") != "relation";
                    assert_eq!(!action["grant_ids"].as_array().unwrap().is_empty(), by_grants, "{action}");
                    // Each role is named once, with its own ids.
                    for role in action["role_ids"].as_array().unwrap() {
                        let named = item["roles"].as_array().unwrap().iter().filter(|named| named["id"] == *role);
                        let named: Vec<_> = named.collect();
                        assert_eq!(named.len(), 1, "{item}");
                        let path = format!("/api/v1/roles/{}", role.as_str().unwrap());
                        let whole = app.admin().get(&path).expect(200).json;
                        let both = |of: &Value| [of["code"].clone(), of["external_id"].clone()];
                        assert_eq!(both(named[0]), both(&whole), "{item}");
                    }
                    if text("via") == "role" {
                        assert!(!action["role_ids"].as_array().unwrap().is_empty(), "{action}");
                    }
                    told.insert((user.to_owned(), text("module"), text("action")), text("code"));
                }
            }
            assert_eq!(told, expected, "{kind}");
            assert_eq!(whole.json["total"], json!(whole.items().len()));
            // Pages of one are the whole, in the same order.
            assert_eq!(&pages(&app.admin(), &path, 1), whole.items());
            // Narrowed to one action, and to one user.
            let (module, action) = actions(kind)[0];
            let narrowed = app.admin().get(&format!("{path}?module={module}&action={action}")).expect(200);
            let who: Vec<_> = narrowed.items().iter().map(|item| item["user"]["id"].as_str().unwrap()).collect();
            let may: Vec<_> = expected.keys().filter(|key| key.1 == module && key.2 == action).map(|key| &key.0).collect();
            assert_eq!(who, may);
            for user in &made.users {
                let one = app.admin().get(&format!("{path}?user_id={user}&total=true")).expect(200);
                assert_eq!(one.items().is_empty(), !expected.keys().any(|key| key.0 == *user));
                assert_eq!(one.json["total"], json!(one.items().len()));
            }
        }
        let codes = ["personal_allow", "relation_allow", "role_allow"];
        assert_eq!(seen, codes.map(str::to_owned).into());
    }

    // P-05: who holds a right anywhere is who may do it to something.
    fn the_holders_of_a_right_are_those_who_may_do_it_to_something(app: &TestApp) {
        let made = made(app);
        let mut expected: BTreeMap<(&str, &str), BTreeSet<String>> = BTreeMap::new();
        for (kind, target) in &made.targets {
            let found = decided(app, &made.users, kind, target);
            for (module, action) in actions(kind) {
                let may = found.keys().filter(|key| key.1 == module && key.2 == action).map(|key| key.0.clone());
                expected.entry((module, action)).or_default().extend(may);
            }
        }
        for ((module, action), users) in expected {
            let path = format!("/api/v1/access/holders?module={module}&action={action}");
            let whole = app.admin().get(&format!("{path}&total=true&limit=200")).expect(200);
            let told: BTreeSet<String> =
                whole.items().iter().map(|item| item["user"]["id"].as_str().unwrap().to_owned()).collect();
            assert_eq!(told, users, "{module}:{action}");
            assert_eq!(whole.json["total"], json!(users.len()));
            assert!(whole.items().iter().all(|item| !item["scopes"].as_array().unwrap().is_empty()), "{}", whole.text);
            assert_eq!(&pages(&app.admin(), &path, 1), whole.items());
        }
    }

    // P-05: what may somebody do, page by page.
    fn pages_of_permissions_are_the_whole(app: &TestApp) {
        let made = made(app);
        for user in &made.users {
            let path = format!("/api/v1/users/{user}/permissions");
            let whole = app.admin().get(&format!("{path}?total=true")).expect(200);
            assert_eq!((&whole.json["next_cursor"], &whole.json["total"]), (&Value::Null, &json!(whole.items().len())));
            assert_eq!(&pages(&app.admin(), &path, 1), whole.items());
            assert_eq!(&pages(&app.admin(), &path, 3), whole.items());
        }
        let cursor = app.admin().get(&format!("/api/v1/users/{}/permissions?limit=1", app.admin_id)).expect(200);
        let cursor = cursor.json["next_cursor"].as_str().unwrap();
        // A cursor belongs to what was asked.
        let other = format!("/api/v1/users/{}/permissions?cursor={cursor}&module=hr", app.admin_id);
        app.admin().get(&other).expect_problem(400, "bad_cursor");
    }

    // P-06: rights set on the worker's own page and those of the role are the same rows. On X only record, on Y everything;
    // after the personal grant is deleted, everything on X too.
    fn a_grant_made_on_the_workers_page_is_one_like_any_other(app: &TestApp) {
        let company = app.company();
        let anna = company.user("anna");
        let (x, y) = (company.worker("x"), company.worker("y"));
        let planners = company.role("planners", 0);
        company.member(&planners, &anna);
        company.grant(&planners, "time", json!({"type": "all"}), TIME, &[]);
        let page = format!("/api/v1/workers/{x}/grants");
        let body = json!({"holder_type": "user", "holder_external_id": "anna", "module": "time", "allow": ["record"]});
        let planned = app.admin().post(&format!("{page}?plan=true"), body.clone()).expect(202);
        assert_eq!(planned.json["changes"], 1);
        let grant = app.admin().post(&page, body).expect(201);
        assert_eq!(grant.json["scope"], json!({"type": "worker", "id": x}));
        let id = grant.id();
        for path in [page.clone(), format!("/api/v1/users/{anna}/grants")] {
            assert_eq!(app.admin().ids(&path), std::slice::from_ref(&id), "{path}");
        }
        assert_eq!(app.admin().get(&format!("/api/v1/grants/{id}")).expect(200).json, grant.json);
        let may = |worker: &str| {
            let answer = app.admin().get(&format!("/api/v1/workers/{worker}/access?user_id={anna}")).expect(200);
            let actions = answer.items()[0]["actions"].as_array().unwrap().clone();
            let told = actions.into_iter().map(|action| {
                (action["action"].as_str().unwrap().to_owned(), action["via"].as_str().unwrap().to_owned())
            });
            told.collect::<BTreeMap<_, _>>()
        };
        let everything: BTreeMap<_, _> = TIME.iter().map(|name| ((*name).to_owned(), "role".to_owned())).collect();
        assert_eq!(may(&x), [("record".to_owned(), "personal".to_owned())].into());
        assert_eq!(may(&y), everything);
        assert_eq!(company.decide(&anna, "time:schedule", &x, None), no("personal_without_action"));
        company.remove("grants", &id);
        assert_eq!(may(&x), everything);
        assert_eq!(company.decide(&anna, "time:schedule", &x, None), yes("role_allow"));
    }
}
