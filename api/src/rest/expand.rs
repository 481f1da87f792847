//! `expand`: the records that items refer to, one query for the whole page.

use std::collections::HashMap;

use persistence::{Key, Reader, Stored, Table};
use serde_json::Value;
use uuid::Uuid;

use crate::commands::Refusal;
use crate::rest::crud::Shown;

fn json(value: &impl serde::Serialize) -> Result<Value, Refusal> {
    serde_json::to_value(value).map_err(|error| Refusal::internal(format!("a view can't be written: {error}")))
}

/// Adds the one record that each item refers to, under `name`; null where there is none.
///
/// # Errors
/// The database can't be read.
pub fn one<R: Table, O: Shown>(
    reader: &mut Reader<'_>,
    names: &[String],
    name: &str,
    items: &mut [(Stored<R>, Value)],
    id_of: impl Fn(&R) -> Option<Uuid>,
) -> Result<(), Refusal> {
    if !names.iter().any(|asked| asked == name) {
        return Ok(());
    }
    let mut ids: Vec<Uuid> = items.iter().filter_map(|(stored, _)| id_of(&stored.value)).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut found = HashMap::new();
    for stored in reader.get_many::<O>(&ids)? {
        found.insert(stored.value.uuid(), json(&O::view(&stored))?);
    }
    for (stored, view) in items {
        let value = id_of(&stored.value).and_then(|id| found.get(&id)).cloned().unwrap_or(Value::Null);
        if let Value::Object(map) = view {
            map.insert(name.to_owned(), value);
        }
    }
    Ok(())
}

/// Adds the list of records that refer to each item, under `name`.
///
/// # Errors
/// The database can't be read.
pub fn list<R: Table, O: Shown>(
    reader: &mut Reader<'_>,
    names: &[String],
    name: &str,
    items: &mut [(Stored<R>, Value)],
    key_of: impl Fn(&R) -> Key,
    item_of: impl Fn(&O) -> Uuid,
) -> Result<(), Refusal> {
    if !names.iter().any(|asked| asked == name) {
        return Ok(());
    }
    let keys: Vec<Key> = items.iter().map(|(stored, _)| key_of(&stored.value)).collect();
    let mut found: HashMap<Uuid, Vec<Value>> = HashMap::new();
    for stored in reader.find_many::<O>(&keys)? {
        found.entry(item_of(&stored.value)).or_default().push(json(&O::view(&stored))?);
    }
    for (stored, view) in items {
        if let Value::Object(map) = view {
            map.insert(name.to_owned(), Value::Array(found.remove(&stored.value.uuid()).unwrap_or_default()));
        }
    }
    Ok(())
}
