//! Rows as CSV or NDJSON.

use serde_json::{Map, Value};

use crate::commands::Refusal;
use crate::exports::Format;
use crate::imports::rows::guarded;

/// Writes rows and gives them away in parts.
pub struct Writer {
    names: Vec<String>,
    form: Form,
}

enum Form {
    Csv(Box<csv::Writer<Vec<u8>>>),
    Ndjson(Vec<u8>),
}

impl Writer {
    /// A writer of these columns; a CSV begins with their names.
    ///
    /// # Errors
    /// The header can't be written: a fault of the program.
    pub fn new(format: Format, names: Vec<String>) -> Result<Self, Refusal> {
        let form = match format {
            Format::Ndjson => Form::Ndjson(Vec::new()),
            Format::Csv => {
                let mut writer = csv::Writer::from_writer(Vec::new());
                writer.write_record(&names).map_err(|_| unwritable())?;
                Form::Csv(Box::new(writer))
            }
        };
        Ok(Self { names, form })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// It can't be written: a fault of the program.
    pub fn write(&mut self, row: &Map<String, Value>) -> Result<(), Refusal> {
        match &mut self.form {
            Form::Csv(writer) => {
                writer.write_record(self.names.iter().map(|name| cell(row.get(name)))).map_err(|_| unwritable())
            }
            Form::Ndjson(out) => {
                let kept: Map<String, Value> =
                    self.names.iter().filter_map(|name| Some((name.clone(), row.get(name)?.clone()))).collect();
                serde_json::to_writer(&mut *out, &kept).map_err(|_| unwritable())?;
                out.push(b'\n');
                Ok(())
            }
        }
    }

    /// What was written since it was taken last.
    ///
    /// # Errors
    /// It can't be written: a fault of the program.
    pub fn take(&mut self) -> Result<Vec<u8>, Refusal> {
        match &mut self.form {
            Form::Ndjson(out) => Ok(std::mem::take(out)),
            Form::Csv(writer) => {
                let next = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
                std::mem::replace(&mut **writer, next).into_inner().map_err(|_| unwritable())
            }
        }
    }
}

fn unwritable() -> Refusal {
    Refusal::internal("an export can't be written")
}

/// A value as imports read it from a cell.
fn cell(value: Option<&Value>) -> String {
    let joined = |items: &[Value]| -> Option<String> {
        let texts: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
        let texts = texts.filter(|texts| texts.iter().all(|text| !text.contains(';') && !text.starts_with('[')))?;
        Some(texts.join(";"))
    };
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => guarded(text.clone()),
        Some(Value::Array(items)) => joined(items).map_or_else(|| Value::Array(items.clone()).to_string(), guarded),
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn written(format: Format, rows: &[Value]) -> String {
        let names = ["a", "b", "c"].map(str::to_owned).to_vec();
        let mut writer = Writer::new(format, names).unwrap();
        for row in rows {
            writer.write(row.as_object().unwrap()).unwrap();
        }
        String::from_utf8(writer.take().unwrap()).unwrap()
    }

    #[test]
    fn csv_guards_formulas_and_quotes_what_needs_it() {
        let rows = [
            json!({"a": "=cmd()", "b": ["x", "y"], "c": 1}),
            json!({"a": "with, comma \"q\"\nnew line", "b": [], "c": null, "d": "not a column"}),
            json!({"a": "+1", "b": ["a;b"], "c": [{"id": 1}]}),
        ];
        assert_eq!(
            written(Format::Csv, &rows),
            "a,b,c\n'=cmd(),x;y,1\n\"with, comma \"\"q\"\"\nnew line\",,\n'+1,\"[\"\"a;b\"\"]\",\"[{\"\"id\"\":1}]\"\n"
        );
    }

    #[test]
    fn ndjson_keeps_values_and_nulls() {
        let rows = [json!({"a": "=x", "b": null}), json!({"c": [1], "d": 2})];
        assert_eq!(written(Format::Ndjson, &rows), "{\"a\":\"=x\",\"b\":null}\n{\"c\":[1]}\n");
    }

    #[test]
    fn parts_go_on_without_another_header() {
        let mut writer = Writer::new(Format::Csv, vec!["a".to_owned()]).unwrap();
        assert_eq!(writer.take().unwrap(), b"a\n");
        writer.write(json!({"a": "1"}).as_object().unwrap()).unwrap();
        assert_eq!(writer.take().unwrap(), b"1\n");
        assert_eq!(writer.take().unwrap(), b"");
    }
}
