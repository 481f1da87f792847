//! Health and metrics.

use actix_web::web;
use serde::Serialize;
use std::time::Duration;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::params::NoParams;
use crate::http::problem::{self, Problem};
use crate::http::reply::Reply;
use crate::rest::crud::Answer;

/// That the process lives or is ready.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"status": "ok"}))]
pub struct StatusView {
    /// `ok`.
    #[schema(max_length = 10)]
    status: &'static str,
}

/// Tells that the process lives; depends on nothing.
#[utoipa::path(get, path = "/livez", tag = "status", operation_id = "checkLive", security(()),
    responses((status = 200, description = "It lives", body = StatusView)))]
pub async fn live(_none: NoParams) -> Answer {
    Ok(Reply::ok().json(StatusView { status: "ok" }))
}

/// Tells whether requests can be served: database, migrations and rights model are ready.
#[utoipa::path(get, path = "/readyz", tag = "status", operation_id = "checkReady", security(()),
    responses((status = 200, description = "It is ready", body = StatusView)))]
pub async fn ready(app: web::Data<App>, _none: NoParams) -> Answer {
    let not_ready = |what: &str| Problem::new(problem::UNAVAILABLE).detail(what);
    if !app.live().ready() {
        return Err(not_ready("the rights model is not loaded"));
    }
    if app.live().since_contact() > Duration::from_secs(5) {
        return Err(not_ready("contact to the change log is lost"));
    }
    // Migrations have run before the model was loaded.
    app.run(|app| Ok(app.store().ping()?)).await?;
    Ok(Reply::ok().json(StatusView { status: "ok" }))
}

/// Counters in Prometheus' text form.
#[utoipa::path(get, path = "/metrics", tag = "status", operation_id = "getMetrics", security(()),
    responses((status = 200, description = "The counters", body = String,
        content_type = "application/openmetrics-text", example = "# HELP remit_model_revision The revision of the rights model.\n# TYPE remit_model_revision gauge\nremit_model_revision 17\n# EOF\n")))]
pub async fn metrics(app: web::Data<App>, _none: NoParams) -> Answer {
    Ok(Reply::ok().body("application/openmetrics-text; version=1.0.0; charset=utf-8", app.metrics().render(&app)))
}
