//! Pages for people beside Swagger UI: what each problem means and what to do about it.
//!
//! The `type` of every problem leads here, so a page must be readable by whoever met the problem:
//! without a token, without a script, and with nothing from elsewhere. Programs get the same as
//! JSON.

mod accept;
mod help;
mod html;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, web};
use domain::rule_text::{self, Rule};
use serde::Serialize;

use crate::http::page::Page;
use crate::http::problem::{self, CatalogueRow, Problem};
use crate::http::reply::Reply;
use crate::http::routes::{self, with_default};
use crate::rest::crud::Answer;
pub use help::fields::is_field_code;
use help::fields::{FIELDS, FieldHelp};

/// What a page tells of a code.
#[derive(Serialize)]
struct Explained {
    code: &'static str,
    status: u16,
    title: &'static str,
    means: &'static str,
    remedy: &'static str,
    rule: Option<Behind>,
    example: Problem,
}

/// The rule behind a code.
#[derive(Serialize)]
struct Behind {
    number: &'static str,
    sentence: &'static str,
}

impl From<&'static Rule> for Behind {
    fn from(rule: &'static Rule) -> Self {
        Self { number: rule.number, sentence: rule.sentence }
    }
}

impl Explained {
    fn of((code, status, title, rule): CatalogueRow) -> Option<Self> {
        let help = help::find(code)?;
        let rule = rule.and_then(rule_text::find).map(Behind::from);
        Some(Self { code, status, title, means: help.means, remedy: help.remedy, rule, example: help.example()? })
    }
}

/// Serves the pages. Swagger UI takes every other path below `/docs/`, so it must come later.
pub fn configure(config: &mut web::ServiceConfig) {
    let page = |path: &str| web::resource(path.to_owned());
    config
        .service(with_default(page("/").route(routes::get().to(start)), "GET, HEAD"))
        .service(with_default(page("/docs/problems").route(routes::get().to(problems)), "GET, HEAD"))
        .service(with_default(page("/docs/problems/").route(routes::get().to(to_problems)), "GET, HEAD"))
        .service(with_default(page("/docs/problems/{code}").route(routes::get().to(one_problem)), "GET, HEAD"));
}

/// Whoever opens the bare address most likely wants to know what can be done here.
async fn start() -> Answer {
    Ok(Reply::new(StatusCode::SEE_OTHER).header(header::LOCATION, "/docs/"))
}

async fn to_problems() -> Answer {
    Ok(Reply::new(StatusCode::PERMANENT_REDIRECT).header(header::LOCATION, "/docs/problems"))
}

/// Everything that a caller may find in `code` and in `errors[].code`.
#[derive(Serialize)]
struct Index {
    #[serde(flatten)]
    problems: Page<Explained>,
    /// The codes that stand in `errors` only.
    field_codes: &'static [FieldHelp],
}

async fn problems(request: HttpRequest) -> Answer {
    let mut all: Vec<_> = problem::catalogue().into_iter().filter_map(Explained::of).collect();
    all.sort_by_key(|one| one.status);
    if accept::prefers_json(request.headers()) {
        let problems = Page { items: all, next_cursor: None, total: None };
        return Ok(kept(Reply::ok().json(Index { problems, field_codes: FIELDS })));
    }
    Ok(kept(as_page(StatusCode::OK, html::index(&all, FIELDS))))
}

async fn one_problem(code: web::Path<String>, request: HttpRequest) -> Answer {
    if is_field_code(&code) {
        let row = format!("/docs/problems#{code}");
        return Ok(Reply::new(StatusCode::SEE_OTHER).header(header::LOCATION, row));
    }
    let known = problem::catalogue().into_iter().find(|(known, ..)| *known == code.as_str());
    let Some(one) = known.and_then(Explained::of) else {
        // Whoever followed a link in a browser gets a way on; programs get the usual problem.
        let in_browser = accept::prefers_html(request.headers());
        return if in_browser {
            Ok(as_page(StatusCode::NOT_FOUND, html::unknown()))
        } else {
            Err(Problem::not_found())
        };
    };
    if accept::prefers_json(request.headers()) {
        return Ok(kept(Reply::ok().json(one)));
    }
    Ok(kept(as_page(StatusCode::OK, html::problem(&one))))
}

fn as_page(status: StatusCode, page: String) -> Reply {
    let reply = Reply::new(status).header(header::CONTENT_SECURITY_POLICY, html::policy());
    reply.body("text/html; charset=utf-8", page)
}

/// The pages change with the program only, but one address has two forms.
fn kept(reply: Reply) -> Reply {
    reply.header(header::CACHE_CONTROL, "public, max-age=3600").header(header::VARY, "accept")
}
