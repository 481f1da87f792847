//! The command line.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use domain::user::User;
use persistence::Key;

use crate::app::{App, Purpose, StartError, build};
use crate::clock::Clock;
use crate::commands::Refusal;
use crate::commands::set_up::{self, FirstAdministrator};
use crate::config::{self, Config, KEYS, LogFormat};
use crate::http::problem::Problem;
use crate::imports::{Format, ImportKind, Mode};
use crate::{check, demo, import_client, openapi};

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
    Import(ImportArgs),
    /// Administrators.
    #[command(subcommand)]
    Admin(AdminCommand),
    /// API tokens.
    #[command(subcommand)]
    Token(TokenCommand),
    /// Checks the database against the rules and the log, and the rights model against the rows.
    Check,
}

#[derive(Args)]
struct DemoArgs {
    /// Address to listen on.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: String,
}

#[derive(Args)]
struct ImportArgs {
    /// What the rows are: departments, positions, users, workers, contracts, roles, role_rules,
    /// memberships, modules, object_types, objects, grants.
    kind: String,
    /// The file; its ending tells the format (.csv, .ndjson, .jsonl).
    file: PathBuf,
    /// What happens when a row is bad.
    #[arg(long, value_enum, default_value = "atomic")]
    mode: ModeArg,
    /// Only plan (not available yet).
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
        log_as(LogFormat::Text);
        return demo::run(&args.listen).map(|()| ExitCode::SUCCESS).map_err(Failure);
    }
    let config = Config::load().map_err(|error| Failure(error.to_string()))?;
    log_as(config.log_format);
    for name in config::unknown_variables(std::env::vars_os().map(|(name, _)| name)) {
        log::warn!("{name} is set in the environment, but there is no such key; it is passed over");
    }
    match command {
        Command::Serve => serve(config),
        Command::Migrate => {
            start(config, Purpose::Beside)?;
            say("the database is up to date");
            Ok(ExitCode::SUCCESS)
        }
        Command::Import(args) => import(config, args),
        Command::Admin(AdminCommand::Create { login, email, first_name, last_name, password_stdin: _ }) => {
            let app = start(config, Purpose::Beside)?;
            let mut password = String::new();
            std::io::stdin().read_to_string(&mut password)?;
            if password.ends_with('\n') {
                password.pop();
                if password.ends_with('\r') {
                    password.pop();
                }
            }
            let hash = app.auth().hash(&password).map_err(Refusal::from)?;
            let password_hash = hash.as_str().to_owned();
            app.write(&app.operator(), Some("admin create".to_owned()), |work| {
                set_up::first_administrator(
                    work,
                    FirstAdministrator { login, email, first_name, last_name, password_hash },
                )
            })?;
            say("the administrator is created");
            Ok(ExitCode::SUCCESS)
        }
        Command::Admin(AdminCommand::Recover { login }) => recover(config, &login),
        Command::Token(TokenCommand::Create { login, name, expires_in }) => token(config, &login, name, expires_in),
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

/// Starts logging: text, or one JSON object a line. Lines of requests bring their own fields.
fn log_as(format: LogFormat) {
    let mut builder = env_logger::Builder::from_env(env_logger::Env::default().default_filter_or("info"));
    if format == LogFormat::Json {
        builder.format(|buffer, record| {
            let mut line = serde_json::json!({
                "at": chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
                "level": record.level().as_str(), "target": record.target(),
            });
            let message = record.args().to_string();
            if let Some(line) = line.as_object_mut() {
                match serde_json::from_str(&message) {
                    Ok(serde_json::Value::Object(fields)) if record.target() == "remit::request" => line.extend(fields),
                    _ => drop(line.insert("message".to_owned(), serde_json::Value::String(message))),
                }
            }
            writeln!(buffer, "{line}")
        });
    }
    builder.init();
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

fn serve(config: Config) -> Result<ExitCode, Failure> {
    let listen = config.listen;
    let app = start(config, Purpose::Serve)?;
    // Before the set-up link is printed: it must lead to this process.
    let listener = TcpListener::bind(listen).map_err(|error| Failure(format!("can't listen on {listen}: {error}")))?;
    let administered = app.write(&app.service(), None, set_up::has_administrator).map(|done| done.value)?;
    if !administered {
        let done = app.write(&app.service(), None, |work| Ok(app.auth().setup_link(work.tx)?))?;
        let link = format!("{}/auth/setup#{}", app.config().public_url(), done.value.expose());
        say(&format!(
            "No administrator yet. Within the hour, once, set one up by this link:\n  {link}\n\
             (POST /auth/setup with the part behind # as token), or stop and use: remit admin create"
        ));
    }
    log::info!("listening on {listen}, Swagger UI at {}/docs/", app.config().public_url());
    serve_on(&app, listener)
}

/// Serves until a signal; requests under way are finished.
fn serve_on(app: &App, listener: TcpListener) -> Result<ExitCode, Failure> {
    actix_web::rt::System::new().block_on(async {
        let server = build(app, listener)?;
        server.await?;
        app.runner().stop();
        Ok::<_, Failure>(())
    })?;
    log::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

/// Serves the demo.
///
/// # Errors
/// The address can't be used.
pub fn serve_demo(app: &App, listener: TcpListener) -> Result<(), String> {
    serve_on(app, listener).map(|_| ()).map_err(|Failure(text)| text)
}

/// Refuses a database that is not there, where making an empty one would answer nothing.
fn must_exist(config: &Config) -> Result<(), Failure> {
    match config.database_url.expose().strip_prefix("sqlite://") {
        Some(path) if !std::path::Path::new(path).is_file() => Err(Failure(format!("there is no database at {path}"))),
        _ => Ok(()),
    }
}

fn user_of(app: &App, login: &str) -> Result<User, Failure> {
    let key = Key::UserLogin(domain::name::key(login));
    let found = app
        .store()
        .read(|reader| reader.find::<User>(&key))
        .map_err(|error: persistence::StoreError| Refusal::from(error))?;
    found.into_iter().next().map(|found| found.value).ok_or_else(|| Failure("there is no account of that login".into()))
}

fn recover(config: Config, login: &str) -> Result<ExitCode, Failure> {
    let app = start(config, Purpose::Beside)?;
    let user = user_of(&app, login)?;
    let done = app.write(&app.operator(), Some("admin recover".to_owned()), |work| {
        if user.state == domain::user::UserState::Blocked {
            use domain::user::BlockCause::{Administrator, AwaitingRelease, Security};
            let mover = crate::commands::users::mover(work);
            let after = user.lift(&[Administrator, AwaitingRelease, Security], mover)?;
            work.get::<User>(user.id.0)?;
            work.tx.update(after)?;
        }
        Ok(app.auth().password_link(work.tx, user.id)?)
    })?;
    say(&crate::rest::users::password_url(&app, &done.value));
    Ok(ExitCode::SUCCESS)
}

fn token(config: Config, login: &str, name: String, expires_in: Option<String>) -> Result<ExitCode, Failure> {
    let app = start(config, Purpose::Beside)?;
    let user = user_of(&app, login)?;
    let expires_at = match expires_in {
        None => None,
        Some(text) => {
            let life =
                life(&text).ok_or_else(|| Failure("--expires-in: a number and d, h or m, such as 90d".into()))?;
            Some(app.clock().now() + life)
        }
    };
    let done = app.write(&app.operator(), Some("token create".to_owned()), |work| {
        work.get::<User>(user.id.0)?;
        Ok(app.auth().create_api_token(work.tx, user.id, &name, None, expires_at)?)
    })?;
    let (_, secret) = done.value;
    say(secret.expose());
    Ok(ExitCode::SUCCESS)
}

/// `90d`, `12h`, `30m`.
fn life(text: &str) -> Option<chrono::TimeDelta> {
    let unit = text.chars().last()?;
    let number: i64 = text.strip_suffix(unit)?.parse().ok().filter(|number| *number > 0)?;
    match unit {
        'd' => chrono::TimeDelta::try_days(number),
        'h' => chrono::TimeDelta::try_hours(number),
        'm' => chrono::TimeDelta::try_minutes(number),
        _ => None,
    }
}

fn import(config: Config, args: ImportArgs) -> Result<ExitCode, Failure> {
    if args.plan {
        return Err(Failure("--plan: plans are not available yet".into()));
    }
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
    let file = std::fs::File::open(&args.file).map_err(|error| Failure(format!("{}: {error}", args.file.display())))?;
    let outcome = match (args.url, args.token) {
        (Some(url), Some(token)) => {
            import_client::send(&url, &token, &args.kind, mode, format, file, Duration::from_millis(500))
                .map_err(Failure)?
        }
        _ => {
            let app = start(config, Purpose::Serve)?;
            import_client::run_here(&app, kind, mode, format, file).map_err(Failure::from)?
        }
    };
    say(&outcome.summary);
    for error in &outcome.errors {
        say_error(error);
    }
    Ok(if outcome.succeeded { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn lives_have_a_unit() {
        assert_eq!(life("90d"), Some(chrono::TimeDelta::days(90)));
        assert_eq!(life("90"), None);
        assert_eq!(life("-1d"), None);
    }
}
