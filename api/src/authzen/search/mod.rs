//! Searches: who may do it, to what, and what. All pages of a search show one revision: that of the first.

pub mod body;
mod find;
mod found;
mod kept;
mod read;
mod token;

use std::sync::Arc;

use actix_web::web;
use domain::access::Model;
use serde::Serialize;

use crate::app::{App, Caller};
use crate::authzen::evaluate::may_ask;
use crate::authzen::request::{self, Options, malformed};
use crate::authzen::time::context_time;
use crate::authzen::{Body, in_touch};
use crate::commands::Refusal;
use crate::http::body as plain;
use crate::http::problem::{self, FieldError, Problem};
use crate::http::reply::Reply;
use crate::rest::crud::{Answer, REVISION};
use crate::rights::AccessCheck;
use body::{ActionSearchBody, ActionsAnswer, EntitiesAnswer, PageAnswer, ResourceSearchBody, SubjectSearchBody};
use found::Found;
pub use kept::Kept;
use read::{Page, Search, SearchGiven, Sought};
use token::Token;

/// So many results has a page for who does not say how many.
const USUAL: usize = 100;

/// Finds the subjects of a type that may do an action to a resource, as users or as the workers linked to them. Needs
/// `system:access.check`.
#[utoipa::path(post, path = "/access/v1/search/subject", tag = "decisions", operation_id = "searchSubjects",
    request_body = SubjectSearchBody,
    responses((status = 200, description = "The subjects, page by page", body = EntitiesAnswer)))]
pub async fn subjects(app: web::Data<App>, caller: Caller, body: Body) -> Answer {
    answered(app, caller, body, Sought::Subjects).await
}

/// Finds the resources of a type to which a subject may do an action. Asking about others than oneself needs
/// `system:access.check`.
#[utoipa::path(post, path = "/access/v1/search/resource", tag = "decisions", operation_id = "searchResources",
    request_body = ResourceSearchBody,
    responses((status = 200, description = "The resources, page by page", body = EntitiesAnswer)))]
pub async fn resources(app: web::Data<App>, caller: Caller, body: Body) -> Answer {
    answered(app, caller, body, Sought::Resources).await
}

/// Finds the actions that a subject may do to a resource. Asking about others than oneself needs
/// `system:access.check`.
#[utoipa::path(post, path = "/access/v1/search/action", tag = "decisions", operation_id = "searchActions",
    request_body = ActionSearchBody,
    responses((status = 200, description = "The actions, page by page", body = ActionsAnswer)))]
pub async fn actions(app: web::Data<App>, caller: Caller, body: Body) -> Answer {
    answered(app, caller, body, Sought::Actions).await
}

/// A page of results.
#[derive(Serialize)]
struct PageOf<'f> {
    results: Vec<found::Hit<'f>>,
    page: PageAnswer,
}

/// Answers a search, off the event loop: it takes as long as its answer is large.
async fn answered(app: web::Data<App>, caller: Caller, body: Body, sought: Sought) -> Answer {
    app.run(move |app| {
        let given = body.read_as::<SearchGiven<'_>>()?;
        let asked = request::both(Search::of(sought, &given), Options::of(&given.options));
        let page = Page::of(&given.page, app.config().search_limit);
        let ((search, options), (time, page)) =
            request::both(asked, request::both(request::time(&given.context), page))?;
        in_touch(app)?;
        if let Some(revision) = options.at_least_as_fresh {
            app.wait_for(revision)?;
        }
        let model = app.live().model();
        allow(&model, &caller, &search)?;
        let day = match time {
            None => app.zone().day_number(app.clock().now()),
            Some(text) => app.zone().day_number(context_time(text, &app.zone())?),
        };
        let whole = plain::json(&body.bytes, body.depth)?;
        let asked = Asked { app, search, mark: read::fingerprint(sought, caller.user_id().0, &whole) };
        let limit = u32::try_from(page.limit.unwrap_or(USUAL).min(app.config().search_limit)).unwrap_or(u32::MAX);
        match page.token {
            None => {
                let token = Token { search: asked.mark, revision: model.revision(), day, from: 0, limit };
                let found = asked.found(&model, &token);
                asked.page(&found, token)
            }
            Some(text) => {
                let token = asked.follow_up(text)?;
                let found = asked.found_before(&token)?;
                asked.page(&found, Token { limit: page.limit.map_or(token.limit, |_| limit), ..token })
            }
        }
    })
    .await
}

/// Who is asked about must be the caller, or the caller may ask about others.
fn allow(model: &Model, caller: &Caller, search: &Search<'_>) -> Result<(), Refusal> {
    match search.subject() {
        Some((kind, id)) => may_ask(model, caller, kind, id),
        None => caller.authority.allow::<AccessCheck>().map(|_| ()),
    }
}

/// A search that was understood and may be asked.
struct Asked<'a> {
    app: &'a App,
    search: Search<'a>,
    mark: [u8; 16],
}

impl Asked<'_> {
    /// The token of a follow-up, which must belong to this search and caller.
    fn follow_up(&self, text: &str) -> Result<Token, Problem> {
        let token = Token::open(text, self.app.auth()).filter(|token| token.search == self.mark);
        token.ok_or_else(|| {
            malformed("page.token", "is none of this search: repeat the request as it was, or begin without a token")
        })
    }

    /// What the search finds in that state of the model; kept, if there is more than a page.
    fn found(&self, model: &Model, token: &Token) -> Arc<Found> {
        let key = (token.search, token.revision, token.day);
        let now = self.app.clock().now();
        if let Some(found) = self.app.searches().get(&key, now) {
            return found;
        }
        let found = Arc::new(find::find(model, &self.search, token.day));
        if found.len() > usize::try_from(token.limit).unwrap_or(usize::MAX) {
            self.app.searches().put(key, &found, now);
        }
        found
    }

    /// What it found when the first page was asked for.
    fn found_before(&self, token: &Token) -> Result<Arc<Found>, Refusal> {
        let key = (token.search, token.revision, token.day);
        if let Some(found) = self.app.searches().get(&key, self.app.clock().now()) {
            return Ok(found);
        }
        // Another node may have answered then.
        self.app.wait_for(token.revision)?;
        let model = self.app.live().model();
        if model.revision() == token.revision {
            return Ok(self.found(&model, token));
        }
        let detail = "search anew, without a token";
        Err(Problem::new(problem::SEARCH_TOKEN_EXPIRED)
            .detail(detail)
            .errors(vec![FieldError {
                pointer: "/page/token".to_owned(),
                code: problem::SEARCH_TOKEN_EXPIRED.name.to_owned(),
                detail: detail.to_owned(),
            }])
            .into())
    }

    fn page(&self, found: &Found, token: Token) -> Result<Reply, Refusal> {
        self.app.metrics().searches();
        let (from, limit) = (token.from as usize, token.limit as usize);
        let results = found.page(from, limit);
        let (count, total) = (results.len(), found.len());
        let next = from.saturating_add(count);
        let next_token = if next < total {
            let from = u32::try_from(next).map_err(|_| Refusal::internal("a search found too much"))?;
            Token { from, ..token }.seal(self.app.auth())?
        } else {
            String::new()
        };
        let page = PageOf { results, page: PageAnswer { next_token, count, total } };
        Ok(Reply::ok().header(REVISION, found.revision.to_string()).json(page))
    }
}
