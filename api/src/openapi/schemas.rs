//! What is done to the collected schemas: sets of words made plain, and the schemas of patches.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::http::body::patch_schema;
use crate::http::listing::Expansion;
use crate::openapi::problems::pascal;
use crate::openapi::{limits, lists, patterns};

/// More than any item has of what `expand` adds as a list.
const EXPANDED_MAX: u32 = 10_000;

/// Completes the schemas of the contract.
pub fn complete(schemas: &mut Map<String, Value>) {
    for (view, expansions) in lists::expansions() {
        let properties =
            schemas.get_mut(view.as_ref()).and_then(|schema| schema.get_mut("properties")?.as_object_mut());
        if let Some(properties) = properties {
            properties.extend(expansions.iter().map(expanded));
        }
    }
    for (name, schema) in schemas.iter_mut() {
        flatten_nullable(schema);
        if let Some(item) = name.strip_prefix("Page_")
            && let Some(items) = schema.pointer_mut("/properties/items/items")
        {
            *items = json!({"$ref": format!("#/components/schemas/{item}")});
        }
        limits::bound(schema);
        if name.ends_with("Input") || name.ends_with("Request") {
            patterns::add(schema);
        }
    }
    add_unions(schemas);
    add_patches(schemas);
    schemas.sort_keys();
}

/// A field that is there only where `expand` names it, so that no item needs it.
fn expanded(Expansion { name, view, many }: &Expansion) -> (String, Value) {
    let of = format!("#/components/schemas/{view}");
    let schema = if *many {
        let what = format!("Only with `expand={name}`; null where the caller may not see them.");
        json!({"type": ["array", "null"], "items": {"$ref": of}, "description": what, "maxItems": EXPANDED_MAX})
    } else {
        let what = format!("Only with `expand={name}`; null where there is none, or none that the caller may see.");
        json!({"oneOf": [{"$ref": of, "description": what}, {"type": "null"}]})
    };
    ((*name).to_owned(), schema)
}

/// The fields that an item always has, and of which `fields` may choose: not those that `expand` adds.
pub fn own_fields(schema: &Value) -> Map<String, Value> {
    let required = schema.get("required").and_then(Value::as_array);
    let required = |name: &str| required.is_some_and(|names| names.iter().any(|known| known == name));
    let all = schema.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
    all.into_iter().filter(|(name, _)| required(name)).collect()
}

/// Drops the schemas that nothing refers to.
pub fn drop_unused(schemas: &mut Map<String, Value>, document: &[&Value]) {
    loop {
        let mut used = BTreeSet::new();
        document.iter().for_each(|part| references(part, &mut used));
        schemas.values().for_each(|schema| references(schema, &mut used));
        let before = schemas.len();
        schemas.retain(|name, _| used.contains(name));
        if schemas.len() == before {
            return;
        }
    }
}

fn references(value: &Value, used: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            let named = map.get("$ref").and_then(Value::as_str);
            used.extend(named.and_then(|name| name.strip_prefix("#/components/schemas/")).map(str::to_owned));
            map.values().for_each(|value| references(value, used));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, used)),
        _ => {}
    }
}

/// A choice between an inline set of words and null becomes one set: plainer to read, and faults
/// name the words.
fn flatten_nullable(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            let words = map.get("oneOf").and_then(Value::as_array).and_then(|choices| match choices.as_slice() {
                [first, second] if second.get("type") == Some(&json!("null")) => first.get("enum")?.as_array().cloned(),
                _ => None,
            });
            if let Some(mut words) = words {
                words.push(Value::Null);
                map.remove("oneOf");
                map.insert("type".into(), json!(["string", "null"]));
                map.insert("enum".into(), Value::Array(words));
            }
            // An inline set of words comes as that set and an object that only describes it.
            let described = map.get("allOf").and_then(Value::as_array).and_then(|parts| match parts.as_slice() {
                [first, second] if first.get("enum").is_some() && second.get("properties").is_none() => {
                    Some((first.as_object()?.clone(), second.get("description").cloned()))
                }
                _ => None,
            });
            if let Some((words, description)) = described {
                map.remove("allOf");
                map.extend(words);
                map.extend(description.map(|text| ("description".to_owned(), text)));
            }
            map.values_mut().for_each(flatten_nullable);
        }
        Value::Array(items) => items.iter_mut().for_each(flatten_nullable),
        _ => {}
    }
}

/// A choice between objects that a word in `type` tells apart becomes a union of schemas with
/// names of their own, by which generated clients know them.
fn add_unions(schemas: &mut Map<String, Value>) {
    let mut named = Map::new();
    for (name, schema) in schemas.iter_mut() {
        let Some(choices) = schema.get("oneOf").and_then(Value::as_array) else { continue };
        let word = |choice: &Value| Some(choice.pointer("/properties/type/enum/0")?.as_str()?.to_owned());
        let Some(words) = choices.iter().map(word).collect::<Option<Vec<_>>>() else { continue };
        let (mut references, mut mapping) = (Vec::new(), Map::new());
        for (word, choice) in words.into_iter().zip(choices) {
            let own = format!("{}{name}", pascal(&word));
            let reference = format!("#/components/schemas/{own}");
            references.push(json!({"$ref": reference}));
            mapping.insert(word, json!(reference));
            named.insert(own, choice.clone());
        }
        schema["oneOf"] = Value::Array(references);
        schema["discriminator"] = json!({"propertyName": "type", "mapping": mapping});
    }
    schemas.extend(named);
}

/// For every input schema one of the same fields of which none is required, nor within its
/// objects, which a merge patch goes into; lists are replaced whole.
fn add_patches(schemas: &mut Map<String, Value>) {
    let mut left: Vec<String> =
        schemas.keys().filter(|name| name.ends_with("Input") && *name != "RuleDepartmentInput").cloned().collect();
    while let Some(name) = left.pop() {
        let patch = patch_schema(&name);
        let Some(Value::Object(mut schema)) = schemas.get(&name).filter(|_| !schemas.contains_key(&patch)).cloned()
        else {
            continue;
        };
        schema.remove("required");
        schema.remove("example");
        let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
        for property in properties.into_iter().flat_map(|map| map.values_mut()) {
            let named = property.get("$ref").and_then(Value::as_str).and_then(|reference| reference.rsplit('/').next());
            if let Some(inner) = named.map(str::to_owned) {
                property["$ref"] = json!(format!("#/components/schemas/{}", patch_schema(&inner)));
                left.push(inner);
            }
        }
        schemas.insert(patch, Value::Object(schema));
    }
}
