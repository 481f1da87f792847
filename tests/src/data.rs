//! The real data that tests read.

use std::path::PathBuf;

/// The folder with the real data: `REMIT_TEST_DATA`, else `../shared/data` beside the repository.
/// Where it is missing this says so loudly and gives `None`; with `CI=true` that is a failure.
pub fn data_folder() -> Option<PathBuf> {
    let folder = std::env::var_os("REMIT_TEST_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"), PathBuf::from);
    if folder.join("employees/employees.csv").is_file() {
        return Some(folder);
    }
    let text = "the real data are missing: set REMIT_TEST_DATA to their folder";
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{text}");
    #[allow(clippy::print_stderr, reason = "tests speak to whoever runs them")]
    {
        eprintln!("\n*** {text}; these tests did nothing ***\n");
    }
    None
}
