//! `remit check`: the database against the log and the rules, the rights model against the rows.

mod log;
mod model;
mod references;
mod rules;

use domain::area::{MarkPattern, Notice};
use domain::change::Record;
use domain::grant::Template;
use domain::notification::NotificationSubscription;
use domain::organisation::Position;
use domain::qualification::Qualification;
use persistence::{Reader, StoreError, Stored, Table};

use crate::app::App;
use crate::commands::Refusal;
use crate::live;

/// What a check found.
#[derive(Debug, Default)]
pub struct Report {
    /// What was looked at, a line each.
    pub lines: Vec<String>,
    /// What is wrong, a line each.
    pub faults: Vec<String>,
}

/// Most faults that are told.
const FAULTS_MAX: usize = 100;

impl Report {
    /// Notes what is wrong.
    pub fn fault(&mut self, text: String) {
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(text);
        }
    }
}

/// Checks everything, on one snapshot of the database.
///
/// # Errors
/// The database can't be read.
pub fn check(app: &App) -> Result<Report, Refusal> {
    let mut report = Report::default();
    app.store().read(|reader| {
        let summary = reader.log_summary()?;
        report.lines.push(format!("log: {} revisions, {} changes", summary.revisions, summary.changes));
        if !summary.dense() || summary.empty > 0 || (summary.revisions > 0 && summary.min != 1) {
            report.fault(format!("log: revisions are not dense: {summary:?}"));
        }
        let mut rows: Vec<Record> = Vec::new();
        live::each(reader, &mut |record| rows.push(record))?;
        // The rights model knows nothing of these; the log does.
        push::<Position>(reader, &mut rows)?;
        push::<Qualification>(reader, &mut rows)?;
        push::<NotificationSubscription>(reader, &mut rows)?;
        push::<MarkPattern>(reader, &mut rows)?;
        push::<Template>(reader, &mut rows)?;
        push::<Notice>(reader, &mut rows)?;
        report.lines.push(format!("rows: {}", rows.len()));
        log::compare(reader, &rows, &mut report)?;
        rules::check(&rows, &mut report);
        references::check(&rows, &mut report);
        model::compare(reader, &rows, &mut report)?;
        Ok::<_, StoreError>(())
    })?;
    report.lines.push(if report.faults.is_empty() { "clean".to_owned() } else { "faults were found".to_owned() });
    Ok(report)
}

/// Adds all rows of a kind.
fn push<T: Table>(reader: &mut Reader<'_>, rows: &mut Vec<Record>) -> Result<(), StoreError> {
    reader.for_each(|stored: Stored<T>| {
        rows.push(stored.value.into());
        Ok(())
    })
}
