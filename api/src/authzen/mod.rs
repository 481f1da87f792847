//! Decisions: the AuthZEN face (OpenID AuthZEN Authorization API 1.0) on the rights model. It
//! never touches the database, save to wait for a newer revision.

pub mod evaluate;
pub mod request;
pub mod time;

use actix_web::{FromRequest, HttpRequest, web};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;
use utoipa::ToSchema;

use crate::app::{App, Caller};
use crate::commands::Refusal;
use crate::http::body;
use crate::http::problem::{self, Problem};
use crate::http::reply::Reply;
use crate::rest::crud::{Answer, REVISION};
use evaluate::Asker;
use request::{Explain, Item, Options, Semantic};

/// A body as the standard has it: any unknown member is ignored, a wrong content type is a 400.
pub struct Body(pub Map<String, Value>);

impl FromRequest for Body {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut actix_web::dev::Payload) -> Self::Future {
        let object = body::object(request, payload, &["application/json"]);
        Box::pin(async move {
            object.await.map(Body).map_err(|mut problem| {
                if problem.status == problem::UNSUPPORTED_MEDIA.status {
                    problem.status = 400;
                }
                problem
            })
        })
    }
}

crate::routes! {
    "/access/v1/evaluation" => { post: evaluation }
    "/access/v1/evaluations" => { post: evaluations }
    "/.well-known/authzen-configuration" => { get: discovery }
}

/// The paths of this face.
pub fn paths() -> utoipa::openapi::OpenApi {
    <Paths as utoipa::OpenApi>::openapi()
}

/// Waits until the model is as fresh as asked for, off the event loop.
async fn fresh(app: &web::Data<App>, options: &Options) -> Result<(), Problem> {
    let live = app.live();
    if !live.ready() || live.since_contact() > Duration::from_secs(5) {
        return Err(Problem::new(problem::BEHIND).detail("the node has lost contact to the log"));
    }
    match options.at_least_as_fresh {
        Some(revision) => app.reach(revision).await,
        None => Ok(()),
    }
}

/// Answers one question: may the subject do the action to the resource? Asking about others than
/// oneself needs `system:access.check`; `options.explain: trace` needs `system:access.explain`.
#[utoipa::path(post, path = "/access/v1/evaluation", tag = "decisions", operation_id = "evaluate",
    request_body = request::EvaluationBody,
    responses((status = 200, description = "The decision", body = evaluate::DecisionAnswer)))]
pub async fn evaluation(app: web::Data<App>, caller: Caller, body: Body) -> Answer {
    let options = Options::read(&body.0)?;
    Item::read(&body.0, None)?;
    fresh(&app, &options).await?;
    app.metrics().decisions(1);
    if options.explain == Explain::Trace {
        // A trace takes its time; a bare decision is quicker than a change of threads.
        return app.run(move |app| answer_one(app, &caller, &body.0, &options)).await;
    }
    Ok(answer_one(&app, &caller, &body.0, &options)?)
}

fn answer_one(app: &App, caller: &Caller, body: &Map<String, Value>, options: &Options) -> Result<Reply, Refusal> {
    let model = app.live().model();
    let decision = Asker::new(app, &model, caller, options).evaluate(&Item::read(body, None)?)?;
    Ok(Reply::ok().header(REVISION, model.revision().to_string()).json(decision))
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
pub async fn evaluations(app: web::Data<App>, caller: Caller, mut body: Body) -> Answer {
    let options = Options::read(&body.0)?;
    let items = match body.0.get_mut("evaluations").map(Value::take) {
        None | Some(Value::Null) => return evaluation(app, caller, body).await,
        Some(Value::Array(items)) if items.is_empty() => return evaluation(app, caller, body).await,
        Some(Value::Array(items)) => items,
        Some(_) => return Err(request::malformed("evaluations", "must be an array")),
    };
    let most = app.config().batch_limit;
    if items.len() > most {
        return Err(request::malformed("evaluations", &format!("at most {most} items")));
    }
    fresh(&app, &options).await?;
    let count = items.len();
    let defaults = body.0;
    // Small batches are quicker than a change of threads.
    let (revision, answers) = if count <= 100 && !options.explains() {
        answer_all(&app, &caller, &defaults, &items, &options)
    } else {
        app.run(move |app| Ok(answer_all(app, &caller, &defaults, &items, &options))).await?
    };
    app.metrics().decisions(u64::try_from(answers.len()).unwrap_or(0));
    Ok(Reply::ok().header(REVISION, revision.to_string()).json(EvaluationsAnswer { evaluations: answers }))
}

fn answer_all(
    app: &App,
    caller: &Caller,
    defaults: &Map<String, Value>,
    items: &[Value],
    options: &Options,
) -> (i64, Vec<One>) {
    let model = app.live().model();
    let asker = Asker::new(app, &model, caller, options);
    let mut answers = Vec::with_capacity(items.len());
    for item in items {
        let answer = match item {
            Value::Object(map) => {
                Item::read(map, Some(defaults)).and_then(|item| asker.evaluate(&item).map_err(Problem::from))
            }
            _ => Err(request::malformed("evaluations", "an item must be an object")),
        };
        let (allowed, failed, answer) = match answer {
            Ok(answer) => (answer.decision, false, One::Decided(answer)),
            Err(problem) => {
                let message = problem.detail.clone().unwrap_or_else(|| problem.code.to_owned());
                let error = json!({"status": problem.status, "message": message});
                (false, true, One::Failed { decision: false, context: json!({"error": error}) })
            }
        };
        answers.push(answer);
        let stop = match options.semantic {
            Semantic::ExecuteAll => false,
            Semantic::DenyOnFirstDeny => !allowed || failed,
            Semantic::PermitOnFirstPermit => allowed,
        };
        if stop {
            break;
        }
    }
    (model.revision(), answers)
}

/// Where decisions are asked.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "policy_decision_point": "http://127.0.0.1:8080",
    "access_evaluation_endpoint": "http://127.0.0.1:8080/access/v1/evaluation",
    "access_evaluations_endpoint": "http://127.0.0.1:8080/access/v1/evaluations"
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
        policy_decision_point: base,
    }))
}
