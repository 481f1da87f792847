//! `remit import`: a file of rows, sent to a running service or taken in here.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::{Failure, say, say_error, start};
use crate::app::Purpose;
use crate::config::Config;
use crate::import_client::{self, What};
use crate::imports::{Format, ImportKind, Mode};

#[derive(Args)]
pub(super) struct ImportArgs {
    /// What the rows are: departments, positions, users, workers, contracts, roles, role_rules,
    /// memberships, modules, object_types, objects, grants, templates, protection_rules,
    /// qualifications, notification_subscriptions, areas, area_roles, mark_patterns, wage_types, wage_offers.
    kind: String,
    /// The file; its ending tells the format (.csv, .ndjson, .jsonl).
    file: PathBuf,
    /// What happens when a row is bad.
    #[arg(long, value_enum, default_value = "atomic")]
    mode: ModeArg,
    /// Do nothing, but make a plan of it.
    #[arg(long)]
    plan: bool,
    /// A running service to send it to; else the database is opened itself.
    #[arg(long, requires = "token")]
    url: Option<String>,
    /// The token for that service.
    #[arg(long, env = "REMIT_TOKEN", hide_env_values = true)]
    token: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum ModeArg {
    /// The whole file or nothing of it.
    #[value(name = "atomic")]
    Atomic,
    /// Good rows are taken, bad ones listed.
    #[value(name = "per_row", alias = "per-row")]
    PerRow,
}

/// Imports the file.
pub(super) fn run(config: Config, args: ImportArgs) -> Result<ExitCode, Failure> {
    let kind = ImportKind::parse(&args.kind)
        .ok_or_else(|| Failure(format!("KIND: one of {}", ImportKind::NAMES.join(", "))))?;
    let format = match args.file.extension().and_then(|ending| ending.to_str()) {
        Some("csv") => Format::Csv,
        Some("ndjson" | "jsonl") => Format::Ndjson,
        _ => return Err(Failure("FILE: its name must end in .csv, .ndjson or .jsonl".into())),
    };
    let mode = match args.mode {
        ModeArg::Atomic => Mode::Atomic,
        ModeArg::PerRow => Mode::PerRow,
    };
    let what = What { kind, mode, format, plan: args.plan };
    let file = std::fs::File::open(&args.file).map_err(|error| Failure(format!("{}: {error}", args.file.display())))?;
    let outcome = match (args.url, args.token) {
        (Some(url), Some(token)) => {
            import_client::send(&url, &token, what, file, Duration::from_millis(500)).map_err(Failure)?
        }
        _ => {
            let app = start(config, Purpose::Serve)?;
            import_client::run_here(&app, what, file).map_err(Failure::from)?
        }
    };
    say(&outcome.summary);
    for error in &outcome.errors {
        say_error(error);
    }
    Ok(if outcome.succeeded { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
