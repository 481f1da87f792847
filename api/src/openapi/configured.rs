//! The contract as a running service publishes it: with the limits that its operator has set.

use serde_json::{Value, json};

use crate::config::Config;
use crate::http::listing::usual_page;

/// Tells the configured limits. With the usual ones nothing changes.
pub fn tell_limits(document: &mut Value, config: &Config) {
    for operation in operations(document) {
        let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
        for limit in parameters.into_iter().flatten().filter(|parameter| parameter["name"] == "limit") {
            pages(limit, config.page_limit);
        }
    }
    for body in ["EvaluationsBody", "EvaluationsAnswer"] {
        set(
            document,
            &format!("/components/schemas/{body}/properties/evaluations/maxItems"),
            json!(config.batch_limit),
        );
    }
    for body in ["EntitiesAnswer", "ActionsAnswer"] {
        let path = format!("/components/schemas/{body}/properties/results/maxItems");
        set(document, &path, json!(config.search_limit));
    }
    for kind in ["text~1csv", "application~1x-ndjson"] {
        let path = format!("/paths/~1api~1v1~1imports/post/requestBody/content/{kind}/schema/maxLength");
        set(document, &path, json!(config.import_limit));
    }
}

fn pages(limit: &mut Value, most: i64) {
    // Where a page is usually longer, its description says so.
    if limit["description"] == json!("Items of a page; 50 when absent") {
        set(limit, "/description", json!(format!("Items of a page; {} when absent", usual_page(most))));
    }
    set(limit, "/schema/maximum", json!(most));
    if let Some(example) = limit.pointer_mut("/schema/examples/0") {
        *example = json!(example.as_i64().unwrap_or(most).min(most));
    }
}

fn operations(document: &mut Value) -> impl Iterator<Item = &mut Value> {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    let items = paths.into_iter().flat_map(|paths| paths.values_mut());
    items.filter_map(Value::as_object_mut).flat_map(|item| item.values_mut())
}

/// Replaces a value that is there.
fn set(document: &mut Value, path: &str, value: Value) {
    if let Some(found) = document.pointer_mut(path) {
        *found = value;
    }
}
