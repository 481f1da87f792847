//! What holds for every resource alike.

use serde_json::{Value, json};
use tests::Client;

/// A change needs the present tag: 428 without, 412 with an old or a weak one, 400 with none at
/// all. It answers the item as it now is, with its new tag and the revision.
#[track_caller]
pub fn change_needs_the_present_tag(client: &Client, path: &str, patch: &Value) {
    let before = client.get(path).expect(200);
    let tag = before.etag();
    let send = |headers: &[(&str, &str)]| client.patch_with(path, headers, patch.clone());
    send(&[]).expect_problem(428, "precondition_required");
    send(&[("if-match", "\"0\"")]).expect_problem(412, "precondition_failed");
    send(&[("if-match", &format!("W/{tag}"))]).expect_problem(412, "precondition_failed");
    send(&[("if-match", "no tag")]).expect_problem(400, "bad_header");
    assert_eq!(client.get(path).json, before.json);

    let media = ("content-type", "application/merge-patch+json");
    let body = patch.to_string();
    let after = client.send("PATCH", path, &[media, ("if-match", &tag)], Some(body.as_bytes())).expect(200);
    assert_ne!(after.etag(), tag);
    assert_eq!(after.header("remit-revision"), Some(after.json["revision"].to_string().as_str()));
    let read = client.get(path).expect(200);
    assert_eq!((read.etag(), &read.json["revision"]), (after.etag(), &after.json["revision"]));
    for (name, value) in patch.as_object().unwrap() {
        assert_eq!(&read.json[name], value, "{name}");
    }
    for (name, value) in before.json.as_object().unwrap() {
        let moved = patch.get(name).is_some() || matches!(name.as_str(), "revision" | "updated_at");
        assert!(moved || &read.json[name] == value, "{name} was not sent, but changed");
    }
    send(&[("if-match", &tag)]).expect_problem(412, "precondition_failed");
}

/// A removal needs the present tag; then the item is gone.
#[track_caller]
pub fn removal_needs_the_present_tag(client: &Client, path: &str) {
    let tag = client.get(path).expect(200).etag();
    let send = |headers: &[(&str, &str)]| client.send("DELETE", path, headers, None);
    send(&[]).expect_problem(428, "precondition_required");
    send(&[("if-match", "\"0\"")]).expect_problem(412, "precondition_failed");
    client.get(path).expect(200);
    let removed = send(&[("if-match", &tag)]).expect(204);
    assert!(removed.text.is_empty() && removed.header("remit-revision").is_some());
    client.get(path).expect_problem(404, "not_found");
    send(&[("if-match", &tag)]).expect_problem(404, "not_found");
}

/// A read with the tag that the caller has answers 304, with another the item; what is no id and
/// what there is none of are both a 404; parameters are known or refused; nobody reads
/// anonymously.
#[track_caller]
pub fn read_knows_tags_and_ids(app: &tests::TestApp, plural: &str, id: &str) {
    let client = app.admin();
    let path = format!("/api/v1/{plural}/{id}");
    let read = client.get(&path).expect(200);
    assert_eq!(read.id(), id);
    for field in ["created_at", "updated_at", "revision"] {
        assert!(!read.json[field].is_null(), "{field}");
    }
    assert!(read.json.as_object().unwrap().contains_key("external_id"));
    let with = |tag: &str| client.send("GET", &path, &[("if-none-match", tag)], None);
    let same = with(&read.etag()).expect(304);
    assert_eq!((same.etag(), same.text.as_str()), (read.etag(), ""));
    with("*").expect(304);
    with(&format!("\"0\", {}", read.etag())).expect(304);
    assert_eq!(with("\"0\"").expect(200).json, read.json);
    for unknown in ["019aa0b2-7a51-7c04-9d6a-7a3f0c1f5e11", "no-uuid", "1"] {
        client.get(&format!("/api/v1/{plural}/{unknown}")).expect_problem(404, "not_found");
    }
    let refused = client.get(&format!("{path}?frob=1&zig=2")).expect_problem(400, "bad_parameter");
    assert_eq!(refused.pointers(), ["frob", "zig"]);
    let anonymous = app.anonymous().get(&path).expect_problem(401, "unauthenticated");
    assert_eq!(anonymous.header("www-authenticate"), Some("Bearer"));
}

/// `PUT` by external id creates what is not there, changes nothing when sent again, and later
/// leaves alone what is not sent.
#[track_caller]
pub fn upsert_creates_updates_and_never_blanks(
    client: &Client,
    plural: &str,
    external_id: &str,
    whole: &Value,
    part: &Value,
) {
    let path = format!("/api/v1/{plural}/by-external-id/{external_id}");
    client.put(&path, json!({"frob": 1})).expect_fault(400, "unknown_field", "/frob");
    let made = client.put(&path, whole.clone()).expect(201);
    assert_eq!(made.header("location"), Some(format!("/api/v1/{plural}/{}", made.id()).as_str()));
    assert_eq!(made.json["external_id"], external_id);
    let again = client.put(&path, whole.clone()).expect(200);
    assert_eq!((again.id(), again.etag()), (made.id(), made.etag()));
    let changed = client.put(&path, part.clone()).expect(200);
    assert_ne!(changed.etag(), made.etag());
    let mut wanted = made.json.clone();
    for (name, value) in part.as_object().unwrap() {
        wanted[name] = value.clone();
    }
    wanted["revision"] = changed.json["revision"].clone();
    wanted["updated_at"] = changed.json["updated_at"].clone();
    assert_eq!(changed.json, wanted);
    client.put(&path, json!({"external_id": "another"})).expect_fault(422, "bad_value", "/external_id");
    assert_eq!(client.get(&format!("/api/v1/{plural}/{}", made.id())).json, wanted);
}

/// Parameters that are unknown, wrong or given twice are a 400 that names them all.
#[track_caller]
pub fn list_names_bad_parameters(client: &Client, path: &str) {
    let bad = "frob=1&limit=201&sort=nothing&total=perhaps&updated_since=monday&zig=2&zig=3";
    let answer = client.get(&format!("{path}?{bad}")).expect_problem(400, "bad_parameter");
    for name in ["frob", "limit", "sort", "total", "updated_since", "zig"] {
        assert!(answer.pointers().contains(&name), "{name}: {}", answer.text);
    }
    for cursor in ["x", "", "eyJmIjoiMCIsInYiOltdfQ"] {
        client.get(&format!("{path}?cursor={cursor}")).expect_problem(400, "bad_cursor");
    }
}

/// Every page of a list by its links; `between` runs after each page with what it showed. The
/// ids, in order.
#[track_caller]
pub fn walk(client: &Client, path: &str, mut between: impl FnMut(usize, &[String])) -> Vec<String> {
    let mut seen = Vec::new();
    let mut next = path.to_owned();
    for page in 0.. {
        let answer = client.get(&next).expect(200);
        let ids: Vec<String> = answer.items().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect();
        between(page, &ids);
        seen.extend(ids);
        assert_eq!(answer.header("link").is_some(), !answer.json["next_cursor"].is_null());
        let Some(link) = answer.header("link") else { break };
        next = link.strip_prefix('<').unwrap().strip_suffix(">; rel=\"next\"").unwrap().to_owned();
    }
    seen
}

/// Pages of two show each row that stays exactly once, while others come and, where `delete`
/// says how, go. `make` creates the row of a number.
#[track_caller]
pub fn pages_are_stable(client: &Client, path: &str, make: &dyn Fn(usize) -> String, delete: Option<&dyn Fn(&str)>) {
    let made: Vec<String> = (0..7).map(make).collect();
    let before = client.get(&format!("{path}&limit=200&total=true")).expect(200);
    assert_eq!(before.json["total"], before.items().len());
    let whole = walk(client, &format!("{path}&limit=2"), |_, _| ());
    let listed: Vec<_> = before.items().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(whole, listed);
    let mut gone = Vec::new();
    let mut shown: Vec<String> = Vec::new();
    let seen = walk(client, &format!("{path}&limit=2"), |page, ids| {
        shown.extend_from_slice(ids);
        if page > 2 {
            return;
        }
        make(100 + page);
        if let Some(delete) = delete {
            let old = shown.iter().rev().find(|id| made.contains(id) && !gone.contains(*id)).cloned();
            let coming = made.iter().find(|id| !shown.contains(id) && !gone.contains(*id)).cloned();
            for id in old.into_iter().chain(coming) {
                delete(&id);
                gone.push(id);
            }
        }
    });
    assert_eq!(delete.is_some(), !gone.is_empty());
    for id in listed.iter().filter(|id| !gone.contains(*id)) {
        assert_eq!(seen.iter().filter(|other| *other == id).count(), 1, "{id} in {seen:?}");
    }
    let mut once = seen.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), seen.len(), "shown twice: {seen:?}");
}
