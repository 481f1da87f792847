//! The rules of the domain in words, so that the `rule` of a problem can be looked up.

use actix_web::web;
use domain::rule_text::{self, Rule};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::Caller;
use crate::http::page::Page;
use crate::http::params::NoParams;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::rest::crud::Answer;

/// A rule of the domain.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "number": "U-01", "section": "Users", "in_force": true,
    "sentence": "A user is an account with a kind, a state and a login that no other account has, in whatever case it is written.",
    "problems": ["login_taken", "user_fields_missing"]
}))]
pub struct RuleView {
    /// Its number, as problems name it in `rule`.
    #[schema(max_length = 10, pattern = "^[A-Z]-[0-9]{1,2}$")]
    number: &'static str,
    /// The part of the domain that it belongs to.
    #[schema(max_length = 100)]
    section: &'static str,
    /// What it demands.
    #[schema(max_length = 300)]
    sentence: &'static str,
    /// Whether this service does what the sentence says; the other rules are to come.
    in_force: bool,
    /// The codes of the problems that say it is broken; each has a page, `/docs/problems/{code}`.
    #[schema(max_items = 100)]
    problems: Vec<&'static str>,
}

impl From<&Rule> for RuleView {
    fn from(rule: &Rule) -> Self {
        Self {
            number: rule.number,
            section: rule.section,
            sentence: rule.sentence,
            in_force: rule.in_force,
            problems: rule.codes().map(|code| code.name).collect(),
        }
    }
}

/// Lists the rules that problems name, in one page.
#[utoipa::path(get, path = "/api/v1/rules", tag = "rules", operation_id = "listRules",
    responses((status = 200, description = "Every rule, by section and number", body = Page<RuleView>)))]
pub async fn list(_caller: Caller, _none: NoParams) -> Answer {
    let items: Vec<RuleView> = rule_text::ALL.iter().map(RuleView::from).collect();
    Ok(Reply::ok().json(Page { items, next_cursor: None, total: None }))
}

/// Reads a rule.
#[utoipa::path(get, path = "/api/v1/rules/{number}", tag = "rules", operation_id = "getRule",
    params(("number" = String, Path, description = "Its number, such as `U-01`", max_length = 10)),
    responses((status = 200, description = "The rule", body = RuleView)))]
pub async fn get(_caller: Caller, number: web::Path<String>, _none: NoParams) -> Answer {
    let rule = rule_text::find(&number).ok_or_else(Problem::not_found)?;
    Ok(Reply::ok().json(RuleView::from(rule)))
}
