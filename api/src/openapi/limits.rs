//! Bounds that hold for all values of a form, so that no schema has to say them: how long an id or
//! a day is, how far numbers go.

use serde_json::{Map, Value, json};

/// The largest whole number that every JSON reader keeps as it is.
const WHOLE_MAX: i64 = 9_007_199_254_740_991;
/// The longest text where nothing else is said: `module:action`, each up to 100 characters.
const TEXT_MAX: u64 = 201;
/// The largest file: the usual limit of an import.
const FILE_MAX: u64 = 268_435_456;

/// Bounds every text and whole number within a schema.
pub fn bound(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            // What every key of JSON is need not be said.
            map.remove("propertyNames");
            if !map.contains_key("enum") && !map.contains_key("const") {
                if is(map, "string") {
                    let longest = text(map);
                    map.entry("maxLength").or_insert(json!(longest));
                }
                if is(map, "integer") {
                    number(map);
                }
            }
            for (key, of) in map.iter_mut() {
                match (key.as_str(), of) {
                    // A property may be called `examples`.
                    ("properties", Value::Object(properties)) => properties.values_mut().for_each(bound),
                    ("example" | "examples", _) => {}
                    (_, of) => bound(of),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(bound),
        _ => {}
    }
}

/// Bounds a text or file that is no JSON.
pub fn file(media: &mut Value) {
    media["schema"] = json!({"type": "string", "format": "binary", "maxLength": FILE_MAX});
}

fn is(map: &Map<String, Value>, kind: &str) -> bool {
    match map.get("type") {
        Some(Value::String(of)) => of == kind,
        Some(Value::Array(all)) => all.iter().any(|of| of == kind),
        _ => false,
    }
}

fn text(map: &Map<String, Value>) -> u64 {
    match map.get("format").and_then(Value::as_str) {
        Some("uuid") => 36,
        Some("date") => 10,
        Some("date-time") => 64,
        _ => TEXT_MAX,
    }
}

fn number(map: &mut Map<String, Value>) {
    let small = map.get("format") == Some(&json!("int32"));
    map.entry("format").or_insert(json!("int64"));
    map.entry("minimum").or_insert(json!(0));
    map.entry("maximum").or_insert(json!(if small { i64::from(i32::MAX) } else { WHOLE_MAX }));
}
