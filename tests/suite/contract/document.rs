//! `openapi.yaml` and `openapi.json`.

use std::collections::{BTreeMap, BTreeSet};

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
            assert_eq!(media["example"]["status"].as_u64(), status.parse().ok(), "{id} {status}");
        }
        assert!(responses.contains_key("500"), "{id}");
        let needs = |status: &str, when: bool| assert_eq!(responses.contains_key(status), when, "{id} {status}");
        needs("404", path.contains('{'));
        if operation.get("security") != Some(&json!([{}])) {
            needs("401", true);
            needs("403", true);
        }
        if let Some(parameters) = operation["parameters"].as_array() {
            let required = parameters.iter().any(|one| one["name"] == "If-Match" && one["required"] == true);
            needs("428", required);
        }
    }
}

// Every body of a request has an example that is valid.
#[test]
fn every_request_body_has_an_example_that_is_valid() {
    let document = api::openapi::document_value();
    let components = &document["components"];
    let mut seen = 0;
    for (_, _, operation) in operations(&document) {
        let id = &operation["operationId"];
        let Some(content) = operation["requestBody"]["content"].as_object() else { continue };
        for (media_type, media) in content {
            if !media_type.ends_with("json") || media_type.contains("ndjson") {
                assert!(media["example"].is_string(), "{id} {media_type}");
                continue;
            }
            let schema = json!({"$ref": media["schema"]["$ref"], "components": components});
            let named = resolved(&document, &media["schema"]);
            let example = [&media["example"], &named["example"], &named["examples"][0]]
                .into_iter()
                .find(|example| !example.is_null())
                .unwrap_or_else(|| panic!("{id} {media_type} has no example"));
            let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
            let faults: Vec<_> = validator.iter_errors(example).map(|fault| fault.to_string()).collect();
            assert!(faults.is_empty(), "{id} {media_type}: {faults:?}");
            seen += 1;
        }
    }
    assert!(seen > 40);
}

// Every example of a schema is valid, those of answers too.
#[test]
fn every_example_of_a_schema_is_valid() {
    let document = api::openapi::document_value();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        let Some(example) = schema.get("example") else { continue };
        let root = json!({"$ref": format!("#/components/schemas/{name}"), "components": document["components"]});
        let validator = jsonschema::options().should_validate_formats(true).build(&root).unwrap();
        let faults: Vec<_> = validator.iter_errors(example).map(|fault| fault.to_string()).collect();
        assert!(faults.is_empty(), "{name}: {faults:?}");
    }
}

// Every route of the route table is in the document with the same methods, and the reverse.
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
    for name in document["components"]["responses"].as_object().unwrap().keys() {
        assert!(found.contains(format!("#/components/responses/{name}").as_str()), "{name} is never answered");
    }
}
