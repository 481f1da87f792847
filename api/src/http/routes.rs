//! The route list's machinery: one table gives actix its routes and utoipa its paths, and
//! another method than those listed gets a 405 that says which are.

use actix_web::http::{Method, header};
use actix_web::{HttpRequest, Responder, Route, guard, web};

use crate::http::problem::{self, Problem};

/// What a path without the asked method answers.
pub async fn method_not_allowed(allow: &'static str, request: HttpRequest) -> Result<actix_web::HttpResponse, Problem> {
    // The list is joined at compile time, with a separator at its end.
    let allow = allow.trim_end_matches(", ");
    let problem =
        Problem::new(problem::METHOD_NOT_ALLOWED).detail(format!("allowed: {allow}")).header(header::ALLOW, allow);
    if request.method() == Method::OPTIONS {
        return Ok(actix_web::HttpResponse::NoContent().insert_header((header::ALLOW, allow)).finish());
    }
    Err(problem)
}

/// What a path that does not exist answers.
pub async fn not_found() -> impl Responder {
    Err::<actix_web::HttpResponse, _>(Problem::not_found())
}

/// A route for GET, and for HEAD, whose answer is that of GET without its body.
pub fn get() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

/// Adds the 405 of a path.
pub fn with_default(resource: actix_web::Resource, allow: &'static str) -> actix_web::Resource {
    resource.default_service(web::to(move |request: HttpRequest| method_not_allowed(allow, request)))
}

/// One page of routes: `"/path" => { get: module::handler, post: module::handler }`.
#[macro_export]
macro_rules! routes {
    ($($path:literal => { $($method:ident: $($part:ident)::+),+ $(,)? })*) => {
        /// Registers every route.
        pub fn configure(config: &mut actix_web::web::ServiceConfig) {
            $(config.service($crate::http::routes::with_default(
                actix_web::web::resource($path)$(.route($crate::routes!(@route $method).to($($part)::+)))+,
                concat!($($crate::routes!(@upper $method)),+),
            ));)*
        }

        /// Every route: path and method.
        pub const ROUTES: &[(&str, &str)] = &[$($(($path, stringify!($method))),+),*];

        #[derive(utoipa::OpenApi)]
        #[openapi(paths($($($($part)::+),+),*))]
        struct Paths;
    };
    (@route get) => { $crate::http::routes::get() };
    (@route $method:ident) => { actix_web::web::$method() };
    (@upper get) => { "GET, HEAD, " };
    (@upper post) => { "POST, " };
    (@upper put) => { "PUT, " };
    (@upper patch) => { "PATCH, " };
    (@upper delete) => { "DELETE, " };
}
