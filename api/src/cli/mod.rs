//! The command line: what can be typed, and where it goes.

mod accounts;
mod import;
mod serve;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::app::{App, Purpose, StartError};
use crate::clock::Clock;
use crate::commands::Refusal;
use crate::config::{self, Config, KEYS, LogFormat};
use crate::http::problem::Problem;
use crate::{check, demo, openapi};

pub use serve::serve_demo;

/// Keeps a company's people, placements and rights in step.
#[derive(Parser)]
#[command(name = "remit", version, about, after_help = "Without a command, remit serves.")]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Migrates, loads the rights model, serves.
    #[command(after_help = keys_help())]
    Serve,
    /// Serves a sample company from a fresh temporary SQLite file.
    Demo(DemoArgs),
    /// Migrates the database and ends.
    Migrate,
    /// Prints the contract as YAML.
    Openapi,
    /// Imports a CSV or NDJSON file.
    Import(import::ImportArgs),
    /// Administrators.
    #[command(subcommand)]
    Admin(AdminCommand),
    /// API tokens.
    #[command(subcommand)]
    Token(TokenCommand),
    /// The keys that access tokens are signed with.
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Checks the database against the rules and the log, and the rights model against the rows.
    Check,
}

#[derive(Args)]
struct DemoArgs {
    /// Address to listen on.
    #[arg(long, env = "REMIT_LISTEN", default_value = "127.0.0.1:8080")]
    listen: String,
}

#[derive(Subcommand)]
enum AdminCommand {
    /// Creates the first administrator; a second one is refused.
    Create {
        /// Login.
        #[arg(long)]
        login: String,
        /// E-mail address.
        #[arg(long)]
        email: String,
        /// First name.
        #[arg(long)]
        first_name: String,
        /// Last name.
        #[arg(long)]
        last_name: String,
        /// Read the password from standard input; one trailing newline is cut.
        #[arg(long, required = true)]
        password_stdin: bool,
    },
    /// Prints a one-time link to set a new password, and lifts a block, for who is locked out.
    Recover {
        /// Login.
        #[arg(long)]
        login: String,
    },
}

#[derive(Subcommand)]
enum KeysCommand {
    /// Makes a new key. Tokens signed with the present one stay good until they expire, so nobody is
    /// logged out.
    Rotate,
}

#[derive(Subcommand)]
enum TokenCommand {
    /// Makes an API token and prints it, and nothing else.
    Create {
        /// The account's login.
        #[arg(long)]
        login: String,
        /// What the token is for.
        #[arg(long)]
        name: String,
        /// Its life, such as 90d, 12h.
        #[arg(long)]
        expires_in: Option<String>,
    },
}

fn keys_help() -> String {
    let mut out = String::from("Configuration by remit.toml (or the file of REMIT_CONFIG) and environment:\n");
    for key in KEYS {
        out.push_str(&format!("  {:<24} {:<30} {} [{}]\n", key.name, key.env, key.what, key.default));
    }
    out.push_str(
        "Log level by RUST_LOG, such as info, warn or api=debug; lines of requests have the target remit::request.\n",
    );
    out
}

/// Why a command failed, for people.
struct Failure(String);

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        Self(error.to_string())
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let faults = refusal.faults();
        let problem = Problem::from(refusal);
        let mut text = problem.detail.clone().unwrap_or_else(|| problem.code.to_owned());
        for fault in faults.iter().filter(|fault| !fault.pointer.is_empty()) {
            text.push_str(&format!("\n  {}: {}", fault.pointer, fault.detail));
        }
        Self(text)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}

/// Runs the program.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli.command.unwrap_or(Command::Serve)) {
        Ok(code) => code,
        Err(Failure(text)) => {
            say_error(&format!("remit: {text}"));
            ExitCode::FAILURE
        }
    }
}

/// Writes a line to standard output.
#[expect(clippy::print_stdout, reason = "the program speaks to whoever started it")]
pub fn say(text: &str) {
    println!("{text}");
}

/// Writes a line to standard error.
#[expect(clippy::print_stderr, reason = "the program speaks to whoever started it")]
pub fn say_error(text: &str) {
    eprintln!("{text}");
}

fn run(command: Command) -> Result<ExitCode, Failure> {
    if matches!(command, Command::Openapi) {
        let yaml = openapi::document_yaml().map_err(|error| Failure(error.to_string()))?;
        std::io::stdout().write_all(yaml.as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Command::Demo(args) = command {
        serve::log_as(LogFormat::Text);
        return demo::run(&args.listen).map(|()| ExitCode::SUCCESS).map_err(Failure);
    }
    let config = Config::load().map_err(|error| Failure(error.to_string()))?;
    serve::log_as(config.log_format);
    for name in config::unknown_variables(std::env::vars_os().map(|(name, _)| name)) {
        log::warn!("{name} is set in the environment, but there is no such key; it is passed over");
    }
    match command {
        Command::Serve => serve::serve(config),
        Command::Migrate => {
            start(config, Purpose::Beside)?;
            say("the database is up to date");
            Ok(ExitCode::SUCCESS)
        }
        Command::Import(args) => import::run(config, args),
        Command::Admin(AdminCommand::Create { login, email, first_name, last_name, password_stdin: _ }) => {
            accounts::create_administrator(config, login, email, first_name, last_name)
        }
        Command::Admin(AdminCommand::Recover { login }) => accounts::recover(config, &login),
        Command::Token(TokenCommand::Create { login, name, expires_in }) => {
            accounts::create_token(config, &login, name, expires_in)
        }
        Command::Keys(KeysCommand::Rotate) => {
            must_exist(&config)?;
            let app = start(config, Purpose::Beside)?;
            app.auth().rotate_keys().map_err(Refusal::from)?;
            say("a new key signs from now on; a running server takes it within a minute");
            Ok(ExitCode::SUCCESS)
        }
        Command::Check => {
            must_exist(&config)?;
            let app = start(config, Purpose::Beside)?;
            let report = check::check(&app)?;
            for line in &report.lines {
                say(line);
            }
            for fault in &report.faults {
                say_error(fault);
            }
            Ok(if report.faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Command::Demo(_) | Command::Openapi => Ok(ExitCode::SUCCESS),
    }
}

/// Opens the database of a configuration. On SQLite, what fails is told with the file.
fn start(config: Config, purpose: Purpose) -> Result<App, Failure> {
    let file = config.database_url.expose().strip_prefix("sqlite://").map(PathBuf::from);
    let folder = file.as_ref().and_then(|file| file.parent()).filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        return Err(Failure(format!("there is no folder {} for the database", folder.display())));
    }
    App::start(config, Clock::system(), purpose).map_err(|error| match (file, error) {
        (Some(file), StartError::Store(error)) => Failure(format!("{}: {error}", file.display())),
        (_, error) => Failure::from(error),
    })
}

/// Refuses a database that is not there, where making an empty one would answer nothing.
fn must_exist(config: &Config) -> Result<(), Failure> {
    match config.database_url.expose().strip_prefix("sqlite://") {
        Some(path) if !std::path::Path::new(path).is_file() => Err(Failure(format!("there is no database at {path}"))),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
