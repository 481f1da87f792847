//! Serving, and the lines of the log.

use std::io::Write;
use std::net::TcpListener;
use std::process::ExitCode;

use super::{Failure, say, start};
use crate::app::{App, Purpose};
use crate::commands::{Refusal, set_up};
use crate::config::{Config, LogFormat};
use crate::server::build;

/// Starts logging: text, or one JSON object a line. Lines of requests bring their own fields.
pub(super) fn log_as(format: LogFormat) {
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

/// Migrates, loads the rights model, serves.
pub(super) fn serve(config: Config) -> Result<ExitCode, Failure> {
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
    // What else the background threads have to write is lost with them; this is all there is.
    let settled = app.auth().tidy().map_err(Refusal::from).and_then(|()| {
        app.activity().store(app.store())?;
        Ok(app.store().settle()?)
    });
    if let Err(refusal) = settled {
        log::warn!("the database could not be settled: {}", Failure::from(refusal).0);
    }
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
