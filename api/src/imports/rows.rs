//! Reading the rows of a file: CSV or NDJSON, each with its line number.

use std::io::{BufRead, BufReader, Read};

use domain::rule::{Violation, code};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::commands::Refusal;
use crate::http::body;
use crate::http::problem::FieldError;
use crate::imports::file::KeptFile;

/// Longest line, in bytes.
const LINE_MAX: usize = 1024 * 1024;

/// How a file is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// RFC 4180, with a header line; several values are separated by `;`.
    Csv,
    /// One JSON object a line.
    Ndjson,
}

/// A row of a file.
pub struct Row {
    /// Its line, from 1.
    pub line: i64,
    /// Its fields, or why they can't be read.
    pub fields: Result<Map<String, Value>, Refusal>,
}

impl Clone for Row {
    fn clone(&self) -> Self {
        let fields = match &self.fields {
            Ok(fields) => Ok(fields.clone()),
            Err(refusal) => Err(Refusal::Schema { form: true, errors: refusal.faults() }),
        };
        Self { line: self.line, fields }
    }
}

/// Reads rows one after another.
pub enum Rows {
    /// Of a CSV file: the reader, and each column with how its cells are read.
    Csv(Box<csv::Reader<KeptFile>>, Vec<(String, Cell)>),
    /// Of an NDJSON file: the reader, and the number of the last line.
    Ndjson(BufReader<KeptFile>, i64, usize),
}

/// How the cells of a column are read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cell {
    /// As text.
    Text,
    /// As a whole number.
    Integer,
    /// As a number.
    Number,
    /// As `true` or `false`.
    Boolean,
    /// As texts separated by `;`.
    List,
}

/// How many rows a file has.
///
/// # Errors
/// The file's header is wrong, or it can't be read.
pub fn count(app: &App, operation: Uuid, format: Format, properties: &Map<String, Value>) -> Result<i64, Refusal> {
    read(app, operation, format, properties)?;
    count_in(KeptFile::new(app, operation), format)
}

/// How many rows there are, whatever they say.
///
/// # Errors
/// It can't be read.
pub fn count_in(file: impl Read, format: Format) -> Result<i64, Refusal> {
    let mut count = 0;
    match format {
        Format::Csv => {
            let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
            let mut record = csv::ByteRecord::new();
            while reader.read_byte_record(&mut record).map_err(|error| unreadable(&error))? {
                count += 1;
            }
        }
        Format::Ndjson => {
            let mut reader = BufReader::with_capacity(64 * 1024, file);
            while let Some(line) = next_line(&mut reader)? {
                count += i64::from(!line.iter().all(u8::is_ascii_whitespace));
            }
        }
    }
    Ok(count)
}

/// Opens a kept file.
///
/// # Errors
/// A column is unknown or named twice, or the file can't be read.
pub fn read(app: &App, operation: Uuid, format: Format, properties: &Map<String, Value>) -> Result<Rows, Refusal> {
    let file = KeptFile::new(app, operation);
    match format {
        Format::Ndjson => Ok(Rows::Ndjson(BufReader::with_capacity(64 * 1024, file), 0, app.config().json_depth)),
        Format::Csv => {
            let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
            let header = reader.headers().map_err(|error| unreadable(&error))?.clone();
            let mut columns: Vec<(String, Cell)> = Vec::new();
            let mut out = Vec::new();
            if header.is_empty() {
                out.push(Violation::new(
                    code::REQUIRED,
                    "the file is empty: it must begin with a line of column names",
                ));
            }
            for name in &header {
                let name = name.trim_start_matches('\u{feff}').trim();
                match properties.get(name) {
                    None if name.contains([';', '\t']) => {
                        let what = "there is no such column: put commas between columns, not semicolons or tabs";
                        out.push(Violation::new(code::BAD_VALUE, what).at(format!("/{name}")));
                    }
                    None => out.push(Violation::new(code::BAD_VALUE, "there is no such column").at(format!("/{name}"))),
                    Some(_) if columns.iter().any(|(known, _)| known == name) => {
                        out.push(
                            Violation::new(code::DUPLICATE_ITEM, "the column is named twice").at(format!("/{name}")),
                        );
                    }
                    Some(schema) => columns.push((name.to_owned(), cell(schema))),
                }
            }
            if out.is_empty() { Ok(Rows::Csv(Box::new(reader), columns)) } else { Err(out.into()) }
        }
    }
}

fn unreadable(error: &csv::Error) -> Refusal {
    let line = error.position().map_or(0, csv::Position::line);
    let what = match error.kind() {
        csv::ErrorKind::Utf8 { .. } => "is not UTF-8".to_owned(),
        csv::ErrorKind::Io(error) => format!("can't be read: {}", error.kind()),
        _ => "is no valid CSV".to_owned(),
    };
    Violation::new(code::BAD_VALUE, format!("line {line} {what}")).into()
}

/// Whether a spreadsheet would take a cell for a formula, or for one that was guarded against that.
fn looks_like_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// A cell that no spreadsheet takes for a formula: such a one begins with an apostrophe.
pub fn guarded(text: String) -> String {
    if looks_like_formula(&text) { format!("'{text}") } else { text }
}

/// The text of a guarded cell.
fn unguarded(text: &str) -> &str {
    text.strip_prefix('\'').filter(|text| looks_like_formula(text)).unwrap_or(text)
}

/// How a column is read, by the published schema of its field.
fn cell(schema: &Value) -> Cell {
    let mut types: Vec<&str> = Vec::new();
    let known = |one: &str| match one {
        "integer" => "integer",
        "number" => "number",
        "boolean" => "boolean",
        "array" => "array",
        _ => "string",
    };
    let mut look = |schema: &'_ Value| match schema.get("type") {
        Some(Value::String(one)) => types.push(known(one)),
        Some(Value::Array(several)) => types.extend(several.iter().filter_map(Value::as_str).map(known)),
        _ => {}
    };
    look(schema);
    for name in ["oneOf", "anyOf"] {
        for one in schema.get(name).and_then(Value::as_array).into_iter().flatten() {
            look(one);
        }
    }
    if types.contains(&"array") {
        Cell::List
    } else if types.contains(&"integer") {
        Cell::Integer
    } else if types.contains(&"number") {
        Cell::Number
    } else if types.contains(&"boolean") {
        Cell::Boolean
    } else {
        Cell::Text
    }
}

impl Cell {
    /// A cell as JSON. What does not fit stays text, and the schema's check names it.
    fn read(self, text: &str) -> Value {
        match self {
            Cell::Text => Value::String(unguarded(text).to_owned()),
            Cell::Integer => text.parse::<i64>().map_or_else(|_| Value::String(text.to_owned()), Value::from),
            Cell::Number => match serde_json::from_str(text) {
                Ok(Value::Number(number)) => Value::Number(number),
                _ => Value::String(text.to_owned()),
            },
            Cell::Boolean => match text {
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                other => Value::String(other.to_owned()),
            },
            // What has no plain form is written as JSON.
            Cell::List if text.starts_with('[') => {
                serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
            }
            Cell::List => Value::Array(
                unguarded(text)
                    .split(';')
                    .map(str::trim)
                    .filter(|one| !one.is_empty())
                    .map(|one| Value::String(one.to_owned()))
                    .collect(),
            ),
        }
    }
}

impl Rows {
    /// The next row, if there is one.
    ///
    /// # Errors
    /// The file can't be read any further.
    pub fn next_row(&mut self) -> Result<Option<Row>, Refusal> {
        match self {
            Rows::Csv(reader, columns) => {
                let mut record = csv::StringRecord::new();
                let more = match reader.read_record(&mut record) {
                    Ok(more) => more,
                    Err(error) if matches!(error.kind(), csv::ErrorKind::Utf8 { .. }) => {
                        let line = error.position().map_or(0, csv::Position::line);
                        let fields = Err(Violation::new(code::BAD_CHARACTER, "the line is not UTF-8").into());
                        return Ok(Some(Row { line: i64::try_from(line).unwrap_or(0), fields }));
                    }
                    Err(error) => return Err(unreadable(&error)),
                };
                if !more {
                    return Ok(None);
                }
                let line = record.position().map_or(0, csv::Position::line);
                Ok(Some(Row { line: i64::try_from(line).unwrap_or(0), fields: csv_fields(&record, columns) }))
            }
            Rows::Ndjson(reader, line, depth) => {
                let depth = *depth;
                loop {
                    let Some(bytes) = next_line(reader)? else {
                        return Ok(None);
                    };
                    *line += 1;
                    if bytes.iter().all(u8::is_ascii_whitespace) {
                        continue;
                    }
                    return Ok(Some(Row { line: *line, fields: json_fields(&bytes, depth) }));
                }
            }
        }
    }
}

fn csv_fields(record: &csv::StringRecord, columns: &[(String, Cell)]) -> Result<Map<String, Value>, Refusal> {
    if record.len() != columns.len() {
        return Err(Violation::new(
            code::BAD_VALUE,
            format!("the line has {} cells, the header {}", record.len(), columns.len()),
        )
        .into());
    }
    let mut fields = Map::new();
    for (text, (name, cell)) in record.iter().zip(columns) {
        if text.contains('\0') {
            return Err(Violation::new(code::BAD_CHARACTER, "NUL is not allowed").at(format!("/{name}")).into());
        }
        // An empty cell is not sent.
        if !text.trim().is_empty() {
            fields.insert(name.clone(), cell.read(text.trim()));
        }
    }
    Ok(fields)
}

fn json_fields(bytes: &[u8], depth: usize) -> Result<Map<String, Value>, Refusal> {
    if bytes.len() > LINE_MAX {
        return Err(Violation::new(code::TOO_LONG, format!("a line has at most {LINE_MAX} bytes")).into());
    }
    match body::json(bytes, depth) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(_) => Err(Violation::new(code::BAD_VALUE, "a line must be a JSON object").into()),
        Err(problem) => Err(Refusal::Schema {
            form: true,
            errors: vec![FieldError {
                pointer: String::new(),
                code: problem.code.to_owned(),
                detail: problem.detail.clone().unwrap_or_default(),
            }],
        }),
    }
}

/// A line without its end; beyond the longest allowed only so much of it that this shows.
fn next_line(reader: &mut impl BufRead) -> Result<Option<Vec<u8>>, Refusal> {
    let mut line = Vec::new();
    let mut any = false;
    loop {
        let available = reader
            .fill_buf()
            .map_err(|error| Refusal::internal(format!("the file can't be read: {}", error.kind())))?;
        if available.is_empty() {
            return Ok(any.then_some(line));
        }
        any = true;
        let end = available.iter().position(|byte| *byte == b'\n');
        let taken = available.get(..end.unwrap_or(available.len())).unwrap_or_default();
        if line.len() <= LINE_MAX {
            line.extend_from_slice(taken);
        }
        let count = taken.len() + usize::from(end.is_some());
        reader.consume(count);
        if end.is_some() {
            return Ok(Some(line));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guarded_cells_come_back_as_they_were() {
        for text in ["=1+1", "+420 777", "-x", "@a", "'=x", "''+x", "plain", "it's", "'quoted'", ""] {
            let cell = guarded(text.to_owned());
            assert!(!cell.starts_with(['=', '+', '-', '@']), "{cell}");
            assert_eq!(unguarded(&cell), text);
        }
        assert_eq!(guarded("plain".to_owned()), "plain");
        assert_eq!(unguarded("+420 777"), "+420 777", "a cell that nobody guarded");
    }
}
