//! Decisions: the AuthZEN face (OpenID AuthZEN Authorization API 1.0) on the rights model. It
//! never touches the database, save to wait for a newer revision.

pub mod evaluate;
pub mod read;
pub mod request;
pub mod search;
pub mod time;
pub mod trace;
pub mod wages;

use actix_web::{FromRequest, HttpRequest, web};
use domain::access::Language;
use serde::Serialize;
use serde_json::{Value, json};
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;
use utoipa::ToSchema;

use crate::app::{App, Caller};
use crate::commands::Refusal;
use crate::http::body;
use crate::http::language::{self, CONTENT_LANGUAGE};
use crate::http::problem::{self, Problem};
use crate::http::reply::Reply;
use crate::rest::crud::{Answer, REVISION};
use evaluate::Asker;
use read::Given;
use request::{Asked, Explain, Item, Options, QuestionGiven, Semantic};

/// A body as the standard has it: any unknown member is ignored, a wrong content type is a 400.
pub struct Body {
    bytes: web::Bytes,
    depth: usize,
    /// The language of the sentences that are answered.
    language: Language,
}

impl Body {
    /// What it asks.
    ///
    /// # Errors
    /// It is no JSON object, or out of bounds.
    pub fn read(&self) -> Result<Asked<'_>, Problem> {
        self.read_as()
    }

    fn read_as<'b, T: read::Member<'b>>(&'b self) -> Result<T, Problem> {
        read::whole(&self.bytes, self.depth).ok_or_else(|| {
            // The reading of all other bodies finds out what is wrong with it.
            body::json(&self.bytes, self.depth).err().unwrap_or_else(body::no_object)
        })
    }
}

impl FromRequest for Body {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut actix_web::dev::Payload) -> Self::Future {
        let depth = body::depth(request);
        let language = language::asked(request);
        let bytes = body::bytes(request, payload, &["application/json"]);
        Box::pin(async move {
            match bytes.await {
                Ok(bytes) => Ok(Self { bytes, depth, language }),
                Err(mut problem) => {
                    if problem.status == problem::UNSUPPORTED_MEDIA.status {
                        problem.status = 400;
                    }
                    Err(problem)
                }
            }
        })
    }
}

crate::routes! {
    "/access/v1/evaluation" => { post: evaluation }
    "/access/v1/evaluations" => { post: evaluations }
    "/access/v1/search/subject" => { post: search::subjects }
    "/access/v1/search/resource" => { post: search::resources }
    "/access/v1/search/action" => { post: search::actions }
    "/.well-known/authzen-configuration" => { get: discovery }
}

/// The paths of this face.
pub fn paths() -> utoipa::openapi::OpenApi {
    <Paths as utoipa::OpenApi>::openapi()
}

/// Answers one question: may the subject do the action to the resource? Asking about others than
/// oneself needs `system:access.check`; `options.explain: trace` needs `system:access.explain`.
#[utoipa::path(post, path = "/access/v1/evaluation", tag = "decisions", operation_id = "evaluate",
    request_body = request::EvaluationBody,
    responses((status = 200, description = "The decision", body = evaluate::DecisionAnswer)))]
pub async fn evaluation(app: web::Data<App>, caller: Caller, body: Body) -> Answer {
    answered(app, caller, body, false).await
}

/// The answers to a batch, in the order of the questions.
#[derive(Serialize, ToSchema)]
pub struct EvaluationsAnswer {
    /// One answer per question.
    #[schema(max_items = 10000, value_type = Vec<evaluate::DecisionAnswer>)]
    evaluations: Vec<One>,
}

/// The answer to one question of a batch.
#[derive(Serialize)]
#[serde(untagged)]
enum One {
    /// It was decided.
    Decided(evaluate::DecisionAnswer),
    /// It could not be asked.
    Failed { decision: bool, context: Value },
}

impl One {
    fn failed(problem: &Problem) -> Self {
        let message = problem.detail.clone().unwrap_or_else(|| problem.code.to_owned());
        let error = json!({"status": problem.status, "message": message});
        One::Failed { decision: false, context: json!({"error": error}) }
    }
}

/// What a batch answers; a question alone is answered as such.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[schema(example = json!({"evaluations": [{"decision": true}, {"decision": false}]}))]
#[allow(dead_code, reason = "names both forms for the contract")]
pub enum BatchAnswer {
    /// Of many questions.
    Many(EvaluationsAnswer),
    /// Of one.
    One(evaluate::DecisionAnswer),
}

/// Answers many questions at once, all on one revision. Top-level entities are defaults for the
/// items; without `evaluations` it is a single evaluation.
#[utoipa::path(post, path = "/access/v1/evaluations", tag = "decisions", operation_id = "evaluateMany",
    request_body = request::EvaluationsBody,
    responses((status = 200, description = "The decisions", body = BatchAnswer)))]
pub async fn evaluations(app: web::Data<App>, caller: Caller, body: Body) -> Answer {
    answered(app, caller, body, true).await
}

/// A body of so many bytes is read before a change of threads would be done.
const SHORT: usize = 32 * 1024;

/// So many questions are answered before a change of threads would be done.
const FEW: usize = 100;

/// So many questions of a batch are looked up together.
const TOGETHER: usize = 32;

/// Answers a body, which may ask a batch; what may take its time, off the event loop.
async fn answered(app: web::Data<App>, caller: Caller, body: Body, batch: bool) -> Answer {
    if body.bytes.len() <= SHORT {
        let asked = body.read()?;
        let task = Task::of(&app, &asked, batch)?;
        if task.is_quick(&app) {
            return Ok(task.answer(&app, &caller, body.language)?);
        }
    }
    // A body is borrowed from, so what was read of it can't go along: it is read there.
    app.run(move |app| {
        let asked = body.read()?;
        let task = Task::of(app, &asked, batch)?;
        if let Some(revision) = task.options.at_least_as_fresh {
            app.wait_for(revision)?;
        }
        task.answer(app, &caller, body.language)
    })
    .await
}

/// A node that has not seen the log for a while does not decide.
fn in_touch(app: &App) -> Result<(), Problem> {
    let live = app.live();
    if !live.ready() || live.since_contact() > Duration::from_secs(5) {
        return Err(Problem::new(problem::BEHIND).detail("the node has lost contact to the log"));
    }
    Ok(())
}

/// What a body asks.
struct Task<'q, 'b> {
    asked: &'q Asked<'b>,
    /// The questions of a batch; none for a single one.
    questions: &'q [Given<QuestionGiven<'b>>],
    options: Options,
}

impl<'q, 'b> Task<'q, 'b> {
    fn of(app: &App, asked: &'q Asked<'b>, batch: bool) -> Result<Self, Problem> {
        let options = Options::of(&asked.options);
        let questions = match &asked.evaluations {
            Given::There(questions) if batch => questions.as_slice(),
            Given::Wrong if batch => return Err(request::malformed("evaluations", "must be an array")),
            _ => &[],
        };
        let most = app.config().batch_limit;
        if questions.len() > most {
            return Err(request::malformed("evaluations", &format!("at most {most} items")));
        }
        let question = if questions.is_empty() {
            Item::of(&QuestionGiven::default(), asked).map(|_| ())
        } else {
            request::check_defaults(asked)
        };
        let ((), options) = request::both(question, options)?;
        in_touch(app)?;
        Ok(Self { asked, questions, options })
    }

    /// Whether it neither waits nor takes its time.
    fn is_quick(&self, app: &App) -> bool {
        self.options.explain != Explain::Trace
            && self.questions.len() <= FEW
            && self.options.at_least_as_fresh.is_none_or(|revision| app.has_reached(revision))
    }

    fn answer(&self, app: &App, caller: &Caller, language: Language) -> Result<Reply, Refusal> {
        let model = app.live().model();
        let asker = Asker::new(app, &model, caller, &self.options, language);
        let mut reply = Reply::ok().header(REVISION, model.revision().to_string());
        if self.options.explains() {
            reply = reply.header(CONTENT_LANGUAGE, language.as_str().to_owned());
        }
        if self.questions.is_empty() {
            app.metrics().decisions(1);
            let alone = QuestionGiven::default();
            return Ok(reply.json(asker.evaluate(&Item::of(&alone, self.asked)?)?));
        }
        let evaluations = self.answers(&asker);
        app.metrics().decisions(u64::try_from(evaluations.len()).unwrap_or(0));
        Ok(reply.json(EvaluationsAnswer { evaluations }))
    }

    /// The answers to a batch, all by one snapshot of the model.
    fn answers(&self, asker: &Asker<'_>) -> Vec<One> {
        let mut answers = Vec::with_capacity(self.questions.len());
        for questions in self.questions.chunks(TOGETHER) {
            let items: Vec<_> = questions.iter().map(|question| self.item(question)).collect();
            asker.read_ahead(items.iter().flatten());
            for item in items {
                let answer = item.and_then(|item| asker.evaluate(&item).map_err(Problem::from));
                let (allowed, failed, answer) = match answer {
                    Ok(answer) => (answer.decision, false, One::Decided(answer)),
                    Err(problem) => (false, true, One::failed(&problem)),
                };
                answers.push(answer);
                let stop = match self.options.semantic {
                    Semantic::ExecuteAll => false,
                    Semantic::DenyOnFirstDeny => !allowed || failed,
                    Semantic::PermitOnFirstPermit => allowed,
                };
                if stop {
                    return answers;
                }
            }
        }
        answers
    }

    fn item<'i>(&'i self, question: &'i Given<QuestionGiven<'b>>) -> Result<Item<'i>, Problem> {
        match question {
            Given::There(question) => Item::of(question, self.asked),
            _ => Err(request::malformed("evaluations", "an item must be an object")),
        }
    }
}

/// Where decisions are asked.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "policy_decision_point": "http://127.0.0.1:8080",
    "access_evaluation_endpoint": "http://127.0.0.1:8080/access/v1/evaluation",
    "access_evaluations_endpoint": "http://127.0.0.1:8080/access/v1/evaluations",
    "search_subject_endpoint": "http://127.0.0.1:8080/access/v1/search/subject",
    "search_resource_endpoint": "http://127.0.0.1:8080/access/v1/search/resource",
    "search_action_endpoint": "http://127.0.0.1:8080/access/v1/search/action"
}))]
pub struct Discovery {
    /// This service.
    #[schema(max_length = 2000)]
    policy_decision_point: String,
    /// One question.
    #[schema(max_length = 2000)]
    access_evaluation_endpoint: String,
    /// Many questions.
    #[schema(max_length = 2000)]
    access_evaluations_endpoint: String,
    /// Who may do it.
    #[schema(max_length = 2000)]
    search_subject_endpoint: String,
    /// To what.
    #[schema(max_length = 2000)]
    search_resource_endpoint: String,
    /// What may be done.
    #[schema(max_length = 2000)]
    search_action_endpoint: String,
}

/// Tells where decisions are asked, from the configured public URL only.
#[utoipa::path(get, path = "/.well-known/authzen-configuration", tag = "decisions", operation_id = "discoverDecisions",
    security(()),
    responses((status = 200, description = "The endpoints", body = Discovery)))]
pub async fn discovery(app: web::Data<App>, _none: crate::http::params::NoParams) -> Answer {
    let base = app.config().public_url();
    Ok(Reply::ok().json(Discovery {
        access_evaluation_endpoint: format!("{base}/access/v1/evaluation"),
        access_evaluations_endpoint: format!("{base}/access/v1/evaluations"),
        search_subject_endpoint: format!("{base}/access/v1/search/subject"),
        search_resource_endpoint: format!("{base}/access/v1/search/resource"),
        search_action_endpoint: format!("{base}/access/v1/search/action"),
        policy_decision_point: base,
    }))
}
