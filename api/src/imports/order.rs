//! The order in which the rows of a file are taken.

use std::collections::HashMap;

use crate::imports::{ImportKind, Row};

/// Rows of departments or areas, each after the one above it, however they stood in the file. Those in a
/// circle come as they come, and are refused for that.
pub fn parents_first(rows: Vec<Row>) -> Vec<Row> {
    let text = |row: &Row, field: &str| row.fields.as_ref().ok()?.get(field)?.as_str().map(str::to_owned);
    let mut named: HashMap<String, usize> = HashMap::new();
    // The caller's own ids come first.
    for field in ["external_id", "code", "mark"] {
        for (index, row) in rows.iter().enumerate() {
            if let Some(name) = text(row, field) {
                named.entry(name).or_insert(index);
            }
        }
    }
    let above = |row: &Row| named.get(&text(row, "parent_external_id")?).copied();
    let above: Vec<Option<usize>> = rows.iter().map(above).collect();
    let mut rows: Vec<Option<Row>> = rows.into_iter().map(Some).collect();
    let mut ordered = Vec::with_capacity(rows.len());
    for start in 0..rows.len() {
        let mut upwards = Vec::new();
        let mut next = Some(start);
        while let Some(index) = next {
            // Taken already, with all above it; or in a circle.
            let Some(row) = rows.get_mut(index).and_then(Option::take) else { break };
            upwards.push(row);
            next = above.get(index).copied().flatten();
        }
        ordered.extend(upwards.into_iter().rev());
    }
    ordered
}

/// Whether a kind's rows refer to each other, so that their order matters.
pub fn matters(kind: ImportKind) -> bool {
    matches!(kind, ImportKind::Departments | ImportKind::Areas)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn each_row_comes_after_the_one_above_it() {
        let rows = [
            ("c", Some("b")),
            ("a", None),
            ("b", Some("A")),
            ("x", Some("y")),
            ("y", Some("x")),
            ("d", Some("nowhere")),
            ("s", Some("s")),
        ];
        let row = |(line, (name, parent)): (i64, &(&str, Option<&str>))| {
            let fields = json!({"external_id": name, "code": name.to_uppercase(), "parent_external_id": parent});
            Row { line, fields: Ok(fields.as_object().unwrap().clone()) }
        };
        let ordered = parents_first((1..).zip(&rows).map(row).collect());
        let names: Vec<_> =
            ordered.iter().map(|row| row.fields.as_ref().ok().unwrap()["external_id"].clone()).collect();
        assert_eq!(names, ["a", "b", "c", "y", "x", "d", "s"].map(Value::from));
    }
}
