//! The metrics: the dashboard asks for none that there is not, the page explains each.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tests::TestApp;

use super::page;

/// Every name that a running service exports.
fn exported() -> BTreeSet<String> {
    let app = TestApp::start(persistence::testing::sqlite());
    app.admin().get("/api/v1/me").expect(200);
    app.admin().post("/api/v1/positions", json!({"code": "p", "name": "P"})).expect(201);
    let text = app.anonymous().get("/metrics").expect(200).text;
    let samples = text.lines().filter(|line| !line.starts_with('#'));
    samples.filter_map(|line| line.split(['{', ' ']).next()).map(str::to_owned).collect()
}

/// The names of Remit's metrics in a text.
fn names(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|word| word.starts_with("remit_")).map(str::to_owned).collect()
}

/// Calls a function with every object in a value.
fn each_object(value: &Value, f: &mut impl FnMut(&serde_json::Map<String, Value>)) {
    match value {
        Value::Object(map) => {
            f(map);
            map.values().for_each(|value| each_object(value, f));
        }
        Value::Array(list) => list.iter().for_each(|value| each_object(value, f)),
        _ => {}
    }
}

#[test]
fn the_dashboard_asks_for_metrics_that_there_are() {
    let dashboard: Value = serde_json::from_str(&page::read("docs/grafana/remit.json")).unwrap();
    let exported = exported();
    let (mut expressions, mut ids) = (0, BTreeSet::new());
    each_object(&dashboard["panels"], &mut |map| {
        if let Some(expression) = map.get("expr").and_then(Value::as_str) {
            let named = names(expression);
            assert!(!named.is_empty() && named.is_subset(&exported), "{expression}");
            expressions += 1;
        }
        if map.contains_key("gridPos") {
            assert!(ids.insert(map["id"].as_i64().unwrap()), "a panel's id stands twice: {}", map["id"]);
        }
    });
    let alerts = names(&page::read("docs/grafana/alerts.yml"));
    assert!(alerts.len() >= 5 && alerts.is_subset(&exported), "{alerts:?}");
    assert!(expressions >= 10 && ids.len() >= 8, "{expressions} expressions, {ids:?}");
    // Whoever imports it chooses the source of the data.
    assert_eq!(dashboard["templating"]["list"][0]["type"], "datasource");
    assert!(dashboard["id"].is_null() && dashboard["title"].is_string() && dashboard["schemaVersion"].is_i64());
}

#[test]
fn the_page_explains_every_metric() {
    let page = page::read("docs/operators.md");
    let explained: BTreeSet<String> =
        page.lines().filter(|line| line.starts_with("| `remit_")).flat_map(names).collect();
    let family = |name: &String| {
        let ends = ["_bucket", "_count", "_sum"];
        ends.iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name).to_owned()
    };
    let exported: BTreeSet<String> = exported().iter().map(family).collect();
    assert_eq!(explained, exported);
}
