//! The contract: `openapi.yaml` and Swagger UI.
//!
//! utoipa collects paths and schemas from the handlers; `complete` adds what is the same for
//! many operations (list parameters, patch schemas, problems, examples, links), so that no handler
//! has to repeat it.

mod complete;
mod configured;
mod example_values;
mod examples;
mod form;
mod headers;
mod limits;
mod links;
mod lists;
mod parameters;
pub mod patterns;
mod plans;
mod problems;
mod refusals;
pub mod schemas;

use std::sync::LazyLock;

use actix_web::http::{StatusCode, header};
use actix_web::web;
use serde_json::Value;
use utoipa_swagger_ui::SwaggerUi;

use crate::app::App;
use crate::config::Config;
use crate::http::problem::{self, Problem};
use crate::http::reply::Reply;
use crate::http::routes;
use crate::rest::crud::Answer;
use crate::{authzen, rest};

/// Schemas that no handler names.
#[derive(utoipa::OpenApi)]
#[openapi(components(schemas(
    problem::Members, problem::FieldError, problem::Missing, crate::imports::ImportKind, crate::imports::Mode
)))]
struct Shared;

/// The whole contract as JSON. It is put together once.
pub fn document_value() -> Value {
    static DOCUMENT: LazyLock<Value> = LazyLock::new(put_together);
    DOCUMENT.clone()
}

fn put_together() -> Value {
    let mut api = rest::routes::paths();
    api.merge(authzen::paths());
    api.merge(<Shared as utoipa::OpenApi>::openapi());
    let mut document = serde_json::to_value(&api).unwrap_or_default();
    complete::complete(&mut document);
    document
}

/// The whole contract with the limits of this configuration, as the service publishes it.
pub fn served(config: &Config) -> Value {
    let mut document = document_value();
    configured::tell_limits(&mut document, config);
    document
}

/// The whole contract as YAML, as committed in `openapi.yaml`.
///
/// # Errors
/// The contract can't be written: a fault of the program.
pub fn document_yaml() -> Result<String, yaml_serde::Error> {
    yaml_serde::to_string(&document_value())
}

/// Every route of the service: path and method.
pub fn routes() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    rest::routes::ROUTES.iter().chain(authzen::ROUTES)
}

/// Serves the contract and Swagger UI.
pub fn configure(config: &mut web::ServiceConfig) {
    let ui = utoipa_swagger_ui::Config::from("/openapi.json")
        .persist_authorization(true)
        .display_operation_id(true)
        .display_request_duration(true)
        .filter(true)
        .doc_expansion("none")
        .try_it_out_enabled(true)
        .validator_url("none");
    config
        .service(web::resource("/openapi.json").route(routes::get().to(as_json)))
        .service(web::resource("/openapi.yaml").route(routes::get().to(as_yaml)))
        .service(web::resource("/docs").route(routes::get().to(to_docs)))
        .service(SwaggerUi::new("/docs/{_:.*}").config(ui));
}

async fn as_json(app: web::Data<App>) -> Answer {
    Ok(Reply::ok().json(app.schemas().document()))
}

async fn as_yaml(app: web::Data<App>) -> Answer {
    let yaml = yaml_serde::to_string(app.schemas().document()).map_err(|_| Problem::new(problem::INTERNAL))?;
    Ok(Reply::ok().body("application/yaml", yaml))
}

async fn to_docs() -> Answer {
    Ok(Reply::new(StatusCode::PERMANENT_REDIRECT).header(header::LOCATION, "/docs/"))
}
