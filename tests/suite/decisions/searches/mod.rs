//! Searches: who may do it, to what, and what.

use super::*;

pub const SUBJECTS: &str = "/access/v1/search/subject";
pub const RESOURCES: &str = "/access/v1/search/resource";
pub const ACTIONS: &str = "/access/v1/search/action";

/// The results of a page as short texts: the id of a thing, the name of an action.
#[track_caller]
fn found(answer: &Answer) -> Vec<String> {
    let results = answer.json["results"].as_array().unwrap_or_else(|| panic!("{}", answer.text));
    let text = |one: &Value| one.get("name").unwrap_or(&one["id"]).as_str().unwrap().to_owned();
    results.iter().map(text).collect()
}

/// The token of the next page.
fn next(answer: &Answer) -> String {
    answer.json["page"]["next_token"].as_str().unwrap_or_else(|| panic!("{}", answer.text)).to_owned()
}

/// A search by type: who may do that action to that resource.
fn who(kind: &str, action: &str, resource: (&str, &str)) -> Value {
    json!({
        "subject": {"type": kind}, "action": {"name": action}, "resource": {"type": resource.0, "id": resource.1},
    })
}

/// A search for what a subject may do that to.
fn what(subject: (&str, &str), action: &str, kind: &str) -> Value {
    json!({"subject": {"type": subject.0, "id": subject.1}, "action": {"name": action}, "resource": {"type": kind}})
}

/// A search for what a subject may do to that resource.
fn which(subject: (&str, &str), resource: (&str, &str)) -> Value {
    json!({
        "subject": {"type": subject.0, "id": subject.1}, "resource": {"type": resource.0, "id": resource.1},
    })
}

mod answers;
mod demo;
mod pages;
mod rights;
mod wages;
