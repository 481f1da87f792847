//! 10,000 employees with their departments and titles, as files to import: for tests as they are,
//! for benchmarks repeated with fresh numbers.

mod convert;
mod made_up;
mod sources;

pub use convert::{Converted, MODULE, code, convert};
pub use made_up::made_up;
pub use sources::{Employee, Period, Sources, rows};

/// A file to import.
pub struct File {
    /// What its rows are.
    pub kind: &'static str,
    /// `atomic` or `per_row`.
    pub mode: &'static str,
    /// How it is written.
    pub content_type: &'static str,
    /// The file itself.
    pub body: String,
    /// How many rows it has.
    pub rows: usize,
}

impl File {
    /// A file with a header line.
    pub fn csv(kind: &'static str, mode: &'static str, header: &str, rows: Vec<String>) -> Self {
        let body = std::iter::once(header.to_owned()).chain(rows.iter().cloned()).collect::<Vec<_>>().join("\n");
        Self { kind, mode, content_type: "text/csv", body, rows: rows.len() }
    }

    /// A file of one JSON object a line.
    pub fn ndjson(kind: &'static str, mode: &'static str, rows: Vec<serde_json::Value>) -> Self {
        let body = rows.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        Self { kind, mode, content_type: "application/x-ndjson", body, rows: rows.len() }
    }
}
