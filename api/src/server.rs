//! The HTTP server: an application on a socket, with what stands around every request.

use std::net::TcpListener;

use actix_cors::Cors;
use actix_web::dev::Server;
use actix_web::middleware::{Condition, from_fn};
use actix_web::{HttpServer, web};

use crate::app::{App, StartError};
use crate::commands::log_in::Attempts;
use crate::http::observe::observe;
use crate::http::planning;
use crate::http::routes::not_found;
use crate::jobs::Runner;
use crate::mail::Mail;
use crate::{authzen, docs, openapi, rest};

/// Builds the server on a bound socket, as the program and the tests do.
///
/// # Errors
/// The socket can't be used.
pub fn build(app: &App, listener: TcpListener) -> Result<Server, StartError> {
    let data = web::Data::new(app.clone());
    let body_limit = app.config().body_limit;
    let workers = app.config().workers();
    let shutdown = app.config().shutdown_timeout;
    let origins = app.config().cors_origins.clone();
    Runner::start(app)?;
    Attempts::start(app)?;
    Mail::start(app)?;
    let server = HttpServer::new(move || {
        actix_web::App::new()
            .app_data(data.clone())
            .app_data(web::PayloadConfig::new(body_limit))
            .wrap(from_fn(planning::apply))
            .wrap(from_fn(observe))
            // Around everything, so that pages of other origins can read refusals as well.
            .wrap(Condition::new(!origins.is_empty(), cors(&origins)))
            // Routes are tried in their order: decisions, of which there are most, come first.
            .configure(authzen::configure)
            .configure(rest::routes::configure)
            .configure(docs::configure)
            .configure(openapi::configure)
            .default_service(web::to(not_found))
    })
    .workers(workers)
    .shutdown_timeout(shutdown)
    .listen(listener)?;
    Ok(server.run())
}

/// Lets pages of the listed origins call, and read the headers that a frontend needs; of no other.
fn cors(origins: &[String]) -> Cors {
    let read = [
        "deprecation", "etag", "idempotent-replayed", "link", "location", "preference-applied", "ratelimit",
        "ratelimit-policy", "remit-revision", "remit-total", "retry-after", "sunset", "www-authenticate",
        "x-request-id",
    ];
    let sent = [
        "authorization", "content-type", "idempotency-key", "if-match", "if-none-match", "prefer", "remit-acting-as",
        "remit-min-revision", "traceparent", "x-request-id",
    ];
    let cors = Cors::default()
        .allowed_methods(["GET", "POST", "PUT", "PATCH", "DELETE"])
        .allowed_headers(sent)
        .expose_headers(read)
        .block_on_origin_mismatch(false)
        .max_age(3_600);
    origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin))
}
