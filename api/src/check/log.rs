//! Replays the log: each change must go on from what was before, and the end must be the rows.

use std::collections::HashMap;

use domain::change::Record;
use domain::id::Kind;
use persistence::{Reader, StoreError};
use uuid::Uuid;

use crate::check::Report;

/// Compares the rows with what the log says they should be.
///
/// # Errors
/// The log can't be read.
pub fn compare(reader: &mut Reader<'_>, rows: &[Record], report: &mut Report) -> Result<(), StoreError> {
    let mut state: HashMap<(Kind, Uuid), Record> = HashMap::new();
    let mut revision = 0;
    let mut last_instant = None;
    loop {
        let logged = reader.changes_since(revision, 500)?;
        let Some(last) = logged.last() else { break };
        revision = last.revision;
        for entry in logged {
            if last_instant.is_some_and(|last| entry.at < last) {
                report.fault(format!("revision {}: its instant goes back", entry.revision));
            }
            last_instant = Some(entry.at);
            for change in entry.changes {
                let Some(record) = change.record() else { continue };
                let (kind, id) = (record.kind(), record.uuid());
                // What no row stands for.
                if matches!(kind, Kind::Session | Kind::Identity) {
                    continue;
                }
                if state.get(&(kind, id)) != change.before.as_ref() {
                    report.fault(format!("revision {}: {kind} {id} was not as the log says before", entry.revision));
                }
                match change.after {
                    Some(after) => state.insert((kind, id), after),
                    None => state.remove(&(kind, id)),
                };
            }
        }
    }
    for row in rows {
        match state.remove(&(row.kind(), row.uuid())) {
            None => report.fault(format!("{} {}: the log does not know it", row.kind(), row.uuid())),
            Some(logged) if &logged != row => {
                report.fault(format!("{} {}: the row is not as the log says", row.kind(), row.uuid()));
            }
            Some(_) => {}
        }
    }
    for (kind, id) in state.keys() {
        if !matches!(kind, Kind::Setting | Kind::ApiToken) {
            report.fault(format!("{kind} {id}: the log knows it, the rows don't"));
        }
    }
    Ok(())
}
