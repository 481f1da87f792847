//! `openapi.yaml` and `openapi.json`.

use std::collections::{BTreeMap, BTreeSet};

use api::http::schema::referred;

use super::*;

/// Every `$ref` of a document.
fn references<'a>(value: &'a Value, out: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(map) => {
            out.extend(map.get("$ref").and_then(Value::as_str));
            map.values().for_each(|value| references(value, out));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, out)),
        _ => {}
    }
}

/// A value, or what it refers to.
fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap(),
        None => value,
    }
}

// Generated from the code, written by `remit openapi`, committed, served: all the same.
#[test]
fn the_document_is_the_committed_one_and_the_served_one() {
    let generated = api::openapi::document_yaml().unwrap();
    let committed = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi.yaml")).unwrap();
    assert!(committed == generated, "openapi.yaml is not what `remit openapi` writes");
    let app = service();
    let yaml = app.anonymous().get("/openapi.yaml").expect(200);
    assert!(yaml.text == generated, "the served document is another");
    assert_eq!(yaml.header("content-type"), Some("application/yaml"));
    let json = app.anonymous().get("/openapi.json").expect(200);
    assert_eq!(json.json, api::openapi::document_value());
    assert_eq!(json.header("content-type"), Some("application/json"));
    assert_eq!(json.json["openapi"], "3.1.0");
}

// Every operation has a unique camelCase id, a summary, a described tag, and lists its problems.
#[test]
fn every_operation_is_named_summed_up_tagged_and_lists_its_problems() {
    let document = api::openapi::document_value();
    let tags: BTreeMap<_, _> = document["tags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| (tag["name"].as_str().unwrap(), tag["description"].as_str().unwrap_or_default()))
        .collect();
    assert!(tags.values().all(|description| !description.is_empty()));
    let mut ids = BTreeSet::new();
    for (path, method, operation) in operations(&document) {
        let id = operation["operationId"].as_str().unwrap_or_else(|| panic!("{method} {path} has no id"));
        let camel = id.starts_with(|c: char| c.is_ascii_lowercase()) && id.chars().all(|c| c.is_ascii_alphanumeric());
        assert!(camel, "{id}");
        assert!(ids.insert(id), "{id} stands twice");
        assert!(operation["summary"].as_str().is_some_and(|summary| !summary.trim().is_empty()), "{id} has no summary");
        let of = operation["tags"].as_array().unwrap();
        assert!(!of.is_empty() && of.iter().all(|tag| tags.contains_key(tag.as_str().unwrap())), "{id}: {of:?}");
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.keys().any(|status| status.starts_with('2')), "{id} never succeeds");
        let problems: Vec<_> = responses.iter().filter(|(status, _)| status.starts_with(['4', '5'])).collect();
        assert!(!problems.is_empty(), "{id} lists no problems");
        for (status, problem) in problems {
            let problem = resolved(&document, problem);
            let media = &problem["content"]["application/problem+json"];
            assert_eq!(resolved(&document, &media["schema"])["properties"]["code"]["type"], "string", "{id} {status}");
            let examples = media["examples"].as_object().unwrap();
            assert!(!examples.is_empty(), "{id} {status}");
            for (code, example) in examples {
                let example = resolved(&document, example);
                assert_eq!(example["value"]["code"], code.as_str(), "{id} {status}");
                assert_eq!(example["value"]["status"].as_u64(), status.parse().ok(), "{id} {status}");
            }
        }
        assert!(responses.contains_key("500"), "{id}");
        let needs = |status: &str, when: bool| assert_eq!(responses.contains_key(status), when, "{id} {status}");
        if path.contains('{') {
            needs("404", true);
        }
        if operation.get("security") != Some(&json!([{}])) {
            needs("401", true);
        }
        if let Some(parameters) = operation["parameters"].as_array() {
            let required = parameters.iter().any(|one| one["name"] == "If-Match" && one["required"] == true);
            needs("428", required);
        }
    }
}

/// What a schema finds wrong with a value.
fn faults(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut root = schema.clone();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    root["components"] = json!({"schemas": referred(schemas, &root)});
    let validator = jsonschema::options().should_validate_formats(true).build(&root).unwrap();
    validator.iter_errors(value).map(|fault| format!("{fault} at {}", fault.instance_path())).collect()
}

/// The examples beside or in a parameter or the content of a body.
fn examples<'d>(document: &'d Value, holder: &'d Value) -> Vec<&'d Value> {
    let named = holder["examples"].as_object().into_iter().flatten().map(|(_, one)| &resolved(document, one)["value"]);
    let in_schema = holder["schema"]["examples"].as_array().into_iter().flatten();
    holder.get("example").into_iter().chain(named).chain(in_schema).collect()
}

// Every parameter, every body, every answer has an example, and all are valid.
#[test]
fn everything_has_an_example_that_is_valid() {
    let document = api::openapi::document_value();
    let check = |what: &str, holder: &Value| {
        let found = examples(&document, holder);
        assert!(!found.is_empty(), "{what} has no example");
        for example in found {
            let faults = faults(&document, &holder["schema"], example);
            assert!(faults.is_empty(), "{what}: {faults:?}");
        }
    };
    for (_, _, operation) in operations(&document) {
        let id = operation["operationId"].as_str().unwrap();
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            check(&format!("{id} {}", parameter["name"]), parameter);
            assert!(
                parameter["description"].as_str().is_some_and(|text| !text.is_empty()),
                "{id} {}",
                parameter["name"]
            );
        }
        for (kind, media) in operation["requestBody"]["content"].as_object().into_iter().flatten() {
            check(&format!("{id} {kind}"), media);
        }
        for (status, response) in operation["responses"].as_object().unwrap() {
            for (_, media) in resolved(&document, response)["content"].as_object().into_iter().flatten() {
                check(&format!("{id} {status}"), media);
            }
        }
    }
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        let schema = schema.get("example").map(|example| faults(&document, schema, example)).unwrap_or_default();
        assert!(schema.is_empty(), "{name}: {schema:?}");
    }
}

// Every route of the route table is in the document with the same methods, and the reverse.
// Programs that follow links find an operation at the end of each.
#[test]
fn every_link_leads_to_an_operation() {
    let document = api::openapi::document_value();
    let operations: Vec<&Value> = document["paths"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(|item| item.as_object().unwrap().values())
        .filter(|operation| operation["operationId"].is_string())
        .collect();
    let known: BTreeSet<&str> = operations.iter().filter_map(|operation| operation["operationId"].as_str()).collect();
    let mut seen = 0;
    for operation in operations {
        for response in operation["responses"].as_object().unwrap().values() {
            for link in response["links"].as_object().into_iter().flat_map(|links| links.values()) {
                let target = link["operationId"].as_str().unwrap();
                assert!(known.contains(target), "{} leads to {target}, which is none", operation["operationId"]);
                seen += 1;
            }
        }
    }
    assert!(seen > 30, "{seen} links");
}

#[test]
fn the_document_and_the_routes_are_the_same() {
    let document = api::openapi::document_value();
    let described: BTreeSet<_> = operations(&document).into_iter().map(|(path, method, _)| (path, method)).collect();
    let routed: BTreeSet<_> = api::openapi::routes().copied().collect();
    assert_eq!(described, routed);
    // Every parameter of a path is described, and no other.
    for (path, method, operation) in operations(&document) {
        let named: BTreeSet<_> = path.split(['{', '}']).skip(1).step_by(2).collect();
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let described: BTreeSet<_> =
            parameters.iter().filter(|one| one["in"] == "path").map(|one| one["name"].as_str().unwrap()).collect();
        assert_eq!(described, named, "{method} {path}");
        let all: BTreeSet<_> = parameters.iter().map(|one| (one["in"].to_string(), one["name"].to_string())).collect();
        assert_eq!(all.len(), parameters.len(), "{method} {path} names a parameter twice");
    }
}

#[test]
fn every_reference_resolves_and_every_schema_is_used() {
    let document = api::openapi::document_value();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    for reference in &found {
        let pointer = reference.strip_prefix('#').unwrap_or_else(|| panic!("{reference} leads elsewhere"));
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
    assert!(found.len() > 50);
    for part in ["schemas", "responses", "examples"] {
        for name in document["components"][part].as_object().unwrap().keys() {
            assert!(found.contains(format!("#/components/{part}/{name}").as_str()), "{part} {name} is never used");
        }
    }
}
