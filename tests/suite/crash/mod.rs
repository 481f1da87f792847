//! The real program as a process: killed in the middle of its work, stopped, used from the
//! command line.

mod command_line;
mod imports;
mod marks;
mod stop;
mod writes;

use std::collections::BTreeMap;
use std::process::Output;

use domain::change::Record;
use domain::worker::Worker;
use persistence::testing::Database;
use persistence::{Reader, Store, StoreError};
use tests::{Client, PASSWORD, Program};

const CREATE_ADMINISTRATOR: [&str; 11] = [
    "admin", "create", "--login", "admin", "--email", "admin@example.org", "--first-name", "Ada", "--last-name",
    "Admin", "--password-stdin",
];

/// Makes a test of a function over the program, on SQLite and on PostgreSQL.
macro_rules! with_the_program {
    ($($(#[$meta:meta])* fn $name:ident($site:ident: &mut Site) $body:block)*) => {$(
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports, reason = "shared by all tests of a file")]
            use super::*;

            fn check($site: &mut Site) $body

            #[test]
            fn sqlite() {
                check(&mut Site::new(persistence::testing::sqlite()));
            }

            #[test]
            fn postgresql() {
                if let Some(database) = persistence::testing::postgresql() {
                    check(&mut Site::new(database));
                }
            }
        }
    )*};
}
use with_the_program;

/// A program over a database of its own, with an administrator `admin`, not yet serving.
struct Site {
    program: Program,
    token: String,
    store: Store,
    database: Database,
}

impl Site {
    fn new(database: Database) -> Self {
        let program = Program::new(database.url());
        succeeded(&program.run(&CREATE_ADMINISTRATOR, PASSWORD));
        let token = program.run(&["token", "create", "--login", "admin", "--name", "test"], "");
        let token = succeeded(&token).trim_end().to_owned();
        let store = database.store();
        Self { program, token, store, database }
    }

    fn client(&self) -> Client {
        self.program.client(&self.token)
    }

    /// Reads the database itself, beside the program.
    fn read<T>(&self, f: impl FnOnce(&mut Reader<'_>) -> Result<T, StoreError>) -> T {
        self.store.read(f).unwrap()
    }

    fn revision(&self) -> i64 {
        self.read(|reader| reader.revision())
    }

    /// The external ids of all workers, in order.
    fn workers(&self) -> Vec<String> {
        let mut out = Vec::new();
        self.read(|reader| {
            reader.for_each(|stored: persistence::Stored<Worker>| {
                out.push(stored.value.external_id.unwrap_or_default());
                Ok::<_, StoreError>(())
            })
        });
        out.sort();
        out
    }

    /// How often the log names each worker, by external id.
    fn logged_workers(&self) -> BTreeMap<String, usize> {
        let mut out = BTreeMap::new();
        let mut revision = 0;
        loop {
            let logged = self.read(|reader| reader.changes_since(revision, 500));
            let Some(last) = logged.last() else { return out };
            revision = last.revision;
            for change in logged.iter().flat_map(|entry| &entry.changes) {
                if let Some(Record::Worker(worker)) = change.record() {
                    *out.entry(worker.external_id.clone().unwrap_or_default()).or_default() += 1;
                }
            }
        }
    }

    /// Revisions have no gap, and `remit check` finds nothing wrong.
    #[track_caller]
    fn assert_sound(&self) {
        let summary = self.read(|reader| reader.log_summary());
        assert!(summary.dense() && summary.min == 1 && summary.empty == 0, "{summary:?}");
        let checked = succeeded(&self.program.run(&["check"], ""));
        assert!(checked.trim_end().ends_with("clean"), "{checked}");
    }
}

/// What a command printed, once it has succeeded.
#[track_caller]
fn succeeded(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What a command complained about, once it has failed.
#[track_caller]
fn refused(output: &Output) -> String {
    assert!(!output.status.success(), "{output:?}");
    String::from_utf8(output.stderr.clone()).unwrap()
}
