//! On the sample company: what evaluation allows is found by all three searches, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use tests::Demo;

use super::*;

/// What everybody is asked about: type, id, and the actions that are done to such a thing.
type Resource = (String, String, Vec<String>);

/// The names of all things of a list, as searches answer with them.
fn names(client: &Client, list: &str) -> Vec<(String, Value)> {
    let page = client.get(&format!("/api/v1/{list}?limit=200")).expect(200);
    assert!(page.json["next_cursor"].is_null());
    let name = |item: &Value| item["external_id"].as_str().or(item["id"].as_str()).unwrap().to_owned();
    page.items().iter().map(|item| (name(item), item.clone())).collect()
}

fn resources(client: &Client) -> Vec<Resource> {
    let modules = names(client, "modules");
    let of = |target: &str, only: Option<&str>| -> Vec<String> {
        let fitting = modules
            .iter()
            .map(|(_, module)| module)
            .filter(|module| module["target"] == target && only.is_none_or(|code| module["code"] == code));
        let actions = |module: &Value| -> Vec<String> {
            let code = module["code"].as_str().unwrap();
            module["actions"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| format!("{code}:{}", one.as_str().unwrap()))
                .collect()
        };
        fitting.flat_map(actions).collect()
    };
    let mut all = Vec::new();
    for (name, _) in names(client, "workers") {
        all.push(("worker".to_owned(), name, of("worker", None)));
    }
    for (name, _) in names(client, "areas") {
        all.push(("area".to_owned(), name, of("area", None)));
    }
    for (_, module) in modules.iter().filter(|(_, module)| module["target"] == "none") {
        let code = module["code"].as_str().unwrap();
        all.push(("module".to_owned(), code.to_owned(), of("none", Some(code))));
    }
    let modules_of: BTreeMap<_, _> = names(client, "object-types")
        .into_iter()
        .map(|(_, kind)| (kind["code"].as_str().unwrap().to_owned(), kind["module"].as_str().unwrap().to_owned()))
        .collect();
    for (name, object) in names(client, "objects") {
        let kind = object["type"].as_str().unwrap();
        all.push((kind.to_owned(), name, of("object", Some(&modules_of[kind]))));
    }
    all
}

/// Every user, action and resource that evaluation allows.
fn allowed(client: &Client, users: &[String], resources: &[Resource]) -> BTreeSet<(String, String, (String, String))> {
    let mut questions = Vec::new();
    for user in users {
        for (kind, id, actions) in resources {
            questions.extend(actions.iter().map(|action| (user.clone(), action.clone(), (kind.clone(), id.clone()))));
        }
    }
    let mut allowed = BTreeSet::new();
    for asked in questions.chunks(10_000) {
        let items: Vec<_> = asked
            .iter()
            .map(|(user, action, (kind, id))| json!({
                "subject": {"type": "user", "id": user}, "action": {"name": action}, "resource": {"type": kind, "id": id},
            }))
            .collect();
        let answer = client.post(MANY, json!({"evaluations": items})).expect(200);
        let answers = answer.json["evaluations"].as_array().unwrap();
        assert_eq!(answers.len(), asked.len());
        let yes = asked.iter().zip(answers).filter(|(_, answer)| **answer == json!({"decision": true}));
        allowed.extend(yes.map(|(question, _)| question.clone()));
    }
    allowed
}

/// All pages of a search, of so many results each.
fn whole(client: &Client, path: &str, body: &Value, limit: usize) -> Vec<String> {
    let mut body = with(body.clone(), "page", json!({"limit": limit}));
    let mut all = Vec::new();
    loop {
        let answer = client.post(path, body.clone()).expect(200);
        all.extend(found(&answer));
        let token = next(&answer);
        if token.is_empty() {
            assert_eq!(answer.json["page"]["total"], all.len());
            return all;
        }
        body["page"] = json!({"token": token});
    }
}

// P-05
#[test]
fn searches_find_what_evaluation_allows_and_nothing_else() {
    let running = Demo::load().serve();
    let admin = &running.admin;
    let resources = resources(admin);
    let users: Vec<_> = names(admin, "users").into_iter().map(|(name, _)| name).collect();
    let allowed = allowed(admin, &users, &resources);
    assert!(users.len() > 30 && resources.len() > 40 && allowed.len() > 500, "{} {}", resources.len(), allowed.len());
    let linked: BTreeMap<_, _> = names(admin, "workers")
        .into_iter()
        .filter_map(|(name, worker)| Some((worker["user_id"].as_str()?.to_owned(), name)))
        .collect();
    let worker_of: BTreeMap<_, _> = names(admin, "users")
        .into_iter()
        .filter_map(|(name, user)| Some((name, linked.get(user["id"].as_str()?)?.clone())))
        .collect();

    let sorted = |mut all: Vec<String>| {
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count, "a result came twice");
        all
    };
    let mut searches = 0_usize;
    let mut holds = |path: &str, body: Value, expected: Vec<String>| {
        searches += 1;
        let at_once = whole(admin, path, &body, 1_000);
        assert_eq!(sorted(at_once.clone()), expected, "{path} {body}");
        // By sevens where that makes pages; one by one where it costs little, and now and then where it costs much.
        let one_by_one = searches.is_multiple_of(if at_once.len() < 4 { 5 } else { 50 });
        for (limit, pays) in [(1, at_once.len() > 1 && one_by_one), (7, at_once.len() > 7)] {
            if pays {
                assert_eq!(whole(admin, path, &body, limit), at_once, "{path} {body} by {limit}");
            }
        }
    };

    let mut by_user: BTreeMap<_, Vec<String>> = BTreeMap::new();
    let mut by_kind: BTreeMap<_, Vec<String>> = BTreeMap::new();
    let mut by_resource: BTreeMap<_, Vec<String>> = BTreeMap::new();
    for (user, action, (kind, id)) in &allowed {
        by_user.entry((action, kind, id)).or_default().push(user.clone());
        by_kind.entry((user, action, kind)).or_default().push(id.clone());
        by_resource.entry((user, kind, id)).or_default().push(action.clone());
    }
    for (kind, id, actions) in &resources {
        for action in actions {
            let users = by_user.remove(&(action, kind, id)).unwrap_or_default();
            let workers = users.iter().filter_map(|user| worker_of.get(user)).cloned().collect();
            holds(SUBJECTS, who("worker", action, (kind, id)), sorted(workers));
            holds(SUBJECTS, who("user", action, (kind, id)), sorted(users));
        }
    }
    let kinds: BTreeSet<_> =
        resources.iter().flat_map(|(kind, _, actions)| actions.iter().map(move |action| (kind, action))).collect();
    for user in &users {
        for (kind, action) in &kinds {
            let ids = by_kind.remove(&(user, *action, *kind)).unwrap_or_default();
            holds(RESOURCES, what(("user", user), action, kind), sorted(ids));
        }
        for (kind, id, _) in &resources {
            let actions = by_resource.remove(&(user, kind, id)).unwrap_or_default();
            holds(ACTIONS, which(("user", user), (kind, id)), sorted(actions));
        }
    }
    assert!(by_user.is_empty() && by_kind.is_empty() && by_resource.is_empty());
}
